// A furnished room seen from one end.
#include "fittings.h"
#include "scenes.h"
#include "surfaces.h"

void scene_room(View *view) {
    Prng *dice = view->dice;
    Scheme scheme = scheme_roll(dice);
    double w = dice_range(dice, 3, 4.6), h = dice_range(dice, 2.4, 2.9),
           d = dice_range(dice, 2.6, 4.2);
    view_aim(view, (Vec3){w * dice_range(dice, 0.35, 0.65), dice_range(dice, 1.2, 1.6), 0},
             dice_range(dice, -9, 9), dice_range(dice, -6, 0), dice_range(dice, -1.2, 1.2),
             dice_range(dice, 0.6, 0.85));
    WallKind kind = (WallKind)dice_int(dice, 0, WALL_KINDS - 1);
    Sheet sheet;
    sheet_open(&sheet, view, (Plane){{0, 0, d}, {1, 0, 0}, {0, 0, -1}, w, d});
    floor_paint(&sheet.pen, (FloorKind)dice_int(dice, 0, FLOOR_KINDS - 1), w, d, &scheme);
    rug_paint(&sheet.pen, w * 0.2, d * 0.2, w * 0.6, d * 0.4, &scheme);
    sheet_place(&sheet);
    sheet_open(&sheet, view, (Plane){{0, h, d}, {1, 0, 0}, {0, -1, 0}, w, h});
    wall_paint(&sheet.pen, kind, w, h, &scheme);
    window_paint(&sheet.pen, w * 0.12, h - 2.05, 1.3, 1.2, 6, &scheme);
    radiator_paint(&sheet.pen, w * 0.14, h - 0.7, 1.0, 0.55);
    calendar_paint(&sheet.pen, w * 0.62, h - 1.9, 0.34);
    clock_paint(&sheet.pen, w * 0.9, h - 1.9, 0.16);
    screen_paint(&sheet.pen, w * 0.62, h - 0.9, 0.7);
    socket_of_country(&sheet.pen, w * 0.3, h - 0.35, RGB8(0xF2F0EA));
    switch_of_country(&sheet.pen, w * 0.8, h - 1.1, RGB8(0xF2F0EA));
    sheet_place(&sheet);
    sheet_open(&sheet, view, (Plane){{0, h, 0}, {0, 0, 1}, {0, -1, 0}, d, h});
    wall_paint(&sheet.pen, kind, d, h, &scheme);
    sheet_place(&sheet);
    sheet_open(&sheet, view, (Plane){{w, h, d}, {0, 0, -1}, {0, -1, 0}, d, h});
    wall_paint(&sheet.pen, kind, d, h, &scheme);
    sheet_place(&sheet);
    sheet_open(&sheet, view, (Plane){{0, h, 0}, {1, 0, 0}, {0, 0, 1}, w, d});
    pen_rect(&sheet.pen, 0, 0, w, d, RGB8(0xF2EFE8));
    sheet_place(&sheet);
}
