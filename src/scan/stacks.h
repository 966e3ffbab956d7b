// Stacks of pictures: so alike that one look at the best serves them all (index/near_stacks.h says
// what a stack is). The best is the one with the most pixels, then of the best quality, then the
// first in the given order.
#pragma once
#include "base/err.h"
#include "hash/pdq.h"

typedef struct StackPicture {
    const PdqHash *hashes; // borrowed: `turns` of them, the original first
    int turns;             // 1 or PDQ_TURNS
    uint64_t pixels;
    int quality;
} StackPicture;

// Fills ret_leaders[0..count) with the position of each picture's leader (its own when it leads):
// the best of its stack. radius 0–48, between pictures of a stack that follow from one another; all
// lie within stack_reach(radius) of the leader. Runs in threads. ERR_NOMEM, ERR_LIMIT.
Err stacks_group(const StackPicture *pictures, size_t count, int radius, uint32_t *ret_leaders,
                 Diag *diag) MUST_CHECK;
// How far from the picture that is looked at a stack may extend.
int stack_reach(int radius);
