// Backing up a node while it works.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/encoding.h"
#include "base/file.h"
#include "crypto/secret.h"
#include "ledger/node_inside.h"

enum { BACKUP_HOURS_MAX = 24 };
static const char NOTE_HEAD[] = "seventh/backup/v1";

static Err no_memory(Diag *diag) {
    return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
}

// --- The backup's folder ----------------------------------------------------------------------

static Err folder_begin(const Node *node, const char *folder, Diag *diag) {
    _cleanup_strbuf_ StrBuf text = STRBUF(NODE_FILE_MAX);
    strbuf_put_text(&text, "seventh/backup-folder/v1\nnode ");
    identifier_put(&text, &node->keys.identity.node);
    strbuf_put_text(&text, "\nledger ");
    note_verifier_put(&text, &node->keys.signer.verifier);
    strbuf_put_text(&text, "\nrecovery ");
    recovery_public_put(&text, &node->keys.identity.recovery);
    strbuf_put_byte(&text, '\n');
    if (strbuf_err(&text) != ERR_OK)
        return no_memory(diag);
    return node_file_write(folder, "backup", strbuf_str(&text), diag);
}

static Err folder_is_empty(const char *folder, Diag *diag) {
    DIR *listing = opendir(folder);
    if (listing == NULL)
        return diag_errno(diag, errno, folder);
    const struct dirent *file;
    bool is_empty = true;
    while ((file = readdir(listing)) != NULL)
        is_empty &= file->d_name[0] == '.' || strcmp(file->d_name, "lost+found") == 0;
    closedir(listing);
    if (is_empty)
        return ERR_OK;
    diag_set(diag, ERR_EXISTS,
             N_("{file} holds something else. Give a folder for the backups of this node only."));
    diag_file(diag, str_from(folder));
    return ERR_EXISTS;
}

// Ours, or made now. ret_path: absolute.
static Err folder_ready(const Node *node, const char *folder, char ret_path[LEDGER_PATH_MAX],
                        Diag *diag) {
    struct stat status;
    if (stat(folder, &status) != 0) {
        TRY(folder_make(folder, diag));
        if (chmod(folder, 0700) != 0)
            return diag_errno(diag, errno, folder);
    }
    _cleanup_free_ char *path = realpath(folder, NULL);
    if (path == NULL)
        return diag_errno(diag, errno, folder);
    if (strlen(path) > LEDGER_PATH_MAX - 256)
        return diag_set(diag, ERR_LIMIT, N_("The path of the backup is too long."));
    snprintf(ret_path, LEDGER_PATH_MAX, "%s", path);
    Err err = backup_folder_check(path, &node->keys.identity.node, diag);
    if (err == ERR_NOT_FOUND)
        TRY(folder_is_empty(path, diag));
    else
        TRY(err);
    return folder_begin(node, path, diag);
}

// --- What goes into it ------------------------------------------------------------------------

static Err sealed_write(const Node *node, const char *folder, const char *what, Str plain,
                        Diag *diag) {
    char context[LEDGER_CONTEXT_MAX], name[64];
    _cleanup_strbuf_ StrBuf sealed = STRBUF(NODE_COPIES_BYTES_MAX + (64 << 10));
    node_seal_context(&node->keys.identity.node, what, context);
    TRY(recovery_seal(&node->keys.identity.recovery, str_from(context), plain, &sealed, diag));
    snprintf(name, sizeof name, "%s.sealed", what);
    return node_file_write(folder, name, strbuf_str(&sealed), diag);
}

static Err keys_write(const Node *node, const char *folder, Diag *diag) {
    _cleanup_secret_strbuf_ StrBuf keys = STRBUF(NODE_FILE_MAX);
    if (strbuf_reserve(&keys, NODE_FILE_MAX) == NULL)
        return no_memory(diag);
    node_keys_put(&keys, &node->keys);
    if (strbuf_err(&keys) != ERR_OK)
        return no_memory(diag);
    return sealed_write(node, folder, "keys", strbuf_str(&keys), diag);
}

static Err copies_write(const Node *node, const char *folder, Diag *diag) {
    _cleanup_strbuf_ StrBuf copies = STRBUF(NODE_COPIES_BYTES_MAX);
    TRY(node_file_read(node->folder, "copies", &copies, diag));
    return sealed_write(node, folder, "copies", strbuf_str(&copies), diag);
}

