// Erasing: in the transaction what goes is written down, afterwards the ring is rewritten.
#include <stdlib.h>

#include "base/vec.h"
#include "ledger/log_inside.h"

static Err no_memory(Diag *diag) {
    return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
}

typedef VEC(KeyRange) Ranges;
static void ranges_done(Ranges *ranges) {
    vec_done(ranges);
}
#define _cleanup_ranges_ _cleanup_(ranges_done)

// --- In the transaction -----------------------------------------------------------------------

static Err range_add(Ranges *io_ranges, KeyRange range, Diag *diag) {
    KeyRange *last = io_ranges->len > 0 ? &io_ranges->items[io_ranges->len - 1] : NULL;
    if (last != NULL && last->last + 1 == range.first) {
        last->last = range.last;
        return ERR_OK;
    }
    if (io_ranges->len == LEDGER_ERASE_SLOTS_MAX)
        return diag_set(diag, ERR_LIMIT,
                        N_("Too much is erased at once. Erase it in several steps."));
    return vec_push(io_ranges, range) ? ERR_OK : no_memory(diag);
}

// The slots of these entries. Entries recovered without payload have none.
static Err slots_of_entries(Tx *tx, LedgerRange entries, Ranges *io_slots, Diag *diag) {
    _cleanup_stmt_ Stmt *rows = NULL;
    TRY(tx_query(tx,
                 STR("SELECT slot FROM ledger_leaves WHERE entry >= :first AND entry <= :last AND "
                     "slot IS NOT NULL ORDER BY slot"),
                 BINDS(bind_int64("first", (int64_t)entries.first),
                       bind_int64("last", (int64_t)entries.last)),
                 &rows, diag));
    while (stmt_next(rows)) {
        uint64_t slot = (uint64_t)stmt_int64(rows, 0);
        TRY(range_add(io_slots, (KeyRange){slot, slot}, diag));
    }
    return tx_err(tx, diag);
}

static Err erasure_check(Tx *tx, const LedgerErasure *erasure, Diag *diag) {
    int64_t size, next_slot;
    TRY(tx_int64(tx, STR("SELECT size FROM ledger_head WHERE id = 1"), BIND_NONE, NULL, &size,
                 diag));
    TRY(tx_int64(tx, STR("SELECT next_slot FROM ledger_head WHERE id = 1"), BIND_NONE, NULL,
                 &next_slot, diag));
    size_t count = erasure->entry_count + erasure->slot_count;
    if (count == 0 || count > LEDGER_ERASE_MAX)
        return diag_set(diag, count == 0 ? ERR_INVALID : ERR_LIMIT,
                        count == 0 ? N_("An erasure must say what it erases.")
                                   : N_("Too much is erased at once. Erase it in several steps."));
    for (size_t i = 0; i < erasure->entry_count; i++)
        if (erasure->entries[i].first > erasure->entries[i].last ||
            erasure->entries[i].last >= (uint64_t)size)
            return diag_set(diag, ERR_NOT_FOUND, N_("The ledger has no such entry."));
    for (size_t i = 0; i < erasure->slot_count; i++)
        if (erasure->slots[i].first > erasure->slots[i].last ||
            erasure->slots[i].last >= (uint64_t)next_slot)
            return diag_set(diag, ERR_RANGE, N_("The key ring has no such record."));
    return ERR_OK;
}

static uint64_t ranges_put(StrBuf *out, const LedgerRange *ranges, size_t count) {
    uint64_t n = 0;
    for (size_t i = 0; i < count; i++) {
        strbuf_printf(out, "%s[%llu,%llu]", i > 0 ? "," : "", (unsigned long long)ranges[i].first,
                      (unsigned long long)ranges[i].last);
        n += ranges[i].last - ranges[i].first + 1;
    }
    return n;
}

// The slots are written down with the count that the ring has afterwards: greater than that of any
// erasure before, those included that only the ring remembers.
static Err slots_insert(LedgerLog *log, Tx *tx, uint64_t index, const Ranges *slots, Diag *diag) {
    int64_t number;
    pthread_rwlock_rdlock(&log->ring_lock);
    int64_t done = (int64_t)key_ring_erasures(log->ring);
    pthread_rwlock_unlock(&log->ring_lock);
    TRY(tx_int64(tx, STR("SELECT COALESCE(max(number), 0) FROM ledger_erasures"), BIND_NONE, NULL,
                 &number, diag));
    number = (number > done ? number : done) + 1;
    _cleanup_stmt_ Stmt *insert = NULL;
    TRY(stmt_prepare(tx,
                     STR("INSERT INTO ledger_erasures (entry, number, first_slot, last_slot) "
                         "VALUES (:entry, :number, :first, :last) ON CONFLICT DO NOTHING"),
                     &insert, diag));
    for (size_t i = 0; i < slots->len; i++) {
        bool has_row;
        stmt_bind(insert, bind_int64("entry", (int64_t)index));
        stmt_bind(insert, bind_int64("number", number));
        stmt_bind(insert, bind_int64("first", (int64_t)slots->items[i].first));
        stmt_bind(insert, bind_int64("last", (int64_t)slots->items[i].last));
        TRY(stmt_step(insert, &has_row, diag));
    }
    return ERR_OK;
}

