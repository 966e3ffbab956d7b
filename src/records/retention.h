// Retention: how long records are kept, when they are looked at again.
#pragma once
#include "records/state.h"

typedef enum RetentionKind { RETENTION_CASE, RETENTION_KIND_COUNT } RetentionKind;
const char *retention_id(RetentionKind kind);

typedef struct RetentionRule {
    int64_t keep_days;   // 1 … RECORDS_DAYS_MAX
    int64_t review_days; // 1 … keep_days
} RetentionRule;

// Until a unit decides otherwise: ten years, looked at every year.
Err retention_get(Records *records, const Actor *actor, RetentionKind kind, RetentionRule *ret,
                  Diag *diag) MUST_CHECK;
// For records made from now on.
Err retention_set(Records *records, const Actor *actor, RetentionKind kind,
                  const RetentionRule *rule, Diag *diag) MUST_CHECK;
// Somebody looked whether the case is still needed: the next look, and how long it is kept.
// ERR_RANGE: in the past, the review after the end, or over RECORDS_DAYS_MAX away.
Err case_review(Records *records, const Actor *actor, const Identifier *case_, int64_t review_ms,
                int64_t retain_ms, Diag *diag) MUST_CHECK;

// Inside a transaction: the dates of a record made now.
Err retention_dates(Tx *tx, RetentionKind kind, int64_t now_ms, int64_t *ret_review_ms,
                    int64_t *ret_retain_ms, Diag *diag) MUST_CHECK;
