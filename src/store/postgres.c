// The PostgreSQL driver: prepared statements with binary values. A statement's rows are all
// fetched when it starts (up to STORE_RESULT_MAX), so that statements can be nested.
#include "store/postgres.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/bytes.h"

// Type numbers of PostgreSQL's catalogue, which never change (pg_type.dat).
enum {
    PG_UNKNOWN = 0,
    PG_BOOL = 16,
    PG_BYTEA = 17,
    PG_NAME = 19,
    PG_INT8 = 20,
    PG_INT2 = 21,
    PG_INT4 = 23,
    PG_TEXT = 25,
    PG_FLOAT4 = 700,
    PG_FLOAT8 = 701,
    PG_UNTYPED = 705,
    PG_BPCHAR = 1042,
    PG_VARCHAR = 1043
};

struct DriverStmt {
    PgConn *conn;
    const Query *query;
    char name[24];               // on the server; empty when it is not prepared
    Oid types[STORE_PARAMS_MAX]; // of the parameters, as prepared
    StrBuf rows;                 // each value as int32 length (-1: null) and bytes
    int64_t row_count, row_next; // row_next: the one that the next step shows
    size_t at;                   // in rows, of the next row
    int columns;
    Oid column_types[STORE_COLUMNS_MAX];
    Str values[STORE_COLUMNS_MAX]; // of the present row; ptr NULL: null
    int64_t changed;
};

