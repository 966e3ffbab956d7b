// The scan of sketch runs by a vector set, which defines before including this:
//     SKETCHES      how many it compares at once (≤ 32)
//     HIT_BITS      how many bits of its mask stand for each
//     SketchProbe   what it keeps of a run's probe and limit
//     sketch_probe, sketch_hits  make one, and compare SKETCHES sketches with it: a mask, the
//     first sketch lowest, one bit set for each that is within the limit
// Runs are short where the table is small (some fifteen sketches for a million hashes), so that the
// cost of a run is the cost of the search: everything is inlined into one loop.
#pragma once
#include "kernels/kernels.h"

enum { LINE_BYTES = 64 };

// Where in the runs ahead memory was asked for last.
typedef struct AheadLines {
    const char *at, *end; // of the run that is being asked for
    uint32_t run;         // the one after it
} AheadLines;

// Asks for the next line of the runs ahead; false when there is none.
static inline __attribute__((always_inline)) bool ahead_line_ask(const KernelAhead *ahead,
                                                                 AheadLines *lines) {
    if (lines->at >= lines->end) {
        if (lines->run == ahead->count)
            return false;
        const KernelRun *run = &ahead->runs[lines->run++];
        const uint16_t *begin = ahead->sketches + run->at;
        lines->at = (const char *)((uintptr_t)begin & ~(uintptr_t)(LINE_BYTES - 1));
        lines->end = (const char *)(begin + run->len);
    }
    __builtin_prefetch(lines->at, 0, 2);
    lines->at += LINE_BYTES;
    return true;
}

static uint32_t sketches_within(const uint16_t *sketches, const KernelRun *runs, uint32_t count,
                                const KernelAhead *ahead, KernelHit *ret_hits) {
    uint32_t found = 0;
    AheadLines lines = {0};
    for (uint32_t r = 0; r < count; r++) {
        const SketchProbe probe = sketch_probe(runs[r].probe, runs[r].limit);
        const uint32_t len = runs[r].len;
        for (uint32_t i = 0; i < len; i += SKETCHES) {
            const uint32_t at = runs[r].at + i;
            (void)ahead_line_ask(ahead, &lines);
            uint64_t hits = sketch_hits(probe, sketches + at);
            if (len - i < SKETCHES)
                hits &= ((uint64_t)1 << (HIT_BITS * (len - i))) - 1;
            for (; __builtin_expect(hits != 0, 0); hits &= hits - 1)
                ret_hits[found++] =
                    (KernelHit){.at = at + (uint32_t)__builtin_ctzll(hits) / HIT_BITS, .run = r};
        }
    }
    while (ahead_line_ask(ahead, &lines)) {
    }
    return found;
}
