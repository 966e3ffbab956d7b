// From the database to the published folder, and the comparison of the two.
#include <time.h>

#include "ledger/log_inside.h"

// --- Leaves as a publisher reads them ---------------------------------------------------------

void ledger_leaf_reader_begin(LedgerLeafReader *reader, Store *store) {
    *reader = (LedgerLeafReader){.store = store, .bundle = STRBUF(BUNDLE_BYTES_MAX)};
}

void ledger_leaf_reader_done(LedgerLeafReader *reader) {
    strbuf_done(&reader->bundle);
}

static Err leaves_fetch(Tx *tx, void *context, Diag *diag) {
    LedgerLeafReader *reader = context;
    _cleanup_stmt_ Stmt *rows = NULL;
    strbuf_clear(&reader->bundle);
    reader->count = 0;
    TRY(tx_query(
        tx,
        STR("SELECT entry, leaf FROM ledger_leaves WHERE entry >= :first ORDER BY entry "
            "LIMIT :most"),
        BINDS(bind_int64("first", (int64_t)reader->first), bind_int64("most", LEDGER_LEAVES_READ)),
        &rows, diag));
    while (stmt_next(rows)) {
        if (stmt_int64(rows, 0) != (int64_t)(reader->first + reader->count))
            break;
        Str leaf = stmt_text(rows, 1);
        if (leaf.len > LEAF_MAX)
            return diag_set(diag, ERR_CORRUPT,
                            N_("This is not a ledger entry in its canonical form."));
        TRY(entry_bundle_put(&reader->bundle, leaf, diag));
        reader->count++;
    }
    return tx_err(tx, diag);
}

static Err leaf_read(void *context, uint64_t index, StrBuf *out, Diag *diag) {
    LedgerLeafReader *reader = context;
    Str leaf;
    bool is_within = index >= reader->first && index < reader->first + reader->count;
    if (!is_within) {
        reader->first = index;
        reader->count = 0;
        TRY(store_run(reader->store, STORE_READ, NULL, leaves_fetch, reader, diag));
    }
    if (!is_within || index < reader->next) {
        reader->rest = strbuf_str(&reader->bundle);
        reader->next = reader->first;
    }
    do {
        if (reader->next >= reader->first + reader->count ||
            !entry_bundle_next(&reader->rest, &leaf)) {
            diag_set(diag, ERR_CORRUPT, N_("Entry {index} of the ledger is not in the database."));
            diag_arg_int(diag, "index", (int64_t)index);
            return ERR_CORRUPT;
        }
    } while (reader->next++ < index);
    strbuf_put(out, leaf);
    return strbuf_err(out) == ERR_OK
               ? ERR_OK
               : diag_set(diag, strbuf_err(out), N_("There is not enough memory."));
}

LeafSource ledger_leaf_reader_source(LedgerLeafReader *reader) {
    return (LeafSource){.read = leaf_read, .context = reader};
}

// --- Publishing -------------------------------------------------------------------------------

static Err publish(LedgerLog *log, uint64_t *ret_size, Diag *diag) {
    uint64_t size;
    TRY(ledger_log_size(log, NULL, &size, diag));
    if (log->publisher == NULL) {
        log->reader.count = 0;
        TRY(ledger_publisher_open(log->folder, &log->signer,
                                  ledger_leaf_reader_source(&log->reader), &log->publisher, diag));
    }
    Err err = ledger_publish(log->publisher, size, diag);
    if (err != ERR_OK) {
        ledger_publisher_free(log->publisher);
        log->publisher = NULL;
        return err;
    }
    *ret_size = size;
    return ERR_OK;
}

Err ledger_log_publish(LedgerLog *log, uint64_t *ret_size, Diag *diag) {
    uint64_t size;
    pthread_mutex_lock(&log->publish_lock);
    Err err = publish(log, &size, diag);
    pthread_mutex_unlock(&log->publish_lock);
    if (err == ERR_OK && ret_size != NULL)
        *ret_size = size;
    return err;
}

void ledger_log_wake(LedgerLog *log) {
    pthread_mutex_lock(&log->wake_lock);
    log->is_awake = true;
    pthread_cond_broadcast(&log->wake);
    pthread_mutex_unlock(&log->wake_lock);
}

