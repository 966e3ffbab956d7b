// The public library's videos: text form, comparing two, asking lists.
#include "api/objects.h"
#include "base/cleanup.h"
#include "hash/limits.h"

_Static_assert(sizeof(S7VpdqSegment) == sizeof(VpdqSegment) &&
                   offsetof(S7VpdqSegment, target_end_ms) == offsetof(VpdqSegment, target_end_ms) &&
                   offsetof(S7VpdqSegment, pictures) == offsetof(VpdqSegment, pictures) &&
                   offsetof(S7VpdqSegment, distance) == offsetof(VpdqSegment, distance),
               "one is read as the other");

struct S7VideoMatches {
    VideoMatches matches;
};

bool api_are_frames(const S7VpdqFrame *frames, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (frames[i].quality > 100 || frames[i].time_ms < 0 ||
            (uint64_t)frames[i].time_ms > VPDQ_TIME_MAX)
            return false;
    return true;
}

S7Error s7_vpdq_parse(const char *text, size_t len, S7Vpdq **ret) {
    S7Vpdq *made = calloc(1, sizeof *made);
    if (made == NULL)
        return S7_ERROR_NO_MEMORY;
    Err err = vpdq_read(str_of(text, len), &made->vpdq, NULL);
    if (err != ERR_OK) {
        free(made);
        return api_error_of(err);
    }
    *ret = made;
    return S7_OK;
}

void s7_vpdq_free(S7Vpdq *vpdq) {
    if (vpdq == NULL)
        return;
    vpdq_done(&vpdq->vpdq);
    free(vpdq);
}

const S7VpdqFrame *s7_vpdq_frames(const S7Vpdq *vpdq, size_t *ret_count) {
    *ret_count = vpdq->vpdq.count;
    return (const S7VpdqFrame *)(const void *)vpdq->vpdq.frames;
}

size_t s7_vpdq_print(const S7VpdqFrame *frames, size_t count, char *ret_text, size_t capacity) {
    _cleanup_strbuf_ StrBuf text = STRBUF(SIZE_MAX / 2);
    if (!api_are_frames(frames, count))
        return SIZE_MAX;
    vpdq_write(&text, frames_of(frames), count);
    if (strbuf_err(&text) != ERR_OK)
        return SIZE_MAX;
    if (capacity > 0) {
        size_t n = text.len < capacity ? text.len : capacity - 1;
        if (n > 0)
            memcpy(ret_text, text.ptr, n);
        ret_text[n] = '\0';
    }
    return text.len;
}

S7Error s7_video_rule_usual(S7VideoRule *io_rule) {
    const VideoRule usual = VIDEO_RULE_USUAL;
    if (io_rule->size < sizeof *io_rule)
        return S7_ERROR_INVALID;
    *io_rule = (S7VideoRule){
        .size = io_rule->size,
        .radius = usual.radius,
        .quality = usual.quality_min,
        .query_share = usual.query_share,
        .target_share = usual.target_share,
        .slack_ms = usual.slack_ms,
    };
    return S7_OK;
}

// A NaN is in no range.
static bool is_share(double share) {
    return share >= 0 && share <= 100;
}

static bool rule_from(const S7VideoRule *rule, VideoRule *ret) {
    if (rule->size < sizeof *rule || rule->radius < 0 || rule->radius > MATCH_RADIUS_MAX ||
        rule->quality < PDQ_QUALITY_MATCHABLE || rule->quality > 100 ||
        !is_share(rule->query_share) || !is_share(rule->target_share) || rule->slack_ms < 0)
        return false;
    *ret = (VideoRule){.radius = rule->radius,
                       .quality_min = rule->quality,
                       .query_share = rule->query_share,
                       .target_share = rule->target_share,
                       .slack_ms = rule->slack_ms};
    return true;
}

S7Error s7_vpdq_compare(const S7VpdqFrame *query, size_t query_count, const S7VpdqFrame *target,
                        size_t target_count, const S7VideoRule *rule, S7VpdqShares *ret_shares,
                        S7VpdqSegment *ret_segments, size_t capacity, size_t *ret_segment_count) {
    VideoRule wanted;
    if (!rule_from(rule, &wanted) || !api_are_frames(query, query_count) ||
        !api_are_frames(target, target_count))
        return S7_ERROR_INVALID;
    // Both are only read.
    const Vpdq a = {(VpdqFrame *)(uintptr_t)query, query_count};
    const Vpdq b = {(VpdqFrame *)(uintptr_t)target, target_count};
    const VpdqRule inner = {wanted.radius, wanted.quality_min, wanted.slack_ms};
    VpdqShares shares;
    _cleanup_free_ VpdqSegment *segments = NULL;
    size_t count = 0;
    Err err = vpdq_match(&a, &b, &inner, &shares);
    if (err == ERR_OK)
        err = vpdq_segments(&a, &b, &inner, &segments, &count);
    if (err != ERR_OK)
        return api_error_of(err);
    size_t given = count < capacity ? count : capacity;
    if (given > 0)
        memcpy(ret_segments, segments, given * sizeof *segments);
    *ret_shares = (S7VpdqShares){shares.query_counted, shares.query_matched, shares.target_counted,
                                 shares.target_matched};
    *ret_segment_count = count;
    return S7_OK;
}

S7Error s7_match_video(const S7Matcher *matcher, const S7VpdqFrame *frames, size_t count,
                       const S7VideoRule *rule, S7VideoMatches **ret) {
    VideoRule wanted = VIDEO_RULE_USUAL;
    if ((rule != NULL && !rule_from(rule, &wanted)) || !api_are_frames(frames, count))
        return S7_ERROR_INVALID;
    S7VideoMatches *made = calloc(1, sizeof *made);
    if (made == NULL)
        return S7_ERROR_NO_MEMORY;
    Err err = video_match(matcher->matcher, frames_of(frames), count, &wanted, &made->matches);
    if (err != ERR_OK) {
        free(made);
        return api_error_of(err);
    }
    *ret = made;
    return S7_OK;
}

void s7_video_matches_free(S7VideoMatches *matches) {
    if (matches == NULL)
        return;
    video_matches_done(&matches->matches);
    free(matches);
}

size_t s7_video_matches_count(const S7VideoMatches *matches) {
    return matches->matches.found.len;
}

S7Error s7_video_matches_get(const S7VideoMatches *matches, size_t at, S7VideoMatch *io_match) {
    if (io_match->size < sizeof *io_match)
        return S7_ERROR_INVALID;
    if (at >= matches->matches.found.len)
        return S7_ERROR_NOT_FOUND;
    const VideoMatch *found = &matches->matches.found.items[at];
    const VpdqSegment *segments = matches->matches.segments.items;
    *io_match = (S7VideoMatch){
        .size = io_match->size,
        .list = found->match.list,
        .entry = found->match.entry,
        .algorithm = (S7Algorithm)found->match.algorithm,
        .distance = found->match.distance,
        .pictures = found->pictures,
        .first_ms = found->first_ms,
        .last_ms = found->last_ms,
        .shares = {found->shares.query_counted, found->shares.query_matched,
                   found->shares.target_counted, found->shares.target_matched},
        .segment_count = found->segment_count,
    };
    if (found->segment_count > 0)
        io_match->segments = (const S7VpdqSegment *)(const void *)(segments + found->segment_first);
    return S7_OK;
}

double s7_video_matches_share(const S7VideoMatches *matches) {
    return video_matched_share(&matches->matches);
}
