// A street in one-point perspective: road markings, traffic on its side, houses, plants, poles,
// signs.
#include <stdio.h>

#include "outdoor.h"
#include "sign.h"

typedef struct Street {
    const Pen *pen;
    double w, h, horizon, vanish, focal, eye;
    double half;   // of the carriageway, metres
    double camera; // metres right of the centre line
    Terrain terrain;
} Street;

static double ground_x(const Street *street, double x, double z) {
    return street->vanish + street->focal * (x - street->camera) / z;
}
static double ground_y(const Street *street, double z) {
    return street->horizon + street->focal * street->eye / z;
}

static void ground_strip(const Street *street, double x0, double x1, double z0, double z1,
                         Rgb colour) {
    pen_polygon(street->pen,
                (double[]){ground_x(street, x0, z0), ground_y(street, z0), ground_x(street, x1, z0),
                           ground_y(street, z0), ground_x(street, x1, z1), ground_y(street, z1),
                           ground_x(street, x0, z1), ground_y(street, z1)},
                4, colour);
}

static void cloud(const Pen *pen, double x, double y, double size) {
    for (int i = 0; i < 26; i++) {
        double dx = dice_range(pen->dice, -1, 1),
               r = size * dice_range(pen->dice, 0.12, 0.34) * (1.1 - dx * dx * 0.7);
        double px = x + dx * size,
               py = y - fabs(dice_range(pen->dice, -0.1, 0.16)) * size * (1 - dx * dx);
        cairo_pattern_t *puff = cairo_pattern_create_radial(px, py, 0, px, py, r);
        cairo_pattern_add_color_stop_rgba(puff, 0, 1, 1, 1, 0.42);
        cairo_pattern_add_color_stop_rgba(puff, 0.5, 1, 1, 1, 0.2);
        cairo_pattern_add_color_stop_rgba(puff, 1, 1, 1, 1, 0);
        cairo_set_source(pen->cr, puff);
        cairo_save(pen->cr);
        cairo_rectangle(pen->cr, px - r, py - r, 2 * r, r * 1.45);
        cairo_fill(pen->cr);
        cairo_restore(pen->cr);
        cairo_pattern_destroy(puff);
    }
}

static void ridge(const Pen *pen, double w, double horizon, double height, double rough, Rgb colour,
                  double snow) {
    enum { POINTS = 48 };
    double xy[(POINTS + 3) * 2], y = height * 0.5;
    for (int i = 0; i <= POINTS; i++) {
        y += dice_range(pen->dice, -rough, rough) * height;
        y = fmin(height, fmax(height * 0.15, y));
        xy[2 * i] = w * i / POINTS;
        xy[2 * i + 1] = horizon - y;
    }
    xy[2 * POINTS + 2] = w;
    xy[2 * POINTS + 3] = xy[2 * POINTS + 4 + 1] = horizon + 0.001 * w;
    xy[2 * POINTS + 4] = 0;
    pen_polygon(pen, xy, POINTS + 3, colour);
    for (int i = 1; snow > 0 && i < POINTS; i++)
        if (horizon - xy[2 * i + 1] > height * snow) {
            double d = (horizon - xy[2 * i + 1] - height * snow) * 0.8, x = xy[2 * i],
                   step = w / POINTS;
            pen_polygon(pen,
                        (double[]){xy[2 * i - 2], xy[2 * i - 1], x, xy[2 * i + 1], xy[2 * i + 2],
                                   xy[2 * i + 3], x + step * 0.3, xy[2 * i + 3] + d, x - step * 0.2,
                                   xy[2 * i + 1] + d * 1.3},
                        5, RGB8(0xEEF3F8));
        }
}

