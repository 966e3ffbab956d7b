// Retention rules and the review of cases.
#include "records/retention.h"

#include "records/case_access.h"

#define DAY_MS INT64_C(86400000)
enum { KEEP_DAYS = 3652, REVIEW_DAYS = 365 };

static const char *const KIND_IDS[] = {"case"};

const char *retention_id(RetentionKind kind) {
    return KIND_IDS[kind];
}

static Err rule_read(Tx *tx, RetentionKind kind, RetentionRule *ret, Diag *diag) {
    _cleanup_stmt_ Stmt *rows = NULL;
    RetentionRule rule = {KEEP_DAYS, REVIEW_DAYS};
    TRY(tx_query(tx, STR("SELECT keep_days, review_days FROM retention_rules WHERE record = :kind"),
                 BINDS(bind_text("kind", str_from(KIND_IDS[kind]))), &rows, diag));
    if (stmt_next(rows))
        rule = (RetentionRule){stmt_int64(rows, 0), stmt_int64(rows, 1)};
    TRY(tx_err(tx, diag));
    *ret = rule;
    return ERR_OK;
}

Err retention_dates(Tx *tx, RetentionKind kind, int64_t now_ms, int64_t *ret_review_ms,
                    int64_t *ret_retain_ms, Diag *diag) {
    RetentionRule rule;
    TRY(rule_read(tx, kind, &rule, diag));
    *ret_review_ms = now_ms + rule.review_days * DAY_MS;
    *ret_retain_ms = now_ms + rule.keep_days * DAY_MS;
    return ERR_OK;
}

typedef struct RetentionWork {
    RetentionKind kind;
    RetentionRule rule;
    Identifier uid;
    int64_t review_ms, retain_ms;
} RetentionWork;

static Err get(Tx *tx, void *context, Diag *diag) {
    RetentionWork *work = context;
    return rule_read(tx, work->kind, &work->rule, diag);
}

Err retention_get(Records *records, const Actor *actor, RetentionKind kind, RetentionRule *ret,
                  Diag *diag) {
    RetentionWork work = {.kind = kind};
    TRY(records_read(records, actor, PERMISSION_SIGNED_IN, get, &work, diag));
    *ret = work.rule;
    return ERR_OK;
}

static Err set(Change *change, void *context, Diag *diag) {
    const RetentionWork *work = context;
    change_fact_text(change, "retention", str_from(KIND_IDS[work->kind]));
    change_fact_int(change, "keep_days", work->rule.keep_days);
    change_fact_int(change, "review_days", work->rule.review_days);
    return tx_run(change->tx,
                  STR("INSERT INTO retention_rules (record, keep_days, review_days) VALUES (:kind, "
                      ":keep, :review) ON CONFLICT (record) DO UPDATE SET keep_days = "
                      "excluded.keep_days, review_days = excluded.review_days"),
                  BINDS(bind_text("kind", str_from(KIND_IDS[work->kind])),
                        bind_int64("keep", work->rule.keep_days),
                        bind_int64("review", work->rule.review_days)),
                  NULL, diag);
}

Err retention_set(Records *records, const Actor *actor, RetentionKind kind,
                  const RetentionRule *rule, Diag *diag) {
    if (rule->keep_days < 1 || rule->keep_days > RECORDS_DAYS_MAX || rule->review_days < 1 ||
        rule->review_days > rule->keep_days)
        return diag_set(diag, ERR_RANGE,
                        N_("A period is one day or more, and the review comes before the end."));
    RetentionWork work = {.kind = kind, .rule = *rule};
    return records_change(records, actor, PERMISSION_SETTING_EDIT, LEDGER_SETTING_CHANGED, set,
                          &work, diag);
}

static Err review(Change *change, void *context, Diag *diag) {
    const RetentionWork *work = context;
    CaseRow row;
    TRY(case_owned(change, &work->uid, &row, diag));
    if (work->review_ms <= change->now_ms || work->retain_ms < work->review_ms ||
        work->retain_ms > change->now_ms + RECORDS_DAYS_MAX * DAY_MS)
        return diag_set(diag, ERR_RANGE,
                        N_("The next review must be in the future and before the end."));
    change_fact_text(change, "act", STR("reviewed"));
    change_fact_int(change, "review_ms", work->review_ms);
    change_fact_int(change, "retain_ms", work->retain_ms);
    return tx_run(
        change->tx,
        STR("UPDATE cases SET review_ms = :review, retain_ms = :retain, changed_ms = :now "
            "WHERE id = :id"),
        BINDS(bind_int64("review", work->review_ms), bind_int64("retain", work->retain_ms),
              bind_int64("now", change->now_ms), bind_int64("id", row.id)),
        NULL, diag);
}

Err case_review(Records *records, const Actor *actor, const Identifier *case_, int64_t review_ms,
                int64_t retain_ms, Diag *diag) {
    RetentionWork work = {.uid = *case_, .review_ms = review_ms, .retain_ms = retain_ms};
    return records_change(records, actor, PERMISSION_RECORD_ERASE, LEDGER_CASE_CHANGED, review,
                          &work, diag);
}
