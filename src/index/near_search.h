// One query on its way through the tables, shared by single and batched search. Internal to
// index/near_*.
#pragma once
#include "index/near_image.h"
#include "kernels/kernels.h"

enum {
    NEAR_SCAN_BLOCK = 16384, // postings a kernel call looks at
    NEAR_QUEUE_RUNS = 64,    // runs a kernel call looks at
    NEAR_PREFETCH = 4096,    // bytes of a run; the processor itself foresees the rest
    NEAR_SHORT_RUN = 64,     // postings; its two ends are all its lines
    NEAR_CANDIDATES = 64,    // held back until their memory has arrived
    NEAR_TOO_DEAR = 3,       // times the expected cost, from which a plan of its own pays
    // What else a search does, in postings read: a sketch within its limit, and a row verified.
    NEAR_CANDIDATE_COST = 32,
    NEAR_VERIFY_COST = 256,
    NEAR_BLOCK_COST = 2048,
    // Of the cost of a scan of all rows, what a search may be expected to cost and may then spend
    // on candidates, which cannot be foreseen, before all rows are scanned instead; and what it may
    // spend at least.
    NEAR_SCAN_SHARE = 4,
    NEAR_SPENT_MIN = 1 << 16,
    // Crowded rows are compared a block at a time, once one of it is at most so far away: a row of
    // the query's own cluster, and not one met by chance.
    NEAR_BLOCK = 64,
    NEAR_KIN = 64,
    // Among so many hits at once, and with so many blocks asked for, hits into those blocks are
    // left out early, a step at a time: payloads are asked for so many hits ahead, and so many hits
    // into one block are leapt over together.
    NEAR_HITS_MANY = 64,
    NEAR_BLOCKS_FEW = 4,
    NEAR_HITS_STEP = 256,
    NEAR_HITS_AHEAD = 24,
    NEAR_HITS_LEAP = 8,
    NEAR_NO_BLOCK = UINT32_MAX
};
_Static_assert((int)NEAR_KIN >= (int)NEAR_RADIUS_MAX, "a row that is near has its block compared");

typedef struct NearRun {
    uint32_t at, len; // postings
    uint8_t bits;     // by how many the bucket differs from the query's chunk
} NearRun;

typedef struct NearProbe {
    uint32_t query;
    uint16_t bucket;
    uint8_t bits;
} NearProbe;

// Runs of sketches to look through. There are two queues: while one is looked through, the memory
// of the other is asked for.
typedef struct NearQueue {
    KernelRun runs[NEAR_QUEUE_RUNS]; // of one chunk
    uint32_t queries[NEAR_QUEUE_RUNS];
    uint32_t count, postings;
    int chunk, second;        // the table, and the chunk its sketches are of
    int units;                // of both together
    const uint16_t *sketches; // of the table
} NearQueue;

// A posting whose sketch is near enough. Its payload was asked for when it was found and is looked
// at later, when it has arrived; then the same once more with its row.
typedef struct NearCandidate {
    uint32_t at; // the posting, later the row
    uint32_t query;
    uint8_t chunk;
    uint8_t bits; // by which the chunk and its sketch differ
} NearCandidate;

// What a query of a batch has cost.
typedef struct NearSpent {
    uint64_t postings;
    size_t hits_before; // to which it goes back when it turns out too dear
} NearSpent;

struct NearScratch {
    NearQueue queues[2];
    int filling;                                  // which of them
    NearCandidate candidates[2][NEAR_CANDIDATES]; // payloads on their way, the older ones first
    uint32_t candidate_count[2];
    NearCandidate rows[NEAR_CANDIDATES]; // rows on their way
    uint32_t row_count;
    uint32_t blocks[NEAR_CANDIDATES]; // of crowded rows, on their way
    uint32_t block_count;
    uint64_t *blocks_seen; // a bit a block: was on its way in this search
    size_t blocks_seen_words;
    KernelHit hits[NEAR_SCAN_BLOCK];
    uint32_t found[NEAR_SCAN_BLOCK]; // of a scan of all rows
    uint16_t distances[NEAR_SCAN_BLOCK];
    // Of a batch: every probe of one table, in the order of its bucket.
    NearProbe *probes;
    NearRow *queries;
    NearSpent *spent; // by each query
    size_t capacity;  // queries
};

