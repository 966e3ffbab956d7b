// LedgerLog: the ledger of one store. Entries are appended in the transaction of what they are
// about, kept in the database with their payloads sealed, and published as tiles from there.
//
//     static Err case_close(Tx *tx, void *context, Diag *diag) {     // under
//     store_run(STORE_QUEUED)
//         …the change…
//         LedgerDraft draft = {.kind = LEDGER_CASE_CHANGED, .person = …, .payload = …};
//         return ledger_log_append(log, tx, &draft, &closing->entry, diag); // last statement
//     }
//     TRY(store_run(store, STORE_QUEUED, request, case_close, &closing, diag));
//     ledger_log_wake(log);
//
// **Order.** An entry's index is taken under the lock of one row, in the transaction itself: the
// order is gapless, and what was rolled back leaves nothing. After the commit nothing can fail:
// tiles and checkpoints are derived later, by whoever calls ledger_log_publish.
//
// **Keys.** A payload is sealed under the key of a *slot* of the node's key ring (crypto/
// key_ring.h). Every entry takes the next slot, and a record may take one of its own
// (ledger_log_slot_take), to seal in its own tables what must be gone when the record is erased:
// what is only deleted comes back with a backup, what was sealed does not.
//
// **Erasure** has two halves. In the transaction, ledger_log_erase drops the sealed payloads and
// appends the entry that says what goes; that is durable with the commit. Then
// ledger_log_erase_finish takes the slots out of the ring and writes the ring in place of its file.
// A stop between the two is made up for when the log is opened, before anything can be read.
//
// Threads: any, any number at once, except that one thread at a time publishes or verifies.
// One process a ledger: whoever opens it holds the lock of its node (ledger/node.h).
#pragma once
#include "crypto/note.h"
#include "ledger/entry.h"
#include "ledger/publisher.h"
#include "ledger/ring_file.h"
#include "ledger/sealed_payload.h"
#include "store/schema.h"

typedef struct LedgerLog LedgerLog;

extern const StoreSchema LEDGER_SCHEMA;

typedef struct LedgerLogOptions {
    const NoteSigner *signer; // its name is the ledger's origin; copied
    const char *ring_path;    // of the sealed key ring (ring_file_create); copied
    const SealKey *node_key;  // the ring is sealed with; copied
    const char *folder;       // where tiles and checkpoint are published; copied
    bool is_exercise;         // what its first entry says, and must say
    // Called after the ring's file was replaced, by the thread that did so: for copies of the ring
    // that are kept elsewhere. May be NULL.
    void (*ring_replaced)(void *context);
    void *context;
    int64_t (*now_ms)(void); // UTC; NULL: the clock
} LedgerLogOptions;

// The database must have LEDGER_SCHEMA. Finishes erasures that a stop interrupted. ERR_CONFLICT:
// the database is another ledger's, or an exercise's where a live one is expected, or the reverse,
// or has fewer entries than were published (node_restore says what then). ERR_STATE: the ring is an
// old copy, which could open what was erased.
Err ledger_log_open(Store *store, const LedgerLogOptions *options, LedgerLog **ret,
                    Diag *diag) MUST_CHECK;
void ledger_log_free(LedgerLog *log);
DEFINE_CLEANUP(LedgerLog *, ledger_log_free);

// --- Writing ----------------------------------------------------------------------------------

typedef struct LedgerDraft {
    LedgerKind kind;
    Identifier person, unit, case_; // all zero: none
    Str purpose;                    // concept id; empty: none
    uint64_t count;                 // things the entry is about; bulk work is one entry
    Str payload;                    // ≤ PAYLOAD_MAX; may be empty
} LedgerDraft;

// Appends the entry; must be the last statement of a STORE_QUEUED transaction (ERR_INTERNAL in
// another). ERR_INVALID: a field that the kind requires or forbids. ERR_STATE: the first entry of a
// ledger says that it is opened, and no other does. *ret_index (may be NULL) counts from 0 and is
// the entry's for ever once the transaction has committed.
Err ledger_log_append(LedgerLog *log, Tx *tx, const LedgerDraft *draft, uint64_t *ret_index,
                      Diag *diag) MUST_CHECK;
// The same in a transaction of its own: for views, searches and whatever else changes nothing.
Err ledger_log_note(LedgerLog *log, const StoreRequest *request, const LedgerDraft *draft,
                    uint64_t *ret_index, Diag *diag) MUST_CHECK;

// A slot of its own for a record whose content must be erasable, in a STORE_QUEUED transaction.
Err ledger_log_slot_take(LedgerLog *log, Tx *tx, uint64_t *ret_slot, Diag *diag) MUST_CHECK;
// Seals content under a slot, and opens it. `context` says what the content is and to which row it
// belongs ("case/title" and the row's identifier); it must be the same for opening. ERR_NOT_FOUND:
// erased. ERR_CORRUPT: changed, or of another context.
Err ledger_log_seal(LedgerLog *log, uint64_t slot, Str context, Str plain, StrBuf *out,
                    Diag *diag) MUST_CHECK;
Err ledger_log_unseal(LedgerLog *log, uint64_t slot, Str context, Str sealed, StrBuf *out,
                      Diag *diag) MUST_CHECK;
// Whether the slot's key was destroyed: a row that still stands there came with a backup.
bool ledger_log_is_erased(LedgerLog *log, uint64_t slot);

// --- Erasing ----------------------------------------------------------------------------------

typedef KeyRange LedgerRange; // first … last

