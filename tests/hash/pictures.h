// Pictures made by arithmetic, the same on every machine, for the tests and benchmarks of hashing.
#pragma once
#include <stdint.h>

typedef enum PictureKind {
    PICTURE_GRADIENT, // smooth in both directions, each channel its own
    PICTURE_PLASMA,   // clouds: value noise of six octaves
    PICTURE_TEXT,     // dark blocks on light ground in lines, like a page
    PICTURE_NOISE,    // every sample random
    PICTURE_FLAT,     // one colour
    PICTURE_STRIPES,  // sharp stripes whose width grows
    PICTURE_KINDS
} PictureKind;

// width × height × 3 bytes (R, G, B), row by row; the caller frees. NULL when out of memory.
uint8_t *picture_rgb(PictureKind kind, uint32_t width, uint32_t height, uint64_t seed);
// The same with one byte a pixel (the green channel).
uint8_t *picture_gray(PictureKind kind, uint32_t width, uint32_t height, uint64_t seed);
