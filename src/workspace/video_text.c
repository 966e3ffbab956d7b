// Times, shares and stretches of videos for answers; see video_text.h.
#include "workspace/video_text.h"

#include <stdio.h>

void clock_text(char ret_text[CLOCK_TEXT_MAX], int64_t time_ms) {
    snprintf(ret_text, CLOCK_TEXT_MAX, "%jd:%02d:%02d", (intmax_t)(time_ms / 3600000),
             (int)(time_ms / 60000 % 60), (int)(time_ms / 1000 % 60));
}

const char *match_algorithm_name(int algorithm) {
    switch (algorithm) {
    case MATCH_BY_VPDQ:
        return "vpdq";
    case MATCH_BY_PDQ:
    case MATCH_BY_FRAME:
        return "pdq";
    default:
        return digest_name((DigestKind)algorithm);
    }
}

void match_frame_json(JsonWriter *json, const Match *match, const ListEntry *entry) {
    if (match->algorithm == MATCH_BY_FRAME && match->frame < entry->frame_count)
        json_seconds(json, "time", entry->frames[match->frame].time_ms);
}

// Percent with one decimal, rounded down, so that only all is 100.
static void put_share(JsonWriter *json, const char *key, size_t matched, size_t counted) {
    char text[48];
    uint64_t tenths = counted == 0 ? 0 : (uint64_t)matched * 1000 / counted;
    int n = snprintf(text, sizeof text, "%ju.%d", (uintmax_t)(tenths / 10), (int)(tenths % 10));
    json_key(json, key);
    json_raw(json, str_of(text, (size_t)n));
}

static void put_segment(JsonWriter *json, const VpdqSegment *segment) {
    json_object_begin(json);
    json_seconds(json, "query_begin", segment->query_begin_ms);
    json_seconds(json, "query_end", segment->query_end_ms);
    json_seconds(json, "target_begin", segment->target_begin_ms);
    json_seconds(json, "target_end", segment->target_end_ms);
    json_key(json, "pictures");
    json_u64(json, segment->pictures);
    json_key(json, "distance");
    json_i64(json, segment->distance);
    json_object_end(json);
}

void match_video_json(JsonWriter *json, const VideoMatch *video, const VpdqSegment *segments) {
    const VpdqShares *shares = &video->shares;
    json_key(json, "pictures");
    json_u64(json, video->pictures);
    json_seconds(json, "first", video->first_ms);
    json_seconds(json, "last", video->last_ms);
    if (video->match.algorithm != MATCH_BY_VPDQ)
        return;
    put_share(json, "query_share", shares->query_matched, shares->query_counted);
    put_share(json, "target_share", shares->target_matched, shares->target_counted);
    json_key(json, "target_pictures");
    json_u64(json, shares->target_counted);
    json_key(json, "segments");
    json_array_begin(json);
    for (size_t i = 0; i < video->segment_count; i++)
        put_segment(json, &segments[video->segment_first + i]);
    json_array_end(json);
}
