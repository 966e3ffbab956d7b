// Stacks: pictures so alike that one look serves them all.
//
// Method: leaders. The pictures are taken from the best (most pixels, then quality, then the given
// order); each one that has no stack yet leads a stack of all those without one within the radius
// of itself. So every member is within the radius of its leader, which a chain of neighbours would
// not promise, and the result depends on the pictures and their order only.
#pragma once
#include "base/err.h"
#include "hash/pdq.h"

typedef struct StackPicture {
    const PdqHash *hashes; // borrowed: `turns` of them, the original first
    int turns;             // 1 or PDQ_TURNS
    uint64_t pixels;
    int quality;
} StackPicture;

// Fills ret_leaders[0..count) with the position of each picture's leader (its own when it leads).
// radius 0–48. ERR_NOMEM, ERR_LIMIT.
Err stacks_group(const StackPicture *pictures, size_t count, int radius, uint32_t *ret_leaders,
                 Diag *diag) MUST_CHECK;
