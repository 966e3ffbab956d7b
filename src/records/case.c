// Cases: opened, changed, moved along their states, assigned, shared, merged, transferred.
#include "records/case.h"

#include "records/case_access.h"
#include "records/retention.h"

typedef struct CaseWork {
    const CaseFacts *facts;
    Identifier uid, other;
    State to;
    Str tlp;
    bool is_shared;
} CaseWork;

static Err facts_check(const CaseFacts *facts, Diag *diag) {
    TRY(text_check(facts->number, "number", RECORDS_NAME_MAX, false, diag));
    TRY(text_check(facts->title, "title", RECORDS_NAME_MAX, false, diag));
    TRY(text_check(facts->summary, "summary", RECORDS_TEXT_MAX, true, diag));
    return word_check(facts->legal_basis, "legal_basis", false, diag);
}

static Err open(Change *change, void *context, Diag *diag) {
    CaseWork *work = context;
    Records *records = change->records;
    uint64_t slot;
    bool has;
    int64_t id, review_ms, retain_ms;
    _cleanup_strbuf_ StrBuf title = STRBUF(2 * RECORDS_NAME_MAX);
    _cleanup_strbuf_ StrBuf summary = STRBUF(2 * RECORDS_TEXT_MAX);
    work->uid = identifier_make();
    TRY(ledger_log_slot_take(records->ledger, change->tx, &slot, diag));
    TRY(content_seal(records, slot, "case/title", &work->uid, work->facts->title, &title, diag));
    TRY(content_seal(records, slot, "case/summary", &work->uid, work->facts->summary, &summary,
                     diag));
    TRY(retention_dates(change->tx, RETENTION_CASE, change->now_ms, &review_ms, &retain_ms, diag));
    TRY(tx_int64(change->tx,
                 STR("INSERT INTO cases (uid, unit, node, number, slot, title, summary, state, "
                     "tlp, legal_basis, is_exercise, made_ms, changed_ms, review_ms, retain_ms) "
                     "VALUES (:uid, :unit, :node, :number, :slot, :title, :summary, 'open', 'red', "
                     ":basis, :exercise, :now, :now, :review, :retain) "
                     "ON CONFLICT (unit, number) DO NOTHING RETURNING id"),
                 BINDS(bind_id("uid", &work->uid), bind_int64("unit", change->actor->unit),
                       bind_id("node", &records->node), bind_text("number", work->facts->number),
                       bind_int64("slot", (int64_t)slot), bind_bytes("title", strbuf_str(&title)),
                       bind_bytes("summary", strbuf_str(&summary)),
                       bind_text("basis", work->facts->legal_basis),
                       bind_int64("exercise", records->is_exercise),
                       bind_int64("now", change->now_ms), bind_int64("review", review_ms),
                       bind_int64("retain", retain_ms)),
                 &has, &id, diag));
    if (!has)
        return diag_set(diag, ERR_EXISTS, N_("Your unit has a case of this number already."));
    change->case_ = work->uid;
    change_fact_text(change, "act", STR("opened"));
    change_fact_text(change, "legal_basis", work->facts->legal_basis);
    return ERR_OK;
}

Err case_open(Records *records, const Actor *actor, const CaseFacts *facts, Identifier *ret_uid,
              Diag *diag) {
    TRY(facts_check(facts, diag));
    CaseWork work = {.facts = facts};
    TRY(records_change(records, actor, PERMISSION_CASE_EDIT, LEDGER_CASE_CHANGED, open, &work,
                       diag));
    *ret_uid = work.uid;
    return ERR_OK;
}

static Err set(Change *change, void *context, Diag *diag) {
    const CaseWork *work = context;
    CaseRow row;
    int64_t taken;
    _cleanup_strbuf_ StrBuf title = STRBUF(2 * RECORDS_NAME_MAX);
    _cleanup_strbuf_ StrBuf summary = STRBUF(2 * RECORDS_TEXT_MAX);
    TRY(case_worked(change, &work->uid, &row, diag));
    TRY(case_owned(change, &work->uid, &row, diag));
    TRY(tx_int64(change->tx,
                 STR("SELECT count(*) FROM cases WHERE unit = :unit AND number = :number AND id <> "
                     ":id"),
                 BINDS(bind_int64("unit", row.unit), bind_text("number", work->facts->number),
                       bind_int64("id", row.id)),
                 NULL, &taken, diag));
    if (taken > 0)
        return diag_set(diag, ERR_EXISTS, N_("Your unit has a case of this number already."));
    TRY(content_seal(change->records, row.slot, "case/title", &row.uid, work->facts->title, &title,
                     diag));
    TRY(content_seal(change->records, row.slot, "case/summary", &row.uid, work->facts->summary,
                     &summary, diag));
    TRY(tx_run(change->tx,
               STR("UPDATE cases SET number = :number, title = :title, summary = :summary, "
                   "legal_basis = :basis, changed_ms = :now WHERE id = :id"),
               BINDS(bind_text("number", work->facts->number),
                     bind_bytes("title", strbuf_str(&title)),
                     bind_bytes("summary", strbuf_str(&summary)),
                     bind_text("basis", work->facts->legal_basis),
                     bind_int64("now", change->now_ms), bind_int64("id", row.id)),
               NULL, diag));
    change_fact_text(change, "act", STR("changed"));
    change_fact_text(change, "legal_basis", work->facts->legal_basis);
    return ERR_OK;
}