void ledger_log_wait(LedgerLog *log, int64_t timeout_ms) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += timeout_ms / 1000;
    until.tv_nsec += timeout_ms % 1000 * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&log->wake_lock);
    while (!log->is_awake && pthread_cond_timedwait(&log->wake, &log->wake_lock, &until) == 0)
        ;
    log->is_awake = false;
    pthread_mutex_unlock(&log->wake_lock);
}

Err ledger_log_checkpoint(LedgerLog *log, uint64_t *ret_size, MerkleHash *ret_root, Diag *diag) {
    TileFolder folder = {log->folder};
    _cleanup_strbuf_ StrBuf note = STRBUF(NOTE_MAX);
    Checkpoint checkpoint;
    TRY(tile_folder_checkpoint(&folder, &note, diag));
    TRY(checkpoint_open(strbuf_str(&note), &log->signer.verifier, &checkpoint, NULL, diag));
    *ret_size = checkpoint.size;
    *ret_root = checkpoint.root;
    return ERR_OK;
}

// --- Verifying --------------------------------------------------------------------------------

typedef struct Verifying {
    LedgerLog *log;
    LedgerLogCheck check; // a copy, since the transaction may be tried again
    LedgerLogCheck begin;
    uint64_t most;
} Verifying;

static Err entry_fault(uint64_t index, Diag *diag, const char *msgid) {
    diag_set(diag, ERR_CORRUPT, msgid);
    diag_arg_int(diag, "index", (int64_t)index);
    return ERR_CORRUPT;
}

static bool identifier_fits(Stmt *rows, int column, const Identifier *id) {
    Str there = stmt_bytes(rows, column);
    return identifier_is_none(id) ? stmt_is_null(rows, column)
                                  : str_equal(there, str_of(id->bytes, sizeof id->bytes));
}

// A payload that is gone was erased, or is about to be.
static Err is_meant_to_go(Tx *tx, LedgerLog *log, int64_t slot, bool *ret, Diag *diag) {
    int64_t count = 1;
    if (!ledger_log_is_erased(log, (uint64_t)slot))
        TRY(tx_int64(tx,
                     STR("SELECT count(*) FROM ledger_erasures WHERE first_slot <= :slot AND "
                         "last_slot >= :slot"),
                     BINDS(bind_int64("slot", slot)), NULL, &count, diag));
    *ret = count > 0;
    return ERR_OK;
}

static Err payload_verify(Tx *tx, Verifying *verifying, Stmt *rows, const LedgerEntry *entry,
                          Diag *diag) {
    LedgerLogCheck *check = &verifying->check;
    LedgerLog *log = verifying->log;
    int64_t slot = stmt_int64(rows, 2);
    LedgerPayloadState state = ledger_payload_state(log, slot, !stmt_is_null(rows, 3));
    _cleanup_strbuf_ StrBuf payload = STRBUF(PAYLOAD_MAX + SEAL_OVERHEAD);
    bool is_meant = true;
    switch (state) {
    case LEDGER_PAYLOAD_LOST:
        check->recovered++;
        return ERR_OK;
    case LEDGER_PAYLOAD_ERASED:
        check->erased++;
        TRY(is_meant_to_go(tx, log, slot, &is_meant, diag));
        return is_meant ? ERR_OK
                        : entry_fault(check->next, diag,
                                      N_("The details of entry {index} are missing in the "
                                         "database."));
    case LEDGER_PAYLOAD_KEPT:
        break;
    }
    pthread_rwlock_rdlock(&log->ring_lock);
    Err err = ledger_payload_open(log->ring, (uint64_t)slot, stmt_bytes(rows, 3), entry->commitment,
                                  &payload, diag);
    pthread_rwlock_unlock(&log->ring_lock);
    if (err == ERR_NOT_FOUND) // erased at this moment
        return ERR_OK;
    return err == ERR_CORRUPT
               ? entry_fault(check->next, diag,
                             N_("The details of entry {index} are not those that the ledger "
                                "fixes."))
               : err;
}

