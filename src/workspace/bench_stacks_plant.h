// Composed hashes with planted stacks, whose truth is known: for `seventh bench stacks`.
#pragma once
#include "hash/pdq.h"

typedef enum PlantKind {
    PLANT_PAIR,   // two hashes at 2, 4 … 30 bits: one stack
    PLANT_PARTED, // two at 32 bits: two stacks
    PLANT_FAMILY, // ten, all within 22 bits of the first: one stack
    PLANT_CROWD,  // ten thousand likewise
    PLANT_EQUAL,  // every fiftieth hash: one stack
    PLANT_CHAIN   // twenty, each 20 bits from the one before: cut somewhere
} PlantKind;

// Where members[from .. from + count) of the truth form one group.
typedef struct PlantGroup {
    PlantKind kind;
    uint32_t from, count;
} PlantGroup;

typedef struct Plants {
    PdqHash *hashes;   // all with exactly 128 bits set, in no order
    uint32_t *members; // every position once, those of a group together
    PlantGroup *groups;
    size_t group_count;
} Plants;

// count ≤ UINT32_MAX − 1. ERR_NOMEM.
Err plants_make(size_t count, uint64_t seed, Plants *ret) MUST_CHECK;
void plants_done(Plants *plants);
