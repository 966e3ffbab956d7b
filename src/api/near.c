// The public library's near search over hashes that come and go, and stacks.
#include <pthread.h>

#include "api/error.h"
#include "api/limits.h"
#include "base/workqueue.h"
#include "crypto/random.h"
#include "hash/pdq.h"
#include "index/limits.h"
#include "index/near_set.h"
#include "index/near_stacks.h"

_Static_assert(sizeof(S7Pdq) == sizeof(PdqHash) && (int)S7_RADIUS_MAX == (int)NEAR_RADIUS_MAX,
               "one is read as the other");

struct S7NearSet {
    NearSet *set;
    pthread_mutex_t lock;         // of the scratches
    VEC(NearScratch *) scratches; // at rest
};

static const PdqHash *hashes_of(const S7Pdq *hashes) {
    return (const PdqHash *)(const void *)hashes;
}

static int thread_count(void) {
    int threads = processor_count();
    return threads < NEAR_BUILD_THREADS_MAX ? threads : NEAR_BUILD_THREADS_MAX;
}

S7Error s7_near_set_open(const char *folder, S7NearSet **ret) {
    S7NearSet *made = calloc(1, sizeof *made);
    if (made == NULL)
        return S7_ERROR_NO_MEMORY;
    NearSetOptions options = {.is_compact = true, .threads = thread_count()};
    random_bytes(&options.seed, sizeof options.seed);
    Err err = near_set_open(folder, &options, &made->set, NULL);
    if (err != ERR_OK) {
        free(made);
        return api_error_of(err);
    }
    pthread_mutex_init(&made->lock, NULL);
    *ret = made;
    return S7_OK;
}

void s7_near_set_free(S7NearSet *set) {
    if (set == NULL)
        return;
    near_set_free(set->set);
    for (size_t i = 0; i < set->scratches.len; i++)
        near_scratch_free(set->scratches.items[i]);
    vec_done(&set->scratches);
    pthread_mutex_destroy(&set->lock);
    free(set);
}

S7Error s7_near_set_add(S7NearSet *set, const S7Pdq *hashes, size_t count, uint32_t *ret_first_id) {
    uint32_t first = 0;
    Err err = near_set_add(set->set, hashes_of(hashes), count, &first, NULL);
    if (err == ERR_OK && ret_first_id != NULL)
        *ret_first_id = first;
    return api_error_of(err);
}

S7Error s7_near_set_remove(S7NearSet *set, uint32_t id) {
    return api_error_of(near_set_remove(set->set, id, NULL));
}

S7Error s7_near_set_commit(S7NearSet *set) {
    return api_error_of(near_set_commit(set->set, NULL));
}

S7Error s7_near_set_maintain(S7NearSet *set, int *ret_did) {
    bool did = false;
    Err err = near_set_maintain(set->set, false, &did, NULL);
    if (err == ERR_OK)
        *ret_did = did;
    return api_error_of(err);
}

uint64_t s7_near_set_count(S7NearSet *set) {
    NearSetFigures figures;
    near_set_figures(set->set, &figures);
    return figures.ids - figures.removed;
}

static NearScratch *scratch_take(S7NearSet *set) {
    NearScratch *scratch = NULL;
    pthread_mutex_lock(&set->lock);
    if (set->scratches.len > 0)
        scratch = set->scratches.items[--set->scratches.len];
    pthread_mutex_unlock(&set->lock);
    return scratch != NULL ? scratch : near_scratch_new();
}

static void scratch_give_back(S7NearSet *set, NearScratch *scratch) {
    pthread_mutex_lock(&set->lock);
    bool is_kept = vec_push(&set->scratches, scratch);
    pthread_mutex_unlock(&set->lock);
    if (!is_kept)
        near_scratch_free(scratch);
}

static int compare_hits(const void *a, const void *b) {
    const NearHit *x = a, *y = b;
    if (x->distance != y->distance)
        return x->distance < y->distance ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

S7Error s7_near_set_search(S7NearSet *set, const S7Pdq *hash, int radius, S7NearHit *ret_hits,
                           size_t capacity, size_t *ret_count) {
    if (radius < 0 || radius > NEAR_RADIUS_MAX)
        return S7_ERROR_INVALID;
    NearScratch *scratch = scratch_take(set);
    if (scratch == NULL)
        return S7_ERROR_NO_MEMORY;
    NearHits hits = {0};
    Err err = near_set_search(set->set, scratch, hashes_of(hash), radius, 0, &hits);
    scratch_give_back(set, scratch);
    if (err == ERR_OK) {
        if (hits.found.len > 1)
            qsort(hits.found.items, hits.found.len, sizeof *hits.found.items, compare_hits);
        for (size_t i = 0; i < hits.found.len && i < capacity; i++)
            ret_hits[i] = (S7NearHit){hits.found.items[i].id, hits.found.items[i].distance};
        *ret_count = hits.found.len;
    }
    near_hits_done(&hits);
    return api_error_of(err);
}

S7Error s7_stacks(const S7Pdq *hashes, size_t count, int radius, int reach, uint32_t *ret_leaders) {
    if (radius < 0 || radius > reach || reach > NEAR_RADIUS_MAX)
        return S7_ERROR_INVALID;
    if (count == 0)
        return S7_OK;
    const NearStacks stacks = {.hashes = hashes_of(hashes),
                               .count = count,
                               .radius = radius,
                               .reach = reach,
                               .threads = thread_count()};
    return api_error_of(near_stacks_find(&stacks, ret_leaders, NULL));
}
