// Opening a ledger, and appending to it.
#include "ledger/log.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "ledger/log_inside.h"

static Err no_memory(Diag *diag) {
    return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
}

// --- Opening ----------------------------------------------------------------------------------

void ledger_log_free(LedgerLog *log) {
    if (log == NULL)
        return;
    ledger_publisher_free(log->publisher);
    ledger_leaf_reader_done(&log->reader);
    key_ring_free(log->ring);
    note_signer_wipe(&log->signer);
    seal_key_wipe(&log->node_key);
    pthread_cond_destroy(&log->wake);
    pthread_mutex_destroy(&log->wake_lock);
    pthread_mutex_destroy(&log->publish_lock);
    pthread_rwlock_destroy(&log->ring_lock);
    pthread_mutex_destroy(&log->erase_lock);
    free(log->ring_path);
    free(log->folder);
    free(log);
}

static Str opening_kind(bool is_exercise) {
    return str_from(
        ledger_kind_row(is_exercise ? LEDGER_EXERCISE_OPENED : LEDGER_LEDGER_OPENED)->identifier);
}

static Err other_ledger(Diag *diag) {
    return diag_set(diag, ERR_CONFLICT,
                    N_("The database belongs to another ledger than these keys. Check the address "
                       "of the database and the folder of the node."));
}

static Err mark_check(Tx *tx, const LedgerLog *log, Diag *diag) {
    _cleanup_stmt_ Stmt *rows = NULL;
    TRY(tx_query(tx, STR("SELECT kind FROM ledger_leaves WHERE entry = 0"), BIND_NONE, &rows,
                 diag));
    if (stmt_next(rows) && !str_equal(stmt_text(rows, 0), opening_kind(log->is_exercise)))
        return diag_set(diag, ERR_CONFLICT,
                        log->is_exercise
                            ? N_("This node is for exercises, but the database holds live cases.")
                            : N_("This node is for live cases, but the database holds "
                                 "exercises."));
    return tx_err(tx, diag);
}

static Err order_check(Tx *tx, int64_t size, Diag *diag) {
    int64_t wrong;
    TRY(tx_int64(tx,
                 STR("SELECT count(*) FROM ledger_leaves WHERE entry >= :size OR (entry = :size - "
                     "1 AND :size > 0)"),
                 BINDS(bind_int64("size", size)), NULL, &wrong, diag));
    if (wrong == (size > 0))
        return ERR_OK;
    return diag_set(diag, ERR_CORRUPT,
                    N_("The ledger in the database does not have the entries that it says it has. "
                       "Restore the last backup."));
}

// The head row, made when there is none yet, is this ledger's.
static Err head_begin(Tx *tx, void *context, Diag *diag) {
    const LedgerLog *log = context;
    Str origin = str_from(log->signer.verifier.name);
    Str key = str_of(log->signer.verifier.key, sizeof log->signer.verifier.key);
    TRY(tx_run(tx,
               STR("INSERT INTO ledger_head (id, origin, key, size, next_slot) VALUES (1, :origin, "
                   ":key, 0, 0) ON CONFLICT DO NOTHING"),
               BINDS(bind_text("origin", origin), bind_bytes("key", key)), NULL, diag));
    _cleanup_stmt_ Stmt *rows = NULL;
    TRY(tx_query(tx, STR("SELECT origin, key, size FROM ledger_head WHERE id = 1"), BIND_NONE,
                 &rows, diag));
    if (!stmt_next(rows))
        return tx_err(tx, diag) == ERR_OK ? other_ledger(diag) : tx_err(tx, diag);
    if (!str_equal(stmt_text(rows, 0), origin) || !str_equal(stmt_bytes(rows, 1), key))
        return other_ledger(diag);
    TRY(order_check(tx, stmt_int64(rows, 2), diag));
    return mark_check(tx, log, diag);
}

