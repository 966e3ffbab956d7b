// Erasing a case, and doing it again where a backup brought it back.
#include "records/erasure.h"

#include "base/vec.h"
#include "records/approval.h"
#include "records/case_access.h"

enum { ROUND_MAX = LEDGER_ERASE_MAX - 1 };

void erasure_digest(const Identifier *case_, uint8_t ret[SHA256_SIZE]) {
    static const char LABEL[] = "seventh/erase/v1\n";
    Sha256 hash;
    sha256_begin(&hash);
    sha256_put(&hash, LABEL, sizeof LABEL - 1);
    sha256_put(&hash, case_->bytes, IDENTIFIER_BYTES);
    sha256_end(&hash, ret);
}

// Items that only this case holds. `:id` is the case.
#define ORPHANS \
    "(SELECT i.item FROM case_items i WHERE i.case_id = :id AND NOT EXISTS (SELECT 1 FROM " \
    "case_items o WHERE o.item = i.item AND o.case_id <> :id) AND NOT EXISTS (SELECT 1 FROM " \
    "list_items l WHERE l.item = i.item))"

// What refers to something goes before it.
static Err rows_delete(Tx *tx, int64_t id, Diag *diag) {
    static const char *const TEXTS[] = {
        "DELETE FROM locations WHERE case_item IN (SELECT id FROM case_items WHERE case_id = :id)",
        "DELETE FROM votes WHERE item IN " ORPHANS,
        "DELETE FROM item_flags WHERE item IN " ORPHANS,
        "UPDATE votes SET case_id = NULL WHERE case_id = :id",
        "UPDATE items SET state = 'withdrawn' WHERE id IN " ORPHANS,
        "DELETE FROM case_items WHERE case_id = :id",
        ("DELETE FROM items WHERE state = 'withdrawn' AND NOT EXISTS (SELECT 1 FROM case_items i "
         "WHERE i.item = items.id) AND NOT EXISTS (SELECT 1 FROM list_items l WHERE l.item = "
         "items.id) AND NOT EXISTS (SELECT 1 FROM votes v WHERE v.item = items.id) AND :id > 0"),
        "DELETE FROM imports WHERE case_id = :id",
        "DELETE FROM case_views WHERE case_id = :id",
        "DELETE FROM case_units WHERE case_id = :id",
        "UPDATE approvals SET remark = '' WHERE case_id = :id",
        ("UPDATE cases SET title = NULL, summary = NULL, assignee = NULL, number = 'erased-' || "
         "CAST(id AS TEXT), state = 'erased' WHERE id = :id"),
    };
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++)
        TRY(tx_run(tx, str_from(TEXTS[i]), BINDS(bind_int64("id", id)), NULL, diag));
    return ERR_OK;
}

typedef struct ErasureWork {
    Identifier uid;
    VEC(LedgerRange) entries;
    LedgerRange slot;
    LedgerErasure erasure;
    bool is_more; // a later round, for entries beyond the first
} ErasureWork;

// Entries of the case whose payload is kept, as ranges, up to ROUND_MAX of them.
static Err entries_find(Records *records, const Actor *actor, ErasureWork *work, Diag *diag) {
    LedgerFilter filter = {.kind = LEDGER_KINDS, .case_ = work->uid};
    LedgerRow *rows = calloc(LEDGER_PAGE_MAX, sizeof *rows);
    Err err = rows == NULL ? ERR_NOMEM : ERR_OK;
    size_t count = LEDGER_PAGE_MAX;
    vec_clear(&work->entries);
    while (err == ERR_OK && count == LEDGER_PAGE_MAX && work->entries.len < ROUND_MAX) {
        err = ledger_log_find(records->ledger, actor->request, &filter, rows, LEDGER_PAGE_MAX,
                              &count, diag);
        for (size_t i = 0; err == ERR_OK && i < count && work->entries.len < ROUND_MAX; i++) {
            uint64_t index = rows[i].entry.index;
            filter.before = index;
            if (rows[i].payload != LEDGER_PAYLOAD_KEPT ||
                str_is(STR("record-erased"), rows[i].entry.kind))
                continue;
            if (!vec_push(&work->entries, ((LedgerRange){index, index})))
                err = ERR_NOMEM;
        }
    }
    free(rows);
    return err == ERR_NOMEM ? diag_set(diag, ERR_NOMEM, N_("There is not enough memory.")) : err;
}

