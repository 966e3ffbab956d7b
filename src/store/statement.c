// Statements: values in, columns out, and the rule that a failure ends the transaction.
#include <math.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "store/tx.h"

struct Stmt {
    Tx *tx;
    Prepared *prepared;
    bool is_started, has_row;
    int64_t rows, bytes;
    int64_t changed;
    Err bind_failed;
    Diag bind_diag;
    Bind values[];
};

static const Driver *stmt_driver(const Stmt *stmt) {
    return stmt->tx->link->conn->driver;
}

Err tx_fail(Tx *tx, Err err, Diag *diag) {
    tx->failed = err;
    if (diag != NULL)
        *diag = tx->diag;
    return err;
}

Err tx_check(Tx *tx, Diag *diag) {
    if (tx->failed != ERR_OK)
        return tx_fail(tx, tx->failed, diag);
    Err err = limit_check(&tx->limit, &tx->diag);
    return err == ERR_OK ? ERR_OK : tx_fail(tx, err, diag);
}

Err tx_execute(Tx *tx, const char *sql, Diag *diag) {
    TRY(tx_check(tx, diag));
    Err err = tx->link->conn->driver->execute(tx->link->conn, sql, &tx->diag);
    return err == ERR_OK ? ERR_OK : tx_fail(tx, err, diag);
}

Err stmt_prepare(Tx *tx, Str sql, Stmt **ret, Diag *diag) {
    TRY(tx_check(tx, diag));
    if (tx->open_statements >= STORE_OPEN_STATEMENTS_MAX)
        return tx_fail(tx,
                       diag_set(&tx->diag, ERR_INTERNAL,
                                N_("A transaction has too many statements open at once.")),
                       diag);
    Prepared *prepared;
    Err err = link_prepare(tx->link, sql, &prepared, &tx->diag);
    if (err != ERR_OK)
        return tx_fail(tx, err, diag);
    size_t params = (size_t)prepared->query.param_count;
    Stmt *stmt = calloc(1, sizeof *stmt + params * sizeof stmt->values[0]);
    if (stmt == NULL) {
        link_put_back(tx->link, prepared);
        return tx_fail(tx, diag_set(&tx->diag, ERR_NOMEM, N_("There is not enough memory.")), diag);
    }
    stmt->tx = tx;
    stmt->prepared = prepared;
    tx->open_statements++;
    *ret = stmt;
    return ERR_OK;
}

void stmt_free(Stmt *stmt) {
    if (stmt == NULL)
        return;
    link_put_back(stmt->tx->link, stmt->prepared);
    stmt->tx->open_statements--;
    free(stmt);
}

void stmt_reset(Stmt *stmt) {
    stmt_driver(stmt)->reset(stmt->prepared->stmt);
    stmt->is_started = stmt->has_row = false;
}

int64_t stmt_changed(const Stmt *stmt) {
    return stmt->changed;
}

static Err value_check(const Bind *bind, Diag *diag) {
    Err err = ERR_OK;
    bool is_long = bind->type == STORE_TEXT || bind->type == STORE_BYTES;
    if (is_long && (uint64_t)bind->text.len > (uint64_t)STORE_VALUE_MAX)
        err = diag_set(diag, ERR_LIMIT, N_("The value of {field} is too long to be kept."));
    else if (bind->type == STORE_TEXT && !utf8_is_valid(bind->text))
        err = diag_set(diag, ERR_ENCODING, N_("The text of {field} is not valid UTF-8."));
    else if (bind->type == STORE_TEXT && bind->text.len > 0 &&
             memchr(bind->text.ptr, '\0', bind->text.len) != NULL)
        err = diag_set(diag, ERR_ENCODING,
                       N_("The text of {field} has a zero byte, which no text may have."));
    else if (bind->type == STORE_REAL64 && isnan(bind->real))
        err = diag_set(diag, ERR_RANGE, N_("The value of {field} is not a number."));
    if (err != ERR_OK)
        diag_arg(diag, "field", str_from(bind->name));
    return err;
}

