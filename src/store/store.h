// Store: a database shared by threads. One way to write statements, whether SQLite or PostgreSQL
// is underneath.
//
//     static Err case_title_set(Tx *tx, void *context, Diag *diag) {
//         const CaseTitle *title = context;
//         int64_t changed;
//         TRY(tx_run(tx, STR("UPDATE cases SET title = :title WHERE id = :id"),
//                    BINDS(bind_text("title", title->text), bind_int64("id", title->id)),
//                    &changed, diag));
//         return changed == 1 ? ERR_OK : diag_set(diag, ERR_NOT_FOUND, N_("…"));
//     }
//     TRY(store_run(store, STORE_WRITE, NULL, case_title_set, &title, diag));
//
// **Transactions.** Nothing is read or written outside a transaction, and a transaction is a
// function: store_run begins, calls it, and commits when it returns ERR_OK. Any other answer rolls
// everything back and is handed on. When other transactions interfere (a busy database, a
// serialization failure, a deadlock) store_run rolls back, waits a little and calls the function
// again, up to STORE_ATTEMPTS_MAX times and until the request's deadline; then it gives ERR_BUSY.
// Hence the one rule: *the function may run several times, and must do nothing outside the
// transaction but write to its context, as if for the first time*.
//
// **Failure.** A statement that fails ends its transaction: whatever the function returns, nothing
// is committed, and every later statement in it gives the same error. What may collide is therefore
// written so that it cannot fail (ON CONFLICT DO NOTHING … RETURNING, then look whether a row
// came). This is PostgreSQL's rule; on SQLite the same is enforced.
//
// **Isolation.** STORE_READ sees one snapshot, from its first statement on, and writes nothing.
// STORE_WRITE transactions have the effect of some order one after the other (serializable); on
// PostgreSQL they run side by side and those that interfere are tried again. STORE_QUEUED is a
// write that waits its turn before it begins: right where nearly all transactions meet in one row
// (the head of a ledger), for they would only undo one another. On SQLite every write is queued.
// Use STORE_QUEUED for what ends in a ledger entry.
//
// **Acknowledgement.** When store_run gives ERR_OK for a write, it is on the disk and outlives the
// process and the power. ERR_IO with a message about an unknown outcome is the one case in which a
// failed transaction may have been committed: a server that was lost during COMMIT.
//
// **Threads.** Store: any thread, any number at once. Tx and Stmt: only the thread that runs the
// function, only while it runs. A transaction may not begin another one (ERR_INTERNAL).
//
// **SQL.** One text for both databases; docs/store.md describes their common part and where they
// differ. Parameters are `:name`, lower case. What either database would read otherwise
// than the other is refused by stmt_prepare: `?`, `$1`, `@x`, `[x]`, `x`, E'…', $$…$$, nested
// comments, several statements in one text. Columns come in the order of the SELECT.
//
// **Values.** int64; real64 (no NaN); text (valid UTF-8 without NUL; anything else is ERR_ENCODING
// and never reaches the database); bytes; null. Text compares by bytes on both.
#pragma once
#include <stdatomic.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "store/limits.h"

typedef struct Store Store;
typedef struct Tx Tx;
typedef struct Stmt Stmt;
typedef struct StoreFault StoreFault; // store/fault.h

typedef enum StoreMode {
    STORE_READ,  // one snapshot, no writing
    STORE_WRITE, // serializable, tried again when others interfere
    STORE_QUEUED // as STORE_WRITE, one after the other from the start
} StoreMode;

typedef struct StoreOptions {
    int connections;     // SQLite: readers beside the one writer; PostgreSQL: all. 0: default
    int64_t deadline_ms; // for a transaction that brings no deadline of its own. 0: default
    StoreFault *fault;   // for tests: fails on request; borrowed for the life of the store
} StoreOptions;

// What a request that is being answered brings along: its end and its cancellation.
typedef struct StoreRequest {
    int64_t deadline_ns;             // on clock_monotonic_ns; 0: the store's own
    const atomic_bool *is_cancelled; // may be NULL; another thread sets it → ERR_INTERRUPTED
} StoreRequest;

// Opens the database at an address: `postgresql://…` (or `postgres://…`), else the path of an
// SQLite file, which is made (mode 0600) when it does not exist; beside it stand `-wal` and `-shm`
// while it is open, and `-open`, by which a stop that was not clean is noticed. options may be
// NULL. The first connection is made here, so that a wrong address is told at once. After a stop
// that was not clean, an SQLite file is checked first (ERR_CORRUPT when it is damaged). An SQLite
// file of another program is refused (ERR_UNSUPPORTED). The schema is another matter:
// store/schema.h.
Err store_open(Str address, const StoreOptions *options, Store **ret, Diag *diag) MUST_CHECK;
// No transaction may be running.
void store_free(Store *store);
DEFINE_CLEANUP(Store *, store_free);

typedef Err StoreWork(Tx *tx, void *context, Diag *diag);
// request may be NULL. ERR_BUSY: others interfered until the end of patience, or no connection
// came free. ERR_TIMEOUT: the deadline passed. ERR_INTERRUPTED: cancelled. ERR_FULL: no space.
// ERR_EXISTS: a unique or primary key is taken. ERR_CONFLICT: a reference would dangle.
// ERR_RANGE: a check or NOT NULL was broken. ERR_IO: the database cannot be reached or written.
Err store_run(Store *store, StoreMode mode, const StoreRequest *request, StoreWork *work,
              void *context, Diag *diag) MUST_CHECK;

// How the running transaction was begun.
StoreMode tx_mode(const Tx *tx);

// --- Statements -------------------------------------------------------------------------------

typedef enum StoreType { STORE_NULL, STORE_INT64, STORE_REAL64, STORE_TEXT, STORE_BYTES } StoreType;

