// Seeded lists of every format, of any size, for tests, soaks and benchmarks: rows good and bad as
// the field has them (missing values, wrong lengths, odd case). Same seed, same bytes.
#pragma once
#include "base/prng.h"
#include "base/strbuf.h"

typedef enum MadeKind {
    MADE_ICSE,
    MADE_NCMEC,
    MADE_HASHDEEP,
    MADE_SHA256SUM,
    MADE_BSD_DIGESTS,
    MADE_HASHLOOKUP,
    MADE_CSV,
    MADE_BARE_CSV,
    MADE_PDQ,
    MADE_VICS20,
    MADE_VICS13,
    MADE_KINDS
} MadeKind;
const char *made_list_name(MadeKind kind);

typedef struct MadeList {
    MadeKind kind;
    Prng prng;
    uint64_t rows;   // put so far
    bool is_perfect; // every row is good
} MadeList;
void made_list_begin(MadeList *list, MadeKind kind, uint64_t seed, StrBuf *out);
void made_list_row(MadeList *list, StrBuf *out);
void made_list_end(MadeList *list, StrBuf *out);
// A whole list of `rows` rows.
void made_list_put(MadeKind kind, uint64_t seed, uint64_t rows, StrBuf *out);
