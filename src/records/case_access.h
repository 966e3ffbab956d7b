// Which case an act is about, and whether the actor may see or change it. Inside this room.
#pragma once
#include "base/arena.h"
#include "records/inside.h"
#include "records/state.h"

typedef struct CaseRow {
    int64_t id, unit;
    Identifier uid;
    uint64_t slot;
    State state;
} CaseRow;

// The case, if the actor's unit owns it or shares it; otherwise ERR_NOT_FOUND, as if it were not
// there. One that was erased is not there either.
Err case_seen(Tx *tx, const Actor *actor, const Identifier *uid, CaseRow *ret,
              Diag *diag) MUST_CHECK;
// The same in a change: sets its case, and refuses (ERR_STATE) a case on which no work is done any
// more.
Err case_worked(Change *change, const Identifier *uid, CaseRow *ret, Diag *diag) MUST_CHECK;
// The same, by the owning unit only (ERR_PERMISSION), in any state.
Err case_owned(Change *change, const Identifier *uid, CaseRow *ret, Diag *diag) MUST_CHECK;
Err case_changed(Change *change, int64_t id, Diag *diag) MUST_CHECK;
// Whether the actor's look at the case is in the ledger (case_view_record).
Err case_is_viewed(Tx *tx, const Records *records, const Actor *actor, int64_t id,
                   Diag *diag) MUST_CHECK;

// Content sealed under the case's slot. `what` names the column.
Err content_seal(Records *records, uint64_t slot, const char *what, const Identifier *owner,
                 Str text, StrBuf *out, Diag *diag) MUST_CHECK;
// Empty when there is none or it was erased.
Err content_open(Records *records, uint64_t slot, const char *what, const Identifier *owner,
                 Str sealed, Arena *memory, Str *ret, Diag *diag) MUST_CHECK;
