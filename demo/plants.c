// Plants by which a landscape can be told.
#include "outdoor.h"

static Rgb leaf_roll(Prng *dice, Rgb base) {
    return rgb_scale(rgb_jitter(dice, base, 0.05), dice_range(dice, 0.7, 1.25));
}

// A cloud of leaves: many small dabs, darker below.
static void foliage(const Pen *pen, double x, double y, double rx, double ry, int dabs, Rgb base) {
    pen_ellipse(pen, x, y, rx * 0.82, ry * 0.82, rgb_scale(base, 0.6), 1);
    for (int i = 0; i < dabs; i++) {
        double a = dice_range(pen->dice, 0, 2 * M_PI), r = sqrt(prng_unit(pen->dice));
        double dx = cos(a) * r, dy = sin(a) * r;
        double light = 0.85 - 0.35 * dy - 0.12 * dx;
        double size = dice_range(pen->dice, 0.08, 0.17) * fmin(rx, ry);
        pen_ellipse(pen, x + dx * rx, y + dy * ry, size * 1.2, size,
                    rgb_scale(leaf_roll(pen->dice, base), light), 0.9);
    }
}

static void trunk(const Pen *pen, double x, double y, double w, double h, Rgb bark) {
    pen_polygon(pen, (double[]){x - w / 2, y, x - w * 0.3, y - h, x + w * 0.3, y - h, x + w / 2, y},
                4, bark);
    pen_polygon(pen,
                (double[]){x + w * 0.1, y, x + w * 0.06, y - h, x + w * 0.3, y - h, x + w / 2, y},
                4, rgb_scale(bark, 0.7));
}

static void frond(const Pen *pen, double x, double y, double angle, double length, Rgb green) {
    double tip_x = x + cos(angle) * length, tip_y = y - sin(angle) * length * 0.6 + length * 0.42;
    double mid_x = x + cos(angle) * length * 0.55,
           mid_y = y - sin(angle) * length * 0.75 - length * 0.12;
    for (int i = 2; i < 18; i++) {
        double t = i / 18.0, s = 1 - t;
        double px = s * s * x + 2 * s * t * mid_x + t * t * tip_x,
               py = s * s * y + 2 * s * t * mid_y + t * t * tip_y;
        double reach = length * 0.26 * sin(M_PI * (0.12 + 0.8 * t));
        pen_line(pen, px, py, px + cos(angle) * reach * 0.5, py + reach, length * 0.02,
                 leaf_roll(pen->dice, green));
        pen_line(pen, px, py, px + cos(angle) * reach * 0.8, py + reach * 0.25, length * 0.018,
                 leaf_roll(pen->dice, green));
    }
    pen_colour(pen, rgb_scale(green, 0.8), 1);
    cairo_set_line_width(pen->cr, length * 0.025);
    cairo_move_to(pen->cr, x, y);
    cairo_curve_to(pen->cr, mid_x, mid_y, mid_x, mid_y, tip_x, tip_y);
    cairo_stroke(pen->cr);
}

static void palm(const Pen *pen, double x, double y, double h) {
    double lean = dice_range(pen->dice, -0.14, 0.14) * h, top_x = x + lean, top_y = y - h * 0.78;
    Rgb bark = RGB8(0x8B7355);
    for (int i = 0; i < 22; i++) {
        double t = i / 22.0, px = x + lean * t * t, py = y - h * 0.78 * t,
               width = h * (0.05 - 0.02 * t);
        pen_ellipse(pen, px, py, width / 2 * 1.15, h * 0.024, i % 2 ? bark : rgb_scale(bark, 0.75),
                    1);
    }
    for (int i = 0; i < 13; i++)
        frond(pen, top_x, top_y, M_PI * (-0.15 + 1.3 * i / 12),
              h * dice_range(pen->dice, 0.27, 0.36), RGB8(0x4E7A36));
    for (int i = 0; i < 4; i++)
        pen_circle(pen, top_x + h * 0.02 * (i - 1.5), top_y + h * 0.02, h * 0.017, RGB8(0x8A6A2E));
}