void stmt_bind(Stmt *stmt, Bind bind) {
    if (stmt->bind_failed != ERR_OK)
        return;
    int index = query_param(&stmt->prepared->query, bind.name);
    if (index < 0 || stmt->is_started) {
        stmt->bind_failed = diag_set(&stmt->bind_diag, ERR_INTERNAL,
                                     index < 0 ? N_("The statement {sql} has no parameter {field}.")
                                               : N_("The statement {sql} is running; {field} "
                                                    "cannot be changed."));
        diag_arg(&stmt->bind_diag, "sql", str_from(stmt->prepared->query.sql));
        diag_arg(&stmt->bind_diag, "field", str_from(bind.name));
        return;
    }
    stmt->bind_failed = value_check(&bind, &stmt->bind_diag);
    if (stmt->bind_failed == ERR_OK)
        stmt->values[index] = bind;
}

// Why a driver did not give a column.
static Err column_err(const Stmt *stmt, int column, Err err, Diag *diag) {
    err = err == ERR_CORRUPT ? ERR_CORRUPT : ERR_INTERNAL;
    diag_set(
        diag, err,
        err == ERR_CORRUPT
            ? N_("The database holds a text that is not valid UTF-8 (column {column} of {sql}). "
                 "Was it changed by another program?")
            : N_("Column {column} of the statement {sql} was asked for, but there is no row, no "
                 "such column, or its type is none of ours."));
    diag_arg_int(diag, "column", column);
    diag_arg(diag, "sql", str_from(stmt->prepared->query.sql));
    return err;
}

static Err row_move(Stmt *stmt, bool *ret_has_row, Diag *diag) {
    DriverStmt *inner = stmt->prepared->stmt;
    if (!stmt->is_started) {
        TRY(stmt_driver(stmt)->start(inner, stmt->values, diag));
        stmt->is_started = true;
        stmt->rows = stmt->bytes = stmt->changed = 0;
    }
    TRY(stmt_driver(stmt)->step(inner, ret_has_row, diag));
    if (*ret_has_row) {
        int columns = stmt_driver(stmt)->columns(inner);
        bool is_too_much = ++stmt->rows > STORE_ROWS_MAX || columns > STORE_COLUMNS_MAX;
        for (int i = 0; i < columns && !is_too_much; i++) {
            Bind value;
            Err err = stmt_driver(stmt)->column(inner, i, &value);
            if (err != ERR_OK)
                return column_err(stmt, i, err, diag);
            if (value.type == STORE_TEXT || value.type == STORE_BYTES)
                stmt->bytes += (int64_t)value.text.len;
            is_too_much = stmt->bytes > STORE_RESULT_MAX;
        }
        if (is_too_much)
            return query_too_large(&stmt->prepared->query, diag);
    }
    return ERR_OK;
}

Err stmt_step(Stmt *stmt, bool *ret_has_row, Diag *diag) {
    Tx *tx = stmt->tx;
    TRY(tx_check(tx, diag));
    if (stmt->bind_failed != ERR_OK) {
        tx->diag = stmt->bind_diag;
        return tx_fail(tx, stmt->bind_failed, diag);
    }
    bool has_row = false;
    stmt->has_row = false;
    Err err = row_move(stmt, &has_row, &tx->diag);
    if (err != ERR_OK)
        return tx_fail(tx, err, diag);
    if (!has_row) {
        stmt->changed = stmt_driver(stmt)->changed(stmt->prepared->stmt);
        stmt_reset(stmt);
    }
    stmt->has_row = has_row;
    *ret_has_row = has_row;
    return ERR_OK;
}

bool stmt_next(Stmt *stmt) {
    bool has_row = false;
    return stmt_step(stmt, &has_row, NULL) == ERR_OK && has_row;
}

Err tx_err(const Tx *tx, Diag *diag) {
    if (tx->failed != ERR_OK && diag != NULL)
        *diag = tx->diag;
    return tx->failed;
}

int stmt_columns(const Stmt *stmt) {
    return stmt_driver(stmt)->columns(stmt->prepared->stmt);
}

