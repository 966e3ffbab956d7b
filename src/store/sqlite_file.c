// The SQLite file before anything is read from it: made private, told apart from other programs'
// files, and checked when the last process that had it open did not close it.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/sqlite.h"

// Database.own of the driver. Whoever has the store open holds a shared lock on `<path>-open`; who
// can lock it alone is the first, and judges how the last one ended. (SQLite's own locks cannot
// tell, and a lock on the database itself would be dropped when SQLite closes it.)
typedef struct SqliteFile {
    int lock;
} SqliteFile;

static Err file_make(const char *path, Diag *diag) {
    struct stat info;
    _cleanup_close_ int fd =
        open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    if (fd < 0 || fstat(fd, &info) != 0)
        return diag_errno(diag, errno, path);
    if (!S_ISREG(info.st_mode)) {
        diag_set(diag, ERR_INVALID, N_("{file} is not a file."));
        diag_file(diag, str_from(path));
        return ERR_INVALID;
    }
    return ERR_OK;
}

// Ours, or empty.
static Err owner_check(SqliteConn *conn, Diag *diag) {
    int64_t id, tables;
    TRY(sqlite_number(conn, "PRAGMA application_id", &id, diag));
    TRY(sqlite_number(conn, "SELECT count(*) FROM sqlite_schema", &tables, diag));
    return id == SQLITE_FILE_ID || (id == 0 && tables == 0) ? ERR_OK
                                                            : sqlite_err(conn, SQLITE_NOTADB, diag);
}

static Err wal_begin(SqliteConn *conn, Diag *diag) {
    // The mode is kept in the file; a file system without shared memory cannot have it.
    int64_t id;
    bool is_wal;
    TRY(sqlite_answer(conn, "PRAGMA journal_mode = WAL", "wal", &is_wal, diag));
    if (!is_wal) {
        diag_set(diag, ERR_UNSUPPORTED,
                 N_("The disk that holds {file} cannot keep a database (is it a network share?)."));
        diag_file(diag, str_from(conn->path));
        return ERR_UNSUPPORTED;
    }
    TRY(sqlite_number(conn, "PRAGMA application_id", &id, diag));
    char text[64];
    snprintf(text, sizeof text, "PRAGMA application_id = %d", SQLITE_FILE_ID);
    return id == SQLITE_FILE_ID ? ERR_OK : sqlite_exec(conn, text, diag);
}

// The write-ahead log is removed when the last connection closes; what is found was left behind.
static bool is_left_open(const char *path) {
    char wal[STORE_ADDRESS_MAX + 16];
    struct stat info;
    snprintf(wal, sizeof wal, "%s-wal", path);
    return stat(wal, &info) == 0 && info.st_size > 0;
}

static Err file_ready(Database *database, bool is_alone, Diag *diag) {
    StoreLimit limit = {.deadline_ns = INT64_MAX}; // a check takes as long as the file is large
    TRY(file_make(database->address, diag));
    database->was_unclean = is_alone && is_left_open(database->address);
    _cleanup_(sqlite_disconnectp) SqliteConn *conn = NULL;
    TRY(sqlite_connect(database->address, true, &limit, &conn, diag));
    conn->limit = &limit;
    TRY(owner_check(conn, diag));
    if (database->was_unclean)
        TRY(sqlite_check(conn, diag));
    return wal_begin(conn, diag);
}

// A path that SQLite takes as nothing else (`:memory:`, `file:…`).
static Err path_plain(Database *database, Diag *diag) {
    if (database->address[0] == '/' || str_has_prefix(str_from(database->address), STR("./")))
        return ERR_OK;
    char *path;
    if (asprintf(&path, "./%s", database->address) < 0)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    free(database->address);
    database->address = path;
    return ERR_OK;
}

Err sqlite_file_open(Database *database, Diag *diag) {
    TRY(path_plain(database, diag));
    char path[STORE_ADDRESS_MAX + 16];
    snprintf(path, sizeof path, "%s-open", database->address);
    _cleanup_close_ int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (lock < 0)
        return diag_errno(diag, errno, path);
    bool is_alone = flock(lock, LOCK_EX | LOCK_NB) == 0;
    while (!is_alone && flock(lock, LOCK_SH) != 0) // waits for a check that is going on
        if (errno != EINTR)
            return diag_errno(diag, errno, path);
    TRY(file_ready(database, is_alone, diag));
    if (is_alone && flock(lock, LOCK_SH) != 0)
        return diag_errno(diag, errno, path);
    SqliteFile *file = calloc(1, sizeof *file);
    if (file == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    file->lock = TAKE_FD(lock);
    database->own = file;
    return ERR_OK;
}

Err sqlite_file_check(Database *database, const StoreLimit *limit, Diag *diag) {
    _cleanup_(sqlite_disconnectp) SqliteConn *conn = NULL;
    TRY(sqlite_connect(database->address, false, limit, &conn, diag));
    conn->limit = limit;
    return sqlite_check(conn, diag);
}

void sqlite_file_close(Database *database) {
    SqliteFile *file = database->own;
    close(file->lock);
    free(file);
}
