// Asks every list exactly and one near index over all of them, and puts the answers in order.
#include "index/matcher.h"

#include <pthread.h>

#include "base/workqueue.h"
#include "crypto/random.h"
#include "index/exact.h"
#include "index/limits.h"
#include "index/near_table.h"
#include "index/region.h"

typedef struct MatcherList {
    const List *list;
    ExactIndex exact[DIGEST_KINDS];
    Region withdrawn; // one bit an entry; empty when nothing is withdrawn
} MatcherList;

// Whose hash a row of the near index is.
typedef struct Owner {
    uint32_t list, entry;
} Owner;

struct Matcher {
    size_t count;
    MatcherList *lists;
    NearTable *near;
    Region owners;
    pthread_mutex_t lock;         // of the scratches
    VEC(NearScratch *) scratches; // at rest
};

static Err no_memory(Diag *diag) {
    return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
}

static bool is_withdrawn(const MatcherList *list, uint32_t entry) {
    return list->withdrawn.len > 0 && (list->withdrawn.bytes[entry / 8] >> entry % 8 & 1) != 0;
}

static int by_text(const void *a, const void *b) {
    return str_compare(*(const Str *)a, *(const Str *)b);
}

// Marks tombstones, and entries whose id a tombstone names.
static Err withdrawn_init(MatcherList *list, Diag *diag) {
    VEC(Str) ids = {0};
    uint32_t count = list_count(list->list);
    Err err = ERR_OK;
    if (list->list->tombstones == 0)
        return ERR_OK;
    if (!region_extend(&list->withdrawn, (size_t)count / 8 + 1))
        return no_memory(diag);
    for (uint32_t i = 0; i < count && err == ERR_OK; i++) {
        Str id;
        if ((list_u32(list->list, SECTION_STATE, i) & ENTRY_DELETED) == 0)
            continue;
        list->withdrawn.bytes[i / 8] |= (uint8_t)(1 << i % 8);
        if (list_text(list->list, list_u64(list->list, SECTION_ID, i), &id) && id.len > 0 &&
            !vec_push(&ids, id))
            err = no_memory(diag);
    }
    if (ids.len > 1)
        qsort(ids.items, ids.len, sizeof(Str), by_text);
    for (uint32_t i = 0; i < count && err == ERR_OK && ids.len > 0; i++) {
        Str id;
        if (list_text(list->list, list_u64(list->list, SECTION_ID, i), &id) && id.len > 0 &&
            bsearch(&id, ids.items, ids.len, sizeof(Str), by_text) != NULL)
            list->withdrawn.bytes[i / 8] |= (uint8_t)(1 << i % 8);
    }
    vec_done(&ids);
    return err;
}

static Err list_init(MatcherList *list, const List *of, Diag *diag) {
    list->list = of;
    for (int kind = 0; kind < DIGEST_KINDS; kind++) {
        SectionView rows = list_digests(of, (DigestKind)kind);
        if (exact_index_init(&list->exact[kind], rows, digest_size((DigestKind)kind) + 4) != ERR_OK)
            return no_memory(diag);
    }
    return withdrawn_init(list, diag);
}

// Gathers the hashes of one list that may match.
static bool hashes_gather(Matcher *matcher, uint32_t at, Region *hashes) {
    const MatcherList *list = &matcher->lists[at];
    const SectionView *rows = &list->list->sections[SECTION_PDQ];
    const SectionView *qualities = &list->list->sections[SECTION_PDQ_QUALITY];
    for (size_t row = 0; row < rows->count; row++) {
        uint8_t quality = qualities->bytes[row];
        uint32_t entry = list_u32(list->list, SECTION_PDQ_ENTRY, row);
        bool may_match =
            quality == PDQ_QUALITY_UNKNOWN || (quality >= PDQ_QUALITY_MATCHABLE && quality <= 100);
        if (!may_match || entry >= list_count(list->list) || is_withdrawn(list, entry))
            continue;
        Owner owner = {at, entry};
        if (region_push(hashes, rows->bytes + row * PDQ_BYTES, PDQ_BYTES) == NULL ||
            region_push(&matcher->owners, &owner, sizeof owner) == NULL)
            return false;
    }
    return true;
}

