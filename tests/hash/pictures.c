// Integer arithmetic only, so that golden hashes hold everywhere.
#include "pictures.h"

#include <stdlib.h>

#include "base/prng.h"

static uint32_t noise_at(uint32_t x, uint32_t y, uint32_t octave, uint64_t seed) {
    Prng prng = {seed ^ ((uint64_t)x << 40) ^ ((uint64_t)y << 16) ^ octave};
    return (uint32_t)(prng_next(&prng) >> 56);
}

// Value noise: random values on a grid of 2^shift pixels, bilinear between them.
static uint32_t cloud_at(uint32_t x, uint32_t y, uint32_t shift, uint64_t seed) {
    uint32_t cell_x = x >> shift, cell_y = y >> shift, size = 1u << shift;
    uint32_t in_x = x & (size - 1), in_y = y & (size - 1);
    uint64_t top = (uint64_t)noise_at(cell_x, cell_y, shift, seed) * (size - in_x) +
                   (uint64_t)noise_at(cell_x + 1, cell_y, shift, seed) * in_x;
    uint64_t bottom = (uint64_t)noise_at(cell_x, cell_y + 1, shift, seed) * (size - in_x) +
                      (uint64_t)noise_at(cell_x + 1, cell_y + 1, shift, seed) * in_x;
    return (uint32_t)((top * (size - in_y) + bottom * in_y) >> (2 * shift));
}

static uint8_t plasma_at(uint32_t x, uint32_t y, uint64_t seed) {
    uint32_t sum = 0, weight = 32, total = 0;
    for (uint32_t shift = 8; shift >= 3; shift--, weight = weight > 1 ? weight / 2 : 1) {
        sum += cloud_at(x, y, shift, seed) * weight;
        total += weight;
    }
    return (uint8_t)(sum / total);
}

static uint8_t text_at(uint32_t x, uint32_t y, uint64_t seed) {
    uint32_t line = y / 17, letter = x / 9;
    if (y % 17 < 5 || x % 9 < 2 || noise_at(letter, line, 77, seed) < 60)
        return 236;
    return noise_at(x / 3, y / 3, 78, seed) < 140 ? 30 : 220;
}

static uint8_t sample_at(PictureKind kind, uint32_t x, uint32_t y, uint32_t width, uint32_t height,
                         uint32_t channel, uint64_t seed) {
    switch (kind) {
    case PICTURE_GRADIENT:
        return (uint8_t)(((uint64_t)x * (255 - 40 * channel) / width +
                          (uint64_t)y * (40 * channel) / height + seed) %
                         256);
    case PICTURE_PLASMA:
        return plasma_at(x, y, seed + channel);
    case PICTURE_TEXT:
        return text_at(x, y, seed);
    case PICTURE_NOISE:
        return (uint8_t)noise_at(x, y, 100 + channel, seed);
    case PICTURE_STRIPES: {
        uint32_t width_here = 3 + x / 50;
        return (x / width_here + (y * 3 / (height + 1))) % 2 == 0 ? (uint8_t)(20 + 60 * channel)
                                                                  : 240;
    }
    default:
        return (uint8_t)(seed * 67 + channel * 31);
    }
}

static uint8_t *picture_of(PictureKind kind, uint32_t width, uint32_t height, uint64_t seed,
                           uint32_t first, uint32_t channels) {
    uint8_t *pixels = malloc((size_t)width * height * channels + 1);
    if (pixels == NULL)
        return NULL;
    uint8_t *at = pixels;
    for (uint32_t y = 0; y < height; y++) {
        for (uint32_t x = 0; x < width; x++) {
            for (uint32_t channel = 0; channel < channels; channel++)
                *at++ = sample_at(kind, x, y, width, height, first + channel, seed);
        }
    }
    return pixels;
}

uint8_t *picture_rgb(PictureKind kind, uint32_t width, uint32_t height, uint64_t seed) {
    return picture_of(kind, width, height, seed, 0, 3);
}

uint8_t *picture_gray(PictureKind kind, uint32_t width, uint32_t height, uint64_t seed) {
    return picture_of(kind, width, height, seed, 1, 1);
}
