// Certificates: who was trained to vote and to release. Where the unit's policy asks for them
// (POLICY_CERTIFICATES), nobody votes or releases without an active one.
#pragma once
#include "base/arena.h"
#include "records/state.h"

typedef enum CertificateKind { CERTIFICATE_VOTING, CERTIFICATE_RELEASING } CertificateKind;
const char *certificate_kind_id(CertificateKind kind);    // "voting"
const char *certificate_kind_label(CertificateKind kind); // a msgid

typedef struct Certificate {
    Identifier uid;
    CertificateKind kind;
    State state; // past its time: STATE_CERTIFICATE_EXPIRED, whether or not somebody said so
    int64_t from_ms, until_ms;
} Certificate;

// Pending until somebody else moves it to active. Nobody certifies themselves (ERR_PERMISSION).
Err certificate_create(Records *records, const Actor *actor, const Identifier *person,
                       CertificateKind kind, int64_t from_ms, int64_t until_ms, Identifier *ret_uid,
                       Diag *diag) MUST_CHECK;
Err certificate_move(Records *records, const Actor *actor, const Identifier *certificate, State to,
                     Diag *diag) MUST_CHECK;
// A person's, newest first.
Err certificate_list(Records *records, const Actor *actor, const Identifier *person, Arena *memory,
                     Certificate **ret, size_t *ret_count, Diag *diag) MUST_CHECK;
// Inside a change: ERR_PERMISSION when the policy asks for one and the actor has none.
Err certificate_needed(const Change *change, CertificateKind kind, Diag *diag) MUST_CHECK;
