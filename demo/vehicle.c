// Cars and number plates. No one sits in them.
#include <stdio.h>
#include <string.h>

#include "outdoor.h"

// Fills the country's pattern: 9 a digit, A a letter, L one of the plate's letters; the rest stands
// as it is.
static void plate_compose(const Pen *pen, char *to, size_t size) {
    static const char LETTERS[] = "ABCDEFGHJKLMNPRSTUVWXYZ";
    const Country *country = pen->country;
    size_t at = 0;
    for (const char *from = country->plate; *from != '\0' && at + 1 < size; from++) {
        const char *set = country->plate_letters;
        if (*from == '9')
            to[at++] = (char)('1' + prng_below(pen->dice, 9));
        else if (*from == 'A')
            to[at++] = LETTERS[prng_below(pen->dice, sizeof LETTERS - 1)];
        else if (*from == 'L' && set != NULL)
            to[at++] = set[prng_below(pen->dice, strlen(set))];
        else
            to[at++] = *from;
    }
    to[at] = '\0';
}

void plate_paint(const Pen *pen, double x, double y, double w, bool is_rear) {
    const Country *country = pen->country;
    PlateStyle style = country->plate_style;
    double h = style == PLATE_AMERICAN ? w * 0.5 : style == PLATE_MERCOSUR ? w * 0.325 : w * 0.22;
    Rgb ground = RGB8(0xF4F4F0), ink = RGB8(0x16181C);
    bool is_yellow = style == PLATE_EU_YELLOW || style == PLATE_YELLOW;
    // Yellow behind and white in front.
    if (strcmp(country->code, "GB") == 0 || strcmp(country->code, "KE") == 0 ||
        strcmp(country->code, "LK") == 0)
        is_yellow = is_rear;
    if (is_yellow)
        ground = RGB8(0xF2C230);
    if (style == PLATE_BLUE)
        ground = RGB8(0x1F4FA8), ink = RGB8(0xF6F6F2);
    if (style == PLATE_BLACK)
        ground = RGB8(0x17181A), ink = RGB8(0xF6F6F2);
    double left = x - w / 2, top = y - h / 2, text_left = left;
    pen_round(pen, left - w * 0.012, top - w * 0.012, w * 1.024, h + w * 0.024, w * 0.02,
              RGB8(0x2A2B2D));
    pen_round(pen, left, top, w, h, w * 0.018, ground);
    double text_y = y, text_h = h * 0.56;
    if (style == PLATE_EU || style == PLATE_EU_YELLOW) {
        pen_round(pen, left, top, w * 0.085, h, w * 0.018, RGB8(0x1B47A0));
        pen_text(pen, country->code, NULL, FACE_BOLD, left + w * 0.043, y + h * 0.2, h * 0.2,
                 w * 0.07, RGB8(0xFFFFFF));
        text_left += w * 0.085;
    }
    if (style == PLATE_MERCOSUR) {
        pen_round(pen, left, top, w, h * 0.26, w * 0.018, RGB8(0x1B47A0));
        pen_text(pen, strcmp(country->code, "BR") == 0 ? "BRASIL" : "REPÚBLICA ARGENTINA", NULL,
                 FACE_BOLD, x, top + h * 0.13, h * 0.11, w * 0.8, RGB8(0xFFFFFF));
        text_y = y + h * 0.13;
        text_h = h * 0.42;
    }
    if (style == PLATE_AMERICAN) {
        ink = rgb_scale(bright_roll(pen->dice), 0.7);
        pen_fade(pen, left + w * 0.02, top + w * 0.02, w * 0.96, h * 0.2, rgb_mix(ink, ground, 0.5),
                 ground);
        text_h = h * 0.4;
    }
    char text[64];
    plate_compose(pen, text, sizeof text);
    pen_text(pen, text, language_find(country->language), FACE_BOLD, (text_left + left + w) / 2,
             text_y, text_h, (left + w - text_left) * 0.9, ink);
    char value[CLUE_VALUE_MAX];
    snprintf(value, sizeof value, "plate-format-%s", country->code);
    pen_clue(pen, "vehicle", value, left, top, w, h);
}

