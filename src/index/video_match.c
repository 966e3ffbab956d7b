// The pictures' answers are collected and merged entry by entry now and then, so that a video of
// hours that stands still on a flooded hash needs no more memory than its distinct entries.
#include "index/video_match.h"

#include <stdlib.h>

#include "hash/limits.h"
#include "index/limits.h"
#include "index/list_read.h"

enum { MERGE_AT_LEAST = 1 << 16 };

// An entry on its way to a match: `near.shares` is not known yet.
typedef struct Candidate {
    VideoMatch near;
    uint64_t pairs; // of a picture of the query and one of the listed video that are near
} Candidate;

typedef struct Search {
    const Matcher *matcher;
    const VideoRule *rule;
    Vpdq query; // its good pictures, borrowed hashes
    VEC(Candidate) candidates;
    size_t merge_at;
    MatchVec pictures; // near to the picture at hand
    FrameHitVec frames;
    VideoMatches *matches;
} Search;

void video_matches_done(VideoMatches *matches) {
    vec_done(&matches->found);
    vec_done(&matches->segments);
    *matches = (VideoMatches){0};
}

double video_matched_share(const VideoMatches *matches) {
    return vpdq_percent(matches->matched, matches->asked);
}

static int by_entry(const Match *x, const Match *y) {
    if (x->list != y->list)
        return x->list < y->list ? -1 : 1;
    if (x->entry != y->entry)
        return x->entry < y->entry ? -1 : 1;
    return x->algorithm - y->algorithm;
}

static int compare_candidates(const void *a, const void *b) {
    return by_entry(&((const Candidate *)a)->near.match, &((const Candidate *)b)->near.match);
}

static bool is_nearer(const Match *a, const Match *b) {
    return a->distance != b->distance ? a->distance < b->distance : a->frame < b->frame;
}

static void merge(Search *search) {
    size_t count = search->candidates.len, kept = 0;
    Candidate *items = search->candidates.items;
    if (count > 0) {
        qsort(items, count, sizeof *items, compare_candidates);
        for (size_t i = 1; i < count; i++) {
            VideoMatch *into = &items[kept].near, *one = &items[i].near;
            if (by_entry(&into->match, &one->match) != 0) {
                items[++kept] = items[i];
                continue;
            }
            if (is_nearer(&one->match, &into->match))
                into->match = one->match;
            into->first_ms = one->first_ms < into->first_ms ? one->first_ms : into->first_ms;
            into->last_ms = one->last_ms > into->last_ms ? one->last_ms : into->last_ms;
            into->pictures += one->pictures;
            items[kept].pairs += items[i].pairs;
        }
        search->candidates.len = kept + 1;
    }
    search->merge_at =
        2 * search->candidates.len > MERGE_AT_LEAST ? 2 * search->candidates.len : MERGE_AT_LEAST;
}

static bool is_left_out(const VideoRule *rule, uint32_t list) {
    return rule->leaves_out != NULL && rule->leaves_out[list];
}

// What is near to the picture, in search->pictures and search->frames.
static Err picture_ask(Search *search, const VpdqFrame *frame) {
    MatchQuery query = {.has_pdq = true,
                        .pdq = frame->hash,
                        .pdq_quality = (int)frame->quality,
                        .radius = search->rule->radius,
                        .is_exhaustive = true,
                        .is_of_video = true};
    vec_clear(&search->pictures);
    vec_clear(&search->frames);
    TRY(matcher_query(search->matcher, &query, &search->pictures));
    TRY(matcher_frames(search->matcher, &frame->hash, search->rule->radius, &search->frames));
    size_t kept = 0;
    for (size_t i = 0; i < search->frames.len; i++)
        if (search->frames.items[i].quality >= search->rule->quality_min &&
            !is_left_out(search->rule, search->frames.items[i].list))
            search->frames.items[kept++] = search->frames.items[i];
    search->frames.len = kept;
    kept = 0;
    for (size_t i = 0; i < search->pictures.len; i++)
        if (!is_left_out(search->rule, search->pictures.items[i].list))
            search->pictures.items[kept++] = search->pictures.items[i];
    search->pictures.len = kept;
    return ERR_OK;
}

