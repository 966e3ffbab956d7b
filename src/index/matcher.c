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

// Whose hash a row of a near index is: an entry's or, of a video, a row of the list's frames.
typedef struct Owner {
    uint32_t list, at;
} Owner;

struct Matcher {
    size_t count;
    MatcherList *lists;
    NearTable *near, *frames; // NULL where there is nothing to search
    Region owners, frame_owners;
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

// The same of its videos.
static bool frames_gather(Matcher *matcher, uint32_t at, Region *hashes) {
    const MatcherList *list = &matcher->lists[at];
    for (uint32_t i = 0; i < list->list->sections[SECTION_VPDQ].count; i++) {
        ListVideo video = list_video(list->list, i);
        if (video.entry >= list_count(list->list) || is_withdrawn(list, video.entry))
            continue;
        for (uint32_t row = video.first; row < video.first + video.count; row++) {
            VpdqFrame frame;
            if (!list_frame(list->list, row, &frame) || frame.quality < PDQ_QUALITY_MATCHABLE)
                continue;
            Owner owner = {at, row};
            if (region_push(hashes, frame.hash.bytes, PDQ_BYTES) == NULL ||
                region_push(&matcher->frame_owners, &owner, sizeof owner) == NULL)
                return false;
        }
    }
    return true;
}

static Err near_init(Matcher *matcher, bool (*gather)(Matcher *, uint32_t, Region *),
                     NearTable **ret, Diag *diag) {
    Region hashes = {0};
    Err err = ERR_OK;
    for (uint32_t i = 0; i < matcher->count && err == ERR_OK; i++) {
        if (!gather(matcher, i, &hashes))
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
        err = near_table_build(&build, ret, diag);
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
    TRY(near_init(matcher, hashes_gather, &matcher->near, diag));
    TRY(near_init(matcher, frames_gather, &matcher->frames, diag));
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
    near_table_free(matcher->frames);
    region_done(&matcher->owners);
    region_done(&matcher->frame_owners);
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
    int order = by_place(a, b);
    return order != 0 ? order : left->algorithm - right->algorithm;
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

static Err near_search(const Matcher *matcher, const NearTable *table, const PdqHash *pdq,
                       int radius, NearHits *io_hits) {
    Matcher *shared = (Matcher *)(uintptr_t)matcher;
    if (table == NULL)
        return ERR_OK;
    NearScratch *scratch = scratch_take(shared);
    if (scratch == NULL)
        return ERR_NOMEM;
    Err err = near_table_search(table, scratch, pdq, radius, 0, io_hits);
    scratch_give_back(shared, scratch);
    return err;
}

static int by_place_and_distance(const void *a, const void *b) {
    const FrameHit *x = a, *y = b;
    if (x->list != y->list)
        return x->list < y->list ? -1 : 1;
    if (x->entry != y->entry)
        return x->entry < y->entry ? -1 : 1;
    if (x->distance != y->distance)
        return x->distance < y->distance ? -1 : 1;
    return (x->frame > y->frame) - (x->frame < y->frame);
}

// The video that has this row: the last one that does not begin behind it.
static ListVideo video_of_row(const List *list, uint32_t row) {
    uint32_t low = 0, high = (uint32_t)list->sections[SECTION_VPDQ].count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (list_video(list, middle).first <= row)
            low = middle;
        else
            high = middle;
    }
    return list_video(list, low);
}

Err matcher_frames(const Matcher *matcher, const PdqHash *pdq, int radius, FrameHitVec *io_hits) {
    if (radius < 0 || radius > MATCH_RADIUS_MAX)
        return ERR_RANGE;
    NearHits hits = {0};
    Err err = near_search(matcher, matcher->frames, pdq, radius, &hits);
    size_t start = io_hits->len;
    if (err == ERR_OK && !vec_reserve(io_hits, hits.found.len))
        err = ERR_NOMEM;
    for (size_t i = 0; i < hits.found.len && err == ERR_OK; i++) {
        NearHit hit = hits.found.items[i];
        Owner owner = ((const Owner *)(const void *)matcher->frame_owners.bytes)[hit.id];
        const List *list = matcher->lists[owner.list].list;
        ListVideo video = video_of_row(list, owner.at);
        VpdqFrame frame = {0};
        (void)list_frame(list, owner.at, &frame); // seen to be sound when it was gathered
        io_hits->items[io_hits->len++] = (FrameHit){owner.list, video.entry, owner.at - video.first,
                                                    hit.distance, (uint8_t)frame.quality};
    }
    near_hits_done(&hits);
    if (err == ERR_OK && io_hits->len - start > 1)
        qsort(io_hits->items + start, io_hits->len - start, sizeof *io_hits->items,
              by_place_and_distance);
    return err;
}

const List *matcher_list(const Matcher *matcher, uint32_t list) {
    return matcher->lists[list].list;
}

// The nearest picture of each listed video, where the entry itself has not matched.
static Err frames_find(const Matcher *matcher, const MatchQuery *query, size_t exact_start,
                       size_t exact_end, MatchVec *io_matches) {
    FrameHitVec hits = {0};
    Err err = matcher_frames(matcher, &query->pdq, query->radius, &hits);
    if (err == ERR_OK && !vec_reserve(io_matches, hits.len))
        err = ERR_NOMEM;
    for (size_t i = 0; i < hits.len && err == ERR_OK; i++) {
        const FrameHit *hit = &hits.items[i];
        Match match = {hit->list,      hit->entry,    MATCH_NEAR,
                       MATCH_BY_FRAME, hit->distance, hit->frame};
        bool is_again =
            i > 0 && by_place(&match, &(Match){.list = hit[-1].list, .entry = hit[-1].entry}) == 0;
        if (!is_again && bsearch(&match, io_matches->items + exact_start, exact_end - exact_start,
                                 sizeof match, by_place) == NULL)
            io_matches->items[io_matches->len++] = match;
    }
    vec_done(&hits);
    return err;
}

static Err near_find(const Matcher *matcher, const MatchQuery *query, size_t start,
                     MatchVec *io_matches) {
    NearHits hits = {0};
    size_t exact = io_matches->len - start, first = io_matches->len;
    Err err = near_search(matcher, matcher->near, &query->pdq, query->radius, &hits);
    if (err == ERR_OK && !vec_reserve(io_matches, hits.found.len))
        err = ERR_NOMEM;
    for (size_t i = 0; i < hits.found.len && err == ERR_OK; i++) {
        NearHit hit = hits.found.items[i];
        Owner owner = ((const Owner *)(const void *)matcher->owners.bytes)[hit.id];
        Match match = {owner.list, owner.at, MATCH_NEAR, MATCH_BY_PDQ, hit.distance, 0};
        if (exact == 0 ||
            bsearch(&match, io_matches->items + start, exact, sizeof match, by_place) == NULL)
            io_matches->items[io_matches->len++] = match;
    }
    near_hits_done(&hits);
    if (err == ERR_OK && !query->is_of_video)
        err = frames_find(matcher, query, start, first, io_matches);
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
