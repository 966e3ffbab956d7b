// Access tokens for programs: of a unit (a partner that matches), or of a person (their own
// scripts; it never allows more than their roles do). Only the SHA-256 is kept.
#pragma once
#include "base/arena.h"
#include "records/change.h"

typedef struct ApiTokenFacts {
    Identifier unit;
    Identifier person; // all zero: the unit's
    Str label;
    // A unit's may hold PERMISSION_MATCH_ASK and PERMISSION_MATCH_FEEDBACK only: whatever else is
    // done needs a person who answers for it.
    PermissionSet permissions;
    int64_t until_ms;
} ApiTokenFacts;

typedef struct ApiToken {
    Identifier uid, unit, person;
    Str label;
    PermissionSet permissions;
    int64_t until_ms;
    int64_t seen_ms; // 0: never
} ApiToken;

enum { API_TOKEN_CHARS = 3 + 64 }; // "s7_" and 64 hexadecimal digits

// ret_text is shown once.
Err api_token_make(Records *records, const Actor *actor, const ApiTokenFacts *facts,
                   char ret_text[API_TOKEN_CHARS + 1], Identifier *ret_uid, Diag *diag) MUST_CHECK;
Err api_token_revoke(Records *records, const Actor *actor, const Identifier *token,
                     Diag *diag) MUST_CHECK;
Err api_token_list(Records *records, const Actor *actor, Arena *memory, ApiToken **ret,
                   size_t *ret_count, Diag *diag) MUST_CHECK;
// Who holds it; purpose and request are the caller's to fill in. ERR_AUTH: nobody.
Err api_token_find(Records *records, Str text, const StoreRequest *request, Actor *ret,
                   Diag *diag) MUST_CHECK;
