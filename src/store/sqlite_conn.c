// One connection to an SQLite file: how it is set up, how long it waits, what its errors mean.
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "store/sqlite.h"

static Err told(Diag *diag, Err err, const char *msgid, SqliteConn *conn) {
    diag_set(diag, err, msgid);
    diag_file(diag, str_from(conn->path));
    return err;
}

static Err constraint_err(SqliteConn *conn, int code, Diag *diag) {
    Err err;
    switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
        err = diag_set(diag, ERR_EXISTS, N_("There is such a record already ({constraint})."));
        break;
    case SQLITE_CONSTRAINT_FOREIGNKEY:
        err = diag_set(diag, ERR_CONFLICT,
                       N_("The record refers to one that does not exist, or another refers to it "
                          "({constraint})."));
        break;
    case SQLITE_CONSTRAINT_NOTNULL:
    case SQLITE_CONSTRAINT_CHECK:
    case SQLITE_CONSTRAINT_TRIGGER: // how enumerations are checked: schema_emit.c
        err = diag_set(diag, ERR_RANGE,
                       N_("The record has a value that is not allowed ({constraint})."));
        break;
    default: // a type that a STRICT table does not take: our mistake
        err = diag_set(diag, ERR_INTERNAL, N_("The database refused a statement: {reason}"));
        diag_arg(diag, "reason", str_from(sqlite3_errmsg(conn->db)));
        return err;
    }
    diag_arg(diag, "constraint", str_from(sqlite3_errmsg(conn->db)));
    return err;
}

static bool is_full(int number) {
    return number == ENOSPC || number == EDQUOT || number == EFBIG;
}

// What the system said last about the database file and its write-ahead log: the connection's own
// record misses what fails in COMMIT.
static int system_error(SqliteConn *conn) {
    sqlite3_file *log = NULL;
    int last = 0, log_last = 0;
    sqlite3_file_control(conn->db, "main", SQLITE_FCNTL_LAST_ERRNO, &last);
    if (sqlite3_file_control(conn->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) == SQLITE_OK &&
        log != NULL && log->pMethods != NULL)
        log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &log_last);
    return is_full(last) ? last : is_full(log_last) ? log_last : sqlite3_system_errno(conn->db);
}

// A full disk comes as IOERR where the system says so by another number than ENOSPC.
static Err io_err(SqliteConn *conn, Diag *diag) {
    int number = system_error(conn);
    if (is_full(number))
        return told(
            diag, ERR_FULL,
            N_("There is no space left on the disk that holds {file}. Nothing was changed."), conn);
    return number != 0 ? diag_errno(diag, number, conn->path)
                       : told(diag, ERR_IO, N_("{file} could not be read or written."), conn);
}

Err sqlite_err(SqliteConn *conn, int code, Diag *diag) {
    switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return told(diag, ERR_BUSY, N_("{file} is in use by another process. Try again."), conn);
    case SQLITE_INTERRUPT:
        if (conn->limit != NULL && limit_check(conn->limit, diag) != ERR_OK)
            return diag->err;
        return diag_set(diag, ERR_INTERRUPTED, N_("The request was cancelled."));
    case SQLITE_FULL:
        return told(
            diag, ERR_FULL,
            N_("There is no space left on the disk that holds {file}. Nothing was changed."), conn);
    case SQLITE_IOERR:
        return code == SQLITE_IOERR_NOMEM
                   ? diag_set(diag, ERR_NOMEM, N_("There is not enough memory."))
                   : io_err(conn, diag);
    case SQLITE_CANTOPEN:
        return io_err(conn, diag);
    case SQLITE_NOTADB:
        return told(diag, ERR_UNSUPPORTED, N_("{file} is not a database of this program."), conn);
    case SQLITE_CORRUPT:
        return told(diag, ERR_CORRUPT,
                    N_("The database {file} is damaged. Restore the last backup, and keep the "
                       "damaged file."),
                    conn);
    case SQLITE_NOMEM:
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    case SQLITE_READONLY:
        return conn->mode == STORE_READ
                   ? diag_set(diag, ERR_INTERNAL,
                              N_("A transaction that only reads tried to write."))
                   : told(diag, ERR_PERMISSION, N_("{file} may not be written with your rights."),
                          conn);
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return told(diag, ERR_PERMISSION,
                    N_("{file} may not be opened or written with your rights."), conn);
    case SQLITE_TOOBIG:
        return diag_set(diag, ERR_LIMIT, N_("A record is too large to be kept."));
    case SQLITE_CONSTRAINT:
        return constraint_err(conn, code, diag);
    default:
        diag_set(diag, ERR_INTERNAL, N_("The database refused a statement: {reason}"));
        diag_arg(diag, "reason", str_from(sqlite3_errmsg(conn->db)));
        return ERR_INTERNAL;
    }
}

static int interrupt_ask(void *context) {
    const SqliteConn *conn = context;
    return conn->limit != NULL && limit_check(conn->limit, NULL) != ERR_OK;
}

// Another process holds a lock: wait a little longer each time, until the request's end.
static int busy_wait(void *context, int count) {
    const SqliteConn *conn = context;
    if (conn->limit == NULL || limit_check(conn->limit, NULL) != ERR_OK)
        return 0;
    long pause_ms = count < 4 ? 1 : count < 10 ? 5 : STORE_CANCEL_SLICE_MS;
    nanosleep(&(struct timespec){.tv_nsec = pause_ms * 1000000}, NULL);
    return 1;
}

