// The places where backups are, and the copies of the key ring that stand there.
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/file.h"
#include "crypto/secret.h"
#include "ledger/node_inside.h"

static const char HEAD[] = "seventh/copies/v1";

// --- The list, in the file `copies`; copies_lock is held --------------------------------------

static bool number_take(Str *io_rest, int64_t *ret) {
    Str word;
    return str_cut(*io_rest, ' ', &word, io_rest) && str_to_i64(word, ret);
}

static bool place_parse(Str value, CopyPlace *ret) {
    int64_t erasures;
    *ret = (CopyPlace){0};
    if (!number_take(&value, &ret->backup_ms) || !number_take(&value, &erasures) || erasures < 0 ||
        value.len == 0 || value.len >= sizeof ret->path)
        return false;
    ret->erasures = (uint64_t)erasures;
    memcpy(ret->path, value.ptr, value.len);
    return true;
}

static bool copies_parse(Str text, Node *node) {
    Str line;
    if (!str_cut(text, '\n', &line, &text) || !str_is(line, HEAD))
        return false;
    while (text.len > 0) {
        Str value;
        if (node->copy_count == NODE_COPIES_MAX || !node_line_take(&text, "copy", &value) ||
            !place_parse(value, &node->copies[node->copy_count]))
            return false;
        node->copy_count++;
    }
    return true;
}

Err node_copies_load(Node *node, Diag *diag) {
    _cleanup_strbuf_ StrBuf text = STRBUF(NODE_COPIES_BYTES_MAX);
    Err err = node_file_read(node->folder, "copies", &text, diag);
    if (err == ERR_NOT_FOUND)
        return ERR_OK;
    TRY(err);
    if (copies_parse(strbuf_str(&text), node))
        return ERR_OK;
    diag_set(diag, ERR_CORRUPT,
             N_("The list of backups {file} is damaged. Remove it, and make a backup to every "
                "place where there is one."));
    diag_file(diag, str_from(node->folder));
    return ERR_CORRUPT;
}

static Err copies_save(const Node *node, Diag *diag) {
    _cleanup_strbuf_ StrBuf text = STRBUF(NODE_COPIES_BYTES_MAX);
    strbuf_printf(&text, "%s\n", HEAD);
    for (size_t i = 0; i < node->copy_count; i++)
        strbuf_printf(&text, "copy %lld %llu %s\n", (long long)node->copies[i].backup_ms,
                      (unsigned long long)node->copies[i].erasures, node->copies[i].path);
    if (strbuf_err(&text) != ERR_OK)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    return node_file_write(node->folder, "copies", strbuf_str(&text), diag);
}

// --- The ring at a place ----------------------------------------------------------------------

Err backup_folder_check(const char *folder, const Identifier *node, Diag *diag) {
    _cleanup_strbuf_ StrBuf text = STRBUF(NODE_FILE_MAX);
    Identifier there;
    Str line, value;
    TRY(node_file_read(folder, "backup", &text, diag));
    Str rest = strbuf_str(&text);
    if (str_cut(rest, '\n', &line, &rest) && str_is(line, "seventh/backup-folder/v1") &&
        node_line_take(&rest, "node", &value) && identifier_parse_exact(value, &there) &&
        identifier_equal(&there, node))
        return ERR_OK;
    diag_set(diag, ERR_CONFLICT, N_("The folder {file} holds the backups of another node."));
    diag_file(diag, str_from(folder));
    return ERR_CONFLICT;
}

// The ring's file as it stands, sealed once more. *ret_erasures may be too low, never too high.
static Err ring_copy_write(Node *node, const char *path, uint64_t *ret_erasures, Diag *diag) {
    _cleanup_strbuf_ StrBuf ring = STRBUF(KEY_RING_FILE_MAX),
                            sealed = STRBUF(KEY_RING_FILE_MAX + RECOVERY_OVERHEAD + (1 << 20));
    _cleanup_(key_ring_freep) KeyRing *opened = NULL;
    const NodeIdentity *identity = &node->keys.identity;
    char context[LEDGER_CONTEXT_MAX], to[LEDGER_PATH_MAX];
    TRY(backup_folder_check(path, &identity->node, diag));
    TRY(node_file_read(node->folder, "keys/ring", &ring, diag));
    TRY(key_ring_open(strbuf_str(&ring), &node->keys.node_key, &opened, diag));
    node_seal_context(&identity->node, "ring", context);
    TRY(recovery_seal(&identity->recovery, str_from(context), strbuf_str(&ring), &sealed, diag));
    TRY(node_path(path, "ring.sealed", to, diag));
    TRY(ring_file_put(to, strbuf_str(&sealed), diag));
    *ret_erasures = key_ring_erasures(opened);
    return ERR_OK;
}

