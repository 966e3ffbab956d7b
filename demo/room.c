// A furnished room seen from one end: walls with their fittings, furniture along them, a rug.
#include "fittings.h"
#include "furniture.h"
#include "scenes.h"
#include "surfaces.h"

typedef struct Room {
    View *view;
    double w, h, d; // metres
    Scheme scheme;
    WallKind wall;
    FloorKind floor;
    double window_x, window_w, tall_x, free_x; // along the back wall
    Furniture tall, side;
    double side_x, side_z, side_turn;
    Rgb plate;
    double eye; // above the street
} Room;

static void corner_shade(const Pen *pen, double w, double h) {
    // Light gathers in the middle of a wall and leaves its edges.
    for (int side = 0; side < 4; side++) {
        bool is_upright = side < 2;
        double reach = 0.5, x0 = side == 1 ? w : 0, y0 = side == 3 ? h : 0;
        cairo_pattern_t *shade =
            cairo_pattern_create_linear(x0, y0, is_upright ? (side == 1 ? w - reach : reach) : x0,
                                        is_upright ? y0 : (side == 3 ? h - reach : reach));
        cairo_pattern_add_color_stop_rgba(shade, 0, 0.02, 0.02, 0.05, 0.26);
        cairo_pattern_add_color_stop_rgba(shade, 0.3, 0.02, 0.02, 0.05, 0.09);
        cairo_pattern_add_color_stop_rgba(shade, 1, 0.02, 0.02, 0.05, 0);
        cairo_set_source(pen->cr, shade);
        if (is_upright)
            cairo_rectangle(pen->cr, side == 1 ? w - reach : 0, 0, reach, h);
        else
            cairo_rectangle(pen->cr, 0, side == 3 ? h - reach : 0, w, reach);
        cairo_fill(pen->cr);
        cairo_pattern_destroy(shade);
    }
}

static void skirting(const Pen *pen, const Room *room, double w) {
    if (wall_is_tiled(room->wall))
        return;
    pen_fade(pen, 0, room->h - 0.09, w, 0.09, rgb_mix(room->scheme.trim, RGB8(0xFFFFFF), 0.2),
             rgb_scale(room->scheme.trim, 0.8));
}

static Room room_roll(View *view) {
    Prng *dice = view->dice;
    Room room = {.view = view, .scheme = scheme_roll(dice)};
    room.w = dice_range(dice, 3.4, 4.6);
    room.h = dice_range(dice, 2.4, 2.8);
    room.d = dice_range(dice, 3.0, 4.2);
    room.wall = (WallKind)dice_int(dice, 0, WALL_KINDS - 1);
    if (wall_is_tiled(room.wall) && dice_chance(dice, 0.6))
        room.wall = WALL_PLASTER;
    room.floor = (FloorKind)dice_int(dice, 0, FLOOR_KINDS - 1);
    room.plate = rgb_jitter(dice, RGB8(0xF2F0EA), 0.02);
    room.window_w = dice_range(dice, 1.0, 1.5);
    room.eye = dice_chance(dice, 0.5) ? dice_range(dice, 2.5, 4) : dice_range(dice, 5, 9);
    // Three columns along the back wall, in any order: window, tall furniture, free wall.
    double spare = room.w - room.window_w - 1.15 - 0.75, gap = spare / 4;
    int order = dice_int(dice, 0, 3);
    double widths[3] = {room.window_w, 1.15, 0.75}, at[3], x = gap;
    static const int ORDERS[4][3] = {{0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}};
    for (int i = 0; i < 3; i++) {
        at[ORDERS[order][i]] = x;
        x += widths[ORDERS[order][i]] + gap;
    }
    room.window_x = at[0];
    room.tall_x = at[1];
    room.free_x = at[2];
    room.tall = (Furniture)dice_int(dice, FURNITURE_WARDROBE, FURNITURE_DESK);
    room.side = (Furniture)dice_int(dice, FURNITURE_TABLE, FURNITURE_SOFA);
    bool is_left = dice_chance(dice, 0.5);
    Footprint size = furniture_footprint(room.side);
    room.side_turn = room.side == FURNITURE_SOFA ? (is_left ? -90 : 90) : 0;
    double reach = room.side == FURNITURE_SOFA ? size.d : size.w,
           depth = room.side == FURNITURE_SOFA ? size.w : size.d;
    room.side_x = is_left ? reach / 2 + 0.06 : room.w - reach / 2 - 0.06;
    room.side_z = room.d - depth / 2 - dice_range(dice, 0.75, 1.1);
    return room;
}

