// Stacks of near hashes: the neighbours of all by the index, in threads, then one pass that grows
// each stack from its leader.
#include "index/near_stacks.h"

#include <assert.h>

#include "base/cleanup.h"
#include "base/vec.h"
#include "index/limits.h"
#include "index/near_neighbours.h"
#include "kernels/kernels.h"

// Crowded members of a stack that are searched again, before all that is left is asked for.
enum { CROWDED_FEW = 4 };
#define NO_LEADER UINT32_MAX

typedef VEC(uint32_t) Ids;

// From here on a hash is a distinct one, numbered from the best.
typedef struct Stacker {
    const NearStacks *ask;
    NearCrowd crowd;
    PdqHash *hashes;       // of the crowd; NULL: no two are equal, and it has those of ask
    const PdqHash **turns; // likewise
    uint32_t *position;    // in ask->hashes, of the best of its equals; NULL: the same
    NearTable *table;
    NearNeighbours *neighbours;
    NearScratch *scratch;

    uint32_t *leaders;
    Ids members; // of the stack that grows, in the order of their joining
    // Once it has met crowded members: what the leader reaches and no stack has.
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
// afterwards.
static Err distinct_number(Stacker *stacker, uint32_t *io_number) {
    const NearStacks *ask = stacker->ask;
    size_t distinct = 0;
    for (size_t i = 0; i < ask->count; i++)
        distinct += io_number[i] == i;
    stacker->crowd.hashes = ask->hashes;
    stacker->crowd.turns = ask->turns;
    stacker->crowd.count = (uint32_t)distinct;
    if (distinct == ask->count)
        return ERR_OK;
    stacker->hashes = malloc(distinct * sizeof *stacker->hashes);
    stacker->position = malloc(distinct * sizeof *stacker->position);
    stacker->turns = ask->turns == NULL ? NULL : malloc(distinct * sizeof *stacker->turns);
    if (stacker->hashes == NULL || stacker->position == NULL ||
        (ask->turns != NULL && stacker->turns == NULL))
        return ERR_NOMEM;
    uint32_t number = 0;
    for (size_t i = 0; i < ask->count; i++) {
        if (io_number[i] != i) {
            io_number[i] = io_number[io_number[i]];
            continue;
        }
        stacker->hashes[number] = ask->hashes[i];
        stacker->position[number] = (uint32_t)i;
        if (ask->turns != NULL)
            stacker->turns[number] = ask->turns[i];
        io_number[i] = number++;
    }
    stacker->crowd.hashes = stacker->hashes;
    stacker->crowd.turns = stacker->turns;
    return ERR_OK;
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
    int turn_count = near_turns_of(&stacker->crowd, leader, &turns);
    for (int turn = 0; turn < turn_count; turn++)
        if (pdq_distance(&turns[turn], &stacker->crowd.hashes[hash]) <= stacker->ask->reach)
            return true;
    return false;
}

static Err take_neighbours(Stacker *stacker, uint32_t leader, uint32_t member) {
    uint32_t count;
    const uint32_t *ids = near_neighbours_of(stacker->neighbours, member, &count);
    for (uint32_t i = 0; i < count; i++)
        if (!is_taken(stacker, ids[i]) && is_reached(stacker, leader, ids[i]))
            TRY(take(stacker, leader, ids[i]));
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
        stacker->rest_hashes.items[kept++] = stacker->crowd.hashes[hash];
    }
    stacker->rest.len = kept;
}

// Searches again for the neighbours of a crowded member: cheap at the fringe of a crowd, where the
// leader reaches far more than the stack will hold.
static Err take_searched(Stacker *stacker, uint32_t leader, uint32_t member) {
    const PdqHash *turns;
    int turn_count = near_turns_of(&stacker->crowd, member, &turns);
    for (int turn = 0; turn < turn_count; turn++) {
        vec_clear(&stacker->hits.found);
        TRY(near_table_search(stacker->table, stacker->scratch, &turns[turn], stacker->ask->radius,
                              0, &stacker->hits));
        for (size_t i = 0; i < stacker->hits.found.len; i++) {
            uint32_t hash = stacker->hits.found.items[i].id;
            if (!is_taken(stacker, hash) && is_reached(stacker, leader, hash))
                TRY(take(stacker, leader, hash));
        }
    }
    return ERR_OK;
}

