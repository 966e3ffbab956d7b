// Goods: on a table before a wall, and on the shelves of a shop.
#include "fittings.h"
#include "furniture.h"
#include "scenes.h"
#include "surfaces.h"

static const WordId GOODS[] = {WORD_MILK,   WORD_TEA,   WORD_RICE, WORD_SOAP,
                               WORD_COFFEE, WORD_SUGAR, WORD_SALT};

// Goods in two loose rows on a surface at height y; far ones first.
static void goods_place(View *view, double x, double y, double z, double width, int count) {
    for (int row = 0; row < 2; row++) {
        int here = row == 0 ? count / 2 : count - count / 2;
        for (int i = 0; i < here; i++) {
            WordId goods = DICE_PICK(view->dice, GOODS);
            double at = x + width * ((i + 0.5) / here - 0.5) + dice_range(view->dice, -0.03, 0.03);
            Vec3 base = {at, y, z - row * 0.2 + dice_range(view->dice, -0.02, 0.02)};
            package_place(view, goods, base, dice_range(view->dice, -38, 38));
        }
    }
}

static void cloth_paint(const Pen *pen, double w, double d, const Scheme *scheme) {
    if (dice_chance(pen->dice, 0.5)) {
        pen_wood(pen, 0, 0, w, d, scheme->wood, false);
        for (double y = 0.14; y < d; y += 0.14)
            pen_line(pen, 0, y, w, y, 0.003, rgb_scale(scheme->wood, 0.5));
        return;
    }
    Rgb ground = RGB8(0xEFE9DC), ink = scheme->textile;
    double step = dice_range(pen->dice, 0.03, 0.07);
    pen_cloth(pen, 0, 0, w, d, ground);
    for (double x = 0; x < w; x += 2 * step) {
        pen_colour(pen, ink, 0.45);
        cairo_rectangle(pen->cr, x, 0, step, d);
        cairo_fill(pen->cr);
    }
    for (double y = 0; y < d; y += 2 * step) {
        pen_colour(pen, ink, 0.45);
        cairo_rectangle(pen->cr, 0, y, w, step);
        cairo_fill(pen->cr);
    }
}

void scene_table(View *view) {
    Prng *dice = view->dice;
    Scheme scheme = scheme_roll(dice);
    double w = 4, top = 0.75, depth = 0.75;
    bool is_tall = view->height > view->width;
    view_look(view, (Vec3){w / 2, top + 0.1, -0.2}, dice_range(dice, 0.78, 0.92),
              dice_range(dice, -14, 14), dice_range(dice, -20, -12), dice_range(dice, -1.5, 1.5),
              dice_range(dice, 0.95, 1.15));
    Sheet sheet;
    sheet_open(&sheet, view, (Plane){{0, 2.4, 0.05}, {1, 0, 0}, {0, -1, 0}, w, 2.4});
    wall_paint(&sheet.pen, (WallKind)dice_int(dice, 0, WALL_KINDS - 1), w, 2.4, &scheme);
    light_pool_paint(&sheet.pen, w, 2.4);
    double x = w / 2 + (dice_chance(dice, 0.5) ? 1 : -1) * (is_tall ? 0.12 : 0.3);
    socket_of_country(&sheet.pen, x, 2.4 - top - 0.31, fitting_plate_roll(dice));
    pen_shadow(&sheet.pen, 0, 2.4 - top - 0.01, w, 0.02, 0.12, 0.5);
    sheet_place(&sheet);
    sheet_open(&sheet, view, (Plane){{0, top, 0.05}, {1, 0, 0}, {0, 0, -1}, w, depth + 0.2});
    cloth_paint(&sheet.pen, w, depth + 0.2, &scheme);
    for (int i = 0; i < 7; i++)
        pen_shadow(&sheet.pen, w / 2 - 0.45 + 0.13 * i, 0.2 + 0.12 * (i % 2), 0.12, 0.1, 0.12, 0.4);
    sheet_place(&sheet);
    if (dice_chance(dice, 0.5))
        standing_place(view, STANDING_VASE, (Vec3){w / 2 + dice_range(dice, -0.4, 0.4), top, -0.06},
                       0.34, &scheme);
    goods_place(view, w / 2, top, -0.15, is_tall ? 0.5 : 0.95, is_tall ? 4 : dice_int(dice, 5, 7));
    for (int i = 0; i < 2; i++) { // folded price cards
        Vec3 at = {w / 2 + (is_tall ? 0.14 : 0.3) * (i ? 1 : -1), top + 0.052, -0.4};
        sheet_open(&sheet, view, (Plane){at, {1, 0, 0}, {0, -0.94, -0.34}, 0.11, 0.055});
        price_tag(&sheet.pen, 0, 0, 0.11, 0.055, DICE_PICK(dice, GOODS));
        sheet_place(&sheet);
    }
}

void scene_shop(View *view) {
    Prng *dice = view->dice;
    Scheme scheme = scheme_roll(dice);
    double w = 5, h = 2.2, step = 0.36;
    view_look(view, (Vec3){w / 2, 1.1, 0}, dice_range(dice, 0.8, 1.05), dice_range(dice, -20, 20),
              dice_range(dice, -6, 5), dice_range(dice, -1.5, 1.5), dice_range(dice, 0.9, 1.1));
    Sheet sheet;
    sheet_open(&sheet, view, (Plane){{0, h, 0}, {1, 0, 0}, {0, -1, 0}, w, h});
    const Pen *pen = &sheet.pen;
    pen_fade(pen, 0, 0, w, h, rgb_scale(scheme.wall, 0.5), rgb_scale(scheme.wall, 0.35));
    for (int row = 1; row * step <= h;
         row++) // all the backs first: price tags hang over the next one
        pen_fade(pen, 0, (row - 1) * step, w, step, rgb_scale(scheme.wall, 0.32),
                 rgb_scale(scheme.wall, 0.62));
    for (int row = 1; row * step <= h; row++) {
        double y = row * step;
        for (double x = 0.6 + dice_range(dice, 0, 0.1); x < w - 0.8;) {
            WordId goods = DICE_PICK(dice, GOODS);
            double gw = package_width(goods), gh = package_height(goods);
            Prng repeat = {prng_next(dice)};
            int facings = dice_int(dice, 2, 4);
            double start = x;
            for (int i = 0; i < facings; i++, x += gw + 0.008) {
                Prng same = repeat;
                Pen own = *pen;
                own.dice = &same;
                package_front(&own, goods, x, y - gh, gw, gh);
            }
            price_tag(pen, (start + x) / 2 - 0.05, y + 0.004, 0.1, 0.046, goods);
            x += dice_range(dice, 0.01, 0.04);
        }
        pen_fade(pen, 0, y - 0.001, w, 0.006, RGB8(0xF2F2EE), RGB8(0xB9BAB8));
    }
    light_pool_paint(pen, w, h);
    sheet_place(&sheet);
}
