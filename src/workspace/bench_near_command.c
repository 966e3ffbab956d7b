// `seventh bench near`: builds a near index over composed hashes and measures it against brute
// force in the same run.
#include <pthread.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/workqueue.h"
#include "index/near_sample.h"
#include "index/near_table.h"
#include "kernels/kernels.h"
#include "workspace/bench_figures.h"
#include "workspace/commands.h"

enum { THREADS_MAX = 64, LIMIT = 1000, FLAT_QUERIES = 8, RECALL_QUERIES = 64, SLICE_MAX = 100000 };

typedef struct BenchNearOptions {
    int64_t size, radius, queries, batch, threads, seed;
    const char *shape;
    bool is_compact, wants_json;
} BenchNearOptions;

static const Option BENCH_NEAR_OPTIONS[] = {
    {.name = "size",
     .letter = 'n',
     .kind = OPTION_NUMBER,
     .offset = offsetof(BenchNearOptions, size),
     .value = N_("N"),
     .help = N_("How many hashes to index (1,000,000 unless given)"),
     .max = 1000000000},
    {.name = "shape",
     .kind = OPTION_TEXT,
     .offset = offsetof(BenchNearOptions, shape),
     .value = N_("SHAPE"),
     .help = N_("How the hashes are spread: uniform, pdq, clustered, flooded or equal")},
    {.name = "radius",
     .letter = 'r',
     .kind = OPTION_NUMBER,
     .offset = offsetof(BenchNearOptions, radius),
     .value = N_("BITS"),
     .help = N_("Greatest distance that counts as near (31 unless given)"),
     .max = NEAR_RADIUS_MAX},
    {.name = "queries",
     .letter = 'q',
     .kind = OPTION_NUMBER,
     .offset = offsetof(BenchNearOptions, queries),
     .value = N_("N"),
     .help = N_("How many queries to ask (20,000 unless given)"),
     .min = 1,
     .max = 100000000},
    {.name = "batch",
     .letter = 'b',
     .kind = OPTION_NUMBER,
     .offset = offsetof(BenchNearOptions, batch),
     .value = N_("N"),
     .help = N_("How many queries to ask at once (1 unless given)"),
     .min = 1,
     .max = 1000000},
    {.name = "threads",
     .letter = 't',
     .kind = OPTION_NUMBER,
     .offset = offsetof(BenchNearOptions, threads),
     .value = N_("N"),
     .help = N_("How many threads ask (1 unless given)"),
     .min = 1,
     .max = THREADS_MAX},
    {.name = "seed",
     .kind = OPTION_NUMBER,
     .offset = offsetof(BenchNearOptions, seed),
     .value = N_("N"),
     .help = N_("Seed of the composed hashes"),
     .max = INT64_MAX},
    {.name = "compact",
     .kind = OPTION_FLAG,
     .offset = offsetof(BenchNearOptions, is_compact),
     .help = N_("Measure the layout that needs less memory")},
    {.name = "json",
     .kind = OPTION_FLAG,
     .offset = offsetof(BenchNearOptions, wants_json),
     .help = N_("Write one JSON object")},
    {0},
};

static void bench_near_preset(void *untyped) {
    *(BenchNearOptions *)untyped = (BenchNearOptions){.size = 1000000,
                                                      .radius = 31,
                                                      .queries = 20000,
                                                      .batch = 1,
                                                      .threads = 1,
                                                      .seed = 1,
                                                      .shape = "uniform"};
}

// One thread's share of the queries.
typedef struct Asker {
    const NearTable *table;
    const PdqHash *queries;
    size_t count, batch;
    int radius;
    pthread_t thread;
    uint64_t found;
    int64_t slowest_ns;
    Err err;
} Asker;

static void *asker_run(void *argument) {
    Asker *asker = argument;
    _cleanup_(near_scratch_freep) NearScratch *scratch = near_scratch_new();
    _cleanup_free_ NearHits *hits = calloc(asker->batch, sizeof *hits);
    asker->err = scratch == NULL || hits == NULL ? ERR_NOMEM : ERR_OK;
    for (size_t done = 0; done < asker->count && asker->err == ERR_OK; done += asker->batch) {
        size_t n = asker->count - done < asker->batch ? asker->count - done : asker->batch;
        int64_t begun = clock_monotonic_ns();
        asker->err = n == 1 ? near_table_search(asker->table, scratch, &asker->queries[done],
                                                asker->radius, LIMIT, hits)
                            : near_table_search_batch(asker->table, scratch, asker->queries + done,
                                                      n, asker->radius, LIMIT, hits);
        int64_t taken = clock_monotonic_ns() - begun;
        if (taken > asker->slowest_ns)
            asker->slowest_ns = taken;
        for (size_t i = 0; i < n; i++) {
            asker->found += hits[i].found.len;
            vec_clear(&hits[i].found);
            hits[i].has_more = false;
        }
    }
    for (size_t i = 0; hits != NULL && i < asker->batch; i++)
        near_hits_done(&hits[i]);
    return NULL;
}

