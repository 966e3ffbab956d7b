// `seventh bench near`: builds a near index over composed hashes and measures it against a flat
// scan and brute force in the same run.
#include <stddef.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/workqueue.h"
#include "kernels/kernels.h"
#include "workspace/bench_files.h"
#include "workspace/bench_near.h"
#include "workspace/commands.h"

enum { RECALL_QUERIES = 48, DENSE_QUERIES_MAX = 5000, MS_DECIMALS = 3 };

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
     .help = N_("How the hashes are spread: uniform, pdq, clustered, prefix, copies, flooded, "
                "bucket, crowded or equal")},
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
     .max = BENCH_THREADS_MAX},
    {.name = "seed",
     .kind = OPTION_NUMBER,
     .offset = offsetof(BenchNearOptions, seed),
     .value = N_("N"),
     .help = N_("Seed of the composed hashes"),
     .max = INT64_MAX},
    {.name = "limit",
     .kind = OPTION_NUMBER,
     .offset = offsetof(BenchNearOptions, limit),
     .value = N_("N"),
     .help = N_("Most answers to one query (1,000 unless given; 0: all)"),
     .max = INT32_MAX},
    {.name = "kernels",
     .kind = OPTION_TEXT,
     .offset = offsetof(BenchNearOptions, kernels),
     .value = N_("NAME"),
     .help = N_("Use these kernels: scalar, neon, sse4, avx2 or avx512 (this processor’s best "
                "unless given)")},
    {.name = "cold",
     .kind = OPTION_FLAG,
     .offset = offsetof(BenchNearOptions, is_cold),
     .help = N_("Also write the index to a file and open that when memory holds none of it")},
    {.name = "changing",
     .kind = OPTION_FLAG,
     .offset = offsetof(BenchNearOptions, is_changing),
     .help = N_("Also add single hashes to a set of this size, find them, and remove them")},
    {.name = "folder",
     .kind = OPTION_TEXT,
     .offset = offsetof(BenchNearOptions, folder),
     .value = N_("FOLDER"),
     .help = N_("Where files of the measurement lie meanwhile ($TMPDIR or /var/tmp unless given)")},
    {.name = "save",
     .kind = OPTION_TEXT,
     .offset = offsetof(BenchNearOptions, save),
     .value = N_("FOLDER"),
     .help = N_("Also write what is composed to “hashes” and “queries” in this folder, 32 bytes "
                "each, for other programs to be compared")},
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
                                                      .radius = PDQ_RADIUS_USUAL,
                                                      .queries = 20000,
                                                      .batch = 1,
                                                      .threads = 1,
                                                      .limit = 1000,
                                                      .seed = 1,
                                                      .shape = "uniform"};
}

// What one query costs in the ordinary part and in the dense one, each asked one by one.
static Err measure_parts(BenchNear *bench, const NearTable *table, BenchFigures *figures) {
    const BenchNearOptions *options = bench->options;
    size_t n =
        (size_t)options->queries < DENSE_QUERIES_MAX ? (size_t)options->queries : DENSE_QUERIES_MAX;
    _cleanup_free_ PdqHash *queries = malloc(n * sizeof *queries);
    if (queries == NULL)
        return ERR_NOMEM;
    BenchAnswer answers[2];
    for (int part = NEAR_ORDINARY; part <= NEAR_DENSE; part++) {
        for (size_t i = 0; i < n; i++)
            queries[i] =
                near_sample_query_part(bench->shape, (NearPart)part, bench->hashes,
                                       (size_t)options->size, (int)options->radius, &bench->prng);
        TRY(bench_near_ask(bench, table, queries, n, 1, 1, &answers[part]));
    }
    const BenchAnswer *dense = &answers[NEAR_DENSE];
    double ordinary_us = answers[NEAR_ORDINARY].seconds / (double)n * 1e6,
           dense_us = dense->seconds / (double)n * 1e6;
    bench_figure(figures, "ordinary_us", N_("An ordinary query, microseconds"), ordinary_us, 1);
    bench_figure(figures, "dense_us", N_("A query into the dense part, microseconds"), dense_us, 1);
    bench_figure(figures, "dense_ratio", N_("Times the cost of an ordinary one"),
                 dense_us / ordinary_us, 2);
    bench_figure(figures, "dense_found", N_("Answers to a query into the dense part"),
                 (double)dense->found / (double)n, 1);
    bench_figure(figures, "dense_p99_ms",
                 N_("99 of 100 queries into the dense part within, milliseconds"), dense->p99_ms,
                 MS_DECIMALS);
    bench_figure(figures, "dense_slowest_ms", N_("Slowest query into the dense part, milliseconds"),
                 dense->slowest_ms, MS_DECIMALS);
    bench_figure(figures, "dense_slowest_least_ms",
                 N_("Slowest query into the dense part, least of three times, milliseconds"),
                 dense->slowest_least_ms, MS_DECIMALS);
    return ERR_OK;
}

