// A set of many hashes that changes by one: adding it and finding it, removing it and not finding
// it, the disk's flush apart; at rest, and while a segment is made beside it.
#include <pthread.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "base/workqueue.h"
#include "index/near_set.h"
#include "workspace/bench_files.h"
#include "workspace/bench_near.h"

enum { ROUNDS = 400, ROUNDS_BESIDE_MAX = 20000, FRESH_BLOCK = 4096 };

typedef enum Step { STEP_ADD, STEP_FIND, STEP_REMOVE, STEP_MISS, STEP_FLUSH, STEPS } Step;

typedef struct Changer {
    BenchNear *bench;
    NearSet *set;
    NearScratch *scratch;
    BenchTimes times[STEPS];
    size_t rounds;
} Changer;

static Err changer_init(Changer *changer, size_t rounds) {
    changer->rounds = 0;
    for (int i = 0; i < STEPS; i++) {
        changer->times[i] = (BenchTimes){.ns = malloc(rounds * sizeof(int64_t))};
        if (changer->times[i].ns == NULL)
            return ERR_NOMEM;
    }
    return ERR_OK;
}

static void changer_done(Changer *changer) {
    for (int i = 0; i < STEPS; i++)
        bench_times_done(&changer->times[i]);
}
#define _cleanup_changer_ _cleanup_(changer_done)

static bool hits_have(const NearHits *hits, uint32_t id) {
    for (size_t i = 0; i < hits->found.len; i++)
        if (hits->found.items[i].id == id)
            return true;
    return false;
}

static Err find(Changer *changer, const PdqHash *hash, uint32_t id, bool is_there) {
    NearHits hits = {0};
    const BenchNearOptions *options = changer->bench->options;
    Err err = near_set_search(changer->set, changer->scratch, hash, (int)options->radius,
                              (size_t)options->limit, &hits);
    if (err == ERR_OK && hits_have(&hits, id) != is_there)
        err = ERR_INTERNAL;
    near_hits_done(&hits);
    return err;
}

static void took(Changer *changer, Step step, int64_t *io_since) {
    int64_t now = clock_monotonic_ns();
    changer->times[step].ns[changer->times[step].count++] = now - *io_since;
    *io_since = now;
}

// A hash of its own, so that nothing but the set's own work is timed.
static Err change_once(Changer *changer, bool wants_flush, Diag *diag) {
    PdqHash hash = near_sample_uniform(&changer->bench->prng);
    uint32_t id;
    int64_t since = clock_monotonic_ns();
    TRY(near_set_add(changer->set, &hash, 1, &id, diag));
    took(changer, STEP_ADD, &since);
    TRY(find(changer, &hash, id, true));
    took(changer, STEP_FIND, &since);
    TRY(near_set_remove(changer->set, id, diag));
    took(changer, STEP_REMOVE, &since);
    TRY(find(changer, &hash, id, false));
    took(changer, STEP_MISS, &since);
    if (wants_flush)
        TRY(near_set_commit(changer->set, diag));
    took(changer, STEP_FLUSH, &since);
    changer->rounds++;
    return ERR_OK;
}

static void put_times(Changer *changer, BenchFigures *figures) {
    static const struct {
        const char *median_key, *median_label, *worst_key, *worst_label;
    } ROWS[STEPS] = {
        [STEP_ADD] = {"add_median_ms", N_("Adding one hash, half of them within, milliseconds"),
                      "add_worst_ms", N_("Adding one hash, slowest, milliseconds")},
        [STEP_FIND] = {"find_median_ms", N_("Finding it, half of them within, milliseconds"),
                       "find_worst_ms", N_("Finding it, slowest, milliseconds")},
        [STEP_REMOVE] = {"remove_median_ms", N_("Removing it, half of them within, milliseconds"),
                         "remove_worst_ms", N_("Removing it, slowest, milliseconds")},
        [STEP_MISS] = {"miss_median_ms",
                       N_("Not finding it any more, half of them within, milliseconds"),
                       "miss_worst_ms", N_("Not finding it any more, slowest, milliseconds")},
        [STEP_FLUSH] = {"flush_median_ms",
                        N_("The disk’s flush, half of them within, milliseconds"), "flush_worst_ms",
                        N_("The disk’s flush, slowest, milliseconds")},
    };
    for (int i = 0; i < STEPS; i++) {
        bench_figure(figures, ROWS[i].median_key, ROWS[i].median_label,
                     bench_times_at(&changer->times[i], 0.5), 4);
        bench_figure(figures, ROWS[i].worst_key, ROWS[i].worst_label,
                     bench_times_at(&changer->times[i], 1), 4);
    }
}

typedef struct Maintenance {
    NearSet *set;
    atomic_bool has_ended;
    Err err;
    double seconds;
} Maintenance;

static void *maintenance_run(void *argument) {
    Maintenance *maintenance = argument;
    bool did;
    int64_t begun = clock_monotonic_ns();
    maintenance->err = near_set_maintain(maintenance->set, true, &did, NULL);
    maintenance->seconds = (double)(clock_monotonic_ns() - begun) / 1e9;
    atomic_store(&maintenance->has_ended, true);
    return NULL;
}

