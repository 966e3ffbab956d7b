// The bytes of a ScanItem, as a state file keeps them: little-endian, lengths before texts. Whoever
// decodes them trusts nothing.
#pragma once
#include "base/strbuf.h"
#include "base/vec.h"
#include "scan/item.h"

// One copy of each of a few texts that must outlive the bytes they were read from (media types,
// messages). One thread.
typedef struct Interner {
    VEC(char *) texts;
    bool is_out_of_memory; // sticky
} Interner;
void interner_done(Interner *interner);
// NULL on NOMEM or past SCAN_INTERNED_MAX. Text with a NUL inside is cut there.
const char *interner_get(Interner *interner, Str text);

void scan_item_put(StrBuf *out, const ScanItem *item);
// ERR_CORRUPT when the bytes are not exactly one item; never for want of memory, which is NOMEM.
// The texts live as long as the interner.
Err scan_item_parse(Str bytes, Interner *interner, ScanItem **ret) MUST_CHECK;

void scan_problem_put(StrBuf *out, const ScanProblem *problem);

// A reader of such bytes; after a failure every further read gives nothing.
typedef struct RecordReader {
    Str rest;
    bool is_bad;
} RecordReader;
uint8_t record_u8(RecordReader *reader);
uint32_t record_u32(RecordReader *reader);
uint64_t record_u64(RecordReader *reader);
Str record_text(RecordReader *reader);
void record_bytes(RecordReader *reader, void *ret, size_t n);
bool record_problem(RecordReader *reader, Interner *interner, ScanProblem *ret);

void record_put_u8(StrBuf *out, uint8_t value);
void record_put_u32(StrBuf *out, uint32_t value);
void record_put_u64(StrBuf *out, uint64_t value);
void record_put_text(StrBuf *out, Str text);
