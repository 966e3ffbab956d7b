// Driver of the NSRL's RDSv3 databases: known software, every row of the table or view FILE.
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/encoding.h"
#include "format/driver.h"
#include "format/scheme.h"
#include "format/sqlite_fd.h"

typedef enum NsrlColumn { NSRL_SHA256, NSRL_SHA1, NSRL_MD5, NSRL_SIZE, NSRL_COLUMNS } NsrlColumn;

typedef struct NsrlState {
    SqliteFd *file;
    sqlite3_stmt *rows;
    bool has[NSRL_COLUMNS];
    bool has_ended;
} NsrlState;

static const char *const COLUMN_NAMES[NSRL_COLUMNS] = {
    [NSRL_SHA256] = "sha256", [NSRL_SHA1] = "sha1", [NSRL_MD5] = "md5", [NSRL_SIZE] = "file_size"};

static int nsrl_detect(const FormatWindow *window, FormatKind *ret_kind) {
    *ret_kind = FORMAT_NSRL_SQLITE;
    return str_has_prefix(window->raw, STR("SQLite format 3\0")) ? DRIVER_CERTAIN : DRIVER_NO;
}

static void nsrl_close(void *state) {
    NsrlState *self = state;
    sqlite3_finalize(self->rows);
    sqlite_fd_close(self->file);
    free(self);
}
DEFINE_CLEANUP(void *, nsrl_close);