void sky_paint(const Pen *pen, double w, double horizon, double h, Terrain terrain) {
    static const struct {
        unsigned top, bottom;
    } SKIES[] = {{0x6FA3D8, 0xDDEAF2},
                 {0x9DB4C6, 0xE4E6E6},
                 {0x4E86C6, 0xCFE2EE},
                 {0xB5BBC2, 0xE9E6E0},
                 {0x7FA8CF, 0xF3DFC4}};
    size_t sky = prng_below(pen->dice, sizeof SKIES / sizeof SKIES[0]);
    pen_fade(pen, 0, 0, w, horizon + h * 0.01, RGB8(SKIES[sky].top), RGB8(SKIES[sky].bottom));
    for (int i = 0; i < 6; i++)
        cloud(pen, dice_range(pen->dice, 0, w), dice_range(pen->dice, 0, horizon * 0.8),
              w * dice_range(pen->dice, 0.06, 0.16));
    Rgb haze = RGB8(SKIES[sky].bottom);
    const char *value = "terrain-flat";
    double top = h * 0.04;
    switch (terrain) {
    case TERRAIN_ALPS:
        value = "terrain-mountains";
        top = h * 0.24;
        ridge(pen, w, horizon, top, 0.3, rgb_mix(RGB8(0x5F7186), haze, 0.35), 0.55);
        ridge(pen, w, horizon, h * 0.12, 0.18, rgb_mix(RGB8(0x3F5A49), haze, 0.2), 0);
        break;
    case TERRAIN_HILLS:
        value = "terrain-hills";
        top = h * 0.12;
        ridge(pen, w, horizon, top, 0.08, rgb_mix(RGB8(0x5E7A62), haze, 0.45), 0);
        ridge(pen, w, horizon, h * 0.07, 0.1, rgb_mix(RGB8(0x4F7046), haze, 0.25), 0);
        break;
    case TERRAIN_DESERT:
        value = "terrain-desert";
        top = h * 0.08;
        ridge(pen, w, horizon, top, 0.07, rgb_mix(RGB8(0xC79A63), haze, 0.4), 0);
        ridge(pen, w, horizon, h * 0.045, 0.06, RGB8(0xCFA86E), 0);
        break;
    case TERRAIN_SEA:
        value = "terrain-sea";
        top = h * 0.06;
        pen_fade(pen, 0, horizon - top, w, top + h * 0.01, RGB8(0x5C93B5), RGB8(0x2F6F96));
        for (int i = 0; i < 60; i++) {
            double y = horizon - dice_range(pen->dice, 0, top), x = dice_range(pen->dice, 0, w);
            pen_line(pen, x, y, x + w * 0.015, y, h * 0.0012, RGB8(0xA9CBDD));
        }
        break;
    case TERRAIN_FLAT:
    default:
        ridge(pen, w, horizon, h * 0.035, 0.16, rgb_mix(RGB8(0x55704A), haze, 0.3), 0);
    }
    pen_clue(pen, "outdoor", value, 0, horizon - top, w, top);
}

static void arrow(const Street *street, double x, double z, bool is_ours, Rgb white) {
    // A straight arrow lying on the road; ours points away from us.
    const double away[] = {0, 3.2, 0.55, 2.0, 0.17, 2.0, 0.17, 0, -0.17, 0, -0.17, 2.0, -0.55, 2.0};
    double xy[14];
    for (int i = 0; i < 7; i++) {
        double at = z + (is_ours ? away[2 * i + 1] : 3.2 - away[2 * i + 1]);
        xy[2 * i] = ground_x(street, x + away[2 * i], at);
        xy[2 * i + 1] = ground_y(street, at);
    }
    pen_polygon(street->pen, xy, 7, white);
}

