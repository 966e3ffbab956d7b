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
    free(scratch->blocks_seen);
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

// A row's id, and the ids whose hash equals its own.
static void row_add(NearSearch *search, uint32_t query, uint32_t row, int distance) {
    const NearTable *table = search->table;
    uint32_t id = near_row_id(table, row);
    if (id >= table->header->count)
        return; // a damaged image
    hit_add(search, query, id, distance);
    if (!near_row_has_twins(table, row))
        return;
    const uint32_t *twins = table->twins;
    size_t low = 0, high = table->header->twin_count, count = high;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (twins[2 * middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < count && twins[2 * low] == id && !has_enough(search, query); low++)
        if (twins[2 * low + 1] < table->header->count)
            hit_add(search, query, twins[2 * low + 1], distance);
}

// Whether chunk i of these differences leads to the row: the complete predicate by which a posting
// of table i is kept. A row is reported by the lowest such chunk only, so that it is reported once.
static bool chunk_leads(const uint16_t *bits, const uint8_t *units, int i) {
    int j = (i + 1) % NEAR_CHUNKS, k = (i + 2) % NEAR_CHUNKS;
    return bits[i] < units[i] && bits[i] + bits[j] < units[i] + units[j] &&
           bits[i] + bits[j] + bits[k] < units[i] + units[j] + units[k];
}

// ---- blocks of crowded rows

static bool block_is_seen(const NearSearch *search, uint32_t block) {
    return search->has_seen_blocks &&
           (search->scratch->blocks_seen[block / 64] >> block % 64 & 1) != 0;
}

static bool is_in_block(const NearSearch *search, uint32_t row) {
    return search->is_by_blocks && row < search->table->header->crowded;
}

// Forgets the blocks of the search before.
static void blocks_begin(NearSearch *search) {
    NearScratch *scratch = search->scratch;
    size_t words = search->table->header->crowded / NEAR_BLOCK / 64 + 1;
    if (words > scratch->blocks_seen_words) {
        uint64_t *seen = realloc(scratch->blocks_seen, words * sizeof *seen);
        if (seen == NULL) {
            search->err = ERR_NOMEM;
            return;
        }
        scratch->blocks_seen = seen;
        scratch->blocks_seen_words = words;
    }
    memset(scratch->blocks_seen, 0, words * sizeof *scratch->blocks_seen);
    search->has_seen_blocks = true;
}

static uint32_t block_rows(const NearTable *table, uint32_t block) {
    uint64_t left = table->header->crowded - (uint64_t)block * NEAR_BLOCK;
    return left < NEAR_BLOCK ? (uint32_t)left : NEAR_BLOCK;
}

static void block_scan(NearSearch *search, uint32_t block) {
    NearScratch *scratch = search->scratch;
    uint32_t first = block * NEAR_BLOCK;
    size_t found = search->ops->hamming_within(
        (const uint8_t *)search->queries, (const uint8_t *)&search->table->rows[first],
        block_rows(search->table, block), (unsigned)search->radius, scratch->found,
        scratch->distances);
    for (size_t i = 0; i < found && !has_enough(search, 0); i++)
        row_add(search, 0, first + scratch->found[i], scratch->distances[i]);
}

static void blocks_finish(NearSearch *search) {
    NearScratch *scratch = search->scratch;
    search->spent += (uint64_t)scratch->block_count * NEAR_BLOCK_COST;
    for (uint32_t i = 0; i < scratch->block_count; i++)
        block_scan(search, scratch->blocks[i]);
    scratch->block_count = 0;
}

// Asks for a block, unless that was done before. What was asked for is compared before further
// candidates are.
static void block_want(NearSearch *search, uint32_t block) {
    NearScratch *scratch = search->scratch;
    if (block_is_seen(search, block))
        return;
    if (!search->has_seen_blocks)
        blocks_begin(search);
    if (search->err != ERR_OK)
        return;
    if (scratch->block_count == NEAR_CANDIDATES)
        blocks_finish(search);
    scratch->blocks_seen[block / 64] |= (uint64_t)1 << block % 64;
    scratch->blocks[scratch->block_count++] = block;
    search->block_count++;
    near_run_prefetch((const uint16_t *)&search->table->rows[(size_t)block * NEAR_BLOCK],
                      block_rows(search->table, block) * (uint32_t)(sizeof(NearRow) / 2));
}

// The block that a hit leads into; NEAR_NO_BLOCK when its row is not crowded.
static uint32_t hit_block(const NearSearch *search, const NearQueue *queue, const KernelHit *hit) {
    const NearTable *table = search->table;
    uint64_t row = near_payload(table, queue->chunk, hit->at) & table->id_mask;
    return row < table->header->crowded ? (uint32_t)(row / NEAR_BLOCK) : NEAR_NO_BLOCK;
}

// Leaves out the hits into blocks that were asked for; returns how many remain. Postings of a
// bucket are in the order of their rows: between two of one block there is no other. A block that
// many lead into is asked for at once.
static uint32_t hits_sift(NearSearch *search, const NearQueue *queue, KernelHit *hits,
                          uint32_t count) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (i + NEAR_HITS_AHEAD < count) {
            unsigned shift;
            __builtin_prefetch(
                near_payload_at(search->table, queue->chunk, hits[i + NEAR_HITS_AHEAD].at, &shift),
                0, 3);
        }
        uint32_t block = hit_block(search, queue, &hits[i]);
        if (block == NEAR_NO_BLOCK) {
            hits[kept++] = hits[i];
            continue;
        }
        uint32_t first = i;
        while (i + NEAR_HITS_LEAP < count && hits[i + NEAR_HITS_LEAP].run == hits[i].run &&
               hit_block(search, queue, &hits[i + NEAR_HITS_LEAP]) == block)
            i += NEAR_HITS_LEAP;
        if (i > first)
            block_want(search, block);
        if (!block_is_seen(search, block))
            hits[kept++] = hits[i];
    }
    return kept;
}

