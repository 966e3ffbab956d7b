// Proofs as files of text: that an entry is in a ledger (c2sp.org/tlog-proof), and what a witness
// is asked to sign (c2sp.org/tlog-witness, the body of add-checkpoint). Pure; any thread.
#pragma once
#include "ledger/checkpoint.h"

// Lines of base64, one hash each, as both formats have them.
void merkle_proof_put(StrBuf *out, const MerkleProof *proof);

typedef struct TlogProof {
    Str extra; // base64 as it stands; empty: none
    uint64_t index;
    MerkleProof proof;
    Str checkpoint; // the note; a view
} TlogProof;

// extra: opaque bytes that go with it (the leaf itself), not signed by anything.
Err tlog_proof_put(StrBuf *out, Str extra, uint64_t index, const MerkleProof *proof, Str checkpoint,
                   Diag *diag) MUST_CHECK;
Err tlog_proof_parse(Str text, TlogProof *ret, Diag *diag) MUST_CHECK;

typedef struct WitnessRequest {
    uint64_t old_size;
    MerkleProof proof;
    Str checkpoint; // the note; a view
} WitnessRequest;
Err witness_request_put(StrBuf *out, uint64_t old_size, const MerkleProof *proof, Str checkpoint,
                        Diag *diag) MUST_CHECK;
Err witness_request_parse(Str text, WitnessRequest *ret, Diag *diag) MUST_CHECK;
