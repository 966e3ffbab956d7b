// Approvals: asked, decided by somebody else, used once.
#include "records/approval.h"

#include "records/case_access.h"
#include "records/policy.h"

enum { HOUR_MS = 3600000 };

typedef struct KindRow {
    const char *identifier, *label;
} KindRow;
static const KindRow KINDS[] = {
#define APPROVAL_ROW(name, id, label) {id, label},
    APPROVAL_KINDS(APPROVAL_ROW)
#undef APPROVAL_ROW
};
static const Permission ASKERS[] = {[APPROVAL_BULK_EXPORT] = PERMISSION_EXPORT_MAKE,
                                    [APPROVAL_LIST_IMPORT] = PERMISSION_LIST_IMPORT,
                                    [APPROVAL_LIST_RELEASE] = PERMISSION_LIST_RELEASE,
                                    [APPROVAL_ERASURE] = PERMISSION_RECORD_ERASE};

const char *approval_kind_id(ApprovalKind kind) {
    return KINDS[kind].identifier;
}

const char *approval_kind_label(ApprovalKind kind) {
    return KINDS[kind].label;
}

typedef struct ApprovalWork {
    const ApprovalFacts *facts;
    Identifier uid;
    bool is_given;
} ApprovalWork;

static Err ask(Change *change, void *context, Diag *diag) {
    ApprovalWork *work = context;
    const ApprovalFacts *facts = work->facts;
    int64_t hours;
    CaseRow row = {0};
    work->uid = identifier_make();
    if (!identifier_is_none(&facts->case_)) {
        TRY(case_seen(change->tx, change->actor, &facts->case_, &row, diag));
        change->case_ = facts->case_;
    }
    TRY(policy_read(change->tx, POLICY_APPROVAL_HOURS, &hours, diag));
    change_fact_id(change, "approval", &work->uid);
    change_fact_text(change, "kind", str_from(KINDS[facts->kind].identifier));
    change_fact_id(change, "subject", &facts->subject);
    json_key(&change->facts, "digest");
    json_hex(&change->facts, facts->digest, SHA256_SIZE);
    return tx_run(change->tx,
                  STR("INSERT INTO approvals (uid, kind, subject, digest, case_id, state, asker, "
                      "made_ms, until_ms, remark) VALUES (:uid, :kind, :subject, :digest, :case, "
                      "'asked', :asker, :now, :until, :remark)"),
                  BINDS(bind_id("uid", &work->uid),
                        bind_text("kind", str_from(KINDS[facts->kind].identifier)),
                        bind_id("subject", &facts->subject),
                        bind_bytes("digest", str_of(facts->digest, SHA256_SIZE)),
                        row.id == 0 ? bind_null("case") : bind_int64("case", row.id),
                        bind_int64("asker", change->actor->person),
                        bind_int64("now", change->now_ms),
                        bind_int64("until", change->now_ms + hours * HOUR_MS),
                        bind_text("remark", facts->remark)),
                  NULL, diag);
}

Err approval_ask(Records *records, const Actor *actor, const ApprovalFacts *facts,
                 Identifier *ret_uid, Diag *diag) {
    TRY(text_check(facts->remark, "remark", RECORDS_TEXT_MAX, true, diag));
    ApprovalWork work = {.facts = facts};
    TRY(records_change(records, actor, ASKERS[facts->kind], LEDGER_APPROVAL_ASKED, ask, &work,
                       diag));
    *ret_uid = work.uid;
    return ERR_OK;
}

// The approval's number, asker, and case (seen by the actor, or none).
static Err approval_find(Change *change, const Identifier *uid, int64_t *ret_id, int64_t *ret_asker,
                         int64_t *ret_until, Diag *diag) {
    _cleanup_stmt_ Stmt *rows = NULL;
    Identifier case_;
    CaseRow row;
    TRY(tx_query(
        change->tx,
        STR("SELECT a.id, a.asker, a.until_ms, c.uid FROM approvals a LEFT JOIN cases c ON "
            "c.id = a.case_id WHERE a.uid = :uid"),
        BINDS(bind_id("uid", uid)), &rows, diag));
    bool has = stmt_next(rows);
    TRY(tx_err(change->tx, diag));
    if (!has)
        return record_missing(diag);
    *ret_id = stmt_int64(rows, 0);
    *ret_asker = stmt_int64(rows, 1);
    *ret_until = stmt_int64(rows, 2);
    case_ = stmt_id(rows, 3);
    if (identifier_is_none(&case_))
        return ERR_OK;
    TRY(case_seen(change->tx, change->actor, &case_, &row, diag));
    change->case_ = case_;
    return ERR_OK;
}

static Err decide(Change *change, void *context, Diag *diag) {
    const ApprovalWork *work = context;
    int64_t id = 0, asker = 0, until = 0;
    TRY(approval_find(change, &work->uid, &id, &asker, &until, diag));
    if (asker == change->actor->person || change->actor->person == 0)
        return diag_set(diag, ERR_PERMISSION,
                        N_("Whoever asks for a second person cannot be that person."));
    if (work->is_given && until <= change->now_ms)
        return diag_set(diag, ERR_STATE, N_("This request is too old. It must be asked again."));
    change_fact_id(change, "approval_id", &work->uid);
    TRY(state_move(change, id, work->is_given ? STATE_APPROVAL_GIVEN : STATE_APPROVAL_REFUSED, NULL,
                   diag));
    return tx_run(change->tx,
                  STR("UPDATE approvals SET decider = :person, decided_ms = :now WHERE id = :id"),
                  BINDS(bind_int64("person", change->actor->person),
                        bind_int64("now", change->now_ms), bind_int64("id", id)),
                  NULL, diag);
}

