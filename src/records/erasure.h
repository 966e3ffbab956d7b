// Erasure of a case: its rows, its sealed content and the payloads of its ledger entries go; that
// it was there, and who erased it when, stays in the ledger for ever.
//
// Items that no other case and no list holds go with it, and so do their votes. Of what was deleted
// only a backup has a copy, and there the content is sealed under keys that are destroyed; digests
// and votes that come back with an old backup are removed when the records are opened.
#pragma once
#include "crypto/sha256.h"
#include "records/records.h"

// Needs a second person's agreement (APPROVAL_ERASURE, subject: the case, digest:
// erasure_digest). ERR_STATE: the case is not closed, archived, merged or transferred.
Err case_erase(Records *records, const Actor *actor, const Identifier *case_,
               Diag *diag) MUST_CHECK;
void erasure_digest(const Identifier *case_, uint8_t ret[SHA256_SIZE]);

// Inside this room, at the opening: cases whose key is gone go again.
Err erasure_repair(Records *records, Diag *diag) MUST_CHECK;