// Enough fresh hashes for a segment, and single changes while it is made.
static Err change_beside(Changer *changer, BenchFigures *figures, Diag *diag) {
    PdqHash block[FRESH_BLOCK];
    for (int i = 0; i < NEAR_SET_FRESH / FRESH_BLOCK; i++) {
        uint32_t id;
        for (int k = 0; k < FRESH_BLOCK; k++)
            block[k] = near_sample_uniform(&changer->bench->prng);
        TRY(near_set_add(changer->set, block, FRESH_BLOCK, &id, diag));
    }
    Maintenance maintenance = {.set = changer->set};
    pthread_t thread;
    if (pthread_create(&thread, NULL, maintenance_run, &maintenance) != 0)
        return diag_set(diag, ERR_LIMIT, N_("A thread could not be started."));
    Err err = ERR_OK;
    while (err == ERR_OK && !atomic_load(&maintenance.has_ended) &&
           changer->rounds < ROUNDS_BESIDE_MAX)
        err = change_once(changer, false, diag);
    pthread_join(thread, NULL);
    TRY(err);
    TRY(maintenance.err);
    double worst[STEPS], p99[STEPS];
    for (int i = 0; i < STEPS; i++) {
        worst[i] = bench_times_at(&changer->times[i], 1);
        p99[i] = bench_times_at(&changer->times[i], 0.99);
    }
    bench_figure(figures, "maintenance_seconds", N_("Making a segment meanwhile, seconds"),
                 maintenance.seconds, 2);
    bench_figure(figures, "beside_rounds", N_("Changes made beside it"), (double)changer->rounds,
                 0);
    bench_figure(figures, "beside_add_p99_ms",
                 N_("Adding one beside it, 99 of 100 within, milliseconds"), p99[STEP_ADD], 4);
    bench_figure(figures, "beside_add_worst_ms", N_("Adding one beside it, slowest, milliseconds"),
                 worst[STEP_ADD], 4);
    bench_figure(figures, "beside_find_p99_ms", N_("Finding it, 99 of 100 within, milliseconds"),
                 p99[STEP_FIND], 4);
    bench_figure(figures, "beside_find_worst_ms", N_("Finding it, slowest, milliseconds"),
                 worst[STEP_FIND], 4);
    return ERR_OK;
}

static Err change(BenchNear *bench, NearSet *set, BenchFigures *figures, Diag *diag) {
    _cleanup_(near_scratch_freep) NearScratch *scratch = near_scratch_new();
    if (scratch == NULL)
        return ERR_NOMEM;
    _cleanup_changer_ Changer alone = {.bench = bench, .set = set, .scratch = scratch};
    _cleanup_changer_ Changer beside = {.bench = bench, .set = set, .scratch = scratch};
    TRY(changer_init(&alone, ROUNDS));
    TRY(changer_init(&beside, ROUNDS_BESIDE_MAX));
    // The very first, on a set that nobody has asked anything yet.
    TRY(change_once(&alone, true, diag));
    bench_figure(figures, "first_add_ms", N_("First adding after opening, milliseconds"),
                 (double)alone.times[STEP_ADD].ns[0] / 1e6, 4);
    bench_figure(figures, "first_find_ms", N_("First finding after opening, milliseconds"),
                 (double)alone.times[STEP_FIND].ns[0] / 1e6, 4);
    int64_t begun = clock_monotonic_ns();
    TRY(near_set_warm(set, diag));
    bench_figure(figures, "warm_seconds", N_("Reading the set into memory, seconds"),
                 (double)(clock_monotonic_ns() - begun) / 1e9, 2);
    for (int i = 0; i < STEPS; i++)
        alone.times[i].count = 0;
    for (int i = 0; i < ROUNDS; i++)
        TRY(change_once(&alone, true, diag));
    put_times(&alone, figures);
    return change_beside(&beside, figures, diag);
}

static Err set_fill(BenchNear *bench, const char *path, const NearSetOptions *options, Diag *diag) {
    _cleanup_(near_set_freep) NearSet *set = NULL;
    TRY(near_set_open(path, options, &set, diag));
    return near_set_fill(set, bench->hashes, (size_t)bench->options->size, diag);
}

Err bench_near_changing(BenchNear *bench, BenchFigures *figures, Diag *diag) {
    _cleanup_(bench_folder_removep) char *folder = NULL;
    TRY(bench_folder_make(bench->options->folder, &folder, diag));
    _cleanup_free_ char *path = bench_path(folder, "set");
    if (path == NULL)
        return ERR_NOMEM;
    NearSetOptions options = {.seed = bench->seed,
                              .is_compact = bench->options->is_compact,
                              .threads = processor_count()};
    TRY(set_fill(bench, path, &options, diag));
    _cleanup_(near_set_freep) NearSet *set = NULL;
    int64_t begun = clock_monotonic_ns();
    TRY(near_set_open(path, &options, &set, diag));
    bench_figure(figures, "set_open_ms", N_("Opening the set, milliseconds"),
                 (double)(clock_monotonic_ns() - begun) / 1e6, 3);
    return change(bench, set, figures, diag);
}
