// Colour tables of the demo pictures and how a room's scheme is put together.
#include "palette.h"

static const unsigned WALLS[] = {0xE9E2D3, 0xDDE3DF, 0xE6D9C6, 0xC9D6DA, 0xD9C3AE,
                                 0xB9C4B1, 0xECE9E4, 0xD4CBDD, 0xE8CFC4, 0xA9BAC4,
                                 0xCFC4A5, 0xF0E6C8, 0x9DB0A5, 0xD7DCE6, 0xC98F76,
                                 0x7F97A3, 0xE3C27E, 0xB3D0C8, 0xE5B9AE, 0x8E9E86};
static const unsigned WOODS[] = {0x8A5A33, 0xA9744A, 0xC49A6C, 0x5D3A22, 0xD8B98A,
                                 0x74492B, 0xB68655, 0x3F2A1C, 0xE0C8A0, 0x946B46};
static const unsigned TEXTILES[] = {0x3E5C76, 0x8C3B3B, 0x4F6D4E, 0xC08A3E, 0x6A4C77, 0xB86F52,
                                    0x2F4858, 0xC9B79C, 0x7A8C99, 0x9A3324, 0x1F6F6B, 0xD9A5A0,
                                    0x566246, 0x33415C, 0xA44A3F, 0xE0B04C};
static const unsigned BRIGHTS[] = {0xD7263D, 0x1B998B, 0x2E86AB, 0xF46036, 0xF2C14E, 0x5F4BB6,
                                   0x3A7D44, 0xC2185B, 0x0B6E99, 0xE07A1F, 0x13315C, 0x7A9E1F};
static const unsigned FLOORS[] = {0x9C7650, 0xB89468, 0x7C5636, 0xC9AE86,
                                  0x8D8478, 0xA8A59C, 0x6B6A66, 0xB57B5A};

Rgb rgb_jitter(Prng *dice, Rgb colour, double amount) {
    double all = dice_range(dice, -amount, amount);
    Rgb c = {colour.r + all + dice_range(dice, -amount, amount) * 0.35,
             colour.g + all + dice_range(dice, -amount, amount) * 0.35,
             colour.b + all + dice_range(dice, -amount, amount) * 0.35};
    c.r = c.r < 0 ? 0 : c.r > 1 ? 1 : c.r;
    c.g = c.g < 0 ? 0 : c.g > 1 ? 1 : c.g;
    c.b = c.b < 0 ? 0 : c.b > 1 ? 1 : c.b;
    return c;
}

Rgb wood_roll(Prng *dice) {
    return rgb_jitter(dice, RGB8(DICE_PICK(dice, WOODS)), 0.03);
}
Rgb textile_roll(Prng *dice) {
    return rgb_jitter(dice, RGB8(DICE_PICK(dice, TEXTILES)), 0.04);
}
Rgb bright_roll(Prng *dice) {
    return rgb_jitter(dice, RGB8(DICE_PICK(dice, BRIGHTS)), 0.03);
}
Rgb rgb_ink_on(Rgb ground) {
    return rgb_luma(ground) > 0.52 ? RGB8(0x1B1C1E) : RGB8(0xF6F4EE);
}

Scheme scheme_roll(Prng *dice) {
    Scheme scheme;
    scheme.wall = rgb_jitter(dice, RGB8(DICE_PICK(dice, WALLS)), 0.04);
    double shift =
        rgb_luma(scheme.wall) > 0.6 ? dice_range(dice, 0.72, 0.9) : dice_range(dice, 1.12, 1.3);
    scheme.wall_pattern =
        rgb_mix(rgb_scale(scheme.wall, shift), textile_roll(dice), dice_range(dice, 0.1, 0.45));
    scheme.trim = dice_chance(dice, 0.7) ? rgb_jitter(dice, RGB8(0xF1EFE9), 0.03) : wood_roll(dice);
    scheme.floor = rgb_jitter(dice, RGB8(DICE_PICK(dice, FLOORS)), 0.04);
    scheme.wood = wood_roll(dice);
    scheme.textile = textile_roll(dice);
    scheme.accent = bright_roll(dice);
    scheme.metal = dice_chance(dice, 0.5) ? RGB8(0xB9BDC2) : RGB8(0x8C8073);
    return scheme;
}
