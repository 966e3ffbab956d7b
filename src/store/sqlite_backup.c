// A copy of an SQLite database while it is in use, by SQLite's online backup.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "store/sqlite.h"

// Pages are copied from one snapshot, which the transaction on `from` holds: writers go on, and the
// copy need not begin again.
static Err pages_copy(SqliteConn *from, SqliteConn *to, const StoreLimit *limit, Diag *diag) {
    sqlite3_backup *copy = sqlite3_backup_init(to->db, "main", from->db, "main");
    if (copy == NULL)
        return sqlite_err(to, sqlite3_extended_errcode(to->db), diag);
    Err err = ERR_OK;
    int code = SQLITE_OK;
    while (err == ERR_OK && code != SQLITE_DONE) {
        code = sqlite3_backup_step(copy, STORE_BACKUP_PAGES);
        if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
            nanosleep(&(struct timespec){.tv_nsec = STORE_CANCEL_SLICE_MS * 1000000}, NULL);
        else if (code != SQLITE_OK && code != SQLITE_DONE)
            err = sqlite_err(to, code, diag);
        if (err == ERR_OK && code != SQLITE_DONE)
            err = limit_check(limit, diag);
    }
    code = sqlite3_backup_finish(copy);
    return err != ERR_OK ? err : code == SQLITE_OK ? ERR_OK : sqlite_err(to, code, diag);
}

// A plain file in the end, without a write-ahead log beside it.
static Err copy_write(Database *database, const char *path, const StoreLimit *limit, Diag *diag) {
    _cleanup_(sqlite_disconnectp) SqliteConn *from = NULL, *to = NULL;
    int64_t tables;
    TRY(sqlite_connect(database->address, false, limit, &from, diag));
    from->limit = limit;
    TRY(sqlite_exec(from, "BEGIN", diag));
    TRY(sqlite_number(from, "SELECT count(*) FROM sqlite_schema", &tables, diag));
    TRY(sqlite_connect(path, true, limit, &to, diag));
    TRY(pages_copy(from, to, limit, diag));
    to->limit = limit;
    TRY(sqlite_check(to, diag));
    return sqlite_exec(to, "PRAGMA journal_mode = DELETE", diag);
}

static Err folder_sync(const char *path, Diag *diag) {
    char folder[STORE_ADDRESS_MAX + 1];
    const char *slash = strrchr(path, '/');
    size_t len = slash == NULL ? 0 : slash == path ? 1 : (size_t)(slash - path);
    snprintf(folder, sizeof folder, "%.*s", len > 0 ? (int)len : 1, len > 0 ? path : ".");
    _cleanup_close_ int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fsync(fd) != 0)
        return diag_errno(diag, errno, folder);
    return ERR_OK;
}

Err sqlite_backup(Database *database, const char *path, const StoreLimit *limit, Diag *diag) {
    if (strlen(path) == 0 || strlen(path) > STORE_ADDRESS_MAX - 32)
        return diag_set(diag, ERR_INVALID, N_("The name of the backup is empty or too long."));
    char temporary[STORE_ADDRESS_MAX + 1];
    snprintf(temporary, sizeof temporary, "%s%s.XXXXXX", path[0] == '/' ? "" : "./", path);
    int fd = mkostemp(temporary, O_CLOEXEC);
    if (fd < 0)
        return diag_errno(diag, errno, temporary);
    close(fd);
    Err err = copy_write(database, temporary, limit, diag);
    if (err == ERR_OK && rename(temporary, path) != 0)
        err = diag_errno(diag, errno, path);
    if (err != ERR_OK)
        unlink(temporary);
    return err == ERR_OK ? folder_sync(path, diag) : err;
}
