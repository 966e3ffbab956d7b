// The second factor as signing in needs it. Only inside this room; account.h is for all.
#pragma once
#include "records/records.h"

// Looks at a code in a running transaction and uses it up. *ret_fits: the person has no factor, or
// the code is right; *ret_is_proven: a factor was shown.
Err factor_use(Records *records, Tx *tx, int64_t person, Str code, bool *ret_fits,
               bool *ret_is_proven, Diag *diag) MUST_CHECK;
