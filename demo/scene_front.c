// The front of a shop: sign, display, door.
#include "fittings.h"
#include "furniture.h"
#include "outdoor.h"
#include "scenes.h"
#include "sign.h"
#include "surfaces.h"

static const WordId GOODS[] = {WORD_MILK,   WORD_TEA,   WORD_RICE, WORD_SOAP,
                               WORD_COFFEE, WORD_SUGAR, WORD_SALT};

void scene_front(View *view) {
    Prng *dice = view->dice;
    Scheme scheme = scheme_roll(dice);
    double w = 16, h = 4.2;
    // Far enough for the sign to stand in the picture.
    double focal = dice_range(dice, 0.88, 1.0),
           aspect = fmax(view->width, view->height) / view->height;
    double distance = fmax(dice_range(dice, 4.0, 4.8), 3.5 * focal * aspect);
    view_look(view, (Vec3){w / 2, 1.78, 0}, distance, dice_range(dice, -18, 18),
              dice_range(dice, 0, 3), dice_range(dice, -1.2, 1.2), focal);
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
            double scale = 2.7, gw = package_width(goods) * scale,
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
    light_pool_paint(pen, w, h);
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
