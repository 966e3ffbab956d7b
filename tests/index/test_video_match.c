// Videos against lists: shares, stretches and thresholds, and the same as comparing all pairs.
#include "index/video_match.h"

#include "list_sample.h"

enum { PICTURES = 400 };

// Picture number `seed` of a pool of pictures that are nothing like each other, `flipped` bits off.
static VpdqFrame picture(unsigned seed, int flipped, int64_t second) {
    VpdqFrame frame = {.number = (uint64_t)second * 25, .time_ms = second * 1000, .quality = 100};
    Prng prng = {seed + 77};
    for (int i = 0; i < PDQ_BYTES; i++)
        frame.hash.bytes[i] = (uint8_t)prng_next(&prng);
    for (int i = 0; i < flipped; i++)
        frame.hash.bytes[(i * 7) % 32] ^= (uint8_t)(1 << (i / 32));
    return frame;
}

typedef struct Video {
    VpdqFrame frames[PICTURES];
    size_t count;
} Video;

static void video_add(Video *video, unsigned first, size_t count, int flipped) {
    for (unsigned i = 0; i < count; i++) {
        video->frames[video->count] = picture(first + i, flipped, (int64_t)video->count);
        video->count++;
    }
}

typedef struct Asked {
    List *list;
    Matcher *matcher;
    VideoMatches matches;
    ListBuilder *builder;
} Asked;

static Asked asked_begin(void) {
    return (Asked){.builder = sample_builder()};
}

static void list_add(Asked *asked, const char *id, const Video *video) {
    ListEntry entry = {.has = ENTRY_VPDQ,
                       .id = str_from(id),
                       .pdq_quality = PDQ_QUALITY_UNKNOWN,
                       .frames = video->frames,
                       .frame_count = video->count};
    sample_add(asked->builder, &entry);
}

static void still_add(Asked *asked, const char *id, const VpdqFrame *frame) {
    ListEntry entry = {
        .has = ENTRY_PDQ, .id = str_from(id), .pdq = frame->hash, .pdq_quality = 100};
    sample_add(asked->builder, &entry);
}

static void list_close(Asked *asked) {
    asked->list = sample_close(asked->builder, "video.s7list");
    asked->builder = NULL;
    const List *const lists[] = {asked->list};
    CHECK_OK(matcher_new(lists, 1, &asked->matcher, NULL));
}

static void ask(Asked *asked, const Video *video, VideoRule rule) {
    CHECK_OK(video_match(asked->matcher, video->frames, video->count, &rule, &asked->matches));
}

static void asked_done(Asked *asked) {
    matcher_free(asked->matcher);
    list_free(asked->list);
    list_builder_free(asked->builder);
    video_matches_done(&asked->matches);
}
#define _cleanup_asked_ _cleanup_(asked_done)

static const VideoMatch *found(const Asked *asked, size_t i) {
    return &asked->matches.found.items[i];
}

TEST(a_part_is_found_both_ways)
{
    _cleanup_asked_ Asked asked = asked_begin();
    Video whole = {.count = 0}, trimmed = {.count = 0}, compilation = {.count = 0};
    video_add(&whole, 1000, 60, 0);
    video_add(&trimmed, 1020, 20, 9);
    video_add(&compilation, 5000, 100, 0);
    video_add(&compilation, 1000, 60, 9);
    video_add(&compilation, 6000, 100, 0);
    list_add(&asked, "whole", &whole);
    list_close(&asked);
    ask(&asked, &trimmed, VIDEO_RULE_USUAL);
    REQUIRE(asked.matches.found.len == 1);
    const VideoMatch *match = found(&asked, 0);
    CHECK_INT(match->match.algorithm, MATCH_BY_VPDQ);
    CHECK_INT(match->match.kind, MATCH_NEAR);
    CHECK_INT(match->match.distance, 9);
    CHECK_INT(match->match.entry, 41);
    CHECK_INT(match->shares.query_matched, 20);
    CHECK_INT(match->shares.target_matched, 20);
    CHECK_INT(match->shares.target_counted, 60);
    REQUIRE(match->segment_count == 1);
    const VpdqSegment *segment = &asked.matches.segments.items[match->segment_first];
    CHECK_INT(segment->query_begin_ms, 0);
    CHECK_INT(segment->query_end_ms, 19000);
    CHECK_INT(segment->target_begin_ms, 20000);
    CHECK_INT(segment->target_end_ms, 39000);
    // The compilation is a match for what it holds; the public rule has no eye for that.
    ask(&asked, &compilation, VIDEO_RULE_USUAL);
    REQUIRE(asked.matches.found.len == 1);
    CHECK_INT(found(&asked, 0)->shares.target_matched, 60);
    CHECK_INT(found(&asked, 0)->shares.query_counted, 260);
    CHECK_INT(asked.matches.asked, 260);
    CHECK_INT(asked.matches.matched, 60);
    VideoRule public_rule = VIDEO_RULE_USUAL;
    public_rule.target_share = 0;
    ask(&asked, &compilation, public_rule);
    CHECK_INT(asked.matches.found.len, 0);
    CHECK_INT(asked.matches.matched, 60);
    ask(&asked, &trimmed, public_rule);
    CHECK_INT(asked.matches.found.len, 1);
}