static Err near_init(Matcher *matcher, Diag *diag) {
    Region hashes = {0};
    Err err = ERR_OK;
    for (uint32_t i = 0; i < matcher->count && err == ERR_OK; i++) {
        if (!hashes_gather(matcher, i, &hashes))
            err = no_memory(diag);
    }
    size_t count = hashes.len / PDQ_BYTES;
    int threads = processor_count();
    NearBuild build = {.hashes = (const PdqHash *)(const void *)hashes.bytes,
                       .count = count,
                       .threads =
                           threads < NEAR_BUILD_THREADS_MAX ? threads : NEAR_BUILD_THREADS_MAX};
    random_bytes(&build.seed, sizeof build.seed);
    if (err == ERR_OK && count > 0)
        err = near_table_build(&build, &matcher->near, diag);
    region_done(&hashes);
    return err;
}

Err matcher_new(const List *const *lists, size_t count, Matcher **ret, Diag *diag) {
    _cleanup_(matcher_freep) Matcher *matcher = calloc(1, sizeof *matcher);
    if (matcher == NULL)
        return no_memory(diag);
    matcher->lists = calloc(count + 1, sizeof *matcher->lists);
    if (matcher->lists == NULL)
        return no_memory(diag);
    matcher->count = count;
    pthread_mutex_init(&matcher->lock, NULL);
    for (size_t i = 0; i < count; i++)
        TRY(list_init(&matcher->lists[i], lists[i], diag));
    TRY(near_init(matcher, diag));
    *ret = TAKE(matcher);
    return ERR_OK;
}

void matcher_free(Matcher *matcher) {
    if (matcher == NULL)
        return;
    for (size_t i = 0; i < matcher->count; i++) {
        for (int kind = 0; kind < DIGEST_KINDS; kind++)
            exact_index_done(&matcher->lists[i].exact[kind]);
        region_done(&matcher->lists[i].withdrawn);
    }
    for (size_t i = 0; i < matcher->scratches.len; i++)
        near_scratch_free(matcher->scratches.items[i]);
    vec_done(&matcher->scratches);
    if (matcher->lists != NULL)
        pthread_mutex_destroy(&matcher->lock);
    near_table_free(matcher->near);
    region_done(&matcher->owners);
    free(matcher->lists);
    free(matcher);
}

static int by_place(const void *a, const void *b) {
    const Match *left = a, *right = b;
    if (left->list != right->list)
        return left->list < right->list ? -1 : 1;
    return (left->entry > right->entry) - (left->entry < right->entry);
}

// The same entry by several digests: the strongest, which has the greatest number, first.
static int by_place_and_strength(const void *a, const void *b) {
    int order = by_place(a, b);
    return order != 0 ? order : ((const Match *)b)->algorithm - ((const Match *)a)->algorithm;
}

static int by_distance_and_place(const void *a, const void *b) {
    const Match *left = a, *right = b;
    if (left->distance != right->distance)
        return left->distance < right->distance ? -1 : 1;
    return by_place(a, b);
}

static const uint8_t *digest_of(const Digests *digests, DigestKind kind) {
    return kind == DIGEST_MD5    ? digests->md5
           : kind == DIGEST_SHA1 ? digests->sha1
                                 : digests->sha256;
}

static Err exact_find(const Matcher *matcher, uint32_t at, const Digests *digests,
                      MatchVec *io_matches) {
    const MatcherList *list = &matcher->lists[at];
    for (int kind = 0; kind < DIGEST_KINDS; kind++) {
        const uint8_t *digest = digest_of(digests, (DigestKind)kind);
        size_t first;
        if ((digests->has & 1u << kind) == 0 || digest_is_of_nothing((DigestKind)kind, digest))
            continue;
        size_t found = exact_index_find(&list->exact[kind], digest, &first);
        for (size_t row = first; row < first + found; row++) {
            Match match = {.list = at,
                           .entry = exact_index_entry(&list->exact[kind], row),
                           .kind = MATCH_EXACT,
                           .algorithm = (uint8_t)kind};
            if (match.entry < list_count(list->list) && !is_withdrawn(list, match.entry) &&
                !vec_push(io_matches, match))
                return ERR_NOMEM;
        }
    }
    return ERR_OK;
}