static Err published_check(LedgerLog *log, Diag *diag) {
    uint64_t size, published;
    MerkleHash root;
    Err err = ledger_log_checkpoint(log, &published, &root, diag);
    if (err == ERR_NOT_FOUND)
        return ERR_OK;
    TRY(err);
    TRY(ledger_log_size(log, NULL, &size, diag));
    if (size >= published)
        return ERR_OK;
    diag_set(diag, ERR_CONFLICT,
             N_("The database holds {size} entries of the ledger, but {published} were published: "
                "the database went back. Restore it from a backup with this program, which keeps "
                "the published entries."));
    diag_arg_int(diag, "size", (int64_t)size);
    diag_arg_int(diag, "published", (int64_t)published);
    return ERR_CONFLICT;
}

static Err log_begin(LedgerLog *log, Diag *diag) {
    TRY(ring_file_load(log->ring_path, &log->node_key, &log->ring, diag));
    TRY(store_run(log->store, STORE_QUEUED, NULL, head_begin, log, diag));
    TRY(ledger_ring_is_current(log, diag));
    uint64_t before = key_ring_erasures(log->ring);
    TRY(ledger_ring_catch_up(log, true, diag));
    log->erasures_at_open = key_ring_erasures(log->ring) - before;
    return published_check(log, diag);
}

static Err log_new(Store *store, const LedgerLogOptions *options, LedgerLog **ret, Diag *diag) {
    LedgerLog *log = calloc(1, sizeof *log);
    if (log == NULL)
        return no_memory(diag);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&log->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_init(&log->wake_lock, NULL);
    pthread_mutex_init(&log->publish_lock, NULL);
    pthread_rwlock_init(&log->ring_lock, NULL);
    pthread_mutex_init(&log->erase_lock, NULL);
    ledger_leaf_reader_begin(&log->reader, store);
    log->store = store;
    log->signer = *options->signer;
    log->node_key = *options->node_key;
    log->is_exercise = options->is_exercise;
    log->ring_replaced = options->ring_replaced;
    log->context = options->context;
    log->now_ms = options->now_ms != NULL ? options->now_ms : clock_utc_ms;
    log->ring_path = strdup(options->ring_path);
    log->folder = strdup(options->folder);
    if (log->ring_path == NULL || log->folder == NULL) {
        ledger_log_free(log);
        return no_memory(diag);
    }
    *ret = log;
    return ERR_OK;
}

Err ledger_log_open(Store *store, const LedgerLogOptions *options, LedgerLog **ret, Diag *diag) {
    _cleanup_(ledger_log_freep) LedgerLog *log = NULL;
    TRY(log_new(store, options, &log, diag));
    TRY(log_begin(log, diag));
    *ret = TAKE(log);
    return ERR_OK;
}

// --- Slots ------------------------------------------------------------------------------------

static Err queued_check(const Tx *tx, Diag *diag) {
    return tx_mode(tx) == STORE_QUEUED
               ? ERR_OK
               : diag_set(diag, ERR_INTERNAL,
                          N_("A ledger entry belongs into a transaction that waits its turn."));
}

// The head row's statement, which locks it, gives the slot that is next by number. After a restore
// it may be one that was erased in the time that the database does not remember.
static Err slot_next(LedgerLog *log, Tx *tx, uint64_t number, uint64_t *ret, Diag *diag) {
    pthread_rwlock_rdlock(&log->ring_lock);
    uint64_t slot = key_ring_next(log->ring, number);
    pthread_rwlock_unlock(&log->ring_lock);
    if (slot >= KEY_RING_SLOTS)
        return diag_set(diag, ERR_LIMIT, N_("The key ring has no record left."));
    if (slot != number)
        TRY(tx_run(tx, STR("UPDATE ledger_head SET next_slot = :next WHERE id = 1"),
                   BINDS(bind_int64("next", (int64_t)slot + 1)), NULL, diag));
    *ret = slot;
    return ERR_OK;
}

Err ledger_log_slot_take(LedgerLog *log, Tx *tx, uint64_t *ret_slot, Diag *diag) {
    int64_t number;
    TRY(queued_check(tx, diag));
    TRY(tx_int64(tx,
                 STR("UPDATE ledger_head SET next_slot = next_slot + 1 WHERE id = 1 RETURNING "
                     "next_slot - 1"),
                 BIND_NONE, NULL, &number, diag));
    return slot_next(log, tx, (uint64_t)number, ret_slot, diag);
}

