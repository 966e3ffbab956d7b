// Making a node, opening it with all that an unclean stop asks for, and closing it.
#include "ledger/node.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "crypto/blake2.h"
#include "crypto/secret.h"
#include "ledger/node_inside.h"

static Err no_memory(Diag *diag) {
    return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
}

// --- Creating ---------------------------------------------------------------------------------

Err node_create(const char *folder, const NodePlan *plan, Diag *diag) {
    _cleanup_node_keys_ NodeKeys keys = {0};
    char ring[LEDGER_PATH_MAX];
    NodeIdentity *identity = &keys.identity;
    TRY(note_keygen(plan->name, NOTE_KEY_SIGNATURE, &keys.signer, diag));
    seal_key_make(&keys.node_key);
    identity->node = identifier_make();
    identity->unit = identifier_is_none(&plan->unit) ? identifier_make() : plan->unit;
    identity->is_exercise = plan->is_exercise;
    identity->made_ms = clock_utc_ms();
    snprintf(identity->name, sizeof identity->name, "%s", keys.signer.verifier.name);
    identity->has_recovery = plan->recovery != NULL;
    if (plan->recovery != NULL)
        identity->recovery = *plan->recovery;
    TRY(node_folder_begin(folder, diag));
    TRY(node_path(folder, "keys/ring", ring, diag));
    TRY(ring_file_create(ring, &keys.node_key, diag));
    TRY(node_keys_write(folder, &keys, diag));
    return node_file_remove(folder, "unfinished", diag);
}

// --- Opening ----------------------------------------------------------------------------------

static void node_free(Node *node) {
    if (node == NULL)
        return;
    ledger_log_free(node->log);
    store_free(node->store);
    node_keys_wipe(&node->keys);
    pthread_mutex_destroy(&node->copies_lock);
    pthread_mutex_destroy(&node->backup_lock);
    closep(&node->lock);
    free(node);
}
DEFINE_CLEANUP(Node *, node_free);

static Err node_new(const char *folder, bool may_be_unfinished, Node **ret, Diag *diag) {
    _cleanup_(node_freep) Node *node = calloc(1, sizeof *node);
    if (node == NULL)
        return no_memory(diag);
    node->lock = -1;
    pthread_mutex_init(&node->copies_lock, NULL);
    pthread_mutex_init(&node->backup_lock, NULL);
    if (strlen(folder) == 0 || strlen(folder) > LEDGER_PATH_MAX - 256)
        return diag_set(diag, ERR_LIMIT, N_("The path of the node's folder is too long."));
    snprintf(node->folder, sizeof node->folder, "%s", folder);
    TRY(node_lock(folder, may_be_unfinished, &node->lock, diag));
    TRY(node_keys_read(folder, &node->keys, diag));
    *ret = TAKE(node);
    return ERR_OK;
}

static Err database_open(Node *node, const NodeOptions *options, Diag *diag) {
    char path[LEDGER_PATH_MAX];
    TRY(node_path(node->folder, "store.db", path, diag));
    node->is_on_server = options->database.len > 0;
    TRY(store_open(node->is_on_server ? options->database : str_from(path), &options->store,
                   &node->store, diag));
    return store_upgrade(node->store, options->schemas, options->schema_count, NULL, diag);
}

static Err log_open(Node *node, Diag *diag) {
    char ring[LEDGER_PATH_MAX], folder[LEDGER_PATH_MAX];
    TRY(node_path(node->folder, "keys/ring", ring, diag));
    TRY(node_path(node->folder, "ledger", folder, diag));
    LedgerLogOptions options = {.signer = &node->keys.signer,
                                .ring_path = ring,
                                .node_key = &node->keys.node_key,
                                .folder = folder,
                                .is_exercise = node->keys.identity.is_exercise,
                                .ring_replaced = node_ring_replaced,
                                .context = node};
    return ledger_log_open(node->store, &options, &node->log, diag);
}

static Err published_size(const Node *node, uint64_t *ret, Diag *diag) {
    char path[LEDGER_PATH_MAX];
    _cleanup_strbuf_ StrBuf note = STRBUF(NOTE_MAX);
    Checkpoint checkpoint = {0};
    TRY(node_path(node->folder, "ledger", path, diag));
    TileFolder folder = {path};
    Err err = tile_folder_checkpoint(&folder, &note, diag);
    if (err != ERR_NOT_FOUND)
        TRY(err);
    if (err == ERR_OK)
        TRY(checkpoint_open(strbuf_str(&note), &node->keys.signer.verifier, &checkpoint, NULL,
                            diag));
    *ret = checkpoint.size;
    return ERR_OK;
}

static Err own_note(Node *node, LedgerKind kind, uint64_t count, const StrBuf *payload,
                    Diag *diag) {
    LedgerDraft draft = {.kind = kind,
                         .unit = node->keys.identity.unit,
                         .count = count,
                         .payload = strbuf_str(payload)};
    if (strbuf_err(payload) != ERR_OK)
        return no_memory(diag);
    return ledger_log_note(node->log, NULL, &draft, NULL, diag);
}