static Err candidate_add(Search *search, Match match, int64_t time_ms, uint64_t pairs) {
    Candidate one = {
        .near = {.match = match, .first_ms = time_ms, .last_ms = time_ms, .pictures = 1},
        .pairs = pairs};
    return vec_push(&search->candidates, one) ? ERR_OK : ERR_NOMEM;
}

static Err picture_take(Search *search, int64_t time_ms) {
    for (size_t i = 0; i < search->pictures.len; i++)
        TRY(candidate_add(search, search->pictures.items[i], time_ms, 1));
    // The hits of one entry stand together, the nearest first.
    for (size_t i = 0, end; i < search->frames.len; i = end) {
        const FrameHit *hit = &search->frames.items[i];
        end = i + 1;
        while (end < search->frames.len && search->frames.items[end].list == hit->list &&
               search->frames.items[end].entry == hit->entry)
            end++;
        Match match = {hit->list, hit->entry, MATCH_NEAR, MATCH_BY_VPDQ, hit->distance, hit->frame};
        TRY(candidate_add(search, match, time_ms, end - i));
    }
    search->matches->matched += search->pictures.len + search->frames.len > 0;
    if (search->candidates.len >= search->merge_at)
        merge(search);
    return ERR_OK;
}

static Err pictures_ask(Search *search) {
    for (size_t i = 0; i < search->query.count; i++) {
        const VpdqFrame *frame = &search->query.frames[i];
        // A picture that stands still has the same answer.
        if (i == 0 || pdq_distance(&frame->hash, &frame[-1].hash) != 0)
            TRY(picture_ask(search, frame));
        TRY(picture_take(search, frame->time_ms));
    }
    merge(search);
    return ERR_OK;
}

// The good pictures of a listed video; the caller frees them.
static Err target_read(const Search *search, const Match *match, Vpdq *ret) {
    const List *list = matcher_list(search->matcher, match->list);
    uint32_t position = list_u32(list, SECTION_AT_VPDQ, match->entry);
    if (position == 0 || position > list->sections[SECTION_VPDQ].count)
        return ERR_CORRUPT;
    ListVideo video = list_video(list, position - 1);
    Vpdq target = {.frames = calloc(video.count, sizeof *target.frames)};
    if (target.frames == NULL)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < video.count; i++)
        if (list_frame(list, video.first + i, &target.frames[target.count]) &&
            (int)target.frames[target.count].quality >= search->rule->quality_min)
            target.count++;
    *ret = target;
    return ERR_OK;
}

static Err segments_add(Search *search, const Vpdq *target, const VpdqRule *rule,
                        VideoMatch *match) {
    _cleanup_free_ VpdqSegment *segments = NULL;
    TRY(vpdq_segments(&search->query, target, rule, &segments, &match->segment_count));
    match->segment_first = search->matches->segments.len;
    if (!vec_reserve(&search->matches->segments, match->segment_count))
        return ERR_NOMEM;
    for (size_t i = 0; i < match->segment_count; i++)
        search->matches->segments.items[search->matches->segments.len++] = segments[i];
    return ERR_OK;
}

static bool is_reached(size_t matched, size_t counted, double share) {
    return share > 0 && matched > 0 && vpdq_percent(matched, counted) >= share;
}

