// Floors and rugs.
#include "surfaces.h"

static void planks(const Pen *pen, double w, double h, Rgb wood) {
    double board = dice_range(pen->dice, 0.11, 0.2);
    for (double x = 0; x < w; x += board)
        for (double y = -dice_range(pen->dice, 0, 1.4); y < h;) {
            double length = dice_range(pen->dice, 0.8, 1.8);
            pen_wood(pen, x, y, board, length, rgb_jitter(pen->dice, wood, 0.045), true);
            pen_colour(pen, rgb_scale(wood, 0.4), 0.8);
            cairo_set_line_width(pen->cr, 0.004);
            cairo_rectangle(pen->cr, x, y, board, length);
            cairo_stroke(pen->cr);
            y += length;
        }
}

static void parquet(const Pen *pen, double w, double h, Rgb wood) {
    enum { STRIPS = 5 };
    double side = 0.36, strip = side / STRIPS;
    int row = 0;
    for (double y = 0; y < h; y += side, row++) {
        int column = row;
        for (double x = 0; x < w; x += side, column++)
            for (int i = 0; i < STRIPS; i++) {
                bool is_upright = column % 2 == 0;
                double sx = is_upright ? x + i * strip : x, sy = is_upright ? y : y + i * strip;
                double sw = is_upright ? strip : side, sh = is_upright ? side : strip;
                pen_rect(pen, sx, sy, sw, sh, rgb_scale(wood, 0.5));
                Rgb shade = rgb_scale(rgb_jitter(pen->dice, wood, 0.04), is_upright ? 1.04 : 0.92);
                pen_rect(pen, sx + 0.001, sy + 0.001, sw - 0.002, sh - 0.002, shade);
            }
    }
}

static void tiles(const Pen *pen, double w, double h, Rgb a, Rgb b, double side) {
    pen_rect(pen, 0, 0, w, h, rgb_scale(a, 0.6));
    int row = 0;
    for (double y = 0; y < h; y += side, row++) {
        int column = row;
        for (double x = 0; x < w; x += side, column++) {
            Rgb colour = rgb_jitter(pen->dice, column % 2 ? a : b, 0.02);
            pen_fade(pen, x + 0.003, y + 0.003, side - 0.006, side - 0.006, rgb_scale(colour, 1.05),
                     rgb_scale(colour, 0.95));
        }
    }
}

static void terrazzo(const Pen *pen, double w, double h, Rgb ground) {
    static const unsigned CHIPS[] = {0x6B6259, 0xE9E2D2, 0x9A8C7C, 0x3D3A38, 0xB98E6E, 0xC9C3B8};
    pen_rect(pen, 0, 0, w, h, rgb_mix(ground, RGB8(0xD8D2C6), 0.6));
    int chips = (int)fmin(9000, w * h * 420);
    for (int i = 0; i < chips; i++) {
        double x = dice_range(pen->dice, 0, w), y = dice_range(pen->dice, 0, h),
               r = dice_range(pen->dice, 0.004, 0.02);
        double a = dice_range(pen->dice, 0, 6.28);
        double xy[8];
        for (int k = 0; k < 4; k++) {
            double reach = r * dice_range(pen->dice, 0.6, 1.2);
            xy[2 * k] = x + cos(a + k * 1.57) * reach;
            xy[2 * k + 1] = y + sin(a + k * 1.57) * reach;
        }
        pen_polygon(pen, xy, 4, RGB8(DICE_PICK(pen->dice, CHIPS)));
    }
    for (double x = 1.2; x < w; x += 1.2)
        pen_line(pen, x, 0, x, h, 0.006, RGB8(0x9C8A5A));
    for (double y = 1.2; y < h; y += 1.2)
        pen_line(pen, 0, y, w, y, 0.006, RGB8(0x9C8A5A));
}

static void carpet(const Pen *pen, double w, double h, Rgb colour) {
    pen_rect(pen, 0, 0, w, h, colour);
    int tufts = (int)fmin(14000, w * h * 700);
    for (int i = 0; i < tufts; i++) {
        double x = dice_range(pen->dice, 0, w), y = dice_range(pen->dice, 0, h),
               d = dice_range(pen->dice, 0.006, 0.02);
        pen_colour(pen, rgb_scale(colour, dice_range(pen->dice, 0.75, 1.25)), 0.6);
        cairo_rectangle(pen->cr, x, y, d, d * 0.6);
        cairo_fill(pen->cr);
    }
}

