// A stretch of wall from near: what is fixed to it, and furniture before it.
#include "fittings.h"
#include "furniture.h"
#include "scenes.h"
#include "sign.h"
#include "surfaces.h"

typedef struct Stretch {
    View *view;
    const Pen *pen;
    Scheme scheme;
    double x, floor; // the middle of what shows; heights are counted up from the floor
    double wide;     // half of what shows, metres
    double middle;   // height of the middle of the picture
    double side;     // −1 or 1: which way round
    Rgb plate;
} Stretch;

static const double WALL_W = 8, WALL_H = 2.6;

// A socket and a switch, large.
static void close_up(const Stretch *at) {
    const Pen *pen = at->pen;
    double y = at->floor - at->middle;
    bool is_apart = dice_chance(pen->dice, 0.7);
    socket_of_country(pen, at->x - at->side * at->wide * (is_apart ? 0.38 : 0.12), y + 0.02,
                      at->plate);
    if (is_apart)
        switch_of_country(pen, at->x + at->side * at->wide * 0.42,
                          y - dice_range(pen->dice, -0.02, 0.05), at->plate);
    if (dice_chance(pen->dice, 0.4)) // a cable run along the wall
        pen_rect(pen, 0, y + 0.11, WALL_W, 0.022, rgb_scale(at->plate, 0.95));
}

static void calendar_and_sockets(const Stretch *at) {
    const Pen *pen = at->pen;
    double y = at->floor - at->middle;
    calendar_paint(pen, at->x + at->side * at->wide * 0.42 - 0.17, y - 0.3, 0.34);
    socket_of_country(pen, at->x - at->side * at->wide * 0.45, y + at->wide * 0.3, at->plate);
    switch_of_country(pen, at->x - at->side * at->wide * 0.1, y - at->wide * 0.1, at->plate);
    if (dice_chance(pen->dice, 0.5))
        clock_paint(pen, at->x - at->side * at->wide * 0.5, y - at->wide * 0.28, 0.12);
    else
        painting_paint(pen, at->x - at->side * at->wide * 0.5 - 0.16, y - at->wide * 0.3 - 0.12,
                       0.32, 0.26);
}

static void doorway(const Stretch *at) {
    const Pen *pen = at->pen;
    door_paint(pen, at->x + at->side * at->wide * 0.62 - 0.42, at->floor - 2.02, 0.84, 2.02,
               &at->scheme);
    double y = at->floor - at->middle;
    switch_of_country(pen, at->x - at->side * at->wide * 0.12, y - 0.02, at->plate);
    sign_paint(pen, dice_chance(pen->dice, 0.6) ? SIGN_EXIT : SIGN_OPEN,
               at->x - at->side * at->wide * 0.5 - 0.2, y - 0.33, 0.4, 0.17);
    socket_of_country(pen, at->x - at->side * at->wide * 0.5, y + at->wide * 0.35, at->plate);
}

static void radiator_corner(const Stretch *at) {
    const Pen *pen = at->pen;
    double y = at->floor - at->middle;
    bool is_roomy = at->wide > 0.6;
    if (pen->country->has_radiators) {
        radiator_paint(pen, at->x + at->side * at->wide * 0.45 - 0.35, at->floor - 0.74, 0.7, 0.58);
    } else if (is_roomy) {
        window_paint(pen, at->x + at->side * at->wide * 0.55 - 0.3, y - 0.36, 0.6, 0.6,
                     dice_range(pen->dice, 3, 8), &at->scheme);
    } else {
        window_paint(pen, at->x - 0.3, y - 0.42, 0.6, 0.6, dice_range(pen->dice, 3, 8),
                     &at->scheme);
    }
    socket_of_country(pen, at->x - at->side * at->wide * 0.3,
                      y + (is_roomy ? at->wide * 0.12 : 0.36), at->plate);
    if (is_roomy || pen->country->has_radiators)
        shelf_paint(pen, at->x - at->side * at->wide * 0.5 - 0.22, y - at->wide * 0.12, 0.44,
                    &at->scheme);
}

// What stands before the wall is placed after it.
static void dresser_before(const Stretch *at) {
    const Pen *pen = at->pen;
    double y = at->floor - 1.0;
    socket_of_country(pen, at->x - at->side * at->wide * 0.45, y + 0.08, at->plate);
    double width = fmin(0.28, at->wide * 0.45);
    calendar_paint(pen, at->x - at->side * at->wide * 0.5 - width / 2, y - 0.5, width);
    if (at->wide < 0.55)
        clock_paint(pen, at->x + at->side * at->wide * 0.45, y - 0.4, 0.11);
    else if (dice_chance(pen->dice, 0.5))
        painting_paint(pen, at->x + at->side * at->wide * 0.42 - 0.25, y - 0.55, 0.5, 0.36);
    else
        screen_paint(pen, at->x + at->side * at->wide * 0.42 - 0.3, y - 0.42, 0.6);
    pen_shadow(pen, at->x + at->side * at->wide * 0.42 - 0.52, at->floor - 0.84, 1.04, 0.84, 0.2,
               0.5);
}