Err case_set(Records *records, const Actor *actor, const Identifier *id, const CaseFacts *facts,
             Diag *diag) {
    TRY(facts_check(facts, diag));
    CaseWork work = {.facts = facts, .uid = *id};
    return records_change(records, actor, PERMISSION_CASE_EDIT, LEDGER_CASE_CHANGED, set, &work,
                          diag);
}

static Err move(Change *change, void *context, Diag *diag) {
    const CaseWork *work = context;
    CaseRow row;
    TRY(case_owned(change, &work->uid, &row, diag));
    TRY(state_move(change, row.id, work->to, NULL, diag));
    return case_changed(change, row.id, diag);
}

Err case_move(Records *records, const Actor *actor, const Identifier *id, State to, Diag *diag) {
    if (state_machine(to) != MACHINE_CASE || to == STATE_CASE_MERGED ||
        to == STATE_CASE_TRANSFERRED || to == STATE_CASE_ERASED)
        return diag_set(diag, ERR_INVALID, N_("A case is not put into this state in this way."));
    CaseWork work = {.uid = *id, .to = to};
    return records_change(records, actor, PERMISSION_CASE_EDIT, LEDGER_CASE_CHANGED, move, &work,
                          diag);
}

static Err other_set(Change *change, int64_t id, const Identifier *other, Diag *diag) {
    return tx_run(
        change->tx, STR("UPDATE cases SET other = :other, changed_ms = :now WHERE id = :id"),
        BINDS(bind_id("other", other), bind_int64("now", change->now_ms), bind_int64("id", id)),
        NULL, diag);
}

static Err merge(Change *change, void *context, Diag *diag) {
    const CaseWork *work = context;
    CaseRow from, into;
    int64_t moved;
    TRY(case_worked(change, &work->other, &into, diag));
    TRY(case_owned(change, &work->uid, &from, diag));
    if (from.id == into.id)
        return diag_set(diag, ERR_INVALID, N_("A case cannot be merged into itself."));
    TRY(state_move(change, from.id, STATE_CASE_MERGED, NULL, diag));
    TRY(other_set(change, from.id, &work->other, diag));
    change_fact_id(change, "into", &work->other);
    // Locations stay with the file under whose key they are sealed; what both hold is not doubled.
    TRY(tx_run(change->tx,
               STR("INSERT INTO case_items (case_id, item, class, stack, import, scheme, version, "
                   "code, source) SELECT :into, i.item, i.class, NULL, i.import, i.scheme, "
                   "i.version, i.code, i.source FROM case_items i WHERE i.case_id = :from "
                   "ON CONFLICT (case_id, item) DO NOTHING"),
               BINDS(bind_int64("into", into.id), bind_int64("from", from.id)), &moved, diag));
    change_fact_int(change, "items", moved);
    return case_changed(change, into.id, diag);
}

Err case_merge(Records *records, const Actor *actor, const Identifier *id, const Identifier *into,
               Diag *diag) {
    CaseWork work = {.uid = *id, .other = *into};
    return records_change(records, actor, PERMISSION_CASE_CLOSE, LEDGER_CASE_CHANGED, merge, &work,
                          diag);
}

static Err share(Change *change, int64_t id, int64_t unit, Diag *diag) {
    return tx_run(change->tx,
                  STR("INSERT INTO case_units (case_id, unit) VALUES (:id, :unit) ON CONFLICT "
                      "(case_id, unit) DO NOTHING"),
                  BINDS(bind_int64("id", id), bind_int64("unit", unit)), NULL, diag);
}

static Err transfer(Change *change, void *context, Diag *diag) {
    const CaseWork *work = context;
    CaseRow row;
    int64_t unit;
    TRY(case_owned(change, &work->uid, &row, diag));
    TRY(unit_number(change->tx, &work->other, &unit, diag));
    if (unit == row.unit)
        return diag_set(diag, ERR_INVALID, N_("The case is this unit's already."));
    TRY(state_move(change, row.id, STATE_CASE_TRANSFERRED, NULL, diag));
    TRY(other_set(change, row.id, &work->other, diag));
    change_fact_id(change, "to_unit", &work->other);
    return share(change, row.id, unit, diag);
}

