// Hashes in the shapes that an index meets, for tests and benchmarks: even, PDQ-like, clustered,
// flooded, all equal.
#pragma once
#include "base/prng.h"
#include "hash/pdq.h"

typedef enum NearShape {
    NEAR_UNIFORM,
    NEAR_PDQ_LIKE,  // exactly 128 bits set, neighbours correlated
    NEAR_CLUSTERED, // near copies of few originals
    NEAR_FLOODED,   // half of them share their first 64 bits, and every tenth is one of ten hashes
    NEAR_EQUAL,     // one hash
    NEAR_SHAPES
} NearShape;

static inline PdqHash near_data_uniform(Prng *prng) {
    PdqHash hash;
    for (int i = 0; i < PDQ_BYTES; i += 8) {
        uint64_t word = prng_next(prng);
        memcpy(hash.bytes + i, &word, 8);
    }
    return hash;
}

static inline void near_data_flip(PdqHash *hash, int bits, Prng *prng) {
    for (int i = 0; i < bits; i++) {
        uint64_t bit = prng_below(prng, 256);
        hash->bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

// Half of the bits of a smooth random sequence that lie above its median, as the coefficients of a
// picture do.
static inline PdqHash near_data_pdq_like(Prng *prng) {
    float value[256], sorted[256], last = 0;
    for (int i = 0; i < 256; i++) {
        last = 0.45f * last + (float)(prng_unit(prng) + prng_unit(prng) + prng_unit(prng) - 1.5);
        value[i] = sorted[i] = last;
    }
    // The 128th smallest, by counting: 256 values are few.
    float median = 0;
    for (int i = 0; i < 256; i++) {
        int below = 0;
        for (int j = 0; j < 256; j++)
            below += value[j] < value[i];
        if (below == 127)
            median = value[i];
    }
    PdqHash hash = {{0}};
    for (int i = 0; i < 256; i++)
        if (value[i] > median)
            hash.bytes[i / 8] |= (uint8_t)(1 << i % 8);
    return hash;
}

// NULL when out of memory; the caller frees.
static inline PdqHash *near_data_new(NearShape shape, size_t count, Prng *prng) {
    PdqHash *hashes = malloc((count + 1) * sizeof *hashes);
    PdqHash fixed = near_data_uniform(prng), few[10];
    for (int i = 0; i < 10; i++)
        few[i] = near_data_uniform(prng);
    size_t originals = count / 1000 + 1;
    for (size_t i = 0; hashes != NULL && i < count; i++) {
        hashes[i] = shape == NEAR_PDQ_LIKE ? near_data_pdq_like(prng)
                    : shape == NEAR_EQUAL  ? fixed
                                           : near_data_uniform(prng);
        if (shape == NEAR_CLUSTERED && i >= originals) {
            hashes[i] = hashes[prng_below(prng, originals)];
            near_data_flip(&hashes[i], (int)prng_below(prng, 24), prng);
        }
        if (shape == NEAR_FLOODED && i % 10 == 0)
            hashes[i] = few[prng_below(prng, 10)];
        else if (shape == NEAR_FLOODED && i % 2 == 0)
            memcpy(hashes[i].bytes, fixed.bytes, 8);
    }
    return hashes;
}

// A query that sits about `radius` bits from one of the hashes, or, one time in four, anywhere.
static inline PdqHash near_data_query(const PdqHash *hashes, size_t count, int radius, Prng *prng) {
    if (count == 0 || prng_below(prng, 4) == 0)
        return near_data_uniform(prng);
    PdqHash query = hashes[prng_below(prng, count)];
    near_data_flip(&query, (int)prng_below(prng, (uint64_t)radius + 2), prng);
    return query;
}
