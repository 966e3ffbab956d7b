// One connection to a PostgreSQL server: set-up, waiting for answers with a deadline, transactions,
// and what its errors mean (SQLSTATE, appendix A of its manual).
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "store/postgres.h"

enum { PG_VERSION_MIN = 150000, COMMIT_PATIENCE_MS = 10000 };
// The lock under which tables are founded by one process at a time; any number of our own.
#define PG_FOUND_LOCK "7377465"

static void address_put(PgConn *conn, Diag *diag) {
    const char *host = PQhost(conn->pg), *name = PQdb(conn->pg);
    diag_arg(diag, "host", str_from(host == NULL ? "" : host));
    diag_arg(diag, "database", str_from(name == NULL ? "" : name));
}

static Err lost(PgConn *conn, Diag *diag) {
    conn->base.is_lost = true;
    diag_set(diag, ERR_IO,
             N_("The connection to the database {database} at {host} was lost. Nothing was "
                "changed; try again."));
    address_put(conn, diag);
    return ERR_IO;
}

static const struct {
    const char *state; // the beginning of a SQLSTATE; the first row that fits holds
    Err err;
    const char *msgid;
} STATES[] = {
    {"40", ERR_BUSY, N_("Others changed the same records at the same time. Try again.")},
    {"55P03", ERR_BUSY, N_("Others changed the same records at the same time. Try again.")},
    {"23505", ERR_EXISTS, N_("There is such a record already ({constraint}).")},
    {"23P01", ERR_EXISTS, N_("There is such a record already ({constraint}).")},
    {"23503", ERR_CONFLICT,
     N_("The record refers to one that does not exist, or another refers to it ({constraint}).")},
    {"23", ERR_RANGE, N_("The record has a value that is not allowed ({constraint}).")},
    {"22021", ERR_ENCODING, N_("The database refused a text that is not valid UTF-8.")},
    {"22003", ERR_RANGE, N_("A number is too large or too small to be kept.")},
    {"25006", ERR_INTERNAL, N_("A transaction that only reads tried to write.")},
    {"42501", ERR_PERMISSION, N_("The database user lacks a right that is needed: {reason}")},
    {"53100", ERR_FULL, N_("There is no space left on the database server. Nothing was changed.")},
    {"53200", ERR_NOMEM, N_("The database server has not enough memory.")},
    {"53", ERR_LIMIT, N_("A limit of the database server was reached: {reason}")},
    {"54", ERR_LIMIT, N_("A limit of the database server was reached: {reason}")},
    {"58", ERR_IO, N_("The database server could not read or write: {reason}")},
    {"XX001", ERR_CORRUPT,
     N_("The database server says that its data are damaged. Restore the last backup.")},
    {"XX002", ERR_CORRUPT,
     N_("The database server says that its data are damaged. Restore the last backup.")},
    {"", ERR_INTERNAL, N_("The database refused a statement: {reason}")},
};

Err pg_err(PgConn *conn, const PGresult *result, Diag *diag) {
    const char *state = result == NULL ? NULL : PQresultErrorField(result, PG_DIAG_SQLSTATE);
    bool is_ending = state != NULL && (strncmp(state, "57P", 3) == 0 ||
                                       strncmp(state, "08", 2) == 0 || strcmp(state, "25P03") == 0);
    if (state == NULL || is_ending || PQstatus(conn->pg) != CONNECTION_OK)
        return lost(conn, diag);
    if (strcmp(state, "57014") == 0) { // cancelled, by us or by the time it was given
        if (conn->limit != NULL && limit_check(conn->limit, diag) != ERR_OK)
            return diag->err;
        return diag_set(diag, ERR_TIMEOUT,
                        N_("The database did not answer in the time that was given."));
    }
    const char *reason = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    // A table changed under a prepared statement: with a new connection it is prepared anew.
    if (strcmp(state, "0A000") == 0 && reason != NULL && strstr(reason, "cached plan") != NULL) {
        conn->base.is_lost = true;
        state = "40001";
    }
    size_t row = 0;
    while (strncmp(state, STATES[row].state, strlen(STATES[row].state)) != 0)
        row++;
    const char *constraint = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
    if (constraint == NULL)
        constraint = PQresultErrorField(result, PG_DIAG_COLUMN_NAME);
    diag_set(diag, STATES[row].err, STATES[row].msgid);
    if (constraint != NULL)
        diag_arg(diag, "constraint", str_from(constraint));
    diag_arg(diag, "reason", str_from(reason));
    return STATES[row].err;
}

