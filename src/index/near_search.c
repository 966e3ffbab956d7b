// Searching a NearTable: plan, gather the runs of postings, scan their sketches, verify the few
// rows that remain.
#include <assert.h>
#include <sys/mman.h>

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
    free(scratch->spent);
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

static bool is_too_dear(const NearSearch *search) {
    return search->spent > search->most;
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
static bool chunk_leads(const uint16_t *bits, const uint8_t *units, int i) {
    int j = (i + 1) % NEAR_CHUNKS, k = (i + 2) % NEAR_CHUNKS;
    return bits[i] < units[i] && bits[i] + bits[j] < units[i] + units[j] &&
           bits[i] + bits[j] + bits[k] < units[i] + units[j] + units[k];
}

static void row_verify(NearSearch *search, const NearCandidate *candidate) {
    uint32_t id = candidate->at;
    const NearRow *row = &search->table->rows[id], *query = &search->queries[candidate->query];
    uint16_t bits[NEAR_CHUNKS];
    int distance = near_row_bits(row, query, bits);
    if (distance > search->radius || has_enough(search, candidate->query))
        return;
    for (int i = 0; i < candidate->chunk; i++)
        if (chunk_leads(bits, search->units, i))
            return;
    if (chunk_leads(bits, search->units, candidate->chunk))
        hit_add_with_twins(search, candidate->query, id, distance);
}

// Whether the three chunks from the candidate's on may still fit their units, by as much of the
// third as its payload holds.
static bool payload_fits(const NearSearch *search, const NearCandidate *candidate,
                         uint64_t payload) {
    const NearHeader *header = search->table->header;
    int chunk = candidate->chunk, second = (chunk + 1) % NEAR_CHUNKS,
        third = (chunk + 2) % NEAR_CHUNKS;
    const uint8_t *units = search->units;
    uint16_t mask = (uint16_t)((1u << header->after_bits) - 1);
    uint16_t after = (uint16_t)(payload >> header->id_bits) & mask;
    uint16_t wanted = search->queries[candidate->query].chunk[third] & mask;
    return candidate->bits + near_chunk_bits(after, wanted) <
           units[chunk] + units[second] + units[third];
}

// Asks the system for the pages of some bytes, so that a disk serves many at once. A hint: that it
// fails is no matter.
static void pages_hint(const void *at, size_t n) {
    uintptr_t from = (uintptr_t)at & ~(uintptr_t)(NEAR_PAGE - 1);
    madvise((void *)from, (uintptr_t)at + n - from, MADV_WILLNEED);
}

// Whatever was asked for before the last turn has arrived: rows are verified, payloads looked at
// and their rows asked for.
static void candidates_turn(NearSearch *search) {
    NearScratch *scratch = search->scratch;
    const NearTable *table = search->table;
    search->spent += (uint64_t)scratch->row_count * NEAR_VERIFY_COST;
    for (uint32_t i = 0; i < scratch->row_count; i++)
        row_verify(search, &scratch->rows[i]);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < scratch->candidate_count[0]; i++) {
        NearCandidate *candidate = &scratch->candidates[0][i];
        uint64_t payload = near_payload(table, candidate->chunk, candidate->at);
        if (!payload_fits(search, candidate, payload))
            continue;
        uint32_t id = (uint32_t)(payload & table->id_mask);
        if (id >= table->header->count)
            continue; // a damaged image: nothing is read outside it
        __builtin_prefetch(&table->rows[id], 0, 3);
        if (search->is_hinting)
            pages_hint(&table->rows[id], sizeof table->rows[id]);
        scratch->rows[kept] = *candidate;
        scratch->rows[kept++].at = id;
    }
    scratch->row_count = kept;
    uint32_t waiting = scratch->candidate_count[1];
    memcpy(scratch->candidates[0], scratch->candidates[1], waiting * sizeof(NearCandidate));
    scratch->candidate_count[0] = waiting;
    scratch->candidate_count[1] = 0;
}

