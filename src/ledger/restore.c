// Restoring a node from a backup.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "crypto/secret.h"
#include "ledger/node_inside.h"
#include "ledger/verify.h"

static Err restore_err(Err err, const char *msgid, const char *path, Diag *diag) {
    diag_set(diag, err, msgid);
    diag_file(diag, str_from(path));
    return err;
}

// --- What the backup holds --------------------------------------------------------------------

static Err node_of_backup(const char *folder, Identifier *ret, Diag *diag) {
    _cleanup_strbuf_ StrBuf text = STRBUF(NODE_FILE_MAX);
    Str line, value;
    TRY(node_file_read(folder, "backup", &text, diag));
    Str rest = strbuf_str(&text);
    if (!str_cut(rest, '\n', &line, &rest) || !str_is(line, "seventh/backup-folder/v1") ||
        !node_line_take(&rest, "node", &value) || !identifier_parse_exact(value, ret))
        return restore_err(ERR_SYNTAX, N_("There are no backups of a node in {file}."), folder,
                           diag);
    return ERR_OK;
}

static Err sealed_read(const NodeRestore *restore, const Identifier *node, const char *what,
                       StrBuf *out, Diag *diag) {
    char context[LEDGER_CONTEXT_MAX], name[64], path[LEDGER_PATH_MAX];
    _cleanup_strbuf_ StrBuf sealed = STRBUF(KEY_RING_FILE_MAX + (1 << 20));
    snprintf(name, sizeof name, "%s.sealed", what);
    TRY(node_path(restore->backup, name, path, diag));
    TRY(file_read_all(path, &sealed, diag));
    node_seal_context(node, what, context);
    Err err = recovery_open(restore->secret, str_from(context), strbuf_str(&sealed), out, diag);
    if (err != ERR_OK)
        diag_file(diag, str_from(path));
    return err;
}

static Err keys_of_backup(const NodeRestore *restore, NodeKeys *ret, Diag *diag) {
    _cleanup_secret_strbuf_ StrBuf text = STRBUF(NODE_FILE_MAX + RECOVERY_OVERHEAD);
    _cleanup_node_keys_ NodeKeys keys = {0};
    Identifier node;
    TRY(node_of_backup(restore->backup, &node, diag));
    TRY(sealed_read(restore, &node, "keys", &text, diag));
    if (!node_keys_parse(strbuf_str(&text), &keys) || !identifier_equal(&keys.identity.node, &node))
        return restore_err(ERR_CORRUPT, N_("The backup in {file} is damaged."), restore->backup,
                           diag);
    const NoteVerifier *own = &keys.signer.verifier;
    if (restore->log != NULL && (strcmp(restore->log->name, own->name) != 0 ||
                                 !secret_equal(restore->log->key, own->key, sizeof own->key)))
        return restore_err(ERR_CONFLICT,
                           N_("The backup in {file} is not of the ledger whose key was given."),
                           restore->backup, diag);
    *ret = keys;
    return ERR_OK;
}

static bool name_is_valid(const char *name) {
    size_t len = strlen(name);
    return len > 6 && len < NODE_BACKUP_NAME_MAX && str_has_prefix(str_from(name), STR("store-")) &&
           strchr(name, '/') == NULL;
}

// The newest generation, by name.
static Err newest_name(const char *folder, char ret[NODE_BACKUP_NAME_MAX], Diag *diag) {
    DIR *listing = opendir(folder);
    if (listing == NULL)
        return diag_errno(diag, errno, folder);
    const struct dirent *file;
    ret[0] = '\0';
    while ((file = readdir(listing)) != NULL) {
        Str name = str_from(file->d_name);
        char bare[NODE_BACKUP_NAME_MAX];
        if (!str_has_suffix(name, STR(".note")) || name.len - 5 >= sizeof bare)
            continue;
        snprintf(bare, sizeof bare, "%.*s", (int)(name.len - 5), name.ptr);
        if (name_is_valid(bare) && strverscmp(bare, ret) > 0)
            snprintf(ret, NODE_BACKUP_NAME_MAX, "%s", bare);
    }
    closedir(listing);
    return ret[0] != '\0'
               ? ERR_OK
               : restore_err(ERR_NOT_FOUND, N_("There is no database among the backups in {file}."),
                             folder, diag);
}

