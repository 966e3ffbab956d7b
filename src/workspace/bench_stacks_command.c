// `seventh bench stacks`: groups composed hashes with planted stacks, and checks the answer by the
// truth and against brute force in the same run.
#include <stddef.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/prng.h"
#include "base/workqueue.h"
#include "index/limits.h"
#include "index/near_stacks.h"
#include "index/near_table.h"
#include "kernels/kernels.h"
#include "scan/stacks.h"
#include "workspace/bench_figures.h"
#include "workspace/bench_stacks_plant.h"
#include "workspace/commands.h"

enum { RADIUS = 31, SAMPLE = 256, SLICE = 65536 };

typedef struct BenchStacksOptions {
    int64_t size, threads, seed;
    bool wants_json;
} BenchStacksOptions;

static const Option BENCH_STACKS_OPTIONS[] = {
    {.name = "size",
     .letter = 'n',
     .kind = OPTION_NUMBER,
     .offset = offsetof(BenchStacksOptions, size),
     .value = N_("N"),
     .help = N_("How many hashes to group (1,000,000 unless given)"),
     .min = 1,
     .max = 1000000000},
    {.name = "threads",
     .letter = 't',
     .kind = OPTION_NUMBER,
     .offset = offsetof(BenchStacksOptions, threads),
     .value = N_("N"),
     .help = N_("How many threads work (all processors unless given)"),
     .min = 1,
     .max = NEAR_BUILD_THREADS_MAX},
    {.name = "seed",
     .kind = OPTION_NUMBER,
     .offset = offsetof(BenchStacksOptions, seed),
     .value = N_("N"),
     .help = N_("Seed of the composed hashes"),
     .max = INT64_MAX},
    {.name = "json",
     .kind = OPTION_FLAG,
     .offset = offsetof(BenchStacksOptions, wants_json),
     .help = N_("Write one JSON object")},
    {0},
};

static void bench_stacks_preset(void *untyped) {
    int threads = processor_count();
    *(BenchStacksOptions *)untyped = (BenchStacksOptions){
        .size = 1000000,
        .threads = threads < NEAR_BUILD_THREADS_MAX ? threads : NEAR_BUILD_THREADS_MAX,
        .seed = 1};
}

typedef struct StacksCheck {
    uint64_t planted, planted_right; // groups
    uint64_t out_of_reach;           // hashes too far from their leader: none
    uint64_t near, parted, wrong;    // pairs of the sample; wrong: parted without the reason
    double flat_ns;                  // a pair
} StacksCheck;

static bool is_together(const Plants *plants, const PlantGroup *group, const uint32_t *leaders) {
    const uint32_t *members = plants->members + group->from;
    for (uint32_t i = 1; i < group->count; i++)
        if (leaders[members[i]] != leaders[members[0]])
            return false;
    return true;
}

static void planted_check(const Plants *plants, const uint32_t *leaders, StacksCheck *io) {
    for (size_t i = 0; i < plants->group_count; i++) {
        const PlantGroup *group = &plants->groups[i];
        if (group->kind == PLANT_CHAIN)
            continue; // where it is cut depends on the order: the sample judges that
        bool wants_together = group->kind != PLANT_PARTED;
        io->planted++;
        io->planted_right += is_together(plants, group, leaders) == wants_together;
    }
}

// Near hashes may be in two stacks only when the better leader does not reach one of them.
static void pair_check(const NearStacks *asked, const uint32_t *leaders, uint32_t p, uint32_t q,
                       StacksCheck *io) {
    io->near++;
    if (leaders[p] == leaders[q])
        return;
    io->parted++;
    uint32_t leader = leaders[p] < leaders[q] ? leaders[p] : leaders[q];
    uint32_t outside = leaders[p] < leaders[q] ? q : p;
    io->wrong += pdq_distance(&asked->hashes[outside], &asked->hashes[leader]) <= asked->reach;
}

// Compares some hashes, most of them planted ones, with all.
static Err sample_check(const NearStacks *asked, const Plants *plants, const uint32_t *leaders,
                        Prng *prng, StacksCheck *io) {
    _cleanup_free_ uint32_t *at = malloc(SLICE * sizeof *at);
    _cleanup_free_ uint16_t *distances = malloc(SLICE * sizeof *distances);
    if (at == NULL || distances == NULL)
        return ERR_NOMEM;
    int64_t begun = clock_monotonic_ns();
    for (int i = 0; i < SAMPLE; i++) {
        const PlantGroup *group = plants->group_count == 0 || i % 4 == 0
                                      ? NULL
                                      : &plants->groups[prng_below(prng, plants->group_count)];
        uint32_t p = group == NULL ? (uint32_t)prng_below(prng, asked->count)
                                   : plants->members[group->from + prng_below(prng, group->count)];
        for (size_t from = 0; from < asked->count; from += SLICE) {
            size_t n = asked->count - from < SLICE ? asked->count - from : SLICE;
            size_t found =
                kernels()->hamming_within(asked->hashes[p].bytes, asked->hashes[from].bytes, n,
                                          (unsigned)asked->radius, at, distances);
            for (size_t f = 0; f < found; f++)
                pair_check(asked, leaders, p, (uint32_t)from + at[f], io);
        }
    }
    io->flat_ns = (double)(clock_monotonic_ns() - begun) / ((double)SAMPLE * (double)asked->count);
    for (size_t i = 0; i < asked->count; i++)
        io->out_of_reach +=
            leaders[i] > i || leaders[leaders[i]] != leaders[i] ||
            pdq_distance(&asked->hashes[i], &asked->hashes[leaders[i]]) > asked->reach;
    return ERR_OK;
}

