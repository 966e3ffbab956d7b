// The SQLite driver: transactions and statements.
#include "store/sqlite.h"

#include <stdlib.h>

#include "base/utf8.h"

struct DriverStmt {
    SqliteConn *conn;
    sqlite3_stmt *stmt;
    const Query *query;
    int64_t changed;
};

static Err conn_new(Database *database, bool may_write, const StoreLimit *limit, Conn **ret,
                    Diag *diag) {
    SqliteConn *conn;
    TRY(sqlite_connect(database->address, may_write, limit, &conn, diag));
    *ret = &conn->base;
    return ERR_OK;
}

static void conn_free(Conn *base) {
    sqlite_disconnect((SqliteConn *)base);
}

static Err conn_found(Conn *base, const StoreLimit *limit, Diag *diag) {
    (void)base, (void)limit, (void)diag;
    return ERR_OK;
}

static Err conn_begin(Conn *base, StoreMode mode, const StoreLimit *limit, Diag *diag) {
    SqliteConn *conn = (SqliteConn *)base;
    conn->limit = limit;
    conn->mode = mode;
    // A writer takes its lock at once: one that began by reading could never be let through later.
    Err err = sqlite_exec(conn, mode == STORE_READ ? "BEGIN" : "BEGIN IMMEDIATE", diag);
    if (err != ERR_OK)
        conn->limit = NULL;
    return err;
}

static void conn_rollback(Conn *base) {
    SqliteConn *conn = (SqliteConn *)base;
    conn->limit = NULL; // undoing is never cut short
    if (sqlite3_get_autocommit(conn->db) == 0 &&
        sqlite3_exec(conn->db, "ROLLBACK", NULL, NULL, NULL) != SQLITE_OK)
        conn->base.is_lost = true;
}

static Err conn_commit(Conn *base, Diag *diag) {
    SqliteConn *conn = (SqliteConn *)base;
    Err err = sqlite_exec(conn, "COMMIT", diag);
    if (err != ERR_OK)
        conn_rollback(base);
    conn->limit = NULL;
    return err;
}

static Err conn_execute(Conn *base, const char *sql, Diag *diag) {
    return sqlite_exec((SqliteConn *)base, sql, diag);
}

// SQLite must have found the same parameters as we.
static bool is_same_reading(sqlite3_stmt *stmt, const Query *query) {
    if (sqlite3_bind_parameter_count(stmt) != query->param_count)
        return false;
    for (int i = 0; i < query->param_count; i++) {
        const char *name = sqlite3_bind_parameter_name(stmt, i + 1);
        if (name == NULL || !str_is(query->params[i], name + 1))
            return false;
    }
    return true;
}