Err approval_decide(Records *records, const Actor *actor, const Identifier *approval, bool is_given,
                    Diag *diag) {
    ApprovalWork work = {.uid = *approval, .is_given = is_given};
    return records_change(records, actor, PERMISSION_APPROVAL_GIVE,
                          is_given ? LEDGER_APPROVAL_GIVEN : LEDGER_APPROVAL_REFUSED, decide, &work,
                          diag);
}

Err approval_use(Change *change, ApprovalKind kind, const Identifier *subject,
                 const uint8_t digest[SHA256_SIZE], Diag *diag) {
    int64_t id;
    bool has;
    TRY(tx_int64(
        change->tx,
        STR("SELECT id FROM approvals WHERE kind = :kind AND subject = :subject AND digest "
            "= :digest AND state = 'given' AND until_ms > :now AND decider <> asker "
            "ORDER BY id LIMIT 1"),
        BINDS(bind_text("kind", str_from(KINDS[kind].identifier)), bind_id("subject", subject),
              bind_bytes("digest", str_of(digest, SHA256_SIZE)), bind_int64("now", change->now_ms)),
        &has, &id, diag));
    if (!has)
        return diag_set(diag, ERR_PERMISSION,
                        N_("This needs a second person, who has not agreed to it yet."));
    return state_move(change, id, STATE_APPROVAL_USED, NULL, diag);
}

// --- Reading ----------------------------------------------------------------------------------

typedef struct ApprovalReading {
    Records *records;
    const Actor *actor;
    bool wants_all;
    Arena *memory;
    Approval *approvals;
    size_t count;
} ApprovalReading;

static Err row_read(ApprovalReading *reading, Stmt *rows, Approval *ret, Diag *diag) {
    *ret = (Approval){.uid = stmt_id(rows, 0),
                      .subject = stmt_id(rows, 2),
                      .case_ = stmt_id(rows, 3),
                      .asker = stmt_id(rows, 5),
                      .decider = stmt_id(rows, 6),
                      .asker_name = arena_copy(reading->memory, stmt_text(rows, 7)),
                      .remark = arena_copy(reading->memory, stmt_text(rows, 8)),
                      .made_ms = stmt_int64(rows, 9),
                      .until_ms = stmt_int64(rows, 10)};
    for (int i = 0; i < APPROVAL_KIND_COUNT; i++)
        if (str_is(stmt_text(rows, 1), KINDS[i].identifier))
            ret->kind = (ApprovalKind)i;
    ret->is_over = ret->until_ms <= reading->records->now_ms();
    ret->is_own = identifier_equal(&ret->asker, &reading->actor->person_id);
    return state_read(MACHINE_APPROVAL, stmt_text(rows, 4), &ret->state, diag);
}

static Err read_approvals(Tx *tx, void *context, Diag *diag) {
    ApprovalReading *reading = context;
    _cleanup_stmt_ Stmt *rows = NULL;
    reading->count = 0;
    TRY(tx_query(
        tx,
        STR("SELECT a.uid, a.kind, a.subject, c.uid, a.state, p.uid, d.uid, p.pseudonym, "
            "a.remark, a.made_ms, a.until_ms FROM approvals a JOIN people p ON p.id = "
            "a.asker LEFT JOIN people d ON d.id = a.decider LEFT JOIN cases c ON c.id = "
            "a.case_id WHERE (:all = 1 OR (a.state = 'asked' AND a.until_ms > :now)) AND "
            "(a.case_id IS NULL OR c.unit = :unit OR EXISTS (SELECT 1 FROM case_units s "
            "WHERE s.case_id = c.id AND s.unit = :unit)) ORDER BY a.id DESC LIMIT :most"),
        BINDS(bind_int64("all", reading->wants_all), bind_int64("now", reading->records->now_ms()),
              bind_int64("unit", reading->actor->unit), bind_int64("most", RECORDS_PAGE_MAX)),
        &rows, diag));
    while (reading->count < RECORDS_PAGE_MAX && stmt_next(rows))
        TRY(row_read(reading, rows, &reading->approvals[reading->count++], diag));
    return tx_err(tx, diag);
}

Err approval_list(Records *records, const Actor *actor, bool wants_all, Arena *memory,
                  Approval **ret, size_t *ret_count, Diag *diag) {
    ApprovalReading reading = {.records = records,
                               .actor = actor,
                               .wants_all = wants_all,
                               .memory = memory,
                               .approvals = ARENA_ARRAY(memory, Approval, RECORDS_PAGE_MAX)};
    if (reading.approvals == NULL)
        return diag_set(diag, arena_err(memory), N_("There is not enough memory."));
    TRY(records_read(records, actor, PERMISSION_CASE_VIEW, read_approvals, &reading, diag));
    *ret = reading.approvals;
    *ret_count = reading.count;
    return ERR_OK;
}