static void candidates_finish(NearSearch *search) {
    for (int i = 0; i < 3; i++)
        candidates_turn(search);
}

// Looks through the runs of a queue; what is near enough becomes a candidate.
static void queue_scan(NearSearch *search, const NearQueue *queue) {
    NearScratch *scratch = search->scratch;
    uint32_t count =
        search->ops->sketches_within(queue->sketches, queue->runs, queue->count, scratch->hits);
    search->spent += (uint64_t)count * NEAR_CANDIDATE_COST;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t posting = scratch->hits[i].at;
        const KernelRun *run = &queue->runs[scratch->hits[i].run];
        unsigned shift;
        const uint8_t *payload = near_payload_at(search->table, queue->chunk, posting, &shift);
        __builtin_prefetch(payload, 0, 3);
        if (search->is_hinting)
            pages_hint(payload, sizeof(uint64_t));
        int bucket_bits = queue->units - 1 - run->limit;
        scratch->candidates[1][scratch->candidate_count[1]++] = (NearCandidate){
            .at = posting,
            .query = queue->queries[scratch->hits[i].run],
            .chunk = (uint8_t)queue->chunk,
            .bits = (uint8_t)(bucket_bits + near_chunk_bits(queue->sketches[posting], run->probe))};
        if (scratch->candidate_count[1] == NEAR_CANDIDATES)
            candidates_turn(search);
    }
}

static void queue_begin(const NearSearch *search, NearQueue *queue, int chunk) {
    queue->count = queue->postings = 0;
    queue->chunk = chunk;
    queue->second = (chunk + 1) % NEAR_CHUNKS;
    queue->units = search->units[chunk] + search->units[queue->second];
    queue->sketches = near_sketches(search->table, chunk);
}

NearQueue *near_queue_turn(NearSearch *search) {
    NearScratch *scratch = search->scratch;
    int chunk = scratch->queues[scratch->filling].chunk;
    scratch->filling ^= 1;
    NearQueue *queue = &scratch->queues[scratch->filling];
    if (queue->count > 0)
        queue_scan(search, queue);
    queue_begin(search, queue, chunk);
    return queue;
}

void near_chunk_begin(NearSearch *search, int chunk) {
    queue_begin(search, near_queue_turn(search), chunk);
}

void near_run_put_long(NearSearch *search, uint32_t query, KernelRun run) {
    while (run.len > 0 && !has_enough(search, query) && !is_too_dear(search)) {
        NearQueue *queue = near_queue_turn(search);
        KernelRun piece = run;
        if (piece.len > NEAR_SCAN_BLOCK)
            piece.len = NEAR_SCAN_BLOCK;
        near_run_prefetch(queue->sketches + piece.at, piece.len);
        queue->queries[0] = query;
        queue->runs[0] = piece;
        queue->count = 1;
        queue->postings = piece.len;
        run.at += piece.len;
        run.len -= piece.len;
    }
}

void near_search_finish(NearSearch *search) {
    near_queue_turn(search);
    near_queue_turn(search);
    candidates_finish(search);
}

