// Node: the folder of one node, with its keys, its ledger and, unless that is on a server, its
// database.
//
//     node            who it is: ids of node and unit, the ledger's name, live or exercise, the
//                     public recovery key
//     lock            locked by the process that works on the node
//     running         stands there while it does: found at start, the last stop was not clean
//     unfinished      stands there while a node is created or restored
//     copies          where backups are, and which count of erasures their key ring has
//     keys/ledger     signs checkpoints
//     keys/node       the key ring is sealed with
//     keys/ring       the key ring
//     ledger.pub      the public key of the ledger, for those who verify
//     store.db        the database, when it is SQLite
//     ledger/         the published ledger: `seventh ledger verify FOLDER/ledger`
//
// All of it is for its owner only (0600, 0700); keys that others can read are refused.
//
// **Backups** go to a folder of their own, one a node, best on another disk:
//
//     backup              which node's, and its public keys
//     keys.sealed         identity and keys, sealed to the recovery key
//     ring.sealed         the key ring: one present copy, overwritten after every erasure
//     ledger/             the published ledger, which only grows
//     store-….sealed      a database, as many generations as are wanted; delete old ones as you
//     like store-….note        its size and digest, signed by the ledger's key
//
// What was erased stays erased when a database of before is restored: its keys are not in the
// present ring. As long as a copy of the ring could not be overwritten, the erasure is not
// finished, and node_copies and node_check say so.
//
// A restored database is older than the ledger that was published since. The published entries
// are put back into it from the ledger's folder, without their payloads, so that the ledger goes on
// where it was and no witness sees two histories; and an entry says what was restored.
//
// Threads: a Node is opened and closed by one; node_backup and the rest, any.
#pragma once
#include "crypto/recovery_key.h"
#include "ledger/log.h"

typedef struct Node Node;

typedef struct NodeIdentity {
    Identifier node, unit;
    bool is_exercise;
    char name[NOTE_NAME_MAX + 1]; // of the ledger: its origin
    int64_t made_ms;
    bool has_recovery;
    RecoveryPublic recovery;
} NodeIdentity;

typedef struct NodePlan {
    Str name;        // as in note_name_is_valid: "node.example/ledger"
    Identifier unit; // none: a new one
    bool is_exercise;
    const RecoveryPublic *recovery; // NULL: none yet
} NodePlan;

// Makes a node in a folder that does not exist or is empty. The ledger's first entry comes when it
// is opened first. ERR_EXISTS: something is there.
Err node_create(const char *folder, const NodePlan *plan, Diag *diag) MUST_CHECK;
// Whether there is a node (which may be damaged), so that a first start can tell.
bool node_exists(const char *folder);

typedef struct NodeOptions {
    Str database; // postgresql://…; empty: store.db in the folder
    StoreOptions store;
    const StoreSchema *schemas; // of all rooms of the program, LEDGER_SCHEMA first
    int schema_count;
    // After a restore: removes what in its own tables belongs to slots that were erased since the
    // backup (ledger_log_is_erased). May be NULL.
    Err (*forget)(Store *store, LedgerLog *log, void *context, Diag *diag);
    void *context;
} NodeOptions;

// What was found and put right at start.
typedef struct NodeStart {
    bool is_first;      // the ledger was opened
    bool was_unclean;   // the last stop was not clean; the ledger says so now (store-repaired)
    uint64_t entries;   // of the ledger, with those made now
    uint64_t published; // by the last run
    uint64_t erasures;  // that were committed and are finished now
    unsigned leftovers; // files of interrupted work that were removed
} NodeStart;

// Opens the node, brings its database up to date, finishes what was interrupted, publishes.
// ERR_BUSY: another process works on it. ERR_STATE: it was not created or restored to its end, or
// its key ring is an old copy. ERR_PERMISSION: its keys can be read by others. ret_start may be
// NULL. options are not kept.
Err node_open(const char *folder, const NodeOptions *options, Node **ret, NodeStart *ret_start,
              Diag *diag) MUST_CHECK;
