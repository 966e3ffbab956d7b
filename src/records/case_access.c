// Finding a case for an act, and sealing and opening its content.
#include "records/case_access.h"

Err case_seen(Tx *tx, const Actor *actor, const Identifier *uid, CaseRow *ret, Diag *diag) {
    _cleanup_stmt_ Stmt *rows = NULL;
    TRY(tx_query(tx,
                 STR("SELECT c.id, c.unit, c.slot, c.state FROM cases c WHERE c.uid = :uid AND "
                     "c.state <> 'erased' AND (c.unit = :unit OR EXISTS (SELECT 1 FROM case_units "
                     "s WHERE s.case_id = c.id AND s.unit = :unit))"),
                 BINDS(bind_id("uid", uid), bind_int64("unit", actor->unit)), &rows, diag));
    bool has = stmt_next(rows);
    TRY(tx_err(tx, diag));
    if (!has)
        return record_missing(diag);
    CaseRow row = {.id = stmt_int64(rows, 0),
                   .unit = stmt_int64(rows, 1),
                   .uid = *uid,
                   .slot = (uint64_t)stmt_int64(rows, 2)};
    TRY(state_read(MACHINE_CASE, stmt_text(rows, 3), &row.state, diag));
    *ret = row;
    return ERR_OK;
}

Err case_worked(Change *change, const Identifier *uid, CaseRow *ret, Diag *diag) {
    CaseRow row;
    TRY(case_seen(change->tx, change->actor, uid, &row, diag));
    change->case_ = *uid;
    if (row.state != STATE_CASE_OPEN && row.state != STATE_CASE_ACTIVE &&
        row.state != STATE_CASE_PENDING)
        return diag_set(diag, ERR_STATE, N_("No work is done on this case at present."));
    *ret = row;
    return ERR_OK;
}

Err case_owned(Change *change, const Identifier *uid, CaseRow *ret, Diag *diag) {
    CaseRow row;
    TRY(case_seen(change->tx, change->actor, uid, &row, diag));
    change->case_ = *uid;
    if (row.unit != change->actor->unit)
        return diag_set(diag, ERR_PERMISSION, N_("Only the unit that owns the case does this."));
    *ret = row;
    return ERR_OK;
}

Err case_changed(Change *change, int64_t id, Diag *diag) {
    return tx_run(change->tx, STR("UPDATE cases SET changed_ms = :now WHERE id = :id"),
                  BINDS(bind_int64("now", change->now_ms), bind_int64("id", id)), NULL, diag);
}

Err case_is_viewed(Tx *tx, const Records *records, const Actor *actor, int64_t id, Diag *diag) {
    int64_t count;
    TRY(tx_int64(tx,
                 STR("SELECT count(*) FROM case_views WHERE person = :person AND case_id = :id AND "
                     "purpose = :purpose AND until_ms > :now"),
                 BINDS(bind_int64("person", actor->person), bind_int64("id", id),
                       bind_text("purpose", actor->purpose), bind_int64("now", records->now_ms())),
                 NULL, &count, diag));
    return count == 1 ? ERR_OK
                      : diag_set(diag, ERR_STATE,
                                 N_("Looking at a case is written into the ledger first."));
}

// --- Content ----------------------------------------------------------------------------------

static void context_put(StrBuf *out, const char *what, const Identifier *owner) {
    strbuf_put_text(out, what);
    strbuf_put_byte(out, ' ');
    identifier_put(out, owner);
}

Err content_seal(Records *records, uint64_t slot, const char *what, const Identifier *owner,
                 Str text, StrBuf *out, Diag *diag) {
    _cleanup_strbuf_ StrBuf context = STRBUF(128);
    context_put(&context, what, owner);
    return ledger_log_seal(records->ledger, slot, strbuf_str(&context), text, out, diag);
}

Err content_open(Records *records, uint64_t slot, const char *what, const Identifier *owner,
                 Str sealed, Arena *memory, Str *ret, Diag *diag) {
    _cleanup_strbuf_ StrBuf context = STRBUF(128);
    _cleanup_strbuf_ StrBuf plain = STRBUF(RECORDS_PATH_MAX + RECORDS_TEXT_MAX);
    if (sealed.len == 0) {
        *ret = (Str){0};
        return ERR_OK;
    }
    context_put(&context, what, owner);
    Err err = ledger_log_unseal(records->ledger, slot, strbuf_str(&context), sealed, &plain, diag);
    if (err == ERR_NOT_FOUND) {
        *ret = (Str){0};
        return ERR_OK;
    }
    TRY(err);
    *ret = arena_copy(memory, strbuf_str(&plain));
    return ret->ptr == NULL ? diag_set(diag, arena_err(memory), N_("There is not enough memory."))
                            : ERR_OK;
}