static void conifer(const Pen *pen, double x, double y, double h) {
    trunk(pen, x, y, h * 0.05, h * 0.2, RGB8(0x5A4030));
    Rgb green = rgb_jitter(pen->dice, RGB8(0x2D5038), 0.03);
    for (int tier = 0; tier < 8; tier++) {
        double bottom = y - h * (0.1 + 0.1 * tier), half = h * 0.23 * (1 - tier / 8.6),
               rise = h * 0.2;
        for (int i = 0; i < 16; i++) {
            double t = (i + 0.5) / 16 * 2 - 1;
            Rgb shade = rgb_scale(leaf_roll(pen->dice, green), 1 - 0.18 * t);
            pen_polygon(pen,
                        (double[]){x + half * (t - 0.12), bottom - h * 0.02 * (1 - t * t), x,
                                   bottom - rise, x + half * (t + 0.12),
                                   bottom + h * 0.012 * (i % 2)},
                        3, shade);
        }
    }
}

static void birch(const Pen *pen, double x, double y, double h) {
    trunk(pen, x, y, h * 0.045, h * 0.85, RGB8(0xE9E6DE));
    for (int i = 0; i < 22; i++) {
        double at = y - h * dice_range(pen->dice, 0.02, 0.8),
               w = h * dice_range(pen->dice, 0.006, 0.02);
        pen_rect(pen, x + h * dice_range(pen->dice, -0.016, 0.006), at, w, h * 0.007,
                 RGB8(0x2B2A28));
    }
    for (int i = 0; i < 7; i++)
        foliage(pen, x + h * dice_range(pen->dice, -0.12, 0.12), y - h * (0.45 + 0.075 * i),
                h * 0.13, h * 0.1, 60, RGB8(0x8FAF4B));
}

static void broadleaf(const Pen *pen, double x, double y, double h) {
    trunk(pen, x, y, h * 0.09, h * 0.5, RGB8(0x5E4B3A));
    Rgb green = rgb_jitter(pen->dice, RGB8(0x55803A), 0.06);
    for (int i = 0; i < 9; i++)
        foliage(pen, x + h * 0.22 * cos(i * 2.4) * (i > 0),
                y - h * 0.64 + h * 0.16 * sin(i * 2.4) * (i > 0), h * 0.2, h * 0.17, 70, green);
}

static void cypress(const Pen *pen, double x, double y, double h) {
    trunk(pen, x, y, h * 0.03, h * 0.12, RGB8(0x5A4636));
    for (int i = 0; i < 9; i++)
        foliage(pen, x, y - h * (0.12 + 0.094 * i), h * 0.085 * (1.1 - i * 0.1), h * 0.1, 50,
                RGB8(0x2F4A2C));
}

static void eucalypt(const Pen *pen, double x, double y, double h) {
    trunk(pen, x, y, h * 0.05, h * 0.62, RGB8(0xCFC3B2));
    for (int i = 0; i < 6; i++) {
        double side = (i % 2 ? 1 : -1) * h * dice_range(pen->dice, 0.08, 0.25),
               up = h * (0.55 + 0.065 * i);
        pen_line(pen, x, y - h * 0.5, x + side, y - up, h * 0.014, RGB8(0xC6B8A4));
        foliage(pen, x + side, y - up, h * 0.13, h * 0.07, 55, RGB8(0x728A62));
    }
}

static void acacia(const Pen *pen, double x, double y, double h) {
    for (int i = -2; i <= 2; i++)
        pen_line(pen, x, y - h * 0.35, x + i * h * 0.17, y - h * 0.8, h * 0.022, RGB8(0x5C4A38));
    trunk(pen, x, y, h * 0.05, h * 0.42, RGB8(0x5C4A38));
    for (int i = -3; i <= 3; i++)
        foliage(pen, x + i * h * 0.14, y - h * (0.86 - 0.012 * i * i), h * 0.16, h * 0.07, 55,
                RGB8(0x6F8443));
}