// --- Waiting ----------------------------------------------------------------------------------

// Until the socket has something, or for a slice of time; false when the wait itself failed.
static bool socket_wait(PgConn *conn, int64_t slice_ms) {
    struct pollfd socket = {.fd = PQsocket(conn->pg), .events = POLLIN};
    return poll(&socket, 1, (int)slice_ms) >= 0 || errno == EINTR;
}

static void server_stop(PgConn *conn) {
    char reason[256];
    PGcancel *cancel = PQgetCancel(conn->pg);
    if (cancel == NULL)
        return;
    // When it cannot be asked, its own statement_timeout and our grace end the matter.
    if (PQcancel(cancel, reason, sizeof reason) == 0)
        reason[0] = '\0';
    PQfreeCancel(cancel);
}

static int64_t slice_of(const StoreLimit *limit, bool was_stopped, int64_t end_ns) {
    int64_t left = (end_ns - clock_monotonic_ns()) / 1000000 + 1;
    if (left < 1)
        left = 1;
    if (limit != NULL && limit->is_cancelled != NULL && !was_stopped &&
        left > STORE_CANCEL_SLICE_MS)
        left = STORE_CANCEL_SLICE_MS;
    return left > 60000 ? 60000 : left;
}

static Err answer_wait(PgConn *conn, Diag *diag) {
    const StoreLimit *limit = conn->limit;
    bool was_stopped = false;
    int64_t end_ns = limit != NULL ? limit->deadline_ns
                                   : clock_monotonic_ns() + COMMIT_PATIENCE_MS * INT64_C(1000000);
    while (PQisBusy(conn->pg) != 0) {
        bool is_over = clock_monotonic_ns() >= end_ns ||
                       (limit != NULL && !was_stopped && limit_check(limit, NULL) != ERR_OK);
        if (is_over && (was_stopped || limit == NULL)) {
            conn->base.is_lost = true;
            return diag_set(diag, ERR_TIMEOUT,
                            N_("The database did not answer in the time that was given."));
        }
        if (is_over) {
            server_stop(conn);
            was_stopped = true;
            end_ns = clock_monotonic_ns() + STORE_LOST_GRACE_MS * INT64_C(1000000);
        }
        if (!socket_wait(conn, slice_of(limit, was_stopped, end_ns)) ||
            PQconsumeInput(conn->pg) == 0)
            return lost(conn, diag);
    }
    return ERR_OK;
}

Err pg_result(PgConn *conn, PGresult **ret, Diag *diag) {
    TRY(answer_wait(conn, diag));
    *ret = PQgetResult(conn->pg);
    return ERR_OK;
}

void pg_drain(PgConn *conn) {
    Diag ignored;
    PGresult *result = NULL;
    while (!conn->base.is_lost && pg_result(conn, &result, &ignored) == ERR_OK && result != NULL) {
        ExecStatusType status = PQresultStatus(result);
        if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH)
            conn->base.is_lost = true; // no statement of ours copies
        PQclear(result);
    }
    if (PQstatus(conn->pg) != CONNECTION_OK)
        conn->base.is_lost = true;
}

// Sends statements without parameters and reads all their answers. ret_tag may be NULL: whether the
// last one's command was as named.
static Err simple(PgConn *conn, const char *sql, const char *tag, bool *ret_tag, Diag *diag) {
    if (PQsendQuery(conn->pg, sql) == 0)
        return lost(conn, diag);
    Err err = ERR_OK;
    for (;;) {
        _cleanup_result_ PGresult *result = NULL;
        TRY(pg_result(conn, &result, diag));
        if (result == NULL)
            return err;
        ExecStatusType status = PQresultStatus(result);
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && err == ERR_OK)
            err = pg_err(conn, result, diag);
        if (ret_tag != NULL)
            *ret_tag = strcmp(PQcmdStatus(result), tag) == 0;
    }
}

