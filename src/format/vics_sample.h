// VICS documents of any size, with the traps of the field strewn in, composed from a seed: for the
// benchmark verb and the tests. Each trap stands in a record of its own.
#pragma once
#include "format/reader.h"

enum { VICS_TRAPS_MAX = 32 };

typedef struct VicsSample {
    uint64_t bytes; // at least so many
    uint64_t seed;
    bool is_pretty; // indented
    bool is_clean;  // no traps
    // Takes the document piece by piece; the pieces are borrowed.
    Err (*put)(void *context, Str piece);
    void *context;
} VicsSample;

// What was planted, and what a right reader must therefore count.
typedef struct VicsSampleCounts {
    uint64_t bytes, records, accepted;
    uint64_t rejected[REJECT_REASON_COUNT];
    uint64_t traps[VICS_TRAPS_MAX];
} VicsSampleCounts;

// ERR_NOMEM, or what `put` returned.
Err vics_sample_make(const VicsSample *sample, VicsSampleCounts *ret) MUST_CHECK;
// "long-md5", …; NULL past the last.
const char *vics_trap_name(int trap);
