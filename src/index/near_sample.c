// Composed hashes for measuring and testing.
#include "index/near_sample.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "index/limits.h"
#include "index/near_rows.h"

static const struct {
    const char *name;
    bool has[2]; // ordinary, dense
} SHAPES[NEAR_SHAPES] = {
    [NEAR_UNIFORM] = {"uniform", {true, false}},    [NEAR_PDQ_LIKE] = {"pdq", {true, false}},
    [NEAR_CLUSTERED] = {"clustered", {true, true}}, [NEAR_PREFIX] = {"prefix", {true, true}},
    [NEAR_COPIES] = {"copies", {true, true}},       [NEAR_FLOODED] = {"flooded", {false, true}},
    [NEAR_BUCKET] = {"bucket", {false, true}},      [NEAR_CROWDED] = {"crowded", {false, true}},
    [NEAR_EQUAL] = {"equal", {false, true}},
};

const char *near_shape_name(NearShape shape) {
    return SHAPES[shape].name;
}

bool near_shape_from(Str name, NearShape *ret) {
    for (int i = 0; i < NEAR_SHAPES; i++)
        if (str_is(name, SHAPES[i].name)) {
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
        hash.bytes[i / 8] |= (uint8_t)((value[i] > median) << i % 8);
    return hash;
}

// Blocks of hashes are composed on their own, each from a seed of its own, by whichever thread is
// free.
enum { BLOCK = 1 << 16, FEW = 10, VALUES = 8 };

typedef struct Composer {
    NearShape shape;
    PdqHash *hashes;
    size_t count;
    uint64_t seed;
    PdqHash fixed, few[FEW];
    PdqHash *centres;
    size_t centre_count;
    uint16_t values[NEAR_CHUNKS][VALUES];
    const NearPermutation *permutation; // of the index that is aimed at
    atomic_size_t next;
} Composer;

static PdqHash dense_compose(const Composer *composer, size_t at, Prng *prng) {
    PdqHash hash;
    NearRow row;
    switch (composer->shape) {
    case NEAR_CLUSTERED:
        hash = composer->centres[prng_below(prng, composer->centre_count)];
        near_sample_flip(&hash, (int)prng_below(prng, 24), prng);
        return hash;
    case NEAR_PREFIX:
        hash = near_sample_uniform(prng);
        memcpy(hash.bytes, composer->fixed.bytes, 2);
        return hash;
    case NEAR_FLOODED:
        if (at % 10 == 0)
            return composer->few[prng_below(prng, FEW)];
        hash = near_sample_uniform(prng);
        if (at % 2 == 0)
            memcpy(hash.bytes, composer->fixed.bytes, 8);
        return hash;
    case NEAR_BUCKET:
        hash = near_sample_uniform(prng);
        memcpy(&row, &hash, sizeof row);
        row.chunk[0] = composer->values[0][0];
        return near_row_to_hash(composer->permutation, &row);
    case NEAR_CROWDED:
        for (int i = 0; i < NEAR_CHUNKS; i++)
            row.chunk[i] = composer->values[i][prng_below(prng, VALUES)];
        return near_row_to_hash(composer->permutation, &row);
    default:
        return composer->fixed;
    }
}

static bool is_dense(NearShape shape, size_t at) {
    if (!SHAPES[shape].has[NEAR_ORDINARY])
        return true;
    return SHAPES[shape].has[NEAR_DENSE] && at % 2 == 1 &&
           (shape != NEAR_COPIES || at / 2 < NEAR_SAMPLE_COPIES);
}

static void *composer_run(void *argument) {
    Composer *composer = argument;
    for (;;) {
        size_t from = atomic_fetch_add(&composer->next, BLOCK);
        if (from >= composer->count)
            return NULL;
        size_t to = composer->count - from < BLOCK ? composer->count : from + BLOCK;
        Prng own = {composer->seed + from};
        Prng prng = {prng_next(&own)};
        for (size_t i = from; i < to; i++)
            composer->hashes[i] = is_dense(composer->shape, i) ? dense_compose(composer, i, &prng)
                                  : composer->shape == NEAR_PDQ_LIKE ? pdq_like(&prng)
                                                                     : near_sample_uniform(&prng);
    }
}

// What all blocks have in common.
static bool composer_prepare(Composer *composer, NearPermutation *permutation, Prng *prng) {
    composer->seed = prng_next(prng);
    composer->fixed = near_sample_uniform(prng);
    for (int i = 0; i < FEW; i++)
        composer->few[i] = near_sample_uniform(prng);
    for (int i = 0; i < NEAR_CHUNKS; i++)
        for (int k = 0; k < VALUES; k++)
            composer->values[i][k] = (uint16_t)prng_next(prng);
    near_permutation_init(permutation, NEAR_SAMPLE_AIM);
    composer->permutation = permutation;
    composer->centre_count = composer->count / 2 / NEAR_SAMPLE_CLUSTER + 1;
    composer->centres = malloc(composer->centre_count * sizeof *composer->centres);
    for (size_t i = 0; composer->centres != NULL && i < composer->centre_count; i++)
        composer->centres[i] = near_sample_uniform(prng);
    return composer->centres != NULL;
}

PdqHash *near_sample_new_threaded(NearShape shape, size_t count, Prng *prng, int threads) {
    _cleanup_free_ NearPermutation *permutation = malloc(sizeof *permutation);
    _cleanup_free_ PdqHash *hashes = malloc((count + 1) * sizeof *hashes);
    Composer composer = {.shape = shape, .hashes = hashes, .count = count};
    if (permutation == NULL || hashes == NULL || !composer_prepare(&composer, permutation, prng))
        return NULL;
    pthread_t others[NEAR_BUILD_THREADS_MAX];
    int started = 0;
    while (started + 1 < threads && started < NEAR_BUILD_THREADS_MAX &&
           pthread_create(&others[started], NULL, composer_run, &composer) == 0)
        started++;
    composer_run(&composer);
    for (int i = 0; i < started; i++)
        pthread_join(others[i], NULL);
    free(composer.centres);
    return TAKE(hashes);
}

PdqHash *near_sample_new(NearShape shape, size_t count, Prng *prng) {
    return near_sample_new_threaded(shape, count, prng, 1);
}

PdqHash near_sample_query(const PdqHash *hashes, size_t count, int radius, Prng *prng) {
    if (count == 0 || prng_below(prng, 4) == 0)
        return near_sample_uniform(prng);
    PdqHash query = hashes[prng_below(prng, count)];
    near_sample_flip(&query, (int)prng_below(prng, (uint64_t)radius + 2), prng);
    return query;
}

bool near_shape_has(NearShape shape, NearPart part) {
    return SHAPES[shape].has[part];
}

PdqHash near_sample_query_part(NearShape shape, NearPart part, const PdqHash *hashes, size_t count,
                               int radius, Prng *prng) {
    if (count < 2 || !SHAPES[shape].has[part])
        return near_sample_uniform(prng);
    size_t span = count;
    if (shape == NEAR_COPIES && part == NEAR_DENSE && span / 2 > NEAR_SAMPLE_COPIES)
        span = (size_t)2 * NEAR_SAMPLE_COPIES;
    size_t at = prng_below(prng, span);
    if (is_dense(shape, at) != (part == NEAR_DENSE))
        at = at == 0 ? 1 : at - 1;
    PdqHash query = hashes[at];
    near_sample_flip(&query, (int)prng_below(prng, (uint64_t)radius + 2), prng);
    return query;
}
