// Driver: what a database must offer to be underneath a Store. Only this room includes it.
//
// A Conn belongs to one thread at a time; a DriverStmt to its Conn. Drivers answer with classes:
// ERR_BUSY means "others interfered; roll back and try the transaction again" and nothing else. A
// driver sets conn->is_lost when the connection is of no further use. Outputs are untouched on
// failure. diag is never NULL here.
#pragma once
#include "store/query.h"
#include "store/store.h"

typedef struct Driver Driver;
typedef struct DriverStmt DriverStmt; // each driver's own

// When a transaction must end.
typedef struct StoreLimit {
    int64_t deadline_ns; // on clock_monotonic_ns, never 0
    const atomic_bool *is_cancelled;
} StoreLimit;

typedef struct Conn {
    const Driver *driver;
    bool is_lost;
} Conn;

// What is known before there is a connection.
typedef struct Database {
    const Driver *driver; // that the pools use: the test driver, or inner
    const Driver *inner;  // SQLite's or PostgreSQL's
    char *address;        // NUL-terminated
    void *own;            // the driver's, or NULL
    StoreFault *fault;
    bool was_unclean;
} Database;

struct Driver {
    const char *name;
    // One writer at a time, with a pool of its own.
    bool has_one_writer;
    // Once, before the first connection; `close` undoes it.
    Err (*open)(Database *database, Diag *diag);
    void (*close)(Database *database);

    Err (*connect)(Database *database, bool may_write, const StoreLimit *limit, Conn **ret,
                   Diag *diag);
    void (*disconnect)(Conn *conn);
    // What must exist before the first STORE_QUEUED transaction. Called once after the first
    // connection; several processes may do so at once.
    Err (*found)(Conn *conn, const StoreLimit *limit, Diag *diag);

    // The limit is borrowed until commit or rollback has returned.
    Err (*begin)(Conn *conn, StoreMode mode, const StoreLimit *limit, Diag *diag);
    // On failure the transaction is gone. ERR_BUSY only when surely nothing was committed.
    Err (*commit)(Conn *conn, Diag *diag);
    // Cannot fail: a connection on which it does is lost.
    void (*rollback)(Conn *conn);
    // Statements without parameters and rows, several in one text (schema changes).
    Err (*execute)(Conn *conn, const char *sql, Diag *diag);

    // `query` is borrowed for the statement's life.
    Err (*prepare)(Conn *conn, const Query *query, DriverStmt **ret, Diag *diag);
    void (*finalize)(DriverStmt *stmt);
    // Begins an execution with query->param_count values, already checked.
    Err (*start)(DriverStmt *stmt, const Bind *values, Diag *diag);
    Err (*step)(DriverStmt *stmt, bool *ret_has_row, Diag *diag);
    void (*reset)(DriverStmt *stmt);
    int (*columns)(const DriverStmt *stmt);
    // The present row's column as a Bind without name; text valid until the next step or reset.
    // ERR_UNSUPPORTED: a type that is none of ours. ERR_CORRUPT: text that is not valid. No detail.
    Err (*column)(DriverStmt *stmt, int column, Bind *ret);
    int64_t (*changed)(const DriverStmt *stmt);

    // NULL when the database looks after itself.
    Err (*check)(Database *database, const StoreLimit *limit, Diag *diag);
    // NULL when the database is backed up by its own tools.
    Err (*backup)(Database *database, const char *path, const StoreLimit *limit, Diag *diag);
};

extern const Driver driver_sqlite;
extern const Driver driver_postgres;
extern const Driver driver_fault; // store/fault.h

// ERR_OK, or that the deadline passed or the request was cancelled.
Err limit_check(const StoreLimit *limit, Diag *diag);
int64_t limit_left_ms(const StoreLimit *limit); // ≥ 0