static void mosaic(const Pen *pen, double w, double h, const Scheme *scheme) {
    double side = 0.3;
    Rgb ground = rgb_mix(scheme->floor, RGB8(0xFFFFFF), 0.5), ink = scheme->textile,
        ink2 = scheme->accent;
    pen_rect(pen, 0, 0, w, h, ground);
    for (double y = 0; y < h; y += side)
        for (double x = 0; x < w; x += side) {
            double m = side / 2;
            pen_polygon(pen, (double[]){x + m, y, x + side, y + m, x + m, y + side, x, y + m}, 4,
                        rgb_jitter(pen->dice, ink, 0.02));
            pen_polygon(pen,
                        (double[]){x + m, y + side * 0.2, x + side * 0.8, y + m, x + m,
                                   y + side * 0.8, x + side * 0.2, y + m},
                        4, ground);
            pen_circle(pen, x + m, y + m, side * 0.13, ink2);
            pen_circle(pen, x, y, side * 0.09, ink2);
        }
    pen_colour(pen, rgb_scale(ground, 0.6), 0.7);
    cairo_set_line_width(pen->cr, 0.004);
    for (double x = 0; x < w; x += side)
        cairo_move_to(pen->cr, x, 0), cairo_line_to(pen->cr, x, h);
    for (double y = 0; y < h; y += side)
        cairo_move_to(pen->cr, 0, y), cairo_line_to(pen->cr, w, y);
    cairo_stroke(pen->cr);
}

void floor_paint(const Pen *pen, FloorKind kind, double w, double h, const Scheme *scheme) {
    switch (kind) {
    case FLOOR_PARQUET:
        parquet(pen, w, h, scheme->wood);
        break;
    case FLOOR_TILES:
        tiles(pen, w, h, scheme->floor, scheme->floor, dice_range(pen->dice, 0.3, 0.6));
        break;
    case FLOOR_CHECKER:
        tiles(pen, w, h, rgb_mix(scheme->floor, RGB8(0xF2EEE6), 0.8), rgb_scale(scheme->floor, 0.5),
              0.33);
        break;
    case FLOOR_TERRAZZO:
        terrazzo(pen, w, h, scheme->floor);
        break;
    case FLOOR_CARPET:
        carpet(pen, w, h, rgb_mix(scheme->textile, scheme->floor, 0.5));
        break;
    case FLOOR_MOSAIC:
        mosaic(pen, w, h, scheme);
        break;
    case FLOOR_PLANKS:
    default:
        planks(pen, w, h, scheme->wood);
    }
}

static void rug_field(const Pen *pen, double x, double y, double w, double h, Rgb a, Rgb b, Rgb c) {
    int kind = dice_int(pen->dice, 0, 3);
    cairo_save(pen->cr);
    cairo_rectangle(pen->cr, x, y, w, h);
    cairo_clip(pen->cr);
    double step = kind == 0 ? 0.12 : 0.22;
    if (kind == 0) {
        for (int i = 0; i * step < w + 0.1; i++)
            pen_rect(pen, x + i * step, y, step * dice_range(pen->dice, 0.3, 0.8), h,
                     i % 3 == 0   ? a
                     : i % 3 == 1 ? b
                                  : c);
    } else {
        for (double py = y + step / 2; py < y + h + step; py += step)
            for (double px = x + step / 2; px < x + w + step; px += step) {
                double r = step * 0.45;
                if (kind == 3)
                    pen_circle(pen, px, py, r * 0.8, a);
                else
                    pen_polygon(pen, (double[]){px, py - r, px + r, py, px, py + r, px - r, py}, 4,
                                a);
                pen_circle(pen, px, py, r * 0.45, b);
                pen_circle(pen, px, py, r * 0.18, c);
            }
    }
    if (kind == 2) // a medallion in the middle
        for (int ring = 5; ring > 0; ring--)
            pen_ellipse(pen, x + w / 2, y + h / 2, w * 0.07 * ring, h * 0.075 * ring,
                        ring % 2 ? b : c, 1);
    cairo_restore(pen->cr);
}

void rug_paint(const Pen *pen, double x, double y, double w, double h, const Scheme *scheme) {
    Rgb ground = scheme->textile, a = rgb_mix(scheme->accent, ground, 0.3), b = RGB8(0xE9DCC0),
        c = rgb_scale(ground, 0.55);
    pen_shadow(pen, x, y + 0.01, w, h, 0.06, 0.4);
    for (double at = y; at < y + h; at += 0.02) { // fringe
        pen_line(pen, x - 0.05, at, x, at, 0.006, b);
        pen_line(pen, x + w, at, x + w + 0.05, at, 0.006, b);
    }
    pen_rect(pen, x, y, w, h, ground);
    pen_rect(pen, x + 0.04, y + 0.04, w - 0.08, h - 0.08, b);
    pen_rect(pen, x + 0.06, y + 0.06, w - 0.12, h - 0.12, c);
    double border = 0.16;
    for (double at = x + 0.1; at < x + w - 0.1; at += 0.1) {
        pen_circle(pen, at, y + 0.11, 0.025, a);
        pen_circle(pen, at, y + h - 0.11, 0.025, a);
    }
    pen_rect(pen, x + border, y + border, w - 2 * border, h - 2 * border, ground);
    rug_field(pen, x + border, y + border, w - 2 * border, h - 2 * border, a, b, c);
}
