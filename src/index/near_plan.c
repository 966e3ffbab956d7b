// Spending a radius over the chunks (general pigeonhole allocation; Qin, Xiao et al., "GPH", ICDE
// 2018).
#include "index/near_plan.h"

void near_masks_init(NearMasks *masks) {
    int n = 0;
    for (int bits = 0; bits < NEAR_UNITS_MAX; bits++) {
        uint32_t value = (1u << bits) - 1;
        while (value < NEAR_BUCKETS) {
            masks->mask[n] = (uint16_t)value;
            masks->bits[n++] = (uint8_t)bits;
            if (value == 0)
                break;
            // The next greater number with as many bits (Gosper; HAKMEM item 175).
            uint32_t low = value & -value, carried = value + low;
            value = carried | ((value ^ carried) >> 2) / low;
        }
        masks->end[bits] = (uint16_t)n;
    }
}

NearPlan near_plan_even(int radius) {
    NearPlan plan = {.cost = 0};
    int units = radius + 1;
    for (int i = 0; i < NEAR_CHUNKS; i++)
        plan.units[i] = (uint8_t)(units / NEAR_CHUNKS + (i < units % NEAR_CHUNKS));
    return plan;
}

static uint64_t bucket_size(const uint32_t *starts, uint16_t value) {
    uint32_t begin = starts[value], end = starts[value + 1];
    return end > begin ? end - begin : 0;
}

// What probing a chunk with each number of units costs, read from the buckets' sizes up to `known`
// units. Beyond, where there are hundreds of buckets, it is guessed from the mean of all.
typedef struct ChunkCost {
    uint64_t of[NEAR_UNITS_MAX + 1];
    int known;
} ChunkCost;

static void chunk_cost_guess(const NearMasks *masks, uint64_t mean, ChunkCost *cost) {
    for (int u = cost->known + 1; u <= NEAR_UNITS_MAX; u++)
        cost->of[u] = cost->of[u - 1] +
                      (uint64_t)(masks->end[u - 1] - masks->end[u - 2]) * (mean + NEAR_PROBE_COST);
}

static void chunk_cost_read(const NearMasks *masks, const uint32_t *starts, uint16_t chunk,
                            int units, ChunkCost *cost) {
    for (int u = cost->known + 1; u <= units; u++) {
        uint64_t sum = cost->of[u - 1];
        for (int probe = near_masks_within(masks, u - 1); probe < masks->end[u - 1]; probe++)
            sum += bucket_size(starts, chunk ^ masks->mask[probe]) + NEAR_PROBE_COST;
        cost->of[u] = sum;
    }
    if (units > cost->known)
        cost->known = units;
}

// best[n]: the least cost of spending n units over the chunks seen so far; choice[i][n]: what chunk
// i gets in it.
static NearPlan plan_by_costs(const ChunkCost costs[NEAR_CHUNKS], int want) {
    enum { UNITS = 64 };
    uint64_t best[UNITS + 1], next[UNITS + 1];
    uint8_t choice[NEAR_CHUNKS][UNITS + 1];
    for (int n = 0; n <= want; n++)
        best[n] = n == 0 ? 0 : UINT64_MAX;
    for (int i = 0; i < NEAR_CHUNKS; i++) {
        for (int n = 0; n <= want; n++) {
            next[n] = UINT64_MAX;
            choice[i][n] = 0;
            for (int u = 0; u <= NEAR_UNITS_MAX && u <= n; u++)
                if (best[n - u] != UINT64_MAX && best[n - u] + costs[i].of[u] < next[n]) {
                    next[n] = best[n - u] + costs[i].of[u];
                    choice[i][n] = (uint8_t)u;
                }
        }
        memcpy(best, next, sizeof best);
    }
    NearPlan plan = {.cost = best[want]};
    for (int i = NEAR_CHUNKS - 1, n = want; i >= 0; i--) {
        plan.units[i] = choice[i][n];
        n -= choice[i][n];
    }
    return plan;
}

NearPlan near_plan_cheapest(const NearMasks *masks, const uint32_t *starts, const NearRow *query,
                            int radius) {
    enum { KNOWN = 2 };
    ChunkCost costs[NEAR_CHUNKS];
    for (int i = 0; i < NEAR_CHUNKS; i++) {
        const uint32_t *own = starts + (size_t)i * (NEAR_BUCKETS + 1);
        costs[i] = (ChunkCost){.known = 0};
        chunk_cost_read(masks, own, query->chunk[i], KNOWN, &costs[i]);
        chunk_cost_guess(masks, own[NEAR_BUCKETS] / NEAR_BUCKETS, &costs[i]);
    }
    for (;;) {
        NearPlan plan = plan_by_costs(costs, radius + 1);
        bool is_known = true;
        for (int i = 0; i < NEAR_CHUNKS; i++) {
            if (plan.units[i] <= costs[i].known)
                continue;
            const uint32_t *own = starts + (size_t)i * (NEAR_BUCKETS + 1);
            chunk_cost_read(masks, own, query->chunk[i], plan.units[i], &costs[i]);
            chunk_cost_guess(masks, own[NEAR_BUCKETS] / NEAR_BUCKETS, &costs[i]);
            is_known = false;
        }
        if (is_known)
            return plan;
    }
}

uint32_t near_plan_probes(const NearMasks *masks, const NearPlan *plan) {
    uint32_t probes = 0;
    for (int i = 0; i < NEAR_CHUNKS; i++)
        probes += (uint32_t)near_masks_within(masks, plan->units[i]);
    return probes;
}
