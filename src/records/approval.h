// The rule of two people: bulk export, import and release of lists, and erasure are asked for by
// one person and agreed to by another, who may be of a partner unit. The asker never agrees. What
// was agreed to is a subject and a digest of exactly what will be done; it is used once, in the
// transaction of the act itself.
#pragma once
#include "base/arena.h"
#include "crypto/sha256.h"
#include "records/state.h"

// X(NAME, "identifier", label)
#define APPROVAL_KINDS(X) \
    X(BULK_EXPORT, "bulk-export", N_("Export of many records")) \
    X(LIST_IMPORT, "list-import", N_("Import of a list")) \
    X(LIST_RELEASE, "list-release", N_("Release of a list")) \
    X(ERASURE, "erasure", N_("Erasure of a case"))
typedef enum ApprovalKind {
#define APPROVAL_ENUM(name, id, label) APPROVAL_##name,
    APPROVAL_KINDS(APPROVAL_ENUM)
#undef APPROVAL_ENUM
        APPROVAL_KIND_COUNT
} ApprovalKind;
const char *approval_kind_id(ApprovalKind kind);
const char *approval_kind_label(ApprovalKind kind); // a msgid

typedef struct ApprovalFacts {
    ApprovalKind kind;
    Identifier subject;          // of the list, case or export
    Identifier case_;            // all zero: none
    uint8_t digest[SHA256_SIZE]; // of what is to be done; the same is given when it is done
    Str remark;                  // for the second person
} ApprovalFacts;

typedef struct Approval {
    Identifier uid, subject, case_, asker, decider;
    ApprovalKind kind;
    State state;
    bool is_over; // past its time
    bool is_own;  // asked by the actor, who cannot decide it
    Str remark, asker_name;
    int64_t made_ms, until_ms;
} Approval;

// Whoever may do the act (LIST_IMPORT, LIST_RELEASE, EXPORT_MAKE, RECORD_ERASE) may ask.
Err approval_ask(Records *records, const Actor *actor, const ApprovalFacts *facts,
                 Identifier *ret_uid, Diag *diag) MUST_CHECK;
// ERR_PERMISSION: it is the actor's own. ERR_STATE: decided already, or past its time.
Err approval_decide(Records *records, const Actor *actor, const Identifier *approval, bool is_given,
                    Diag *diag) MUST_CHECK;
// Those that wait, or (wants_all) all, newest first. What is about a case the actor does not see is
// left out.
Err approval_list(Records *records, const Actor *actor, bool wants_all, Arena *memory,
                  Approval **ret, size_t *ret_count, Diag *diag) MUST_CHECK;

// Inside the act's own change: uses a given approval for exactly this. ERR_PERMISSION: there is
// none.
Err approval_use(Change *change, ApprovalKind kind, const Identifier *subject,
                 const uint8_t digest[SHA256_SIZE], Diag *diag) MUST_CHECK;
