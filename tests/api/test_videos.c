// The public library's videos and the making of lists.
#include <math.h>
#include <stdio.h>

#include "seventh.h"
#include "t.h"

static S7VpdqFrame frame_of(unsigned seed, int second) {
    S7VpdqFrame frame = {.number = (uint64_t)second * 25, .time_ms = second * 1000, .quality = 90};
    Prng prng = {seed};
    for (int i = 0; i < S7_PDQ_BYTES; i++)
        frame.hash.bytes[i] = (uint8_t)prng_next(&prng);
    return frame;
}

static void fill(S7VpdqFrame *frames, size_t count, unsigned first) {
    for (size_t i = 0; i < count; i++)
        frames[i] = frame_of(first + (unsigned)i, (int)i);
}

TEST(text_is_read_and_printed)
{
    S7VpdqFrame frames[3];
    char text[512], small[10];
    size_t count = 9;
    S7Vpdq *video = NULL;
    fill(frames, 3, 1);
    size_t len = s7_vpdq_print(frames, 3, text, sizeof text);
    CHECK_INT(len, strlen(text));
    CHECK_INT(s7_vpdq_print(frames, 3, NULL, 0), len);
    CHECK_INT(s7_vpdq_print(frames, 3, small, sizeof small), len);
    CHECK_INT(strlen(small), sizeof small - 1);
    REQUIRE(s7_vpdq_parse(text, len, &video) == S7_OK);
    const S7VpdqFrame *back = s7_vpdq_frames(video, &count);
    REQUIRE(count == 3);
    for (int i = 0; i < 3; i++) {
        CHECK_INT(back[i].number, frames[i].number);
        CHECK_INT(back[i].time_ms, frames[i].time_ms);
        CHECK_INT(back[i].quality, 90);
        CHECK_INT(s7_pdq_distance(&back[i].hash, &frames[i].hash), 0);
    }
    s7_vpdq_free(video);
    video = NULL;
    CHECK_INT(s7_vpdq_parse("7,8,9", 5, &video), S7_ERROR_SYNTAX);
    CHECK(video == NULL);
    REQUIRE(s7_vpdq_parse(NULL, 0, &video) == S7_OK);
    (void)s7_vpdq_frames(video, &count);
    CHECK_INT(count, 0);
    s7_vpdq_free(video);
    s7_vpdq_free(NULL);
    frames[1].quality = 101;
    CHECK(s7_vpdq_print(frames, 3, text, sizeof text) == SIZE_MAX);
}

TEST(two_videos_are_compared)
{
    S7VpdqFrame whole[30], part[10];
    S7VideoRule rule = {.size = sizeof rule};
    S7VpdqShares shares;
    S7VpdqSegment segment;
    size_t segments = 0;
    fill(whole, 30, 100);
    fill(part, 10, 110);
    REQUIRE(s7_video_rule_usual(&rule) == S7_OK);
    CHECK_INT(rule.radius, S7_PDQ_RADIUS);
    CHECK_INT(rule.quality, S7_PDQ_QUALITY_MATCHABLE);
    CHECK_INT((int)rule.query_share, 80);
    REQUIRE(s7_vpdq_compare(part, 10, whole, 30, &rule, &shares, &segment, 1, &segments) == S7_OK);
    CHECK_INT(shares.query_matched, 10);
    CHECK_INT(shares.target_matched, 10);
    CHECK_INT(shares.target_counted, 30);
    CHECK_INT(segments, 1);
    CHECK_INT(segment.target_begin_ms, 10000);
    CHECK_INT(segment.query_end_ms, 9000);
    CHECK_INT(s7_vpdq_compare(part, 10, whole, 30, &rule, &shares, NULL, 0, &segments), S7_OK);
    CHECK_INT(segments, 1);
    CHECK_INT(s7_vpdq_compare(NULL, 0, whole, 30, &rule, &shares, NULL, 0, &segments), S7_OK);
    CHECK_INT(shares.query_counted, 0);
    rule.query_share = NAN;
    CHECK_INT(s7_vpdq_compare(part, 10, whole, 30, &rule, &shares, NULL, 0, &segments),
              S7_ERROR_INVALID);
    rule.size = 3;
    CHECK_INT(s7_video_rule_usual(&rule), S7_ERROR_INVALID);
}

static S7Error add(S7ListBuilder *builder, const char *id, unsigned has, const S7VpdqFrame *frames,
                   size_t count) {
    S7Entry entry = {.size = sizeof entry,
                     .has = has,
                     .pdq_quality = -1,
                     .id = {id, strlen(id)},
                     .scheme = {"local-x", 7},
                     .category = {"5", 1}};
    memset(&entry.digests, 7, sizeof entry.digests);
    entry.pdq = frame_of(5000, 0).hash;
    return s7_list_builder_add(builder, &entry, frames, count);
}

