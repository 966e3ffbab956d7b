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

static void hit_add(NearSearch *search, uint32_t query, uint32_t id, int distance) {
    NearHits *hits = &search->hits[query];
    if (search->limit != 0 && hits->found.len >= search->limit) {
        hits->has_more = true;
        return;
    }
    NearHit hit = {.id = id, .distance = (uint16_t)distance};
    if (!vec_push(&hits->found, hit))
        search->err = ERR_NOMEM;
}

static bool has_enough(const NearSearch *search, uint32_t query) {
    return search->hits[query].has_more || search->err != ERR_OK;
}

// The leader, and the ids whose hash equals its own.
static void hit_add_with_twins(NearSearch *search, uint32_t query, uint32_t leader, int distance) {
    hit_add(search, query, leader, distance);
    const uint32_t *twins = search->table->twins;
    size_t low = 0, high = search->table->header->twin_count, count = high;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (twins[2 * middle] < leader)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < count && twins[2 * low] == leader && !has_enough(search, query); low++)
        if (twins[2 * low + 1] < search->table->header->count)
            hit_add(search, query, twins[2 * low + 1], distance);
}

// Whether chunk i of these differences leads to the row: the complete predicate by which a posting
// of table i is kept. A row is reported by the lowest such chunk only, so that it is reported once.
static bool chunk_leads(const uint8_t *bits, const uint8_t *units, int i) {
    int j = (i + 1) % NEAR_CHUNKS, k = (i + 2) % NEAR_CHUNKS;
    return bits[i] < units[i] && bits[i] + bits[j] < units[i] + units[j] &&
           bits[i] + bits[j] + bits[k] < units[i] + units[j] + units[k];
}

static void row_verify(NearSearch *search, const NearCandidate *candidate, uint32_t id) {
    const NearRow *row = &search->table->rows[id], *query = &search->queries[candidate->query];
    int distance = near_row_distance(row, query);
    if (distance > search->radius || has_enough(search, candidate->query))
        return;
    uint8_t bits[NEAR_CHUNKS];
    for (int i = 0; i < NEAR_CHUNKS; i++)
        bits[i] = (uint8_t)__builtin_popcount(row->chunk[i] ^ query->chunk[i]);
    for (int i = 0; i < candidate->chunk; i++)
        if (chunk_leads(bits, search->units, i))
            return;
    if (chunk_leads(bits, search->units, candidate->chunk))
        hit_add_with_twins(search, candidate->query, id, distance);
}

// Whether the three chunks from the candidate's on still fit their units, by its payload.
static bool payload_fits(const NearSearch *search, const NearCandidate *candidate,
                         const uint8_t *payload) {
    if (search->table->header->payload_size != 6)
        return true;
    int chunk = candidate->chunk, second = (chunk + 1) % NEAR_CHUNKS,
        third = (chunk + 2) % NEAR_CHUNKS;
    const uint8_t *units = search->units;
    uint16_t after;
    memcpy(&after, payload + 4, sizeof after);
    int bits = candidate->bits +
               __builtin_popcount(after ^ search->queries[candidate->query].chunk[third]);
    return bits < units[chunk] + units[second] + units[third];
}

void near_candidates_flush(NearSearch *search) {
    NearScratch *scratch = search->scratch;
    const NearTable *table = search->table;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < scratch->candidate_count; i++) {
        NearCandidate candidate = scratch->candidates[i];
        const uint8_t *payload = near_payloads(table, candidate.chunk) +
                                 (size_t)candidate.posting * table->header->payload_size;
        if (!payload_fits(search, &candidate, payload))
            continue;
        uint32_t id;
        memcpy(&id, payload, sizeof id);
        if (id >= table->header->count)
            continue; // a damaged image: nothing is read outside it
        __builtin_prefetch(&table->rows[id], 0, 3);
        candidate.posting = id;
        scratch->candidates[kept++] = candidate;
    }
    for (uint32_t i = 0; i < kept; i++)
        row_verify(search, &scratch->candidates[i], scratch->candidates[i].posting);
    scratch->candidate_count = 0;
}

void near_run_scan(NearSearch *search, int chunk, uint32_t query, const NearRun *run) {
    int second = (chunk + 1) % NEAR_CHUNKS;
    int limit = search->units[chunk] + search->units[second] - 1 - run->bits;
    if (limit < 0)
        return;
    NearScratch *scratch = search->scratch;
    size_t payload_size = search->table->header->payload_size;
    const uint8_t *payloads = near_payloads(search->table, chunk);
    const uint16_t *sketches = near_sketches(search->table, chunk);
    uint16_t probe = search->queries[query].chunk[second];
    for (uint32_t done = 0; done < run->len && !has_enough(search, query);
         done += NEAR_SCAN_BLOCK) {
        uint32_t n = run->len - done < NEAR_SCAN_BLOCK ? run->len - done : NEAR_SCAN_BLOCK;
        const uint16_t *block = sketches + run->at + done;
        uint32_t count =
            search->ops->sketch_within(block, n, probe, (unsigned)limit, scratch->found);
        for (uint32_t f = 0; f < count; f++) {
            uint32_t posting = run->at + done + scratch->found[f];
            __builtin_prefetch(payloads + posting * payload_size, 0, 3);
            scratch->candidates[scratch->candidate_count++] = (NearCandidate){
                .posting = posting,
                .query = query,
                .chunk = (uint8_t)chunk,
                .bits =
                    (uint8_t)(run->bits + __builtin_popcount(block[scratch->found[f]] ^ probe))};
            if (scratch->candidate_count == NEAR_CANDIDATES)
                near_candidates_flush(search);
        }
    }
}

void near_run_prefetch(const NearTable *table, int chunk, const NearRun *run) {
    const uint16_t *sketches = near_sketches(table, chunk);
    uintptr_t at = (uintptr_t)(sketches + run->at) & ~(uintptr_t)63;
    uintptr_t end = (uintptr_t)(sketches + run->at + run->len);
    // Long runs are read in order, which the processor notices by itself.
    if (end - at > 4096)
        end = at + 4096;
    for (; at < end; at += 64)
        __builtin_prefetch((const void *)at, 0, 2);
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
    for (uint64_t done = 0; done < count && !has_enough(search, 0); done += NEAR_SCAN_BLOCK) {
        size_t n = count - done < NEAR_SCAN_BLOCK ? count - done : NEAR_SCAN_BLOCK;
        size_t found = search->ops->hamming_within(
            (const uint8_t *)search->queries, (const uint8_t *)&table->rows[done], n,
            (unsigned)search->radius, scratch->found, scratch->distances);
        for (size_t i = 0; i < found; i++)
            hit_add(search, 0, (uint32_t)(done + scratch->found[i]), scratch->distances[i]);
    }
}

static void tables_scan(NearSearch *search) {
    enum { AHEAD = 32 };
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
            if (has_enough(search, 0))
                break;
            near_run_scan(search, chunk, 0, &scratch->runs[i]);
        }
    near_candidates_flush(search);
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
                         .ops = kernels(),
                         .queries = query,
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
