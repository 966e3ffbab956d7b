// Joining a set of hashes with itself: batches of queries, a block of hashes a job.
#include "index/near_neighbours.h"

#include <stdatomic.h>

#include "base/workqueue.h"
#include "index/limits.h"
#include "kernels/kernels.h"

enum {
    BLOCK = 4096, // hashes a job
    FEW = 32,     // neighbours; a hash with more is crowded
    STEP = 256,   // hashes asked for at once among crowds
    SPREAD_FROM = STEP / 2,
    JOBS_WAITING = 64
};

// The neighbours of BLOCK consecutive hashes.
typedef struct Block {
    NearNeighbours *of;
    uint32_t first, count;
    VEC(uint32_t) ids;
    uint32_t end[BLOCK]; // of each one's part of ids
    bool is_crowded[BLOCK];
    Err err;
} Block;

// What one thread searches with.
typedef struct Searcher {
    NearScratch *scratch;
    PdqHash *queries; // BLOCK × turns
    NearHits *hits;   // of each
} Searcher;

struct NearNeighbours {
    const NearCrowd *crowd;
    Block *blocks;
    size_t block_count, query_count; // the latter: of a block at most
    Searcher searchers[NEAR_BUILD_THREADS_MAX];
    atomic_bool *is_in_crowd; // near a crowded one
};

static bool is_in_crowd(const NearNeighbours *neighbours, uint32_t hash) {
    return atomic_load_explicit(&neighbours->is_in_crowd[hash], memory_order_relaxed);
}

static Err flat_search(const NearCrowd *crowd, const PdqHash *query, NearHits *io_hits) {
    uint32_t at[NEAR_FLAT_COUNT];
    uint16_t distances[NEAR_FLAT_COUNT];
    size_t found = kernels()->hamming_within(query->bytes, crowd->hashes->bytes, crowd->count,
                                             (unsigned)crowd->radius, at, distances);
    for (size_t i = 0; i < found; i++)
        if (!vec_push(&io_hits->found, ((NearHit){.id = at[i], .distance = distances[i]})))
            return ERR_NOMEM;
    return ERR_OK;
}

static Err hits_find(const NearCrowd *crowd, Searcher *searcher, size_t queries) {
    if (crowd->table != NULL)
        // One more than few: each finds itself.
        return near_table_search_batch(crowd->table, searcher->scratch, searcher->queries, queries,
                                       crowd->radius, FEW + 1, searcher->hits);
    for (size_t q = 0; q < queries; q++)
        TRY(flat_search(crowd, &searcher->queries[q], &searcher->hits[q]));
    return ERR_OK;
}

// Collects the queries of hashes [from, to) of a block; those in a crowd are not asked for.
static size_t queries_gather(Block *block, Searcher *searcher, uint32_t from, uint32_t to) {
    size_t queries = 0;
    for (uint32_t i = from; i < to; i++) {
        const PdqHash *turns;
        int turn_count = near_turns_of(block->of->crowd, block->first + i, &turns);
        block->is_crowded[i] = is_in_crowd(block->of, block->first + i);
        for (int turn = 0; turn < turn_count && !block->is_crowded[i]; turn++) {
            vec_clear(&searcher->hits[queries].found);
            searcher->hits[queries].has_more = false;
            searcher->queries[queries++] = turns[turn];
        }
    }
    return queries;
}

// Moves the hits of these hashes' queries into their lists.
static Err hits_keep(Block *block, const Searcher *searcher, size_t queries, uint32_t from,
                     uint32_t to) {
    size_t query = 0, total = 0;
    for (size_t q = 0; q < queries; q++)
        total += searcher->hits[q].found.len;
    if (!vec_reserve(&block->ids, total))
        return ERR_NOMEM;
    for (uint32_t i = from; i < to; i++) {
        const PdqHash *turns;
        uint32_t hash = block->first + i;
        int turn_count = block->is_crowded[i] ? 0 : near_turns_of(block->of->crowd, hash, &turns);
        size_t before = block->ids.len;
        for (int turn = 0; turn < turn_count; turn++, query++) {
            const NearHits *hits = &searcher->hits[query];
            block->is_crowded[i] = block->is_crowded[i] || hits->has_more;
            for (size_t h = 0; h < hits->found.len; h++)
                if (hits->found.items[h].id != hash)
                    block->ids.items[block->ids.len++] = hits->found.items[h].id;
        }
        if (block->is_crowded[i])
            block->ids.len = before;
        block->end[i] = (uint32_t)block->ids.len;
    }
    return ERR_OK;
}

// Where many of these hashes are crowded, makes known what is near one of them: a search for all of
// that costs as much as some hundred searches for the first few. Returns how many are crowded.
static Err crowd_spread(const Block *block, Searcher *searcher, uint32_t from, uint32_t to,
                        uint32_t *ret) {
    const NearNeighbours *of = block->of;
    uint32_t crowded = 0, one = 0;
    for (uint32_t i = from; i < to; i++)
        if (block->is_crowded[i] && !is_in_crowd(of, block->first + i)) {
            crowded++;
            one = block->first + i;
        }
    *ret = crowded;
    if (crowded < SPREAD_FROM)
        return ERR_OK;
    NearHits *hits = &searcher->hits[0];
    vec_clear(&hits->found);
    hits->has_more = false;
    TRY(near_table_search(of->crowd->table, searcher->scratch, &of->crowd->hashes[one],
                          of->crowd->radius, 0, hits));
    for (size_t h = 0; h < hits->found.len; h++)
        atomic_store_explicit(&of->is_in_crowd[hits->found.items[h].id], true,
                              memory_order_relaxed);
    return ERR_OK;
}