static void search_drop(NearSearch *search, size_t hits_before) {
    NearScratch *scratch = search->scratch;
    scratch->queues[0].count = scratch->queues[1].count = 0;
    scratch->candidate_count[0] = scratch->candidate_count[1] = scratch->row_count = 0;
    search->hits->found.len = hits_before;
    search->hits->has_more = false;
    search->spent = 0;
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

static inline __attribute__((always_inline)) void
starts_prefetch(const NearTable *table, const NearRow *query, const uint8_t *units) {
    for (int i = 0; i < NEAR_CHUNKS; i++) {
        const uint32_t *starts = near_starts(table, i);
        int probes = near_masks_within(&table->masks, units[i]);
        for (int p = 0; p < probes; p++)
            __builtin_prefetch(&starts[query->chunk[i] ^ table->masks.mask[p]], 0, 3);
    }
}

// The pages of all sketches that will be read. Once per search, for whichever plan it has.
static void runs_hint(const NearSearch *search) {
    const NearTable *table = search->table;
    for (int i = 0; i < NEAR_CHUNKS; i++) {
        const uint32_t *starts = near_starts(table, i);
        int probes = near_masks_within(&table->masks, search->units[i]);
        for (int p = 0; p < probes; p++) {
            NearRun run =
                near_run_of(table, starts, search->queries->chunk[i] ^ table->masks.mask[p], 0);
            if (run.len > 0)
                pages_hint(near_sketches(table, i) + run.at, run.len * sizeof(uint16_t));
        }
    }
}

// Reads the buckets of the plan, unless they turn out to cost more than `most`, or their candidates
// more than search->most: false then, and what was found must be dropped.
static bool tables_scan(NearSearch *search, uint64_t most) {
    const NearTable *table = search->table;
    const NearMasks *masks = &table->masks;
    const NearRow *query = search->queries;
    starts_prefetch(table, query, search->units);
    uint64_t cost = 0;
    for (int i = 0; i < NEAR_CHUNKS && !has_enough(search, 0); i++) {
        const uint32_t *starts = near_starts(table, i);
        int probes = near_masks_within(masks, search->units[i]);
        near_chunk_begin(search, i);
        for (int p = 0; p < probes; p++) {
            NearRun run =
                near_run_of(table, starts, query->chunk[i] ^ masks->mask[p], masks->bits[p]);
            cost += run.len + NEAR_PROBE_COST;
            if (cost > most || is_too_dear(search))
                return false;
            near_run_put(search, 0, run);
        }
    }
    near_search_finish(search);
    return !is_too_dear(search) || has_enough(search, 0);
}

uint64_t near_cost_bound(const NearTable *table, const NearPlan *plan) {
    uint64_t each = table->header->distinct / NEAR_BUCKETS + NEAR_PROBE_COST;
    return NEAR_TOO_DEAR * each * near_plan_probes(&table->masks, plan);
}

Err near_row_search(const NearTable *table, NearScratch *scratch, const NearRow *query, int radius,
                    size_t limit, NearHits *io_hits) {
    NearPlan plan = near_plan_even(radius);
    size_t before = io_hits->found.len;
    NearSearch search = {.table = table,
                         .scratch = scratch,
                         .ops = kernels(),
                         .queries = query,
                         .units = plan.units,
                         .radius = radius,
                         .limit = limit,
                         .hits = io_hits};
    uint64_t dear = table->header->distinct * NEAR_ROW_COST / NEAR_SCAN_SHARE;
    search.most = dear > NEAR_SPENT_MIN ? dear : NEAR_SPENT_MIN;
    search.is_hinting = table->hints_left != NULL &&
                        atomic_load_explicit(table->hints_left, memory_order_relaxed) > 0 &&
                        atomic_fetch_sub_explicit(table->hints_left, 1, memory_order_relaxed) > 0;
    if (search.is_hinting)
        runs_hint(&search);
    if (tables_scan(&search, near_cost_bound(table, &plan)))
        return search.err;
    search_drop(&search, before);
    plan = near_plan_cheapest(&table->masks, table->starts, query, radius);
    if (plan.cost <= search.most && tables_scan(&search, UINT64_MAX))
        return search.err;
    search_drop(&search, before);
    rows_scan(&search);
    return search.err;
}

Err near_table_search(const NearTable *table, NearScratch *scratch, const PdqHash *query,
                      int radius, size_t limit, NearHits *io_hits) {
    assert(radius >= 0 && radius <= NEAR_RADIUS_MAX);
    NearRow row = near_row_from(&table->permutation, query);
    return near_row_search(table, scratch, &row, radius, limit, io_hits);
}