// --- Connecting -------------------------------------------------------------------------------

// A socket's folder, or this machine by one of its names.
static bool is_local(Str host) {
    return host.len == 0 || host.ptr[0] == '/' || host.ptr[0] == '@' || str_is(host, "localhost") ||
           str_is(host, "::1") || str_has_prefix(host, STR("127."));
}

bool pg_needs_protection(const char *address) {
    PQconninfoOption *options = PQconninfoParse(address, NULL);
    bool is_remote = false, is_chosen = false;
    for (const PQconninfoOption *at = options; at != NULL && at->keyword != NULL; at++) {
        if (at->val == NULL)
            continue;
        is_chosen |= strcmp(at->keyword, "sslmode") == 0;
        if (strcmp(at->keyword, "host") != 0 && strcmp(at->keyword, "hostaddr") != 0)
            continue;
        Str rest = str_from(at->val), host;
        for (bool has_more = true; has_more; is_remote |= !is_local(host)) {
            has_more = str_cut(rest, ',', &host, &rest);
            if (!has_more)
                host = rest;
        }
    }
    PQconninfoFree(options);
    return is_remote && !is_chosen;
}

static void notice_ignore(void *context, const PGresult *result) {
    (void)context, (void)result;
}

static Err server_check(PgConn *conn, Diag *diag) {
    const char *encoding = PQparameterStatus(conn->pg, "server_encoding");
    Err err = ERR_OK;
    if (PQserverVersion(conn->pg) < PG_VERSION_MIN)
        err = diag_set(diag, ERR_UNSUPPORTED,
                       N_("The database server at {host} is older than PostgreSQL 15, which is "
                          "needed."));
    else if (encoding == NULL || strcmp(encoding, "UTF8") != 0)
        err = diag_set(diag, ERR_UNSUPPORTED,
                       N_("The database {database} at {host} does not keep its text as UTF-8. "
                          "Make it with ENCODING 'UTF8'."));
    if (err != ERR_OK)
        address_put(conn, diag);
    return err;
}