static void road(const Street *street) {
    const Pen *pen = street->pen;
    bool is_yellow = pen->country->has_yellow_line;
    double near = 1.2 * street->eye, far = 160, half = street->half;
    Rgb asphalt = rgb_jitter(pen->dice, RGB8(0x5B5D60), 0.04), white = RGB8(0xE9E8E2),
        line = is_yellow ? RGB8(0xE8B52C) : white;
    Rgb pavement = rgb_jitter(pen->dice, RGB8(0xA9A49B), 0.04);
    ground_strip(street, -half - 2.4, half + 2.4, near, far, pavement);
    for (int i = 0; i < 40; i++)
        ground_strip(street, -half - 2.4, half + 2.4, near + i * 1.5, near + i * 1.5 + 0.03,
                     rgb_scale(pavement, 0.85));
    ground_strip(street, -half - 0.15, half + 0.15, near, far, rgb_scale(pavement, 1.15)); // kerb
    ground_strip(street, -half, half, near, far, asphalt);
    for (int i = 0; i < 26; i++) { // patches and wear
        double x = dice_range(pen->dice, -half, half * 0.8), z = dice_range(pen->dice, near, 40);
        ground_strip(street, x, x + dice_range(pen->dice, 0.2, 1.2), z,
                     z + dice_range(pen->dice, 0.4, 3), rgb_jitter(pen->dice, asphalt, 0.015));
    }
    if (is_yellow && dice_chance(pen->dice, 0.6)) { // the double line
        ground_strip(street, -0.18, -0.07, near, far, line);
        ground_strip(street, 0.07, 0.18, near, far, line);
    } else {
        for (double z = near; z < 120; z += 6)
            ground_strip(street, -0.07, 0.07, z, z + 3, line);
    }
    ground_strip(street, -half + 0.25, -half + 0.35, near, far, white);
    ground_strip(street, half - 0.35, half - 0.25, near, far, white);
    double z = dice_range(pen->dice, 4.5, 6) * fmax(1, street->eye / 1.7),
           lane = half / 2 * (pen->country->drives_left ? -1 : 1);
    arrow(street, lane, z, true, white);
    arrow(street, -lane, z + 3, false, white);
    if (dice_chance(pen->dice, 0.4))
        for (double x = -half + 0.5; x < half - 0.6; x += 0.9)
            ground_strip(street, x, x + 0.5, z + 9, z + 12, white);
    double left = ground_x(street, -half, z), right = ground_x(street, half, z),
           top = ground_y(street, z + 3.2);
    pen_clue(pen, "outdoor", pen->country->drives_left ? "driving-left" : "driving-right", left,
             top, right - left, ground_y(street, z) - top);
    pen_clue(pen, "outdoor", is_yellow ? "road-line-yellow" : "road-line-white",
             ground_x(street, -0.4, z), top, ground_x(street, 0.4, z) - ground_x(street, -0.4, z),
             ground_y(street, z) - top);
}

static void house_window(const Street *street, double x, double z0, double z1, double y0, double y1,
                         Rgb frame) {
    double xy[8] = {
        ground_x(street, x, z0), street->horizon + street->focal * (street->eye - y1) / z0,
        ground_x(street, x, z1), street->horizon + street->focal * (street->eye - y1) / z1,
        ground_x(street, x, z1), street->horizon + street->focal * (street->eye - y0) / z1,
        ground_x(street, x, z0), street->horizon + street->focal * (street->eye - y0) / z0};
    pen_polygon(street->pen, xy, 4, RGB8(0x3A4650));
    cairo_t *cr = street->pen->cr;
    for (int i = 0; i < 4; i++)
        cairo_line_to(cr, xy[2 * i], xy[2 * i + 1]);
    cairo_close_path(cr);
    cairo_move_to(cr, (xy[0] + xy[2]) / 2, (xy[1] + xy[3]) / 2);
    cairo_line_to(cr, (xy[4] + xy[6]) / 2, (xy[5] + xy[7]) / 2);
    pen_colour(street->pen, frame, 1);
    cairo_set_line_width(cr, fabs(xy[1] - xy[7]) * 0.06);
    cairo_stroke(cr);
}

static void house(const Street *street, double side, double z0, double z1, int floors, Rgb wall) {
    const Pen *pen = street->pen;
    double x = side * (street->half + 2.6), height = floors * 3.0 + 0.6;
    double far_x = x + side * 9, y0 = ground_y(street, z0), y1 = ground_y(street, z1);
    double t0 = street->horizon + street->focal * (street->eye - height) / z0,
           t1 = street->horizon + street->focal * (street->eye - height) / z1;
    double front = ground_x(street, x, z0), back = ground_x(street, x, z1),
           out = ground_x(street, far_x, z0);
    pen_polygon(pen, (double[]){front, t0, out, t0, out, y0, front, y0}, 4,
                rgb_scale(wall, 0.72)); // gable towards us
    pen_polygon(pen, (double[]){front, t0, back, t1, back, y1, front, y0}, 4,
                side < 0 ? wall : rgb_scale(wall, 0.86));
    Rgb roof = rgb_jitter(
        pen->dice,
        DICE_PICK(pen->dice,
                  ((const Rgb[]){{0.55, 0.3, 0.22}, {0.36, 0.36, 0.38}, {0.62, 0.4, 0.28}})),
        0.05);
    bool is_flat = street->terrain == TERRAIN_DESERT || dice_chance(pen->dice, 0.3);
    double rise = is_flat ? 0.35 : 2.2;
    double r0 = street->horizon + street->focal * (street->eye - height - rise) / z0,
           r1 = street->horizon + street->focal * (street->eye - height - rise) / z1;
    double rx0 = ground_x(street, is_flat ? x : x + side * 4.5, z0),
           rx1 = ground_x(street, is_flat ? x : x + side * 4.5, z1);
    if (!is_flat)
        pen_polygon(pen, (double[]){front, t0, rx0, r0, out, t0}, 3, rgb_scale(wall, 0.68));
    pen_polygon(pen, (double[]){front, t0, back, t1, rx1, r1, rx0, r0}, 4, roof);
    Rgb frame = dice_chance(pen->dice, 0.6) ? RGB8(0xEDEBE4) : RGB8(0x5A4632);
    int bays = (int)fmax(2, (z1 - z0) / 2.6);
    for (int floor = 0; floor < floors; floor++)
        for (int bay = 0; bay < bays; bay++) {
            double a = z0 + (z1 - z0) * (bay + 0.28) / bays,
                   b = z0 + (z1 - z0) * (bay + 0.72) / bays;
            house_window(street, x, a, b, floor * 3.0 + (floor == 0 && bay % 3 == 1 ? 0.05 : 1.0),
                         floor * 3.0 + 2.4, frame);
        }
}

