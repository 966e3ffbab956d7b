// Groups near-duplicate pictures around leaders.
#include "scan/stacks.h"

#include "base/vec.h"
#include "index/near_table.h"

enum {
    NO_LEADER = -1,
    BRUTE_FORCE_COUNT = 512, // below it, building a table costs more than comparing all
    TABLE_THREADS = 2
};

typedef struct Grouping {
    const StackPicture *pictures;
    size_t count;
    int radius;
    uint32_t *leaders;
    bool *has_leader;
    NearTable *table; // NULL: brute force
    NearScratch *scratch;
    NearHits hits;
} Grouping;

static int compare_pictures(const void *a, const void *b, void *pictures) {
    const StackPicture *of = pictures;
    uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
    if (of[i].pixels != of[j].pixels)
        return of[i].pixels < of[j].pixels ? 1 : -1;
    if (of[i].quality != of[j].quality)
        return of[j].quality - of[i].quality;
    return (i > j) - (i < j);
}

static void join(Grouping *grouping, uint32_t picture, uint32_t leader) {
    if (grouping->has_leader[picture])
        return;
    grouping->has_leader[picture] = true;
    grouping->leaders[picture] = leader;
}

static Err lead(Grouping *grouping, uint32_t leader) {
    const StackPicture *picture = &grouping->pictures[leader];
    join(grouping, leader, leader);
    for (int turn = 0; turn < picture->turns; turn++) {
        if (grouping->table == NULL) {
            for (uint32_t i = 0; i < grouping->count; i++)
                if (!grouping->has_leader[i] &&
                    pdq_distance(&picture->hashes[turn], grouping->pictures[i].hashes) <=
                        grouping->radius)
                    join(grouping, i, leader);
            continue;
        }
        vec_clear(&grouping->hits.found);
        grouping->hits.has_more = false;
        TRY(near_table_search(grouping->table, grouping->scratch, &picture->hashes[turn],
                              grouping->radius, 0, &grouping->hits));
        for (size_t i = 0; i < grouping->hits.found.len; i++)
            join(grouping, grouping->hits.found.items[i].id, leader);
    }
    return ERR_OK;
}

static Err make_table(Grouping *grouping, Diag *diag) {
    _cleanup_free_ PdqHash *hashes = calloc(grouping->count, sizeof *hashes);
    grouping->scratch = near_scratch_new();
    if (hashes == NULL || grouping->scratch == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    for (size_t i = 0; i < grouping->count; i++)
        hashes[i] = grouping->pictures[i].hashes[0];
    NearBuild build = {.hashes = hashes,
                       .count = grouping->count,
                       .seed = 7, // any: the answers are exact, only the time depends on it
                       .is_compact = true,
                       .threads = TABLE_THREADS};
    return near_table_build(&build, &grouping->table, diag);
}

Err stacks_group(const StackPicture *pictures, size_t count, int radius, uint32_t *ret_leaders,
                 Diag *diag) {
    if (count == 0)
        return ERR_OK;
    Grouping grouping = {.pictures = pictures, .count = count, .radius = radius};
    uint32_t *order = calloc(count, sizeof *order);
    grouping.leaders = calloc(count, sizeof *grouping.leaders);
    grouping.has_leader = calloc(count, sizeof *grouping.has_leader);
    Err err = ERR_OK;
    if (count > UINT32_MAX - 1 || order == NULL || grouping.leaders == NULL ||
        grouping.has_leader == NULL)
        err = diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    else if (count >= BRUTE_FORCE_COUNT)
        err = make_table(&grouping, diag);
    if (err == ERR_OK) {
        for (uint32_t i = 0; i < count; i++)
            order[i] = i;
        // compare_pictures only reads them.
        qsort_r(order, count, sizeof *order, compare_pictures, (void *)(uintptr_t)pictures);
    }
    for (size_t i = 0; i < count && err == ERR_OK; i++) {
        if (grouping.has_leader[order[i]])
            continue;
        err = lead(&grouping, order[i]);
        if (err != ERR_OK)
            diag_set(diag, err, N_("There is not enough memory."));
    }
    if (err == ERR_OK)
        memcpy(ret_leaders, grouping.leaders, count * sizeof *ret_leaders);
    near_hits_done(&grouping.hits);
    near_scratch_free(grouping.scratch);
    near_table_free(grouping.table);
    free(order);
    free(grouping.leaders);
    free(grouping.has_leader);
    return err;
}
