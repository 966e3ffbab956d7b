// `seventh bench exact`: digest look-ups in a sorted column, one at a time and many at once, half
// of them misses.
#include <stddef.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/prng.h"
#include "index/exact.h"
#include "index/region.h"
#include "workspace/bench_figures.h"
#include "workspace/commands.h"

enum { DIGEST = MD5_BYTES, ROW = DIGEST + 4, BATCH_MAX = 65536 };

typedef struct BenchExactOptions {
    int64_t size, queries, batch, seed;
    bool wants_json;
} BenchExactOptions;

static const Option BENCH_EXACT_OPTIONS[] = {
    {.name = "size",
     .letter = 'n',
     .kind = OPTION_NUMBER,
     .offset = offsetof(BenchExactOptions, size),
     .value = N_("N"),
     .help = N_("How many digests to index (10,000,000 unless given)"),
     .min = 1,
     .max = 1000000000},
    {.name = "queries",
     .letter = 'q',
     .kind = OPTION_NUMBER,
     .offset = offsetof(BenchExactOptions, queries),
     .value = N_("N"),
     .help = N_("How many queries to ask (4,000,000 unless given)"),
     .min = 1,
     .max = 1000000000},
    {.name = "batch",
     .letter = 'b',
     .kind = OPTION_NUMBER,
     .offset = offsetof(BenchExactOptions, batch),
     .value = N_("N"),
     .help = N_("How many queries to ask at once (1,000 unless given)"),
     .min = 1,
     .max = BATCH_MAX},
    {.name = "seed",
     .kind = OPTION_NUMBER,
     .offset = offsetof(BenchExactOptions, seed),
     .value = N_("N"),
     .help = N_("Seed of the composed hashes"),
     .max = INT64_MAX},
    {.name = "json",
     .kind = OPTION_FLAG,
     .offset = offsetof(BenchExactOptions, wants_json),
     .help = N_("Write one JSON object")},
    {0},
};

static void bench_exact_preset(void *untyped) {
    *(BenchExactOptions *)untyped =
        (BenchExactOptions){.size = 10000000, .queries = 4000000, .batch = 1000, .seed = 1};
}

// Sorted rows, composed in order so that nothing has to be sorted: each leading number lies in its
// own step.
static bool rows_compose(Region *rows, size_t count, Prng *prng) {
    if (!region_extend(rows, count * ROW))
        return false;
    uint64_t step = UINT64_MAX / (count + 1);
    for (size_t i = 0; i < count; i++) {
        uint64_t lead = htobe64(step * i + prng_below(prng, step)), tail = prng_next(prng);
        uint8_t *row = rows->bytes + i * ROW;
        memcpy(row, &lead, 8);
        memcpy(row + 8, &tail, 8);
        store_le32(row + DIGEST, (uint32_t)i);
    }
    return true;
}

static void queries_compose(const Region *rows, size_t count, uint8_t *queries, size_t n,
                            Prng *prng) {
    for (size_t i = 0; i < n; i++) {
        memcpy(queries + i * DIGEST, rows->bytes + prng_below(prng, count) * ROW, DIGEST);
        if (i % 2 == 1) {
            uint64_t other = prng_next(prng);
            memcpy(queries + i * DIGEST, &other, sizeof other);
        }
    }
}

static double ask_singly(const ExactIndex *index, const uint8_t *queries, size_t n,
                         uint64_t *ret_found) {
    int64_t begun = clock_monotonic_ns();
    *ret_found = 0;
    for (size_t i = 0; i < n; i++) {
        size_t first;
        *ret_found += exact_index_find(index, queries + i * DIGEST, &first);
    }
    return (double)(clock_monotonic_ns() - begun) / 1e9;
}

static double ask_batched(const ExactIndex *index, const uint8_t *queries, size_t n, size_t batch,
                          ExactRange *ranges, uint64_t *ret_found) {
    int64_t begun = clock_monotonic_ns();
    *ret_found = 0;
    for (size_t done = 0; done < n; done += batch) {
        size_t some = n - done < batch ? n - done : batch;
        exact_index_find_batch(index, queries + done * DIGEST, some, ranges);
        for (size_t i = 0; i < some; i++)
            *ret_found += ranges[i].count;
    }
    return (double)(clock_monotonic_ns() - begun) / 1e9;
}

static Err measure(const BenchExactOptions *options, Region *rows, BenchFigures *figures) {
    Prng prng = {(uint64_t)options->seed};
    size_t count = (size_t)options->size, n = (size_t)options->queries,
           batch = (size_t)options->batch;
    _cleanup_free_ uint8_t *queries = malloc(n * DIGEST);
    _cleanup_free_ ExactRange *ranges = malloc(batch * sizeof *ranges);
    if (queries == NULL || ranges == NULL || !rows_compose(rows, count, &prng))
        return ERR_NOMEM;
    queries_compose(rows, count, queries, n, &prng);
    ExactIndex index;
    TRY(exact_index_init(&index, (SectionView){.bytes = rows->bytes, .count = count}, ROW));
    uint64_t singly, batched;
    ask_batched(&index, queries, n, batch, ranges, &batched); // warms up
    double batched_seconds = ask_batched(&index, queries, n, batch, ranges, &batched);
    double single_seconds = ask_singly(&index, queries, n, &singly);
    size_t bytes = count * ROW + (((size_t)1 << (32 - index.shift)) + 1) * sizeof *index.starts;
    exact_index_done(&index);
    bench_figure(figures, "bytes_per_key", N_("Bytes a digest"), (double)bytes / (double)count, 2);
    bench_figure(figures, "batched_per_second", N_("Look-ups a second, at once"),
                 (double)n / batched_seconds, 0);
    bench_figure(figures, "single_per_second", N_("Look-ups a second, one by one"),
                 (double)n / single_seconds, 0);
    bench_figure(figures, "ratio", N_("Times as fast at once"), single_seconds / batched_seconds,
                 2);
    bench_figure(figures, "found", N_("Digests found"), (double)batched, 0);
    return singly == batched ? ERR_OK : ERR_INTERNAL;
}

static Err bench_exact_run(CommandContext *context, const void *untyped, Diag *diag) {
    const BenchExactOptions *options = untyped;
    BenchFigures figures = {0};
    bench_figure(&figures, "size", N_("Digests"), (double)options->size, 0);
    bench_figure(&figures, "batch", N_("Queries at once"), (double)options->batch, 0);
    Region rows = {0};
    Err err = measure(options, &rows, &figures);
    region_done(&rows);
    if (err == ERR_NOMEM)
        return diag_set(diag, err, N_("There is not enough memory."));
    if (err != ERR_OK)
        return diag_set(diag, err, N_("The look-ups at once and one by one found different rows."));
    return bench_figures_print(&figures, context, options->wants_json, diag);
}

const Command bench_exact_command = {
    .name = "bench exact",
    .summary = N_("Measure digest look-ups on this machine"),
    .options = BENCH_EXACT_OPTIONS,
    .options_size = sizeof(BenchExactOptions),
    .preset = bench_exact_preset,
    .run = bench_exact_run,
    .description = N_("Composes MD5 digests from a seed and looks them up in a sorted column as "
                      "list files hold it, "
                      "half of the look-ups being misses, one by one and many at once."),
};
