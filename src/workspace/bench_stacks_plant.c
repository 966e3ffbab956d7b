// Plants stacks among composed hashes.
#include "workspace/bench_stacks_plant.h"

#include <stdlib.h>

#include "index/near_sample.h"

enum {
    FAMILY = 10,
    CROWD = 10000,
    CHAIN = 20,
    KIN = 22, // bits from the first of a family or crowd, at most: any two within 44
    CHAIN_STEP = 20,
    NEAR_MOST = 30,
    PARTED = 32
};

static bool has_bit(const PdqHash *hash, uint64_t bit) {
    return (hash->bytes[bit / 8] >> bit % 8 & 1) != 0;
}

// The hash with `bits` (even) different bits turned over, half of them from set to clear, so that
// as many are set as before.
static PdqHash moved(const PdqHash *hash, int bits, Prng *prng) {
    PdqHash copy = *hash;
    int to_clear = bits / 2, to_set = bits / 2;
    while (to_clear + to_set > 0) {
        uint64_t bit = prng_below(prng, 256);
        int *left = has_bit(hash, bit) ? &to_clear : &to_set;
        if (has_bit(&copy, bit) != has_bit(hash, bit) || *left == 0)
            continue;
        copy.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        (*left)--;
    }
    return copy;
}

static int even_below(Prng *prng, int most) {
    return 2 * (int)prng_below(prng, (uint64_t)most / 2 + 1);
}

static void group_plant(Plants *plants, const PlantGroup *group, Prng *prng) {
    const uint32_t *members = plants->members + group->from;
    PdqHash *hashes = plants->hashes;
    for (uint32_t i = 1; i < group->count; i++) {
        PdqHash *first = &hashes[members[0]], *before = &hashes[members[i - 1]];
        PdqHash *hash = &hashes[members[i]];
        switch (group->kind) {
        case PLANT_PAIR:
            *hash = moved(first, 2 + even_below(prng, NEAR_MOST - 2), prng);
            break;
        case PLANT_PARTED:
            *hash = moved(first, PARTED, prng);
            break;
        case PLANT_FAMILY:
        case PLANT_CROWD:
            *hash = moved(first, even_below(prng, KIN), prng);
            break;
        case PLANT_EQUAL:
            *hash = *first;
            break;
        case PLANT_CHAIN:
            *hash = moved(before, CHAIN_STEP, prng);
            break;
        }
    }
}

// How many groups of each kind there are, and of what size.
static void sizes_choose(size_t count, size_t ret_groups[PLANT_CHAIN + 1],
                         size_t ret_sizes[PLANT_CHAIN + 1]) {
    const size_t groups[] = {count / 100,     count / 500,  count / 100,
                             count / 1000000, count >= 100, count / 1000};
    const size_t sizes[] = {2, 2, FAMILY, CROWD, count / 50, CHAIN};
    memcpy(ret_groups, groups, sizeof groups);
    memcpy(ret_sizes, sizes, sizeof sizes);
}

Err plants_make(size_t count, uint64_t seed, Plants *ret) {
    Prng prng = {seed};
    size_t groups[PLANT_CHAIN + 1], sizes[PLANT_CHAIN + 1], total = 0;
    sizes_choose(count, groups, sizes);
    for (int kind = 0; kind <= PLANT_CHAIN; kind++)
        total += groups[kind];
    Plants plants = {.hashes = near_sample_new(NEAR_PDQ_LIKE, count, &prng),
                     .members = malloc((count + 1) * sizeof *plants.members),
                     .groups = calloc(total + 1, sizeof *plants.groups)};
    if (plants.hashes == NULL || plants.members == NULL || plants.groups == NULL) {
        plants_done(&plants);
        return ERR_NOMEM;
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t j = (uint32_t)prng_below(&prng, (uint64_t)i + 1);
        plants.members[i] = plants.members[j];
        plants.members[j] = i;
    }
    uint32_t from = 0;
    for (int kind = 0; kind <= PLANT_CHAIN; kind++)
        for (size_t i = 0; i < groups[kind]; i++) {
            PlantGroup group = {(PlantKind)kind, from, (uint32_t)sizes[kind]};
            plants.groups[plants.group_count++] = group;
            group_plant(&plants, &group, &prng);
            from += group.count;
        }
    *ret = plants;
    return ERR_OK;
}

void plants_done(Plants *plants) {
    free(plants->hashes);
    free(plants->members);
    free(plants->groups);
    *plants = (Plants){0};
}