// Columns: entry, leaf, slot, sealed, at_ms, kind, person, unit, case_id.
static Err entry_verify(Tx *tx, Verifying *verifying, Stmt *rows, Diag *diag) {
    LedgerLogCheck *check = &verifying->check;
    LedgerEntry entry;
    MerkleHash hash;
    Str leaf = stmt_text(rows, 1);
    if (stmt_int64(rows, 0) != (int64_t)check->next)
        return entry_fault(check->next, diag,
                           N_("Entry {index} of the ledger is not in the database."));
    if (ledger_entry_parse(leaf, &entry, diag) != ERR_OK || entry.index != check->next)
        return entry_fault(check->next, diag,
                           N_("Entry {index} of the ledger was changed in the database."));
    if (stmt_int64(rows, 4) != entry.utc_ms || !str_is(stmt_text(rows, 5), entry.kind) ||
        !identifier_fits(rows, 6, &entry.person) || !identifier_fits(rows, 7, &entry.unit) ||
        !identifier_fits(rows, 8, &entry.case_))
        return entry_fault(check->next, diag,
                           N_("Entry {index} of the ledger cannot be found in the database as "
                              "what it is."));
    TRY(payload_verify(tx, verifying, rows, &entry, diag));
    merkle_leaf(leaf, &hash);
    merkle_tree_add(&check->tree, &hash);
    check->next++;
    if (check->next != check->size)
        return ERR_OK;
    merkle_tree_root(&check->tree, &hash);
    return merkle_equal(&hash, &check->root)
               ? ERR_OK
               : diag_set(diag, ERR_CONFLICT,
                          N_("The entries in the database are not those that were published."));
}

static Err entries_verify(Tx *tx, void *context, Diag *diag) {
    Verifying *verifying = context;
    LedgerLogCheck *check = &verifying->check;
    *check = verifying->begin;
    uint64_t left = check->end - check->next;
    _cleanup_stmt_ Stmt *rows = NULL;
    TRY(tx_query(
        tx,
        STR("SELECT l.entry, l.leaf, COALESCE(l.slot, -1), p.sealed, l.at_ms, l.kind, "
            "l.person, l.unit, l.case_id FROM ledger_leaves l LEFT JOIN ledger_payloads p "
            "ON p.entry = l.entry WHERE l.entry >= :next ORDER BY l.entry LIMIT :most"),
        BINDS(bind_int64("next", (int64_t)check->next),
              bind_int64("most", (int64_t)(verifying->most < left ? verifying->most : left))),
        &rows, diag));
    while (stmt_next(rows))
        TRY(entry_verify(tx, verifying, rows, diag));
    return tx_err(tx, diag);
}

static Err check_begin(LedgerLog *log, const StoreRequest *request, LedgerLogCheck *ret,
                       Diag *diag) {
    LedgerLogCheck check = {.is_begun = true};
    TRY(ledger_log_checkpoint(log, &check.size, &check.root, diag));
    TRY(ledger_log_size(log, request, &check.end, diag));
    if (check.end < check.size)
        return diag_set(diag, ERR_CONFLICT,
                        N_("The entries in the database are not those that were published."));
    *ret = check;
    return ERR_OK;
}

// So many at once that large payloads stay within what one answer of the database may have.
enum { VERIFY_AT_ONCE = 32 };

Err ledger_log_verify(LedgerLog *log, const StoreRequest *request, LedgerLogCheck *io_check,
                      uint64_t most, Diag *diag) {
    Verifying verifying = {.log = log, .begin = *io_check};
    if (!io_check->is_begun)
        TRY(check_begin(log, request, &verifying.begin, diag));
    while (most > 0 && verifying.begin.next < verifying.begin.end) {
        verifying.most = most < VERIFY_AT_ONCE ? most : VERIFY_AT_ONCE;
        TRY(store_run(log->store, STORE_READ, request, entries_verify, &verifying, diag));
        if (verifying.check.next == verifying.begin.next)
            return entry_fault(verifying.begin.next, diag,
                               N_("Entry {index} of the ledger is not in the database."));
        most -= verifying.check.next - verifying.begin.next;
        verifying.begin = verifying.check;
    }
    verifying.begin.is_done = verifying.begin.next == verifying.begin.end;
    *io_check = verifying.begin;
    return ERR_OK;
}
