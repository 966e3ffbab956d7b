// Hash lists: held and issued, along their states.
#include "records/hash_list.h"

#include "records/approval.h"
#include "records/certificate.h"
#include "records/inside.h"
#include "records/releasable.h"

typedef struct ListWork {
    const HashListFacts *facts;
    const Identifier *items;
    size_t item_count;
    Identifier uid, unit;
    const uint8_t *digest;
    const DisclosureFacts *disclosure;
} ListWork;

typedef struct ListRow {
    int64_t id, entries;
    State state;
    bool is_for_industry, is_known_good;
    uint8_t digest[SHA256_SIZE];
} ListRow;

static Err facts_check(const HashListFacts *facts, Diag *diag) {
    TRY(text_check(facts->name, "name", RECORDS_NAME_MAX, false, diag));
    TRY(text_check(facts->issuer, "issuer", RECORDS_NAME_MAX, false, diag));
    if (facts->version < 1 || facts->entries < 0)
        return diag_set(diag, ERR_RANGE, N_("A list's version is a number from one on."));
    return ERR_OK;
}

static Err list_find(Change *change, const Identifier *uid, ListRow *ret, Diag *diag) {
    _cleanup_stmt_ Stmt *rows = NULL;
    TRY(tx_query(change->tx,
                 STR("SELECT id, state, digest, entries, audience, is_known_good FROM lists WHERE "
                     "uid = :uid"),
                 BINDS(bind_id("uid", uid)), &rows, diag));
    bool has = stmt_next(rows);
    TRY(tx_err(change->tx, diag));
    if (!has)
        return record_missing(diag);
    *ret = (ListRow){.id = stmt_int64(rows, 0),
                     .entries = stmt_int64(rows, 3),
                     .is_for_industry = str_is(stmt_text(rows, 4), "industry"),
                     .is_known_good = stmt_int64(rows, 5) == 1};
    Str digest = stmt_bytes(rows, 2);
    if (digest.len == SHA256_SIZE)
        memcpy(ret->digest, digest.ptr, SHA256_SIZE);
    change_fact_id(change, "list_id", uid);
    return state_read(MACHINE_LIST, stmt_text(rows, 1), &ret->state, diag);
}

static Err list_insert(Change *change, ListWork *work, bool is_issued, int64_t entries,
                       int64_t *ret_id, Diag *diag) {
    const HashListFacts *facts = work->facts;
    bool has;
    work->uid = identifier_make();
    TRY(tx_int64(
        change->tx,
        STR("INSERT INTO lists (uid, direction, name, issuer, version, digest, entries, "
            "is_known_good, audience, state, maker, made_ms, changed_ms) VALUES (:uid, :direction, "
            ":name, :issuer, :version, :digest, :entries, :good, :audience, :state, :maker, :now, "
            ":now) ON CONFLICT (direction, issuer, name, version) DO NOTHING RETURNING id"),
        BINDS(bind_id("uid", &work->uid),
              bind_text("direction", is_issued ? STR("issued") : STR("held")),
              bind_text("name", facts->name), bind_text("issuer", facts->issuer),
              bind_int64("version", facts->version),
              bind_bytes("digest", str_of(facts->digest, SHA256_SIZE)),
              bind_int64("entries", entries), bind_int64("good", facts->is_known_good),
              bind_text("audience",
                        facts->audience == LIST_FOR_INDUSTRY ? STR("industry") : STR("units")),
              bind_text("state", state_text(is_issued ? STATE_LIST_BUILT : STATE_LIST_PROPOSED)),
              bind_int64("maker", change->actor->person), bind_int64("now", change->now_ms)),
        &has, ret_id, diag));
    if (!has)
        return diag_set(diag, ERR_EXISTS, N_("This version of the list is there already."));
    change_fact_id(change, "list_id", &work->uid);
    change->count = (uint64_t)entries;
    return ERR_OK;
}

static Err list_touch(Change *change, int64_t id, Diag *diag) {
    return tx_run(change->tx, STR("UPDATE lists SET changed_ms = :now WHERE id = :id"),
                  BINDS(bind_int64("now", change->now_ms), bind_int64("id", id)), NULL, diag);
}