static void check_matches(const S7List *list, const S7VpdqFrame *whole) {
    S7Matcher *matcher = NULL;
    S7VideoMatches *matches = NULL;
    S7VpdqFrame query[12];
    fill(query, 10, 110);
    query[10] = frame_of(5000, 10); // the listed picture
    query[11] = frame_of(9000, 11);
    REQUIRE(s7_matcher_new((const S7List *const[]){list}, 1, &matcher) == S7_OK);
    REQUIRE(s7_match_video(matcher, query, 12, NULL, &matches) == S7_OK);
    REQUIRE(s7_video_matches_count(matches) == 2);
    CHECK(s7_video_matches_share(matches) > 91 && s7_video_matches_share(matches) < 92);
    S7VideoMatch match = {.size = sizeof match};
    REQUIRE(s7_video_matches_get(matches, 0, &match) == S7_OK);
    CHECK_INT(match.algorithm, S7_VPDQ);
    CHECK_INT(match.entry, 0);
    CHECK_INT(match.shares.query_matched, 10);
    REQUIRE(match.segment_count == 1);
    CHECK_INT(match.segments[0].target_begin_ms, 10000);
    REQUIRE(s7_video_matches_get(matches, 1, &match) == S7_OK);
    CHECK_INT(match.algorithm, S7_PDQ);
    CHECK_INT(match.entry, 1);
    CHECK_INT(match.first_ms, 10000);
    CHECK_INT(match.segment_count, 0);
    CHECK_INT(s7_video_matches_get(matches, 2, &match), S7_ERROR_NOT_FOUND);
    match.size = 8;
    CHECK_INT(s7_video_matches_get(matches, 0, &match), S7_ERROR_INVALID);
    s7_video_matches_free(matches);

    // A picture of the listed video.
    S7Match found;
    size_t count = 0;
    S7Query picture = {.size = sizeof picture, .pdq = &whole[7].hash, .pdq_quality = 90};
    REQUIRE(s7_match(matcher, &picture, &found, 1, &count) == S7_OK);
    REQUIRE(count == 1);
    CHECK_INT(found.algorithm, S7_FRAME);
    CHECK_INT(found.frame, 7);
    s7_matcher_free(matcher);
}

TEST(a_list_is_made_and_asked)
{
    S7VpdqFrame whole[30];
    S7ListBuilder *builder = NULL;
    S7List *list = NULL, *again = NULL;
    S7ListMeta meta = {.size = sizeof meta, .name = "videos", .issuer = "unit", .version = 4};
    char path[256];
    fill(whole, 30, 100);
    for (int i = 0; i < 2; i++) {
        REQUIRE(s7_list_builder_new(&builder) == S7_OK);
        CHECK_INT(add(builder, "clip", S7_HAS_SHA256, whole, 30), S7_OK);
        CHECK_INT(add(builder, "still", S7_HAS_PDQ, NULL, 0), S7_OK);
        CHECK_INT(add(builder, "nothing", 0, NULL, 0), S7_ERROR_INVALID);
        CHECK_INT(add(builder, "", S7_IS_WITHDRAWN, NULL, 0), S7_ERROR_INVALID);
        CHECK_INT(add(builder, "gone", S7_IS_WITHDRAWN, NULL, 0), S7_OK);
        whole[3].time_ms = -1;
        CHECK_INT(add(builder, "bad", 0, whole, 30), S7_ERROR_INVALID);
        whole[3].time_ms = 3000;
        if (i == 0) {
            REQUIRE(s7_list_builder_finish(builder, &meta, &list) == S7_OK);
            CHECK_INT(s7_list_builder_finish(builder, &meta, &again), S7_ERROR_INVALID);
            CHECK_INT(add(builder, "late", S7_HAS_MD5, NULL, 0), S7_ERROR_INVALID);
        } else {
            snprintf(path, sizeof path, "%s/made.s7list", t_folder());
            REQUIRE(s7_list_builder_write(builder, &meta, path) == S7_OK);
        }
        s7_list_builder_free(builder);
    }
    REQUIRE(s7_list_open(path, &again) == S7_OK);
    const S7List *both[] = {list, again};
    for (int i = 0; i < 2; i++) {
        S7Entry entry = {.size = sizeof entry};
        S7Vpdq *video = NULL;
        size_t count = 0;
        CHECK_INT(s7_list_check(both[i]), S7_OK);
        CHECK_INT(s7_list_count(both[i]), 3);
        CHECK_INT(s7_list_version(both[i]), 4);
        REQUIRE(s7_list_entry(both[i], 0, &entry) == S7_OK);
        CHECK_INT(entry.has, S7_HAS_SHA256 | S7_HAS_VPDQ);
        CHECK_STR(str_of(entry.category.ptr, entry.category.len), "5");
        REQUIRE(s7_list_vpdq(both[i], 0, &video) == S7_OK);
        const S7VpdqFrame *frames = s7_vpdq_frames(video, &count);
        CHECK(count == 30 && memcmp(&frames[29].hash, &whole[29].hash, S7_PDQ_BYTES) == 0);
        s7_vpdq_free(video);
        REQUIRE(s7_list_vpdq(both[i], 1, &video) == S7_OK);
        (void)s7_vpdq_frames(video, &count);
        CHECK_INT(count, 0);
        s7_vpdq_free(video);
        CHECK_INT(s7_list_vpdq(both[i], 3, &video), S7_ERROR_NOT_FOUND);
        check_matches(both[i], whole);
    }
    s7_list_free(list);
    s7_list_free(again);
}
