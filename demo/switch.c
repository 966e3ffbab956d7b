// Light switches: rocker in a square plate, toggle, round, and the full-width rocker.
#include "fittings.h"

static void rocker(const Pen *pen, double w, double h, Rgb plate, bool is_on) {
    pen_round(pen, -w / 2 - 0.8, -h / 2 - 0.8, w + 1.6, h + 1.6, 1.6, rgb_scale(plate, 0.6));
    Rgb light = rgb_mix(plate, RGB8(0xFFFFFF), 0.6), dark = rgb_scale(plate, 0.8);
    pen_fade(pen, -w / 2, -h / 2, w, h / 2, is_on ? dark : plate, is_on ? plate : light);
    pen_fade(pen, -w / 2, 0, w, h / 2, is_on ? light : plate, is_on ? plate : dark);
    pen_line(pen, -w / 2, 0, w / 2, 0, 0.35, rgb_scale(plate, 0.75));
}

static void rockers(const Pen *pen, double w, double h, int gangs, Rgb plate) {
    for (int i = 0; i < gangs; i++) {
        cairo_save(pen->cr);
        cairo_translate(pen->cr, (i - (gangs - 1) / 2.0) * (w / gangs), 0);
        rocker(pen, w / gangs - 1.4, h, plate, dice_chance(pen->dice, 0.5));
        cairo_restore(pen->cr);
    }
}

static void toggle(const Pen *pen, Rgb plate) {
    pen_round(pen, -5.2, -12.3, 10.4, 24.6, 1, rgb_scale(plate, 0.7));
    pen_round(pen, -4.6, -11.7, 9.2, 23.4, 1, rgb_scale(plate, 0.86));
    bool is_on = dice_chance(pen->dice, 0.5);
    double y = is_on ? -10 : 0;
    pen_shadow(pen, -3.4, y + 1.5, 6.8, 10, 3, 0.4);
    pen_fade(pen, -3.4, y, 6.8, 10, rgb_mix(plate, RGB8(0xFFFFFF), 0.7), rgb_scale(plate, 0.8));
    for (int side = -1; side <= 1; side += 2)
        pen_circle(pen, 0, side * 30.2, 2.3, rgb_scale(plate, 0.72));
}

static void round_button(const Pen *pen, Rgb plate) {
    pen_circle(pen, 0, 1.4, 41, rgb_scale(plate, 0.7));
    pen_circle(pen, 0, 0, 40, plate);
    pen_circle(pen, 0, 0.8, 27, rgb_scale(plate, 0.75));
    pen_circle(pen, 0, 0, 26, rgb_mix(plate, RGB8(0xFFFFFF), 0.4));
    cairo_save(pen->cr);
    cairo_rotate(pen->cr, dice_chance(pen->dice, 0.5) ? 0.35 : -0.35);
    pen_round(pen, -5, -17, 10, 34, 4, rgb_scale(plate, 0.6));
    pen_round(pen, -4, -16.5, 7, 31, 3, rgb_scale(plate, 0.9));
    cairo_restore(pen->cr);
}

void switch_paint(const Pen *pen, Switch kind, double x, double y, Rgb plate) {
    int gangs = dice_int(pen->dice, 1, 2);
    double w = kind == SWITCH_TOGGLE  ? 70
               : kind == SWITCH_ROUND ? 82
                                      : 83,
           h = kind == SWITCH_TOGGLE ? 115 : w;
    cairo_save(pen->cr);
    cairo_translate(pen->cr, x, y);
    cairo_scale(pen->cr, 0.001, 0.001);
    if (kind == SWITCH_ROUND)
        pen_ellipse(pen, 1.5, 4, 42.5, 42.5, RGB8(0x000000), 0.25);
    else
        pen_shadow(pen, -w / 2 + 1, -h / 2 + 3, w, h, 9, 0.35);
    if (kind != SWITCH_ROUND)
        pen_plate(pen, -w / 2, -h / 2, w, h, 5, plate);
    const char *value = "switch-rocker";
    switch (kind) {
    case SWITCH_TOGGLE:
        value = "switch-toggle";
        toggle(pen, plate);
        break;
    case SWITCH_ROUND:
        value = "switch-round";
        round_button(pen, plate);
        break;
    case SWITCH_WIDE:
        value = "switch-wide-rocker";
        rockers(pen, 60, 60, gangs, plate);
        break;
    case SWITCH_ROCKER:
    default:
        rockers(pen, gangs * 15.0, 26, gangs, plate);
    }
    pen_clue(pen, "electrical", value, -w / 2, -h / 2, w, h);
    cairo_restore(pen->cr);
}

void switch_of_country(const Pen *pen, double x, double y, Rgb plate) {
    switch_paint(pen, (Switch)dice_bit(pen->dice, pen->country->switches), x, y, plate);
}
