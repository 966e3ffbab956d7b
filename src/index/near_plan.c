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

// What probing chunk i with each number of units costs: ret_cost[u].
static void chunk_costs(const NearMasks *masks, const uint32_t *starts, uint16_t chunk,
                        int units_max, uint64_t ret_cost[NEAR_UNITS_MAX + 1]) {
    ret_cost[0] = 0;
    uint64_t sum = 0;
    int probe = 0;
    for (int u = 1; u <= units_max; u++) {
        for (; probe < masks->end[u - 1]; probe++)
            sum += bucket_size(starts, chunk ^ masks->mask[probe]) + NEAR_PROBE_COST;
        ret_cost[u] = sum;
    }
}

// best[n]: the least cost of spending n units over the chunks seen so far; choice[i][n]: what chunk
// i gets in it.
NearPlan near_plan_cheapest(const NearMasks *masks, const uint32_t *starts, const NearRow *query,
                            int radius) {
    enum { UNITS = 64 };
    uint64_t best[UNITS + 1], next[UNITS + 1];
    uint8_t choice[NEAR_CHUNKS][UNITS + 1];
    int want = radius + 1;
    for (int n = 0; n <= want; n++)
        best[n] = n == 0 ? 0 : UINT64_MAX;
    for (int i = 0; i < NEAR_CHUNKS; i++) {
        uint64_t cost[NEAR_UNITS_MAX + 1];
        chunk_costs(masks, starts + (size_t)i * (NEAR_BUCKETS + 1), query->chunk[i], NEAR_UNITS_MAX,
                    cost);
        for (int n = 0; n <= want; n++) {
            next[n] = UINT64_MAX;
            choice[i][n] = 0;
            for (int u = 0; u <= NEAR_UNITS_MAX && u <= n; u++)
                if (best[n - u] != UINT64_MAX && best[n - u] + cost[u] < next[n]) {
                    next[n] = best[n - u] + cost[u];
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

uint32_t near_plan_probes(const NearMasks *masks, const NearPlan *plan) {
    uint32_t probes = 0;
    for (int i = 0; i < NEAR_CHUNKS; i++)
        probes += (uint32_t)near_masks_within(masks, plan->units[i]);
    return probes;
}
