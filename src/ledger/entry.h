// A ledger entry: who did what, when, for which unit, purpose and case, and a commitment to the
// rest. What is logged about a person or a case is its identifier, never a name or content.
//
// Its canonical form (the leaf of the tree) is ten lines of ASCII that a person can read and any
// language can parse; a line without a value has "-":
//
//     seventh/entry/v1
//     index 12
//     time 1795465825123
//     kind case-viewed
//     person 0z6vf3…            (26 characters, crypto/identifier.h; a pseudonym)
//     unit 1m9qk0…
//     purpose victim-identification
//     case 3x8r2c…
//     count 1                   (how many things the entry is about; bulk work is one entry)
//     commitment UmFuZG9t…      (base64 of 32 bytes)
//
// Reading accepts only what writing gives, so that one entry has one leaf hash. The payload that
// the commitment fixes is sealed apart (sealed_payload.h). Pure; any thread.
#pragma once
#include "crypto/commitment.h"
#include "crypto/identifier.h"
#include "ledger/kind.h"
#include "ledger/limits.h"

enum { LEDGER_WORD_MAX = 40 }; // bytes of a kind or purpose

typedef struct LedgerEntry {
    uint64_t index;
    int64_t utc_ms; // 0 … 2^53
    char kind[LEDGER_WORD_MAX + 1];
    Identifier person, unit, case_;    // all zero: none
    char purpose[LEDGER_WORD_MAX + 1]; // concept id; empty: none
    uint64_t count;
    uint8_t commitment[COMMITMENT_BYTES];
} LedgerEntry;

// Whether the entry follows the rule of its kind. ERR_INVALID says which field is missing or must
// not be there; ERR_UNSUPPORTED: a kind this version does not write.
Err ledger_entry_check(const LedgerEntry *entry, Diag *diag) MUST_CHECK;
// Appends the leaf. The entry must pass ledger_entry_check.
Err ledger_entry_put(StrBuf *out, const LedgerEntry *entry, Diag *diag) MUST_CHECK;
// ERR_SYNTAX for anything but a canonical leaf. Kinds of other versions are accepted.
Err ledger_entry_parse(Str leaf, LedgerEntry *ret, Diag *diag) MUST_CHECK;
// A concept id: a lower-case letter, then letters, digits and hyphens.
bool ledger_word_is_valid(Str word);
