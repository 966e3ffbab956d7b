// Puts pictures in the order of their worth and has the index group them.
#include "scan/stacks.h"

#include "base/cleanup.h"
#include "base/workqueue.h"
#include "index/limits.h"
#include "index/near_stacks.h"
#include "index/near_table.h"

int stack_reach(int radius) {
    // A copy of a copy still counts, a copy of a copy of a copy need not: a step and a half.
    int reach = radius + radius / 2;
    return reach < NEAR_RADIUS_MAX ? reach : NEAR_RADIUS_MAX;
}

static int compare_pictures(const void *a, const void *b, void *pictures) {
    const StackPicture *of = pictures;
    uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
    if (of[i].pixels != of[j].pixels)
        return of[i].pixels < of[j].pixels ? 1 : -1;
    if (of[i].quality != of[j].quality)
        return of[j].quality - of[i].quality;
    return (i > j) - (i < j);
}

Err stacks_group(const StackPicture *pictures, size_t count, int radius, uint32_t *ret_leaders,
                 Diag *diag) {
    if (count >= UINT32_MAX)
        return diag_set(diag, ERR_LIMIT, N_("A near index holds at most 4,294,967,294 hashes."));
    _cleanup_free_ uint32_t *order = calloc(count + 1, sizeof *order);
    _cleanup_free_ uint32_t *leaders = calloc(count + 1, sizeof *leaders);
    _cleanup_free_ PdqHash *hashes = calloc(count + 1, sizeof *hashes);
    _cleanup_free_ const PdqHash **turns = calloc(count + 1, sizeof *turns);
    if (order == NULL || leaders == NULL || hashes == NULL || turns == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    for (uint32_t i = 0; i < count; i++)
        order[i] = i;
    // compare_pictures only reads them.
    qsort_r(order, count, sizeof *order, compare_pictures, (void *)(uintptr_t)pictures);
    bool has_turns = false;
    for (size_t i = 0; i < count; i++) {
        const StackPicture *picture = &pictures[order[i]];
        hashes[i] = picture->hashes[0];
        turns[i] = picture->turns == PDQ_TURNS ? picture->hashes : NULL;
        has_turns = has_turns || turns[i] != NULL;
    }
    int threads = processor_count();
    NearStacks stacks = {.hashes = hashes,
                         .turns = has_turns ? turns : NULL,
                         .count = count,
                         .radius = radius,
                         .reach = stack_reach(radius),
                         .threads =
                             threads < NEAR_BUILD_THREADS_MAX ? threads : NEAR_BUILD_THREADS_MAX};
    TRY(near_stacks_find(&stacks, leaders, diag));
    for (size_t i = 0; i < count; i++)
        ret_leaders[order[i]] = order[leaders[i]];
    return ERR_OK;
}
