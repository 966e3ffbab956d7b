// Disclosures: legal basis, handling conditions, the country's assessment; exports of cases.
#include "records/disclosure.h"

#include "records/approval.h"
#include "records/case_access.h"
#include "records/policy.h"

Err disclosure_check(const DisclosureFacts *facts, Diag *diag) {
    TRY(word_check(facts->legal_basis, "legal_basis", false, diag));
    if (facts->condition_count < 1 || facts->condition_count > RECORDS_HANDLING_MAX)
        return diag_set(diag, ERR_INVALID,
                        N_("Name from one to eight handling conditions for what is passed on."));
    for (size_t i = 0; i < facts->condition_count; i++)
        TRY(word_check(facts->conditions[i], "condition", false, diag));
    return ERR_OK;
}

// The unit's number and country (empty: nobody else).
typedef struct Receiver {
    int64_t unit;
    char country[3];
} Receiver;

static Err receiver_read(Tx *tx, const Identifier *unit, Receiver *ret, Diag *diag) {
    _cleanup_stmt_ Stmt *rows = NULL;
    *ret = (Receiver){0};
    if (identifier_is_none(unit))
        return ERR_OK;
    TRY(tx_query(tx, STR("SELECT id, country FROM units WHERE uid = :uid AND state = 'active'"),
                 BINDS(bind_id("uid", unit)), &rows, diag));
    bool has = stmt_next(rows);
    TRY(tx_err(tx, diag));
    if (!has)
        return record_missing(diag);
    ret->unit = stmt_int64(rows, 0);
    Str country = stmt_text(rows, 1);
    if (country.len == 2)
        memcpy(ret->country, country.ptr, 2);
    return ERR_OK;
}

static Err country_is_open(Change *change, const Receiver *receiver, Diag *diag) {
    int64_t is_home, is_open;
    if (receiver->unit == 0)
        return ERR_OK;
    Bind country = bind_text("country", str_from(receiver->country));
    TRY(tx_int64(change->tx,
                 STR("SELECT count(*) FROM units WHERE id = :unit AND country = :country"),
                 BINDS(bind_int64("unit", change->actor->unit), country), NULL, &is_home, diag));
    if (is_home == 1)
        return ERR_OK;
    TRY(tx_int64(change->tx,
                 STR("SELECT count(*) FROM country_assessments WHERE country = :country AND "
                     "is_allowed = 1 AND until_ms > :now"),
                 BINDS(country, bind_int64("now", change->now_ms)), NULL, &is_open, diag));
    if (is_open == 1)
        return ERR_OK;
    Err err = diag_set(diag, ERR_PERMISSION,
                       N_("No assessment that is in force allows passing data to {country}."));
    diag_arg(diag, "country", str_from(receiver->country));
    return err;
}

static Err conditions_write(Change *change, int64_t id, const DisclosureFacts *facts, Diag *diag) {
    json_key(&change->facts, "conditions");
    json_array_begin(&change->facts);
    for (size_t i = 0; i < facts->condition_count; i++) {
        json_str(&change->facts, facts->conditions[i]);
        TRY(tx_run(change->tx,
                   STR("INSERT INTO disclosure_conditions (disclosure, condition) VALUES (:id, "
                       ":condition) ON CONFLICT (disclosure, condition) DO NOTHING"),
                   BINDS(bind_int64("id", id), bind_text("condition", facts->conditions[i])), NULL,
                   diag));
    }
    json_array_end(&change->facts);
    return ERR_OK;
}