// Queries that share a plan; one of them, or a batch.
typedef struct NearSearch {
    const NearTable *table;
    const KernelOps *ops;
    NearScratch *scratch;
    const NearRow *queries;
    NearHits *hits;       // of each query
    const uint8_t *units; // of the plan
    int radius;
    size_t limit;
    uint64_t spent,
        most;          // on candidates, and what may be before the search is given up, in postings
    bool is_hinting;   // tells the system which pages it will read
    bool is_by_blocks; // for one query: each block of crowded rows is compared at most once
    bool has_seen_blocks;
    uint32_t block_count; // asked for in this search
    Err err;
} NearSearch;

// The run of a bucket. Bounds are taken from the image and therefore checked: a damaged one gives
// wrong answers, never a stray read.
static inline NearRun near_run_of(const NearTable *table, const uint32_t *starts, uint16_t bucket,
                                  uint8_t bits) {
    uint32_t begin = starts[bucket], end = starts[bucket + 1];
    if (end < begin || end > table->header->distinct)
        end = begin = 0;
    return (NearRun){.at = begin, .len = end - begin, .bits = bits};
}
// All further runs belong to this chunk's table.
void near_chunk_begin(NearSearch *search, int chunk);
// Looks through the runs that were asked for the longest ago; their queue is then the one to fill.
NearQueue *near_queue_turn(NearSearch *search);
// A run too long for the queue, in pieces.
void near_run_put_long(NearSearch *search, uint32_t query, KernelRun run);

// The two ends first: most runs have no more lines than these. Always inlined, since gcc takes a
// function that only prefetches for one without effect and leaves its calls out.
static inline __attribute__((always_inline)) void near_run_prefetch(const uint16_t *sketches,
                                                                    uint32_t len) {
    const char *at = (const char *)sketches, *last = (const char *)(sketches + len) - 1;
    __builtin_prefetch(at, 0, 2);
    __builtin_prefetch(last, 0, 2);
    if (last - at > NEAR_PREFETCH)
        last = at + NEAR_PREFETCH;
    for (at += 64; at < last; at += 64)
        __builtin_prefetch(at, 0, 2);
}

// Whether nothing is looked through before the queue that is being filled, so that its memory must
// be asked for at once.
static inline bool near_queue_is_first(const NearScratch *scratch) {
    return scratch->queues[scratch->filling ^ 1].count == 0;
}

// Queues a run; it is looked through when its queue's turn has come.
static inline void near_run_put(NearSearch *search, uint32_t query, NearRun run) {
    NearQueue *queue = &search->scratch->queues[search->scratch->filling];
    if (run.len == 0 || run.bits >= queue->units)
        return;
    KernelRun wanted = {.at = run.at,
                        .len = run.len,
                        .probe = search->queries[query].chunk[queue->second],
                        .limit = (uint16_t)(queue->units - 1 - run.bits)};
    if (run.len > NEAR_SCAN_BLOCK) {
        near_run_put_long(search, query, wanted);
        return;
    }
    if (queue->count == NEAR_QUEUE_RUNS || queue->postings + run.len > NEAR_SCAN_BLOCK)
        queue = near_queue_turn(search);
    if (near_queue_is_first(search->scratch))
        near_run_prefetch(queue->sketches + run.at, run.len);
    queue->queries[queue->count] = query;
    queue->runs[queue->count++] = wanted;
    queue->postings += run.len;
}
// Looks through what is queued and verifies the candidates held back.
void near_search_finish(NearSearch *search);
// What a query may cost before it gets a plan by the sizes of its own buckets.
uint64_t near_cost_bound(const NearTable *table, const NearPlan *plan);
// A whole search of one query.
Err near_row_search(const NearTable *table, NearScratch *scratch, const NearRow *query, int radius,
                    size_t limit, NearHits *io_hits) MUST_CHECK;