// Sorts the exact matches from `start` on and keeps one of each entry.
static void exact_settle(MatchVec *matches, size_t start) {
    size_t kept = start;
    if (matches->len - start > 1)
        qsort(matches->items + start, matches->len - start, sizeof(Match), by_place_and_strength);
    for (size_t i = start; i < matches->len; i++) {
        if (kept == start || by_place(&matches->items[kept - 1], &matches->items[i]) != 0)
            matches->items[kept++] = matches->items[i];
    }
    matches->len = kept;
}

// The search needs working memory of its own; a matcher keeps as much as threads ever asked at
// once. Logically const: nothing that a query can see changes.
static NearScratch *scratch_take(Matcher *matcher) {
    NearScratch *scratch = NULL;
    pthread_mutex_lock(&matcher->lock);
    if (matcher->scratches.len > 0)
        scratch = matcher->scratches.items[--matcher->scratches.len];
    pthread_mutex_unlock(&matcher->lock);
    return scratch != NULL ? scratch : near_scratch_new();
}

static void scratch_give_back(Matcher *matcher, NearScratch *scratch) {
    pthread_mutex_lock(&matcher->lock);
    bool is_kept = vec_push(&matcher->scratches, scratch);
    pthread_mutex_unlock(&matcher->lock);
    if (!is_kept)
        near_scratch_free(scratch);
}

static Err near_search(const Matcher *matcher, const MatchQuery *query, NearHits *io_hits) {
    Matcher *shared = (Matcher *)(uintptr_t)matcher;
    if (matcher->near == NULL)
        return ERR_OK;
    NearScratch *scratch = scratch_take(shared);
    if (scratch == NULL)
        return ERR_NOMEM;
    Err err = near_table_search(matcher->near, scratch, &query->pdq, query->radius, 0, io_hits);
    scratch_give_back(shared, scratch);
    return err;
}

static Err near_find(const Matcher *matcher, const MatchQuery *query, size_t start,
                     MatchVec *io_matches) {
    NearHits hits = {0};
    size_t exact = io_matches->len - start, first = io_matches->len;
    Err err = near_search(matcher, query, &hits);
    if (err == ERR_OK && !vec_reserve(io_matches, hits.found.len))
        err = ERR_NOMEM;
    for (size_t i = 0; i < hits.found.len && err == ERR_OK; i++) {
        NearHit hit = hits.found.items[i];
        Owner owner = ((const Owner *)(const void *)matcher->owners.bytes)[hit.id];
        Match match = {owner.list, owner.entry, MATCH_NEAR, MATCH_BY_PDQ, hit.distance};
        if (exact == 0 ||
            bsearch(&match, io_matches->items + start, exact, sizeof match, by_place) == NULL)
            io_matches->items[io_matches->len++] = match;
    }
    near_hits_done(&hits);
    if (err == ERR_OK && io_matches->len - first > 1)
        qsort(io_matches->items + first, io_matches->len - first, sizeof(Match),
              by_distance_and_place);
    return err;
}

Err matcher_query(const Matcher *matcher, const MatchQuery *query, MatchVec *io_matches) {
    if (query->radius < 0 || query->radius > MATCH_RADIUS_MAX)
        return ERR_RANGE;
    size_t start = io_matches->len;
    Err err = ERR_OK;
    for (uint32_t i = 0; i < matcher->count && err == ERR_OK; i++)
        err = exact_find(matcher, i, &query->digests, io_matches);
    if (err == ERR_OK)
        exact_settle(io_matches, start);
    bool wants_near = query->has_pdq && query->pdq_quality >= PDQ_QUALITY_MATCHABLE &&
                      (query->is_exhaustive || io_matches->len == start);
    if (err == ERR_OK && wants_near)
        err = near_find(matcher, query, start, io_matches);
    if (err != ERR_OK)
        io_matches->len = start;
    return err;
}
