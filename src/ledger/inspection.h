// Inspection files: entries of a ledger with everything needed to check them, to be handed to an
// overseer. The page made of one (workspace/inspection_page.h) verifies itself in a browser; the
// data inside is this text, ASCII only, a line a fact:
//
//     seventh/inspection/v1
//     key BASE64                 the ledger's public key (name+id+key)
//     witness BASE64             a witness's; any number
//     checkpoint BASE64          the note, with all its signatures
//     earlier BASE64             a checkpoint seen at an earlier inspection, with
//     consistency BASE64         the hashes of the proof that the ledger continues it
//     entry BASE64 BASE64        the leaf, and the hashes of its inclusion proof; "-" for none
//     end N                      number of entries
//
// Keys in the file are for convenience: whoever inspects compares them with those received before.
#pragma once
#include "ledger/entry.h"
#include "ledger/tile_folder.h"
#include "ledger/tlog_proof.h"
#include "ledger/verify.h"

typedef struct InspectionPlan {
    const NoteVerifier *log; // required
    const NoteVerifier *witnesses;
    size_t witness_count;
    Str earlier; // a note; empty: none
    // Which entries; NULL: all up to INSPECTION_ENTRIES_MAX (ERR_LIMIT past them).
    bool (*wants)(void *context, const LedgerEntry *entry);
    void *context;
} InspectionPlan;

// Verifies the published folder and writes the data. Entries in order of index. *ret_count may be
// NULL.
Err inspection_put(StrBuf *out, const char *folder, const InspectionPlan *plan, uint64_t *ret_count,
                   Diag *diag) MUST_CHECK;

typedef struct Inspection {
    NoteVerifier log;
    NoteVerifier witnesses[LEDGER_WITNESSES_MAX];
    LedgerWitnessed witnessed[LEDGER_WITNESSES_MAX];
    size_t witness_count;
    char origin[NOTE_NAME_MAX + 1];
    uint64_t size, entries;
    bool has_earlier;
    uint64_t earlier_size;
} Inspection;

// Checks an inspection file: the log's signature by the key given (NULL: by the one in the file),
// every witness's signature, every proof. Calls for each entry that was proven; may be NULL.
// Err and diag ({record}: line) of the first fault.
Err inspection_verify(Str data, const NoteVerifier *log,
                      Err (*entry)(void *context, const LedgerEntry *entry, Diag *diag),
                      void *context, Inspection *ret, Diag *diag) MUST_CHECK;

// The data within a page: between <pre id="inspection" …> and </pre>. ERR_SYNTAX when there is
// none.
Err inspection_find(Str page, Str *ret_data, Diag *diag) MUST_CHECK;