static Err stmt_new(Conn *base, const Query *query, DriverStmt **ret, Diag *diag) {
    DriverStmt *stmt = calloc(1, sizeof *stmt);
    if (stmt == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    stmt->conn = (PgConn *)base;
    stmt->query = query;
    // Half as much again for the lengths; what one execution may return is counted by statement.c.
    stmt->rows = STRBUF(STORE_RESULT_MAX + STORE_RESULT_MAX / 2);
    *ret = stmt; // prepared on the server when its values' types are known
    return ERR_OK;
}

// The server's statement is dropped later: now its transaction may have failed.
static void name_drop(DriverStmt *stmt) {
    if (stmt->name[0] != '\0')
        strbuf_printf(&stmt->conn->dead, "%sDEALLOCATE %s", stmt->conn->dead.len > 0 ? "; " : "",
                      stmt->name);
    stmt->name[0] = '\0';
}

static void stmt_end(DriverStmt *stmt) {
    name_drop(stmt);
    strbuf_done(&stmt->rows);
    free(stmt);
}

static Oid type_of(const Bind *value) {
    switch (value->type) {
    case STORE_INT64:
        return PG_INT8;
    case STORE_REAL64:
        return PG_FLOAT8;
    case STORE_TEXT:
        return PG_TEXT;
    case STORE_BYTES:
        return PG_BYTEA;
    case STORE_NULL:
        break;
    }
    return PG_UNKNOWN;
}

// Prepared with the types that the values have, which a null leaves as they were.
static Err types_fit(DriverStmt *stmt, const Bind *values, Diag *diag) {
    PgConn *conn = stmt->conn;
    int count = stmt->query->param_count;
    bool fits = stmt->name[0] != '\0';
    for (int i = 0; i < count; i++) {
        Oid type = type_of(&values[i]);
        if (type != PG_UNKNOWN && type != stmt->types[i]) {
            stmt->types[i] = type;
            fits = false;
        }
    }
    if (fits)
        return ERR_OK;
    name_drop(stmt);
    char name[sizeof stmt->name];
    snprintf(name, sizeof name, "s%" PRIu64, ++conn->statements);
    if (PQsendPrepare(conn->pg, name, stmt->query->numbered, count, stmt->types) == 0)
        return pg_err(conn, NULL, diag);
    _cleanup_result_ PGresult *result = NULL;
    TRY(pg_result(conn, &result, diag));
    if (result == NULL || PQresultStatus(result) != PGRES_COMMAND_OK) {
        Err err = pg_err(conn, result, diag);
        pg_drain(conn);
        return err;
    }
    pg_drain(conn);
    snprintf(stmt->name, sizeof stmt->name, "%s", name);
    return ERR_OK;
}

// One row, copied out of libpq's own memory, which would be a block for each.
static void row_keep(DriverStmt *stmt, const PGresult *result) {
    stmt->row_count++;
    for (int i = 0; i < stmt->columns; i++) {
        bool is_null = PQgetisnull(result, 0, i) != 0;
        int32_t len = is_null ? -1 : PQgetlength(result, 0, i);
        strbuf_put(&stmt->rows, str_of(&len, sizeof len));
        if (!is_null)
            strbuf_put(&stmt->rows, str_of(PQgetvalue(result, 0, i), (size_t)len));
    }
}

static Err columns_learn(DriverStmt *stmt, const PGresult *result, Diag *diag) {
    int columns = PQnfields(result);
    if (columns > STORE_COLUMNS_MAX)
        return query_too_large(stmt->query, diag);
    for (int i = 0; i < columns; i++)
        stmt->column_types[i] = PQftype(result, i);
    stmt->columns = columns;
    return ERR_OK;
}

static int64_t changes_of(PGresult *result) {
    const char *tag = PQcmdStatus(result);
    bool is_change = strncmp(tag, "INSERT", 6) == 0 || strncmp(tag, "UPDATE", 6) == 0 ||
                     strncmp(tag, "DELETE", 6) == 0;
    return is_change ? strtoll(PQcmdTuples(result), NULL, 10) : 0;
}

static Err result_take(DriverStmt *stmt, PGresult *result, Diag *diag) {
    switch (PQresultStatus(result)) {
    case PGRES_SINGLE_TUPLE:
        if (stmt->row_count == 0)
            TRY(columns_learn(stmt, result, diag));
        row_keep(stmt, result);
        if (strbuf_err(&stmt->rows) == ERR_NOMEM)
            return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
        if (strbuf_err(&stmt->rows) != ERR_OK || stmt->row_count > STORE_ROWS_MAX)
            return query_too_large(stmt->query, diag);
        return ERR_OK;
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
        stmt->changed = changes_of(result);
        return ERR_OK;
    default:
        return pg_err(stmt->conn, result, diag);
    }
}

static Err rows_fetch(DriverStmt *stmt, Diag *diag) {
    Err err = ERR_OK;
    for (;;) {
        _cleanup_result_ PGresult *result = NULL;
        TRY(pg_result(stmt->conn, &result, diag));
        if (result == NULL)
            return err;
        if (err == ERR_OK)
            err = result_take(stmt, result, diag);
        // Not worth reading to its end: the connection goes, and with it the rest.
        if (err == ERR_LIMIT && PQresultStatus(result) == PGRES_SINGLE_TUPLE)
            stmt->conn->base.is_lost = true;
        if (stmt->conn->base.is_lost)
            return err;
    }
}

static void stmt_rewind(DriverStmt *stmt) {
    strbuf_done(&stmt->rows);
    stmt->rows = STRBUF(STORE_RESULT_MAX + STORE_RESULT_MAX / 2);
    stmt->row_count = stmt->row_next = 0;
    stmt->at = 0;
    stmt->columns = 0;
}

static Err stmt_start(DriverStmt *stmt, const Bind *values, Diag *diag) {
    stmt_rewind(stmt);
    stmt->changed = 0;
    TRY(types_fit(stmt, values, diag));
    const char *pointers[STORE_PARAMS_MAX];
    int lengths[STORE_PARAMS_MAX], formats[STORE_PARAMS_MAX];
    uint64_t words[STORE_PARAMS_MAX];
    int count = stmt->query->param_count;
    for (int i = 0; i < count; i++) {
        const Bind *value = &values[i];
        bool is_word = value->type == STORE_INT64 || value->type == STORE_REAL64;
        uint64_t word = (uint64_t)value->number;
        if (value->type == STORE_REAL64)
            memcpy(&word, &value->real, sizeof word);
        words[i] = htobe64(word);
        pointers[i] = is_word                     ? (const char *)&words[i]
                      : value->type == STORE_NULL ? NULL
                      : value->text.len > 0       ? value->text.ptr
                                                  : "";
        lengths[i] = is_word ? (int)sizeof word : (int)value->text.len;
        formats[i] = 1;
    }
    if (PQsendQueryPrepared(stmt->conn->pg, stmt->name, count, pointers, lengths, formats, 1) == 0)
        return pg_err(stmt->conn, NULL, diag);
    if (PQsetSingleRowMode(stmt->conn->pg) == 0)
        return pg_err(stmt->conn, NULL, diag);
    return rows_fetch(stmt, diag);
}

static Err stmt_move(DriverStmt *stmt, bool *ret_has_row, Diag *diag) {
    (void)diag;
    if (stmt->row_next >= stmt->row_count) {
        *ret_has_row = false;
        return ERR_OK;
    }
    stmt->row_next++;
    for (int i = 0; i < stmt->columns; i++) {
        int32_t len;
        memcpy(&len, stmt->rows.ptr + stmt->at, sizeof len);
        stmt->at += sizeof len;
        stmt->values[i] = len < 0 ? (Str){0} : str_of(stmt->rows.ptr + stmt->at, (size_t)len);
        stmt->at += len < 0 ? 0 : (size_t)len;
    }
    *ret_has_row = true;
    return ERR_OK;
}

static int stmt_width(const DriverStmt *stmt) {
    return stmt->columns;
}

static double real_of(uint64_t word) {
    double real;
    memcpy(&real, &word, sizeof real);
    return real;
}

static float short_real_of(uint32_t word) {
    float real;
    memcpy(&real, &word, sizeof real);
    return real;
}

static Err stmt_column(DriverStmt *stmt, int column, Bind *ret) {
    static const struct {
        Oid type;
        size_t len; // 0: any
    } KNOWN[] = {{PG_BOOL, 1},   {PG_INT2, 2},    {PG_INT4, 4}, {PG_INT8, 8},
                 {PG_FLOAT4, 4}, {PG_FLOAT8, 8},  {PG_TEXT, 0}, {PG_VARCHAR, 0},
                 {PG_BPCHAR, 0}, {PG_UNTYPED, 0}, {PG_NAME, 0}, {PG_BYTEA, 0}};
    Str value = stmt->values[column];
    Oid type = stmt->column_types[column];
    size_t known = 0, count = sizeof KNOWN / sizeof KNOWN[0];
    while (known < count && KNOWN[known].type != type)
        known++;
    if (known == count ||
        (value.ptr != NULL && KNOWN[known].len > 0 && KNOWN[known].len != value.len))
        return ERR_UNSUPPORTED;
    if (value.ptr == NULL)
        *ret = bind_null(NULL);
    else if (type == PG_BOOL)
        *ret = bind_int64(NULL, value.ptr[0] != 0);
    else if (type == PG_INT2)
        *ret = bind_int64(NULL, (int16_t)load_be16(value.ptr));
    else if (type == PG_INT4)
        *ret = bind_int64(NULL, (int32_t)load_be32(value.ptr));
    else if (type == PG_INT8)
        *ret = bind_int64(NULL, (int64_t)load_be64(value.ptr));
    else if (type == PG_FLOAT4)
        *ret = bind_real64(NULL, (double)short_real_of(load_be32(value.ptr)));
    else if (type == PG_FLOAT8)
        *ret = bind_real64(NULL, real_of(load_be64(value.ptr)));
    else
        *ret = type == PG_BYTEA ? bind_bytes(NULL, value) : bind_text(NULL, value);
    return ERR_OK;
}

static int64_t stmt_count(const DriverStmt *stmt) {
    return stmt->changed;
}

// libpq's own words about a malformed address repeat it, with its password; ours do not.
static Err database_open(Database *database, Diag *diag) {
    PQconninfoOption *options = PQconninfoParse(database->address, NULL);
    if (options == NULL)
        return diag_set(diag, ERR_INVALID,
                        N_("The address of the database is not well formed: it is written "
                           "postgresql://user@host:port/name."));
    PQconninfoFree(options);
    return PQisthreadsafe() != 0 ? ERR_OK
                                 : diag_set(diag, ERR_UNSUPPORTED,
                                            N_("The installed libpq cannot be used by threads."));
}

static void database_close(Database *database) {
    (void)database;
}

const Driver driver_postgres = {
    .name = "postgresql",
    .open = database_open,
    .close = database_close,
    .connect = pg_connect,
    .disconnect = pg_disconnect,
    .found = pg_found,
    .begin = pg_begin,
    .commit = pg_commit,
    .rollback = pg_rollback,
    .execute = pg_execute,
    .prepare = stmt_new,
    .finalize = stmt_end,
    .start = stmt_start,
    .step = stmt_move,
    .reset = stmt_rewind,
    .columns = stmt_width,
    .column = stmt_column,
    .changed = stmt_count,
};
