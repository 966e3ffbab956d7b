// Picture: plain RGB pixels in memory, and what is done to them.
#pragma once
#include <cairo.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "dice.h"

typedef struct Picture {
    int width, height;
    uint8_t *rgb; // width × height × 3, tight; owned
} Picture;

Err picture_new(int width, int height, Picture *ret) MUST_CHECK;
void picture_done(Picture *picture);
#define _cleanup_picture_ _cleanup_(picture_done)
Err picture_copy(const Picture *from, Picture *ret) MUST_CHECK;

// Develops a painted surface as a camera would have taken it: colour cast, contrast, uneven light,
// vignette, noise.
Err picture_develop(cairo_surface_t *surface, Prng *dice, Picture *ret) MUST_CHECK;

// Edits. Each makes a new picture.
Err picture_resize(const Picture *from, int width, int height,
                   Picture *ret) MUST_CHECK; // area average or bilinear
Err picture_crop(const Picture *from, int x, int y, int width, int height, Picture *ret) MUST_CHECK;
Err picture_turn(const Picture *from, int quarters, Picture *ret) MUST_CHECK; // clockwise
Err picture_mirror(const Picture *from, Picture *ret) MUST_CHECK;
Err picture_blur(const Picture *from, int radius, Picture *ret) MUST_CHECK;
// value · gain + offset, per channel; saturation 1 keeps colours, 0 makes it grey.
Err picture_tone(const Picture *from, double gain, double offset, double saturation,
                 Picture *ret) MUST_CHECK;
// White letters, half transparent, across the lower part.
Err picture_watermark(const Picture *from, const char *text, Picture *ret) MUST_CHECK;
