// Near scenes: a stretch of wall, goods on a table, a shop's shelf, a shop front.
#include "fittings.h"
#include "furniture.h"
#include "outdoor.h"
#include "scenes.h"
#include "sign.h"
#include "surfaces.h"

static const WordId GOODS[] = {WORD_MILK,   WORD_TEA,   WORD_RICE, WORD_SOAP,
                               WORD_COFFEE, WORD_SUGAR, WORD_SALT};

static Rgb plate_roll(Prng *dice) {
    static const unsigned PLATES[] = {0xF4F3EE, 0xEFEDE6, 0xE9E2CF, 0xF7F7F5, 0xC9C6BE, 0x3A3C40};
    return rgb_jitter(dice, RGB8(PLATES[prng_below(dice, dice_chance(dice, 0.15) ? 6 : 4)]), 0.015);
}

// A pool of light from a lamp or window, and dusk away from it.
static void light_pool(const Pen *pen, double w, double h) {
    double x = dice_range(pen->dice, 0.1, 0.9) * w, y = dice_range(pen->dice, -0.1, 0.5) * h,
           r = fmax(w, h);
    cairo_pattern_t *pool = cairo_pattern_create_radial(x, y, 0, x, y, r);
    cairo_pattern_add_color_stop_rgba(pool, 0, 1, 0.97, 0.88, 0.2);
    cairo_pattern_add_color_stop_rgba(pool, 0.5, 1, 1, 1, 0);
    cairo_pattern_add_color_stop_rgba(pool, 1, 0.02, 0.02, 0.06, 0.3);
    cairo_set_source(pen->cr, pool);
    cairo_rectangle(pen->cr, 0, 0, w, h);
    cairo_fill(pen->cr);
    cairo_pattern_destroy(pool);
}

static void skirting(const Pen *pen, double w, double y, double h, Rgb trim) {
    pen_fade(pen, 0, y, w, h, rgb_mix(trim, RGB8(0xFFFFFF), 0.3), rgb_scale(trim, 0.85));
    pen_shadow(pen, 0, y - 0.005, w, 0.005, 0.02, 0.3);
}

void scene_wall(View *view) {
    Prng *dice = view->dice;
    Scheme scheme = scheme_roll(dice);
    double h = 2.5, w = 6, distance = dice_range(dice, 1.0, 1.5);
    double aspect = (double)view->width / view->height, wide = fmin(1.5, fmax(0.8, aspect));
    view_aim(view, (Vec3){w / 2 + dice_range(dice, -0.15, 0.15), 0.78, -distance},
             dice_range(dice, -14, 14), dice_range(dice, -4, 3), dice_range(dice, -1.6, 1.6),
             dice_range(dice, 0.85, 1.05));
    Sheet sheet;
    sheet_open(&sheet, view, (Plane){{0, h, 0}, {1, 0, 0}, {0, -1, 0}, w, h});
    const Pen *pen = &sheet.pen;
    WallKind kind = (WallKind)dice_int(dice, 0, WALL_KINDS - 1);
    wall_paint(pen, kind, w, h, &scheme);
    light_pool(pen, w, h);
    skirting(pen, w, h - 0.1, 0.1, scheme.trim);
    double x = w / 2, floor = h; // heights count from the floor
    Rgb plate = plate_roll(dice);
    double side = dice_chance(dice, 0.5) ? 1 : -1;
    socket_of_country(pen, x - side * 0.24 * wide, floor - dice_range(dice, 0.48, 0.6), plate);
    if (dice_chance(dice, 0.7))
        switch_of_country(pen, x + side * dice_range(dice, 0.0, 0.04),
                          floor - dice_range(dice, 0.95, 1.05), plate);
    switch (dice_int(dice, 0, 3)) {
    case 0:
        calendar_paint(pen, x + side * 0.3 * wide - 0.15, floor - 1.16, 0.3);
        break;
    case 1:
        if (pen->country->has_radiators)
            radiator_paint(pen, x + side * 0.44 * wide - 0.3, floor - 0.75, 0.6, 0.58);
        else
            painting_paint(pen, x + side * 0.32 * wide - 0.2, floor - 1.1, 0.4, 0.3);
        break;
    case 2:
        door_paint(pen, x + side * 0.62 * wide - 0.4, floor - 2.0, 0.8, 2.0, &scheme);
        break;
    default:
        shelf_paint(pen, x + side * 0.3 * wide - 0.28, floor - 0.72, 0.56, &scheme);
        clock_paint(pen, x + side * 0.36 * wide, floor - 1.14, 0.1);
    }
    if (dice_chance(dice, 0.5))
        calendar_paint(pen, x - side * 0.28 * wide - 0.12, floor - 1.2, 0.24);
    else
        sign_paint(pen, (SignKind)dice_int(dice, SIGN_EXIT, SIGN_OPEN),
                   x - side * 0.27 * wide - 0.17, floor - 1.14, 0.34, 0.15);
    sheet_place(&sheet);
    sheet_open(&sheet, view, (Plane){{0, 0, 0}, {1, 0, 0}, {0, 0, -1}, w, distance * 0.9});
    floor_paint(&sheet.pen, (FloorKind)dice_int(dice, 0, FLOOR_KINDS - 1), w, distance * 0.9,
                &scheme);
    sheet_place(&sheet);
}

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
    view_aim(view, (Vec3){w / 2, top + dice_range(dice, 0.28, 0.4), -0.82},
             dice_range(dice, -10, 10), dice_range(dice, -15, -9), dice_range(dice, -1.5, 1.5),
             dice_range(dice, 0.95, 1.2));
    Sheet sheet;
    sheet_open(&sheet, view, (Plane){{0, 2.4, 0.05}, {1, 0, 0}, {0, -1, 0}, w, 2.4});
    wall_paint(&sheet.pen, (WallKind)dice_int(dice, 0, WALL_KINDS - 1), w, 2.4, &scheme);
    light_pool(&sheet.pen, w, 2.4);
    double x = w / 2 + (dice_chance(dice, 0.5) ? 1 : -1) * (is_tall ? 0.12 : 0.3);
    socket_of_country(&sheet.pen, x, 2.4 - top - 0.31, plate_roll(dice));
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
        Vec3 at = {w / 2 + (is_tall ? 0.14 : 0.3) * (i ? 1 : -1), top + 0.052, -0.5};
        sheet_open(&sheet, view, (Plane){at, {1, 0, 0}, {0, -0.94, -0.34}, 0.11, 0.055});
        price_tag(&sheet.pen, 0, 0, 0.11, 0.055, DICE_PICK(dice, GOODS));
        sheet_place(&sheet);
    }
}

