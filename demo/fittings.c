// Radiators, clocks, framed pictures, shelves with books, doors and screens.
#include "fittings.h"

#include <stdio.h>

#include "almanac.h"
#include "outdoor.h"

void radiator_paint(const Pen *pen, double x, double y, double w, double h) {
    bool is_ribbed = dice_chance(pen->dice, 0.6);
    Rgb white = rgb_jitter(pen->dice, RGB8(0xEFEDE6), 0.02);
    pen_shadow(pen, x, y + 0.02, w, h, 0.06, 0.4);
    pen_line(pen, x + w * 0.9, y + h, x + w * 0.9, y + h + 0.12, 0.018, RGB8(0xB9B4A8));
    if (is_ribbed) {
        int ribs = (int)(w / 0.07);
        for (int i = 0; i < ribs; i++) {
            double at = x + w * i / ribs, rw = w / ribs;
            pen_round(pen, at, y, rw * 0.94, h, rw * 0.45, rgb_scale(white, 0.72));
            pen_round(pen, at + rw * 0.08, y + 0.004, rw * 0.55, h - 0.01, rw * 0.3, white);
            pen_round(pen, at + rw * 0.16, y + h * 0.05, rw * 0.12, h * 0.85, rw * 0.06,
                      RGB8(0xFFFFFF));
        }
    } else {
        pen_plate(pen, x, y, w, h, 0.02, white);
        for (int i = 1; i < (int)(w / 0.05); i++)
            pen_line(pen, x + i * 0.05, y + 0.05, x + i * 0.05, y + h - 0.04, 0.006,
                     rgb_scale(white, 0.84));
        for (int i = 1; i < (int)(w / 0.025) - 1; i++)
            pen_line(pen, x + i * 0.025, y + 0.01, x + i * 0.025, y + 0.03, 0.01, RGB8(0x8B8780));
    }
    pen_round(pen, x + w + 0.01, y + h * 0.78, 0.07, 0.045, 0.02, RGB8(0xF6F5F1)); // the valve
    pen_clue(pen, "building", is_ribbed ? "radiator-ribbed" : "radiator-panel", x, y, w, h);
}

void clock_paint(const Pen *pen, double x, double y, double radius) {
    Rgb rim = dice_chance(pen->dice, 0.5) ? wood_roll(pen->dice) : bright_roll(pen->dice);
    const Language *language = language_find(pen->country->language);
    pen_ellipse(pen, x + radius * 0.06, y + radius * 0.12, radius * 1.05, radius * 1.05,
                RGB8(0x000000), 0.22);
    pen_circle(pen, x, y, radius, rim);
    pen_circle(pen, x, y, radius * 0.87, RGB8(0xFBFAF4));
    bool is_native = false;
    for (int hour = 1; hour <= 12; hour++) {
        double a = hour * M_PI / 6, px = x + sin(a) * radius * 0.68,
               py = y - cos(a) * radius * 0.68;
        char text[16];
        if (number_text(pen->country, hour, text, sizeof text)) {
            is_native |= text[0] < '0' || text[0] > '9';
            pen_text(pen, text, language, FACE_BOLD, px, py, radius * 0.15, radius * 0.3,
                     RGB8(0x1D1F22));
        }
        pen_line(pen, x + sin(a) * radius * 0.8, y - cos(a) * radius * 0.8,
                 x + sin(a) * radius * 0.85, y - cos(a) * radius * 0.85, radius * 0.03,
                 RGB8(0x1D1F22));
    }
    double minute = dice_range(pen->dice, 0, 60), hour = dice_range(pen->dice, 0, 11) + minute / 60;
    cairo_set_line_cap(pen->cr, CAIRO_LINE_CAP_ROUND);
    pen_line(pen, x, y, x + sin(hour * M_PI / 6) * radius * 0.42,
             y - cos(hour * M_PI / 6) * radius * 0.42, radius * 0.07, RGB8(0x15171A));
    pen_line(pen, x, y, x + sin(minute * M_PI / 30) * radius * 0.62,
             y - cos(minute * M_PI / 30) * radius * 0.62, radius * 0.045, RGB8(0x15171A));
    cairo_set_line_cap(pen->cr, CAIRO_LINE_CAP_BUTT);
    pen_circle(pen, x, y, radius * 0.05, RGB8(0xA32222));
    if (is_native)
        pen_clue(pen, "text", "digits-native", x - radius, y - radius, radius * 2, radius * 2);
}

