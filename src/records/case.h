// Cases: who works on what, under which legal basis, until when.
//
// Title, summary and the paths of items are content: they are sealed under a slot of the case's own
// (ledger/log.h) and opened only for whoever may see the case: people of the unit that owns it or
// of a unit it is shared with. The case number is the unit's own file reference and must not name
// anybody. An entry of the ledger holds the case's identifier only.
#pragma once
#include "base/arena.h"
#include "records/state.h"

typedef struct CaseFacts {
    Str number; // the unit's file reference, once in the unit
    Str title, summary;
    Str legal_basis; // concept id
} CaseFacts;

typedef struct CaseFile {
    int64_t id;
    Identifier uid, unit, assignee; // assignee: all zero: nobody
    Identifier other; // of a merged case the one it went into; of a transferred one the unit
    CaseFacts facts;
    Str tlp, unit_name, assignee_name;
    State state;
    bool is_exercise, is_own; // of the actor's unit
    int64_t made_ms, changed_ms, review_ms, retain_ms;
    int64_t items, unreviewed, disputed;
} CaseFile;

// TLP is red; review and retention as the rules say (retention.h). ERR_EXISTS: the number is taken.
Err case_open(Records *records, const Actor *actor, const CaseFacts *facts, Identifier *ret_uid,
              Diag *diag) MUST_CHECK;
Err case_set(Records *records, const Actor *actor, const Identifier *id, const CaseFacts *facts,
             Diag *diag) MUST_CHECK;
// A step of states.def other than merging, transferring and erasing.
Err case_move(Records *records, const Actor *actor, const Identifier *id, State to,
              Diag *diag) MUST_CHECK;
// Items go over to `into` (which the actor may change too); this one stays as merged.
Err case_merge(Records *records, const Actor *actor, const Identifier *id, const Identifier *into,
               Diag *diag) MUST_CHECK;
// The other unit becomes the owner of the file's work; it is no longer changed here.
Err case_transfer(Records *records, const Actor *actor, const Identifier *id,
                  const Identifier *to_unit, Diag *diag) MUST_CHECK;
// person all zero: nobody. ERR_STATE: they are not active, or of a unit that does not see the case.
Err case_assign(Records *records, const Actor *actor, const Identifier *id,
                const Identifier *person, Diag *diag) MUST_CHECK;
// With another unit of this node; by the owner only.
Err case_share(Records *records, const Actor *actor, const Identifier *id, const Identifier *unit,
               bool is_shared, Diag *diag) MUST_CHECK;
Err case_tlp_set(Records *records, const Actor *actor, const Identifier *id, Str tlp,
                 Diag *diag) MUST_CHECK;

// Writes into the ledger that the actor looks at the case for their purpose; looking again within
// the policy's minutes is the same viewing. Whoever shows a page of a case calls it first.
Err case_view_record(Records *records, const Actor *actor, const Identifier *id,
                     Diag *diag) MUST_CHECK;
// ERR_STATE: case_view_record was not called. Texts live in `memory`.
Err case_get(Records *records, const Actor *actor, const Identifier *id, Arena *memory,
             CaseFile *ret, Diag *diag) MUST_CHECK;

typedef struct CaseFilter {
    State state;  // STATE_COUNT: any but archived, merged and erased
    bool is_mine; // assigned to the actor
    bool is_due;  // review or retention is over
    int64_t offset;
} CaseFilter;
// Cases that the actor may see, the latest changed first, without their summaries.
Err case_list(Records *records, const Actor *actor, const CaseFilter *filter, Arena *memory,
              CaseFile **ret, size_t *ret_count, Diag *diag) MUST_CHECK;
// By the beginning of their number. In the ledger as a search.
Err case_search(Records *records, const Actor *actor, Str number, Arena *memory, CaseFile **ret,
                size_t *ret_count, Diag *diag) MUST_CHECK;