static void pole(const Street *street, double x, double z) {
    const Pen *pen = street->pen;
    double px = ground_x(street, x, z), base = ground_y(street, z), unit = street->focal / z;
    bool is_wood = pen->country->plants & (PLANT_CONIFER | PLANT_EUCALYPT | PLANT_PALM) &&
                   pen->country->code[0] % 2 == 1;
    Rgb colour = is_wood ? RGB8(0x6A5340) : RGB8(0x9A9892);
    double top = base - unit * 8;
    pen_polygon(pen,
                (double[]){px - unit * 0.14, base, px - unit * 0.09, top, px + unit * 0.09, top,
                           px + unit * 0.14, base},
                4, colour);
    for (int arm = 0; arm < 2; arm++) {
        double y = top + unit * (0.4 + 0.8 * arm);
        pen_rect(pen, px - unit * 1.1, y, unit * 2.2, unit * 0.13, rgb_scale(colour, 0.85));
        for (int i = -1; i <= 1; i++) {
            pen_rect(pen, px + i * unit * 0.9 - unit * 0.05, y - unit * 0.2, unit * 0.1, unit * 0.2,
                     RGB8(0xD8D4CC));
            pen_colour(pen, RGB8(0x26282A), 0.8);
            cairo_set_line_width(pen->cr, fmax(unit * 0.03, street->w * 0.0006));
            double end_x = ground_x(street, x + i * 0.9, 90),
                   end_y = street->horizon - street->focal * (7.2 - street->eye) / 90;
            cairo_move_to(pen->cr, px + i * unit * 0.9, y - unit * 0.2);
            cairo_curve_to(pen->cr, (2 * px + end_x) / 3, y + unit * 0.8, (px + 2 * end_x) / 3,
                           end_y + unit * 0.2, end_x, end_y);
            cairo_stroke(pen->cr);
        }
    }
    pen_clue(pen, "outdoor", is_wood ? "utility-pole-wood" : "utility-pole-concrete",
             px - unit * 1.1, top, unit * 2.2, base - top);
}

static void bollard(const Street *street, double x, double z, bool is_red) {
    const Pen *pen = street->pen;
    double px = ground_x(street, x, z), base = ground_y(street, z), unit = street->focal / z;
    pen_round(pen, px - unit * 0.09, base - unit * 0.95, unit * 0.18, unit * 0.95, unit * 0.09,
              is_red ? RGB8(0xEDEBE6) : RGB8(0x2E3033));
    pen_rect(pen, px - unit * 0.09, base - unit * 0.8, unit * 0.18, unit * 0.14,
             is_red ? RGB8(0xC4302B) : RGB8(0xE6E2D6));
    pen_clue(pen, "outdoor", is_red ? "bollard-red-band" : "bollard-dark", px - unit * 0.1,
             base - unit, unit * 0.2, unit);
}

