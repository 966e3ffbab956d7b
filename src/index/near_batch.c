// Searching many queries at once: table by table, the probes of all of them in the order of their
// buckets, so that memory is read forward and a bucket that several want is read once.
#include <assert.h>

#include "index/near_search.h"

enum {
    BATCH_MAX = 16384, // queries a pass; more are split
    AHEAD = 24,        // probes prefetched ahead
    RADIX_SHIFT =
        5, // buckets this near one another share their cache lines: order within them is of no use
    RADIX = NEAR_BUCKETS >> RADIX_SHIFT,
    FLOOD_FACTOR =
        64 // a run this many times the mean makes its query dear: it then gets a plan of its own
};

static Err batch_reserve(NearScratch *scratch, size_t queries, uint32_t probes_each) {
    // The probes of one table a query: at most NEAR_PROBES_MAX, and as many as the plan's dearest
    // chunk in fact.
    if (queries > scratch->capacity) {
        NearRow *rows = realloc(scratch->queries, queries * sizeof *rows);
        if (rows == NULL)
            return ERR_NOMEM;
        scratch->queries = rows;
        bool *is_dear = realloc(scratch->is_dear, queries * sizeof *is_dear);
        if (is_dear == NULL)
            return ERR_NOMEM;
        scratch->is_dear = is_dear;
        scratch->capacity = queries;
    }
    NearProbe *probes = realloc(scratch->probes, queries * probes_each * sizeof *probes);
    if (probes == NULL)
        return ERR_NOMEM;
    scratch->probes = probes;
    return ERR_OK;
}

// All probes of one table, counting-sorted by the high bits of their bucket. Returns their number.
static uint32_t probes_sort(const NearTable *table, NearScratch *scratch, size_t count, int chunk,
                            int units) {
    const NearMasks *masks = &table->masks;
    uint32_t place[RADIX + 1] = {0};
    int each = masks->end[units - 1];
    for (size_t q = 0; q < count; q++)
        for (int p = 0; p < each; p++)
            place[((scratch->queries[q].chunk[chunk] ^ masks->mask[p]) >> RADIX_SHIFT) + 1]++;
    for (int i = 0; i < RADIX; i++)
        place[i + 1] += place[i];
    uint32_t total = place[RADIX];
    for (size_t q = 0; q < count; q++)
        for (int p = 0; p < each; p++) {
            uint16_t bucket = scratch->queries[q].chunk[chunk] ^ masks->mask[p];
            scratch->probes[place[bucket >> RADIX_SHIFT]++] =
                (NearProbe){.query = (uint32_t)q, .bucket = bucket, .bits = masks->bits[p]};
        }
    return total;
}

static Err table_scan(NearSearch *search, uint32_t total, int chunk) {
    const NearTable *table = search->table;
    NearScratch *scratch = search->scratch;
    const uint32_t *starts = near_starts(table, chunk);
    uint64_t flood = FLOOD_FACTOR * (table->header->distinct / NEAR_BUCKETS + NEAR_PROBE_COST);
    for (uint32_t i = 0; i < total + AHEAD; i++) {
        if (i < total) {
            NearRun coming = near_run_of(table, starts, scratch->probes[i].bucket, 0);
            near_run_prefetch(table, chunk, &coming);
        }
        if (i < AHEAD)
            continue;
        const NearProbe *probe = &scratch->probes[i - AHEAD];
        NearRun run = near_run_of(table, starts, probe->bucket, probe->bits);
        if (run.len == 0 || scratch->is_dear[probe->query])
            continue;
        if (run.len > flood) {
            scratch->is_dear[probe->query] = true;
            continue;
        }
        near_run_scan(search, chunk, probe->query, &run);
    }
    near_candidates_flush(search);
    return search->err;
}

static Err batch_search(const NearTable *table, NearScratch *scratch, const PdqHash *queries,
                        size_t count, int radius, size_t limit, NearHits *io_hits) {
    NearPlan plan = near_plan_even(radius);
    uint32_t most = 0;
    for (int i = 0; i < NEAR_CHUNKS; i++)
        if (plan.units[i] > 0 && table->masks.end[plan.units[i] - 1] > most)
            most = table->masks.end[plan.units[i] - 1];
    TRY(batch_reserve(scratch, count, most));
    VEC(size_t) before = {0}; // hits that were there, to which a dear query goes back
    if (!vec_reserve(&before, count))
        return ERR_NOMEM;
    for (size_t q = 0; q < count; q++) {
        scratch->queries[q] = near_row_from(&table->permutation, &queries[q]);
        scratch->is_dear[q] = false;
        before.items[q] = io_hits[q].found.len;
    }
    NearSearch search = {.table = table,
                         .ops = kernels(),
                         .scratch = scratch,
                         .queries = scratch->queries,
                         .hits = io_hits,
                         .units = plan.units,
                         .radius = radius,
                         .limit = limit};
    Err err = ERR_OK;
    for (int chunk = 0; chunk < NEAR_CHUNKS && err == ERR_OK; chunk++)
        if (plan.units[chunk] > 0) {
            uint32_t total = probes_sort(table, scratch, count, chunk, plan.units[chunk]);
            err = table_scan(&search, total, chunk);
        }
    for (size_t q = 0; q < count && err == ERR_OK; q++)
        if (scratch->is_dear[q]) {
            io_hits[q].found.len = before.items[q];
            io_hits[q].has_more = false;
            err = near_row_search(table, scratch, &scratch->queries[q], radius, limit, &io_hits[q]);
        }
    vec_done(&before);
    return err;
}

Err near_table_search_batch(const NearTable *table, NearScratch *scratch, const PdqHash *queries,
                            size_t count, int radius, size_t limit, NearHits *io_hits) {
    assert(radius >= 0 && radius <= NEAR_RADIUS_MAX);
    for (size_t done = 0; done < count;) {
        size_t n = count - done < BATCH_MAX ? count - done : BATCH_MAX;
        TRY(batch_search(table, scratch, queries + done, n, radius, limit, io_hits + done));
        done += n;
    }
    return ERR_OK;
}
