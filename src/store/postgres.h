// The PostgreSQL driver's inside, shared by its files: the connection, and how answers are awaited.
#pragma once
#include <libpq-fe.h>

#include "base/strbuf.h"
#include "store/driver.h"

typedef struct PgConn {
    Conn base;
    PGconn *pg;
    const StoreLimit *limit; // of the running transaction, or NULL
    StoreMode mode;
    uint64_t statements; // names given so far
    StrBuf dead;         // DEALLOCATE … for statements that are not needed any more
} PgConn;

static inline void pg_result_done(PGresult **result) {
    PQclear(*result);
}
#define _cleanup_result_ _cleanup_(pg_result_done)

// Whether an address leads to another machine and does not say itself how it is protected: then
// the server's certificate is checked (sslmode=verify-full). libpq's own default would fall back
// to plain text for whoever stands between.
bool pg_needs_protection(const char *address);
Err pg_connect(Database *database, bool may_write, const StoreLimit *limit, Conn **ret, Diag *diag);
void pg_disconnect(Conn *base);
Err pg_found(Conn *base, const StoreLimit *limit, Diag *diag);
Err pg_begin(Conn *base, StoreMode mode, const StoreLimit *limit, Diag *diag);
Err pg_commit(Conn *base, Diag *diag);
void pg_rollback(Conn *base);
Err pg_execute(Conn *base, const char *sql, Diag *diag);

// The class and message of a result that is an error, or of a connection that is gone (NULL).
Err pg_err(PgConn *conn, const PGresult *result, Diag *diag);
// The next result of what was sent, NULL after the last. At the request's end the server is asked
// to stop; one that stays silent is given up (the connection is lost, ERR_TIMEOUT).
Err pg_result(PgConn *conn, PGresult **ret, Diag *diag) MUST_CHECK;
// Reads and drops what is left, so that the next statement can be sent.
void pg_drain(PgConn *conn);
