// Asks a near table many queries, alone or at once, on one thread or several, and keeps the time of
// every call; and the two peers, the flat scan and brute force.
#include <pthread.h>
#include <time.h>

#include "base/clock.h"
#include "workspace/bench_near.h"

enum {
    PASSES = 3,         // over all queries
    FLAT_SCANS_MIN = 8, // of the peer, and
    FLAT_NS_MIN = 300000000,
    RECALL_COMPARED_MAX = 1600000000, // hashes looked at one by one, or matches found among them,
    RECALL_MATCHES_MAX = 50000000     // after which no further query is compared
};

// Of this thread: what others make the machine do is not part of it.
static int64_t processor_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static int ns_compare(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

double bench_times_at(BenchTimes *times, double share) {
    if (times->count == 0)
        return 0;
    qsort(times->ns, times->count, sizeof *times->ns, ns_compare);
    size_t at = (size_t)(share * (double)times->count);
    return (double)times->ns[at < times->count ? at : times->count - 1] / 1e6;
}

// One thread's share of the queries.
typedef struct Asker {
    const BenchNear *bench;
    const NearTable *table;
    const PdqHash *queries;
    size_t count, batch;
    int64_t *ns;          // of each call
    int64_t processor_ns; // of all
    pthread_t thread;
    uint64_t found;
    Err err;
} Asker;

static Err ask_once(Asker *asker, NearScratch *scratch, NearHits *hits, size_t from,
                    int64_t *ret_ns) {
    size_t n = asker->count - from < asker->batch ? asker->count - from : asker->batch,
           limit = (size_t)asker->bench->options->limit;
    int radius = (int)asker->bench->options->radius;
    int64_t begun = clock_monotonic_ns();
    Err err =
        asker->batch == 1
            ? near_table_search(asker->table, scratch, &asker->queries[from], radius, limit, hits)
            : near_table_search_batch(asker->table, scratch, asker->queries + from, n, radius,
                                      limit, hits);
    *ret_ns = clock_monotonic_ns() - begun;
    for (size_t i = 0; i < n; i++) {
        asker->found += hits[i].found.len;
        vec_clear(&hits[i].found);
        hits[i].has_more = false;
    }
    return err;
}

static void *asker_run(void *argument) {
    Asker *asker = argument;
    _cleanup_(near_scratch_freep) NearScratch *scratch = near_scratch_new();
    _cleanup_free_ NearHits *hits = calloc(asker->batch, sizeof *hits);
    asker->found = 0;
    int64_t begun = processor_ns();
    asker->err = scratch == NULL || hits == NULL ? ERR_NOMEM : ERR_OK;
    for (size_t done = 0, call = 0; done < asker->count && asker->err == ERR_OK;
         done += asker->batch, call++)
        asker->err = ask_once(asker, scratch, hits, done, &asker->ns[call]);
    asker->processor_ns = processor_ns() - begun;
    for (size_t i = 0; hits != NULL && i < asker->batch; i++)
        near_hits_done(&hits[i]);
    return NULL;
}

static size_t calls_of(const Asker *asker) {
    return (asker->count + asker->batch - 1) / asker->batch;
}

// All queries once.
static Err ask_pass(Asker *askers, int threads, BenchAnswer *io_answer) {
    int64_t begun = clock_monotonic_ns(), busiest = 0;
    int started = 0;
    while (started + 1 < threads &&
           pthread_create(&askers[started].thread, NULL, asker_run, &askers[started]) == 0)
        started++;
    for (int i = started; i < threads; i++)
        asker_run(&askers[i]);
    for (int i = 0; i < started; i++)
        pthread_join(askers[i].thread, NULL);
    double wall = (double)(clock_monotonic_ns() - begun) / 1e9;
    io_answer->found = 0;
    for (int i = 0; i < threads; i++) {
        TRY(askers[i].err);
        io_answer->found += askers[i].found;
        busiest = askers[i].processor_ns > busiest ? askers[i].processor_ns : busiest;
    }
    if (wall < io_answer->wall_seconds)
        io_answer->wall_seconds = wall;
    if ((double)busiest / 1e9 < io_answer->seconds)
        io_answer->seconds = (double)busiest / 1e9;
    return ERR_OK;
}

Err bench_near_ask(const BenchNear *bench, const NearTable *table, const PdqHash *queries,
                   size_t count, size_t batch, int threads, BenchAnswer *ret) {
    Asker askers[BENCH_THREADS_MAX];
    size_t share = (count + (size_t)threads - 1) / (size_t)threads, given = 0, calls = 0,
           room = count / batch + (size_t)threads + 1;
    _cleanup_bench_times_ BenchTimes times = {.ns = calloc(room, sizeof *times.ns)};
    _cleanup_bench_times_ BenchTimes least = {.ns = calloc(room, sizeof *least.ns)};
    if (times.ns == NULL || least.ns == NULL)
        return ERR_NOMEM;
    for (int i = 0; i < threads; i++) {
        size_t left = count - given;
        askers[i] = (Asker){.bench = bench,
                            .table = table,
                            .queries = queries + given,
                            .count = left < share ? left : share,
                            .batch = batch,
                            .ns = times.ns + calls};
        given += askers[i].count;
        calls += calls_of(&askers[i]);
    }
    times.count = least.count = calls;
    BenchAnswer answer = {.seconds = 1e300, .wall_seconds = 1e300};
    for (int pass = 0; pass < PASSES; pass++) {
        TRY(ask_pass(askers, threads, &answer));
        for (size_t i = 0; i < calls; i++)
            if (pass == 0 || times.ns[i] < least.ns[i])
                least.ns[i] = times.ns[i];
    }
    answer.median_ms = bench_times_at(&times, 0.5);
    answer.p99_ms = bench_times_at(&times, 0.99);
    answer.slowest_ms = bench_times_at(&times, 1);
    answer.slowest_least_ms = bench_times_at(&least, 1);
    *ret = answer;
    return ERR_OK;
}

// As a flat index built for this processor does it. The processor's own instruction is asked for by
// name, since the rest is compiled for older ones too.
#if defined(__x86_64__)
__attribute__((target("popcnt")))
#endif
static uint64_t
flat_count(const PdqHash *hashes, size_t count, const PdqHash *query, int radius) {
    uint64_t q0, q1, q2, q3, within = 0;
    memcpy(&q0, query->bytes, 8);
    memcpy(&q1, query->bytes + 8, 8);
    memcpy(&q2, query->bytes + 16, 8);
    memcpy(&q3, query->bytes + 24, 8);
    for (size_t i = 0; i < count; i++) {
        uint64_t h0, h1, h2, h3;
        memcpy(&h0, hashes[i].bytes, 8);
        memcpy(&h1, hashes[i].bytes + 8, 8);
        memcpy(&h2, hashes[i].bytes + 16, 8);
        memcpy(&h3, hashes[i].bytes + 24, 8);
        int distance = __builtin_popcountll(q0 ^ h0) + __builtin_popcountll(q1 ^ h1) +
                       __builtin_popcountll(q2 ^ h2) + __builtin_popcountll(q3 ^ h3);
        within += distance <= radius;
    }
    return within;
}

double bench_near_flat(const BenchNear *bench, const PdqHash *queries, size_t count) {
    size_t size = (size_t)bench->options->size;
    int64_t fastest = INT64_MAX, spent = 0;
    uint64_t within = 0;
    for (size_t i = 0; size > 0 && (i < FLAT_SCANS_MIN || spent < FLAT_NS_MIN); i++) {
        int64_t begun = processor_ns();
        within += flat_count(bench->hashes, size, &queries[i % count], (int)bench->options->radius);
        int64_t taken = processor_ns() - begun;
        spent += taken;
        fastest = taken < fastest ? taken : fastest;
    }
    __asm__ volatile("" : : "r"(within)); // so that the scans are not left out as without effect
    return size == 0 ? 0 : (double)fastest / (double)size;
}

// ---- recall

static const int RADII[] = {0, 8, 16, 24, 31, 40, 48};
enum { RADII_COUNT = sizeof RADII / sizeof *RADII };

static int hit_compare(const void *a, const void *b) {
    const NearHit *x = a, *y = b;
    return x->id < y->id ? -1 : x->id > y->id;
}

// The right ones among the answers, each counted once.
static uint64_t hits_right(const BenchNear *bench, const PdqHash *query, int radius,
                           NearHits *hits) {
    uint64_t right = 0;
    if (hits->found.len > 1)
        qsort(hits->found.items, hits->found.len, sizeof *hits->found.items, hit_compare);
    for (size_t i = 0; i < hits->found.len; i++) {
        const NearHit *hit = &hits->found.items[i];
        if (hit->id < bench->options->size && (i == 0 || hit[-1].id != hit->id) &&
            hit->distance <= radius &&
            pdq_distance(&bench->hashes[hit->id], query) == hit->distance)
            right++;
    }
    return right;
}

Err bench_near_recall(const BenchNear *bench, const NearTable *table, const PdqHash *queries,
                      size_t count, BenchRecall *ret) {
    _cleanup_(near_scratch_freep) NearScratch *scratch = near_scratch_new();
    if (scratch == NULL)
        return ERR_NOMEM;
    BenchRecall recall = {.recall = 1, .radii = "0 8 16 24 31 40 48"};
    uint64_t expected[RADII_COUNT] = {0}, right[RADII_COUNT] = {0};
    NearHits hits = {0};
    Err err = ERR_OK;
    for (size_t q = 0; q < count && err == ERR_OK && recall.matches < RECALL_MATCHES_MAX &&
                       (int64_t)q * bench->options->size < RECALL_COMPARED_MAX;
         q++) {
        uint64_t at_distance[PDQ_BYTES * 8 + 1] = {0};
        for (int64_t i = 0; i < bench->options->size; i++)
            at_distance[pdq_distance(&bench->hashes[i], &queries[q])]++;
        for (int r = 0; r < RADII_COUNT && err == ERR_OK; r++) {
            vec_clear(&hits.found);
            err = near_table_search(table, scratch, &queries[q], RADII[r], 0, &hits);
            uint64_t good = hits_right(bench, &queries[q], RADII[r], &hits), there = 0;
            for (int d = 0; d <= RADII[r]; d++)
                there += at_distance[d];
            right[r] += good;
            expected[r] += there;
            recall.matches += there;
            recall.wrong += hits.found.len - good;
        }
    }
    near_hits_done(&hits);
    TRY(err);
    for (int r = 0; r < RADII_COUNT; r++)
        if (expected[r] > 0 && (double)right[r] / (double)expected[r] < recall.recall)
            recall.recall = (double)right[r] / (double)expected[r];
    *ret = recall;
    return ERR_OK;
}