// The copy is published as the ledger itself was, from where it ended: what stands there must be
// the beginning of this ledger. Witnesses' signatures come along.
static Err ledger_publish_to(const Node *node, const char *path, uint64_t size, Diag *diag) {
    char own[LEDGER_PATH_MAX];
    _cleanup_(ledger_publisher_freep) LedgerPublisher *publisher = NULL;
    _cleanup_strbuf_ StrBuf note = STRBUF(NOTE_MAX);
    LedgerLeafReader reader;
    Checkpoint checkpoint;
    ledger_leaf_reader_begin(&reader, node->store);
    Err err = ledger_publisher_open(path, &node->keys.signer, ledger_leaf_reader_source(&reader),
                                    &publisher, diag);
    if (err == ERR_OK && ledger_published(publisher) < size)
        err = ledger_publish(publisher, size, diag);
    ledger_leaf_reader_done(&reader);
    TRY(err);
    TRY(node_path(node->folder, "ledger", own, diag));
    TileFolder from = {own}, to = {path};
    TRY(tile_folder_checkpoint(&from, &note, diag));
    TRY(checkpoint_open(strbuf_str(&note), &node->keys.signer.verifier, &checkpoint, NULL, diag));
    return checkpoint.size == ledger_published(publisher)
               ? tile_folder_checkpoint_replace(&to, strbuf_str(&note), diag)
               : ERR_OK;
}