TEST(thresholds_are_inclusive_and_both_zero_takes_any_picture)
{
    _cleanup_asked_ Asked asked = asked_begin();
    Video listed = {.count = 0}, query = {.count = 0}, title = {.count = 0};
    video_add(&listed, 1000, 100, 0);
    video_add(&query, 1000, 8, 0);
    video_add(&query, 7000, 2, 0);
    video_add(&title, 1000, 1, 31);
    video_add(&title, 8000, 49, 0);
    list_add(&asked, "listed", &listed);
    list_close(&asked);
    VideoRule rule = VIDEO_RULE_USUAL;
    ask(&asked, &query, rule);
    CHECK_INT(asked.matches.found.len, 1);
    rule.query_share = 81;
    ask(&asked, &query, rule);
    CHECK_INT(asked.matches.found.len, 0);
    ask(&asked, &title, rule);
    CHECK_INT(asked.matches.found.len, 0);
    rule.query_share = rule.target_share = 0;
    ask(&asked, &title, rule);
    REQUIRE(asked.matches.found.len == 1);
    CHECK_INT(found(&asked, 0)->match.distance, 31);
    rule.radius = 30;
    ask(&asked, &title, rule);
    CHECK_INT(asked.matches.found.len, 0);
}

TEST(parts_of_many_videos_together_are_no_secret)
{
    _cleanup_asked_ Asked asked = asked_begin();
    Video query = {.count = 0};
    for (unsigned i = 0; i < 5; i++) {
        Video listed = {.count = 0};
        video_add(&listed, 10000 + 1000 * i, 100, 0);
        video_add(&query, 10000 + 1000 * i, 10, 5);
        list_add(&asked, "listed", &listed);
    }
    list_close(&asked);
    ask(&asked, &query, VIDEO_RULE_USUAL);
    CHECK_INT(asked.matches.found.len, 5);
    CHECK(video_matched_share(&asked.matches) > 99.9);
    video_add(&query, 20000, 50, 0); // now it is half, and no listed video has a great part of it
    ask(&asked, &query, VIDEO_RULE_USUAL);
    CHECK_INT(asked.matches.found.len, 0);
    CHECK_INT(asked.matches.matched, 50);
}

TEST(low_quality_counts_nowhere)
{
    _cleanup_asked_ Asked asked = asked_begin();
    Video listed = {.count = 0}, query = {.count = 0};
    video_add(&listed, 1000, 20, 0);
    video_add(&query, 1000, 20, 0);
    for (size_t i = 10; i < 20; i++)
        listed.frames[i].quality = 49;
    for (size_t i = 0; i < 5; i++)
        query.frames[i].quality = i < 3 ? 0 : 60;
    list_add(&asked, "listed", &listed);
    list_close(&asked);
    VideoRule rule = VIDEO_RULE_USUAL;
    ask(&asked, &query, rule);
    CHECK_INT(asked.matches.asked, 17);
    CHECK_INT(asked.matches.matched, 7);
    REQUIRE(asked.matches.found.len == 0); // 7 of 17, 7 of 10
    rule.target_share = 70;
    ask(&asked, &query, rule);
    REQUIRE(asked.matches.found.len == 1);
    CHECK_INT(found(&asked, 0)->shares.target_counted, 10);
    rule.quality_min = 61;
    rule.target_share = 50;
    ask(&asked, &query, rule);
    REQUIRE(asked.matches.found.len == 1);
    CHECK_INT(found(&asked, 0)->shares.query_counted, 15);
    CHECK_INT(found(&asked, 0)->shares.target_matched, 5);
    rule.quality_min = PDQ_QUALITY_MATCHABLE - 1;
    CHECK_ERR(video_match(asked.matcher, query.frames, 1, &rule, &asked.matches), ERR_RANGE);
}