// --- Held -------------------------------------------------------------------------------------

static Err propose(Change *change, void *context, Diag *diag) {
    ListWork *work = context;
    int64_t id;
    change_fact_text(change, "act", STR("proposed"));
    json_key(&change->facts, "digest");
    json_hex(&change->facts, work->facts->digest, SHA256_SIZE);
    return list_insert(change, work, false, work->facts->entries, &id, diag);
}

Err list_propose(Records *records, const Actor *actor, const HashListFacts *facts,
                 Identifier *ret_uid, Diag *diag) {
    TRY(facts_check(facts, diag));
    ListWork work = {.facts = facts};
    TRY(records_change(records, actor, PERMISSION_LIST_IMPORT, LEDGER_LIST_IMPORTED, propose, &work,
                       diag));
    *ret_uid = work.uid;
    return ERR_OK;
}

static Err activate(Change *change, void *context, Diag *diag) {
    const ListWork *work = context;
    ListRow row = {0};
    TRY(list_find(change, &work->uid, &row, diag));
    TRY(state_move(change, row.id, STATE_LIST_HELD, NULL, diag));
    TRY(approval_use(change, APPROVAL_LIST_IMPORT, &work->uid, row.digest, diag));
    change->count = (uint64_t)row.entries;
    TRY(list_touch(change, row.id, diag));
    return tx_run(change->tx,
                  STR("UPDATE lists SET state = 'retired', changed_ms = :now WHERE state = 'held' "
                      "AND id <> :id AND EXISTS (SELECT 1 FROM lists l WHERE l.id = :id AND "
                      "l.issuer = lists.issuer AND l.name = lists.name AND l.version > "
                      "lists.version)"),
                  BINDS(bind_int64("now", change->now_ms), bind_int64("id", row.id)), NULL, diag);
}

Err list_activate(Records *records, const Actor *actor, const Identifier *list, Diag *diag) {
    ListWork work = {.uid = *list};
    return records_change(records, actor, PERMISSION_LIST_IMPORT, LEDGER_LIST_IMPORTED, activate,
                          &work, diag);
}

static Err retire(Change *change, void *context, Diag *diag) {
    const ListWork *work = context;
    ListRow row = {0};
    TRY(list_find(change, &work->uid, &row, diag));
    TRY(state_move(change, row.id, STATE_LIST_RETIRED, NULL, diag));
    return list_touch(change, row.id, diag);
}

Err list_retire(Records *records, const Actor *actor, const Identifier *list, Diag *diag) {
    ListWork work = {.uid = *list};
    Permission permission = actor_may(actor, PERMISSION_LIST_IMPORT)  ? PERMISSION_LIST_IMPORT
                            : actor_may(actor, PERMISSION_LIST_BUILD) ? PERMISSION_LIST_BUILD
                                                                      : PERMISSION_LIST_RELEASE;
    return records_change(records, actor, permission, LEDGER_LIST_IMPORTED, retire, &work, diag);
}

// --- Issued -----------------------------------------------------------------------------------

static Err build(Change *change, void *context, Diag *diag) {
    ListWork *work = context;
    int64_t id;
    TRY(list_insert(change, work, true, (int64_t)work->item_count, &id, diag));
    for (size_t i = 0; i < work->item_count; i++) {
        int64_t item;
        TRY(releasable_find(change, &work->items[i], work->facts->audience == LIST_FOR_INDUSTRY,
                            work->facts->is_known_good, &item, diag));
        TRY(tx_run(change->tx,
                   STR("INSERT INTO list_items (list, item) VALUES (:list, :item) ON CONFLICT "
                       "(list, item) DO NOTHING"),
                   BINDS(bind_int64("list", id), bind_int64("item", item)), NULL, diag));
    }
    return ERR_OK;
}

Err list_build_record(Records *records, const Actor *actor, const HashListFacts *facts,
                      const Identifier *items, size_t count, Identifier *ret_uid, Diag *diag) {
    TRY(facts_check(facts, diag));
    if (count < 1 || count > LIST_ITEMS_MAX)
        return diag_set(diag, ERR_LIMIT, N_("A list has from one to a hundred thousand items."));
    ListWork work = {.facts = facts, .items = items, .item_count = count};
    TRY(records_change(records, actor, PERMISSION_LIST_BUILD, LEDGER_LIST_BUILT, build, &work,
                       diag));
    *ret_uid = work.uid;
    return ERR_OK;
}

