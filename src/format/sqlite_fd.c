// A small VFS that knows one file, and the settings under which SQLite reads it.
#include "format/sqlite_fd.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "format/limits.h"

enum { VFS_NAME_ROOM = 48, PATH_ROOM = 64, WORK_UNIT = 1 << 20, SECTOR_BYTES = 4096 };

struct SqliteFd {
    sqlite3_vfs vfs; // registered under a name of its own while open
    char name[VFS_NAME_ROOM];
    sqlite3 *db;
    int fd;
    uint64_t size;
    bool has_io_error, is_in_use;
    unsigned work; // units since the row began
};

typedef struct FdFile {
    sqlite3_file base;
    SqliteFd *owner;
} FdFile;

static int file_close(sqlite3_file *file) {
    ((FdFile *)file)->owner->is_in_use = false;
    return SQLITE_OK;
}

static int file_read(sqlite3_file *file, void *to, int len, sqlite3_int64 offset) {
    SqliteFd *self = ((FdFile *)file)->owner;
    size_t want = (size_t)len, have = 0;
    while (have < want) {
        ssize_t n = pread(self->fd, (char *)to + have, want - have, offset + (off_t)have);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            self->has_io_error = true;
            return SQLITE_IOERR_READ;
        }
        if (n == 0)
            break;
        have += (size_t)n;
    }
    memset((char *)to + have, 0, want - have);
    return have == want ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *ret) {
    *ret = (sqlite3_int64)((FdFile *)file)->owner->size;
    return SQLITE_OK;
}

static int file_write(sqlite3_file *file, const void *from, int len, sqlite3_int64 offset) {
    (void)file, (void)from, (void)len, (void)offset;
    return SQLITE_READONLY;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size) {
    (void)file, (void)size;
    return SQLITE_READONLY;
}

static int file_number(sqlite3_file *file, int number) { // sync, lock, unlock
    (void)file, (void)number;
    return SQLITE_OK;
}

static int file_check_lock(sqlite3_file *file, int *ret) {
    (void)file;
    *ret = 0;
    return SQLITE_OK;
}

static int file_control(sqlite3_file *file, int operation, void *argument) {
    (void)file, (void)operation, (void)argument;
    return SQLITE_NOTFOUND;
}

static int file_sector_size(sqlite3_file *file) {
    (void)file;
    return SECTOR_BYTES;
}

static int file_traits(sqlite3_file *file) {
    (void)file;
    return SQLITE_IOCAP_IMMUTABLE;
}

static const sqlite3_io_methods FILE_METHODS = {
    .iVersion = 1,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_number,
    .xFileSize = file_size,
    .xLock = file_number,
    .xUnlock = file_number,
    .xCheckReservedLock = file_check_lock,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_traits,
};

static int vfs_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags,
                    int *ret_flags) {
    SqliteFd *self = vfs->pAppData;
    (void)path;
    file->pMethods = NULL;
    if ((flags & SQLITE_OPEN_MAIN_DB) == 0 || self->is_in_use)
        return SQLITE_CANTOPEN;
    self->is_in_use = true;
    ((FdFile *)file)->owner = self;
    file->pMethods = &FILE_METHODS;
    if (ret_flags != NULL)
        *ret_flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB;
    return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *path, int wants_sync) {
    (void)vfs, (void)path, (void)wants_sync;
    return SQLITE_READONLY;
}

static int vfs_access(sqlite3_vfs *vfs, const char *path, int flags, int *ret) {
    (void)vfs, (void)path, (void)flags;
    *ret = 0;
    return SQLITE_OK;
}

static int vfs_full_path(sqlite3_vfs *vfs, const char *path, int capacity, char *ret) {
    (void)vfs;
    snprintf(ret, (size_t)capacity, "%s", path);
    return SQLITE_OK;
}

static int vfs_randomness(sqlite3_vfs *vfs, int len, char *ret) {
    (void)vfs;
    memset(ret, 0, (size_t)len);
    return len;
}

static int vfs_sleep(sqlite3_vfs *vfs, int microseconds) {
    (void)vfs;
    return microseconds;
}

static int vfs_time(sqlite3_vfs *vfs, double *ret) {
    (void)vfs;
    *ret = 2440587.5; // 1970-01-01 as a Julian day: no list depends on when it is read
    return SQLITE_OK;
}

static int vfs_last_error(sqlite3_vfs *vfs, int capacity, char *ret) {
    (void)vfs, (void)capacity, (void)ret;
    return 0;
}

static int on_progress(void *data) {
    SqliteFd *self = data;
    return ++self->work > SQLITE_STEP_WORK_MAX;
}

