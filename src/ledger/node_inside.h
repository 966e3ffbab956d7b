// The inside of Node, shared by its files. Only this room includes it.
#pragma once
#include <pthread.h>

#include "ledger/node.h"

// What makes a node this node.
typedef struct NodeKeys {
    NodeIdentity identity;
    NoteSigner signer;
    SealKey node_key;
} NodeKeys;
void node_keys_wipe(NodeKeys *keys);
#define _cleanup_node_keys_ _cleanup_(node_keys_wipe)

typedef struct CopyPlace {
    char path[LEDGER_PATH_MAX];
    int64_t backup_ms;
    uint64_t erasures; // of the ring that stands there
} CopyPlace;

struct Node {
    char folder[LEDGER_PATH_MAX];
    int lock;
    NodeKeys keys;
    Store *store;
    LedgerLog *log;
    bool is_on_server;           // the database
    pthread_mutex_t copies_lock; // of what follows, and of keys.identity.recovery
    CopyPlace copies[NODE_COPIES_MAX];
    size_t copy_count;
    pthread_mutex_t backup_lock; // one backup at a time
};

// --- node_folder.c: files of the folder ---

// folder/name with a NUL. ERR_LIMIT.
Err node_path(const char *folder, const char *name, char ret[LEDGER_PATH_MAX],
              Diag *diag) MUST_CHECK;
// Reads a small private file.
Err node_file_read(const char *folder, const char *name, StrBuf *out, Diag *diag) MUST_CHECK;
Err node_file_write(const char *folder, const char *name, Str content, Diag *diag) MUST_CHECK;
// Removes a file and syncs the folder; not there is no error.
Err node_file_remove(const char *folder, const char *name, Diag *diag) MUST_CHECK;
bool node_file_exists(const char *folder, const char *name);
// The folder for a new node: made when missing, must be empty. Leaves `unfinished` in it.
Err node_folder_begin(const char *folder, Diag *diag) MUST_CHECK;
Err node_keys_write(const char *folder, const NodeKeys *keys, Diag *diag) MUST_CHECK;
Err node_identity_write(const char *folder, const NodeIdentity *identity, Diag *diag) MUST_CHECK;
// ERR_PERMISSION when others can read them.
Err node_keys_read(const char *folder, NodeKeys *ret, Diag *diag) MUST_CHECK;
// Locks the node. ERR_BUSY, ERR_STATE (unfinished), ERR_NOT_FOUND (no node there).
Err node_lock(const char *folder, bool may_be_unfinished, int *ret_fd, Diag *diag) MUST_CHECK;
// Files that an interrupted run left behind; *io_count is raised by their number.
Err node_leftovers_remove(const char *folder, unsigned *io_count, Diag *diag) MUST_CHECK;

// --- node_identity.c: the texts ---

void node_identity_put(StrBuf *out, const NodeIdentity *identity);
// Takes the identity's lines off *io_rest.
bool node_identity_take(Str *io_rest, NodeIdentity *ret);
// Identity with all keys, as keys.sealed holds them. Secret.
void node_keys_put(StrBuf *out, const NodeKeys *keys);
bool node_keys_parse(Str text, NodeKeys *ret);
// The value of the next line "name value"; false when it is another.
bool node_line_take(Str *io_rest, const char *name, Str *ret_value);

// --- node_copies.c ---

Err node_copies_load(Node *node, Diag *diag) MUST_CHECK;
// Remembers the place (or the time of its newest backup), then writes its ring.
Err node_copy_put(Node *node, const char *path, int64_t backup_ms, Diag *diag) MUST_CHECK;
// The hook of the log.
void node_ring_replaced(void *node);
void node_seal_context(const Identifier *node, const char *what, char ret[LEDGER_CONTEXT_MAX]);
// folder/backup: whose backups these are. ERR_NOT_FOUND: none there. ERR_CONFLICT: another node's.
Err backup_folder_check(const char *folder, const Identifier *node, Diag *diag) MUST_CHECK;

// --- log_recover.c ---

// Puts the published entries that the database lacks back into it, and begins a new run of slots.
Err ledger_log_recover(Store *store, const NoteVerifier *log, const char *folder,
                       uint64_t *ret_entries, uint64_t *ret_recovered, Diag *diag) MUST_CHECK;

// --- node.c ---

// Opens a node after its database (and perhaps more of it) was restored, and closes it.
// *io_restored has the name.
Err node_recover_from(const char *folder, const NodeOptions *options, bool is_unfinished,
                      NodeRestored *io_restored, Diag *diag) MUST_CHECK;

// --- backup.c ---

// What a backup's note says. `name` as in NodeBackup.
typedef struct BackupNote {
    Identifier node;
    char name[NODE_BACKUP_NAME_MAX];
    int64_t made_ms;
    uint64_t entries, bytes;
    uint8_t digest[SHA256_SIZE]; // of the sealed file
} BackupNote;
bool backup_note_parse(Str text, BackupNote *ret);
// SHA-256 and size of a file.
Err backup_digest(const char *path, uint8_t ret_digest[SHA256_SIZE], uint64_t *ret_bytes,
                  Diag *diag) MUST_CHECK;
