// Exposure: how much a person had to look at. Counted before anything is shown; limits per person
// and day. Supervisors and the wellbeing officer see sums over five people or more, nobody another
// person's figures.
#pragma once
#include "records/state.h"

// One item may be shown to the actor now: they are assigned to the case and below their limits. The
// count and the ledger's entry are committed when it returns ERR_OK. ERR_PERMISSION: not assigned.
// ERR_LIMIT: enough for today.
Err item_reveal(Records *records, const Actor *actor, const Identifier *case_,
                const Identifier *item, Diag *diag) MUST_CHECK;
// Time that something was in sight; a counter, not in the ledger. At most an hour at once.
Err exposure_time_add(Records *records, const Actor *actor, int64_t milliseconds,
                      Diag *diag) MUST_CHECK;

typedef struct Exposure {
    int64_t items, milliseconds;
    int64_t items_limit, minutes_limit;
} Exposure;
// One's own, today (a day of UTC).
Err exposure_own(Records *records, const Actor *actor, Exposure *ret, Diag *diag) MUST_CHECK;
// Lower or higher than the policy's for one person. Not for oneself.
Err exposure_limit_set(Records *records, const Actor *actor, const Identifier *person,
                       int64_t items, int64_t minutes, Diag *diag) MUST_CHECK;

enum { EXPOSURE_PEOPLE_MIN = 5 };
typedef struct ExposureSum {
    int64_t people, items, milliseconds; // all zero when is_suppressed
    bool is_suppressed;                  // fewer than EXPOSURE_PEOPLE_MIN people
} ExposureSum;
// Of the actor's unit, days from … to (of UTC since 1970, both inclusive).
Err exposure_sum(Records *records, const Actor *actor, int64_t from_day, int64_t to_day,
                 ExposureSum *ret, Diag *diag) MUST_CHECK;
