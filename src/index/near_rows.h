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

// By how many bits two rows differ in each chunk; returns the sum. Sums are taken within words
// (Knuth, TAOCP 4A §7.1.3): population counts of the processor are not certain to be there.
static inline int near_row_bits(const NearRow *a, const NearRow *b,
                                uint16_t ret_bits[NEAR_CHUNKS]) {
    int sum = 0;
    for (int i = 0; i < NEAR_CHUNKS / 4; i++) {
        uint64_t x, y;
        memcpy(&x, &a->chunk[4 * i], sizeof x);
        memcpy(&y, &b->chunk[4 * i], sizeof y);
        x ^= y;
        x -= (x >> 1) & 0x5555555555555555u;
        x = (x & 0x3333333333333333u) + ((x >> 2) & 0x3333333333333333u);
        x = (x + (x >> 4)) & 0x0F0F0F0F0F0F0F0Fu;
        x = (x + (x >> 8)) & 0x00FF00FF00FF00FFu;
        memcpy(&ret_bits[4 * i], &x, sizeof x);
        sum += (int)((x * 0x0001000100010001u) >> 48);
    }
    return sum;
}
static inline int near_chunk_bits(uint16_t a, uint16_t b) {
    uint32_t x = (uint32_t)(a ^ b);
    x -= (x >> 1) & 0x5555u;
    x = (x & 0x3333u) + ((x >> 2) & 0x3333u);
    x = (x + (x >> 4)) & 0x0F0Fu;
    return (int)((x + (x >> 8)) & 0xFFu);
}

// A permutation of the 256 bits as one look-up a byte: 256 KiB. Immutable once made.
typedef struct NearPermutation {
    uint64_t word[PDQ_BYTES][256][4]; // what each value of each byte contributes
    uint8_t target[256]; // bit i of the hash (bit i % 8 of byte i / 8) goes to bit target[i]
} NearPermutation;

void near_permutation_init(NearPermutation *permutation, uint64_t seed);
NearRow near_row_from(const NearPermutation *permutation, const PdqHash *hash);
PdqHash near_row_to_hash(const NearPermutation *permutation, const NearRow *row);
