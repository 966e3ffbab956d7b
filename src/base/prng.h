// A seeded generator for tests, demo pictures and index permutations; never for secrets
// (crypto/random.h is for those). SplitMix64 (Steele, Lea, Flood 2014): one word of state, every
// seed good.
#pragma once
#include <stdint.h>

typedef struct Prng {
    uint64_t state;
} Prng;

static inline uint64_t prng_next(Prng *prng) {
    uint64_t z = prng->state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}
// 0 ≤ result < below (below > 0).
static inline uint64_t prng_below(Prng *prng, uint64_t below) {
    return (uint64_t)(((unsigned __int128)prng_next(prng) * below) >> 64);
}
// 0 ≤ result < 1.
static inline double prng_unit(Prng *prng) {
    return (double)(prng_next(prng) >> 11) * 0x1p-53;
}
