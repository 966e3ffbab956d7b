// NearRow: a hash after the index's bit permutation, as 16 chunks; and the permutation itself.
// Internal to index/near_*.
//
// PDQ bits are correlated with their neighbours and their popcount is fixed; permuting them makes
// chunk values nearly uniform, and a seed that others do not know makes a deliberate flood of one
// bucket hard to aim.
#pragma once
#include "hash/pdq.h"
#include "index/near_layout.h"

typedef struct NearRow {
    uint16_t chunk[NEAR_CHUNKS];
} NearRow;
_Static_assert(sizeof(NearRow) == PDQ_BYTES, "a row is a permuted hash");

static inline int near_row_distance(const NearRow *a, const NearRow *b) {
    uint64_t x[4], y[4];
    memcpy(x, a, sizeof x);
    memcpy(y, b, sizeof y);
    return __builtin_popcountll(x[0] ^ y[0]) + __builtin_popcountll(x[1] ^ y[1]) +
           __builtin_popcountll(x[2] ^ y[2]) + __builtin_popcountll(x[3] ^ y[3]);
}

// A permutation of the 256 bits as one look-up a byte: 256 KiB. Immutable once made.
typedef struct NearPermutation {
    uint64_t word[PDQ_BYTES][256][4]; // what each value of each byte contributes
    uint8_t target[256]; // bit i of the hash (bit i % 8 of byte i / 8) goes to bit target[i]
} NearPermutation;

void near_permutation_init(NearPermutation *permutation, uint64_t seed);
NearRow near_row_from(const NearPermutation *permutation, const PdqHash *hash);
PdqHash near_row_to_hash(const NearPermutation *permutation, const NearRow *row);