Err backup_digest(const char *path, uint8_t ret_digest[SHA256_SIZE], uint64_t *ret_bytes,
                  Diag *diag) {
    _cleanup_close_ int fd = -1;
    _cleanup_free_ uint8_t *block = malloc(64 << 10);
    Sha256 hash;
    ssize_t n;
    if (block == NULL)
        return no_memory(diag);
    TRY(file_open_read(path, &fd, diag));
    *ret_bytes = 0;
    sha256_begin(&hash);
    while ((n = read(fd, block, 64 << 10)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return diag_errno(diag, errno, path);
        sha256_put(&hash, block, (size_t)n);
        *ret_bytes += (uint64_t)n;
    }
    sha256_end(&hash, ret_digest);
    return ERR_OK;
}

static void note_put(StrBuf *out, const BackupNote *note) {
    strbuf_printf(out, "%s\nnode ", NOTE_HEAD);
    identifier_put(out, &note->node);
    strbuf_printf(out, "\nname %s\nmade %lld\nentries %llu\nbytes %llu\nsha256 ", note->name,
                  (long long)note->made_ms, (unsigned long long)note->entries,
                  (unsigned long long)note->bytes);
    hex_put(out, note->digest, sizeof note->digest);
    strbuf_put_byte(out, '\n');
}

bool backup_note_parse(Str text, BackupNote *ret) {
    BackupNote note = {0};
    Str line, value;
    if (!str_cut(text, '\n', &line, &text) || !str_is(line, NOTE_HEAD) ||
        !node_line_take(&text, "node", &value) || !identifier_parse_exact(value, &note.node) ||
        !node_line_take(&text, "name", &value) || value.len >= sizeof note.name)
        return false;
    memcpy(note.name, value.ptr, value.len);
    if (!node_line_take(&text, "made", &value) || !str_to_i64(value, &note.made_ms) ||
        !node_line_take(&text, "entries", &value) || !str_to_u64(value, &note.entries) ||
        !node_line_take(&text, "bytes", &value) || !str_to_u64(value, &note.bytes) ||
        !node_line_take(&text, "sha256", &value) ||
        !hex_decode(value, note.digest, sizeof note.digest) || text.len != 0)
        return false;
    *ret = note;
    return true;
}

static Err note_write(const Node *node, const char *folder, BackupNote *note, Diag *diag) {
    _cleanup_strbuf_ StrBuf text = STRBUF(NOTE_MAX);
    char path[LEDGER_PATH_MAX], name[NODE_BACKUP_NAME_MAX + 8];
    snprintf(name, sizeof name, "%s.sealed", note->name);
    TRY(node_path(folder, name, path, diag));
    TRY(backup_digest(path, note->digest, &note->bytes, diag));
    note_put(&text, note);
    if (strbuf_err(&text) != ERR_OK)
        return no_memory(diag);
    _cleanup_strbuf_ StrBuf signature = STRBUF(NOTE_MAX);
    TRY(note_sign(&node->keys.signer, strbuf_str(&text), 0, &signature, diag));
    strbuf_put_byte(&text, '\n');
    strbuf_put(&text, strbuf_str(&signature));
    if (strbuf_err(&text) != ERR_OK)
        return no_memory(diag);
    snprintf(name, sizeof name, "%s.note", note->name);
    return node_file_write(folder, name, strbuf_str(&text), diag);
}

// store-20261124T014500Z, or with -2 and so on behind when that is taken.
static void name_choose(const char *folder, int64_t now_ms, char ret[NODE_BACKUP_NAME_MAX]) {
    int year, month, day;
    int64_t days = now_ms / 86400000, second = now_ms / 1000 % 86400;
    char name[NODE_BACKUP_NAME_MAX + 8];
    date_from_days(days, &year, &month, &day);
    for (int n = 1; n < 1000; n++) {
        char suffix[16] = "";
        if (n > 1)
            snprintf(suffix, sizeof suffix, "-%d", n);
        snprintf(ret, NODE_BACKUP_NAME_MAX, "store-%04d%02d%02dT%02d%02d%02dZ%s", year, month, day,
                 (int)(second / 3600), (int)(second / 60 % 60), (int)(second % 60), suffix);
        snprintf(name, sizeof name, "%s.sealed", ret);
        if (!node_file_exists(folder, name))
            return;
    }
}

static Err database_seal(const Node *node, const char *plain, const char *folder,
                         const BackupNote *note, Diag *diag) {
    char context[LEDGER_CONTEXT_MAX], path[LEDGER_PATH_MAX], name[NODE_BACKUP_NAME_MAX + 8];
    _cleanup_file_writer_ FileWriter writer = {.fd = -1};
    _cleanup_close_ int in = -1;
    snprintf(name, sizeof name, "%s.sealed", note->name);
    TRY(node_path(folder, name, path, diag));
    TRY(file_open_read(plain, &in, diag));
    TRY(file_writer_open(&writer, path, true, diag));
    node_seal_context(&note->node, note->name, context);
    Err err =
        recovery_seal_fd(&node->keys.identity.recovery, str_from(context), in, writer.fd, diag);
    if (err != ERR_OK) {
        diag_file(diag, str_from(path));
        return err;
    }
    return file_writer_commit(&writer, diag);
}

// The plain copy stands beside the database for a moment, and is not there at any later start.
static Err database_backup(Node *node, const char *folder, const StoreRequest *request,
                           BackupNote *note, Diag *diag) {
    char plain[LEDGER_PATH_MAX];
    StoreRequest patient = {.is_cancelled = request != NULL ? request->is_cancelled : NULL,
                            .deadline_ns = request != NULL ? request->deadline_ns : 0};
    if (patient.deadline_ns == 0)
        patient.deadline_ns =
            clock_monotonic_ns() + BACKUP_HOURS_MAX * INT64_C(3600) * INT64_C(1000000000);
    name_choose(folder, note->made_ms, note->name);
    TRY(node_path(node->folder, "backup.db", plain, diag));
    Err err = store_backup(node->store, plain, &patient, diag);
    if (err == ERR_OK)
        err = database_seal(node, plain, folder, note, diag);
    if (unlink(plain) != 0 && errno != ENOENT && err == ERR_OK)
        err = diag_errno(diag, errno, plain);
    TRY(err);
    return note_write(node, folder, note, diag);
}

static Err made_note(Node *node, const Identifier *person, const BackupNote *note, Diag *diag) {
    _cleanup_strbuf_ StrBuf payload = STRBUF(NODE_FILE_MAX);
    LedgerDraft draft = {.kind = LEDGER_BACKUP_MADE, .unit = node->keys.identity.unit, .count = 1};
    if (person != NULL)
        draft.person = *person;
    strbuf_printf(&payload, "{\"backup\":\"%s\",\"entries\":%llu,\"bytes\":%llu}", note->name,
                  (unsigned long long)note->entries, (unsigned long long)note->bytes);
    if (strbuf_err(&payload) != ERR_OK)
        return no_memory(diag);
    draft.payload = strbuf_str(&payload);
    TRY(ledger_log_note(node->log, NULL, &draft, NULL, diag));
    return ERR_OK;
}

static Err backup(Node *node, const char *folder, const Identifier *person,
                  const StoreRequest *request, BackupNote *note, Diag *diag) {
    char path[LEDGER_PATH_MAX], ledger[LEDGER_PATH_MAX];
    if (!node->keys.identity.has_recovery)
        return diag_set(diag, ERR_STATE,
                        N_("No recovery key is set, to which backups could be sealed. Make one and "
                           "keep its secret on paper."));
    TRY(folder_ready(node, folder, path, diag));
    TRY(node_path(path, "ledger", ledger, diag));
    TRY(keys_write(node, path, diag));
    // The ledger before the database: what is published must be in the database, too.
    TRY(ledger_log_publish(node->log, &note->entries, diag));
    TRY(ledger_publish_to(node, ledger, note->entries, diag));
    if (!node->is_on_server)
        TRY(database_backup(node, path, request, note, diag));
    TRY(node_copy_put(node, path, note->made_ms, diag));
    TRY(copies_write(node, path, diag));
    return made_note(node, person, note, diag);
}

Err node_backup(Node *node, const char *folder, const Identifier *person,
                const StoreRequest *request, NodeBackup *ret, Diag *diag) {
    BackupNote note = {.node = node->keys.identity.node, .made_ms = clock_utc_ms()};
    pthread_mutex_lock(&node->backup_lock);
    Err err = backup(node, folder, person, request, &note, diag);
    pthread_mutex_unlock(&node->backup_lock);
    TRY(err);
    *ret = (NodeBackup){
        .has_database = !node->is_on_server, .entries = note.entries, .bytes = note.bytes};
    memcpy(ret->name, note.name, sizeof ret->name);
    return ERR_OK;
}