static Err block_fill(Block *block, Searcher *searcher) {
    uint32_t step = STEP;
    for (uint32_t from = 0, to; from < block->count; from = to) {
        to = block->count - from < step ? block->count : from + step;
        size_t queries = queries_gather(block, searcher, from, to);
        TRY(hits_find(block->of->crowd, searcher, queries));
        TRY(hits_keep(block, searcher, queries, from, to));
        uint32_t crowded;
        TRY(crowd_spread(block, searcher, from, to, &crowded));
        step = crowded >= SPREAD_FROM / 4 ? STEP : BLOCK;
    }
    return ERR_OK;
}

static void block_run(void *job, int worker) {
    Block *block = job;
    block->err = block_fill(block, &block->of->searchers[worker]);
}

static Err blocks_run(NearNeighbours *neighbours, int threads, Diag *diag) {
    if (threads == 1) {
        for (size_t i = 0; i < neighbours->block_count; i++)
            block_run(&neighbours->blocks[i], 0);
    } else {
        _cleanup_(work_queue_freep) WorkQueue *queue = NULL;
        TRY(work_queue_new(threads, JOBS_WAITING, block_run, &queue, diag));
        for (size_t i = 0; i < neighbours->block_count; i++)
            if (!work_queue_push(queue, &neighbours->blocks[i]))
                return ERR_INTERNAL; // only a cancelled queue refuses
        work_queue_drain(queue);
    }
    Err err = ERR_OK;
    for (size_t i = 0; i < neighbours->block_count && err == ERR_OK; i++)
        err = neighbours->blocks[i].err;
    return err;
}

static Err searchers_make(NearNeighbours *neighbours, int threads) {
    size_t queries = neighbours->query_count;
    for (int i = 0; i < threads; i++) {
        Searcher *searcher = &neighbours->searchers[i];
        searcher->scratch = near_scratch_new();
        searcher->queries = malloc(queries * sizeof *searcher->queries);
        searcher->hits = calloc(queries, sizeof *searcher->hits);
        if (searcher->scratch == NULL || searcher->queries == NULL || searcher->hits == NULL)
            return ERR_NOMEM;
    }
    return ERR_OK;
}

static void searchers_free(NearNeighbours *neighbours) {
    for (int i = 0; i < NEAR_BUILD_THREADS_MAX; i++) {
        Searcher *searcher = &neighbours->searchers[i];
        near_scratch_free(searcher->scratch);
        free(searcher->queries);
        for (size_t q = 0; searcher->hits != NULL && q < neighbours->query_count; q++)
            near_hits_done(&searcher->hits[q]);
        free(searcher->hits);
        *searcher = (Searcher){0};
    }
}

static Err blocks_make(NearNeighbours *neighbours) {
    const NearCrowd *crowd = neighbours->crowd;
    neighbours->block_count = ((size_t)crowd->count + BLOCK - 1) / BLOCK;
    neighbours->blocks = calloc(neighbours->block_count, sizeof *neighbours->blocks);
    neighbours->is_in_crowd = calloc(crowd->count, sizeof *neighbours->is_in_crowd);
    if (neighbours->blocks == NULL || neighbours->is_in_crowd == NULL)
        return ERR_NOMEM;
    for (size_t i = 0; i < neighbours->block_count; i++) {
        Block *block = &neighbours->blocks[i];
        block->of = neighbours;
        block->first = (uint32_t)(i * BLOCK);
        block->count = crowd->count - block->first < BLOCK ? crowd->count - block->first : BLOCK;
    }
    neighbours->query_count = (neighbours->block_count > 1 ? BLOCK : crowd->count) *
                              (crowd->turns != NULL ? (size_t)PDQ_TURNS : 1);
    return ERR_OK;
}

Err near_neighbours_find(const NearCrowd *crowd, NearNeighbours **ret, Diag *diag) {
    _cleanup_(near_neighbours_freep) NearNeighbours *neighbours = calloc(1, sizeof *neighbours);
    if (neighbours == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    neighbours->crowd = crowd;
    Err err = blocks_make(neighbours);
    int threads = crowd->threads;
    if ((size_t)threads > neighbours->block_count)
        threads = (int)neighbours->block_count;
    if (err == ERR_OK)
        err = searchers_make(neighbours, threads);
    if (err == ERR_OK)
        err = blocks_run(neighbours, threads, diag);
    if (err != ERR_OK)
        return err == ERR_NOMEM ? diag_set(diag, err, N_("There is not enough memory.")) : err;
    searchers_free(neighbours);
    *ret = TAKE(neighbours);
    return ERR_OK;
}

void near_neighbours_free(NearNeighbours *neighbours) {
    if (neighbours == NULL)
        return;
    searchers_free(neighbours);
    for (size_t i = 0; neighbours->blocks != NULL && i < neighbours->block_count; i++)
        vec_done(&neighbours->blocks[i].ids);
    free(neighbours->blocks);
    free(neighbours->is_in_crowd);
    free(neighbours);
}

bool near_neighbours_is_crowded(const NearNeighbours *neighbours, uint32_t hash) {
    return neighbours->blocks[hash / BLOCK].is_crowded[hash % BLOCK];
}

const uint32_t *near_neighbours_of(const NearNeighbours *neighbours, uint32_t hash,
                                   uint32_t *ret_count) {
    const Block *block = &neighbours->blocks[hash / BLOCK];
    uint32_t from = hash % BLOCK == 0 ? 0 : block->end[hash % BLOCK - 1];
    *ret_count = block->end[hash % BLOCK] - from;
    return *ret_count == 0 ? NULL : block->ids.items + from;
}
