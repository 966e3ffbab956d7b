// Near search against brute force: recall must be exactly 1 for every radius from 0 to 48, on every
// shape of data, in both layouts, alone and at once, from memory and from a file, and in a set that
// changes. Queries sit at the very edge of the radius, where a budget that is one too small shows.
#include <unistd.h>

#include "base/file.h"
#include "index/near_rows.h"
#include "index/near_sample.h"
#include "index/near_set.h"
#include "index/near_table.h"
#include "kernels/kernels.h"
#include "t.h"

#ifndef RECALL_ROUNDS
#define RECALL_ROUNDS 1
#endif

enum {
    RADII = NEAR_RADIUS_MAX + 1,
    SLICE = RADII * 4, // queries at a time: four of each radius
    COUNT = RECALL_ROUNDS > 1 ? 60000 : 12000,
    SET_COUNT = 4000
};

// Brute force: the distance of every hash to every query of a slice; REMOVED for those that must
// not be found.
enum { REMOVED = UINT16_MAX };
typedef struct Truth {
    const PdqHash *hashes;
    size_t count;
    PdqHash queries[SLICE];
    uint16_t *distances; // SLICE × count
    const bool *is_removed;
} Truth;

// A hash `bits` bits away: spread evenly over the chunks of the index, heaped into few of them, or
// anywhere. The first is what the pigeonhole is hardest pressed by.
static PdqHash moved(const NearPermutation *permutation, const PdqHash *hash, int bits,
                     Prng *prng) {
    NearRow row = near_row_from(permutation, hash);
    int kind = (int)prng_below(prng, 3), begin = (int)prng_below(prng, NEAR_CHUNKS);
    int chunks = kind == 1 ? bits / 16 + 1 + (int)prng_below(prng, 3) : NEAR_CHUNKS;
    for (int done = 0; done < bits;) {
        int chunk = kind == 2 ? (int)prng_below(prng, NEAR_CHUNKS)
                              : (begin + done * (kind == 0 ? 5 : 1) % chunks) % NEAR_CHUNKS;
        uint16_t bit = (uint16_t)(1 << prng_below(prng, 16));
        NearRow original = near_row_from(permutation, hash);
        if (((row.chunk[chunk] ^ original.chunk[chunk]) & bit) != 0)
            continue;
        row.chunk[chunk] ^= bit;
        done++;
    }
    return near_row_to_hash(permutation, &row);
}

static void truth_make(Truth *truth, uint64_t index_seed, Prng *prng) {
    NearPermutation *permutation = malloc(sizeof *permutation);
    near_permutation_init(permutation, index_seed);
    for (int q = 0; q < SLICE; q++) {
        int radius = q % RADII, off = (int)prng_below(prng, 4) == 0 ? 1 : 0;
        truth->queries[q] = truth->count == 0 || prng_below(prng, 12) == 0
                                ? near_sample_uniform(prng)
                                : moved(permutation, &truth->hashes[prng_below(prng, truth->count)],
                                        radius > off ? radius - off : radius, prng);
        for (size_t i = 0; i < truth->count; i++)
            truth->distances[(size_t)q * truth->count + i] =
                truth->is_removed != NULL && truth->is_removed[i]
                    ? REMOVED
                    : (uint16_t)pdq_distance(&truth->hashes[i], &truth->queries[q]);
    }
    free(permutation);
}

static int by_id(const void *a, const void *b) {
    const NearHit *x = a, *y = b;
    return x->id < y->id ? -1 : x->id > y->id;
}

// True when the answer is the truth, each id once; with a limit, so many of it.
static bool is_exact(const Truth *truth, int q, int radius, size_t limit, NearHits *hits) {
    if (hits->found.len > 1)
        qsort(hits->found.items, hits->found.len, sizeof *hits->found.items, by_id);
    const uint16_t *distances = truth->distances + (size_t)q * truth->count;
    size_t there = 0, at = 0;
    for (size_t i = 0; i < truth->count; i++) {
        if (distances[i] > radius)
            continue;
        there++;
        if (at < hits->found.len && hits->found.items[at].id == i &&
            hits->found.items[at].distance == distances[i])
            at++;
    }
    bool is_cut = limit != 0 && there > limit;
    return at == hits->found.len && at == (is_cut ? limit : there) && hits->has_more == is_cut;
}

