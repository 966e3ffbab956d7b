// PDQ, the perceptual hash of pictures: 256 bits, quality 0–100, two variants, eight orientations.
//
// Source of the algorithm: "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing
// Algorithm" (Facebook, 2019) and measurements of the public implementations (DESIGN.md §3). Pure:
// no I/O, no globals but the kernel choice.
#pragma once
#include "base/cleanup.h"
#include "base/err.h"

enum {
    PDQ_BYTES = 32,
    PDQ_HEX = 64,
    PDQ_TURNS = 8,
    PDQ_SIDE_MIN = 5,
    PDQ_QUALITY_MATCHABLE = 50,
    PDQ_UNSURE_MAX =
        24, // unsure bits of a hash that may be approximate; ordinary pictures have ten
    PDQ_RADIUS_USUAL = 31
};

// In the order in which it is printed: bytes[0] holds the most significant bits.
typedef struct PdqHash {
    uint8_t bytes[PDQ_BYTES];
} PdqHash;

// Full resolution (the pdqhash binding; the default) and the one that first drops to 512×512 (the
// C++ tool).
typedef enum PdqVariant { PDQ_FULL, PDQ_512, PDQ_VARIANTS } PdqVariant;

// The order of the public tool's dihedral output.
typedef enum PdqTurn {
    PDQ_ORIGINAL,
    PDQ_ROT90,
    PDQ_ROT180,
    PDQ_ROT270,
    PDQ_FLIPX,
    PDQ_FLIPY,
    PDQ_FLIP_PLUS1,
    PDQ_FLIP_MINUS1
} PdqTurn;
// "", "rot90", "rot180", "rot270", "flipx", "flipy", "flip_plus1", "flip_minus1"
const char *pdq_turn_name(PdqTurn turn);

typedef struct PdqFacts {
    PdqHash hash[PDQ_TURNS]; // only [PDQ_ORIGINAL] unless all turns were asked for
    int quality;             // 0–100
    // Bits of the original whose term is so near the median that an approximate plane may turn
    // them.
    int unsure;
} PdqFacts;

bool pdq_from_hex(Str hex, PdqHash *ret);
void pdq_to_hex(const PdqHash *hash, char ret_text[PDQ_HEX + 1]);
int pdq_distance(const PdqHash *a, const PdqHash *b); // 0–256

// A picture is fed row by row, top to bottom, so that a decoder never holds it whole for our sake.
typedef struct PdqStream PdqStream;
typedef struct PdqRequest {
    uint32_t width, height; // pixels
    bool want[PDQ_VARIANTS];
    bool want_turns;
    // 0 or 1: rows are the picture's own. More: a decoder has reduced the picture, each pixel being
    // the mean of a square of so many along each side (at the right and lower end, of what there
    // is); rows are fed in grey, and the hash is an estimate. Not for PDQ_512 of a picture over 512
    // pixels, whose single pixels are gone.
    uint32_t reduction;
} PdqRequest;
// The largest reduction (1, 2, 4 or 8) that leaves the hash a good estimate: the filter's window is
// several reduced pixels wide.
uint32_t pdq_reduction(uint32_t width, uint32_t height);
// ERR_INVALID: no pixels, or a variant that the reduction rules out. ERR_LIMIT when width × height
// passes the limit of hash/limits.h; ERR_NOMEM.
Err pdq_stream_new(const PdqRequest *request, PdqStream **ret) MUST_CHECK;
void pdq_stream_free(PdqStream *stream);
DEFINE_CLEANUP(PdqStream *, pdq_stream_free);
// row_count tightly packed rows of 3 (R, G, B) or 1 byte a pixel. More rows than the height are
// ignored.
void pdq_stream_put_rgb(PdqStream *stream, const uint8_t *rows, uint32_t row_count);
void pdq_stream_put_gray(PdqStream *stream, const uint8_t *rows, uint32_t row_count);
// Fills ret[variant] for each variant asked for. ERR_TRUNCATED when rows are missing.
Err pdq_stream_finish(PdqStream *stream, PdqFacts ret[PDQ_VARIANTS]) MUST_CHECK;