// Reading and plain functions only; no recursion, which is how a view of a few bytes has rows
// without end.
static int on_authorize(void *data, int action, const char *a, const char *b, const char *c,
                        const char *d) {
    (void)data, (void)a, (void)b, (void)c, (void)d;
    return action == SQLITE_SELECT || action == SQLITE_READ || action == SQLITE_FUNCTION
               ? SQLITE_OK
               : SQLITE_DENY;
}

static bool settings_apply(SqliteFd *self) {
    static const struct {
        int what, value;
    } SWITCHES[] = {{SQLITE_DBCONFIG_DEFENSIVE, 1},
                    {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
                    {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
                    {SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0},
                    {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
                    {SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0}};
    static const struct {
        int what, value;
    } LIMITS[] = {{SQLITE_LIMIT_LENGTH, 1 << 20},
                  {SQLITE_LIMIT_SQL_LENGTH, 64 << 10},
                  {SQLITE_LIMIT_COLUMN, 256},
                  {SQLITE_LIMIT_EXPR_DEPTH, 64},
                  {SQLITE_LIMIT_COMPOUND_SELECT, 8},
                  {SQLITE_LIMIT_VDBE_OP, 25000},
                  {SQLITE_LIMIT_FUNCTION_ARG, 8},
                  {SQLITE_LIMIT_ATTACHED, 0},
                  {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 64},
                  {SQLITE_LIMIT_VARIABLE_NUMBER, 8},
                  {SQLITE_LIMIT_TRIGGER_DEPTH, 1},
                  {SQLITE_LIMIT_WORKER_THREADS, 0}};
    for (size_t i = 0; i < sizeof SWITCHES / sizeof *SWITCHES; i++) {
        if (sqlite3_db_config(self->db, SWITCHES[i].what, SWITCHES[i].value, NULL) != SQLITE_OK)
            return false;
    }
    for (size_t i = 0; i < sizeof LIMITS / sizeof *LIMITS; i++)
        sqlite3_limit(self->db, LIMITS[i].what, LIMITS[i].value);
    // temp_store 1: what sorts more than the cache asks for a file, which vfs_open refuses.
    int status = sqlite3_exec(self->db,
                              "PRAGMA query_only=1; PRAGMA cell_size_check=1; PRAGMA mmap_size=0;"
                              "PRAGMA temp_store=1; PRAGMA cache_size=-8192",
                              NULL, NULL, NULL);
    sqlite3_progress_handler(self->db, WORK_UNIT, on_progress, self);
    sqlite3_set_authorizer(self->db, on_authorize, NULL);
    return status == SQLITE_OK;
}

Err sqlite_fd_open(int fd, SqliteFd **ret, Diag *diag) {
    struct stat info;
    if (fstat(fd, &info) != 0)
        return diag_errno(diag, errno, "");
    if (!S_ISREG(info.st_mode))
        return diag_set(diag, ERR_UNSUPPORTED,
                        N_("{file} is a database and must be given as a file, not as a stream."));
    _cleanup_(sqlite_fd_closep) SqliteFd *self = calloc(1, sizeof *self);
    if (self == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    self->fd = fd;
    self->size = (uint64_t)info.st_size;
    snprintf(self->name, sizeof self->name, "seventh-fd-%p", (void *)self);
    self->vfs = (sqlite3_vfs){.iVersion = 1,
                              .szOsFile = sizeof(FdFile),
                              .mxPathname = PATH_ROOM,
                              .zName = self->name,
                              .pAppData = self,
                              .xOpen = vfs_open,
                              .xDelete = vfs_delete,
                              .xAccess = vfs_access,
                              .xFullPathname = vfs_full_path,
                              .xRandomness = vfs_randomness,
                              .xSleep = vfs_sleep,
                              .xCurrentTime = vfs_time,
                              .xGetLastError = vfs_last_error};
    if (sqlite3_vfs_register(&self->vfs, 0) != SQLITE_OK)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    int status =
        sqlite3_open_v2("list", &self->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, self->name);
    if (status == SQLITE_OK && settings_apply(self)) {
        *ret = TAKE(self);
        return ERR_OK;
    }
    if (status == SQLITE_NOMEM || self->db == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    return diag_set(diag, self->has_io_error ? ERR_IO : ERR_CORRUPT,
                    N_("{file} is a damaged SQLite database."));
}

void sqlite_fd_close(SqliteFd *self) {
    if (self == NULL)
        return;
    sqlite3_close(self->db);
    if (self->vfs.zName != NULL)
        sqlite3_vfs_unregister(&self->vfs);
    free(self);
}

struct sqlite3 *sqlite_fd_handle(SqliteFd *self) {
    return self->db;
}

uint64_t sqlite_fd_size(const SqliteFd *self) {
    return self->size;
}

bool sqlite_fd_has_io_error(const SqliteFd *self) {
    return self->has_io_error;
}

void sqlite_fd_row_begin(SqliteFd *self) {
    self->work = 0;
}