// Asks all queries with the wanted threads; *ret_seconds is wall time.
static Err ask_all(const BenchNearOptions *options, const NearTable *table, const PdqHash *queries,
                   double *ret_seconds, uint64_t *ret_found, double *ret_slowest_ms) {
    Asker askers[THREADS_MAX];
    size_t threads = (size_t)options->threads,
           share = ((size_t)options->queries + threads - 1) / threads, given = 0;
    int64_t begun = clock_monotonic_ns(), slowest = 0;
    for (size_t i = 0; i < threads; i++) {
        size_t left = (size_t)options->queries - given;
        askers[i] = (Asker){.table = table,
                            .queries = queries + given,
                            .count = left < share ? left : share,
                            .batch = (size_t)options->batch,
                            .radius = (int)options->radius};
        given += askers[i].count;
        if (i + 1 < threads && pthread_create(&askers[i].thread, NULL, asker_run, &askers[i]) != 0)
            return ERR_LIMIT;
    }
    asker_run(&askers[threads - 1]);
    Err err = ERR_OK;
    *ret_found = 0;
    for (size_t i = 0; i < threads; i++) {
        if (i + 1 < threads)
            pthread_join(askers[i].thread, NULL);
        *ret_found += askers[i].found;
        if (askers[i].slowest_ns > slowest)
            slowest = askers[i].slowest_ns;
        if (err == ERR_OK)
            err = askers[i].err;
    }
    *ret_seconds = (double)(clock_monotonic_ns() - begun) / 1e9;
    *ret_slowest_ms = (double)slowest / 1e6;
    return err;
}

// The peer: every hash looked at with four 64-bit population counts, as a flat index built for this
// processor does. The processor's own instruction is asked for by name, since the rest is compiled
// for older ones too.
#if defined(__x86_64__)
__attribute__((target("popcnt")))
#endif
static uint64_t
flat_count(const PdqHash *hashes, size_t count, const PdqHash *query, int radius) {
    uint64_t q[4], h[4], within = 0;
    memcpy(q, query, sizeof q);
    for (size_t i = 0; i < count; i++) {
        memcpy(h, &hashes[i], sizeof h);
        int distance = 0;
        for (int k = 0; k < 4; k++)
            distance += __builtin_popcountll(q[k] ^ h[k]);
        within += distance <= radius;
    }
    return within;
}

static double flat_scan_ns(const BenchNearOptions *options, const PdqHash *hashes,
                           const PdqHash *queries, uint64_t *io_within) {
    size_t count = (size_t)options->size;
    size_t asked =
        (size_t)options->queries < FLAT_QUERIES ? (size_t)options->queries : FLAT_QUERIES;
    int64_t begun = clock_monotonic_ns();
    for (size_t q = 0; q < asked; q++)
        *io_within += flat_count(hashes, count, &queries[q], (int)options->radius);
    return (double)(clock_monotonic_ns() - begun) / (double)(asked * (count > 0 ? count : 1));
}

// The share of what brute force finds that the table finds too, over a sample.
static Err recall_of(const BenchNearOptions *options, const NearTable *table, const PdqHash *hashes,
                     const PdqHash *queries, double *ret_recall) {
    _cleanup_(near_scratch_freep) NearScratch *scratch = near_scratch_new();
    if (scratch == NULL)
        return ERR_NOMEM;
    uint64_t expected = 0, found = 0;
    NearHits hits = {0};
    for (int q = 0; q < RECALL_QUERIES && q < options->queries; q++) {
        vec_clear(&hits.found);
        Err err = near_table_search(table, scratch, &queries[q], (int)options->radius, 0, &hits);
        if (err != ERR_OK) {
            near_hits_done(&hits);
            return err;
        }
        for (int64_t i = 0; i < options->size; i++)
            expected += pdq_distance(&hashes[i], &queries[q]) <= options->radius;
        for (size_t i = 0; i < hits.found.len; i++)
            found += pdq_distance(&hashes[hits.found.items[i].id], &queries[q]) ==
                     hits.found.items[i].distance;
    }
    near_hits_done(&hits);
    *ret_recall = expected == 0 ? 1 : (double)found / (double)expected;
    return ERR_OK;
}