// What is erased: payloads of entries, and slots of records. Ranges in any order.
typedef struct LedgerErasure {
    const LedgerRange *entries;
    size_t entry_count;
    const LedgerRange *slots;
    size_t slot_count;
} LedgerErasure;

// Takes the place of ledger_log_append in a transaction that erases records: drops their sealed
// payloads, writes down which slots go, and appends the entry (kind LEDGER_RECORD_ERASED; its
// payload names the ranges, draft->payload is left aside, count is that of the entries and slots
// when 0). Call ledger_log_erase_finish after the commit. ERR_NOT_FOUND: an entry that there is
// not; ERR_RANGE: a slot that was not given out yet; ERR_LIMIT: too many ranges.
Err ledger_log_erase(LedgerLog *log, Tx *tx, const LedgerDraft *draft, const LedgerErasure *erasure,
                     uint64_t *ret_index, Diag *diag) MUST_CHECK;
// Destroys the keys of all erasures that were committed. On failure (a full disk) they stay to be
// done, and are by the next call or when the log is opened.
Err ledger_log_erase_finish(LedgerLog *log, Diag *diag) MUST_CHECK;
// The ring's count of erasures. *ret_at_open (may be NULL): those that were finished when the log
// was opened, since a stop had come between.
uint64_t ledger_log_erasures(LedgerLog *log, uint64_t *ret_at_open);

// --- Reading ----------------------------------------------------------------------------------

Err ledger_log_size(LedgerLog *log, const StoreRequest *request, uint64_t *ret,
                    Diag *diag) MUST_CHECK;

typedef enum LedgerPayloadState {
    LEDGER_PAYLOAD_KEPT,
    LEDGER_PAYLOAD_ERASED,
    LEDGER_PAYLOAD_LOST // the entry was recovered from the published ledger, without its payload
} LedgerPayloadState;

typedef struct LedgerRow {
    LedgerEntry entry;
    LedgerPayloadState payload;
} LedgerRow;

// The entries from `first` on, up to `capacity` (≤ LEDGER_PAGE_MAX).
Err ledger_log_read(LedgerLog *log, const StoreRequest *request, uint64_t first, LedgerRow *ret,
                    size_t capacity, size_t *ret_count, Diag *diag) MUST_CHECK;

// What to find. Fields that are zero (kind: LEDGER_KINDS) do not select.
typedef struct LedgerFilter {
    LedgerKind kind; // LEDGER_KINDS: any
    Identifier person, unit, case_;
    int64_t from_ms, to_ms; // to_ms exclusive; 0: open
    uint64_t before;        // only entries of a lower index; 0: from the newest
} LedgerFilter;
// Newest first. The next page begins before the last row's index.
Err ledger_log_find(LedgerLog *log, const StoreRequest *request, const LedgerFilter *filter,
                    LedgerRow *ret, size_t capacity, size_t *ret_count, Diag *diag) MUST_CHECK;
// Appends the payload of an entry to out. ERR_NOT_FOUND with what is the case: no such entry, it
// was erased, or lost. ERR_CORRUPT: not the payload that the entry fixes.
Err ledger_log_payload_open(LedgerLog *log, const StoreRequest *request, uint64_t index,
                            StrBuf *out, Diag *diag) MUST_CHECK;

// --- Publishing and verifying -----------------------------------------------------------------

// Publishes all entries that are committed: tiles, then a checkpoint. *ret_size (may be NULL) is
// what is published then. After a failure the next call begins anew from what stands in the folder.
Err ledger_log_publish(LedgerLog *log, uint64_t *ret_size, Diag *diag) MUST_CHECK;
// For the thread that publishes: waits until somebody woke the log since the last wait, or the time
// is over. Whoever appended calls ledger_log_wake after the commit; waking twice is no harm.
void ledger_log_wait(LedgerLog *log, int64_t timeout_ms);
void ledger_log_wake(LedgerLog *log);
// The committed leaves as a publisher reads them; for one thread.
typedef struct LedgerLeafReader {
    Store *store;
    StrBuf bundle; // the leaves first … first + count − 1 (entry_bundle_put)
    uint64_t first, count;
    Str rest; // of the bundle, from leaf `next` on
    uint64_t next;
} LedgerLeafReader;
void ledger_leaf_reader_begin(LedgerLeafReader *reader, Store *store);
void ledger_leaf_reader_done(LedgerLeafReader *reader);
LeafSource ledger_leaf_reader_source(LedgerLeafReader *reader);

// Verification of the database against what was published, in steps, so that it can go on where it
// was left. Begins zeroed.
typedef struct LedgerLogCheck {
    bool is_begun, is_done;
    uint64_t size;      // entries that the published checkpoint speaks of
    uint64_t end;       // entries of the database when the check began
    uint64_t next;      // entries checked so far
    uint64_t erased;    // of these, without payload since it was erased,
    uint64_t recovered; // or since it was lost
    MerkleHash root;    // of the checkpoint
    MerkleTree tree;
} LedgerLogCheck;
// Checks up to `most` further entries: canonical, in their place, findable as what they are, with
// the payload that their commitment fixes, and together the root that was signed. Then is_done.
// ERR_CORRUPT with {index} of the first entry that is wrong; ERR_CONFLICT: the history in the
// database is not the published one. ERR_NOT_FOUND: nothing was published yet.
Err ledger_log_verify(LedgerLog *log, const StoreRequest *request, LedgerLogCheck *io_check,
                      uint64_t most, Diag *diag) MUST_CHECK;
