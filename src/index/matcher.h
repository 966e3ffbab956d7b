// Matcher: several lists asked at once, exactly by digest and nearly by PDQ: that of listed
// pictures and that of the pictures of listed videos. Answers are facts, never a verdict. Whole
// videos are asked for by index/video_match.h.
//
// Digests of the empty file and PDQ hashes of quality below PDQ_QUALITY_MATCHABLE never match (on
// either side). Entries that are tombstones, and entries whose id a tombstone of the same list
// withdraws, never match. After matcher_new a Matcher may be used by many threads at once. Results
// are in a fixed order: exact before near, then distance, list, entry.
#pragma once
#include "base/vec.h"
#include "index/list.h"

typedef enum MatchKind { MATCH_EXACT, MATCH_NEAR } MatchKind;
typedef struct Match {
    uint32_t list;     // position in the array given to matcher_new
    uint32_t entry;    // index in that list
    uint8_t kind;      // MatchKind
    uint8_t algorithm; // DigestKind, or one of those below
    uint16_t distance; // bits, 0 for exact
    // MATCH_BY_FRAME: which picture of the entry's video, from 0: the nearest, the first of equals.
    uint32_t frame;
} Match;
enum {
    MATCH_BY_PDQ = DIGEST_KINDS,
    MATCH_BY_FRAME, // a picture is near to a picture of a listed video
    MATCH_BY_VPDQ,  // a video is near to a listed video
    MATCH_RADIUS_MAX = 48
};
typedef VEC(Match) MatchVec;

typedef struct Matcher Matcher;
// The lists are borrowed and must outlive the matcher.
Err matcher_new(const List *const *lists, size_t count, Matcher **ret, Diag *diag) MUST_CHECK;
void matcher_free(Matcher *matcher);
DEFINE_CLEANUP(Matcher *, matcher_free);

typedef struct MatchQuery {
    Digests digests;
    bool has_pdq;
    PdqHash pdq;
    int pdq_quality;    // 0–100; a bare hash without a known quality asks with 100
    int radius;         // 0–MATCH_RADIUS_MAX
    bool is_exhaustive; // near search also where an exact match was found
    bool is_of_video;   // leave out pictures of listed videos: matcher_frames is asked for those
} MatchQuery;
// Appends to *io_matches. A query's exact match by several digests of one entry is one Match (the
// strongest digest).
Err matcher_query(const Matcher *matcher, const MatchQuery *query, MatchVec *io_matches) MUST_CHECK;

// A picture of a listed video that is near to a hash.
typedef struct FrameHit {
    uint32_t list, entry, frame; // as in Match
    uint16_t distance;
    uint8_t quality; // PDQ_QUALITY_MATCHABLE–100
} FrameHit;
typedef VEC(FrameHit) FrameHitVec;
// Appends all of them, by list, entry, distance, frame. RANGE for a radius that is none; NOMEM.
Err matcher_frames(const Matcher *matcher, const PdqHash *pdq, int radius,
                   FrameHitVec *io_hits) MUST_CHECK;
// The list at a position, as it was given.
const List *matcher_list(const Matcher *matcher, uint32_t list);
