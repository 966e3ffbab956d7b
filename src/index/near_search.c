// Searching a NearTable: plan, gather the runs of postings, scan their sketches, verify the few
// rows that remain.
#include <assert.h>

#include "index/near_search.h"
#include "kernels/kernels.h"

NearScratch *near_scratch_new(void) {
    return calloc(1, sizeof(NearScratch));
}

void near_scratch_free(NearScratch *scratch) {
    if (scratch == NULL)
        return;
    free(scratch->probes);
    free(scratch->queries);
    free(scratch->is_dear);
    free(scratch);
}

static void hit_add(NearSearch *search, uint32_t id, int distance) {
    if (search->limit != 0 && search->hits->found.len >= search->limit) {
        search->hits->has_more = true;
        return;
    }
    NearHit hit = {.id = id, .distance = (uint16_t)distance};
    if (!vec_push(&search->hits->found, hit))
        search->err = ERR_NOMEM;
}

// The leader, and the ids whose hash equals its own.
static void hit_add_with_twins(NearSearch *search, uint32_t leader, int distance) {
    hit_add(search, leader, distance);
    const uint32_t *twins = search->table->twins;
    size_t low = 0, high = search->table->header->twin_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (twins[2 * middle] < leader)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < search->table->header->twin_count && twins[2 * low] == leader &&
           !near_has_enough(search);
         low++)
        if (twins[2 * low + 1] < search->table->header->count)
            hit_add(search, twins[2 * low + 1], distance);
}

// Whether chunk i of these differences leads to the row: the complete predicate by which a posting
// of table i is kept. A row is reported by the lowest such chunk only, so that it is reported once.
static bool chunk_leads(const uint8_t *bits, const uint8_t *units, int i) {
    int j = (i + 1) % NEAR_CHUNKS, k = (i + 2) % NEAR_CHUNKS;
    return bits[i] < units[i] && bits[i] + bits[j] < units[i] + units[j] &&
           bits[i] + bits[j] + bits[k] < units[i] + units[j] + units[k];
}

static void row_verify(NearSearch *search, uint32_t id, int chunk) {
    if (id >= search->table->header->count)
        return; // a damaged image: nothing is read outside it
    const NearRow *row = &search->table->rows[id];
    int distance = near_row_distance(row, search->query);
    if (distance > search->radius)
        return;
    uint8_t bits[NEAR_CHUNKS];
    for (int i = 0; i < NEAR_CHUNKS; i++)
        bits[i] = (uint8_t)__builtin_popcount(row->chunk[i] ^ search->query->chunk[i]);
    for (int i = 0; i < chunk; i++)
        if (chunk_leads(bits, search->units, i))
            return;
    if (chunk_leads(bits, search->units, chunk))
        hit_add_with_twins(search, id, distance);
}

void near_run_scan(NearSearch *search, int chunk, const NearRun *run) {
    int second = (chunk + 1) % NEAR_CHUNKS, third = (chunk + 2) % NEAR_CHUNKS;
    const uint8_t *units = search->units;
    int two = units[chunk] + units[second] - 1 - run->bits;
    int three = two + units[third];
    if (two < 0)
        return;
    size_t payload_size = search->table->header->payload_size;
    const uint8_t *payloads = near_payloads(search->table, chunk);
    const uint16_t *sketches = near_sketches(search->table, chunk);
    uint16_t probe = search->query->chunk[second], next = search->query->chunk[third];
    for (uint32_t done = 0; done < run->len && !near_has_enough(search); done += NEAR_SCAN_BLOCK) {
        uint32_t n = run->len - done < NEAR_SCAN_BLOCK ? run->len - done : NEAR_SCAN_BLOCK;
        const uint16_t *block = sketches + run->at + done;
        uint32_t *found = search->scratch->found;
        uint32_t count = kernels()->sketch_within(block, n, probe, (unsigned)two, found);
        for (uint32_t f = 0; f < count; f++) {
            const uint8_t *payload = payloads + ((size_t)run->at + done + found[f]) * payload_size;
            if (payload_size == 6) {
                uint16_t chunk_after;
                memcpy(&chunk_after, payload + 4, sizeof chunk_after);
                if (__builtin_popcount(block[found[f]] ^ probe) +
                        __builtin_popcount(chunk_after ^ next) >
                    three)
                    continue;
            }
            uint32_t id;
            memcpy(&id, payload, sizeof id);
            row_verify(search, id, chunk);
        }
    }
}

void near_run_prefetch(const NearTable *table, int chunk, const NearRun *run) {
    const char *at = (const char *)(near_sketches(table, chunk) + run->at);
    const char *end = (const char *)(near_sketches(table, chunk) + run->at + run->len);
    // Long runs are read in order, which the processor notices by itself.
    if (end - at > 4096)
        end = at + 4096;
    for (; at < end; at += 64)
        __builtin_prefetch(at, 0, 2);
}

