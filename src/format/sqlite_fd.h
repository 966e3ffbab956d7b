// A hostile SQLite database opened read-only from a descriptor, with everything off that a list of
// hashes does not need.
#pragma once
#include "base/cleanup.h"
#include "base/err.h"

typedef struct SqliteFd SqliteFd;
struct sqlite3;

// The descriptor is borrowed; its position is neither used nor moved. No other file is ever opened:
// no journal, no temporary file (what would need one fails), no extension. ERR_UNSUPPORTED when it
// is no regular file, ERR_CORRUPT when it is no database. One thread.
Err sqlite_fd_open(int fd, SqliteFd **ret, Diag *diag) MUST_CHECK;
void sqlite_fd_close(SqliteFd *self);
DEFINE_CLEANUP(SqliteFd *, sqlite_fd_close);
struct sqlite3 *sqlite_fd_handle(SqliteFd *self);
uint64_t sqlite_fd_size(const SqliteFd *self); // bytes of the file
// True when the descriptor itself could not be read, rather than its content understood.
bool sqlite_fd_has_io_error(const SqliteFd *self);
// Begins the count of work anew: each row may cost SQLITE_STEP_WORK_MAX.
void sqlite_fd_row_begin(SqliteFd *self);