static Bind value_get(Stmt *stmt, int column) {
    Bind value = {0};
    if (stmt->tx->failed != ERR_OK)
        return value;
    Err err = ERR_INTERNAL;
    if (stmt->has_row && column >= 0 && column < stmt_columns(stmt))
        err = stmt_driver(stmt)->column(stmt->prepared->stmt, column, &value);
    if (err == ERR_OK)
        return value;
    err = column_err(stmt, column, err, &stmt->tx->diag);
    tx_fail(stmt->tx, err, NULL);
    return (Bind){0};
}

// The value when it is of the type, or a null.
static Bind value_of(Stmt *stmt, int column, StoreType type) {
    Bind value = value_get(stmt, column);
    if (value.type == type || value.type == STORE_NULL)
        return value;
    if (type == STORE_REAL64 && value.type == STORE_INT64)
        return (Bind){.type = STORE_REAL64, .real = (double)value.number};
    diag_set(&stmt->tx->diag, ERR_INTERNAL,
             N_("Column {column} of the statement {sql} is of another type than was asked for."));
    diag_arg_int(&stmt->tx->diag, "column", column);
    diag_arg(&stmt->tx->diag, "sql", str_from(stmt->prepared->query.sql));
    tx_fail(stmt->tx, ERR_INTERNAL, NULL);
    return (Bind){0};
}

StoreType stmt_type(Stmt *stmt, int column) {
    return value_get(stmt, column).type;
}

bool stmt_is_null(Stmt *stmt, int column) {
    return stmt_type(stmt, column) == STORE_NULL;
}

int64_t stmt_int64(Stmt *stmt, int column) {
    return value_of(stmt, column, STORE_INT64).number;
}

double stmt_real64(Stmt *stmt, int column) {
    return value_of(stmt, column, STORE_REAL64).real;
}

Str stmt_text(Stmt *stmt, int column) {
    return value_of(stmt, column, STORE_TEXT).text;
}

Str stmt_bytes(Stmt *stmt, int column) {
    return value_of(stmt, column, STORE_BYTES).text;
}

// --- Whole statements -------------------------------------------------------------------------

Err tx_query(Tx *tx, Str sql, Binds binds, Stmt **ret, Diag *diag) {
    _cleanup_stmt_ Stmt *stmt = NULL;
    TRY(stmt_prepare(tx, sql, &stmt, diag));
    for (int i = 0; i < binds.count; i++)
        stmt_bind(stmt, binds.items[i]);
    *ret = TAKE(stmt);
    return ERR_OK;
}

Err tx_run(Tx *tx, Str sql, Binds binds, int64_t *ret_changed, Diag *diag) {
    _cleanup_stmt_ Stmt *stmt = NULL;
    TRY(tx_query(tx, sql, binds, &stmt, diag));
    for (bool has_row = true; has_row;)
        TRY(stmt_step(stmt, &has_row, diag));
    if (ret_changed != NULL)
        *ret_changed = stmt_changed(stmt);
    return ERR_OK;
}

Err tx_int64(Tx *tx, Str sql, Binds binds, bool *ret_has, int64_t *ret, Diag *diag) {
    _cleanup_stmt_ Stmt *stmt = NULL;
    bool has = false, has_more = false;
    int64_t number = 0;
    TRY(tx_query(tx, sql, binds, &stmt, diag));
    TRY(stmt_step(stmt, &has, diag));
    if (has) {
        number = stmt_int64(stmt, 0);
        TRY(stmt_step(stmt, &has_more, diag));
    }
    if (has_more) {
        diag_set(&tx->diag, ERR_INTERNAL, N_("The statement {sql} gave more than one row."));
        diag_arg(&tx->diag, "sql", sql);
        return tx_fail(tx, ERR_INTERNAL, diag);
    }
    if (!has && ret_has == NULL)
        return diag_set(diag, ERR_NOT_FOUND, N_("There is no such record."));
    if (has)
        *ret = number;
    if (ret_has != NULL)
        *ret_has = has;
    return ERR_OK;
}
