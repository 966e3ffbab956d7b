// Asking lists for a whole video: which listed pictures its pictures are near to, which listed
// videos it shares pictures with, by shares both ways and by the stretches that match. Facts, never
// a verdict.
//
// Method: the near index finds, for each picture of the video, the listed pictures and the pictures
// of listed videos; only videos that enough pictures point at are compared in full. No pair of
// videos is compared for its own sake.
#pragma once
#include "index/matcher.h"

// When a listed video is a match. The public vPDQ matcher (python-threatexchange, vpdq_util.py) has
// radius 31, quality 50, 80 % of the query's pictures and 0 % of the listed video's. We also take a
// listed video of which 80 % lie in the query: a compilation holds it among much else.
typedef struct VideoRule {
    int radius;          // 0–MATCH_RADIUS_MAX
    int quality_min;     // PDQ_QUALITY_MATCHABLE–100; pictures below count on neither side
    double query_share;  // percent of the query's pictures, 0–100; 0: is no reason for a match
    double target_share; // percent of the listed video's; either is enough. Both 0: one picture is
    int64_t slack_ms;    // as in VpdqRule
    // For each list of the matcher whether it is left out; borrowed, NULL: none is.
    const bool *leaves_out;
} VideoRule;
enum { VIDEO_SHARE_USUAL = 80 };
#define VIDEO_RULE_USUAL \
    ((VideoRule){.radius = PDQ_RADIUS_USUAL, \
                 .quality_min = PDQ_QUALITY_MATCHABLE, \
                 .query_share = VIDEO_SHARE_USUAL, \
                 .target_share = VIDEO_SHARE_USUAL, \
                 .slack_ms = VPDQ_RULE_USUAL.slack_ms})

// An entry that pictures of the query are near to.
typedef struct VideoMatch {
    // Of the nearest picture; algorithm MATCH_BY_PDQ (a listed picture) or MATCH_BY_VPDQ.
    Match match;
    int64_t first_ms, last_ms; // times of the first and the last of these pictures
    uint32_t pictures;         // how many
    // MATCH_BY_VPDQ: both shares, and segments[segment_first …) of the answer, in the query's
    // order. Of two videos with more than VIDEO_PAIRS_MAX pairs of pictures only the query's share
    // is known: target_matched is 0 and there are no segments.
    VpdqShares shares;
    size_t segment_first, segment_count;
} VideoMatch;

typedef struct VideoMatches {
    // Listed videos first, the greater share first; then listed pictures, nearest first; then by
    // list and entry.
    VEC(VideoMatch) found;
    VEC(VpdqSegment) segments;
    // Of the pictures that are good enough, how many are near to anything listed, be it of a video
    // that is no match by itself.
    uint32_t asked, matched;
} VideoMatches;
void video_matches_done(VideoMatches *matches);
// Of what was asked, percent.
double video_matched_share(const VideoMatches *matches);

// Replaces *io_matches. Where what is listed makes up rule->query_share of the query only together,
// every listed video with a part in it is a match. RANGE for a rule that is none, LIMIT
// (VPDQ_FRAMES_MAX), NOMEM.
Err video_match(const Matcher *matcher, const VpdqFrame *frames, size_t count,
                const VideoRule *rule, VideoMatches *io_matches) MUST_CHECK;
