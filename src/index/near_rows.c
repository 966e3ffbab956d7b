// The bit permutation of near tables, applied by look-up.
#include "index/near_rows.h"

#include "base/prng.h"

void near_permutation_init(NearPermutation *permutation, uint64_t seed) {
    Prng prng = {seed};
    for (int i = 0; i < 256; i++)
        permutation->target[i] = (uint8_t)i;
    for (int i = 255; i > 0; i--) { // Fisher and Yates
        int j = (int)prng_below(&prng, (uint64_t)i + 1);
        uint8_t held = permutation->target[i];
        permutation->target[i] = permutation->target[j];
        permutation->target[j] = held;
    }
    memset(permutation->word, 0, sizeof permutation->word);
    for (int byte = 0; byte < PDQ_BYTES; byte++)
        for (int value = 0; value < 256; value++)
            for (int bit = 0; bit < 8; bit++)
                if ((value >> bit & 1) != 0) {
                    uint8_t target = permutation->target[byte * 8 + bit];
                    permutation->word[byte][value][target / 64] |= (uint64_t)1 << target % 64;
                }
}

NearRow near_row_from(const NearPermutation *permutation, const PdqHash *hash) {
    uint64_t word[4] = {0};
    for (int byte = 0; byte < PDQ_BYTES; byte++) {
        const uint64_t *part = permutation->word[byte][hash->bytes[byte]];
        for (int k = 0; k < 4; k++)
            word[k] |= part[k];
    }
    NearRow row;
    for (int i = 0; i < NEAR_CHUNKS; i++)
        row.chunk[i] = (uint16_t)(word[i / 4] >> 16 * (i % 4));
    return row;
}

PdqHash near_row_to_hash(const NearPermutation *permutation, const NearRow *row) {
    PdqHash hash = {{0}};
    for (int i = 0; i < 256; i++) {
        uint8_t target = permutation->target[i];
        if ((row->chunk[target / 16] >> target % 16 & 1) != 0)
            hash.bytes[i / 8] |= (uint8_t)(1 << i % 8);
    }
    return hash;
}
