// NearNeighbours: for each of many different hashes, which of the others are near: a join of a set
// with itself. Internal to index/near_stacks.c.
//
// A hash with more than a few dozen neighbours is called crowded and gets no list. Where there are
// many such, what is near one of them is called crowded too without being asked, so that a crowd of
// ten thousand near copies is not found ten thousand times over. Which hashes that catches depends
// on the threads: being crowded may cost time and must not change an answer.
#pragma once
#include "base/err.h"
#include "index/near_table.h"

typedef struct NearCrowd {
    const PdqHash *hashes;       // no two equal
    const PdqHash *const *turns; // NULL; or of each, all its picture's PDQ_TURNS, or NULL
    uint32_t count;
    const NearTable *table; // of the hashes; NULL when they are at most NEAR_FLAT_COUNT
    int radius, threads;
} NearCrowd;

enum { NEAR_FLAT_COUNT = 512 }; // up to it, building a table costs more than comparing all

typedef struct NearNeighbours NearNeighbours;

// Borrows the crowd. Runs in threads. ERR_NOMEM, ERR_LIMIT.
Err near_neighbours_find(const NearCrowd *crowd, NearNeighbours **ret, Diag *diag) MUST_CHECK;
void near_neighbours_free(NearNeighbours *neighbours);
DEFINE_CLEANUP(NearNeighbours *, near_neighbours_free);

bool near_neighbours_is_crowded(const NearNeighbours *neighbours, uint32_t hash);
// The list of one that is not crowded, in no order, some perhaps twice.
const uint32_t *near_neighbours_of(const NearNeighbours *neighbours, uint32_t hash,
                                   uint32_t *ret_count);

// The hashes by which a picture is searched for; returns their number.
static inline int near_turns_of(const NearCrowd *crowd, uint32_t hash, const PdqHash **ret) {
    bool has_turns = crowd->turns != NULL && crowd->turns[hash] != NULL;
    *ret = has_turns ? crowd->turns[hash] : &crowd->hashes[hash];
    return has_turns ? PDQ_TURNS : 1;
}