static Err sign(Change *change, void *context, Diag *diag) {
    const ListWork *work = context;
    ListRow row = {0};
    TRY(list_find(change, &work->uid, &row, diag));
    TRY(state_move(change, row.id, STATE_LIST_SIGNED, NULL, diag));
    json_key(&change->facts, "digest");
    json_hex(&change->facts, work->digest, SHA256_SIZE);
    return tx_run(change->tx,
                  STR("UPDATE lists SET digest = :digest, changed_ms = :now WHERE id = :id"),
                  BINDS(bind_bytes("digest", str_of(work->digest, SHA256_SIZE)),
                        bind_int64("now", change->now_ms), bind_int64("id", row.id)),
                  NULL, diag);
}

Err list_sign_record(Records *records, const Actor *actor, const Identifier *list,
                     const uint8_t digest[SHA256_SIZE], Diag *diag) {
    ListWork work = {.uid = *list, .digest = digest};
    return records_change(records, actor, PERMISSION_LIST_RELEASE, LEDGER_LIST_BUILT, sign, &work,
                          diag);
}

static Err release(Change *change, void *context, Diag *diag) {
    const ListWork *work = context;
    ListRow row = {0};
    int64_t unit, added;
    TRY(certificate_needed(change, CERTIFICATE_RELEASING, diag));
    TRY(list_find(change, &work->uid, &row, diag));
    TRY(unit_number(change->tx, &work->disclosure->to_unit, &unit, diag));
    if (row.state != STATE_LIST_RELEASED) {
        TRY(state_move(change, row.id, STATE_LIST_RELEASED, NULL, diag));
        TRY(approval_use(change, APPROVAL_LIST_RELEASE, &work->uid, row.digest, diag));
    }
    TRY(releasable_all(change, row.id, row.is_for_industry, row.is_known_good, diag));
    TRY(tx_run(change->tx,
               STR("INSERT INTO list_recipients (list, unit, state, changed_ms) VALUES (:list, "
                   ":unit, 'sent', :now) ON CONFLICT (list, unit) DO NOTHING"),
               BINDS(bind_int64("list", row.id), bind_int64("unit", unit),
                     bind_int64("now", change->now_ms)),
               &added, diag));
    if (added == 0)
        return diag_set(diag, ERR_EXISTS, N_("This unit has the list already."));
    change->count = (uint64_t)row.entries;
    TRY(list_touch(change, row.id, diag));
    DisclosureSubject subject = {STR("list"), work->uid, 0, (uint64_t)row.entries, row.digest};
    return disclosure_add(change, work->disclosure, &subject, NULL, diag);
}

Err list_release(Records *records, const Actor *actor, const Identifier *list,
                 const DisclosureFacts *facts, Diag *diag) {
    TRY(disclosure_check(facts, diag));
    ListWork work = {.uid = *list, .disclosure = facts};
    return records_change(records, actor, PERMISSION_LIST_RELEASE, LEDGER_LIST_RELEASED, release,
                          &work, diag);
}

static Err recall(Change *change, void *context, Diag *diag) {
    const ListWork *work = context;
    ListRow row = {0};
    int64_t recipients;
    TRY(list_find(change, &work->uid, &row, diag));
    TRY(state_move(change, row.id, STATE_LIST_RECALLED, NULL, diag));
    TRY(tx_run(change->tx,
               STR("UPDATE list_recipients SET state = 'recalled', changed_ms = :now WHERE list = "
                   ":list AND state = 'sent'"),
               BINDS(bind_int64("now", change->now_ms), bind_int64("list", row.id)), &recipients,
               diag));
    change_fact_int(change, "recipients", recipients);
    return list_touch(change, row.id, diag);
}

Err list_recall(Records *records, const Actor *actor, const Identifier *list, Diag *diag) {
    ListWork work = {.uid = *list};
    return records_change(records, actor, PERMISSION_LIST_RECALL, LEDGER_LIST_RECALLED, recall,
                          &work, diag);
}

