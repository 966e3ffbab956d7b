// Hash lists: those of others that the node holds, and those it issues. Here are their states, what
// stands in an issued one, and who got it; the files are index/list.h's.
//
// A list of others is proposed, agreed to by a second person (APPROVAL_LIST_IMPORT, subject: the
// list, digest: the file's), then in use. One of our own is built of items whose category is agreed
// or adjudicated and protects children, signed, agreed to (APPROVAL_LIST_RELEASE), released to
// units, and recalled until each has acknowledged it.
#pragma once
#include "records/disclosure.h"

typedef enum ListAudience { LIST_FOR_UNITS, LIST_FOR_INDUSTRY } ListAudience;

typedef struct HashListFacts {
    Str name, issuer;
    int64_t version;             // ≥ 1
    uint8_t digest[SHA256_SIZE]; // of the file; of an issued one once it is signed
    int64_t entries;
    bool is_known_good;
    ListAudience audience; // of an issued one
} HashListFacts;

typedef struct HashList {
    Identifier uid, maker;
    HashListFacts facts;
    bool is_issued;
    State state;
    int64_t made_ms, changed_ms;
    int64_t recipients, unacknowledged; // of an issued one; of a recalled one
} HashList;

// ERR_EXISTS: this issuer's list of this name and version is there.
Err list_propose(Records *records, const Actor *actor, const HashListFacts *facts,
                 Identifier *ret_uid, Diag *diag) MUST_CHECK;
// Into use; earlier versions of it retire. ERR_PERMISSION: nobody else has agreed.
Err list_activate(Records *records, const Actor *actor, const Identifier *list,
                  Diag *diag) MUST_CHECK;
Err list_retire(Records *records, const Actor *actor, const Identifier *list,
                Diag *diag) MUST_CHECK;

enum { LIST_ITEMS_MAX = 100000 };
// Of items that the actor's unit sees. ERR_STATE: {item}'s category is not agreed, does not protect
// children, or (for industry) has votes from too few countries (POLICY_RELEASE_COUNTRIES).
Err list_build_record(Records *records, const Actor *actor, const HashListFacts *facts,
                      const Identifier *items, size_t count, Identifier *ret_uid,
                      Diag *diag) MUST_CHECK;
// The file exists and is signed: its digest.
Err list_sign_record(Records *records, const Actor *actor, const Identifier *list,
                     const uint8_t digest[SHA256_SIZE], Diag *diag) MUST_CHECK;
// To one unit; the first time the list becomes released, for which a second person agreed to its
// digest. All items are looked at again. Needs a certificate where the policy says so.
Err list_release(Records *records, const Actor *actor, const Identifier *list,
                 const DisclosureFacts *facts, Diag *diag) MUST_CHECK;
Err list_recall(Records *records, const Actor *actor, const Identifier *list,
                Diag *diag) MUST_CHECK;
// A recipient says that it no longer uses the list.
Err list_recall_acknowledge(Records *records, const Actor *actor, const Identifier *list,
                            const Identifier *unit, Diag *diag) MUST_CHECK;
// Newest first.
Err hash_list_all(Records *records, const Actor *actor, Arena *memory, HashList **ret,
                  size_t *ret_count, Diag *diag) MUST_CHECK;