static void dresser_place(const Stretch *at) {
    static const WordId GOODS[] = {WORD_TEA,   WORD_MILK, WORD_COFFEE,
                                   WORD_SUGAR, WORD_RICE, WORD_SOAP};
    View *view = at->view;
    double x = at->x + at->side * at->wide * 0.42, top = furniture_footprint(FURNITURE_DRESSER).h;
    furniture_place(view, FURNITURE_DRESSER, (Vec3){x, 0, -0.25}, 0, &at->scheme);
    standing_place(view, dice_chance(view->dice, 0.5) ? STANDING_VASE : STANDING_LAMP,
                   (Vec3){x + at->side * 0.3, top, -0.2}, 0.42, &at->scheme);
    for (int i = 0; i < 2; i++)
        package_place(view, DICE_PICK(view->dice, GOODS),
                      (Vec3){x - 0.1 * i - 0.1 * at->side, top, -0.2 - 0.08 * i},
                      dice_range(view->dice, -30, 30));
}

typedef struct StretchKind {
    void (*paint)(const Stretch *at);
    void (*place)(const Stretch *at); // what stands before the wall, or NULL
    double low, high;                 // height of the middle
    double near, far;                 // distance of the camera
} StretchKind;

static const StretchKind KINDS[] = {
    {close_up, NULL, 0.4, 1.1, 0.42, 0.6},
    {close_up, NULL, 0.35, 0.6, 0.5, 0.75},
    {calendar_and_sockets, NULL, 1.0, 1.3, 1.0, 1.3},
    {doorway, NULL, 1.15, 1.3, 1.25, 1.6},
    {radiator_corner, NULL, 0.7, 0.8, 1.15, 1.4},
    {dresser_before, dresser_place, 1.0, 1.1, 1.5, 1.8},
};

void scene_wall(View *view) {
    Prng *dice = view->dice;
    const StretchKind *kind = &DICE_PICK(dice, KINDS);
    Stretch at = {.view = view, .scheme = scheme_roll(dice), .x = WALL_W / 2, .floor = WALL_H};
    double distance = dice_range(dice, kind->near, kind->far), focal = dice_range(dice, 0.85, 1.0);
    at.middle = dice_range(dice, kind->low, kind->high);
    at.side = dice_chance(dice, 0.5) ? 1 : -1;
    at.plate = fitting_plate_roll(dice);
    at.wide = distance / focal / 2 * view->width / fmax(view->width, view->height);
    view_look(view, (Vec3){at.x, at.middle, 0}, distance, dice_range(dice, -20, 20),
              dice_range(dice, -9, 6), dice_range(dice, -2, 2), focal);
    if (at.wide < 0.42) { // a narrow picture: step back
        view->eye = vec3_sub((Vec3){at.x, at.middle, 0}, vec3_scale(view->ahead, distance * 1.35));
        at.wide *= 1.35;
    }
    Sheet sheet;
    sheet_open(&sheet, view, (Plane){{0, WALL_H, 0}, {1, 0, 0}, {0, -1, 0}, WALL_W, WALL_H});
    at.pen = &sheet.pen;
    wall_paint(at.pen, (WallKind)dice_int(dice, 0, WALL_KINDS - 1), WALL_W, WALL_H, &at.scheme);
    light_pool_paint(at.pen, WALL_W, WALL_H);
    pen_fade(at.pen, 0, WALL_H - 0.1, WALL_W, 0.1, rgb_mix(at.scheme.trim, RGB8(0xFFFFFF), 0.3),
             rgb_scale(at.scheme.trim, 0.85));
    kind->paint(&at);
    sheet_place(&sheet);
    sheet_open(&sheet, view, (Plane){{0, 0, 0}, {1, 0, 0}, {0, 0, -1}, WALL_W, 1.6});
    floor_paint(&sheet.pen, (FloorKind)dice_int(dice, 0, FLOOR_KINDS - 1), WALL_W, 1.6, &at.scheme);
    pen_shadow(&sheet.pen, 0, -0.05, WALL_W, 0.1, 0.3, 0.5);
    sheet_place(&sheet);
    if (kind->place != NULL)
        kind->place(&at);
}