// The generation's note: signed by the ledger, and true of the file.
static Err note_check(const NodeRestore *restore, const NodeKeys *keys, BackupNote *io_note,
                      Diag *diag) {
    char name[NODE_BACKUP_NAME_MAX + 8], path[LEDGER_PATH_MAX];
    _cleanup_strbuf_ StrBuf text = STRBUF(NOTE_MAX);
    Note signed_note;
    BackupNote note;
    uint8_t digest[SHA256_SIZE];
    uint64_t bytes;
    snprintf(name, sizeof name, "%s.note", io_note->name);
    TRY(node_file_read(restore->backup, name, &text, diag));
    TRY(note_parse(strbuf_str(&text), &signed_note, diag));
    TRY(note_verify(&signed_note, &keys->signer.verifier, NULL, diag));
    snprintf(name, sizeof name, "%s.sealed", io_note->name);
    TRY(node_path(restore->backup, name, path, diag));
    TRY(backup_digest(path, digest, &bytes, diag));
    if (!backup_note_parse(signed_note.text, &note) || strcmp(note.name, io_note->name) != 0 ||
        !identifier_equal(&note.node, &keys->identity.node) || note.bytes != bytes ||
        memcmp(note.digest, digest, sizeof digest) != 0)
        return restore_err(ERR_CORRUPT,
                           N_("{file} is not the backup that its note speaks of: it was changed or "
                              "cut short."),
                           path, diag);
    *io_note = note;
    return ERR_OK;
}

static Err generation_choose(const NodeRestore *restore, const NodeKeys *keys, BackupNote *ret,
                             Diag *diag) {
    BackupNote note = {0};
    if (restore->name == NULL)
        TRY(newest_name(restore->backup, note.name, diag));
    else if (name_is_valid(restore->name))
        snprintf(note.name, sizeof note.name, "%s", restore->name);
    else
        return diag_set(diag, ERR_INVALID, N_("This is not the name of a backup (store-…)."));
    TRY(note_check(restore, keys, &note, diag));
    *ret = note;
    return ERR_OK;
}

// --- The published ledger ---------------------------------------------------------------------

typedef struct Published {
    char path[LEDGER_PATH_MAX];
    StrBuf note;
    uint64_t size;
    bool is_there;
} Published;

static void published_done(Published *published) {
    strbuf_done(&published->note);
}
#define _cleanup_published_ _cleanup_(published_done)

static Err published_open(const char *path, const NodeKeys *keys, Published *ret, Diag *diag) {
    Checkpoint checkpoint;
    snprintf(ret->path, sizeof ret->path, "%s", path);
    ret->note = STRBUF(NOTE_MAX);
    TileFolder folder = {ret->path};
    Err err = tile_folder_checkpoint(&folder, &ret->note, diag);
    ret->is_there = err == ERR_OK;
    if (err == ERR_NOT_FOUND)
        return ERR_OK;
    TRY(err);
    TRY(checkpoint_open(strbuf_str(&ret->note), &keys->signer.verifier, &checkpoint, NULL, diag));
    ret->size = checkpoint.size;
    return ERR_OK;
}

static Err tiles_copy(const Published *from, const char *to, Diag *diag) {
    TileFolder source_folder = {from->path}, target = {to};
    TileSource source = tile_folder_source(&source_folder);
    for (int level = TILE_ENTRIES; level < TILE_LEVELS; level++) {
        for (uint64_t index = 0;; index++) {
            _cleanup_strbuf_ StrBuf tile = STRBUF(FOREIGN_BUNDLE_BYTES_MAX);
            TileName name = {
                .level = level, .index = index, .width = tile_width(level, index, from->size)};
            if (name.width == 0)
                break;
            TRY(source.read(source.context, &name, &tile, diag));
            TRY(tile_folder_write(&target, &name, strbuf_str(&tile), diag));
        }
    }
    return tile_folder_checkpoint_replace(&target, strbuf_str(&from->note), diag);
}