// Looks up every bucket of the plan; returns the cost in postings.
static uint64_t runs_gather(NearScratch *scratch, const NearTable *table, const NearRow *query,
                            const NearPlan *plan) {
    const NearMasks *masks = &table->masks;
    for (int i = 0; i < NEAR_CHUNKS; i++) {
        const uint32_t *starts = near_starts(table, i);
        for (int p = 0; plan->units[i] > 0 && p < masks->end[plan->units[i] - 1]; p++)
            __builtin_prefetch(&starts[query->chunk[i] ^ masks->mask[p]], 0, 3);
    }
    uint64_t cost = 0;
    uint32_t n = 0;
    for (int i = 0; i < NEAR_CHUNKS; i++) {
        const uint32_t *starts = near_starts(table, i);
        scratch->run_end[i] = n;
        for (int p = 0; plan->units[i] > 0 && p < masks->end[plan->units[i] - 1]; p++) {
            NearRun run =
                near_run_of(table, starts, query->chunk[i] ^ masks->mask[p], masks->bits[p]);
            cost += run.len + NEAR_PROBE_COST;
            if (run.len > 0)
                scratch->runs[n++] = run;
        }
    }
    scratch->run_end[NEAR_CHUNKS] = n;
    return cost;
}

// Every row in turn: the bounded fallback.
static void rows_scan(NearSearch *search) {
    const NearTable *table = search->table;
    NearScratch *scratch = search->scratch;
    uint64_t count = table->header->count;
    for (uint64_t done = 0; done < count && !near_has_enough(search); done += NEAR_SCAN_BLOCK) {
        size_t n = count - done < NEAR_SCAN_BLOCK ? count - done : NEAR_SCAN_BLOCK;
        size_t found = kernels()->hamming_within(
            (const uint8_t *)search->query, (const uint8_t *)&table->rows[done], n,
            (unsigned)search->radius, scratch->found, scratch->distances);
        for (size_t i = 0; i < found; i++)
            hit_add(search, (uint32_t)(done + scratch->found[i]), scratch->distances[i]);
    }
}

static void tables_scan(NearSearch *search) {
    enum { AHEAD = 24 };
    NearScratch *scratch = search->scratch;
    uint32_t total = scratch->run_end[NEAR_CHUNKS];
    int ahead_chunk = 0;
    uint32_t ahead = 0;
    for (int chunk = 0; chunk < NEAR_CHUNKS; chunk++)
        for (uint32_t i = scratch->run_end[chunk]; i < scratch->run_end[chunk + 1]; i++) {
            for (; ahead < total && ahead < i + AHEAD; ahead++) {
                while (ahead >= scratch->run_end[ahead_chunk + 1])
                    ahead_chunk++;
                near_run_prefetch(search->table, ahead_chunk, &scratch->runs[ahead]);
            }
            if (near_has_enough(search))
                return;
            near_run_scan(search, chunk, &scratch->runs[i]);
        }
}

static uint64_t too_dear(const NearTable *table, const NearPlan *plan) {
    uint64_t each = table->header->distinct / NEAR_BUCKETS + NEAR_PROBE_COST;
    return NEAR_TOO_DEAR * each * near_plan_probes(&table->masks, plan);
}

Err near_row_search(const NearTable *table, NearScratch *scratch, const NearRow *query, int radius,
                    size_t limit, NearHits *io_hits) {
    NearPlan plan = near_plan_even(radius);
    uint64_t cost = runs_gather(scratch, table, query, &plan);
    if (cost > too_dear(table, &plan)) {
        plan = near_plan_cheapest(&table->masks, table->starts, query, radius);
        if (plan.cost <= table->header->distinct * NEAR_ROW_COST)
            cost = runs_gather(scratch, table, query, &plan);
        else
            cost = plan.cost;
    }
    NearSearch search = {.table = table,
                         .scratch = scratch,
                         .query = query,
                         .units = plan.units,
                         .radius = radius,
                         .limit = limit,
                         .hits = io_hits};
    if (cost > table->header->distinct * NEAR_ROW_COST)
        rows_scan(&search);
    else
        tables_scan(&search);
    return search.err;
}

Err near_table_search(const NearTable *table, NearScratch *scratch, const PdqHash *query,
                      int radius, size_t limit, NearHits *io_hits) {
    assert(radius >= 0 && radius <= NEAR_RADIUS_MAX);
    NearRow row = near_row_from(&table->permutation, query);
    return near_row_search(table, scratch, &row, radius, limit, io_hits);
}
