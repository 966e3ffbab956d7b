// Hashes in the shapes that an index meets, composed from a seed: for the benchmark verb, the
// benchmarks and the tests.
//
// Most shapes have two kinds of hashes: ordinary ones at even positions, and dense ones, the flood
// or the clusters, at odd positions, so that the cost of a query into either can be compared.
#pragma once
#include "base/prng.h"
#include "hash/pdq.h"

typedef enum NearShape {
    NEAR_UNIFORM,
    NEAR_PDQ_LIKE,  // exactly 128 bits set, neighbours correlated
    NEAR_CLUSTERED, // dense: near copies of few centres, ten thousand of each
    NEAR_PREFIX,    // dense: all share their first 16 bits
    NEAR_COPIES,    // dense: up to a million copies of one hash
    NEAR_FLOODED,   // no ordinary ones: a share of 64-bit prefixes, uniform ones and ten hashes
    NEAR_BUCKET,    // no ordinary ones: all in one bucket of the index's first table
    NEAR_CROWDED,   // no ordinary ones: all in eight buckets of every table
    NEAR_EQUAL,     // no ordinary ones: one hash
    NEAR_SHAPES
} NearShape;

// "uniform", "pdq", "clustered", "prefix", "copies", "flooded", "bucket", "crowded", "equal":
// stable names for options and JSON.
const char *near_shape_name(NearShape shape);
bool near_shape_from(Str name, NearShape *ret);

// NEAR_BUCKET and NEAR_CROWDED are aimed at an index built with this seed, as somebody would who
// knew it.
enum { NEAR_SAMPLE_AIM = 20260115 };

enum { NEAR_SAMPLE_CLUSTER = 10000, NEAR_SAMPLE_COPIES = 1000000 };

PdqHash near_sample_uniform(Prng *prng);
// Flips `bits` bits, some perhaps twice.
void near_sample_flip(PdqHash *hash, int bits, Prng *prng);
// Composed by `threads` threads (at least 1), the same for any number of them. NULL when out of
// memory; the caller frees.
PdqHash *near_sample_new_threaded(NearShape shape, size_t count, Prng *prng,
                                  int threads) MUST_CHECK;
PdqHash *near_sample_new(NearShape shape, size_t count, Prng *prng) MUST_CHECK;
// A query that sits within about `radius` bits of one of the hashes, or, one time in four,
// anywhere.
PdqHash near_sample_query(const PdqHash *hashes, size_t count, int radius, Prng *prng);

typedef enum NearPart { NEAR_ORDINARY, NEAR_DENSE } NearPart;
bool near_shape_has(NearShape shape, NearPart part);
// A query within about `radius` bits of a hash of that part; anywhere when the shape has none such.
PdqHash near_sample_query_part(NearShape shape, NearPart part, const PdqHash *hashes, size_t count,
                               int radius, Prng *prng);