static bool checked(const char *what, NearShape shape, const Truth *truth, int q, int radius,
                    size_t limit, NearHits *hits) {
    bool is_good = is_exact(truth, q, radius, limit, hits);
    if (!is_good)
        t_fail(__FILE__, __LINE__,
               "%s: %s, %zu hashes, radius %d, limit %zu, query %d: %zu found, not what brute "
               "force finds",
               what, near_shape_name(shape), truth->count, radius, limit, q, hits->found.len);
    vec_clear(&hits->found);
    hits->has_more = false;
    return is_good;
}

// Every query alone at its own radius, every third with a limit; then all of them at once at some
// radii. True when all is well.
static bool check_table(const char *what, NearShape shape, const NearTable *table,
                        const Truth *truth, Prng *prng) {
    enum { BATCHES = RECALL_ROUNDS > 1 ? 12 : 4 };
    NearScratch *scratch = near_scratch_new();
    NearHits *hits = calloc(SLICE, sizeof *hits);
    bool is_good = scratch != NULL && hits != NULL;
    for (int q = 0; q < SLICE && is_good; q++) {
        size_t limit = q % 3 == 0 ? prng_below(prng, 40) : 0;
        CHECK_OK(near_table_search(table, scratch, &truth->queries[q], q % RADII, limit, hits));
        is_good = checked(what, shape, truth, q, q % RADII, limit, hits);
    }
    for (int b = 0; b < BATCHES && is_good; b++) {
        int radius = (int)prng_below(prng, RADII);
        CHECK_OK(near_table_search_batch(table, scratch, truth->queries, SLICE, radius, 0, hits));
        for (int q = 0; q < SLICE && is_good; q++)
            is_good = checked("at once", shape, truth, q, radius, 0, &hits[q]);
    }
    for (int q = 0; hits != NULL && q < SLICE; q++)
        near_hits_done(&hits[q]);
    free(hits);
    near_scratch_free(scratch);
    return is_good;
}

static uint64_t seed_for(NearShape shape, Prng *prng) {
    uint64_t seed = prng_next(prng);
    return shape == NEAR_BUCKET || shape == NEAR_CROWDED ? NEAR_SAMPLE_AIM : seed;
}

// Some set of kernels that this processor has.
static void kernels_any(Prng *prng) {
    const KernelOps *ops = NULL;
    while (ops == NULL)
        ops = kernels_of((KernelSet)prng_below(prng, KERNEL_SETS));
    kernels_use(ops);
}

static bool check_shape(NearShape shape, bool is_compact, bool is_file, size_t count, Prng *prng) {
    char path[256];
    snprintf(path, sizeof path, "%s/image", t_folder());
    NearBuild build = {.hashes = near_sample_new(shape, count, prng),
                       .count = count,
                       .seed = seed_for(shape, prng),
                       .is_compact = is_compact,
                       .threads = 2,
                       .path = is_file ? path : NULL};
    Truth *truth = calloc(1, sizeof *truth);
    NearTable *table = NULL;
    bool is_good = false;
    if (truth != NULL && build.hashes != NULL) {
        *truth = (Truth){.hashes = build.hashes, .count = count};
        truth->distances = malloc((count + 1) * SLICE * sizeof *truth->distances);
    }
    if (truth != NULL && truth->distances != NULL) {
        kernels_any(prng);
        CHECK_OK(near_table_build(&build, &table, NULL));
        if (is_file) {
            near_table_free(TAKE(table));
            CHECK_OK(near_table_open(path, &table, NULL));
        }
        truth_make(truth, build.seed, prng);
        is_good = table != NULL &&
                  check_table(is_file ? "from a file" : "in memory", shape, table, truth, prng);
        kernels_use(NULL);
        free(truth->distances);
    }
    near_table_free(table);
    free(truth);
    free((void *)(uintptr_t)build.hashes);
    return is_good;
}

TEST(every_radius_on_every_shape_finds_what_brute_force_finds)
{
    Prng prng = {t_seed()};
    for (int round = 0; round < RECALL_ROUNDS; round++)
        for (int shape = 0; shape < NEAR_SHAPES; shape++)
            for (int kind = 0; kind < 4; kind++) {
                // Small tables have other plans than large ones.
                size_t count = kind < 2 ? COUNT : (size_t)prng_below(&prng, COUNT / 8);
                bool is_compact = kind % 2 == 1, is_file = (kind + shape + round) % 2 == 0;
                if (!check_shape((NearShape)shape, is_compact, is_file, count, &prng))
                    return;
            }
}

