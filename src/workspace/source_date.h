// The time that goes into what a verb writes.
#pragma once
#include "base/err.h"

// Milliseconds UTC: now, or what SOURCE_DATE_EPOCH says in seconds, so that outputs can be
// reproduced. ERR_INVALID when that is no number.
Err source_date_ms(int64_t *ret, Diag *diag) MUST_CHECK;