static void back_wall(const Room *room) {
    Prng *dice = room->view->dice;
    Sheet sheet;
    sheet_open(&sheet, room->view,
               (Plane){{0, room->h, room->d}, {1, 0, 0}, {0, -1, 0}, room->w, room->h});
    const Pen *pen = &sheet.pen;
    wall_paint(pen, room->wall, room->w, room->h, &room->scheme);
    skirting(pen, room, room->w);
    corner_shade(pen, room->w, room->h);
    double tall = furniture_footprint(room->tall).h, floor = room->h;
    pen_shadow(pen, room->tall_x - 0.02, floor - tall, 1.19, tall, 0.25, 0.45);
    window_paint(pen, room->window_x, floor - 2.1, room->window_w, dice_range(dice, 1.1, 1.25),
                 room->eye, &room->scheme);
    if (pen->country->has_radiators)
        radiator_paint(pen, room->window_x + 0.1, floor - 0.72, room->window_w - 0.25, 0.55);
    double x = room->free_x, middle = x + 0.375;
    switch (dice_int(dice, 0, 3)) {
    case 0:
        calendar_paint(pen, middle - 0.2, floor - 1.95, 0.4);
        break;
    case 1:
        painting_paint(pen, x + 0.02, floor - 1.9, 0.7, 0.5);
        break;
    case 2:
        clock_paint(pen, middle, floor - 1.8, 0.17);
        screen_paint(pen, x - 0.02, floor - 1.3, 0.8);
        break;
    default:
        shelf_paint(pen, x, floor - 1.35, 0.75, &room->scheme);
        calendar_paint(pen, middle - 0.15, floor - 2.25, 0.3);
    }
    socket_of_country(pen, x + dice_range(dice, 0.1, 0.3), floor - 0.32, room->plate);
    socket_of_country(pen, x + dice_range(dice, 0.5, 0.65), floor - 0.32, room->plate);
    if (tall < 1)
        calendar_paint(pen, room->tall_x + 0.38, floor - 1.8, 0.42);
    sheet_place(&sheet);
}

static void side_walls(const Room *room) {
    Prng *dice = room->view->dice;
    for (int side = 0; side < 2; side++) {
        Plane plane = {{0, room->h, 0}, {0, 0, 1}, {0, -1, 0}, room->d, room->h};
        if (side == 1)
            plane = (Plane){{room->w, room->h, room->d}, {0, 0, -1}, {0, -1, 0}, room->d, room->h};
        Sheet sheet;
        sheet_open(&sheet, room->view, plane);
        const Pen *pen = &sheet.pen;
        wall_paint(pen, room->wall, room->d, room->h, &room->scheme);
        skirting(pen, room, room->d);
        corner_shade(pen, room->d, room->h);
        // Far parts of the wall are the ones that show.
        double far = side == 0 ? room->d - 1.2 : 0.3;
        if (dice_chance(dice, 0.5)) {
            double beside = side == 0 ? far - 0.16 : far + 1.1;
            if ((room->side_x < room->w / 2) != (side == 0)) {
                door_paint(pen, far, room->h - 2.05, 0.85, 2.05, &room->scheme);
                switch_of_country(pen, beside, room->h - 1.1, room->plate);
            } else {
                painting_paint(pen, far, room->h - 2.0, 0.9, 0.65);
            }
        } else {
            painting_paint(pen, far, room->h - 2.0, 0.8, 0.6);
        }
        cairo_set_source_rgba(pen->cr, 0.03, 0.03, 0.06, side == 0 ? 0.05 : 0.16);
        cairo_rectangle(pen->cr, 0, 0, room->d, room->h);
        cairo_fill(pen->cr);
        sheet_place(&sheet);
    }
}