// ---- sets

typedef struct Model {
    NearShape shape;
    char folder[256];
    NearSetOptions options;
    NearSet *set;
    NearScratch *scratch;
    Truth truth;
    PdqHash *hashes; // SET_COUNT
    bool is_removed[SET_COUNT];
} Model;

static bool model_holds(Model *model, Prng *prng) {
    NearHits hits = {0};
    bool is_good = true;
    truth_make(&model->truth, model->options.seed, prng);
    for (int q = 0; q < SLICE && is_good; q++) {
        size_t limit = q % 3 == 0 ? prng_below(prng, 40) : 0;
        CHECK_OK(near_set_search(model->set, model->scratch, &model->truth.queries[q], q % RADII,
                                 limit, &hits));
        is_good = checked("in a set", model->shape, &model->truth, q, q % RADII, limit, &hits);
    }
    near_hits_done(&hits);
    return is_good;
}

static void model_grow(Model *model, size_t to) {
    uint32_t first = 0;
    CHECK_OK(near_set_add(model->set, model->hashes + model->truth.count, to - model->truth.count,
                          &first, NULL));
    CHECK_INT(first, model->truth.count);
    model->truth.count = to;
}

static void model_thin(Model *model, Prng *prng) {
    for (uint32_t id = 0; id < model->truth.count; id++)
        if (prng_below(prng, 6) == 0) {
            CHECK_OK(near_set_remove(model->set, id, NULL));
            model->is_removed[id] = true;
        }
}

static void model_merge(Model *model) {
    bool did = false;
    CHECK_OK(near_set_maintain(model->set, true, &did, NULL));
}

static void model_reopen(Model *model) {
    near_set_free(TAKE(model->set));
    CHECK_OK(near_set_open(model->folder, &model->options, &model->set, NULL));
    if (model->set != NULL)
        CHECK_OK(near_set_warm(model->set, NULL));
}

// Filled or added to, thinned out, merged, opened again, in turn; always like brute force.
static bool model_run(Model *model, bool is_filled, Prng *prng) {
    if (is_filled) {
        CHECK_OK(near_set_fill(model->set, model->hashes, SET_COUNT / 2, NULL));
        model->truth.count = SET_COUNT / 2;
    } else {
        model_grow(model, SET_COUNT / 2);
    }
    model_thin(model, prng);
    bool is_good = model_holds(model, prng);
    model_grow(model, SET_COUNT * 3 / 4);
    is_good = is_good && model_holds(model, prng); // segment and fresh rows, or fresh ones alone
    model_merge(model);
    model_thin(model, prng);
    is_good = is_good && model_holds(model, prng); // removed after their segment was made
    model_grow(model, SET_COUNT);
    model_merge(model);
    model_reopen(model);
    return is_good && model->set != NULL && model_holds(model, prng);
}

TEST(a_set_that_changes_finds_what_brute_force_finds)
{
    Prng prng = {t_seed() + 1};
    for (int round = 0; round < RECALL_ROUNDS; round++)
        for (int shape = 0; shape < NEAR_SHAPES; shape++) {
            Model *model = calloc(1, sizeof *model);
            REQUIRE(model != NULL);
            *model = (Model){.shape = (NearShape)shape,
                             .options = {.seed = seed_for((NearShape)shape, &prng),
                                         .is_compact = (shape + round) % 2 == 0,
                                         .threads = 2},
                             .scratch = near_scratch_new(),
                             .hashes = near_sample_new((NearShape)shape, SET_COUNT, &prng)};
            model->truth = (Truth){
                .hashes = model->hashes,
                .distances = malloc((size_t)SLICE * SET_COUNT * sizeof *model->truth.distances),
                .is_removed = model->is_removed};
            snprintf(model->folder, sizeof model->folder, "%s/set-%d-%d", t_folder(), round, shape);
            CHECK_OK(near_set_open(model->folder, &model->options, &model->set, NULL));
            REQUIRE(model->set != NULL && model->scratch != NULL && model->hashes != NULL &&
                    model->truth.distances != NULL);
            bool is_good = model_run(model, prng_below(&prng, 2) == 0, &prng);
            near_set_free(model->set);
            near_scratch_free(model->scratch);
            free(model->hashes);
            free(model->truth.distances);
            free(model);
            if (!is_good)
                return;
        }
}