// What is sealed for a record: never mistaken for another record's, nor for an entry's payload.
static Err record_context(StrBuf *out, uint64_t slot, Str context, Diag *diag) {
    strbuf_printf(out, "seventh/record/v1\n%llu\n", (unsigned long long)slot);
    strbuf_put(out, context);
    return strbuf_err(out) == ERR_OK
               ? ERR_OK
               : diag_set(diag, strbuf_err(out),
                          N_("The description of a sealed record is too long."));
}

static Err slot_secret(LedgerLog *log, uint64_t slot, RecordSecret *ret, Diag *diag) {
    pthread_rwlock_rdlock(&log->ring_lock);
    Err err = key_ring_secret(log->ring, slot, ret, diag);
    pthread_rwlock_unlock(&log->ring_lock);
    return err;
}

Err ledger_log_seal(LedgerLog *log, uint64_t slot, Str context, Str plain, StrBuf *out,
                    Diag *diag) {
    _cleanup_record_secret_ RecordSecret secret = {0};
    _cleanup_strbuf_ StrBuf whole = STRBUF(LEDGER_CONTEXT_MAX);
    TRY(record_context(&whole, slot, context, diag));
    TRY(slot_secret(log, slot, &secret, diag));
    return seal_put(out, &secret.key, strbuf_str(&whole), plain, diag);
}

Err ledger_log_unseal(LedgerLog *log, uint64_t slot, Str context, Str sealed, StrBuf *out,
                      Diag *diag) {
    _cleanup_record_secret_ RecordSecret secret = {0};
    _cleanup_strbuf_ StrBuf whole = STRBUF(LEDGER_CONTEXT_MAX);
    TRY(record_context(&whole, slot, context, diag));
    TRY(slot_secret(log, slot, &secret, diag));
    return seal_open(out, &secret.key, strbuf_str(&whole), sealed, diag);
}

bool ledger_log_is_erased(LedgerLog *log, uint64_t slot) {
    pthread_rwlock_rdlock(&log->ring_lock);
    bool is_there = key_ring_has_any(log->ring, (KeyRange){slot, slot});
    pthread_rwlock_unlock(&log->ring_lock);
    return !is_there;
}

// --- Appending --------------------------------------------------------------------------------

static Err entry_of(const LedgerDraft *draft, int64_t now_ms, LedgerEntry *ret, Diag *diag) {
    if ((unsigned)draft->kind >= LEDGER_KINDS || draft->purpose.len > LEDGER_WORD_MAX)
        return diag_set(diag, ERR_INVALID,
                        N_("A ledger entry has a number or purpose outside what is allowed."));
    *ret = (LedgerEntry){.utc_ms = now_ms,
                         .person = draft->person,
                         .unit = draft->unit,
                         .case_ = draft->case_,
                         .count = draft->count};
    snprintf(ret->kind, sizeof ret->kind, "%s", ledger_kind_row(draft->kind)->identifier);
    if (draft->purpose.len > 0)
        memcpy(ret->purpose, draft->purpose.ptr, draft->purpose.len);
    return ledger_entry_check(ret, diag);
}

static Err opening_check(const LedgerLog *log, const LedgerEntry *entry, Diag *diag) {
    bool is_first = entry->index == 0;
    Str kind = str_from(entry->kind);
    bool is_opening = str_equal(kind, opening_kind(false)) || str_equal(kind, opening_kind(true));
    if (is_first ? str_equal(kind, opening_kind(log->is_exercise)) : !is_opening)
        return ERR_OK;
    return diag_set(diag, ERR_STATE,
                    is_first ? N_("A ledger begins with the entry that it is opened.")
                             : N_("A ledger is opened once only."));
}

static Bind bind_identifier(const char *name, const Identifier *id) {
    return identifier_is_none(id) ? bind_null(name)
                                  : bind_bytes(name, str_of(id->bytes, sizeof id->bytes));
}

