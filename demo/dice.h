// Dice: the seeded choices of a picture, on top of base/prng.h.
#pragma once
#include <math.h>
#include <stdbool.h>

#include "base/prng.h"

static inline double dice_range(Prng *dice, double low, double high) {
    return low + (high - low) * prng_unit(dice);
}
// low ≤ result ≤ high.
static inline int dice_int(Prng *dice, int low, int high) {
    return low + (int)prng_below(dice, (uint64_t)(high - low + 1));
}
static inline bool dice_chance(Prng *dice, double probability) {
    return prng_unit(dice) < probability;
}
#define DICE_PICK(dice, array) ((array)[prng_below((dice), sizeof(array) / sizeof((array)[0]))])

// One of the set bits of mask (not 0).
static inline unsigned dice_bit(Prng *dice, unsigned mask) {
    int chosen = (int)prng_below(dice, (uint64_t)__builtin_popcount(mask));
    while (chosen-- > 0)
        mask &= mask - 1;
    return mask & -mask;
}
// A generator of its own for a part, so that one part's choices do not shift another's.
static inline Prng dice_fork(const Prng *dice, uint64_t part) {
    Prng fork = {dice->state ^ (part * 0xD6E8FEB86659FD93u + 0x2545F4914F6CDD1Du)};
    (void)prng_next(&fork);
    return fork;
}