Err case_transfer(Records *records, const Actor *actor, const Identifier *id,
                  const Identifier *to_unit, Diag *diag) {
    CaseWork work = {.uid = *id, .other = *to_unit};
    return records_change(records, actor, PERMISSION_CASE_CLOSE, LEDGER_CASE_CHANGED, transfer,
                          &work, diag);
}

static Err assign(Change *change, void *context, Diag *diag) {
    const CaseWork *work = context;
    CaseRow row;
    int64_t person = 0, may_see;
    TRY(case_worked(change, &work->uid, &row, diag));
    TRY(case_owned(change, &work->uid, &row, diag));
    change_fact_text(change, "act", STR("assigned"));
    if (!identifier_is_none(&work->other)) {
        TRY(person_number(change->tx, &work->other, &person, diag));
        TRY(tx_int64(change->tx,
                     STR("SELECT count(*) FROM people p WHERE p.id = :person AND p.state = "
                         "'active' AND (p.unit = :unit OR EXISTS (SELECT 1 FROM case_units s WHERE "
                         "s.case_id = :id AND s.unit = p.unit))"),
                     BINDS(bind_int64("person", person), bind_int64("unit", row.unit),
                           bind_int64("id", row.id)),
                     NULL, &may_see, diag));
        if (may_see == 0)
            return diag_set(diag, ERR_STATE, N_("This person cannot work on the case."));
        change_fact_id(change, "person", &work->other);
    }
    return tx_run(change->tx,
                  STR("UPDATE cases SET assignee = :person, changed_ms = :now WHERE id = :id"),
                  BINDS(person == 0 ? bind_null("person") : bind_int64("person", person),
                        bind_int64("now", change->now_ms), bind_int64("id", row.id)),
                  NULL, diag);
}

Err case_assign(Records *records, const Actor *actor, const Identifier *id,
                const Identifier *person, Diag *diag) {
    CaseWork work = {.uid = *id, .other = *person};
    return records_change(records, actor, PERMISSION_CASE_ASSIGN, LEDGER_CASE_CHANGED, assign,
                          &work, diag);
}

static Err set_shared(Change *change, void *context, Diag *diag) {
    const CaseWork *work = context;
    CaseRow row;
    int64_t unit;
    TRY(case_owned(change, &work->uid, &row, diag));
    TRY(unit_number(change->tx, &work->other, &unit, diag));
    change_fact_text(change, "act", work->is_shared ? STR("shared") : STR("unshared"));
    change_fact_id(change, "unit", &work->other);
    TRY(case_changed(change, row.id, diag));
    return work->is_shared
               ? share(change, row.id, unit, diag)
               : tx_run(change->tx,
                        STR("DELETE FROM case_units WHERE case_id = :id AND unit = :unit"),
                        BINDS(bind_int64("id", row.id), bind_int64("unit", unit)), NULL, diag);
}

Err case_share(Records *records, const Actor *actor, const Identifier *id, const Identifier *unit,
               bool is_shared, Diag *diag) {
    CaseWork work = {.uid = *id, .other = *unit, .is_shared = is_shared};
    return records_change(records, actor, PERMISSION_CASE_CLOSE, LEDGER_CASE_CHANGED, set_shared,
                          &work, diag);
}

static Err set_tlp(Change *change, void *context, Diag *diag) {
    const CaseWork *work = context;
    CaseRow row;
    TRY(case_owned(change, &work->uid, &row, diag));
    change_fact_text(change, "tlp", work->tlp);
    TRY(case_changed(change, row.id, diag));
    return tx_run(change->tx, STR("UPDATE cases SET tlp = :tlp WHERE id = :id"),
                  BINDS(bind_text("tlp", work->tlp), bind_int64("id", row.id)), NULL, diag);
}

Err case_tlp_set(Records *records, const Actor *actor, const Identifier *id, Str tlp, Diag *diag) {
    static const char *const MARKS[] = {"red", "amber-strict", "amber", "green", "clear"};
    bool is_mark = false;
    for (size_t i = 0; i < sizeof MARKS / sizeof MARKS[0]; i++)
        is_mark = is_mark || str_is(tlp, MARKS[i]);
    if (!is_mark)
        return diag_set(diag, ERR_INVALID, N_("This is not a mark of the traffic light protocol."));
    CaseWork work = {.uid = *id, .tlp = tlp};
    return records_change(records, actor, PERMISSION_CASE_CLOSE, LEDGER_CASE_CHANGED, set_tlp,
                          &work, diag);
}
