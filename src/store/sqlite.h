// The SQLite driver's inside, shared by its files: the connection and how its errors are told.
#pragma once
#include <sqlite3.h>

#include "store/driver.h"

#define SQLITE_FILE_ID 0x53375354 // "S7ST", the application id of our files

typedef struct SqliteConn {
    Conn base;
    sqlite3 *db;
    const char *path;        // the Database's
    const StoreLimit *limit; // of the running transaction, or NULL
    StoreMode mode;
} SqliteConn;

// The class of a result code, with the message for it.
Err sqlite_err(SqliteConn *conn, int code, Diag *diag);
// A connection without pool: the file must exist.
Err sqlite_connect(const char *path, bool may_write, const StoreLimit *limit, SqliteConn **ret,
                   Diag *diag) MUST_CHECK;
void sqlite_disconnect(SqliteConn *conn);
DEFINE_CLEANUP(SqliteConn *, sqlite_disconnect);
Err sqlite_exec(SqliteConn *conn, const char *sql, Diag *diag) MUST_CHECK;
// The first column of the only row.
Err sqlite_number(SqliteConn *conn, const char *sql, int64_t *ret, Diag *diag) MUST_CHECK;
// Whether the first column of the first row is the wanted text.
Err sqlite_answer(SqliteConn *conn, const char *sql, const char *wanted, bool *ret_is,
                  Diag *diag) MUST_CHECK;
// PRAGMA quick_check: ERR_CORRUPT when something is wrong.
Err sqlite_check(SqliteConn *conn, Diag *diag) MUST_CHECK;

// sqlite_file.c: the file before there is a connection; sqlite_backup.c.
Err sqlite_file_open(Database *database, Diag *diag);
void sqlite_file_close(Database *database);
Err sqlite_file_check(Database *database, const StoreLimit *limit, Diag *diag);
Err sqlite_backup(Database *database, const char *path, const StoreLimit *limit, Diag *diag);