static void traffic(const Street *street) {
    const Pen *pen = street->pen;
    double side = pen->country->drives_left ? -1 : 1, lane = street->half / 2,
           scale = fmax(1, street->eye / 2.2);
    double far_z = dice_range(pen->dice, 24, 34) * scale, z = dice_range(pen->dice, 7, 11) * scale;
    car_paint(pen, ground_x(street, -side * lane, far_z), ground_y(street, far_z),
              street->focal * 1.8 / far_z, false);
    car_paint(pen, ground_x(street, side * lane, z), ground_y(street, z), street->focal * 1.8 / z,
              true);
    double w = street->focal * 1.8 / z, x = ground_x(street, side * lane, z),
           y = ground_y(street, z);
    pen_clue(pen, "outdoor", pen->country->drives_left ? "driving-left" : "driving-right",
             x - w / 2, y - w * 0.8, w, w * 0.8);
}

static void roadside(const Street *street) {
    const Pen *pen = street->pen;
    double half = street->half;
    for (int i = 5; i >= 0; i--) {
        double z = 10 + 11 * i + dice_range(pen->dice, -2, 2);
        for (int side = -1; side <= 1; side += 2)
            if (dice_chance(pen->dice, 0.55))
                plant_paint(pen, (Plant)dice_bit(pen->dice, pen->country->plants),
                            ground_x(street, side * (half + 1.9), z), ground_y(street, z),
                            street->focal / z * dice_range(pen->dice, 4, 7));
    }
    int side = dice_chance(pen->dice, 0.5) ? 1 : -1;
    if (dice_chance(pen->dice, 0.7))
        pole(street, side * (half + 1.2), dice_range(pen->dice, 14, 22));
    bool is_red = dice_chance(pen->dice, 0.5);
    for (int i = 3; i >= 0; i--)
        bollard(street, -side * (half + 0.6), 7.5 + 3 * i, is_red);
    traffic(street);
    // Near enough to read, far enough to stand inside the picture.
    double x = -side * (half + 1.5),
           room = x < street->camera ? street->vanish : street->w - street->vanish;
    double z = fmax(6.5, (fabs(x - street->camera) + 1.1) * street->focal / room),
           unit = street->focal / z;
    double px = ground_x(street, x, z), base = ground_y(street, z);
    pen_rect(pen, px - unit * 0.04, base - unit * 2.5, unit * 0.08, unit * 2.5, RGB8(0x8D9094));
    sign_paint(pen, (SignKind)dice_int(pen->dice, SIGN_BUS_STOP, SIGN_MARKET), px - unit * 0.75,
               base - unit * 3, unit * 1.5, unit * 0.7);
}

void street_paint(const Pen *pen, double w, double h, double eye) {
    cairo_save(pen->cr);
    cairo_rectangle(pen->cr, 0, 0, w, h);
    cairo_clip(pen->cr);
    Street street = {
        .pen = pen, .w = w, .h = h, .eye = eye, .half = dice_range(pen->dice, 3.1, 3.8)};
    street.terrain = (Terrain)dice_bit(pen->dice, pen->country->terrains);
    street.horizon = h * (dice_range(pen->dice, 0.38, 0.47) + (h > w ? 0.1 : 0));
    street.vanish = w * dice_range(pen->dice, 0.4, 0.6);
    street.focal = fmax(w, h) * dice_range(pen->dice, 0.75, 0.95);
    double lane = pen->country->drives_left ? -1 : 1;
    street.camera = lane * dice_range(pen->dice, -0.3, 1.4);
    if (dice_chance(pen->dice, 0.45)) { // from the pavement
        double side = dice_chance(pen->dice, 0.5) ? 1 : -1;
        street.camera = side * (street.half + dice_range(pen->dice, 0.2, 1.2));
        street.vanish = w * (0.5 + side * dice_range(pen->dice, 0.14, 0.24));
    }
    sky_paint(pen, w, street.horizon, h, street.terrain);
    Rgb ground = street.terrain == TERRAIN_DESERT ? RGB8(0xC4A36C) : RGB8(0x73884D);
    pen_fade(pen, 0, street.horizon, w, h - street.horizon, rgb_mix(ground, RGB8(0xC9CEC4), 0.3),
             rgb_scale(ground, 0.85));
    bool is_town = dice_chance(pen->dice, 0.65);
    for (int i = 5; is_town && i >= 0; i--)
        for (int side = -1; side <= 1; side += 2)
            if (dice_chance(pen->dice, 0.75))
                house(&street, side, 10 + 13 * i, 21 + 13 * i, dice_int(pen->dice, 1, 4),
                      rgb_jitter(pen->dice, scheme_roll(pen->dice).wall, 0.05));
    road(&street);
    roadside(&street);
    cairo_restore(pen->cr);
}