Err pg_connect(Database *database, bool may_write, const StoreLimit *limit, Conn **ret,
               Diag *diag) {
    (void)may_write;
    TRY(limit_check(limit, diag));
    int64_t seconds = limit_left_ms(limit) / 1000 + 1;
    char patience[24];
    snprintf(patience, sizeof patience, "%d",
             (int)(seconds < STORE_CONNECT_SECONDS ? seconds : STORE_CONNECT_SECONDS));
    const char *const names[] = {"dbname",
                                 "connect_timeout",
                                 "tcp_user_timeout",
                                 "client_encoding",
                                 "fallback_application_name",
                                 pg_needs_protection(database->address) ? "sslmode" : NULL,
                                 NULL};
    const char *const values[] = {database->address, patience,      "30000", "UTF8",
                                  "seventh",         "verify-full", NULL};
    PgConn *conn = calloc(1, sizeof *conn);
    if (conn == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    *conn = (PgConn){.base.driver = &driver_postgres, .limit = limit, .dead = STRBUF(1 << 16)};
    conn->pg = PQconnectdbParams(names, values, 1);
    Err err = ERR_OK;
    if (conn->pg == NULL)
        err = diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    else if (PQstatus(conn->pg) != CONNECTION_OK) {
        err = diag_set(diag, ERR_IO,
                       N_("The database {database} at {host} cannot be reached: {reason}"));
        address_put(conn, diag);
        diag_arg(diag, "reason", str_trim(str_from(PQerrorMessage(conn->pg))));
    } else {
        err = server_check(conn, diag);
    }
    if (err == ERR_OK) {
        PQsetNoticeReceiver(conn->pg, notice_ignore, NULL);
        // What is acknowledged must be on the disk, whatever the server's default is.
        err = simple(conn,
                     "SET standard_conforming_strings = on; SET client_min_messages = error;"
                     "SET TimeZone = 'UTC'; SELECT set_config('synchronous_commit', 'on', false) "
                     "WHERE current_setting('synchronous_commit') = 'off'",
                     NULL, NULL, diag);
    }
    conn->limit = NULL;
    if (err == ERR_OK)
        *ret = &conn->base;
    else
        pg_disconnect(&conn->base);
    return err;
}

void pg_disconnect(Conn *base) {
    PgConn *conn = (PgConn *)base;
    PQfinish(conn->pg);
    strbuf_done(&conn->dead);
    free(conn);
}

// The table that queued writers lock. It is only made when it is missing, since a user without the
// right to make tables may use the store.
Err pg_found(Conn *base, const StoreLimit *limit, Diag *diag) {
    PgConn *conn = (PgConn *)base;
    bool is_missing = false;
    conn->limit = limit;
    Err err = simple(conn, "SELECT 1 WHERE to_regclass('store_writers') IS NULL", "SELECT 1",
                     &is_missing, diag);
    if (err == ERR_OK && is_missing)
        err = simple(conn,
                     "BEGIN; SELECT pg_advisory_xact_lock(" PG_FOUND_LOCK
                     "); CREATE TABLE IF NOT EXISTS store_writers (id BIGINT PRIMARY KEY); COMMIT",
                     NULL, NULL, diag);
    conn->limit = NULL;
    if (err != ERR_OK)
        pg_rollback(base);
    return err;
}

// --- Transactions -----------------------------------------------------------------------------

Err pg_begin(Conn *base, StoreMode mode, const StoreLimit *limit, Diag *diag) {
    PgConn *conn = (PgConn *)base;
    conn->limit = limit;
    conn->mode = mode;
    if (conn->dead.len > 0) {
        if (simple(conn, strbuf_text(&conn->dead), NULL, NULL, diag) != ERR_OK &&
            conn->base.is_lost)
            return diag->err;
        strbuf_clear(&conn->dead);
    }
    // The server ends by itself what outlives the request, should we be gone by then. LOCK comes
    // before the snapshot is taken, so that it shows what the writer before has committed.
    char sql[320];
    long long left = (long long)limit_left_ms(limit) + 1;
    if (left > INT32_MAX)
        left = INT32_MAX;
    snprintf(sql, sizeof sql,
             "BEGIN ISOLATION LEVEL %s; SET LOCAL statement_timeout = %lld; "
             "SET LOCAL idle_in_transaction_session_timeout = %lld%s",
             mode == STORE_READ ? "REPEATABLE READ READ ONLY" : "SERIALIZABLE READ WRITE", left,
             left, mode == STORE_QUEUED ? "; LOCK TABLE store_writers IN EXCLUSIVE MODE" : "");
    Err err = simple(conn, sql, NULL, NULL, diag);
    if (err != ERR_OK)
        pg_rollback(base);
    return err;
}

void pg_rollback(Conn *base) {
    PgConn *conn = (PgConn *)base;
    Diag ignored;
    conn->limit = NULL;
    pg_drain(conn);
    if (!conn->base.is_lost && PQtransactionStatus(conn->pg) != PQTRANS_IDLE &&
        simple(conn, "ROLLBACK", NULL, NULL, &ignored) != ERR_OK)
        conn->base.is_lost = true;
}

Err pg_commit(Conn *base, Diag *diag) {
    PgConn *conn = (PgConn *)base;
    bool is_committed = false;
    conn->limit = NULL; // not cut short: an answer is worth more than punctuality
    Err err = simple(conn, "COMMIT", "COMMIT", &is_committed, diag);
    if (conn->base.is_lost && conn->mode != STORE_READ) {
        diag_set(diag, ERR_IO,
                 N_("The connection to the database {database} at {host} was lost at the very end. "
                    "It is not known whether the change was made: look before trying again."));
        address_put(conn, diag);
        return ERR_IO;
    }
    if (err == ERR_OK && !is_committed)
        err = diag_set(diag, ERR_INTERNAL, N_("The database rolled a transaction back."));
    if (err != ERR_OK)
        pg_rollback(base);
    return err;
}

Err pg_execute(Conn *base, const char *sql, Diag *diag) {
    return simple((PgConn *)base, sql, NULL, NULL, diag);
}
