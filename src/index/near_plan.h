// NearPlan: how a query spends its units over the 16 chunks, by the sizes of the buckets it would
// read. Internal to index/near_*.
#pragma once
#include "index/near_rows.h"

enum {
    NEAR_UNITS_MAX = 4,   // a chunk is probed within at most 3 bits: 697 buckets
    NEAR_PROBES_MAX = 697 // 1 + 16 + 120 + 560
};

// Chunk values in the order of their popcount: NEAR_MASKS.mask[0 .. NEAR_MASKS.end[d]) differ by at
// most d bits.
typedef struct NearMasks {
    uint16_t mask[NEAR_PROBES_MAX];
    uint16_t end[NEAR_UNITS_MAX]; // 1, 17, 137, 697
    uint8_t bits[NEAR_PROBES_MAX];
} NearMasks;
void near_masks_init(NearMasks *masks);
// How many buckets a chunk with these units probes.
static inline int near_masks_within(const NearMasks *masks, int units) {
    return units == 0 ? 0 : masks->end[units - 1];
}

typedef struct NearPlan {
    uint8_t units[NEAR_CHUNKS]; // sum: radius + 1
    uint64_t cost;              // in postings read; 0 when not computed
} NearPlan;

// Costs in postings: a row read in a full scan costs about as much as NEAR_ROW_COST postings of a
// sketch column, a probe as much as NEAR_PROBE_COST (its bucket's address is a cache line of its
// own).
enum { NEAR_ROW_COST = 16, NEAR_PROBE_COST = 24 };

// The even plan, good wherever the buckets are about equal.
NearPlan near_plan_even(int radius);
// How many buckets a plan probes.
uint32_t near_plan_probes(const NearMasks *masks, const NearPlan *plan);
// The cheapest plan for this query by the sizes of the buckets, by dynamic programming over the
// chunks; where a chunk could be probed more widely, by the mean until that looks worth it. starts:
// as in the image (16 × 65537).
NearPlan near_plan_cheapest(const NearMasks *masks, const uint32_t *starts, const NearRow *query,
                            int radius);