static void banana(const Pen *pen, double x, double y, double h) {
    trunk(pen, x, y, h * 0.12, h * 0.45, RGB8(0x8A9A58));
    for (int i = 0; i < 8; i++) {
        double a = M_PI * (0.05 + 0.9 * i / 7.0), length = h * dice_range(pen->dice, 0.45, 0.6);
        double tx = x + cos(a) * length,
               ty = y - h * 0.42 - sin(a) * length * 0.9 + fabs(cos(a)) * length * 0.35;
        double mx = x + cos(a) * length * 0.5, my = y - h * 0.45 - sin(a) * length * 0.8,
               width = h * 0.085;
        Rgb green = leaf_roll(pen->dice, RGB8(0x6FA23C));
        cairo_new_path(pen->cr);
        cairo_move_to(pen->cr, x, y - h * 0.42);
        cairo_curve_to(pen->cr, mx - width, my - width, mx, my - width, tx, ty);
        cairo_curve_to(pen->cr, mx + width * 0.7, my + width, mx, my + width, x, y - h * 0.42);
        pen_colour(pen, green, 1);
        cairo_fill(pen->cr);
        cairo_move_to(pen->cr, x, y - h * 0.42);
        cairo_curve_to(pen->cr, mx, my, mx, my, tx, ty);
        pen_colour(pen, rgb_scale(green, 1.25), 1);
        cairo_set_line_width(pen->cr, h * 0.01);
        cairo_stroke(pen->cr);
    }
}

static void bamboo(const Pen *pen, double x, double y, double h) {
    for (int stalk = 0; stalk < 6; stalk++) {
        double sx = x + h * 0.05 * (stalk - 2.5), lean = h * dice_range(pen->dice, -0.08, 0.08),
               top = h * dice_range(pen->dice, 0.8, 1);
        Rgb green = rgb_jitter(pen->dice, RGB8(0x8BA648), 0.05);
        for (int i = 0; i < 10; i++) {
            double t0 = i / 10.0, t1 = (i + 0.93) / 10;
            pen_line(pen, sx + lean * t0, y - top * t0, sx + lean * t1, y - top * t1, h * 0.018,
                     green);
        }
        for (int leaf = 0; leaf < 16; leaf++) {
            double t = dice_range(pen->dice, 0.35, 1), dx = h * dice_range(pen->dice, -0.1, 0.1);
            pen_line(pen, sx + lean * t, y - top * t, sx + lean * t + dx,
                     y - top * t + fabs(dx) * 0.6, h * 0.009, leaf_roll(pen->dice, RGB8(0x7FA03E)));
        }
    }
}

static const struct {
    Plant plant;
    void (*paint)(const Pen *pen, double x, double y, double h);
    const char *value;
    double spread; // half width by height
} PLANTS[] = {
    {PLANT_PALM, palm, "vegetation-palm", 0.32},
    {PLANT_CONIFER, conifer, "vegetation-conifer", 0.24},
    {PLANT_BIRCH, birch, "vegetation-birch", 0.22},
    {PLANT_BROADLEAF, broadleaf, "vegetation-broadleaf", 0.4},
    {PLANT_CYPRESS, cypress, "vegetation-cypress", 0.1},
    {PLANT_EUCALYPT, eucalypt, "vegetation-eucalypt", 0.34},
    {PLANT_ACACIA, acacia, "vegetation-acacia", 0.5},
    {PLANT_BANANA, banana, "vegetation-banana", 0.45},
    {PLANT_BAMBOO, bamboo, "vegetation-bamboo", 0.2},
};

void plant_paint(const Pen *pen, Plant plant, double x, double y, double height) {
    for (size_t i = 0; i < sizeof PLANTS / sizeof PLANTS[0]; i++)
        if (PLANTS[i].plant == plant) {
            pen_ellipse(pen, x, y, height * PLANTS[i].spread * 0.7, height * 0.025, RGB8(0x14160F),
                        0.35);
            PLANTS[i].paint(pen, x, y, height);
            double half = height * PLANTS[i].spread;
            pen_clue(pen, "outdoor", PLANTS[i].value, x - half, y - height, 2 * half, height);
            return;
        }
}
