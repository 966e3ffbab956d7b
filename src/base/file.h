// Whole files: bounded reading, private copies for untrusted content, and replacement that is all
// or nothing.
#pragma once
#include "base/cleanup.h"
#include "base/err.h"
#include "base/strbuf.h"

// Opens for reading (O_CLOEXEC, never a terminal). *ret_fd is owned by the caller.
Err file_open_read(const char *path, int *ret_fd, Diag *diag) MUST_CHECK;
// Appends the whole file to buf, whose ceiling is the limit (ERR_LIMIT past it).
Err file_read_all(const char *path, StrBuf *buf, Diag *diag) MUST_CHECK;
Err fd_read_all(int fd, StrBuf *buf, Diag *diag) MUST_CHECK;
// Reads or writes exactly n bytes, resuming after signals. fd_read_exact gives ERR_TRUNCATED when
// the input ends first.
Err fd_read_exact(int fd, void *ret_bytes, size_t n, Diag *diag) MUST_CHECK;
Err fd_write_all(int fd, const void *bytes, size_t n, Diag *diag) MUST_CHECK;

// A file written beside its final name and put in its place by file_writer_commit (write, fsync,
// rename, fsync of the folder). Dropped without commit, nothing is left behind. Mode 0644 less
// umask, or 0600 when is_private.
typedef struct FileWriter {
    int fd; // -1 when not open
    char *path;
    char *temporary;
} FileWriter;

Err file_writer_open(FileWriter *writer, const char *path, bool is_private, Diag *diag) MUST_CHECK;
Err file_writer_commit(FileWriter *writer, Diag *diag) MUST_CHECK;
void file_writer_done(FileWriter *writer);
#define _cleanup_file_writer_ _cleanup_(file_writer_done)

// Writes the whole file in one go through a FileWriter.
Err file_replace(const char *path, Str content, bool is_private, Diag *diag) MUST_CHECK;

// Makes the folder and its missing parents.
Err folder_make(const char *path, Diag *diag) MUST_CHECK;
