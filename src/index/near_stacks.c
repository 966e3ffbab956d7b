// Stacks of near hashes: the neighbours of all by the index, in threads, then one pass that grows
// each stack from its leader.
#include "index/near_stacks.h"

#include <assert.h>

#include "base/cleanup.h"
#include "base/vec.h"
#include "base/workqueue.h"
#include "index/limits.h"
#include "index/near_table.h"
#include "kernels/kernels.h"

enum {
    BLOCK = 8192,     // hashes whose neighbours one job finds
    FEW = 32,         // neighbours; a hash with more is crowded
    FLAT_COUNT = 512, // below it, building a table costs more than comparing all
    JOBS_WAITING = 64
};
#define NO_LEADER UINT32_MAX

typedef VEC(uint32_t) Ids;

// The neighbours of BLOCK consecutive hashes.
typedef struct Block {
    struct Stacker *stacker;
    uint32_t first, count;
    Ids ids;
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

// From here on a hash is a distinct one, numbered from the best.
typedef struct Stacker {
    const NearStacks *ask;
    const PdqHash *hashes;
    uint32_t count;
    uint32_t *position; // in ask->hashes, of the best of its equals; NULL: the same
    NearTable *table;   // NULL: few
    Block *blocks;
    size_t block_count;
    Searcher searchers[NEAR_BUILD_THREADS_MAX];

    uint32_t *leaders;
    Ids members; // of the stack that grows, in the order of their joining
    // Once it has met a crowded member: what the leader reaches and no stack has.
    bool has_rest;
    Ids rest;
    VEC(PdqHash) rest_hashes;
    Ids found; // positions in rest
    VEC(uint16_t) distances;
    NearHits hits;
} Stacker;

static Err no_memory(Diag *diag) {
    return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
}

// The hashes by which a picture is searched for: all its turns where they are known.
static int turns_of(const Stacker *stacker, uint32_t hash, const PdqHash **ret) {
    const PdqHash *const *turns = stacker->ask->turns;
    uint32_t position = stacker->position == NULL ? hash : stacker->position[hash];
    bool has_turns = turns != NULL && turns[position] != NULL;
    *ret = has_turns ? turns[position] : &stacker->hashes[hash];
    return has_turns ? PDQ_TURNS : 1;
}

// ---- equal hashes

typedef struct Keyed {
    uint64_t key;
    uint32_t at;
} Keyed;

static int keyed_compare(const void *a, const void *b, void *hashes) {
    const Keyed *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    const PdqHash *of = hashes;
    int order = memcmp(&of[x->at], &of[y->at], sizeof *of);
    return order != 0 ? order : (x->at > y->at) - (x->at < y->at);
}

// ret_first[i]: the least position of a hash equal to hash i. By sorting, so that no choice of
// hashes makes it slow.
static Err firsts_find(const NearStacks *ask, uint32_t *ret_first) {
    _cleanup_free_ Keyed *keyed = malloc((ask->count + 1) * sizeof *keyed);
    if (keyed == NULL)
        return ERR_NOMEM;
    for (size_t i = 0; i < ask->count; i++) {
        uint64_t word[4];
        memcpy(word, &ask->hashes[i], sizeof word);
        uint64_t key =
            (word[0] ^ word[1] * 0x9E3779B97F4A7C15u) + (word[2] ^ word[3] * 0xC2B2AE3D27D4EB4Fu);
        keyed[i] = (Keyed){.key = key, .at = (uint32_t)i};
    }
    // keyed_compare only reads the hashes.
    qsort_r(keyed, ask->count, sizeof *keyed, keyed_compare, (void *)(uintptr_t)ask->hashes);
    for (size_t i = 0; i < ask->count; i++) {
        bool is_equal = i > 0 && keyed[i].key == keyed[i - 1].key &&
                        memcmp(&ask->hashes[keyed[i].at], &ask->hashes[keyed[i - 1].at],
                               sizeof *ask->hashes) == 0;
        ret_first[keyed[i].at] = is_equal ? ret_first[keyed[i - 1].at] : keyed[i].at;
    }
    return ERR_OK;
}

// Numbers the distinct hashes: io_number[i] is the first equal position before the call, the number
// afterwards. *ret_own holds their copies when there are equal ones, and the caller frees it.
static Err distinct_number(Stacker *stacker, uint32_t *io_number, PdqHash **ret_own) {
    const NearStacks *ask = stacker->ask;
    size_t distinct = 0;
    for (size_t i = 0; i < ask->count; i++)
        distinct += io_number[i] == i;
    stacker->hashes = ask->hashes;
    stacker->count = (uint32_t)distinct;
    if (distinct == ask->count)
        return ERR_OK;
    PdqHash *own = malloc(distinct * sizeof *own);
    stacker->position = malloc(distinct * sizeof *stacker->position);
    *ret_own = own;
    if (own == NULL || stacker->position == NULL)
        return ERR_NOMEM;
    uint32_t number = 0;
    for (size_t i = 0; i < ask->count; i++) {
        if (io_number[i] != i) {
            io_number[i] = io_number[io_number[i]];
            continue;
        }
        own[number] = ask->hashes[i];
        stacker->position[number] = (uint32_t)i;
        io_number[i] = number++;
    }
    stacker->hashes = own;
    return ERR_OK;
}

// ---- neighbours

static Err flat_search(const Stacker *stacker, const PdqHash *query, NearHits *io_hits) {
    uint32_t at[FLAT_COUNT];
    uint16_t distances[FLAT_COUNT];
    size_t found = kernels()->hamming_within(query->bytes, stacker->hashes->bytes, stacker->count,
                                             (unsigned)stacker->ask->radius, at, distances);
    for (size_t i = 0; i < found; i++)
        if (!vec_push(&io_hits->found, ((NearHit){.id = at[i], .distance = distances[i]})))
            return ERR_NOMEM;
    return ERR_OK;
}

static Err hits_find(const Stacker *stacker, Searcher *searcher, size_t queries) {
    if (stacker->table != NULL)
        // One more than few: each finds itself.
        return near_table_search_batch(stacker->table, searcher->scratch, searcher->queries,
                                       queries, stacker->ask->radius, FEW + 1, searcher->hits);
    for (size_t q = 0; q < queries; q++)
        TRY(flat_search(stacker, &searcher->queries[q], &searcher->hits[q]));
    return ERR_OK;
}

// Moves the hits of a block's queries into its lists. What is crowded has none.
static Err block_keep(const Stacker *stacker, const Searcher *searcher, size_t queries,
                      Block *block) {
    size_t query = 0, total = 0;
    for (size_t q = 0; q < queries; q++)
        total += searcher->hits[q].found.len;
    if (!vec_reserve(&block->ids, total))
        return ERR_NOMEM;
    for (uint32_t i = 0; i < block->count; i++) {
        const PdqHash *turns;
        int turn_count = turns_of(stacker, block->first + i, &turns);
        size_t before = block->ids.len;
        for (int turn = 0; turn < turn_count; turn++, query++) {
            const NearHits *hits = &searcher->hits[query];
            block->is_crowded[i] = block->is_crowded[i] || hits->has_more;
            for (size_t h = 0; h < hits->found.len; h++)
                if (hits->found.items[h].id != block->first + i)
                    block->ids.items[block->ids.len++] = hits->found.items[h].id;
        }
        if (block->is_crowded[i])
            block->ids.len = before;
        block->end[i] = (uint32_t)block->ids.len;
    }
    return ERR_OK;
}

static void block_run(void *job, int worker) {
    Block *block = job;
    Stacker *stacker = block->stacker;
    Searcher *searcher = &stacker->searchers[worker];
    size_t queries = 0;
    for (uint32_t i = 0; i < block->count; i++) {
        const PdqHash *turns;
        int turn_count = turns_of(stacker, block->first + i, &turns);
        for (int turn = 0; turn < turn_count; turn++) {
            vec_clear(&searcher->hits[queries].found);
            searcher->hits[queries].has_more = false;
            searcher->queries[queries++] = turns[turn];
        }
    }
    block->err = hits_find(stacker, searcher, queries);
    if (block->err == ERR_OK)
        block->err = block_keep(stacker, searcher, queries, block);
}

static void searchers_free(Stacker *stacker, size_t queries) {
    for (int i = 0; i < NEAR_BUILD_THREADS_MAX; i++) {
        Searcher *searcher = &stacker->searchers[i];
        near_scratch_free(searcher->scratch);
        free(searcher->queries);
        for (size_t q = 0; searcher->hits != NULL && q < queries; q++)
            near_hits_done(&searcher->hits[q]);
        free(searcher->hits);
        *searcher = (Searcher){0};
    }
}

static Err blocks_run(Stacker *stacker, int threads, Diag *diag) {
    if (threads == 1) {
        for (size_t i = 0; i < stacker->block_count; i++)
            block_run(&stacker->blocks[i], 0);
    } else {
        _cleanup_(work_queue_freep) WorkQueue *queue = NULL;
        TRY(work_queue_new(threads, JOBS_WAITING, block_run, &queue, diag));
        for (size_t i = 0; i < stacker->block_count; i++)
            if (!work_queue_push(queue, &stacker->blocks[i]))
                return ERR_INTERNAL; // only a cancelled queue refuses
        work_queue_drain(queue);
    }
    for (size_t i = 0; i < stacker->block_count; i++)
        if (stacker->blocks[i].err != ERR_OK)
            return stacker->blocks[i].err == ERR_NOMEM ? no_memory(diag) : stacker->blocks[i].err;
    return ERR_OK;
}

static Err neighbours_find(Stacker *stacker, Diag *diag) {
    stacker->block_count = ((size_t)stacker->count + BLOCK - 1) / BLOCK;
    stacker->blocks = calloc(stacker->block_count, sizeof *stacker->blocks);
    if (stacker->blocks == NULL)
        return no_memory(diag);
    for (size_t i = 0; i < stacker->block_count; i++) {
        Block *block = &stacker->blocks[i];
        block->stacker = stacker;
        block->first = (uint32_t)(i * BLOCK);
        block->count =
            stacker->count - block->first < BLOCK ? stacker->count - block->first : BLOCK;
    }
    size_t queries = (stacker->block_count > 1 ? BLOCK : stacker->count) *
                     (stacker->ask->turns != NULL ? (size_t)PDQ_TURNS : 1);
    int threads = stacker->ask->threads;
    if ((size_t)threads > stacker->block_count)
        threads = (int)stacker->block_count;
    Err err = ERR_OK;
    for (int i = 0; i < threads && err == ERR_OK; i++) {
        Searcher *searcher = &stacker->searchers[i];
        searcher->scratch = near_scratch_new();
        searcher->queries = malloc(queries * sizeof *searcher->queries);
        searcher->hits = calloc(queries, sizeof *searcher->hits);
        if (searcher->scratch == NULL || searcher->queries == NULL || searcher->hits == NULL)
            err = no_memory(diag);
    }
    if (err == ERR_OK)
        err = blocks_run(stacker, threads, diag);
    searchers_free(stacker, queries);
    return err;
}

// ---- growing

static bool is_taken(const Stacker *stacker, uint32_t hash) {
    return stacker->leaders[hash] != NO_LEADER;
}

static Err take(Stacker *stacker, uint32_t leader, uint32_t hash) {
    stacker->leaders[hash] = leader;
    return vec_push(&stacker->members, hash) ? ERR_OK : ERR_NOMEM;
}

static bool is_reached(const Stacker *stacker, uint32_t leader, uint32_t hash) {
    const PdqHash *turns;
    int turn_count = turns_of(stacker, leader, &turns);
    for (int turn = 0; turn < turn_count; turn++)
        if (pdq_distance(&turns[turn], &stacker->hashes[hash]) <= stacker->ask->reach)
            return true;
    return false;
}

static Err take_neighbours(Stacker *stacker, uint32_t leader, uint32_t member) {
    const Block *block = &stacker->blocks[member / BLOCK];
    uint32_t i = member % BLOCK;
    for (uint32_t at = i == 0 ? 0 : block->end[i - 1]; at < block->end[i]; at++) {
        uint32_t hash = block->ids.items[at];
        if (!is_taken(stacker, hash) && is_reached(stacker, leader, hash))
            TRY(take(stacker, leader, hash));
    }
    return ERR_OK;
}

// Drops from the rest what has a stack by now.
static void rest_sift(Stacker *stacker) {
    size_t kept = 0;
    for (size_t i = 0; i < stacker->rest.len; i++) {
        uint32_t hash = stacker->rest.items[i];
        if (is_taken(stacker, hash))
            continue;
        stacker->rest.items[kept] = hash;
        stacker->rest_hashes.items[kept++] = stacker->hashes[hash];
    }
    stacker->rest.len = kept;
}

static Err rest_gather(Stacker *stacker, NearScratch *scratch, uint32_t leader) {
    const PdqHash *turns;
    int turn_count = turns_of(stacker, leader, &turns);
    vec_clear(&stacker->rest);
    for (int turn = 0; turn < turn_count; turn++) {
        vec_clear(&stacker->hits.found);
        TRY(near_table_search(stacker->table, scratch, &turns[turn], stacker->ask->reach, 0,
                              &stacker->hits));
        for (size_t i = 0; i < stacker->hits.found.len; i++) {
            NearHit hit = stacker->hits.found.items[i];
            if (is_taken(stacker, hit.id))
                continue;
            // Most are near the leader itself and need no further comparison.
            if (hit.distance <= stacker->ask->radius)
                TRY(take(stacker, leader, hit.id));
            else if (!vec_push(&stacker->rest, hit.id))
                return ERR_NOMEM;
        }
    }
    vec_clear(&stacker->rest_hashes);
    vec_clear(&stacker->found);
    vec_clear(&stacker->distances);
    if (!vec_reserve(&stacker->rest_hashes, stacker->rest.len) ||
        !vec_reserve(&stacker->found, stacker->rest.len) ||
        !vec_reserve(&stacker->distances, stacker->rest.len))
        return ERR_NOMEM;
    rest_sift(stacker);
    stacker->has_rest = true;
    return ERR_OK;
}

static Err take_from_rest(Stacker *stacker, uint32_t leader, uint32_t member) {
    const PdqHash *turns;
    int turn_count = turns_of(stacker, member, &turns);
    size_t before = stacker->members.len;
    for (int turn = 0; turn < turn_count && stacker->rest.len > 0; turn++) {
        size_t found = kernels()->hamming_within(
            turns[turn].bytes, stacker->rest_hashes.items->bytes, stacker->rest.len,
            (unsigned)stacker->ask->radius, stacker->found.items, stacker->distances.items);
        for (size_t i = 0; i < found; i++) {
            uint32_t hash = stacker->rest.items[stacker->found.items[i]];
            if (!is_taken(stacker, hash))
                TRY(take(stacker, leader, hash));
        }
    }
    if (stacker->members.len > before)
        rest_sift(stacker);
    return ERR_OK;
}

static Err stack_grow(Stacker *stacker, NearScratch *scratch, uint32_t leader) {
    vec_clear(&stacker->members);
    stacker->has_rest = false;
    TRY(take(stacker, leader, leader));
    for (size_t i = 0; i < stacker->members.len; i++) {
        uint32_t member = stacker->members.items[i];
        if (!stacker->blocks[member / BLOCK].is_crowded[member % BLOCK]) {
            TRY(take_neighbours(stacker, leader, member));
        } else {
            if (!stacker->has_rest)
                TRY(rest_gather(stacker, scratch, leader));
            TRY(take_from_rest(stacker, leader, member));
        }
        // Nothing that the leader reaches is left; or its own neighbours are all that it reaches.
        if ((stacker->has_rest && stacker->rest.len == 0) ||
            stacker->ask->reach == stacker->ask->radius)
            break;
    }
    return ERR_OK;
}

static Err stacks_grow(Stacker *stacker, Diag *diag) {
    _cleanup_(near_scratch_freep) NearScratch *scratch = near_scratch_new();
    stacker->leaders = malloc(stacker->count * sizeof *stacker->leaders);
    if (scratch == NULL || stacker->leaders == NULL)
        return no_memory(diag);
    for (uint32_t i = 0; i < stacker->count; i++)
        stacker->leaders[i] = NO_LEADER;
    for (uint32_t i = 0; i < stacker->count; i++) {
        Err err = is_taken(stacker, i) ? ERR_OK : stack_grow(stacker, scratch, i);
        if (err != ERR_OK)
            return no_memory(diag);
    }
    return ERR_OK;
}

static void stacker_done(Stacker *stacker) {
    for (size_t i = 0; stacker->blocks != NULL && i < stacker->block_count; i++)
        vec_done(&stacker->blocks[i].ids);
    free(stacker->blocks);
    free(stacker->position);
    free(stacker->leaders);
    vec_done(&stacker->members);
    vec_done(&stacker->rest);
    vec_done(&stacker->rest_hashes);
    vec_done(&stacker->found);
    vec_done(&stacker->distances);
    near_hits_done(&stacker->hits);
    near_table_free(stacker->table);
}

Err near_stacks_find(const NearStacks *stacks, uint32_t *ret_leaders, Diag *diag) {
    assert(stacks->radius >= 0 && stacks->radius <= stacks->reach);
    assert(stacks->reach <= NEAR_RADIUS_MAX);
    assert(stacks->threads >= 1 && stacks->threads <= NEAR_BUILD_THREADS_MAX);
    if (stacks->count == 0)
        return ERR_OK;
    if (stacks->count >= UINT32_MAX)
        return diag_set(diag, ERR_LIMIT, N_("A near index holds at most 4,294,967,294 hashes."));
    Stacker stacker = {.ask = stacks};
    _cleanup_free_ PdqHash *own = NULL;
    _cleanup_free_ uint32_t *number = malloc(stacks->count * sizeof *number);
    Err err = number == NULL ? ERR_NOMEM : firsts_find(stacks, number);
    if (err == ERR_OK)
        err = distinct_number(&stacker, number, &own);
    if (err != ERR_OK)
        diag_set(diag, err, N_("There is not enough memory."));
    if (err == ERR_OK && stacker.count >= FLAT_COUNT) {
        NearBuild build = {.hashes = stacker.hashes,
                           .count = stacker.count,
                           .seed = 7, // any: the answer does not depend on it
                           .threads = stacks->threads};
        err = near_table_build(&build, &stacker.table, diag);
    }
    if (err == ERR_OK)
        err = neighbours_find(&stacker, diag);
    if (err == ERR_OK)
        err = stacks_grow(&stacker, diag);
    for (size_t i = 0; err == ERR_OK && i < stacks->count; i++) {
        uint32_t leader = stacker.leaders[number[i]];
        ret_leaders[i] = stacker.position == NULL ? leader : stacker.position[leader];
    }
    stacker_done(&stacker);
    return err;
}