// Compares a listed video in full where it may be a match. The pairs bound how many of its pictures
// can have a partner.
static Err video_weigh(Search *search, const Candidate *candidate, bool takes_all) {
    const VideoRule *rule = search->rule;
    const VpdqRule inner = {rule->radius, rule->quality_min, rule->slack_ms};
    VideoMatch match = candidate->near;
    _cleanup_(vpdq_done) Vpdq target = {0};
    TRY(target_read(search, &match.match, &target));
    takes_all = takes_all || (rule->query_share <= 0 && rule->target_share <= 0);
    bool may_match =
        takes_all || is_reached(match.pictures, search->query.count, rule->query_share) ||
        is_reached(candidate->pairs < target.count ? (size_t)candidate->pairs : target.count,
                   target.count, rule->target_share);
    if (!may_match)
        return ERR_OK;
    if (target.count > VIDEO_PAIRS_MAX / search->query.count) {
        // Days against days: what the index has told must do.
        match.shares = (VpdqShares){search->query.count, match.pictures, target.count, 0};
        if (!takes_all && !is_reached(match.pictures, search->query.count, rule->query_share))
            return ERR_OK;
        return vec_push(&search->matches->found, match) ? ERR_OK : ERR_NOMEM;
    }
    TRY(vpdq_match(&search->query, &target, &inner, &match.shares));
    const VpdqShares *shares = &match.shares;
    if (!takes_all &&
        !is_reached(shares->query_matched, shares->query_counted, rule->query_share) &&
        !is_reached(shares->target_matched, shares->target_counted, rule->target_share))
        return ERR_OK;
    TRY(segments_add(search, &target, &inner, &match));
    return vec_push(&search->matches->found, match) ? ERR_OK : ERR_NOMEM;
}

static double greater_share(const VideoMatch *match) {
    double query = vpdq_percent(match->shares.query_matched, match->shares.query_counted);
    double target = vpdq_percent(match->shares.target_matched, match->shares.target_counted);
    return query > target ? query : target;
}

static int by_rank(const void *a, const void *b) {
    const VideoMatch *x = a, *y = b;
    if (x->match.algorithm != y->match.algorithm)
        return x->match.algorithm == MATCH_BY_VPDQ ? -1 : 1;
    double left = greater_share(x), right = greater_share(y);
    if (left < right || left > right)
        return left > right ? -1 : 1;
    if (x->match.distance != y->match.distance)
        return x->match.distance < y->match.distance ? -1 : 1;
    return by_entry(&x->match, &y->match);
}

static Err candidates_weigh(Search *search) {
    VideoMatches *matches = search->matches;
    bool takes_all = is_reached(matches->matched, matches->asked, search->rule->query_share);
    for (size_t i = 0; i < search->candidates.len; i++) {
        const Candidate *candidate = &search->candidates.items[i];
        if (candidate->near.match.algorithm == MATCH_BY_VPDQ)
            TRY(video_weigh(search, candidate, takes_all));
        else if (!vec_push(&matches->found, candidate->near))
            return ERR_NOMEM;
    }
    if (matches->found.len > 1)
        qsort(matches->found.items, matches->found.len, sizeof *matches->found.items, by_rank);
    return ERR_OK;
}

static bool is_rule(const VideoRule *rule) {
    return rule->radius >= 0 && rule->radius <= MATCH_RADIUS_MAX &&
           rule->quality_min >= PDQ_QUALITY_MATCHABLE && rule->quality_min <= 100 &&
           rule->query_share >= 0 && rule->query_share <= 100 && rule->target_share >= 0 &&
           rule->target_share <= 100 && rule->slack_ms >= 0;
}

Err video_match(const Matcher *matcher, const VpdqFrame *frames, size_t count,
                const VideoRule *rule, VideoMatches *io_matches) {
    Search search = {
        .matcher = matcher, .rule = rule, .merge_at = MERGE_AT_LEAST, .matches = io_matches};
    if (!is_rule(rule))
        return ERR_RANGE;
    if (count > VPDQ_FRAMES_MAX)
        return ERR_LIMIT;
    vec_clear(&io_matches->found);
    vec_clear(&io_matches->segments);
    io_matches->asked = 0;
    io_matches->matched = 0;
    search.query.frames = calloc(count + 1, sizeof *frames);
    if (search.query.frames == NULL)
        return ERR_NOMEM;
    for (size_t i = 0; i < count; i++)
        if ((int)frames[i].quality >= rule->quality_min)
            search.query.frames[search.query.count++] = frames[i];
    io_matches->asked = (uint32_t)search.query.count;
    Err err = pictures_ask(&search);
    if (err == ERR_OK)
        err = candidates_weigh(&search);
    vpdq_done(&search.query);
    vec_done(&search.candidates);
    vec_done(&search.pictures);
    vec_done(&search.frames);
    if (err != ERR_OK)
        video_matches_done(io_matches);
    return err;
}