static bool query_has_row(NsrlState *self, const char *sql) {
    sqlite3_stmt *statement = NULL;
    sqlite_fd_row_begin(self->file);
    bool has =
        sqlite3_prepare_v2(sqlite_fd_handle(self->file), sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW;
    sqlite3_finalize(statement);
    return has;
}

// The columns of a table or view that we know; false when it has no hash or is not there.
static bool columns_find(NsrlState *self, const char *sql, bool *ret_has_package) {
    sqlite3_stmt *statement = NULL;
    sqlite_fd_row_begin(self->file);
    memset(self->has, 0, sizeof self->has);
    *ret_has_package = false;
    if (sqlite3_prepare_v2(sqlite_fd_handle(self->file), sql, -1, &statement, NULL) != SQLITE_OK)
        return false;
    for (int i = 0; i < sqlite3_column_count(statement); i++) {
        Str name = str_from(sqlite3_column_name(statement, i));
        *ret_has_package |= str_equal_ascii_nocase(name, STR("package_id"));
        for (int c = 0; c < NSRL_COLUMNS; c++)
            self->has[c] |= str_equal_ascii_nocase(name, str_from(COLUMN_NAMES[c]));
    }
    sqlite3_finalize(statement);
    return self->has[NSRL_SHA256] || self->has[NSRL_SHA1] || self->has[NSRL_MD5];
}

static bool rows_select(NsrlState *self, const char *table) {
    char sql[160];
    snprintf(sql, sizeof sql, "SELECT %s, %s, %s, %s FROM %s",
             self->has[NSRL_SHA256] ? "sha256" : "NULL", self->has[NSRL_SHA1] ? "sha1" : "NULL",
             self->has[NSRL_MD5] ? "md5" : "NULL", self->has[NSRL_SIZE] ? "file_size" : "NULL",
             table);
    return sqlite3_prepare_v2(sqlite_fd_handle(self->file), sql, -1, &self->rows, NULL) ==
           SQLITE_OK;
}

// FILE is a view of METADATA in some editions. The table is then read itself: a view may sort or
// remove doubles, for which it would need as much memory as it has rows.
static bool table_choose(NsrlState *self) {
    bool has_package, is_view, is_nsrl;
    if (!columns_find(self, "SELECT * FROM FILE", &has_package))
        return false;
    is_nsrl =
        has_package || query_has_row(self, "SELECT 1 FROM sqlite_schema WHERE upper(name) = 'PKG'");
    if (!is_nsrl) // any database may have a table of files; only this one says they are harmless
        return false;
    is_view = query_has_row(
        self, "SELECT 1 FROM sqlite_schema WHERE upper(name) = 'FILE' AND type = 'view'");
    bool has_metadata = query_has_row(
        self, "SELECT 1 FROM sqlite_schema WHERE upper(name) = 'METADATA' AND type = 'table'");
    if (is_view && has_metadata && columns_find(self, "SELECT * FROM METADATA", &has_package))
        return rows_select(self, "METADATA");
    return columns_find(self, "SELECT * FROM FILE", &has_package) && rows_select(self, "FILE");
}

static Err nsrl_open(FormatReader *reader, void **ret_state, Diag *diag) {
    if (reader->input.fd < 0)
        return diag_set(diag, ERR_UNSUPPORTED,
                        N_("{file} is a database and must be given as a file, not as a stream."));
    _cleanup_(nsrl_closep) void *state = calloc(1, sizeof(NsrlState));
    NsrlState *self = state;
    if (self == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    TRY(sqlite_fd_open(reader->input.fd, &self->file, diag));
    if (!table_choose(self))
        return diag_set(diag, ERR_UNSUPPORTED,
                        N_("{file} is an SQLite database, but not an NSRL reference data set: it "
                           "has no readable table FILE with hashes."));
    *ret_state = TAKE(state);
    return ERR_OK;
}

// A digest as text, or as the bytes themselves.
static void digest_put(Row *row, sqlite3_stmt *rows, int column, size_t digest_bytes,
                       void (*put)(Row *row, Str hex, int64_t offset)) {
    char hex[65];
    const void *value = sqlite3_column_blob(rows, column);
    size_t size = (size_t)sqlite3_column_bytes(rows, column);
    if (value == NULL)
        return;
    if (sqlite3_column_type(rows, column) == SQLITE_BLOB && size == digest_bytes) {
        hex_encode(value, digest_bytes, hex);
        put(row, str_of(hex, 2 * digest_bytes), -1);
    } else {
        put(row, str_of(value, size), -1);
    }
}

static void row_put(Row *row, sqlite3_stmt *rows) {
    digest_put(row, rows, NSRL_SHA256, 32, row_sha256);
    digest_put(row, rows, NSRL_SHA1, 20, row_sha1);
    digest_put(row, rows, NSRL_MD5, 16, row_md5);
    const void *size = sqlite3_column_text(rows, NSRL_SIZE);
    if (size != NULL)
        row_size(row, str_of(size, (size_t)sqlite3_column_bytes(rows, NSRL_SIZE)), -1);
    row->entry.has |= ENTRY_KNOWN_GOOD;
    // Whatever scheme the caller names for the list: the NSRL's verdict is its own.
    row_category(row, &(FormatInput){0}, STR("nsrl"), STR("3"), STR("known-good"), -1);
}

static Err nsrl_next(FormatReader *reader, void *state, bool *ret_has, Diag *diag) {
    NsrlState *self = state;
    *ret_has = false;
    if (self->has_ended)
        return ERR_OK;
    sqlite_fd_row_begin(self->file);
    int status = sqlite3_step(self->rows);
    // A view can multiply rows; a file cannot hold more of them than bytes.
    bool is_endless = reader->report.records >= sqlite_fd_size(self->file);
    if (status == SQLITE_ROW && !is_endless) {
        row_begin(&reader->row, -1);
        row_put(&reader->row, self->rows);
        *ret_has = true;
        return ERR_OK;
    }
    self->has_ended = true;
    if (status == SQLITE_NOMEM)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    if (sqlite_fd_has_io_error(self->file))
        return diag_set(diag, ERR_IO, N_("{file} could not be read."));
    if (status != SQLITE_DONE)
        row_reject(&reader->row, REJECT_DAMAGED, -1); // what was read until here is kept
    return ERR_OK;
}

const FormatDriver nsrl_driver = {
    .detect = nsrl_detect, .open = nsrl_open, .next = nsrl_next, .close = nsrl_close};