// ---- candidates

static void row_verify(NearSearch *search, const NearCandidate *candidate) {
    const NearRow *row = &search->table->rows[candidate->at],
                  *query = &search->queries[candidate->query];
    if (is_in_block(search, candidate->at) && block_is_seen(search, candidate->at / NEAR_BLOCK))
        return;
    uint16_t bits[NEAR_CHUNKS];
    int distance = near_row_bits(row, query, bits);
    if (is_in_block(search, candidate->at)) {
        if (distance <= NEAR_KIN)
            block_want(search, candidate->at / NEAR_BLOCK);
        return;
    }
    if (distance > search->radius || has_enough(search, candidate->query))
        return;
    for (int i = 0; i < candidate->chunk; i++)
        if (chunk_leads(bits, search->units, i))
            return;
    if (chunk_leads(bits, search->units, candidate->chunk))
        row_add(search, candidate->query, candidate->at, distance);
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
// and their rows asked for. What is asked for is asked for in one go: each line lies in a page of
// its own, whose address must be looked up too, and the processor does several of these at once
// only when little stands between them.
static void candidates_turn(NearSearch *search) {
    NearScratch *scratch = search->scratch;
    const NearTable *table = search->table;
    blocks_finish(search);
    search->spent += (uint64_t)scratch->row_count * NEAR_VERIFY_COST;
    for (uint32_t i = 0; i < scratch->row_count; i++)
        row_verify(search, &scratch->rows[i]);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < scratch->candidate_count[0]; i++) {
        NearCandidate *candidate = &scratch->candidates[0][i];
        uint64_t payload = near_payload(table, candidate->chunk, candidate->at);
        uint32_t row = (uint32_t)(payload & table->id_mask);
        if (is_in_block(search, row) && block_is_seen(search, row / NEAR_BLOCK))
            continue;
        if (!payload_fits(search, candidate, payload))
            continue;
        if (row >= table->header->distinct)
            continue; // a damaged image: nothing is read outside it
        if (search->is_hinting)
            pages_hint(&table->rows[row], sizeof table->rows[row]);
        scratch->rows[kept] = *candidate;
        scratch->rows[kept++].at = row;
    }
    for (uint32_t i = 0; i < kept; i++)
        __builtin_prefetch(&table->rows[scratch->rows[i].at], 0, 3);
    scratch->row_count = kept;
    uint32_t waiting = scratch->candidate_count[1];
    memcpy(scratch->candidates[0], scratch->candidates[1], waiting * sizeof(NearCandidate));
    scratch->candidate_count[0] = waiting;
    scratch->candidate_count[1] = 0;
}

static void candidates_finish(NearSearch *search) {
    for (int i = 0; i < 4; i++)
        candidates_turn(search);
}

// Makes candidates of n hits, for which there is room, and asks for their payloads.
static void hits_take(NearSearch *search, const NearQueue *queue, const KernelHit *hits,
                      uint32_t n) {
    NearScratch *scratch = search->scratch;
    NearCandidate *candidates = &scratch->candidates[1][scratch->candidate_count[1]];
    const uint8_t *payloads[NEAR_CANDIDATES];
    for (uint32_t i = 0; i < n; i++) {
        const KernelRun *run = &queue->runs[hits[i].run];
        unsigned shift;
        payloads[i] = near_payload_at(search->table, queue->chunk, hits[i].at, &shift);
        if (search->is_hinting)
            pages_hint(payloads[i], sizeof(uint64_t));
        int bucket_bits = queue->units - 1 - run->limit;
        int sketch_bits = near_chunk_bits(queue->sketches[hits[i].at], run->probe);
        candidates[i] = (NearCandidate){.at = hits[i].at,
                                        .query = queue->queries[hits[i].run],
                                        .chunk = (uint8_t)queue->chunk,
                                        .bits = (uint8_t)(bucket_bits + sketch_bits)};
    }
    for (uint32_t i = 0; i < n; i++)
        __builtin_prefetch(payloads[i], 0, 3);
    scratch->candidate_count[1] += n;
}

