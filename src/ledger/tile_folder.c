// Files of a published ledger.
#include "ledger/tile_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

Err tile_folder_path(const TileFolder *folder, Str name, char ret[LEDGER_PATH_MAX], Diag *diag) {
    int n = snprintf(ret, LEDGER_PATH_MAX, "%s/%.*s", folder->path, STR_ARG(name));
    if (n > 0 && n < LEDGER_PATH_MAX)
        return ERR_OK;
    return diag_set(diag, ERR_LIMIT, N_("The path of the ledger's folder is too long."));
}

static Err tile_path(const TileFolder *folder, const TileName *name, char ret[LEDGER_PATH_MAX],
                     Diag *diag) {
    _cleanup_strbuf_ StrBuf within = STRBUF(TILE_PATH_MAX);
    tile_path_put(&within, name);
    if (strbuf_err(&within) != ERR_OK)
        return diag_set(diag, strbuf_err(&within), N_("There is not enough memory."));
    return tile_folder_path(folder, strbuf_str(&within), ret, diag);
}

// The content cut behind `width` hashes or entries; false when it has fewer.
static bool content_cut(const TileName *name, Str content, size_t *ret_len) {
    if (name->level != TILE_ENTRIES) {
        *ret_len = (size_t)name->width * SHA256_SIZE;
        return content.len >= *ret_len;
    }
    Str rest = content, entry;
    for (unsigned i = 0; i < name->width; i++)
        if (!entry_bundle_next(&rest, &entry))
            return false;
    *ret_len = content.len - rest.len;
    return true;
}

// ERR_NOT_FOUND without more ado when this very file is not there.
static Err tile_read(const TileFolder *folder, const TileName *name, const TileName *file,
                     StrBuf *out, Diag *diag) {
    char path[LEDGER_PATH_MAX];
    _cleanup_strbuf_ StrBuf content =
        STRBUF(name->level == TILE_ENTRIES ? FOREIGN_BUNDLE_BYTES_MAX : TILE_BYTES);
    size_t n;
    TRY(tile_path(folder, file, path, diag));
    TRY(file_read_all(path, &content, diag));
    bool is_exact = name->width == file->width;
    if (!content_cut(name, strbuf_str(&content), &n) || (is_exact && n != content.len)) {
        diag_set(diag, ERR_CORRUPT, N_("{file} has the wrong size."));
        diag_file(diag, str_from(path));
        return ERR_CORRUPT;
    }
    strbuf_put(out, str_of(content.ptr, n));
    return strbuf_err(out) == ERR_OK
               ? ERR_OK
               : diag_set(diag, strbuf_err(out), N_("There is not enough memory."));
}

static Err folder_read(void *context, const TileName *name, StrBuf *out, Diag *diag) {
    const TileFolder *folder = context;
    TileName full = *name;
    full.width = TILE_WIDTH;
    Err err = tile_read(folder, name, name, out, diag);
    if (err != ERR_NOT_FOUND || name->width == TILE_WIDTH)
        return err;
    // The diag keeps naming the partial tile when there is no full one either.
    Err full_err = tile_read(folder, name, &full, out, NULL);
    if (full_err == ERR_OK || full_err == ERR_NOT_FOUND)
        return full_err;
    return tile_read(folder, name, &full, out, diag);
}

TileSource tile_folder_source(TileFolder *folder) {
    return (TileSource){.read = folder_read, .context = folder};
}

// Makes missing folders one by one and syncs each one's parent, so that a file within is not lost
// with its folder.
static Err folders_make(const char *path, Diag *diag) {
    char copy[LEDGER_PATH_MAX], parent[LEDGER_PATH_MAX];
    struct stat status;
    snprintf(copy, sizeof copy, "%s", path);
    snprintf(parent, sizeof parent, "%s", dirname(copy));
    if (stat(parent, &status) == 0)
        return ERR_OK;
    if (strcmp(parent, path) == 0)
        return diag_errno(diag, errno, path);
    TRY(folders_make(parent, diag));
    if (mkdir(parent, 0777) != 0 && errno != EEXIST)
        return diag_errno(diag, errno, parent);
    snprintf(copy, sizeof copy, "%s", parent);
    _cleanup_close_ int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0 && fsync(fd) != 0 && errno != EINVAL && errno != EROFS)
        return diag_errno(diag, errno, parent);
    return ERR_OK;
}

