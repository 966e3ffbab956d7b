// Hashes in the shapes that an index meets, composed from a seed: for the benchmark verb, the
// benchmarks and the tests.
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

// "uniform", "pdq", "clustered", "flooded", "equal": stable names for options and JSON.
const char *near_shape_name(NearShape shape);
bool near_shape_from(Str name, NearShape *ret);

PdqHash near_sample_uniform(Prng *prng);
// Flips `bits` bits, some perhaps twice.
void near_sample_flip(PdqHash *hash, int bits, Prng *prng);
// NULL when out of memory; the caller frees.
PdqHash *near_sample_new(NearShape shape, size_t count, Prng *prng);
// A query that sits within about `radius` bits of one of the hashes, or, one time in four,
// anywhere.
PdqHash near_sample_query(const PdqHash *hashes, size_t count, int radius, Prng *prng);
