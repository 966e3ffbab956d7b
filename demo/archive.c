// The archives on the device: two zips, a zip inside a zip, a tar.gz.
#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>

#include "base/file.h"
#include "device.h"

enum { ARCHIVE_INNER = 2, ARCHIVE_MAX = 512 << 20 };
// The inner zip stands inside the one before it.
static const char *const PATHS[ARCHIVES] = {"Backup/photos-2023.zip", "Download/album.zip",
                                            "Download/album.zip", "Backup/old phone/export.tar.gz"};
static const char INNER_NAME[] = "more/inner.zip";
static const time_t WRITTEN = 1735689600; // 2025-01-01: archives must not depend on the clock

const char *archive_path(int archive) {
    return PATHS[archive];
}

static la_ssize_t archive_take(struct archive *archive, void *out, const void *bytes, size_t size) {
    strbuf_put(out, str_of(bytes, size));
    return strbuf_err(out) == ERR_OK ? (la_ssize_t)size : -1;
}

static Err member_put(struct archive *archive, const char *name, Str content) {
    struct archive_entry *entry = archive_entry_new();
    if (entry == NULL)
        return ERR_NOMEM;
    archive_entry_set_pathname_utf8(entry, name);
    archive_entry_set_size(entry, (la_int64_t)content.len);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_mtime(entry, WRITTEN, 0);
    bool is_done = archive_write_header(archive, entry) == ARCHIVE_OK &&
                   archive_write_data(archive, content.ptr, content.len) == (la_ssize_t)content.len;
    archive_entry_free(entry);
    return is_done ? ERR_OK : ERR_NOMEM;
}

static Err archive_fill(struct archive *archive, const Plan *plan, int number, Str inner,
                        StrBuf *out) {
    bool is_tar = number == ARCHIVES - 1;
    if ((is_tar ? archive_write_set_format_pax_restricted(archive)
                : archive_write_set_format_zip(archive)) != ARCHIVE_OK)
        return ERR_NOMEM;
    if (is_tar &&
        (archive_write_add_filter_gzip(archive) != ARCHIVE_OK ||
         archive_write_set_filter_option(archive, "gzip", "timestamp", NULL) != ARCHIVE_OK))
        return ERR_NOMEM;
    archive_write_set_bytes_in_last_block(archive, 1);
    if (archive_write_open(archive, out, NULL, archive_take, NULL) != ARCHIVE_OK)
        return ERR_NOMEM;
    TRY(member_put(archive, "about.txt", STR("Copied from the old phone.\n")));
    for (int i = 0; i < plan->file_count; i++)
        if (plan->files[i].archive == number && plan->files[i].bytes != NULL)
            TRY(member_put(archive, plan->files[i].path,
                           str_of(plan->files[i].bytes, plan->files[i].size)));
    if (inner.len > 0)
        TRY(member_put(archive, INNER_NAME, inner));
    return archive_write_close(archive) == ARCHIVE_OK ? ERR_OK : ERR_NOMEM;
}

static Err archive_make(const Plan *plan, int number, Str inner, StrBuf *out) {
    struct archive *archive = archive_write_new();
    if (archive == NULL)
        return ERR_NOMEM;
    Err err = archive_fill(archive, plan, number, inner, out);
    archive_write_free(archive);
    return err;
}

Err device_write_archives(const Plan *plan, const char *root, Diag *diag) {
    _cleanup_strbuf_ StrBuf inner = STRBUF(ARCHIVE_MAX);
    TRY(archive_make(plan, ARCHIVE_INNER, (Str){0}, &inner));
    for (int i = 0; i < ARCHIVES; i++) {
        if (i == ARCHIVE_INNER)
            continue;
        _cleanup_strbuf_ StrBuf bytes = STRBUF(ARCHIVE_MAX);
        TRY(archive_make(plan, i, i == ARCHIVE_INNER - 1 ? strbuf_str(&inner) : (Str){0}, &bytes));
        char path[1024];
        snprintf(path, sizeof path, "%s/%s", root, PATHS[i]);
        TRY(file_replace(path, strbuf_str(&bytes), false, diag));
    }
    return ERR_OK;
}