void scene_shop(View *view) {
    Prng *dice = view->dice;
    Scheme scheme = scheme_roll(dice);
    double w = 5, h = 2.2, step = 0.36;
    view_aim(view, (Vec3){w / 2, 1.15, -1.05}, dice_range(dice, -18, 18), dice_range(dice, -5, 4),
             dice_range(dice, -1.5, 1.5), dice_range(dice, 0.9, 1.15));
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
    light_pool(pen, w, h);
    sheet_place(&sheet);
}

void scene_front(View *view) {
    Prng *dice = view->dice;
    Scheme scheme = scheme_roll(dice);
    double w = 9, h = 4.2;
    view_aim(view, (Vec3){w / 2, 1.6, -dice_range(dice, 3.6, 4.6)}, dice_range(dice, -16, 16),
             dice_range(dice, 0, 5), dice_range(dice, -1.2, 1.2), dice_range(dice, 0.9, 1.1));
    cairo_t *cr = cairo_create(view->surface);
    Pen sky = {.cr = cr, .dice = dice, .country = view->country};
    sky_paint(&sky, view->width, view->height * 0.6, view->height, TERRAIN_FLAT);
    cairo_destroy(cr);
    Sheet sheet;
    sheet_open(&sheet, view, (Plane){{0, h, 0}, {1, 0, 0}, {0, -1, 0}, w, h});
    const Pen *pen = &sheet.pen;
    WallKind kinds[] = {WALL_BRICK, WALL_PLASTER, WALL_TILES, WALL_BOARDS};
    wall_paint(pen, DICE_PICK(dice, kinds), w, h, &scheme);
    double x = w / 2 - 1.6, side = dice_chance(dice, 0.5) ? 0 : 2.2;
    pen_rect(pen, x - 0.1, 1.6, 3.4, h - 1.6, rgb_scale(scheme.trim, 0.8));
    double glass = x + (side > 0 ? 0 : 1.1);
    pen_fade(pen, glass, 1.75, 2.1, 1.75, RGB8(0x34424B), RGB8(0x56646B));
    for (int row = 0; row < 2; row++) // the display
        for (double gx = glass + 0.12; gx < glass + 1.9;) {
            WordId goods = DICE_PICK(dice, GOODS);
            double scale = 2.1, gw = package_width(goods) * scale,
                   gh = package_height(goods) * scale, gy = 2.55 + row * 0.85;
            package_front(pen, goods, gx, gy - gh, gw, gh);
            price_tag(pen, gx, gy + 0.02, 0.26, 0.13, goods);
            gx += gw + 0.16;
        }
    pen_colour(pen, RGB8(0xFFFFFF), 0.08);
    cairo_move_to(pen->cr, glass, 1.75);
    cairo_line_to(pen->cr, glass + 1.1, 1.75);
    cairo_line_to(pen->cr, glass + 0.4, 3.5);
    cairo_line_to(pen->cr, glass, 3.5);
    cairo_fill(pen->cr);
    door_paint(pen, x + side + 0.05, 2.0, 0.95, h - 2.0, &scheme);
    sign_paint(pen, SIGN_OPEN, x + side + 0.22, 2.35, 0.6, 0.26);
    sign_paint(pen, (SignKind)dice_int(dice, SIGN_PHARMACY, SIGN_MARKET), x - 0.05, 0.9, 3.3, 0.72);
    light_pool(pen, w, h);
    sheet_place(&sheet);
    sheet_open(&sheet, view, (Plane){{0, 0, 0}, {1, 0, 0}, {0, 0, -1}, w, 3});
    Scheme ground = scheme;
    ground.floor = RGB8(0x9C978E);
    floor_paint(&sheet.pen, FLOOR_TILES, w, 3, &ground);
    pen_shadow(&sheet.pen, 0, -0.1, w, 0.2, 0.5, 0.5);
    sheet_place(&sheet);
    if (dice_chance(dice, 0.6))
        standing_place(view, STANDING_PLANT, (Vec3){x - 0.6, 0, -0.3}, 1.1, &scheme);
}
