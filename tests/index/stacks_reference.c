// The reference: every pair compared, every stack grown from its leader by the words of the header.
#include "stacks_reference.h"

#include <stdlib.h>

static int distance_from(const NearStacks *ask, size_t from, size_t to) {
    int turns = ask->turns != NULL && ask->turns[from] != NULL ? PDQ_TURNS : 1, least = 256;
    const PdqHash *of = turns == 1 ? &ask->hashes[from] : ask->turns[from];
    for (int turn = 0; turn < turns; turn++) {
        int distance = pdq_distance(&of[turn], &ask->hashes[to]);
        least = distance < least ? distance : least;
    }
    return least;
}

// Of equal hashes the best one's turns count.
static size_t best_equal(const NearStacks *ask, size_t at) {
    size_t best = 0;
    while (pdq_distance(&ask->hashes[best], &ask->hashes[at]) != 0)
        best++;
    return best;
}

void stacks_reference(const NearStacks *ask, uint32_t *ret_leaders) {
    uint32_t *queue = calloc(ask->count + 1, sizeof *queue);
    for (size_t i = 0; i < ask->count; i++)
        ret_leaders[i] = UINT32_MAX;
    for (size_t leader = 0; leader < ask->count; leader++) {
        if (ret_leaders[leader] != UINT32_MAX)
            continue;
        size_t len = 0;
        ret_leaders[leader] = (uint32_t)leader;
        queue[len++] = (uint32_t)leader;
        for (size_t head = 0; head < len; head++) {
            size_t member = best_equal(ask, queue[head]);
            for (size_t i = 0; i < ask->count; i++)
                if (ret_leaders[i] == UINT32_MAX && distance_from(ask, member, i) <= ask->radius &&
                    distance_from(ask, leader, i) <= ask->reach) {
                    ret_leaders[i] = (uint32_t)leader;
                    queue[len++] = (uint32_t)i;
                }
        }
    }
    free(queue);
}