// Of the backup's ledger and a further copy, the larger one: which must continue the other.
static Err ledger_restore(const NodeRestore *restore, const NodeKeys *keys, Diag *diag) {
    _cleanup_published_ Published own = {0}, other = {0};
    char path[LEDGER_PATH_MAX], to[LEDGER_PATH_MAX];
    LedgerReport report;
    TRY(node_path(restore->backup, "ledger", path, diag));
    TRY(published_open(path, keys, &own, diag));
    if (restore->published != NULL)
        TRY(published_open(restore->published, keys, &other, diag));
    bool takes_other = other.is_there && (!own.is_there || other.size > own.size);
    const Published *newer = takes_other ? &other : &own, *older = takes_other ? &own : &other;
    if (!newer->is_there)
        return ERR_OK;
    LedgerVerifyOptions options = {.log = &keys->signer.verifier};
    if (older->is_there)
        options.earlier = strbuf_str(&older->note);
    TRY(ledger_verify(newer->path, &options, &report, diag));
    TRY(node_path(restore->folder, "ledger", to, diag));
    return tiles_copy(newer, to, diag);
}

// --- Restoring --------------------------------------------------------------------------------

static Err database_restore(const NodeRestore *restore, const BackupNote *note, Diag *diag) {
    char from[LEDGER_PATH_MAX], to[LEDGER_PATH_MAX], context[LEDGER_CONTEXT_MAX];
    char name[NODE_BACKUP_NAME_MAX + 8];
    _cleanup_file_writer_ FileWriter writer = {.fd = -1};
    _cleanup_close_ int in = -1;
    snprintf(name, sizeof name, "%s.sealed", note->name);
    TRY(node_path(restore->backup, name, from, diag));
    TRY(node_path(restore->folder, "store.db", to, diag));
    TRY(file_open_read(from, &in, diag));
    TRY(file_writer_open(&writer, to, true, diag));
    node_seal_context(&note->node, note->name, context);
    Err err = recovery_open_fd(restore->secret, str_from(context), in, writer.fd, diag);
    if (err != ERR_OK) {
        diag_file(diag, str_from(err == ERR_CORRUPT ? from : to));
        return err;
    }
    return file_writer_commit(&writer, diag);
}

// The list of places, with this backup's folder where it is now.
static Err copies_restore(const NodeRestore *restore, const NodeKeys *keys, Diag *diag) {
    _cleanup_strbuf_ StrBuf text = STRBUF(NODE_COPIES_BYTES_MAX + (64 << 10));
    Err err = sealed_read(restore, &keys->identity.node, "copies", &text, diag);
    if (err == ERR_NOT_FOUND)
        return ERR_OK;
    TRY(err);
    return node_file_write(restore->folder, "copies", strbuf_str(&text), diag);
}

static Err files_restore(const NodeRestore *restore, const NodeKeys *keys, Str ring,
                         const BackupNote *note, Diag *diag) {
    TRY(node_folder_begin(restore->folder, diag));
    TRY(node_file_write(restore->folder, "keys/ring", ring, diag));
    TRY(node_keys_write(restore->folder, keys, diag));
    TRY(ledger_restore(restore, keys, diag));
    if (note != NULL)
        TRY(database_restore(restore, note, diag));
    return copies_restore(restore, keys, diag);
}

Err node_restore(const NodeRestore *restore, const NodeOptions *options, NodeRestored *ret,
                 Diag *diag) {
    _cleanup_node_keys_ NodeKeys keys = {0};
    _cleanup_(key_ring_freep) KeyRing *ring = NULL;
    _cleanup_strbuf_ StrBuf sealed_ring = STRBUF(KEY_RING_FILE_MAX + (1 << 20));
    BackupNote note = {0};
    NodeRestored restored = {0};
    bool is_on_server = options->database.len > 0;
    TRY(keys_of_backup(restore, &keys, diag));
    TRY(sealed_read(restore, &keys.identity.node, "ring", &sealed_ring, diag));
    TRY(key_ring_open(strbuf_str(&sealed_ring), &keys.node_key, &ring, diag));
    if (!is_on_server)
        TRY(generation_choose(restore, &keys, &note, diag));
    TRY(files_restore(restore, &keys, strbuf_str(&sealed_ring), is_on_server ? NULL : &note, diag));
    memcpy(restored.name, note.name, sizeof restored.name);
    TRY(node_recover_from(restore->folder, options, true, &restored, diag));
    TRY(node_file_remove(restore->folder, "unfinished", diag));
    *ret = restored;
    return ERR_OK;
}
