// Disclosure: what leaves the unit, to whom, under which legal basis and handling conditions.
// Concepts, not sentences: whoever receives them reads them in their own language.
#pragma once
#include "base/arena.h"
#include "crypto/sha256.h"
#include "records/state.h"

typedef struct DisclosureFacts {
    Identifier to_unit;    // all zero: nobody else (a copy for one's own use, a court)
    Str legal_basis;       // concept id
    const Str *conditions; // concept ids, as "intelligence-only", "no-onward-transfer"; one or more
    size_t condition_count; // ≤ RECORDS_HANDLING_MAX
    int64_t delete_by_ms;   // 0: no date
} DisclosureFacts;

// An export from a case, before its bytes leave: things records with this digest. Needs a second
// person (APPROVAL_BULK_EXPORT, subject: the case, digest: this) where it is many records
// (POLICY_BULK_ITEMS), or what is marked red goes to another unit. A unit in another country gets
// nothing until that country's assessment is recorded (country_assess).
Err export_make(Records *records, const Actor *actor, const Identifier *case_, uint64_t things,
                const uint8_t digest[SHA256_SIZE], const DisclosureFacts *facts,
                Identifier *ret_uid, Diag *diag) MUST_CHECK;
// Whether data may go there, by whose decision, until when.
Err country_assess(Records *records, const Actor *actor, Str country, bool is_allowed,
                   Str authority, int64_t until_ms, Diag *diag) MUST_CHECK;

typedef struct Disclosure {
    Identifier uid, subject, case_, to_unit, person;
    Str kind, legal_basis;
    Str conditions[RECORDS_HANDLING_MAX];
    size_t condition_count;
    int64_t things, made_ms, delete_by_ms;
} Disclosure;
// Of a case, newest first.
Err disclosure_list(Records *records, const Actor *actor, const Identifier *case_, Arena *memory,
                    Disclosure **ret, size_t *ret_count, Diag *diag) MUST_CHECK;

// Inside another change. kind: a concept id. case_id: 0: none.
typedef struct DisclosureSubject {
    Str kind;
    Identifier subject;
    int64_t case_id;
    uint64_t things;
    const uint8_t *digest; // SHA256_SIZE bytes
} DisclosureSubject;
Err disclosure_check(const DisclosureFacts *facts, Diag *diag) MUST_CHECK;
Err disclosure_add(Change *change, const DisclosureFacts *facts, const DisclosureSubject *subject,
                   Identifier *ret_uid, Diag *diag) MUST_CHECK;