static CopyPlace *place_of(Node *node, const char *path) {
    for (size_t i = 0; i < node->copy_count; i++)
        if (strcmp(node->copies[i].path, path) == 0)
            return &node->copies[i];
    return NULL;
}

static Err copy_put(Node *node, const char *path, int64_t backup_ms, Diag *diag) {
    CopyPlace *place = place_of(node, path);
    if (place == NULL) {
        if (node->copy_count == NODE_COPIES_MAX)
            return diag_set(diag, ERR_LIMIT,
                            N_("There are backups in 16 places already. Give one of them up "
                               "first."));
        if (strchr(path, '\n') != NULL || strlen(path) >= sizeof place->path)
            return diag_set(diag, ERR_INVALID, N_("This path cannot be used for backups."));
        place = &node->copies[node->copy_count];
        *place = (CopyPlace){0};
        snprintf(place->path, sizeof place->path, "%s", path);
        node->copy_count++;
    }
    if (backup_ms != 0)
        place->backup_ms = backup_ms;
    TRY(copies_save(node, diag)); // known before there is a ring to be kept up to date
    TRY(ring_copy_write(node, path, &place->erasures, diag));
    return copies_save(node, diag);
}

Err node_copy_put(Node *node, const char *path, int64_t backup_ms, Diag *diag) {
    pthread_mutex_lock(&node->copies_lock);
    Err err = copy_put(node, path, backup_ms, diag);
    pthread_mutex_unlock(&node->copies_lock);
    return err;
}

// The count is taken from the file, as at opening the log may not be there yet.
static Err copies_update(Node *node, size_t *ret_behind, Diag *diag) {
    _cleanup_(key_ring_freep) KeyRing *ring = NULL;
    char path[LEDGER_PATH_MAX];
    size_t behind = 0;
    bool has_changed = false;
    TRY(node_path(node->folder, "keys/ring", path, diag));
    TRY(ring_file_load(path, &node->keys.node_key, &ring, diag));
    for (size_t i = 0; i < node->copy_count; i++) {
        CopyPlace *place = &node->copies[i];
        if (place->erasures >= key_ring_erasures(ring))
            continue;
        if (ring_copy_write(node, place->path, &place->erasures, NULL) == ERR_OK)
            has_changed = true;
        else
            behind++; // a disk that is not here now
    }
    if (has_changed)
        TRY(copies_save(node, diag));
    *ret_behind = behind;
    return ERR_OK;
}

Err node_copies_update(Node *node, size_t *ret_behind, Diag *diag) {
    pthread_mutex_lock(&node->copies_lock);
    Err err = copies_update(node, ret_behind, diag);
    pthread_mutex_unlock(&node->copies_lock);
    return err;
}

void node_ring_replaced(void *context) {
    size_t behind;
    // What could not be written stays behind, and is told by node_copies.
    Err err = node_copies_update(context, &behind, NULL);
    (void)err;
}

void node_copies(Node *node, NodeCopy *ret, size_t *ret_count) {
    uint64_t erasures = ledger_log_erasures(node->log, NULL);
    pthread_mutex_lock(&node->copies_lock);
    for (size_t i = 0; i < node->copy_count; i++) {
        const CopyPlace *place = &node->copies[i];
        ret[i] =
            (NodeCopy){.backup_ms = place->backup_ms, .is_current = place->erasures >= erasures};
        memcpy(ret[i].path, place->path, sizeof ret[i].path);
    }
    *ret_count = node->copy_count;
    pthread_mutex_unlock(&node->copies_lock);
}

static Err copy_forget(Node *node, const char *path, Diag *diag) {
    CopyPlace *place = place_of(node, path);
    if (place == NULL) {
        diag_set(diag, ERR_NOT_FOUND, N_("No backup of this node is known in {file}."));
        diag_file(diag, str_from(path));
        return ERR_NOT_FOUND;
    }
    *place = node->copies[--node->copy_count];
    return copies_save(node, diag);
}

Err node_copy_forget(Node *node, const char *path, Diag *diag) {
    pthread_mutex_lock(&node->copies_lock);
    Err err = copy_forget(node, path, diag);
    pthread_mutex_unlock(&node->copies_lock);
    return err;
}

static Err recovery_set(Node *node, const RecoveryPublic *key, Diag *diag) {
    NodeIdentity changed = node->keys.identity;
    changed.has_recovery = true;
    changed.recovery = *key;
    TRY(node_identity_write(node->folder, &changed, diag));
    node->keys.identity = changed;
    return ERR_OK;
}

Err node_recovery_set(Node *node, const RecoveryPublic *key, Diag *diag) {
    pthread_mutex_lock(&node->copies_lock);
    Err err = recovery_set(node, key, diag);
    pthread_mutex_unlock(&node->copies_lock);
    return err;
}