static void wheel(const Pen *pen, double x, double y, double w, double h) {
    pen_round(pen, x - w / 2, y - h, w, h, w * 0.3, RGB8(0x161618));
}

static void glass(const Pen *pen, const double *xy) {
    pen_polygon(pen, xy, 4, RGB8(0x27313A));
    double top = xy[1], bottom = xy[5];
    pen_polygon(pen,
                (double[]){xy[0] + (xy[2] - xy[0]) * 0.15, top, xy[0] + (xy[2] - xy[0]) * 0.4, top,
                           xy[6] + (xy[4] - xy[6]) * 0.25, bottom, xy[6] + (xy[4] - xy[6]) * 0.05,
                           bottom},
                4, RGB8(0x4A5A66));
}

void car_paint(const Pen *pen, double x, double y, double w, bool is_rear) {
    static const unsigned PAINTS[] = {0xB8BCC0, 0xF0F0EC, 0x2A2C30, 0x7A1F22,
                                      0x23406B, 0x4D5A50, 0xC9B78F, 0x8C8F93};
    Rgb paint = rgb_jitter(pen->dice, RGB8(DICE_PICK(pen->dice, PAINTS)), 0.03);
    double roof = dice_range(pen->dice, 0.8, 0.98) * w, h = w;
    pen_shadow(pen, x - w * 0.52, y - w * 0.03, w * 1.04, w * 0.08, w * 0.12, 0.55);
    wheel(pen, x - w * 0.39, y, w * 0.14, w * 0.22);
    wheel(pen, x + w * 0.39, y, w * 0.14, w * 0.22);
    double base = y - h * 0.12, belt = y - h * 0.48, top = y - roof * 0.82;
    pen_polygon(
        pen,
        (double[]){x - w * 0.36, top, x + w * 0.36, top, x + w * 0.46, belt, x - w * 0.46, belt}, 4,
        rgb_scale(paint, 1.05));
    glass(pen, (double[]){x - w * 0.32, top + h * 0.04, x + w * 0.32, top + h * 0.04, x + w * 0.41,
                          belt, x - w * 0.41, belt});
    pen_round(pen, x - w * 0.5, belt, w, base - belt, w * 0.07, rgb_scale(paint, 0.92));
    pen_fade(pen, x - w * 0.47, belt + h * 0.015, w * 0.94, h * 0.12,
             rgb_mix(paint, RGB8(0xFFFFFF), 0.35), paint);
    pen_round(pen, x - w * 0.5, base - h * 0.12, w, h * 0.14, w * 0.04, rgb_scale(paint, 0.55));
    for (int side = -1; side <= 1; side += 2) {
        double lx = x + side * w * 0.4 - w * 0.075;
        if (is_rear) {
            pen_round(pen, lx, belt + h * 0.05, w * 0.15, h * 0.1, w * 0.02, RGB8(0x9E1518));
            pen_round(pen, lx + w * 0.02, belt + h * 0.06, w * 0.11, h * 0.035, w * 0.01,
                      RGB8(0xE0483C));
        } else {
            pen_round(pen, lx, belt + h * 0.06, w * 0.16, h * 0.09, w * 0.03, RGB8(0xDDE3E6));
            pen_circle(pen, lx + w * 0.08, belt + h * 0.105, h * 0.035, RGB8(0xFFFDF0));
        }
        pen_round(pen, x + side * w * 0.52 - w * 0.04, belt - h * 0.08, w * 0.08, h * 0.06,
                  w * 0.02, rgb_scale(paint, 0.8));
    }
    if (!is_rear)
        for (int i = 0; i < 4; i++)
            pen_rect(pen, x - w * 0.22, belt + h * (0.06 + 0.025 * i), w * 0.44, h * 0.012,
                     RGB8(0x1C1D20));
    double plate = pen->country->plate_style == PLATE_AMERICAN ? 0.24 : 0.34;
    plate_paint(pen, x, is_rear ? belt + h * 0.19 : base - h * 0.06, w * plate, is_rear);
}