static Err rest_gather(Stacker *stacker, uint32_t leader) {
    const PdqHash *turns;
    int turn_count = near_turns_of(&stacker->crowd, leader, &turns);
    vec_clear(&stacker->rest);
    for (int turn = 0; turn < turn_count; turn++) {
        vec_clear(&stacker->hits.found);
        TRY(near_table_search(stacker->table, stacker->scratch, &turns[turn], stacker->ask->reach,
                              0, &stacker->hits));
        for (size_t i = 0; i < stacker->hits.found.len; i++) {
            uint32_t hash = stacker->hits.found.items[i].id;
            if (!is_taken(stacker, hash) && !vec_push(&stacker->rest, hash))
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
    int turn_count = near_turns_of(&stacker->crowd, member, &turns);
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

static Err stack_grow(Stacker *stacker, uint32_t leader) {
    vec_clear(&stacker->members);
    stacker->has_rest = false;
    int crowded = 0;
    TRY(take(stacker, leader, leader));
    for (size_t i = 0; i < stacker->members.len; i++) {
        uint32_t member = stacker->members.items[i];
        bool is_crowded = near_neighbours_is_crowded(stacker->neighbours, member);
        if (is_crowded && crowded++ == CROWDED_FEW)
            TRY(rest_gather(stacker, leader));
        if (!is_crowded)
            TRY(take_neighbours(stacker, leader, member));
        else if (!stacker->has_rest)
            TRY(take_searched(stacker, leader, member));
        else
            TRY(take_from_rest(stacker, leader, member));
        // Nothing that the leader reaches is left; or its own neighbours are all that it reaches.
        if ((stacker->has_rest && stacker->rest.len == 0) ||
            stacker->ask->reach == stacker->ask->radius)
            break;
    }
    return ERR_OK;
}

static Err stacks_grow(Stacker *stacker) {
    uint32_t count = stacker->crowd.count;
    stacker->scratch = near_scratch_new();
    stacker->leaders = malloc(count * sizeof *stacker->leaders);
    if (stacker->scratch == NULL || stacker->leaders == NULL)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < count; i++)
        stacker->leaders[i] = NO_LEADER;
    for (uint32_t i = 0; i < count; i++)
        if (!is_taken(stacker, i))
            TRY(stack_grow(stacker, i));
    return ERR_OK;
}

static void stacker_done(Stacker *stacker) {
    near_neighbours_free(stacker->neighbours);
    near_table_free(stacker->table);
    near_scratch_free(stacker->scratch);
    free(stacker->hashes);
    free(stacker->turns);
    free(stacker->position);
    free(stacker->leaders);
    vec_done(&stacker->members);
    vec_done(&stacker->rest);
    vec_done(&stacker->rest_hashes);
    vec_done(&stacker->found);
    vec_done(&stacker->distances);
    near_hits_done(&stacker->hits);
}

static Err stacks_find(Stacker *stacker, uint32_t *ret_leaders, Diag *diag) {
    const NearStacks *ask = stacker->ask;
    _cleanup_free_ uint32_t *number = malloc(ask->count * sizeof *number);
    if (number == NULL || firsts_find(ask, number) != ERR_OK ||
        distinct_number(stacker, number) != ERR_OK)
        return no_memory(diag);
    if (stacker->crowd.count > NEAR_FLAT_COUNT) {
        NearBuild build = {.hashes = stacker->crowd.hashes,
                           .count = stacker->crowd.count,
                           .seed = 7, // any: the answer does not depend on it
                           .threads = ask->threads};
        TRY(near_table_build(&build, &stacker->table, diag));
    }
    stacker->crowd.table = stacker->table;
    TRY(near_neighbours_find(&stacker->crowd, &stacker->neighbours, diag));
    if (stacks_grow(stacker) != ERR_OK)
        return no_memory(diag);
    for (size_t i = 0; i < ask->count; i++) {
        uint32_t leader = stacker->leaders[number[i]];
        ret_leaders[i] = stacker->position == NULL ? leader : stacker->position[leader];
    }
    return ERR_OK;
}

Err near_stacks_find(const NearStacks *stacks, uint32_t *ret_leaders, Diag *diag) {
    assert(stacks->radius >= 0 && stacks->radius <= stacks->reach);
    assert(stacks->reach <= NEAR_RADIUS_MAX);
    assert(stacks->threads >= 1 && stacks->threads <= NEAR_BUILD_THREADS_MAX);
    if (stacks->count == 0)
        return ERR_OK;
    if (stacks->count >= UINT32_MAX)
        return diag_set(diag, ERR_LIMIT, N_("A near index holds at most 4,294,967,294 hashes."));
    Stacker stacker = {.ask = stacks,
                       .crowd = {.radius = stacks->radius, .threads = stacks->threads}};
    Err err = stacks_find(&stacker, ret_leaders, diag);
    stacker_done(&stacker);
    return err;
}
