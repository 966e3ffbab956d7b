// The parts of `seventh bench near`: what was composed, asking it, its peers, and what changes it.
// Internal to bench_near_*.
#pragma once
#include "index/near_sample.h"
#include "index/near_table.h"
#include "workspace/bench_figures.h"

enum { BENCH_THREADS_MAX = 64 };

typedef struct BenchNearOptions {
    int64_t size, radius, queries, batch, threads, limit, seed;
    const char *shape, *kernels, *folder, *save;
    bool is_compact, is_cold, is_changing, wants_json;
} BenchNearOptions;

typedef struct BenchNear {
    const BenchNearOptions *options;
    NearShape shape;
    PdqHash *hashes; // options->size
    uint64_t seed;   // of the index's permutation
    Prng prng;
} BenchNear;

// Times of many calls, in nanoseconds of the wall clock.
typedef struct BenchTimes {
    int64_t *ns;
    size_t count;
} BenchTimes;
static inline void bench_times_done(BenchTimes *times) {
    free(times->ns);
    *times = (BenchTimes){0};
}
#define _cleanup_bench_times_ _cleanup_(bench_times_done)
// Sorts them and gives the one at `share` (0–1) in milliseconds.
double bench_times_at(BenchTimes *times, double share);

// All queries are asked three times over.
typedef struct BenchAnswer {
    double seconds;      // processor time of the busiest thread, in the fastest pass
    double wall_seconds; // in the pass that was fastest by the clock
    uint64_t found;      // in one pass
    double median_ms, p99_ms, slowest_ms; // of one call of the last pass
    // The slowest call by the least of its three times: without the pauses of a busy machine, which
    // do not meet the same call three times.
    double slowest_least_ms;
} BenchAnswer;
Err bench_near_ask(const BenchNear *bench, const NearTable *table, const PdqHash *queries,
                   size_t count, size_t batch, int threads, BenchAnswer *ret) MUST_CHECK;

// The peer: a scan of all hashes with four scalar 64-bit population counts each. Nanoseconds a
// hash, of processor time, in the fastest of several scans.
double bench_near_flat(const BenchNear *bench, const PdqHash *queries, size_t count);

// Compares whole answers with brute force at several radii.
typedef struct BenchRecall {
    double recall;     // the lowest of all radii: what was found of what is there
    uint64_t matches;  // that brute force found
    uint64_t wrong;    // answers that are no match, or given twice
    const char *radii; // "0 8 16 …"
} BenchRecall;
Err bench_near_recall(const BenchNear *bench, const NearTable *table, const PdqHash *queries,
                      size_t count, BenchRecall *ret) MUST_CHECK;

// A file on the disk and not in memory, opened and asked. Adds to figures.
Err bench_near_cold(BenchNear *bench, BenchFigures *figures, Diag *diag) MUST_CHECK;
// One hash more and one fewer in a set of options->size. Adds to figures.
Err bench_near_changing(BenchNear *bench, BenchFigures *figures, Diag *diag) MUST_CHECK;