Err sqlite_exec(SqliteConn *conn, const char *sql, Diag *diag) {
    int code = sqlite3_exec(conn->db, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? ERR_OK : sqlite_err(conn, sqlite3_extended_errcode(conn->db), diag);
}

static void statement_done(sqlite3_stmt **stmt) {
    sqlite3_finalize(*stmt);
}

Err sqlite_number(SqliteConn *conn, const char *sql, int64_t *ret, Diag *diag) {
    _cleanup_(statement_done) sqlite3_stmt *stmt = NULL;
    int code = sqlite3_prepare_v2(conn->db, sql, -1, &stmt, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(stmt);
    if (code != SQLITE_ROW)
        return sqlite_err(conn, sqlite3_extended_errcode(conn->db), diag);
    *ret = sqlite3_column_int64(stmt, 0);
    return ERR_OK;
}

Err sqlite_answer(SqliteConn *conn, const char *sql, const char *wanted, bool *ret_is, Diag *diag) {
    _cleanup_(statement_done) sqlite3_stmt *stmt = NULL;
    int code = sqlite3_prepare_v2(conn->db, sql, -1, &stmt, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(stmt);
    if (code != SQLITE_ROW)
        return sqlite_err(conn, sqlite3_extended_errcode(conn->db), diag);
    const char *answer = (const char *)sqlite3_column_text(stmt, 0);
    *ret_is = answer != NULL && strcmp(answer, wanted) == 0;
    return ERR_OK;
}

Err sqlite_check(SqliteConn *conn, Diag *diag) {
    bool is_sound;
    TRY(sqlite_answer(conn, "PRAGMA quick_check(1)", "ok", &is_sound, diag));
    return is_sound ? ERR_OK : sqlite_err(conn, SQLITE_CORRUPT, diag);
}

// Nothing that a file says may run code or change the file's structure behind our back.
static Err harden(SqliteConn *conn, Diag *diag) {
    static const struct {
        int option, value;
    } OPTIONS[] = {{SQLITE_DBCONFIG_DEFENSIVE, 1},      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
                   {SQLITE_DBCONFIG_ENABLE_FKEY, 1},    {SQLITE_DBCONFIG_DQS_DDL, 0},
                   {SQLITE_DBCONFIG_DQS_DML, 0},        {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
                   {SQLITE_DBCONFIG_ENABLE_TRIGGER, 1}, {SQLITE_DBCONFIG_ENABLE_VIEW, 0}};
    for (size_t i = 0; i < sizeof OPTIONS / sizeof OPTIONS[0]; i++) {
        int now = -1;
        int code = sqlite3_db_config(conn->db, OPTIONS[i].option, OPTIONS[i].value, &now);
        if (code != SQLITE_OK || now != OPTIONS[i].value)
            return diag_set(diag, ERR_UNSUPPORTED,
                            N_("The installed SQLite lacks a protection that is needed."));
    }
    sqlite3_limit(conn->db, SQLITE_LIMIT_LENGTH, (int)STORE_RESULT_MAX);
    sqlite3_limit(conn->db, SQLITE_LIMIT_SQL_LENGTH, STORE_DDL_MAX);
    sqlite3_limit(conn->db, SQLITE_LIMIT_ATTACHED, 0);
    return ERR_OK;
}

#define TEXT_OF_(number) #number
#define TEXT_OF(number) TEXT_OF_(number)

static Err prepare_use(SqliteConn *conn, bool may_write, Diag *diag) {
    TRY(harden(conn, diag));
    sqlite3_extended_result_codes(conn->db, 1);
    sqlite3_busy_handler(conn->db, busy_wait, conn);
    sqlite3_progress_handler(conn->db, STORE_INTERRUPT_STEPS, interrupt_ask, conn);
    _cleanup_strbuf_ StrBuf setup = STRBUF(2048);
    // FULL: an acknowledged commit survives a power cut. Temporary tables and sorts stay in memory,
    // where they leave nothing behind; what is deleted is overwritten. LIKE as PostgreSQL has it.
    strbuf_printf(&setup,
                  "PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;"
                  "PRAGMA secure_delete = ON; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0;"
                  "PRAGMA case_sensitive_like = ON; PRAGMA wal_autocheckpoint = %d;"
                  "PRAGMA journal_size_limit = %d; PRAGMA cache_size = -%d; PRAGMA query_only = %d",
                  STORE_CHECKPOINT_PAGES, STORE_JOURNAL_KEPT, STORE_CACHE_KIB, !may_write);
    if (strbuf_err(&setup) != ERR_OK)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    return sqlite_exec(conn, strbuf_text(&setup), diag);
}

Err sqlite_connect(const char *path, bool may_write, const StoreLimit *limit, SqliteConn **ret,
                   Diag *diag) {
    _cleanup_(sqlite_disconnectp) SqliteConn *conn = calloc(1, sizeof *conn);
    if (conn == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    *conn = (SqliteConn){.base.driver = &driver_sqlite,
                         .path = path,
                         .limit = limit,
                         .mode = may_write ? STORE_WRITE : STORE_READ};
    int code = sqlite3_open_v2(
        path, &conn->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW, NULL);
    if (code != SQLITE_OK)
        return conn->db == NULL ? diag_set(diag, ERR_NOMEM, N_("There is not enough memory."))
                                : sqlite_err(conn, sqlite3_extended_errcode(conn->db), diag);
    TRY(prepare_use(conn, may_write, diag));
    conn->limit = NULL;
    *ret = TAKE(conn);
    return ERR_OK;
}

void sqlite_disconnect(SqliteConn *conn) {
    sqlite3_close(conn->db);
    free(conn);
}