static int range_compare(const void *a, const void *b) {
    const KeyRange *left = a, *right = b;
    if (left->first != right->first)
        return left->first < right->first ? -1 : 1;
    return left->last < right->last ? 1 : left->last > right->last ? -1 : 0;
}

// Sorted and without overlap, since a range's first slot is its key.
static Err slots_gather(Tx *tx, const LedgerErasure *erasure, Ranges *ret, Diag *diag) {
    _cleanup_ranges_ Ranges all = {0};
    for (size_t i = 0; i < erasure->entry_count; i++)
        TRY(slots_of_entries(tx, erasure->entries[i], &all, diag));
    for (size_t i = 0; i < erasure->slot_count; i++)
        if (!vec_push(&all, erasure->slots[i]))
            return no_memory(diag);
    if (all.len > 0)
        qsort(all.items, all.len, sizeof *all.items, range_compare);
    for (size_t i = 0; i < all.len; i++) {
        KeyRange range = all.items[i];
        if (ret->len > 0 && range.first <= ret->items[ret->len - 1].last) {
            if (range.last <= ret->items[ret->len - 1].last)
                continue;
            range.first = ret->items[ret->len - 1].last + 1;
        }
        TRY(range_add(ret, range, diag));
    }
    return ERR_OK;
}

static Err payloads_drop(Tx *tx, const LedgerErasure *erasure, Diag *diag) {
    for (size_t i = 0; i < erasure->entry_count; i++)
        TRY(tx_run(tx, STR("DELETE FROM ledger_payloads WHERE entry >= :first AND entry <= :last"),
                   BINDS(bind_int64("first", (int64_t)erasure->entries[i].first),
                         bind_int64("last", (int64_t)erasure->entries[i].last)),
                   NULL, diag));
    return ERR_OK;
}

Err ledger_log_erase(LedgerLog *log, Tx *tx, const LedgerDraft *draft, const LedgerErasure *erasure,
                     uint64_t *ret_index, Diag *diag) {
    _cleanup_ranges_ Ranges slots = {0};
    _cleanup_strbuf_ StrBuf payload = STRBUF(PAYLOAD_MAX);
    LedgerDraft whole = *draft;
    uint64_t index;
    TRY(erasure_check(tx, erasure, diag));
    TRY(slots_gather(tx, erasure, &slots, diag));
    TRY(payloads_drop(tx, erasure, diag));
    strbuf_put_text(&payload, "{\"entries\":[");
    uint64_t count = ranges_put(&payload, erasure->entries, erasure->entry_count);
    strbuf_put_text(&payload, "],\"slots\":[");
    count += ranges_put(&payload, erasure->slots, erasure->slot_count);
    strbuf_put_text(&payload, "]}");
    if (strbuf_err(&payload) != ERR_OK)
        return no_memory(diag);
    whole.kind = LEDGER_RECORD_ERASED;
    whole.payload = strbuf_str(&payload);
    if (whole.count == 0)
        whole.count = count;
    TRY(ledger_log_append(log, tx, &whole, &index, diag));
    TRY(slots_insert(log, tx, index, &slots, diag));
    if (ret_index != NULL)
        *ret_index = index;
    return ERR_OK;
}

// --- Afterwards -------------------------------------------------------------------------------

// Erasures that were committed, read in portions, and those of their slots that are still in the
// ring.
typedef struct Pending {
    const KeyRing *ring;
    int64_t number, first; // the last row of the portions before
    int64_t next_number, next_first;
    size_t kept; // of slots, from the portions before
    size_t rows; // of this one
    Ranges slots;
} Pending;