static void put_answer(const BenchNearOptions *options, const BenchAnswer *answer, double flat_ns,
                       BenchFigures *figures) {
    double rate = (double)options->queries / answer->seconds,
           flat_rate = options->size == 0 ? 0 : 1e9 / (flat_ns * (double)options->size);
    bench_figure(figures, "queries_per_second", N_("Queries a second"), rate, 0);
    bench_figure(figures, "queries_per_second_wall", N_("The same by the clock on the wall"),
                 (double)options->queries / answer->wall_seconds, 0);
    bench_figure(figures, "median_ms", N_("Half of the calls within, milliseconds"),
                 answer->median_ms, MS_DECIMALS);
    bench_figure(figures, "p99_ms", N_("99 of 100 calls within, milliseconds"), answer->p99_ms,
                 MS_DECIMALS);
    bench_figure(figures, "slowest_ms", N_("Slowest call, milliseconds"), answer->slowest_ms,
                 MS_DECIMALS);
    bench_figure(figures, "slowest_least_ms",
                 N_("Slowest call, least of three times, milliseconds"), answer->slowest_least_ms,
                 MS_DECIMALS);
    bench_figure(figures, "found", N_("Hashes found"), (double)answer->found, 0);
    bench_figure(figures, "flat_ns_per_hash", N_("Flat scan, nanoseconds a hash"), flat_ns, 3);
    bench_figure(figures, "flat_queries_per_second", N_("Flat scan, queries a second"), flat_rate,
                 2);
    bench_figure(figures, "ratio_to_flat", N_("Times as fast as the flat scan"),
                 flat_rate > 0 ? rate / flat_rate : 0, 1);
}

static Err measure_table(BenchNear *bench, const PdqHash *queries, BenchFigures *figures,
                         Diag *diag) {
    const BenchNearOptions *options = bench->options;
    double flat_ns = bench_near_flat(bench, queries, (size_t)options->queries);
    NearBuild build = {.hashes = bench->hashes,
                       .count = (size_t)options->size,
                       .seed = bench->seed,
                       .is_compact = options->is_compact,
                       .threads = processor_count()};
    _cleanup_(near_table_freep) NearTable *table = NULL;
    int64_t begun = clock_monotonic_ns();
    TRY(near_table_build(&build, &table, diag));
    bench_figure(figures, "build_seconds", N_("Building, seconds"),
                 (double)(clock_monotonic_ns() - begun) / 1e9, 2);
    bench_figure(figures, "bytes_per_hash", N_("Bytes a hash"),
                 (double)near_table_bytes(table) / (double)(options->size > 0 ? options->size : 1),
                 2);
    BenchAnswer answer;
    BenchRecall recall;
    size_t n = (size_t)options->queries;
    TRY(bench_near_ask(bench, table, queries, n, (size_t)options->batch, (int)options->threads,
                       &answer));
    put_answer(options, &answer, flat_ns, figures);
    TRY(bench_near_recall(bench, table, queries, n < RECALL_QUERIES ? n : RECALL_QUERIES, &recall));
    bench_figure(figures, "recall", N_("Recall against brute force"), recall.recall, 6);
    bench_figure_text(figures, "recall_radii", N_("Radii at which it was compared"), recall.radii);
    bench_figure(figures, "recall_matches", N_("Matches compared"), (double)recall.matches, 0);
    bench_figure(figures, "recall_wrong", N_("Wrong answers among them"), (double)recall.wrong, 0);
    if (near_shape_has(bench->shape, NEAR_DENSE))
        TRY(measure_parts(bench, table, figures));
    return ERR_OK;
}

static Err hashes_save(const char *folder, const char *name, const PdqHash *hashes, size_t count,
                       Diag *diag) {
    _cleanup_free_ char *path = bench_path(folder, name);
    if (path == NULL)
        return ERR_NOMEM;
    _cleanup_file_writer_ FileWriter writer = {.fd = -1};
    TRY(file_writer_open(&writer, path, false, diag));
    TRY(fd_write_all(writer.fd, hashes, count * sizeof *hashes, diag));
    return file_writer_commit(&writer, diag);
}