// Publishes what is left, and marks the stop as clean.
void node_close(Node *node);
DEFINE_CLEANUP(Node *, node_close);

Store *node_store(Node *node);
LedgerLog *node_log(Node *node);
const char *node_folder(const Node *node);
const NodeIdentity *node_identity(const Node *node);
const NoteVerifier *node_verifier(const Node *node); // the ledger's public key

// A key of this node for something of its own ("web", "records"), always the same; it comes back
// with a restored backup.
void node_key_derive(const Node *node, const char *what, uint8_t ret[SEAL_KEY_BYTES]);

// Sets the key that backups are sealed to from now on.
Err node_recovery_set(Node *node, const RecoveryPublic *key, Diag *diag) MUST_CHECK;

// --- Backup -----------------------------------------------------------------------------------

enum { NODE_BACKUP_NAME_MAX = 64, NODE_COPIES_MAX = 16 };

typedef struct NodeBackup {
    char name[NODE_BACKUP_NAME_MAX]; // of the generation, without ".sealed"; empty without database
    bool has_database; // false: it is on a PostgreSQL server and is backed up by its own tools
    uint64_t entries;  // of the ledger in it, at least
    uint64_t bytes;    // of the sealed database
} NodeBackup;

// While the node works. The folder is made when it does not exist, and remembered as a copy.
// ERR_STATE: no recovery key is set. ERR_CONFLICT: the folder has another node's backups. `person`
// (or none) is whom the ledger names.
Err node_backup(Node *node, const char *folder, const Identifier *person,
                const StoreRequest *request, NodeBackup *ret, Diag *diag) MUST_CHECK;

typedef struct NodeCopy {
    char path[LEDGER_PATH_MAX];
    int64_t backup_ms; // when the last backup was made there
    bool is_current;   // its ring has no key of anything erased
} NodeCopy;
// The places where backups are; up to NODE_COPIES_MAX.
void node_copies(Node *node, NodeCopy *ret, size_t *ret_count);
// Tries to bring the rings of all copies up to date; *ret_behind: how many are not. Done by itself
// after erasures, backups and at start.
Err node_copies_update(Node *node, size_t *ret_behind, Diag *diag) MUST_CHECK;
// Forgets a place, whose ring must have been destroyed.
Err node_copy_forget(Node *node, const char *path, Diag *diag) MUST_CHECK;

// --- Restore ----------------------------------------------------------------------------------

typedef struct NodeRestore {
    const char *backup;           // the backup's folder
    const char *name;             // which generation; NULL: the newest
    const char *folder;           // of the node: does not exist or is empty
    const char *published;        // a newer copy of the published ledger, or NULL
    const RecoverySecret *secret; // fits the recovery key
    const NoteVerifier *log;      // the ledger's key as known from elsewhere; NULL: not compared
} NodeRestore;

typedef struct NodeRestored {
    char name[NODE_BACKUP_NAME_MAX];
    uint64_t entries;   // that the database had,
    uint64_t recovered; // and that were added from the published ledger
} NodeRestored;

// Restores and leaves the node closed. With options->database (PostgreSQL), that database must have
// been restored by its own tools already. What is in the way is refused before anything is written.
Err node_restore(const NodeRestore *restore, const NodeOptions *options, NodeRestored *ret,
                 Diag *diag) MUST_CHECK;
// For a node whose database alone was restored, by other means: the second half of node_restore.
Err node_recover(const char *folder, const NodeOptions *options, NodeRestored *ret,
                 Diag *diag) MUST_CHECK;

// --- Check ------------------------------------------------------------------------------------

// `is_fault`: something is wrong; else it is worth knowing. `finding` is a message of ours.
typedef void NodeFound(void *context, bool is_fault, const Diag *finding);
// Permissions, published ledger, database against it, key ring, copies, age of the last backup, the
// disk underneath. Reads all; takes as long as that. The error is one of checking itself.
Err node_check(Node *node, const StoreRequest *request, NodeFound *found, void *context,
               Diag *diag) MUST_CHECK;
