// vPDQ, the perceptual hash of videos: PDQ of pictures at an interval, with number, quality and
// time; its public text form; matching by shares of pictures, and the stretches that match.
//
// Source of the algorithm and the text form: vpdq/README.md and the command-line tool of the public
// implementation (github.com/facebook/ThreatExchange). Pure: no I/O, no globals.
#pragma once
#include "base/strbuf.h"
#include "hash/pdq.h"

typedef struct VpdqFrame {
    uint64_t number;  // among all pictures of the video, from 0
    int64_t time_ms;  // since the first picture
    uint32_t quality; // 0–100
    PdqHash hash;     // full resolution
} VpdqFrame;

typedef struct Vpdq {
    VpdqFrame *frames; // owned
    size_t count;
} Vpdq;
void vpdq_done(Vpdq *vpdq);

// Text: one picture a line. Three forms are in use, told apart by where the 64 digits stand:
// number,quality,hash,seconds (what the public tool writes and reads, and what we write);
// number,hash,quality,seconds (what its Python binding's example prints); hash,quality,seconds (the
// compact form; numbers are then counted from 0). Further fields, blank lines, lines that begin
// with “#”, white space around fields and a byte order mark are passed over. SYNTAX, RANGE (with
// the line), LIMIT, NOMEM. *ret is the caller's, to be given to vpdq_done; no lines, no frames.
Err vpdq_read(Str text, Vpdq *ret, Diag *diag) MUST_CHECK;
// One such line, without its ending. `index` is the number of one that gives none. SYNTAX, RANGE.
Err vpdq_line_read(Str line, uint64_t index, VpdqFrame *ret) MUST_CHECK;
// "12", "12.3", "12.3456": seconds without sign or exponent, to the nearest millisecond. SYNTAX,
// RANGE.
Err vpdq_seconds_read(Str text, int64_t *ret_ms) MUST_CHECK;
// Seconds with three decimals, a line feed after every line.
void vpdq_write(StrBuf *out, const VpdqFrame *frames, size_t count);

typedef struct VpdqRule {
    int radius;       // greatest distance of two pictures that are partners, 0–256
    int quality_min;  // pictures below are not counted at all, 0–100
    int64_t slack_ms; // by how much partners' times may drift within one stretch
} VpdqRule;
#define VPDQ_RULE_USUAL \
    ((VpdqRule){.radius = PDQ_RADIUS_USUAL, .quality_min = PDQ_QUALITY_MATCHABLE, .slack_ms = 1500})

// Of each video: how many pictures are good enough, and how many of these have a partner among the
// good ones of the other. Times and numbers play no part.
typedef struct VpdqShares {
    size_t query_counted, query_matched;
    size_t target_counted, target_matched;
} VpdqShares;
// 0–100; 0 when nothing was counted.
double vpdq_percent(size_t matched, size_t counted);
// LIMIT when the product of the counts passes VPDQ_PAIRS_MAX; NOMEM.
Err vpdq_match(const Vpdq *query, const Vpdq *target, const VpdqRule *rule,
               VpdqShares *ret) MUST_CHECK;

// A stretch of the query whose pictures have partners in the target one after the other, at the
// same distance in time. Ends are the times of the first and the last picture in it.
typedef struct VpdqSegment {
    int64_t query_begin_ms, query_end_ms;
    int64_t target_begin_ms, target_end_ms;
    size_t pictures; // of the query
    int distance;    // the greatest of its pairs
} VpdqSegment;
// In the order of the query; the caller frees *ret (NULL when there are none). Pictures below the
// quality neither count nor break a stretch. Errors as for vpdq_match.
Err vpdq_segments(const Vpdq *query, const Vpdq *target, const VpdqRule *rule, VpdqSegment **ret,
                  size_t *ret_count) MUST_CHECK;
