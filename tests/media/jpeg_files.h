// JPEG files of any size and shape from pixels in memory, for tests and benchmarks.
#pragma once
#include "base/strbuf.h"

typedef struct JpegShape {
    uint32_t width, height;
    int channels; // of the pixels: 1, 3, or 4 (inverted ink, as Adobe's programs store it)
    int quality;
    int across, down; // luma samples for each of chroma: 1 or 2 each; of 3 channels only
    bool is_progressive;
    bool is_rgb;  // stored as R, G, B rather than luma and chroma; of 3 channels only
    int restarts; // rows of blocks between restart markers; 0: none
} JpegShape;

// Appends the file. False when out of memory.
bool jpeg_encode(const JpegShape *shape, const uint8_t *pixels, StrBuf *to);
