// Checkpoints: the signed statement of a log's size and root (c2sp.org/tlog-checkpoint), and the
// check of one against an earlier one. Pure; any thread.
#pragma once
#include "crypto/note.h"
#include "ledger/merkle.h"

// Views into the text that was parsed.
typedef struct Checkpoint {
    Str origin; // which log; one line
    uint64_t size;
    MerkleHash root;
    Str extensions; // further lines with their line feeds, usually none
} Checkpoint;

// The text that is signed. ERR_INVALID: an origin that is none.
Err checkpoint_put(StrBuf *out, Str origin, uint64_t size, const MerkleHash *root,
                   Diag *diag) MUST_CHECK;
// The text of a note as a checkpoint. ERR_SYNTAX.
Err checkpoint_parse(Str text, Checkpoint *ret, Diag *diag) MUST_CHECK;
// A whole checkpoint with signatures: parsed, and its log's signature verified (ERR_SIGNATURE when
// it is missing or wrong). log NULL: parsed only. ret_note may be NULL.
Err checkpoint_open(Str note_text, const NoteVerifier *log, Checkpoint *ret, Note *ret_note,
                    Diag *diag) MUST_CHECK;

// Whether the log only grew from the earlier checkpoint to the later. The proof is that of
// consistency. ERR_CONFLICT with what is wrong: another log, a rollback (later but smaller), a
// split view (the history was changed, or others were shown another one).
Err checkpoint_continues(const Checkpoint *earlier, const Checkpoint *later,
                         const MerkleProof *proof, Diag *diag) MUST_CHECK;

// One signed checkpoint text and line: text, blank line, signature.
Err checkpoint_sign(StrBuf *out, const NoteSigner *log, uint64_t size, const MerkleHash *root,
                    Diag *diag) MUST_CHECK;
