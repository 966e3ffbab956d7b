// Stacks: hashes so alike that one look serves them all, among millions, by the near index.
//
// What a stack is. The hashes come best first. The best that has no stack yet leads one, which is
// the connected component around it: whatever a chain of steps of at most `radius` bits leads to,
// among the hashes without a stack and no farther than `reach` from the leader. So
// - hashes within the radius of one another lie in one stack wherever the component fits in the
//   reach of its best: what a person calls copies of one picture, and copies of those;
// - a chain of likenesses that wanders off is cut: whoever looks at the leader knows that no member
//   is farther than the reach (with reach = radius: than the radius) from what was seen;
// - the answer depends on the hashes and their order only, not on threads, seeds or the index.
// Two near hashes p and q are parted exactly when the better of their two leaders has one of them
// and the other lies beyond its reach: which is how a test can tell, pair by pair.
//
// Method. Equal hashes are one. A NearTable over them finds the neighbours of each, batched, in
// threads; the crowded ones, with more than a few dozen, only until that is known. Then one pass
// grows the stacks. Where it meets several crowded members, it asks once for all that the leader
// reaches and compares members with what is left of that, which in a crowd is soon nothing: ten
// thousand near copies cost a few searches, not ten thousand times ten thousand comparisons.
#pragma once
#include "base/err.h"
#include "hash/pdq.h"

typedef struct NearStacks {
    const PdqHash *hashes; // borrowed; best first
    // NULL; or for each hash all PDQ_TURNS of its picture (the original first), or NULL where they
    // are not known. A step then leads from any of the turns of a member to a hash, the reach is
    // that of the leader's turns, and of equal hashes the best one's turns stand for all.
    const PdqHash *const *turns;
    size_t count;
    int radius, reach; // 0 ≤ radius ≤ reach ≤ NEAR_RADIUS_MAX
    int threads;       // 1–NEAR_BUILD_THREADS_MAX
} NearStacks;

// Fills ret_leaders[0..count) with the position of the leader of each one's stack, its own when it
// leads; never a greater one. Memory: about 230 bytes a hash at most, and 130 more where all have
// dozens of neighbours. ERR_NOMEM, ERR_LIMIT.
Err near_stacks_find(const NearStacks *stacks, uint32_t *ret_leaders, Diag *diag) MUST_CHECK;
