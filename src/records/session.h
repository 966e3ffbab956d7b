// Sessions: who is signed in, on which device. Of a token only its SHA-256 is kept. Not in the
// ledger: what was done in them is.
#pragma once
#include "base/arena.h"
#include "records/change.h"

typedef struct SessionToken {
    char text[65]; // 64 hexadecimal digits: what the cookie holds
} SessionToken;

typedef struct SessionDevice {
    Str agent; // what the browser says of itself; cut, and cleaned of control characters
} SessionDevice;

typedef struct Session {
    int64_t id;
    Identifier uid;
    Actor actor;       // purpose and request are the caller's to fill in
    Identifier person; // = actor.person_id
    bool needs_factor; // nothing but PERMISSION_SIGNED_IN until a second factor is enrolled
    int64_t made_ms, seen_ms, end_ms;
    char language[RECORDS_TAG_MAX + 1];
    char pseudonym[RECORDS_NAME_MAX + 1];
    char agent[RECORDS_AGENT_MAX + 1];
} Session;

// Who holds this token, with their roles as they are now. Notes the visit about once a minute.
// ERR_AUTH: nobody (it never was, was revoked, was unused for too long, is too old, the person or
// unit is no longer active).
Err session_find(Records *records, Str token, const StoreRequest *request, Session *ret,
                 Diag *diag) MUST_CHECK;
// Another token for the same session (after an elevation); the former one ends.
Err session_rotate(Records *records, const Actor *actor, SessionToken *ret, Diag *diag) MUST_CHECK;
// One's own sessions, the latest used first (actor fields are not filled).
Err session_list(Records *records, const Actor *actor, Arena *memory, Session **ret,
                 size_t *ret_count, Diag *diag) MUST_CHECK;
// Signs one of one's own devices out; the present one too (signing out). ERR_NOT_FOUND.
Err session_revoke(Records *records, const Actor *actor, const Identifier *session,
                   Diag *diag) MUST_CHECK;
// All of one's own but the present one; *ret_count of them.
Err session_revoke_others(Records *records, const Actor *actor, int64_t *ret_count,
                          Diag *diag) MUST_CHECK;
// Removes what has ended: sessions, links, old failures. For the server's hourly round.
Err sessions_sweep(Records *records, Diag *diag) MUST_CHECK;

// Inside this room: a new session in a running transaction.
Err session_insert(Records *records, Tx *tx, int64_t person, bool is_proven, SessionDevice device,
                   SessionToken *ret_token, int64_t *ret_id, Diag *diag) MUST_CHECK;