static void composition(const Pen *pen, double w, double h) { // an abstract painting
    Rgb ground = textile_roll(pen->dice);
    pen_fade(pen, 0, 0, w, h, rgb_mix(ground, RGB8(0xFFFFFF), 0.5), ground);
    for (int i = 0; i < 7; i++) {
        double px = dice_range(pen->dice, 0, w), py = dice_range(pen->dice, 0, h),
               r = dice_range(pen->dice, 0.08, 0.3) * w;
        if (i % 2)
            pen_ellipse(pen, px, py, r, r * 0.7, bright_roll(pen->dice), 0.75);
        else
            pen_polygon(
                pen, (double[]){px, py - r, px + r * 0.8, py + r * 0.3, px - r * 0.6, py + r * 0.6},
                3, textile_roll(pen->dice));
    }
}

void painting_paint(const Pen *pen, double x, double y, double w, double h) {
    Rgb wood = wood_roll(pen->dice);
    double edge = 0.03;
    Pen own = *pen;
    own.clues = NULL;
    pen_shadow(pen, x + 0.01, y + 0.02, w, h, 0.04, 0.45);
    pen_wood(pen, x, y, w, h, wood, false);
    pen_rect(pen, x + edge * 0.8, y + edge * 0.8, w - edge * 1.6, h - edge * 1.6,
             rgb_scale(wood, 0.5));
    pen_rect(pen, x + edge, y + edge, w - 2 * edge, h - 2 * edge, RGB8(0xF5F2EA));
    cairo_save(pen->cr);
    double mat = dice_chance(pen->dice, 0.5) ? 0.05 : 0;
    cairo_rectangle(pen->cr, x + edge + mat, y + edge + mat, w - 2 * (edge + mat),
                    h - 2 * (edge + mat));
    cairo_clip(pen->cr);
    cairo_translate(pen->cr, x + edge + mat, y + edge + mat);
    double iw = w - 2 * (edge + mat), ih = h - 2 * (edge + mat);
    if (dice_chance(pen->dice, 0.4)) {
        composition(&own, iw, ih);
    } else {
        sky_paint(&own, iw, ih * 0.6, ih, (Terrain)(1 << dice_int(pen->dice, 0, 4)));
        pen_fade(&own, 0, ih * 0.6, iw, ih * 0.4, RGB8(0x8AA05C), RGB8(0x5A6B3A));
        for (int i = 0; i < 4; i++)
            plant_paint(&own, (Plant)(1 << dice_int(pen->dice, 0, 8)),
                        iw * dice_range(pen->dice, 0.1, 0.9),
                        ih * dice_range(pen->dice, 0.72, 0.95), ih * 0.45);
    }
    cairo_restore(pen->cr);
}

void shelf_paint(const Pen *pen, double x, double y, double w, const Scheme *scheme) {
    const Language *language = language_find(pen->country->language);
    for (double at = x + 0.02; at < x + w - 0.05;) {
        double bw = dice_range(pen->dice, 0.022, 0.05), bh = dice_range(pen->dice, 0.18, 0.27);
        if (dice_chance(pen->dice, 0.1)) {
            at += dice_range(pen->dice, 0.04, 0.1);
            continue;
        }
        Rgb cover = dice_chance(pen->dice, 0.5) ? bright_roll(pen->dice) : textile_roll(pen->dice);
        cairo_pattern_t *spine = cairo_pattern_create_linear(at, 0, at + bw, 0);
        Rgb dark = rgb_scale(cover, 0.6);
        cairo_pattern_add_color_stop_rgb(spine, 0, dark.r, dark.g, dark.b);
        cairo_pattern_add_color_stop_rgb(spine, 0.4, cover.r, cover.g, cover.b);
        cairo_pattern_add_color_stop_rgb(spine, 1, dark.r, dark.g, dark.b);
        cairo_set_source(pen->cr, spine);
        cairo_rectangle(pen->cr, at, y - bh, bw, bh);
        cairo_fill(pen->cr);
        cairo_pattern_destroy(spine);
        pen_rect(pen, at, y - bh * 0.9, bw, 0.004, RGB8(0xD9B45A));
        pen_rect(pen, at, y - bh * 0.12, bw, 0.004, RGB8(0xD9B45A));
        cairo_save(pen->cr);
        cairo_translate(pen->cr, at + bw / 2, y - bh * 0.5);
        cairo_rotate(pen->cr, -M_PI / 2);
        pen_sign_text(pen, language->words[dice_int(pen->dice, WORD_MILK, WORD_SALT)], language,
                      FACE_SERIF, 0, 0, bw * 0.42, bh * 0.7, RGB8(0xF3E9CF));
        cairo_restore(pen->cr);
        at += bw + 0.001;
    }
    pen_shadow(pen, x + 0.01, y + 0.03, w - 0.02, 0.02, 0.05, 0.45);
    pen_wood(pen, x, y, w, 0.03, scheme->wood, false);
}