// The ledger's first entry, and what it has to say about the last stop.
static Err entries_begin(Node *node, NodeStart *start, Diag *diag) {
    _cleanup_strbuf_ StrBuf payload = STRBUF(NODE_FILE_MAX);
    uint64_t size;
    TRY(ledger_log_size(node->log, NULL, &size, diag));
    ledger_log_erasures(node->log, &start->erasures);
    start->is_first = size == 0;
    if (start->is_first) {
        strbuf_put_text(&payload, "{\"node\":\"");
        identifier_put(&payload, &node->keys.identity.node);
        strbuf_put_text(&payload, "\"}");
        return own_note(
            node, node->keys.identity.is_exercise ? LEDGER_EXERCISE_OPENED : LEDGER_LEDGER_OPENED,
            1, &payload, diag);
    }
    if (!start->was_unclean)
        return ERR_OK;
    strbuf_printf(&payload,
                  "{\"entries\":%llu,\"published\":%llu,\"erasures\":%llu,\"leftovers\":%u}",
                  (unsigned long long)size, (unsigned long long)start->published,
                  (unsigned long long)start->erasures, start->leftovers);
    return own_note(node, LEDGER_STORE_REPAIRED, 1, &payload, diag);
}

static Err recovery_note(Node *node, const NodeRestored *restored, Diag *diag) {
    _cleanup_strbuf_ StrBuf payload = STRBUF(NODE_FILE_MAX);
    strbuf_printf(&payload, "{\"backup\":\"%s\",\"entries\":%llu,\"recovered\":%llu}",
                  restored->name, (unsigned long long)restored->entries,
                  (unsigned long long)restored->recovered);
    return own_note(node, LEDGER_BACKUP_RESTORED, 1, &payload, diag);
}

static Err recover(Node *node, NodeRestored *restored, Diag *diag) {
    char path[LEDGER_PATH_MAX];
    TRY(node_path(node->folder, "ledger", path, diag));
    return ledger_log_recover(node->store, &node->keys.signer.verifier, path, &restored->entries,
                              &restored->recovered, diag);
}

// What node_open and node_recover have in common.
static Err node_begin(Node *node, const NodeOptions *options, bool is_recovery,
                      NodeStart *ret_start, NodeRestored *io_restored, Diag *diag) {
    NodeStart start = {.was_unclean = node_file_exists(node->folder, "running")};
    NodeRestored restored = *io_restored;
    StoreFigures figures;
    size_t behind;
    TRY(node_file_write(node->folder, "running", STR(""), diag));
    TRY(node_leftovers_remove(node->folder, &start.leftovers, diag));
    TRY(database_open(node, options, diag));
    store_figures(node->store, &figures);
    start.was_unclean = !is_recovery && (start.was_unclean || figures.was_unclean);
    if (is_recovery)
        TRY(recover(node, &restored, diag));
    TRY(published_size(node, &start.published, diag));
    TRY(node_copies_load(node, diag));
    TRY(log_open(node, diag));
    if (is_recovery && options->forget != NULL)
        TRY(options->forget(node->store, node->log, options->context, diag));
    TRY(entries_begin(node, &start, diag));
    if (is_recovery && !start.is_first)
        TRY(recovery_note(node, &restored, diag));
    TRY(ledger_log_publish(node->log, &start.entries, diag));
    TRY(node_copies_update(node, &behind, diag)); // those behind are for node_check to tell
    *ret_start = start;
    *io_restored = restored;
    return ERR_OK;
}

Err node_open(const char *folder, const NodeOptions *options, Node **ret, NodeStart *ret_start,
              Diag *diag) {
    _cleanup_(node_freep) Node *node = NULL;
    NodeStart start;
    NodeRestored restored = {0};
    TRY(node_new(folder, false, &node, diag));
    bool was_unclean = node_file_exists(folder, "running");
    Err err = node_begin(node, options, false, &start, &restored, diag);
    if (err != ERR_OK && !was_unclean)
        (void)!node_file_remove(folder, "running", NULL);
    TRY(err);
    if (ret_start != NULL)
        *ret_start = start;
    *ret = TAKE(node);
    return ERR_OK;
}

void node_close(Node *node) {
    if (node == NULL)
        return;
    bool is_clean = ledger_log_publish(node->log, NULL, NULL) == ERR_OK;
    ledger_log_free(TAKE(node->log));
    store_free(TAKE(node->store));
    // What could not be published or removed is put right and told at the next start.
    is_clean = is_clean && node_file_remove(node->folder, "running", NULL) == ERR_OK;
    (void)is_clean;
    node_free(node);
}

Err node_recover_from(const char *folder, const NodeOptions *options, bool is_unfinished,
                      NodeRestored *io_restored, Diag *diag) {
    _cleanup_(node_freep) Node *node = NULL;
    NodeStart start;
    TRY(node_new(folder, is_unfinished, &node, diag));
    TRY(node_begin(node, options, true, &start, io_restored, diag));
    node_close(TAKE(node));
    return ERR_OK;
}

Err node_recover(const char *folder, const NodeOptions *options, NodeRestored *ret, Diag *diag) {
    NodeRestored restored = {0};
    TRY(node_recover_from(folder, options, false, &restored, diag));
    *ret = restored;
    return ERR_OK;
}

// --- What it has ------------------------------------------------------------------------------

Store *node_store(Node *node) {
    return node->store;
}

LedgerLog *node_log(Node *node) {
    return node->log;
}

const char *node_folder(const Node *node) {
    return node->folder;
}

const NodeIdentity *node_identity(const Node *node) {
    return &node->keys.identity;
}

const NoteVerifier *node_verifier(const Node *node) {
    return &node->keys.signer.verifier;
}

void node_key_derive(const Node *node, const char *what, uint8_t ret[SEAL_KEY_BYTES]) {
    static const char PREFIX[] = "seventh/node/key/v1\n";
    Blake2 hash;
    blake2_begin(&hash, BLAKE2_256_BYTES);
    blake2_put(&hash, PREFIX, sizeof PREFIX - 1);
    blake2_put(&hash, node->keys.node_key.bytes, SEAL_KEY_BYTES);
    blake2_put(&hash, what, strlen(what));
    blake2_end(&hash, ret);
    secret_wipe(&hash, sizeof hash);
}
