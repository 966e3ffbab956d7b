// Searching many queries at once: table by table, the probes of all of them in the order of their
// buckets, so that memory is read forward and a bucket that several want is read once.
#include <assert.h>

#include "index/near_search.h"

enum {
    BATCH_MAX = 16384, // queries a pass; more are split
    RADIX_SHIFT = 5,   // buckets this near one another share their cache lines: order within them
                       // is of no use
    RADIX = NEAR_BUCKETS >> RADIX_SHIFT
};

// probes_each: of one table, at the most.
static Err batch_reserve(NearScratch *scratch, size_t queries, uint32_t probes_each) {
    if (queries > scratch->capacity) {
        NearRow *rows = realloc(scratch->queries, queries * sizeof *rows);
        if (rows == NULL)
            return ERR_NOMEM;
        scratch->queries = rows;
        NearSpent *spent = realloc(scratch->spent, queries * sizeof *spent);
        if (spent == NULL)
            return ERR_NOMEM;
        scratch->spent = spent;
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
                            int each) {
    const NearMasks *masks = &table->masks;
    uint32_t place[RADIX + 1] = {0};
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

// Queries that have spent more than `most` are left to a plan of their own.
static void table_scan(NearSearch *search, uint32_t total, int chunk, uint64_t most) {
    const NearTable *table = search->table;
    NearScratch *scratch = search->scratch;
    const uint32_t *starts = near_starts(table, chunk);
    near_chunk_begin(search, chunk);
    for (uint32_t i = 0; i < total; i++) {
        const NearProbe *probe = &scratch->probes[i];
        NearRun run = near_run_of(table, starts, probe->bucket, probe->bits);
        uint64_t *spent = &scratch->spent[probe->query].postings;
        *spent += run.len + NEAR_PROBE_COST;
        if (*spent <= most && !search->hits[probe->query].has_more)
            near_run_put(search, probe->query, run);
    }
}

static Err batch_begin(NearSearch *search, const NearPlan *plan, const PdqHash *queries,
                       size_t count) {
    const NearTable *table = search->table;
    NearScratch *scratch = search->scratch;
    int most = 0;
    for (int i = 0; i < NEAR_CHUNKS; i++) {
        int each = near_masks_within(&table->masks, plan->units[i]);
        most = each > most ? each : most;
    }
    TRY(batch_reserve(scratch, count, (uint32_t)most));
    for (size_t q = 0; q < count; q++) {
        scratch->queries[q] = near_row_from(&table->permutation, &queries[q]);
        scratch->spent[q] = (NearSpent){.hits_before = search->hits[q].found.len};
    }
    search->queries = scratch->queries;
    return ERR_OK;
}

static Err batch_search(const NearTable *table, NearScratch *scratch, const PdqHash *queries,
                        size_t count, int radius, size_t limit, NearHits *io_hits) {
    NearPlan plan = near_plan_even(radius);
    uint64_t most = near_cost_bound(table, &plan);
    NearSearch search = {.table = table,
                         .ops = kernels(),
                         .scratch = scratch,
                         .hits = io_hits,
                         .units = plan.units,
                         .radius = radius,
                         .limit = limit,
                         .most = UINT64_MAX};
    TRY(batch_begin(&search, &plan, queries, count));
    for (int chunk = 0; chunk < NEAR_CHUNKS; chunk++) {
        int each = near_masks_within(&table->masks, plan.units[chunk]);
        if (each > 0)
            table_scan(&search, probes_sort(table, scratch, count, chunk, each), chunk, most);
    }
    near_search_finish(&search);
    TRY(search.err);
    for (size_t q = 0; q < count; q++)
        if (scratch->spent[q].postings > most) {
            io_hits[q].found.len = scratch->spent[q].hits_before;
            io_hits[q].has_more = false;
            TRY(near_row_search(table, scratch, &scratch->queries[q], radius, limit, &io_hits[q]));
        }
    return ERR_OK;
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
