// Putting the rows of near copies side by side.
#include "index/near_order.h"

#include "base/err.h"

enum { GROUPS = NEAR_CHUNKS * NEAR_BUCKETS };

Err near_order_begin(NearOrder *order, const uint32_t *sizes, uint64_t distinct) {
    uint64_t most = distinct / NEAR_BUCKETS * NEAR_OVERFULL_TIMES + NEAR_OVERFULL_MORE;
    *order = (NearOrder){.sizes = sizes, .overfull = calloc(GROUPS / 64, sizeof(uint64_t))};
    if (order->overfull == NULL)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < GROUPS; i++)
        if (sizes[i] > most) {
            order->overfull[i / 64] |= (uint64_t)1 << i % 64;
            order->has_overfull = true;
        }
    return ERR_OK;
}

void near_order_done(NearOrder *order) {
    free(order->overfull);
    free(order->places);
    *order = (NearOrder){0};
}

uint32_t near_order_group(const NearOrder *order, const NearRow *row) {
    uint32_t fullest = NEAR_NO_ROW;
    for (uint32_t i = 0; i < NEAR_CHUNKS; i++) {
        uint32_t group = i * NEAR_BUCKETS + row->chunk[i];
        if ((order->overfull[group / 64] >> group % 64 & 1) != 0 &&
            (fullest == NEAR_NO_ROW || order->sizes[group] > order->sizes[fullest]))
            fullest = group;
    }
    return fullest;
}

// A counting sort by the group; what has none keeps the order of its ids.
Err near_order_settle(NearOrder *order, size_t count, const uint64_t *is_twin) {
    uint32_t *next = calloc(GROUPS + 1, sizeof *next);
    if (next == NULL)
        return ERR_NOMEM;
    for (size_t id = 0; id < count; id++) {
        if (is_twin != NULL && (is_twin[id / 64] >> id % 64 & 1) != 0)
            continue;
        if (order->places[id] != NEAR_NO_ROW)
            next[order->places[id] + 1]++;
    }
    for (uint32_t i = 0; i < GROUPS; i++)
        next[i + 1] += next[i];
    order->crowded = next[GROUPS];
    uint32_t other = (uint32_t)order->crowded;
    for (size_t id = 0; id < count; id++) {
        if (is_twin != NULL && (is_twin[id / 64] >> id % 64 & 1) != 0)
            order->places[id] = NEAR_NO_ROW;
        else
            order->places[id] =
                order->places[id] != NEAR_NO_ROW ? next[order->places[id]]++ : other++;
    }
    free(next);
    return ERR_OK;
}