static Err sizes_count(const uint32_t *leaders, size_t count, BenchFigures *figures) {
    _cleanup_free_ uint32_t *sizes = calloc(count, sizeof *sizes);
    if (sizes == NULL)
        return ERR_NOMEM;
    uint64_t stacks = 0, many = 0, largest = 0;
    for (size_t i = 0; i < count; i++)
        sizes[leaders[i]]++;
    for (size_t i = 0; i < count; i++) {
        stacks += sizes[i] > 0;
        many += sizes[i] > 1;
        largest = sizes[i] > largest ? sizes[i] : largest;
    }
    bench_figure(figures, "stacks", N_("Stacks"), (double)stacks, 0);
    bench_figure(figures, "stacks_of_many", N_("Stacks of two and more"), (double)many, 0);
    bench_figure(figures, "largest_stack", N_("Hashes in the largest stack"), (double)largest, 0);
    return ERR_OK;
}

static void check_figures(const StacksCheck *check, double count, double seconds,
                          BenchFigures *figures) {
    double flat_seconds = check->flat_ns * count * (count - 1) / 2 / 1e9;
    bench_figure(figures, "planted_groups", N_("Planted groups"), (double)check->planted, 0);
    bench_figure(figures, "planted_recall", N_("Share of planted groups found as they are"),
                 check->planted == 0 ? 1 : (double)check->planted_right / (double)check->planted,
                 6);
    bench_figure(figures, "out_of_reach", N_("Hashes out of reach of their leader"),
                 (double)check->out_of_reach, 0);
    bench_figure(figures, "sample_near_pairs", N_("Near pairs of a sample, by brute force"),
                 (double)check->near, 0);
    bench_figure(figures, "sample_parted_pairs", N_("Of these, parted by the reach"),
                 (double)check->parted, 0);
    bench_figure(figures, "sample_wrong_pairs", N_("Of these, parted wrongly"),
                 (double)check->wrong, 0);
    bench_figure(figures, "flat_ns_per_pair", N_("Comparing a pair, nanoseconds"), check->flat_ns,
                 3);
    bench_figure(figures, "flat_seconds", N_("Comparing every pair once, seconds (extrapolated)"),
                 flat_seconds, 0);
    bench_figure(figures, "ratio_to_flat", N_("Times as fast as comparing every pair"),
                 flat_seconds / seconds, 1);
}

static Err measure(const BenchStacksOptions *options, const Plants *plants, BenchFigures *figures,
                   Diag *diag) {
    NearStacks asked = {.hashes = plants->hashes,
                        .count = (size_t)options->size,
                        .radius = RADIUS,
                        .reach = stack_reach(RADIUS),
                        .threads = (int)options->threads};
    _cleanup_free_ uint32_t *leaders = malloc(asked.count * sizeof *leaders);
    if (leaders == NULL)
        return ERR_NOMEM;
    int64_t begun = clock_monotonic_ns();
    TRY(near_stacks_find(&asked, leaders, diag));
    double seconds = (double)(clock_monotonic_ns() - begun) / 1e9;
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    bench_figure(figures, "reach", N_("Reach of a leader, bits"), asked.reach, 0);
    bench_figure(figures, "seconds", N_("Seconds"), seconds, 2);
    bench_figure(figures, "hashes_per_second", N_("Hashes a second"),
                 (double)options->size / seconds, 0);
    bench_figure(figures, "peak_mib", N_("Peak of memory, MiB"), (double)usage.ru_maxrss / 1024, 0);
    TRY(sizes_count(leaders, asked.count, figures));
    Prng prng = {(uint64_t)options->seed + 1};
    StacksCheck check = {0};
    planted_check(plants, leaders, &check);
    TRY(sample_check(&asked, plants, leaders, &prng, &check));
    check_figures(&check, (double)options->size, seconds, figures);
    return ERR_OK;
}

static Err bench_stacks_run(CommandContext *context, const void *untyped, Diag *diag) {
    const BenchStacksOptions *options = untyped;
    BenchFigures figures = {0};
    bench_figure(&figures, "size", N_("Hashes"), (double)options->size, 0);
    bench_figure(&figures, "radius", N_("Radius, bits"), RADIUS, 0);
    bench_figure(&figures, "threads", N_("Threads"), (double)options->threads, 0);
    bench_figure_text(&figures, "kernels", N_("Kernels"), kernels()->name);
    Plants plants;
    Err err = plants_make((size_t)options->size, (uint64_t)options->seed, &plants);
    if (err == ERR_OK) {
        err = measure(options, &plants, &figures, diag);
        plants_done(&plants);
    }
    if (err == ERR_NOMEM)
        return diag_set(diag, err, N_("There is not enough memory."));
    TRY(err);
    return bench_figures_print(&figures, context, options->wants_json, diag);
}

const Command bench_stacks_command = {
    .name = "bench stacks",
    .summary = N_("Measure the grouping of near-duplicates on this machine"),
    .options = BENCH_STACKS_OPTIONS,
    .options_size = sizeof(BenchStacksOptions),
    .preset = bench_stacks_preset,
    .run = bench_stacks_run,
    .description = N_("Composes hashes from a seed with exactly 128 bits set and correlated "
                      "neighbours, plants pairs, families, chains, crowds of ten thousand and "
                      "thousands of equal ones among them, and puts them into stacks. The planted "
                      "ones must be found as they are, and a sample is compared with every hash, "
                      "which is also the peer in the same run."),
};
