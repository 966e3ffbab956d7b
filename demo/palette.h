// Colours: sRGB triples in 0–1, and the harmonised schemes that rooms are painted in.
#pragma once
#include "dice.h"

typedef struct Rgb {
    double r, g, b;
} Rgb;

static inline Rgb rgb8(unsigned hex) {
    return (Rgb){(hex >> 16 & 255) / 255.0, (hex >> 8 & 255) / 255.0, (hex & 255) / 255.0};
}
#define RGB8(hex) rgb8(hex)

static inline Rgb rgb_mix(Rgb a, Rgb b, double t) {
    return (Rgb){a.r + (b.r - a.r) * t, a.g + (b.g - a.g) * t, a.b + (b.b - a.b) * t};
}
static inline Rgb rgb_scale(Rgb a, double f) {
    Rgb c = {a.r * f, a.g * f, a.b * f};
    return (Rgb){c.r > 1 ? 1 : c.r, c.g > 1 ? 1 : c.g, c.b > 1 ? 1 : c.b};
}
static inline double rgb_luma(Rgb a) {
    return 0.299 * a.r + 0.587 * a.g + 0.114 * a.b;
}

// What one room is painted in.
typedef struct Scheme {
    Rgb wall, wall_pattern, trim, floor, wood, textile, accent, metal;
} Scheme;

Scheme scheme_roll(Prng *dice);
Rgb wood_roll(Prng *dice);
Rgb textile_roll(Prng *dice);
Rgb bright_roll(Prng *dice);
// A slightly different shade of the same colour.
Rgb rgb_jitter(Prng *dice, Rgb colour, double amount);
// Black or near-white, whichever reads better on the ground.
Rgb rgb_ink_on(Rgb ground);