static Err acknowledge(Change *change, void *context, Diag *diag) {
    const ListWork *work = context;
    ListRow row = {0};
    int64_t unit, id;
    bool has;
    TRY(list_find(change, &work->uid, &row, diag));
    TRY(unit_number(change->tx, &work->unit, &unit, diag));
    TRY(tx_int64(change->tx,
                 STR("SELECT id FROM list_recipients WHERE list = :list AND unit = :unit"),
                 BINDS(bind_int64("list", row.id), bind_int64("unit", unit)), &has, &id, diag));
    if (!has)
        return record_missing(diag);
    change_fact_id(change, "unit", &work->unit);
    TRY(state_move(change, id, STATE_RECIPIENT_ACKNOWLEDGED, NULL, diag));
    return list_touch(change, row.id, diag);
}

Err list_recall_acknowledge(Records *records, const Actor *actor, const Identifier *list,
                            const Identifier *unit, Diag *diag) {
    ListWork work = {.uid = *list, .unit = *unit};
    return records_change(records, actor, PERMISSION_LIST_RECALL, LEDGER_RECALL_ACKNOWLEDGED,
                          acknowledge, &work, diag);
}

// --- Reading ----------------------------------------------------------------------------------

typedef struct ListReading {
    Arena *memory;
    HashList *lists;
    size_t count;
} ListReading;

static Err read_lists(Tx *tx, void *context, Diag *diag) {
    ListReading *reading = context;
    _cleanup_stmt_ Stmt *rows = NULL;
    reading->count = 0;
    TRY(tx_query(
        tx,
        STR("SELECT l.uid, p.uid, l.name, l.issuer, l.version, l.digest, l.entries, "
            "l.is_known_good, l.audience, l.direction, l.state, l.made_ms, l.changed_ms, "
            "(SELECT count(*) FROM list_recipients r WHERE r.list = l.id), (SELECT "
            "count(*) FROM list_recipients r WHERE r.list = l.id AND r.state = 'recalled') "
            "FROM lists l JOIN people p ON p.id = l.maker ORDER BY l.id DESC LIMIT :most"),
        BINDS(bind_int64("most", RECORDS_PAGE_MAX)), &rows, diag));
    while (reading->count < RECORDS_PAGE_MAX && stmt_next(rows)) {
        HashList *at = &reading->lists[reading->count++];
        *at = (HashList){.uid = stmt_id(rows, 0),
                         .maker = stmt_id(rows, 1),
                         .is_issued = str_is(stmt_text(rows, 9), "issued"),
                         .made_ms = stmt_int64(rows, 11),
                         .changed_ms = stmt_int64(rows, 12),
                         .recipients = stmt_int64(rows, 13),
                         .unacknowledged = stmt_int64(rows, 14)};
        at->facts =
            (HashListFacts){.name = arena_copy(reading->memory, stmt_text(rows, 2)),
                            .issuer = arena_copy(reading->memory, stmt_text(rows, 3)),
                            .version = stmt_int64(rows, 4),
                            .entries = stmt_int64(rows, 6),
                            .is_known_good = stmt_int64(rows, 7) == 1,
                            .audience = str_is(stmt_text(rows, 8), "industry") ? LIST_FOR_INDUSTRY
                                                                               : LIST_FOR_UNITS};
        Str digest = stmt_bytes(rows, 5);
        if (digest.len == SHA256_SIZE)
            memcpy(at->facts.digest, digest.ptr, SHA256_SIZE);
        TRY(state_read(MACHINE_LIST, stmt_text(rows, 10), &at->state, diag));
    }
    return tx_err(tx, diag);
}

Err hash_list_all(Records *records, const Actor *actor, Arena *memory, HashList **ret,
                  size_t *ret_count, Diag *diag) {
    ListReading reading = {.memory = memory,
                           .lists = ARENA_ARRAY(memory, HashList, RECORDS_PAGE_MAX)};
    if (reading.lists == NULL)
        return diag_set(diag, arena_err(memory), N_("There is not enough memory."));
    TRY(records_read(records, actor, PERMISSION_LIST_VIEW, read_lists, &reading, diag));
    *ret = reading.lists;
    *ret_count = reading.count;
    return ERR_OK;
}