// A value for the parameter `:name`. Text and bytes are borrowed until the parameter gets another
// value or the statement is freed.
typedef struct Bind {
    const char *name; // static, without the colon
    StoreType type;
    int64_t number;
    double real;
    Str text;
} Bind;

static inline Bind bind_null(const char *name) {
    return (Bind){.name = name, .type = STORE_NULL};
}
static inline Bind bind_int64(const char *name, int64_t number) {
    return (Bind){.name = name, .type = STORE_INT64, .number = number};
}
static inline Bind bind_real64(const char *name, double real) {
    return (Bind){.name = name, .type = STORE_REAL64, .real = real};
}
static inline Bind bind_text(const char *name, Str text) {
    return (Bind){.name = name, .type = STORE_TEXT, .text = text};
}
static inline Bind bind_bytes(const char *name, Str bytes) {
    return (Bind){.name = name, .type = STORE_BYTES, .text = bytes};
}

// A borrowed list: BINDS(bind_int64("id", id), bind_text("title", title)) or BIND_NONE.
typedef struct Binds {
    const Bind *items;
    int count;
} Binds;
#define BINDS(...) \
    ((Binds){(const Bind[]){__VA_ARGS__}, \
             (int)(sizeof((const Bind[]){__VA_ARGS__}) / sizeof(Bind))})
#define BIND_NONE ((Binds){0})

// Runs a statement to its end and drops its rows. ret_changed (may be NULL): rows inserted,
// updated or deleted.
Err tx_run(Tx *tx, Str sql, Binds binds, int64_t *ret_changed, Diag *diag) MUST_CHECK;
// The int64 in the first column of the only row: `INSERT … RETURNING id`, `SELECT count(*) …`.
// *ret_has (may be NULL) is false when no row came; with NULL that is ERR_NOT_FOUND. More than one
// row is ERR_INTERNAL.
Err tx_int64(Tx *tx, Str sql, Binds binds, bool *ret_has, int64_t *ret, Diag *diag) MUST_CHECK;
// A statement with its values, ready for stmt_step.
Err tx_query(Tx *tx, Str sql, Binds binds, Stmt **ret, Diag *diag) MUST_CHECK;

// A statement for repeated use in this transaction. Preparing costs once a connection: prepared
// statements are kept by their text, so texts should be constant.
Err stmt_prepare(Tx *tx, Str sql, Stmt **ret, Diag *diag) MUST_CHECK;
// Must come before the transaction's function returns.
void stmt_free(Stmt *stmt);
DEFINE_CLEANUP(Stmt *, stmt_free);
#define _cleanup_stmt_ _cleanup_(stmt_freep)

// Gives a parameter its value, before the first step. A failure (no such parameter, text that is
// no UTF-8) is kept and told by the next step. Parameters without a value are null.
void stmt_bind(Stmt *stmt, Bind bind);
// Executes at the first call, and moves to the next row at each. After the last row
// (*ret_has_row false) the statement is as if reset.
Err stmt_step(Stmt *stmt, bool *ret_has_row, Diag *diag) MUST_CHECK;
// The same for loops: false after the last row or on a failure, which tx_err then tells.
//     while (stmt_next(rows)) { … }
//     TRY(tx_err(tx, diag));
bool stmt_next(Stmt *stmt);
// ERR_OK, or why the transaction failed. (Who forgets to ask commits nothing all the same.)
Err tx_err(const Tx *tx, Diag *diag) MUST_CHECK;
// Ready for another execution; values are kept until bound anew.
void stmt_reset(Stmt *stmt);
// Rows changed by the last execution that was stepped to its end.
int64_t stmt_changed(const Stmt *stmt);

// The present row's columns, from 0. A null gives 0, 0.0 or an empty Str. A column of another type
// than asked ends the transaction with ERR_INTERNAL (real64 also takes an int64). What text and
// bytes point at lives until the statement's next step, reset or end.
int stmt_columns(const Stmt *stmt);
StoreType stmt_type(Stmt *stmt, int column);
bool stmt_is_null(Stmt *stmt, int column);
int64_t stmt_int64(Stmt *stmt, int column);
double stmt_real64(Stmt *stmt, int column);
Str stmt_text(Stmt *stmt, int column);
Str stmt_bytes(Stmt *stmt, int column);

// --- The store as a whole ---------------------------------------------------------------------

// Counted since store_open, for the health and metrics pages.
typedef struct StoreFigures {
    const char *driver;     // "sqlite" or "postgresql"
    int connections, busy;  // open now; of these, in use
    uint64_t reads, writes; // transactions that ended well
    uint64_t failures;      // transactions that did not, after all attempts
    uint64_t retries;       // further attempts
    uint64_t waits;         // transactions that waited for a connection
    uint64_t wait_ns;       // how long in all
    uint64_t reconnects;    // connections that were found dead and replaced
    bool was_unclean;       // SQLite: the last stop was not clean; the file was checked
} StoreFigures;
void store_figures(Store *store, StoreFigures *ret);

// Writes a copy of the database as it is now to a new file (mode 0600), while others read and
// write on; checks the copy, then gives it its name. An existing file is replaced. SQLite only:
// a PostgreSQL server is backed up by its own tools (pg_dump, or pg_basebackup with an archive of
// the write-ahead log), and this says so with ERR_UNSUPPORTED.
Err store_backup(Store *store, const char *path, const StoreRequest *request,
                 Diag *diag) MUST_CHECK;
// Whether the database's own structure is sound: ERR_CORRUPT when it is not. Reads an SQLite file
// whole; a PostgreSQL server looks after its own.
Err store_check(Store *store, const StoreRequest *request, Diag *diag) MUST_CHECK;
