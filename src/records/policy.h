// Policies: what a unit decides for itself, as numbers (policies.def). Any thread.
#pragma once
#include "records/change.h"

typedef enum Policy {
#define POLICY(constant, identifier, label, initial, least, greatest) POLICY_##constant,
#include "records/policies.def"
#undef POLICY
    POLICY_COUNT
} Policy;

typedef struct PolicyRow {
    const char *identifier, *label; // label: a msgid
    int64_t initial, least, greatest;
} PolicyRow;
const PolicyRow *policy_row(Policy policy);
bool policy_find(Str identifier, Policy *ret);

// Inside a transaction.
Err policy_read(Tx *tx, Policy policy, int64_t *ret, Diag *diag) MUST_CHECK;
// All of them, in the order of the enumeration.
Err policies_get(Records *records, const Actor *actor, int64_t ret[POLICY_COUNT],
                 Diag *diag) MUST_CHECK;
// ERR_RANGE.
Err policy_set(Records *records, const Actor *actor, Policy policy, int64_t value,
               Diag *diag) MUST_CHECK;