static Err erase(Change *change, void *context, Diag *diag) {
    ErasureWork *work = context;
    change->case_ = work->uid;
    work->erasure = (LedgerErasure){.entries = work->entries.items,
                                    .entry_count = work->entries.len,
                                    .slots = &work->slot,
                                    .slot_count = work->is_more ? 0 : 1};
    change->erasure = &work->erasure;
    change->count = 0;
    if (work->is_more)
        return ERR_OK;
    CaseRow row;
    uint8_t digest[SHA256_SIZE];
    TRY(case_owned(change, &work->uid, &row, diag));
    TRY(state_move(change, row.id, STATE_CASE_ERASED, NULL, diag));
    erasure_digest(&work->uid, digest);
    TRY(approval_use(change, APPROVAL_ERASURE, &work->uid, digest, diag));
    work->slot = (LedgerRange){row.slot, row.slot};
    return rows_delete(change->tx, row.id, diag);
}

static Err rounds(Records *records, const Actor *actor, ErasureWork *work, Diag *diag) {
    do {
        TRY(entries_find(records, actor, work, diag));
        if (work->is_more && work->entries.len == 0)
            break;
        TRY(records_change(records, actor, PERMISSION_RECORD_ERASE, LEDGER_RECORD_ERASED, erase,
                           work, diag));
        work->is_more = true; // entries beyond one round, or made while the first one began
    } while (true);
    return ledger_log_erase_finish(records->ledger, diag);
}

Err case_erase(Records *records, const Actor *actor, const Identifier *case_, Diag *diag) {
    ErasureWork work = {.uid = *case_};
    Err err = rounds(records, actor, &work, diag);
    vec_done(&work.entries);
    return err;
}

// --- After a restore --------------------------------------------------------------------------

typedef struct RepairWork {
    Records *records;
    int64_t last; // cases up to this number were looked at
    int64_t id;   // 0: no more
} RepairWork;

static Err next_erased(Tx *tx, void *context, Diag *diag) {
    RepairWork *work = context;
    _cleanup_stmt_ Stmt *rows = NULL;
    work->id = 0;
    TRY(tx_query(tx,
                 STR("SELECT id, slot FROM cases WHERE id > :last AND state <> 'erased' ORDER BY "
                     "id LIMIT :most"),
                 BINDS(bind_int64("last", work->last), bind_int64("most", RECORDS_PAGE_MAX)), &rows,
                 diag));
    bool has_any = false;
    while (work->id == 0 && stmt_next(rows)) {
        has_any = true;
        work->last = stmt_int64(rows, 0);
        if (ledger_log_is_erased(work->records->ledger, (uint64_t)stmt_int64(rows, 1)))
            work->id = work->last;
    }
    if (!has_any)
        work->last = INT64_MAX;
    return tx_err(tx, diag);
}

static Err delete_again(Tx *tx, void *context, Diag *diag) {
    const RepairWork *work = context;
    return rows_delete(tx, work->id, diag);
}

// No entry of its own: the ledger has the erasure's already.
Err erasure_repair(Records *records, Diag *diag) {
    RepairWork work = {.records = records};
    while (work.last < INT64_MAX) {
        RepairWork step = work;
        TRY(store_run(records->store, STORE_READ, NULL, next_erased, &step, diag));
        work = step;
        if (work.id != 0)
            TRY(store_run(records->store, STORE_WRITE, NULL, delete_again, &work, diag));
    }
    return ERR_OK;
}