static Err entry_insert(Tx *tx, const LedgerEntry *entry, int64_t slot, Str sealed, Diag *diag) {
    _cleanup_strbuf_ StrBuf leaf = STRBUF(LEAF_MAX);
    TRY(ledger_entry_put(&leaf, entry, diag));
    TRY(tx_run(
        tx,
        STR("INSERT INTO ledger_leaves (entry, leaf, at_ms, kind, person, unit, case_id, slot) "
            "VALUES (:entry, :leaf, :at_ms, :kind, :person, :unit, :case_id, :slot)"),
        BINDS(bind_int64("entry", (int64_t)entry->index), bind_text("leaf", strbuf_str(&leaf)),
              bind_int64("at_ms", entry->utc_ms), bind_text("kind", str_from(entry->kind)),
              bind_identifier("person", &entry->person), bind_identifier("unit", &entry->unit),
              bind_identifier("case_id", &entry->case_), bind_int64("slot", slot)),
        NULL, diag));
    return tx_run(tx, STR("INSERT INTO ledger_payloads (entry, sealed) VALUES (:entry, :sealed)"),
                  BINDS(bind_int64("entry", (int64_t)entry->index), bind_bytes("sealed", sealed)),
                  NULL, diag);
}

// Locks the head row and takes its next numbers.
static Err head_take(Tx *tx, uint64_t *ret_index, uint64_t *ret_number, Diag *diag) {
    _cleanup_stmt_ Stmt *rows = NULL;
    TRY(tx_query(tx,
                 STR("UPDATE ledger_head SET size = size + 1, next_slot = next_slot + 1 WHERE id = "
                     "1 RETURNING size - 1, next_slot - 1"),
                 BIND_NONE, &rows, diag));
    bool has_row = stmt_next(rows);
    if (has_row) {
        *ret_index = (uint64_t)stmt_int64(rows, 0);
        *ret_number = (uint64_t)stmt_int64(rows, 1);
    }
    TRY(tx_err(tx, diag));
    return has_row ? ERR_OK : other_ledger(diag);
}

Err ledger_log_append(LedgerLog *log, Tx *tx, const LedgerDraft *draft, uint64_t *ret_index,
                      Diag *diag) {
    _cleanup_strbuf_ StrBuf sealed = STRBUF(PAYLOAD_MAX + SEAL_OVERHEAD);
    LedgerEntry entry;
    uint64_t index = 0, number = 0, slot = 0;
    TRY(queued_check(tx, diag));
    TRY(entry_of(draft, log->now_ms(), &entry, diag));
    TRY(head_take(tx, &index, &number, diag));
    entry.index = index;
    TRY(opening_check(log, &entry, diag));
    TRY(slot_next(log, tx, number, &slot, diag));
    pthread_rwlock_rdlock(&log->ring_lock);
    Err err = ledger_payload_seal(log->ring, slot, draft->payload, &sealed, entry.commitment, diag);
    pthread_rwlock_unlock(&log->ring_lock);
    TRY(err);
    TRY(entry_insert(tx, &entry, (int64_t)slot, strbuf_str(&sealed), diag));
    if (ret_index != NULL)
        *ret_index = index;
    return ERR_OK;
}

typedef struct Noting {
    LedgerLog *log;
    const LedgerDraft *draft;
    uint64_t index;
} Noting;

static Err note_append(Tx *tx, void *context, Diag *diag) {
    Noting *noting = context;
    return ledger_log_append(noting->log, tx, noting->draft, &noting->index, diag);
}

Err ledger_log_note(LedgerLog *log, const StoreRequest *request, const LedgerDraft *draft,
                    uint64_t *ret_index, Diag *diag) {
    Noting noting = {.log = log, .draft = draft};
    TRY(store_run(log->store, STORE_QUEUED, request, note_append, &noting, diag));
    ledger_log_wake(log);
    if (ret_index != NULL)
        *ret_index = noting.index;
    return ERR_OK;
}
