// Asking lists for the pictures of a video, one by one: which entries are near, and when.
#pragma once
#include "index/matcher.h"
#include "media/video.h"

// An entry that pictures of a video are near to.
typedef struct VideoMatch {
    Match match;               // the nearest picture's
    int64_t first_ms, last_ms; // times of the first and the last of these pictures
    uint32_t pictures;
} VideoMatch;
typedef VEC(VideoMatch) VideoMatchVec;

// The share of a video that is known: of its pictures that are good enough to be asked for, how
// many are near to an entry.
typedef struct VideoShare {
    uint32_t asked, matched;
} VideoShare;

// Replaces *io_matches: nearest first, then by list and entry. Pictures of a quality below
// PDQ_QUALITY_MATCHABLE are not asked for. NOMEM.
Err match_video(const Matcher *matcher, const MediaVideo *video, int radius,
                VideoMatchVec *io_matches, VideoShare *ret_share) MUST_CHECK;