static Err pending_read(Tx *tx, void *context, Diag *diag) {
    Pending *pending = context;
    _cleanup_stmt_ Stmt *rows = NULL;
    pending->slots.len = pending->kept;
    pending->rows = 0;
    TRY(tx_query(tx,
                 STR("SELECT number, first_slot, last_slot FROM ledger_erasures WHERE number >= "
                     ":number AND (number > :number OR first_slot > :first) ORDER BY number, "
                     "first_slot LIMIT :most"),
                 BINDS(bind_int64("number", pending->number), bind_int64("first", pending->first),
                       bind_int64("most", LEDGER_ERASURES_READ)),
                 &rows, diag));
    while (stmt_next(rows)) {
        KeyRange range = {(uint64_t)stmt_int64(rows, 1), (uint64_t)stmt_int64(rows, 2)};
        pending->next_number = stmt_int64(rows, 0);
        pending->next_first = stmt_int64(rows, 1);
        pending->rows++;
        if (key_ring_has_any(pending->ring, range) && !vec_push(&pending->slots, range))
            return no_memory(diag);
    }
    return tx_err(tx, diag);
}

static Err pending_gather(LedgerLog *log, Pending *pending, Diag *diag) {
    do {
        pending->kept = pending->slots.len;
        TRY(store_run(log->store, STORE_READ, NULL, pending_read, pending, diag));
        if (pending->rows > 0) {
            pending->number = pending->next_number;
            pending->first = pending->next_first;
        }
    } while (pending->rows == LEDGER_ERASURES_READ);
    return ERR_OK;
}

// Only this thread changes the ring now; others may read it.
static Err ring_shrink(LedgerLog *log, const Pending *pending, Diag *diag) {
    _cleanup_(key_ring_freep) KeyRing *next = key_ring_copy(log->ring);
    if (next == NULL)
        return no_memory(diag);
    TRY(key_ring_erase_ranges(next, pending->slots.items, pending->slots.len,
                              (uint64_t)pending->number, diag));
    TRY(ring_file_replace(log->ring_path, &log->node_key, next, diag));
    pthread_rwlock_wrlock(&log->ring_lock);
    KeyRing *former = log->ring;
    log->ring = TAKE(next);
    pthread_rwlock_unlock(&log->ring_lock);
    key_ring_free(former);
    if (log->ring_replaced != NULL)
        log->ring_replaced(log->context);
    return ERR_OK;
}

static Err catch_up(LedgerLog *log, bool looks_at_all, Diag *diag) {
    int64_t done = (int64_t)key_ring_erasures(log->ring);
    Pending pending = {.ring = log->ring, .number = looks_at_all ? -1 : done, .first = INT64_MAX};
    Err err = pending_gather(log, &pending, diag);
    if (err == ERR_OK && (pending.number > done || pending.slots.len > 0))
        err = ring_shrink(log, &pending, diag);
    ranges_done(&pending.slots);
    return err;
}

Err ledger_ring_catch_up(LedgerLog *log, bool looks_at_all, Diag *diag) {
    pthread_mutex_lock(&log->erase_lock);
    Err err = catch_up(log, looks_at_all, diag);
    pthread_mutex_unlock(&log->erase_lock);
    return err;
}

Err ledger_log_erase_finish(LedgerLog *log, Diag *diag) {
    return ledger_ring_catch_up(log, false, diag);
}

uint64_t ledger_log_erasures(LedgerLog *log, uint64_t *ret_at_open) {
    pthread_rwlock_rdlock(&log->ring_lock);
    uint64_t erasures = key_ring_erasures(log->ring);
    pthread_rwlock_unlock(&log->ring_lock);
    if (ret_at_open != NULL)
        *ret_at_open = log->erasures_at_open;
    return erasures;
}

// Erasures that the ledger knows of by their entry only (it was recovered from what was published)
// cannot be made up for: the ring must have done them. The n-th erasure left it with a count of n
// or more.
static Err unknown_erasures(Tx *tx, void *context, Diag *diag) {
    return tx_int64(tx,
                    STR("SELECT count(*) FROM ledger_leaves WHERE kind = 'record-erased' AND entry "
                        "<= (SELECT max(l.entry) FROM ledger_leaves l WHERE l.kind = "
                        "'record-erased' AND NOT EXISTS (SELECT 1 FROM ledger_erasures e WHERE "
                        "e.entry = l.entry))"),
                    BIND_NONE, NULL, context, diag);
}

Err ledger_ring_is_current(LedgerLog *log, Diag *diag) {
    int64_t needed;
    TRY(store_run(log->store, STORE_READ, NULL, unknown_erasures, &needed, diag));
    if ((int64_t)key_ring_erasures(log->ring) >= needed)
        return ERR_OK;
    diag_set(diag, ERR_STATE,
             N_("The key ring in {file} is an old copy: it could open records that were erased "
                "since. Fetch the current recovery copy."));
    diag_file(diag, str_from(log->ring_path));
    return ERR_STATE;
}
