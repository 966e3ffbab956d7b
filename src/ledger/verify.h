// Verification of a published ledger: everything is computed anew from the entries, compared with
// every tile and the checkpoint, and the first fault is told with its place.
#pragma once
#include "ledger/checkpoint.h"
#include "ledger/entry.h"
#include "ledger/tile_folder.h"

typedef struct LedgerWitnessed {
    bool is_there;
    uint64_t seconds; // when the witness saw it, since 1970
} LedgerWitnessed;

typedef struct LedgerVerifyOptions {
    const NoteVerifier *log;       // NULL: the checkpoint's signature is not checked
    const NoteVerifier *witnesses; // a signature of one of these that does not fit is a fault
    size_t witness_count;          // at most LEDGER_WITNESSES_MAX
    Str earlier;                   // a checkpoint seen before, as a note; empty: none
    bool is_foreign;               // entries may be anything, not only ours
    // Called for every entry of ours in turn; a failure ends the verification. May be NULL.
    Err (*entry)(void *context, const LedgerEntry *entry, Str leaf, Diag *diag);
    void *context;
} LedgerVerifyOptions;

typedef struct LedgerReport {
    uint64_t size;
    MerkleHash root;
    char origin[NOTE_NAME_MAX + 1];
    bool is_signed; // by the log's key, which was given
    bool is_exercise;
    int64_t first_ms, last_ms; // times of the first and last entry
    LedgerWitnessed witnessed[LEDGER_WITNESSES_MAX];
} LedgerReport;

// Err and diag (file, offset, {index}) are those of the first fault. With faults in several places
// the checkpoint's signature comes first, then entries and tiles in order, then the root.
Err ledger_verify(const char *folder, const LedgerVerifyOptions *options, LedgerReport *ret,
                  Diag *diag) MUST_CHECK;