static Err measure(const BenchNearOptions *options, NearShape shape, BenchFigures *figures,
                   Diag *diag) {
    Prng prng = {(uint64_t)options->seed};
    _cleanup_free_ PdqHash *hashes = near_sample_new(shape, (size_t)options->size, &prng);
    _cleanup_free_ PdqHash *queries = calloc((size_t)options->queries, sizeof *queries);
    if (hashes == NULL || queries == NULL)
        return ERR_NOMEM;
    for (int64_t i = 0; i < options->queries; i++)
        queries[i] = near_sample_query(hashes, (size_t)options->size, (int)options->radius, &prng);
    int64_t begun = clock_monotonic_ns();
    NearBuild build = {.hashes = hashes,
                       .count = (size_t)options->size,
                       .seed = prng_next(&prng),
                       .is_compact = options->is_compact,
                       .threads = processor_count()};
    _cleanup_(near_table_freep) NearTable *table = NULL;
    TRY(near_table_build(&build, &table, diag));
    double build_seconds = (double)(clock_monotonic_ns() - begun) / 1e9, seconds, slowest_ms,
           recall;
    uint64_t found, sink = 0;
    TRY(ask_all(options, table, queries, &seconds, &found, &slowest_ms)); // warms up
    TRY(ask_all(options, table, queries, &seconds, &found, &slowest_ms));
    double flat_ns = flat_scan_ns(options, hashes, queries, &sink);
    TRY(recall_of(options, table, hashes, queries, &recall));
    double rate = (double)options->queries / seconds,
           flat_rate = 1e9 / (flat_ns * (double)options->size);
    bench_figure(figures, "build_seconds", N_("Building, seconds"), build_seconds, 2);
    bench_figure(figures, "bytes_per_hash", N_("Bytes a hash"),
                 (double)near_table_bytes(table) / (double)(options->size > 0 ? options->size : 1),
                 2);
    bench_figure(figures, "queries_per_second", N_("Queries a second"), rate, 0);
    bench_figure(figures, "slowest_ms", N_("Slowest call, milliseconds"), slowest_ms, 3);
    bench_figure(figures, "found", N_("Hashes found"), (double)found, 0);
    bench_figure(figures, "recall", N_("Recall against brute force"), recall, 6);
    bench_figure(figures, "flat_ns_per_hash", N_("Flat scan, nanoseconds a hash"), flat_ns, 3);
    bench_figure(figures, "flat_queries_per_second", N_("Flat scan, queries a second"), flat_rate,
                 2);
    bench_figure(figures, "ratio_to_flat", N_("Times as fast as the flat scan"), rate / flat_rate,
                 1);
    return ERR_OK;
}

static Err bench_near_run(CommandContext *context, const void *untyped, Diag *diag) {
    const BenchNearOptions *options = untyped;
    NearShape shape;
    if (!near_shape_from(str_from(options->shape), &shape)) {
        diag_set(diag, ERR_INVALID,
                 N_("There is no shape called “{shape}”. Choose from uniform, pdq, clustered, "
                    "flooded and equal."));
        diag_arg(diag, "shape", str_from(options->shape));
        return ERR_INVALID;
    }
    BenchFigures figures = {0};
    bench_figure_text(&figures, "shape", N_("Shape"), near_shape_name(shape));
    bench_figure(&figures, "size", N_("Hashes"), (double)options->size, 0);
    bench_figure(&figures, "radius", N_("Radius, bits"), (double)options->radius, 0);
    bench_figure(&figures, "batch", N_("Queries at once"), (double)options->batch, 0);
    bench_figure(&figures, "threads", N_("Threads"), (double)options->threads, 0);
    bench_figure_text(&figures, "kernels", N_("Kernels"), kernels()->name);
    bench_figure_text(&figures, "layout", N_("Layout"), options->is_compact ? "compact" : "fast");
    Err err = measure(options, shape, &figures, diag);
    if (err == ERR_NOMEM)
        return diag_set(diag, err, N_("There is not enough memory."));
    TRY(err);
    return bench_figures_print(&figures, context, options->wants_json, diag);
}

const Command bench_near_command = {
    .name = "bench near",
    .summary = N_("Measure near search on this machine"),
    .options = BENCH_NEAR_OPTIONS,
    .options_size = sizeof(BenchNearOptions),
    .preset = bench_near_preset,
    .run = bench_near_run,
    .description = N_("Composes hashes from a seed, indexes them and asks for all within the "
                      "radius. The peer in the "
                      "same run is a scan of every hash with 64-bit population counts; recall is "
                      "checked against it."),
};