TEST(pictures_and_videos_match_each_other)
{
    _cleanup_asked_ Asked asked = asked_begin();
    Video listed = {.count = 0}, query = {.count = 0};
    VpdqFrame still = picture(3005, 0, 0);
    video_add(&listed, 1000, 30, 0);
    video_add(&query, 3000, 30, 3);
    list_add(&asked, "listed", &listed);
    still_add(&asked, "still", &still);
    list_close(&asked);
    ask(&asked, &query, VIDEO_RULE_USUAL);
    REQUIRE(asked.matches.found.len == 1);
    CHECK_INT(found(&asked, 0)->match.algorithm, MATCH_BY_PDQ);
    CHECK_INT(found(&asked, 0)->match.distance, 3);
    CHECK_INT(found(&asked, 0)->first_ms, 5000);
    MatchVec matches = {0};
    MatchQuery of_picture = {
        .has_pdq = true, .pdq = picture(1007, 4, 0).hash, .pdq_quality = 90, .radius = 31};
    CHECK_OK(matcher_query(asked.matcher, &of_picture, &matches));
    REQUIRE(matches.len == 1);
    CHECK_INT(matches.items[0].algorithm, MATCH_BY_FRAME);
    CHECK_INT(matches.items[0].entry, 41);
    CHECK_INT(matches.items[0].frame, 7);
    CHECK_INT(matches.items[0].distance, 4);
    vec_clear(&matches);
    of_picture.is_of_video = true;
    CHECK_OK(matcher_query(asked.matcher, &of_picture, &matches));
    CHECK_INT(matches.len, 0);
    vec_done(&matches);
}

TEST(what_is_withdrawn_never_matches)
{
    _cleanup_asked_ Asked asked = asked_begin();
    Video listed = {.count = 0};
    video_add(&listed, 1000, 30, 0);
    list_add(&asked, "id-gone", &listed);
    sample_add(asked.builder, &(ListEntry){.id = STR("id-gone"), .has = ENTRY_DELETED});
    list_close(&asked);
    ask(&asked, &listed, VIDEO_RULE_USUAL);
    CHECK_INT(asked.matches.found.len, 0);
    CHECK_INT(asked.matches.matched, 0);
}

// The index leaves nothing out and adds nothing: compared with every listed video in turn.
TEST(the_same_as_comparing_all)
{
    enum { LISTED = 60, QUERIES = 40 };
    static Video listed[LISTED];
    Asked asked = asked_begin();
    Prng prng = {5};
    for (int i = 0; i < LISTED; i++) {
        listed[i].count = 0;
        for (int part = 0; part < 3; part++)
            video_add(&listed[i], 1000 + (unsigned)(prng_next(&prng) % 150),
                      1 + prng_next(&prng) % 30, (int)(prng_next(&prng) % 20));
        for (size_t j = 0; j < listed[i].count; j++)
            listed[i].frames[j].quality = 40 + (uint32_t)(prng_next(&prng) % 61);
        list_add(&asked, "", &listed[i]);
    }
    list_close(&asked);
    for (int q = 0; q < QUERIES; q++) {
        Video query = {.count = 0};
        video_add(&query, 1000 + (unsigned)(prng_next(&prng) % 150), 1 + prng_next(&prng) % 60,
                  (int)(prng_next(&prng) % 20));
        video_add(&query, 9000, prng_next(&prng) % 60, 0);
        VideoRule rule = VIDEO_RULE_USUAL;
        rule.quality_min = 50 + (int)(prng_next(&prng) % 40);
        rule.query_share = 20 + (double)(prng_next(&prng) % 70);
        rule.target_share = 20 + (double)(prng_next(&prng) % 70);
        ask(&asked, &query, rule);
        bool takes_all = video_matched_share(&asked.matches) >= rule.query_share;
        size_t expected = 0;
        for (int i = 0; i < LISTED; i++) {
            Vpdq a = {query.frames, query.count}, b = {listed[i].frames, listed[i].count};
            VpdqRule inner = {rule.radius, rule.quality_min, rule.slack_ms};
            VpdqShares shares;
            CHECK_OK(vpdq_match(&a, &b, &inner, &shares));
            bool is_match =
                shares.query_matched > 0 &&
                (takes_all ||
                 vpdq_percent(shares.query_matched, shares.query_counted) >= rule.query_share ||
                 vpdq_percent(shares.target_matched, shares.target_counted) >= rule.target_share);
            expected += is_match;
            size_t at = 0;
            while (at < asked.matches.found.len &&
                   found(&asked, at)->match.entry != 41 + (uint32_t)i)
                at++;
            CHECK_INT(at < asked.matches.found.len, is_match);
            if (!is_match || at == asked.matches.found.len)
                continue;
            CHECK_INT(found(&asked, at)->shares.query_matched, shares.query_matched);
            CHECK_INT(found(&asked, at)->pictures, shares.query_matched);
            CHECK_INT(found(&asked, at)->shares.target_matched, shares.target_matched);
        }
        CHECK_INT(asked.matches.found.len, expected);
    }
    asked_done(&asked);
}