void door_paint(const Pen *pen, double x, double y, double w, double h, const Scheme *scheme) {
    Rgb colour = dice_chance(pen->dice, 0.5) ? scheme->wood : scheme->trim;
    pen_rect(pen, x - 0.08, y - 0.08, w + 0.16, h + 0.08, rgb_scale(scheme->trim, 0.92));
    pen_rect(pen, x - 0.01, y - 0.01, w + 0.02, h + 0.01, rgb_scale(colour, 0.4));
    pen_wood(pen, x, y, w, h, colour, true);
    for (int i = 0; i < 2; i++) {
        double py = y + h * (i ? 0.52 : 0.06), ph = h * (i ? 0.4 : 0.4);
        pen_rect(pen, x + w * 0.14, py, w * 0.72, ph, rgb_scale(colour, 0.7));
        pen_rect(pen, x + w * 0.155, py + 0.015, w * 0.705, ph - 0.015,
                 rgb_mix(colour, RGB8(0xFFFFFF), 0.25));
        pen_wood(pen, x + w * 0.155, py + 0.015, w * 0.69, ph - 0.03, rgb_scale(colour, 0.95),
                 true);
    }
    bool is_knob = pen->country->switches & SWITCH_TOGGLE;
    double hx = x + w * 0.92, hy = y + h * 0.52;
    pen_round(pen, hx - 0.02, hy - 0.1, 0.04, 0.2, 0.01, rgb_scale(scheme->metal, 0.8));
    if (is_knob)
        pen_circle(pen, hx, hy, 0.032, rgb_mix(scheme->metal, RGB8(0xFFFFFF), 0.4));
    else
        pen_round(pen, hx - 0.12, hy - 0.012, 0.14, 0.024, 0.012,
                  rgb_mix(scheme->metal, RGB8(0xFFFFFF), 0.4));
    pen_clue(pen, "building", is_knob ? "door-knob" : "door-lever", hx - 0.13, hy - 0.1, 0.17, 0.2);
}

void screen_paint(const Pen *pen, double x, double y, double w) {
    static const unsigned BARS[] = {0xC0C0C0, 0xC0C000, 0x00C0C0, 0x00C000,
                                    0xC000C0, 0xC00000, 0x0000C0};
    double h = w * 0.5625, edge = w * 0.02;
    pen_shadow(pen, x, y + 0.02, w, h, 0.06, 0.4);
    pen_round(pen, x - edge, y - edge, w + 2 * edge, h + 2.6 * edge, edge, RGB8(0x17181B));
    for (int i = 0; i < 7; i++)
        pen_rect(pen, x + w * i / 7, y, w / 7 + 0.001, h * 0.67, RGB8(BARS[i]));
    for (int i = 0; i < 7; i++)
        pen_rect(pen, x + w * i / 7, y + h * 0.67, w / 7 + 0.001, h * 0.08,
                 RGB8(i % 2 ? 0x131313 : BARS[6 - i]));
    for (int i = 0; i < 12; i++)
        pen_rect(pen, x + w * i / 12, y + h * 0.75, w / 12 + 0.001, h * 0.25,
                 rgb_scale(RGB8(0xFFFFFF), i / 11.0));
    pen_circle(pen, x + w / 2, y + h / 2, h * 0.3, RGB8(0x20242B));
    pen_circle(pen, x + w / 2, y + h / 2, h * 0.285, RGB8(0xE8E8E4));
    char text[32], hour[12], minute[12];
    if (number_text(pen->country, dice_int(pen->dice, 10, 23), hour, sizeof hour) &&
        number_text(pen->country, dice_int(pen->dice, 10, 59), minute, sizeof minute)) {
        snprintf(text, sizeof text, "%s:%s", hour, minute);
        pen_text(pen, text, language_find(pen->country->language), FACE_BOLD, x + w / 2, y + h / 2,
                 h * 0.14, h * 0.45, RGB8(0x15171A));
    }
    pen_colour(pen, RGB8(0xFFFFFF), 0.08);
    cairo_move_to(pen->cr, x, y);
    cairo_line_to(pen->cr, x + w * 0.5, y);
    cairo_line_to(pen->cr, x + w * 0.2, y + h);
    cairo_line_to(pen->cr, x, y + h);
    cairo_fill(pen->cr);
    pen_clue(pen, "media", "test-card", x, y, w, h);
}

Rgb fitting_plate_roll(Prng *dice) {
    static const unsigned PLATES[] = {0xF4F3EE, 0xEFEDE6, 0xE9E2CF, 0xF7F7F5, 0xC9C6BE, 0x3A3C40};
    return rgb_jitter(dice, RGB8(PLATES[prng_below(dice, dice_chance(dice, 0.15) ? 6 : 4)]), 0.015);
}