static void hits_keep(NearSearch *search, const NearQueue *queue, const KernelHit *hits,
                      uint32_t count) {
    NearScratch *scratch = search->scratch;
    search->spent += (uint64_t)count * NEAR_CANDIDATE_COST;
    for (uint32_t i = 0; i < count;) {
        uint32_t room = NEAR_CANDIDATES - scratch->candidate_count[1];
        uint32_t n = count - i < room ? count - i : room;
        hits_take(search, queue, &hits[i], n);
        i += n;
        if (n == room)
            candidates_turn(search);
    }
}

// Asks for the ends of a queue's runs; the rest follows while another queue is looked through.
// Runs begin in pages of their own (see candidates_turn).
static KernelAhead queue_ask(const NearQueue *queue) {
    for (uint32_t i = 0; i < queue->count; i++)
        __builtin_prefetch(queue->sketches + queue->runs[i].at, 0, 2);
    for (uint32_t i = 0; i < queue->count; i++)
        __builtin_prefetch(queue->sketches + queue->runs[i].at + queue->runs[i].len - 1, 0, 2);
    bool is_short = queue->postings <= queue->count * NEAR_SHORT_RUN;
    return (KernelAhead){queue->sketches, queue->runs, is_short ? 0 : queue->count};
}

// Looks through the runs of a queue, while the next one's memory arrives; what is near enough
// becomes a candidate.
static void queue_scan(NearSearch *search, const NearQueue *queue, const NearQueue *next) {
    KernelHit *hits = search->scratch->hits;
    KernelAhead ahead = queue_ask(next);
    uint32_t count =
        search->ops->sketches_within(queue->sketches, queue->runs, queue->count, &ahead, hits);
    if (!search->is_by_blocks || count < NEAR_HITS_MANY) {
        hits_keep(search, queue, hits, count);
        return;
    }
    for (uint32_t done = 0, some; done < count && !has_enough(search, 0) && !is_too_dear(search);
         done += some) {
        some = count - done < NEAR_HITS_STEP ? count - done : NEAR_HITS_STEP;
        uint32_t kept = search->block_count >= NEAR_BLOCKS_FEW
                            ? hits_sift(search, queue, hits + done, some)
                            : some;
        hits_keep(search, queue, hits + done, kept);
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
        queue_scan(search, queue, &scratch->queues[scratch->filling ^ 1]);
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
        if (near_queue_is_first(search->scratch))
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
    scratch->block_count = 0;
    search->has_seen_blocks = false;
    search->block_count = 0;
    search->hits->found.len = hits_before;
    search->hits->has_more = false;
    search->spent = 0;
}

// Every row in turn: the bounded fallback.
static void rows_scan(NearSearch *search) {
    const NearTable *table = search->table;
    NearScratch *scratch = search->scratch;
    uint64_t count = table->header->distinct;
    for (uint64_t done = 0; done < count && !has_enough(search, 0); done += NEAR_SCAN_BLOCK) {
        size_t n = count - done < NEAR_SCAN_BLOCK ? count - done : NEAR_SCAN_BLOCK;
        size_t found = search->ops->hamming_within(
            (const uint8_t *)search->queries, (const uint8_t *)&table->rows[done], n,
            (unsigned)search->radius, scratch->found, scratch->distances);
        for (size_t i = 0; i < found; i++)
            row_add(search, 0, (uint32_t)(done + scratch->found[i]), scratch->distances[i]);
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
    enum { EARLY = 8 };
    const NearTable *table = search->table;
    const NearMasks *masks = &table->masks;
    const NearRow *query = search->queries;
    starts_prefetch(table, query, search->units);
    uint64_t cost = 0, so_far = most / EARLY;
    for (int i = 0; i < NEAR_CHUNKS && !has_enough(search, 0); i++) {
        const uint32_t *starts = near_starts(table, i);
        int probes = near_masks_within(masks, search->units[i]);
        // A flood of all tables shows in the first of them.
        if (cost > so_far)
            return false;
        so_far += most / NEAR_CHUNKS;
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
                         .hits = io_hits,
                         .is_by_blocks = table->header->crowded > 0};
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
    if (plan.cost <= search.most && tables_scan(&search, UINT64_MAX / 2))
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
