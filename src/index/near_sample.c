// Composed hashes for measuring and testing.
#include "index/near_sample.h"

#include <stdlib.h>

static const char *const SHAPE_NAMES[NEAR_SHAPES] = {
    [NEAR_UNIFORM] = "uniform", [NEAR_PDQ_LIKE] = "pdq", [NEAR_CLUSTERED] = "clustered",
    [NEAR_FLOODED] = "flooded", [NEAR_EQUAL] = "equal",
};

const char *near_shape_name(NearShape shape) {
    return SHAPE_NAMES[shape];
}

bool near_shape_from(Str name, NearShape *ret) {
    for (int i = 0; i < NEAR_SHAPES; i++)
        if (str_is(name, SHAPE_NAMES[i])) {
            *ret = (NearShape)i;
            return true;
        }
    return false;
}

PdqHash near_sample_uniform(Prng *prng) {
    PdqHash hash;
    for (int i = 0; i < PDQ_BYTES; i += 8) {
        uint64_t word = prng_next(prng);
        memcpy(hash.bytes + i, &word, 8);
    }
    return hash;
}

void near_sample_flip(PdqHash *hash, int bits, Prng *prng) {
    for (int i = 0; i < bits; i++) {
        uint64_t bit = prng_below(prng, 256);
        hash->bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

// The k-th smallest (from 0) of 256 numbers, which are reordered: Hoare's selection.
static uint32_t select_smallest(uint32_t values[256], int k) {
    int low = 0, high = 255;
    while (low < high) {
        uint32_t pivot = values[(low + high) / 2];
        int i = low, j = high;
        while (i <= j) {
            while (values[i] < pivot)
                i++;
            while (values[j] > pivot)
                j--;
            if (i <= j) {
                uint32_t held = values[i];
                values[i++] = values[j];
                values[j--] = held;
            }
        }
        if (k <= j)
            high = j;
        else if (k >= i)
            low = i;
        else
            break;
    }
    return values[k];
}

// Half of the bits of a smooth random sequence that lie above its median, as the coefficients of a
// picture do. The low byte of each number is its place, so that no two are equal and exactly 128
// bits are set.
static PdqHash pdq_like(Prng *prng) {
    uint32_t value[256], sorted[256];
    uint64_t last = 1u << 22;
    for (uint32_t i = 0; i < 256; i++) {
        uint64_t noise = prng_next(prng);
        uint32_t bell =
            (uint32_t)((noise & 0x3FFFFF) + (noise >> 22 & 0x3FFFFF) + (noise >> 42 & 0x3FFFFF)) /
            3;
        last = (last * 45 + (uint64_t)bell * 55) / 100;
        value[i] = sorted[i] = (uint32_t)last << 8 | i;
    }
    uint32_t median = select_smallest(sorted, 127);
    PdqHash hash = {{0}};
    for (int i = 0; i < 256; i++)
        if (value[i] > median)
            hash.bytes[i / 8] |= (uint8_t)(1 << i % 8);
    return hash;
}

PdqHash *near_sample_new(NearShape shape, size_t count, Prng *prng) {
    PdqHash *hashes = malloc((count + 1) * sizeof *hashes);
    PdqHash fixed = near_sample_uniform(prng), few[10];
    for (int i = 0; i < 10; i++)
        few[i] = near_sample_uniform(prng);
    size_t originals = count / 1000 + 1;
    for (size_t i = 0; hashes != NULL && i < count; i++) {
        hashes[i] = shape == NEAR_PDQ_LIKE ? pdq_like(prng)
                    : shape == NEAR_EQUAL  ? fixed
                                           : near_sample_uniform(prng);
        if (shape == NEAR_CLUSTERED && i >= originals) {
            hashes[i] = hashes[prng_below(prng, originals)];
            near_sample_flip(&hashes[i], (int)prng_below(prng, 24), prng);
        }
        if (shape == NEAR_FLOODED && i % 10 == 0)
            hashes[i] = few[prng_below(prng, 10)];
        else if (shape == NEAR_FLOODED && i % 2 == 0)
            memcpy(hashes[i].bytes, fixed.bytes, 8);
    }
    return hashes;
}

PdqHash near_sample_query(const PdqHash *hashes, size_t count, int radius, Prng *prng) {
    if (count == 0 || prng_below(prng, 4) == 0)
        return near_sample_uniform(prng);
    PdqHash query = hashes[prng_below(prng, count)];
    near_sample_flip(&query, (int)prng_below(prng, (uint64_t)radius + 2), prng);
    return query;
}