Err disclosure_add(Change *change, const DisclosureFacts *facts, const DisclosureSubject *subject,
                   Identifier *ret_uid, Diag *diag) {
    Receiver receiver;
    Identifier uid = identifier_make();
    int64_t id;
    TRY(receiver_read(change->tx, &facts->to_unit, &receiver, diag));
    TRY(country_is_open(change, &receiver, diag));
    if (facts->delete_by_ms != 0 && facts->delete_by_ms <= change->now_ms)
        return diag_set(diag, ERR_RANGE, N_("The date of deletion is in the past."));
    TRY(tx_int64(
        change->tx,
        STR("INSERT INTO disclosures (uid, kind, subject, case_id, to_unit, to_country, "
            "legal_basis, delete_by_ms, things, digest, person, made_ms) VALUES (:uid, :kind, "
            ":subject, :case, :unit, :country, :basis, :delete, :things, :digest, :person, :now) "
            "RETURNING id"),
        BINDS(bind_id("uid", &uid), bind_text("kind", subject->kind),
              bind_id("subject", &subject->subject),
              subject->case_id == 0 ? bind_null("case") : bind_int64("case", subject->case_id),
              receiver.unit == 0 ? bind_null("unit") : bind_int64("unit", receiver.unit),
              bind_text("country", str_from(receiver.country)),
              bind_text("basis", facts->legal_basis),
              facts->delete_by_ms == 0 ? bind_null("delete")
                                       : bind_int64("delete", facts->delete_by_ms),
              bind_int64("things", (int64_t)subject->things),
              bind_bytes("digest", str_of(subject->digest, SHA256_SIZE)),
              bind_int64("person", change->actor->person), bind_int64("now", change->now_ms)),
        NULL, &id, diag));
    json_key(&change->facts, "disclosure");
    json_object_begin(&change->facts);
    change_fact_id(change, "id", &uid);
    if (receiver.unit != 0)
        change_fact_id(change, "to_unit", &facts->to_unit);
    change_fact_text(change, "legal_basis", facts->legal_basis);
    TRY(conditions_write(change, id, facts, diag));
    json_object_end(&change->facts);
    if (ret_uid != NULL)
        *ret_uid = uid;
    return ERR_OK;
}

// --- Exports ----------------------------------------------------------------------------------

typedef struct ExportWork {
    Identifier case_, uid;
    uint64_t things;
    const uint8_t *digest;
    const DisclosureFacts *facts;
} ExportWork;

static Err needs_second(Change *change, const ExportWork *work, const CaseRow *row, bool *ret,
                        Diag *diag) {
    int64_t many, is_red;
    TRY(policy_read(change->tx, POLICY_BULK_ITEMS, &many, diag));
    TRY(tx_int64(change->tx, STR("SELECT count(*) FROM cases WHERE id = :id AND tlp = 'red'"),
                 BINDS(bind_int64("id", row->id)), NULL, &is_red, diag));
    bool is_outward = !identifier_is_none(&work->facts->to_unit) &&
                      !identifier_equal(&work->facts->to_unit, &change->actor->unit_id);
    *ret = work->things > (uint64_t)many || (is_red == 1 && is_outward);
    return ERR_OK;
}

static Err make(Change *change, void *context, Diag *diag) {
    ExportWork *work = context;
    CaseRow row;
    bool needs;
    TRY(case_seen(change->tx, change->actor, &work->case_, &row, diag));
    change->case_ = work->case_;
    change->count = work->things;
    TRY(needs_second(change, work, &row, &needs, diag));
    if (needs)
        TRY(approval_use(change, APPROVAL_BULK_EXPORT, &work->case_, work->digest, diag));
    json_key(&change->facts, "digest");
    json_hex(&change->facts, work->digest, SHA256_SIZE);
    DisclosureSubject subject = {STR("export"), work->case_, row.id, work->things, work->digest};
    return disclosure_add(change, work->facts, &subject, &work->uid, diag);
}

Err export_make(Records *records, const Actor *actor, const Identifier *case_, uint64_t things,
                const uint8_t digest[SHA256_SIZE], const DisclosureFacts *facts,
                Identifier *ret_uid, Diag *diag) {
    TRY(disclosure_check(facts, diag));
    ExportWork work = {.case_ = *case_, .things = things, .digest = digest, .facts = facts};
    TRY(records_change(records, actor, PERMISSION_EXPORT_MAKE, LEDGER_EXPORT_MADE, make, &work,
                       diag));
    *ret_uid = work.uid;
    return ERR_OK;
}

// --- Countries --------------------------------------------------------------------------------

typedef struct Assessment {
    Str country, authority;
    bool is_allowed;
    int64_t until_ms;
} Assessment;