static Err measure(BenchNear *bench, BenchFigures *figures, Diag *diag) {
    const BenchNearOptions *options = bench->options;
    size_t count = (size_t)options->size, n = (size_t)options->queries;
    _cleanup_free_ PdqHash *hashes =
        near_sample_new_threaded(bench->shape, count, &bench->prng, processor_count());
    _cleanup_free_ PdqHash *queries = calloc(n, sizeof *queries);
    if (hashes == NULL || queries == NULL)
        return ERR_NOMEM;
    bench->hashes = hashes;
    for (size_t i = 0; i < n; i++)
        queries[i] = near_sample_query(hashes, count, (int)options->radius, &bench->prng);
    if (options->save != NULL) {
        TRY(hashes_save(options->save, "hashes", hashes, count, diag));
        TRY(hashes_save(options->save, "queries", queries, n, diag));
    }
    TRY(measure_table(bench, queries, figures, diag));
    if (options->is_cold)
        TRY(bench_near_cold(bench, figures, diag));
    if (options->is_changing)
        TRY(bench_near_changing(bench, figures, diag));
    return ERR_OK;
}

static Err kernels_take(const char *name, Diag *diag) {
    for (int set = 0; name != NULL && set < KERNEL_SETS; set++) {
        const KernelOps *ops = kernels_of((KernelSet)set);
        if (ops != NULL && strcmp(ops->name, name) == 0) {
            kernels_use(ops);
            return ERR_OK;
        }
    }
    if (name == NULL)
        return ERR_OK;
    diag_set(diag, ERR_UNSUPPORTED, N_("This processor or this program has no kernels “{name}”."));
    diag_arg(diag, "name", str_from(name));
    return ERR_UNSUPPORTED;
}

static Err bench_near_run(CommandContext *context, const void *untyped, Diag *diag) {
    const BenchNearOptions *options = untyped;
    BenchNear bench = {.options = options, .prng = {(uint64_t)options->seed}};
    if (!near_shape_from(str_from(options->shape), &bench.shape)) {
        diag_set(diag, ERR_INVALID,
                 N_("There is no shape called “{shape}”. Choose from uniform, pdq, clustered, "
                    "prefix, copies, flooded, bucket, crowded and equal."));
        diag_arg(diag, "shape", str_from(options->shape));
        return ERR_INVALID;
    }
    TRY(kernels_take(options->kernels, diag));
    // Two shapes are aimed at an index whose secret is known.
    bool is_aimed = bench.shape == NEAR_BUCKET || bench.shape == NEAR_CROWDED;
    bench.seed = is_aimed ? NEAR_SAMPLE_AIM : prng_next(&bench.prng);
    BenchFigures figures = {0};
    bench_figure_text(&figures, "shape", N_("Shape"), near_shape_name(bench.shape));
    bench_figure(&figures, "size", N_("Hashes"), (double)options->size, 0);
    bench_figure(&figures, "radius", N_("Radius, bits"), (double)options->radius, 0);
    bench_figure(&figures, "limit", N_("Most answers to one query"), (double)options->limit, 0);
    bench_figure(&figures, "batch", N_("Queries at once"), (double)options->batch, 0);
    bench_figure(&figures, "threads", N_("Threads"), (double)options->threads, 0);
    bench_figure_text(&figures, "kernels", N_("Kernels"), kernels()->name);
    bench_figure_text(&figures, "layout", N_("Layout"), options->is_compact ? "compact" : "fast");
    Err err = measure(&bench, &figures, diag);
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
    .description = N_(
        "Composes hashes from a seed, indexes them and asks for all within the radius. The peer "
        "in the same run is a scan of every hash with 64-bit population counts; recall is "
        "checked against it at several radii. Shapes: uniform; pdq (128 bits set, neighbours "
        "correlated); clustered (half of them near copies, ten thousand of each original); "
        "prefix (half share their first 16 bits); copies (up to a million of one hash); flooded "
        "(a mixture of floods); bucket and crowded (aimed at an index whose secret is known: "
        "all in one bucket of one table, all in eight buckets of each); equal (one hash). Where "
        "a shape has a dense part, a query into it is compared with an ordinary one. All "
        "queries are asked three times; the fastest pass counts, by processor time, since others "
        "may use the machine."),
};