static void floor_and_ceiling(const Room *room) {
    Prng *dice = room->view->dice;
    Sheet sheet;
    sheet_open(&sheet, room->view,
               (Plane){{0, 0, room->d}, {1, 0, 0}, {0, 0, -1}, room->w, room->d});
    const Pen *pen = &sheet.pen;
    floor_paint(pen, room->floor, room->w, room->d, &room->scheme);
    // Sunlight through the window, slanting.
    double x = room->window_x, w = room->window_w, lean = dice_range(dice, -0.5, 0.5);
    cairo_set_source_rgba(pen->cr, 1, 0.95, 0.8, 0.2);
    for (int pane = 0; pane < 2; pane++) {
        double a = x + w * pane / 2 + 0.04, b = a + w / 2 - 0.08;
        cairo_move_to(pen->cr, a, 0.5);
        cairo_line_to(pen->cr, b, 0.5);
        cairo_line_to(pen->cr, b + lean, 1.9);
        cairo_line_to(pen->cr, a + lean, 1.9);
        cairo_close_path(pen->cr);
    }
    cairo_fill(pen->cr);
    if (dice_chance(dice, 0.7)) {
        double rw = dice_range(dice, 1.4, 2.0), rd = dice_range(dice, 1.0, 1.5);
        double cx = room->side_x < room->w / 2 ? room->w * 0.62 : room->w * 0.38;
        rug_paint(pen, cx - rw / 2, room->d - rd - dice_range(dice, 0.7, 1.2), rw, rd,
                  &room->scheme);
    }
    corner_shade(pen, room->w, room->d);
    Footprint tall = furniture_footprint(room->tall), size = furniture_footprint(room->side);
    pen_shadow(pen, room->tall_x, 0, tall.w, tall.d + 0.05, 0.3, 0.6);
    double sw = room->side == FURNITURE_SOFA ? size.d : size.w,
           sd = room->side == FURNITURE_SOFA ? size.w : size.d;
    pen_shadow(pen, room->side_x - sw / 2 - 0.02, room->d - room->side_z - sd / 2, sw + 0.06,
               sd + 0.06, 0.3, 0.6);
    sheet_place(&sheet);
    sheet_open(&sheet, room->view,
               (Plane){{0, room->h, 0}, {1, 0, 0}, {0, 0, 1}, room->w, room->d});
    pen_rect(&sheet.pen, 0, 0, room->w, room->d, rgb_jitter(dice, RGB8(0xEFECE4), 0.02));
    corner_shade(&sheet.pen, room->w, room->d);
    sheet_place(&sheet);
}

static void things_on(const Room *room, double x, double y, double z, double width) {
    View *view = room->view;
    static const WordId GOODS[] = {WORD_TEA, WORD_MILK, WORD_COFFEE, WORD_SUGAR, WORD_RICE};
    if (dice_chance(view->dice, 0.6))
        standing_place(view, STANDING_VASE, (Vec3){x - width * 0.25, y, z}, 0.34, &room->scheme);
    else
        standing_place(view, STANDING_LAMP, (Vec3){x - width * 0.28, y, z}, 0.5, &room->scheme);
    for (int i = 0; i < 2; i++)
        package_place(view, DICE_PICK(view->dice, GOODS),
                      (Vec3){x + width * (0.1 + 0.2 * i), y, z - 0.05},
                      dice_range(view->dice, -25, 25));
}

void scene_room(View *view) {
    Prng *dice = view->dice;
    Room room = room_roll(view);
    bool is_tall = view->height > view->width;
    double yaw = dice_range(dice, -9, 9), eye_x = room.w * (0.5 - yaw / 60);
    view_aim(view, (Vec3){eye_x, dice_range(dice, 1.3, 1.65), is_tall ? 0.05 : 0.15}, yaw,
             dice_range(dice, -9, -3) - (is_tall ? 4 : 0), dice_range(dice, -1.3, 1.3),
             dice_range(dice, 0.58, 0.72));
    floor_and_ceiling(&room);
    back_wall(&room);
    side_walls(&room);
    Footprint tall = furniture_footprint(room.tall), size = furniture_footprint(room.side);
    Vec3 base = {room.tall_x + tall.w / 2, 0, room.d - tall.d / 2 - 0.02};
    furniture_place(view, room.tall, base, 0, &room.scheme);
    if (room.tall >= FURNITURE_DRESSER)
        things_on(&room, base.x, tall.h, base.z, tall.w);
    bool is_left = room.side_x < room.w / 2;
    if (dice_chance(dice, 0.6)) {
        double height = dice_chance(dice, 0.5) ? 1.5 : 0.9;
        standing_place(view, height > 1 ? STANDING_LAMP : STANDING_PLANT,
                       (Vec3){is_left ? room.w - 0.3 : 0.3, 0, room.d - 0.5}, height, &room.scheme);
    }
    furniture_place(view, room.side, (Vec3){room.side_x, 0, room.side_z}, room.side_turn,
                    &room.scheme);
    if (room.side == FURNITURE_TABLE)
        things_on(&room, room.side_x, size.h, room.side_z, size.w);
}
