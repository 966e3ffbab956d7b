// Witnessing: signing another node's checkpoints after having checked that its ledger only grew
// (c2sp.org/tlog-witness with cosignature/v1).
//
// The witness keeps, per ledger, the last checkpoint it signed, in a folder of its own: one file
// named by the SHA-256 of the ledger's name. The file is written durably before a signature is
// given out, under a lock, so that two requests at once cannot make it sign two histories.
#pragma once
#include "ledger/tlog_proof.h"

typedef struct Witness {
    const char *folder;       // its state; made when missing
    const NoteSigner *signer; // of kind NOTE_KEY_COSIGNATURE
} Witness;

// The size last signed for the ledger of this name; 0: none yet.
Err witness_last_size(const Witness *witness, Str origin, uint64_t *ret, Diag *diag) MUST_CHECK;
// Checks the request and appends the signature line to out. logs: the keys the witness knows; the
// checkpoint must be signed by the one whose name is its origin. ERR_NOT_FOUND: an unknown ledger.
// ERR_SIGNATURE. ERR_STATE: the request starts from another size than the one last signed
// (*ret_last, which then is set, has it). ERR_CONFLICT: rollback or split view, with its sentence.
Err witness_sign(const Witness *witness, const NoteVerifier *logs, size_t log_count,
                 const WitnessRequest *request, uint64_t utc_seconds, StrBuf *out,
                 uint64_t *ret_last, Diag *diag) MUST_CHECK;