static Err assess(Change *change, void *context, Diag *diag) {
    const Assessment *work = context;
    change_fact_text(change, "country", work->country);
    change_fact_int(change, "allowed", work->is_allowed);
    change_fact_int(change, "until_ms", work->until_ms);
    return tx_run(change->tx,
                  STR("INSERT INTO country_assessments (country, is_allowed, authority, made_ms, "
                      "until_ms) VALUES (:country, :allowed, :authority, :now, :until) ON CONFLICT "
                      "(country) DO UPDATE SET is_allowed = excluded.is_allowed, authority = "
                      "excluded.authority, made_ms = excluded.made_ms, until_ms = "
                      "excluded.until_ms"),
                  BINDS(bind_text("country", work->country),
                        bind_int64("allowed", work->is_allowed),
                        bind_text("authority", work->authority), bind_int64("now", change->now_ms),
                        bind_int64("until", work->until_ms)),
                  NULL, diag);
}

Err country_assess(Records *records, const Actor *actor, Str country, bool is_allowed,
                   Str authority, int64_t until_ms, Diag *diag) {
    TRY(country_check(country, diag));
    TRY(text_check(authority, "authority", RECORDS_NAME_MAX, false, diag));
    Assessment work = {country, authority, is_allowed, until_ms};
    return records_change(records, actor, PERMISSION_RECORD_ERASE, LEDGER_SETTING_CHANGED, assess,
                          &work, diag);
}

// --- Reading ----------------------------------------------------------------------------------

typedef struct DisclosureReading {
    const Actor *actor;
    const Identifier *case_;
    Arena *memory;
    Disclosure *disclosures;
    size_t count;
} DisclosureReading;

static Err conditions_read(Tx *tx, int64_t id, Arena *memory, Disclosure *ret, Diag *diag) {
    _cleanup_stmt_ Stmt *rows = NULL;
    TRY(tx_query(tx,
                 STR("SELECT condition FROM disclosure_conditions WHERE disclosure = :id ORDER BY "
                     "condition"),
                 BINDS(bind_int64("id", id)), &rows, diag));
    while (ret->condition_count < RECORDS_HANDLING_MAX && stmt_next(rows))
        ret->conditions[ret->condition_count++] = arena_copy(memory, stmt_text(rows, 0));
    return tx_err(tx, diag);
}

static Err read_disclosures(Tx *tx, void *context, Diag *diag) {
    DisclosureReading *reading = context;
    CaseRow row;
    _cleanup_stmt_ Stmt *rows = NULL;
    reading->count = 0;
    TRY(case_seen(tx, reading->actor, reading->case_, &row, diag));
    TRY(tx_query(
        tx,
        STR("SELECT d.id, d.uid, d.subject, u.uid, p.uid, d.kind, d.legal_basis, d.things, "
            "d.made_ms, d.delete_by_ms FROM disclosures d JOIN people p ON p.id = d.person "
            "LEFT JOIN units u ON u.id = d.to_unit WHERE d.case_id = :case ORDER BY d.id "
            "DESC LIMIT :most"),
        BINDS(bind_int64("case", row.id), bind_int64("most", RECORDS_PAGE_MAX)), &rows, diag));
    while (reading->count < RECORDS_PAGE_MAX && stmt_next(rows)) {
        Disclosure *at = &reading->disclosures[reading->count++];
        *at = (Disclosure){.uid = stmt_id(rows, 1),
                           .subject = stmt_id(rows, 2),
                           .case_ = *reading->case_,
                           .to_unit = stmt_id(rows, 3),
                           .person = stmt_id(rows, 4),
                           .kind = arena_copy(reading->memory, stmt_text(rows, 5)),
                           .legal_basis = arena_copy(reading->memory, stmt_text(rows, 6)),
                           .things = stmt_int64(rows, 7),
                           .made_ms = stmt_int64(rows, 8),
                           .delete_by_ms = stmt_int64(rows, 9)};
        TRY(conditions_read(tx, stmt_int64(rows, 0), reading->memory, at, diag));
    }
    return tx_err(tx, diag);
}

Err disclosure_list(Records *records, const Actor *actor, const Identifier *case_, Arena *memory,
                    Disclosure **ret, size_t *ret_count, Diag *diag) {
    DisclosureReading reading = {.actor = actor,
                                 .case_ = case_,
                                 .memory = memory,
                                 .disclosures = ARENA_ARRAY(memory, Disclosure, RECORDS_PAGE_MAX)};
    if (reading.disclosures == NULL)
        return diag_set(diag, arena_err(memory), N_("There is not enough memory."));
    TRY(records_read(records, actor, PERMISSION_CASE_VIEW, read_disclosures, &reading, diag));
    *ret = reading.disclosures;
    *ret_count = reading.count;
    return ERR_OK;
}
