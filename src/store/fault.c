// The test driver: hands everything on to the driver inside, unless it is told to fail.
#include "store/fault.h"

#include <stdlib.h>

typedef struct FaultConn {
    Conn base;
    Conn *inner;
    StoreFault *fault;
} FaultConn;

struct DriverStmt {
    DriverStmt *inner;
    FaultConn *conn;
};

void store_fault_arm(StoreFault *fault, int kinds, int64_t count, bool is_lasting, Err err) {
    atomic_store(&fault->kinds, 0);
    atomic_store(&fault->left, count);
    atomic_store(&fault->is_lasting, is_lasting);
    atomic_store(&fault->err, err);
    atomic_store(&fault->hits, 0);
    atomic_store(&fault->kinds, kinds);
}

int64_t store_fault_disarm(StoreFault *fault) {
    atomic_store(&fault->kinds, 0);
    return atomic_load(&fault->hits);
}

static Err fault_ask(StoreFault *fault, StoreFaultKind kind, Diag *diag) {
    if ((atomic_load(&fault->kinds) & (int)kind) == 0)
        return ERR_OK;
    long long left = atomic_fetch_sub(&fault->left, 1);
    if (left > 0 || (left < 0 && !atomic_load(&fault->is_lasting)))
        return ERR_OK;
    atomic_fetch_add(&fault->hits, 1);
    return diag_set(diag, (Err)atomic_load(&fault->err), N_("A test made this fail."));
}

static Err fault_open(Database *database, Diag *diag) {
    return database->inner->open(database, diag);
}

static void fault_close(Database *database) {
    database->inner->close(database);
}

static Err fault_connect(Database *database, bool may_write, const StoreLimit *limit, Conn **ret,
                         Diag *diag) {
    TRY(fault_ask(database->fault, STORE_FAULT_CONNECT, diag));
    _cleanup_free_ FaultConn *conn = calloc(1, sizeof *conn);
    if (conn == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    TRY(database->inner->connect(database, may_write, limit, &conn->inner, diag));
    conn->base.driver = &driver_fault;
    conn->fault = database->fault;
    *ret = &TAKE(conn)->base;
    return ERR_OK;
}

static void fault_disconnect(Conn *base) {
    FaultConn *conn = (FaultConn *)base;
    conn->inner->driver->disconnect(conn->inner);
    free(conn);
}

static Err told(FaultConn *conn, Err err) {
    conn->base.is_lost = conn->inner->is_lost;
    return err;
}

static Err fault_found(Conn *base, const StoreLimit *limit, Diag *diag) {
    FaultConn *conn = (FaultConn *)base;
    return told(conn, conn->inner->driver->found(conn->inner, limit, diag));
}

static Err fault_begin(Conn *base, StoreMode mode, const StoreLimit *limit, Diag *diag) {
    FaultConn *conn = (FaultConn *)base;
    TRY(fault_ask(conn->fault, STORE_FAULT_BEGIN, diag));
    return told(conn, conn->inner->driver->begin(conn->inner, mode, limit, diag));
}

static void fault_rollback(Conn *base) {
    FaultConn *conn = (FaultConn *)base;
    conn->inner->driver->rollback(conn->inner);
    conn->base.is_lost = conn->inner->is_lost;
}

static Err fault_commit(Conn *base, Diag *diag) {
    FaultConn *conn = (FaultConn *)base;
    Err err = fault_ask(conn->fault, STORE_FAULT_COMMIT, diag);
    if (err == ERR_OK)
        return told(conn, conn->inner->driver->commit(conn->inner, diag));
    fault_rollback(base);
    return err;
}

static Err fault_execute(Conn *base, const char *sql, Diag *diag) {
    FaultConn *conn = (FaultConn *)base;
    TRY(fault_ask(conn->fault, STORE_FAULT_EXECUTE, diag));
    return told(conn, conn->inner->driver->execute(conn->inner, sql, diag));
}

static Err fault_prepare(Conn *base, const Query *query, DriverStmt **ret, Diag *diag) {
    FaultConn *conn = (FaultConn *)base;
    TRY(fault_ask(conn->fault, STORE_FAULT_PREPARE, diag));
    DriverStmt *stmt = calloc(1, sizeof *stmt);
    if (stmt == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    stmt->conn = conn;
    Err err = told(conn, conn->inner->driver->prepare(conn->inner, query, &stmt->inner, diag));
    if (err == ERR_OK)
        *ret = stmt;
    else
        free(stmt);
    return err;
}

static const Driver *inner_driver(const DriverStmt *stmt) {
    return stmt->conn->inner->driver;
}

static void fault_finalize(DriverStmt *stmt) {
    inner_driver(stmt)->finalize(stmt->inner);
    free(stmt);
}

static Err fault_start(DriverStmt *stmt, const Bind *values, Diag *diag) {
    TRY(fault_ask(stmt->conn->fault, STORE_FAULT_START, diag));
    return told(stmt->conn, inner_driver(stmt)->start(stmt->inner, values, diag));
}

static Err fault_step(DriverStmt *stmt, bool *ret_has_row, Diag *diag) {
    TRY(fault_ask(stmt->conn->fault, STORE_FAULT_STEP, diag));
    return told(stmt->conn, inner_driver(stmt)->step(stmt->inner, ret_has_row, diag));
}

static void fault_reset(DriverStmt *stmt) {
    inner_driver(stmt)->reset(stmt->inner);
}

static int fault_columns(const DriverStmt *stmt) {
    return inner_driver(stmt)->columns(stmt->inner);
}

static Err fault_column(DriverStmt *stmt, int column, Bind *ret) {
    return inner_driver(stmt)->column(stmt->inner, column, ret);
}

static int64_t fault_changed(const DriverStmt *stmt) {
    return inner_driver(stmt)->changed(stmt->inner);
}

const Driver driver_fault = {
    .name = "fault",
    .open = fault_open,
    .close = fault_close,
    .connect = fault_connect,
    .disconnect = fault_disconnect,
    .found = fault_found,
    .begin = fault_begin,
    .commit = fault_commit,
    .rollback = fault_rollback,
    .execute = fault_execute,
    .prepare = fault_prepare,
    .finalize = fault_finalize,
    .start = fault_start,
    .step = fault_step,
    .reset = fault_reset,
    .columns = fault_columns,
    .column = fault_column,
    .changed = fault_changed,
};