Err tile_folder_write(const TileFolder *folder, const TileName *name, Str content, Diag *diag) {
    char path[LEDGER_PATH_MAX];
    _cleanup_strbuf_ StrBuf there = STRBUF(FOREIGN_BUNDLE_BYTES_MAX);
    TRY(tile_path(folder, name, path, diag));
    Err err = file_read_all(path, &there, NULL);
    if (err == ERR_NOT_FOUND) {
        TRY(folders_make(path, diag));
        return file_replace(path, content, false, diag);
    }
    if (err == ERR_OK && str_equal(strbuf_str(&there), content))
        return ERR_OK;
    if (err != ERR_OK)
        return file_read_all(path, &there, diag);
    diag_set(diag, ERR_CONFLICT,
             N_("{file} was published with other content. The ledger in the database is not the "
                "one that was published here."));
    diag_file(diag, str_from(path));
    return ERR_CONFLICT;
}

// The folder that holds the partial tiles of a full one: its path and ".p".
static Err partial_path(const TileFolder *folder, int level, uint64_t index,
                        char ret[LEDGER_PATH_MAX], Diag *diag) {
    TileName name = {.level = level, .index = index, .width = 1};
    TRY(tile_path(folder, &name, ret, diag));
    *strrchr(ret, '/') = '\0';
    return ERR_OK;
}

Err tile_folder_each_partial(const TileFolder *folder, int level, uint64_t index,
                             Err (*found)(void *context, const TileName *name, Diag *diag),
                             void *context, Diag *diag) {
    char path[LEDGER_PATH_MAX];
    TRY(partial_path(folder, level, index, path, diag));
    DIR *listing = opendir(path);
    if (listing == NULL)
        return errno == ENOENT ? ERR_OK : diag_errno(diag, errno, path);
    Err err = ERR_OK;
    const struct dirent *file;
    while (err == ERR_OK && (file = readdir(listing)) != NULL) {
        uint64_t width;
        if (file->d_name[0] != '0' && str_to_u64(str_from(file->d_name), &width) &&
            width < TILE_WIDTH) {
            TileName name = {.level = level, .index = index, .width = (unsigned)width};
            err = found(context, &name, diag);
        }
    }
    closedir(listing);
    return err;
}

static Err partial_drop(void *context, const TileName *name, Diag *diag) {
    char path[LEDGER_PATH_MAX];
    TRY(tile_path(context, name, path, diag));
    unlink(path);
    return ERR_OK;
}

void tile_folder_drop_partial(const TileFolder *folder, int level, uint64_t index) {
    char path[LEDGER_PATH_MAX];
    TileFolder same = *folder;
    if (tile_folder_each_partial(folder, level, index, partial_drop, &same, NULL) == ERR_OK &&
        partial_path(folder, level, index, path, NULL) == ERR_OK)
        rmdir(path);
}

Err tile_folder_checkpoint(const TileFolder *folder, StrBuf *out, Diag *diag) {
    char path[LEDGER_PATH_MAX];
    TRY(tile_folder_path(folder, STR("checkpoint"), path, diag));
    Err err = file_read_all(path, out, diag);
    if (err == ERR_NOT_FOUND) {
        diag_set(diag, err, N_("There is no published ledger in {file}."));
        diag_file(diag, str_from(folder->path));
    }
    return err;
}

Err tile_folder_checkpoint_replace(const TileFolder *folder, Str note, Diag *diag) {
    char path[LEDGER_PATH_MAX];
    TRY(tile_folder_path(folder, STR("checkpoint"), path, diag));
    TRY(folders_make(path, diag));
    return file_replace(path, note, false, diag);
}