static Err stmt_new(Conn *base, const Query *query, DriverStmt **ret, Diag *diag) {
    SqliteConn *conn = (SqliteConn *)base;
    _cleanup_free_ DriverStmt *stmt = calloc(1, sizeof *stmt);
    if (stmt == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    int code = sqlite3_prepare_v3(conn->db, query->sql, (int)query->len + 1,
                                  SQLITE_PREPARE_PERSISTENT, &stmt->stmt, NULL);
    if (code != SQLITE_OK)
        return sqlite_err(conn, sqlite3_extended_errcode(conn->db), diag);
    if (stmt->stmt == NULL || !is_same_reading(stmt->stmt, query)) {
        sqlite3_finalize(stmt->stmt);
        diag_set(diag, ERR_INTERNAL, N_("The statement {sql} is not valid text."));
        diag_arg(diag, "sql", str_from(query->sql));
        return ERR_INTERNAL;
    }
    stmt->conn = conn;
    stmt->query = query;
    *ret = TAKE(stmt);
    return ERR_OK;
}

static void stmt_end(DriverStmt *stmt) {
    sqlite3_finalize(stmt->stmt);
    free(stmt);
}

// The bytes stay where they are (SQLITE_STATIC): the caller keeps them until the next value.
static int value_bind(sqlite3_stmt *stmt, int at, const Bind *value) {
    const char *bytes = value->text.len > 0 ? value->text.ptr : "";
    switch (value->type) {
    case STORE_INT64:
        return sqlite3_bind_int64(stmt, at, value->number);
    case STORE_REAL64:
        return sqlite3_bind_double(stmt, at, value->real);
    case STORE_TEXT:
        return sqlite3_bind_text64(stmt, at, bytes, value->text.len, SQLITE_STATIC, SQLITE_UTF8);
    case STORE_BYTES:
        return sqlite3_bind_blob64(stmt, at, bytes, value->text.len, SQLITE_STATIC);
    case STORE_NULL:
        break;
    }
    return sqlite3_bind_null(stmt, at);
}

static Err stmt_start(DriverStmt *stmt, const Bind *values, Diag *diag) {
    stmt->changed = 0;
    for (int i = 0; i < stmt->query->param_count; i++) {
        int code = value_bind(stmt->stmt, i + 1, &values[i]);
        if (code != SQLITE_OK)
            return sqlite_err(stmt->conn, code, diag);
    }
    return ERR_OK;
}

static Err stmt_move(DriverStmt *stmt, bool *ret_has_row, Diag *diag) {
    int code = sqlite3_step(stmt->stmt);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return sqlite_err(stmt->conn, sqlite3_extended_errcode(stmt->conn->db), diag);
    if (code == SQLITE_DONE && sqlite3_stmt_readonly(stmt->stmt) == 0)
        stmt->changed = sqlite3_changes64(stmt->conn->db);
    *ret_has_row = code == SQLITE_ROW;
    return ERR_OK;
}

static void stmt_rewind(DriverStmt *stmt) {
    sqlite3_reset(stmt->stmt);
}

static int stmt_width(const DriverStmt *stmt) {
    return sqlite3_column_count(stmt->stmt);
}

static Err stmt_column(DriverStmt *stmt, int column, Bind *ret) {
    sqlite3_stmt *row = stmt->stmt;
    Bind value = {0};
    const void *bytes = NULL;
    switch (sqlite3_column_type(row, column)) {
    case SQLITE_INTEGER:
        value = bind_int64(NULL, sqlite3_column_int64(row, column));
        break;
    case SQLITE_FLOAT:
        value = bind_real64(NULL, sqlite3_column_double(row, column));
        break;
    case SQLITE_TEXT:
        bytes = sqlite3_column_text(row, column);
        value = bind_text(NULL, str_of(bytes, (size_t)sqlite3_column_bytes(row, column)));
        break;
    case SQLITE_BLOB:
        bytes = sqlite3_column_blob(row, column);
        value = bind_bytes(NULL, str_of(bytes, (size_t)sqlite3_column_bytes(row, column)));
        break;
    default:
        break;
    }
    if (value.text.ptr == NULL)
        value.text = STR("");
    // SQLite takes any bytes for text; another program may have written them.
    if (value.type == STORE_TEXT && !utf8_is_valid(value.text))
        return ERR_CORRUPT;
    *ret = value;
    return ERR_OK;
}

static int64_t stmt_count(const DriverStmt *stmt) {
    return stmt->changed;
}

const Driver driver_sqlite = {
    .name = "sqlite",
    .has_one_writer = true,
    .open = sqlite_file_open,
    .close = sqlite_file_close,
    .connect = conn_new,
    .disconnect = conn_free,
    .found = conn_found,
    .begin = conn_begin,
    .commit = conn_commit,
    .rollback = conn_rollback,
    .execute = conn_execute,
    .prepare = stmt_new,
    .finalize = stmt_end,
    .start = stmt_start,
    .step = stmt_move,
    .reset = stmt_rewind,
    .columns = stmt_width,
    .column = stmt_column,
    .changed = stmt_count,
    .check = sqlite_file_check,
    .backup = sqlite_backup,
};
