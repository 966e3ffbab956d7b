// Wall sockets of the plug types A–O, drawn to scale in millimetres from the dimensions of their
// standards.
#include <ctype.h>
#include <string.h>

#include "fittings.h"

static const Rgb HOLE = {0.07, 0.07, 0.08};
static const Rgb METAL = {0.72, 0.68, 0.55};

static void hole(const Pen *pen, double x, double y, double diameter) {
    pen_circle(pen, x, y + 0.25, diameter / 2 + 0.45, RGB8(0xFFFFFF));
    pen_circle(pen, x, y - 0.15, diameter / 2 + 0.4, RGB8(0x77736B));
    pen_circle(pen, x, y, diameter / 2, HOLE);
    pen_ellipse(pen, x, y + diameter * 0.18, diameter * 0.22, diameter * 0.16, METAL, 0.4);
}

// A slot w × h turned by degrees about its centre.
static void slot(const Pen *pen, double x, double y, double w, double h, double degrees) {
    cairo_save(pen->cr);
    cairo_translate(pen->cr, x, y);
    cairo_rotate(pen->cr, degrees * M_PI / 180);
    pen_round(pen, -w / 2 - 0.4, -h / 2 - 0.3, w + 0.8, h + 0.9, 0.5, RGB8(0x8A867D));
    pen_round(pen, -w / 2, -h / 2, w, h, 0.35, HOLE);
    pen_colour(pen, METAL, 0.35);
    cairo_rectangle(pen->cr, -w * 0.2, -h * 0.3, w * 0.4, h * 0.6);
    cairo_fill(pen->cr);
    cairo_restore(pen->cr);
}

// A sunken face: shade at the upper edge, light at the lower.
static void recess_fill(const Pen *pen, double y, double height, Rgb plate) {
    cairo_path_t *path = cairo_copy_path(pen->cr);
    cairo_pattern_t *light = cairo_pattern_create_linear(0, y - height / 2, 0, y + height / 2);
    Rgb low = rgb_scale(plate, 0.66), high = rgb_scale(plate, 0.93);
    cairo_pattern_add_color_stop_rgb(light, 0, low.r, low.g, low.b);
    cairo_pattern_add_color_stop_rgb(light, 0.35, high.r, high.g, high.b);
    cairo_pattern_add_color_stop_rgb(light, 1, plate.r, plate.g, plate.b);
    cairo_set_source(pen->cr, light);
    cairo_fill(pen->cr);
    cairo_pattern_destroy(light);
    cairo_append_path(pen->cr, path);
    pen_colour(pen, rgb_scale(plate, 0.45), 0.8);
    cairo_set_line_width(pen->cr, 0.55);
    cairo_stroke(pen->cr);
    cairo_path_destroy(path);
}

static void round_recess(const Pen *pen, double diameter, Rgb plate) {
    pen_circle(pen, 0, 0.5, diameter / 2 + 1.4, rgb_mix(plate, RGB8(0xFFFFFF), 0.6));
    cairo_new_path(pen->cr);
    cairo_arc(pen->cr, 0, 0, diameter / 2, 0, 2 * M_PI);
    recess_fill(pen, 0, diameter, plate);
    pen_colour(pen, rgb_scale(plate, 0.9), 1);
    cairo_arc(pen->cr, 0, 0.4, diameter / 2 - 2.6, 0, 2 * M_PI);
    cairo_fill(pen->cr);
}

// Hexagon with two long sides above and below, w × h.
static void hex_recess(const Pen *pen, double w, double h, double corner, Rgb plate) {
    cairo_new_path(pen->cr);
    cairo_move_to(pen->cr, -w / 2, 0);
    cairo_line_to(pen->cr, -w / 2 + corner, -h / 2);
    cairo_line_to(pen->cr, w / 2 - corner, -h / 2);
    cairo_line_to(pen->cr, w / 2, 0);
    cairo_line_to(pen->cr, w / 2 - corner, h / 2);
    cairo_line_to(pen->cr, -w / 2 + corner, h / 2);
    cairo_close_path(pen->cr);
    recess_fill(pen, 0, h, plate);
}

static void screw(const Pen *pen, double x, double y) {
    pen_circle(pen, x, y, 2.4, RGB8(0x8E8B85));
    pen_circle(pen, x - 0.2, y - 0.2, 2.0, RGB8(0xC9C7C1));
    slot(pen, x, y, 3.4, 0.5, 30);
}

// The faces themselves, centred at the origin.
static void face_a(const Pen *pen, Rgb plate) {
    slot(pen, -6.35, 0, 1.9, 8.2, 0);
    slot(pen, 6.35, 0, 1.9, 6.8, 0);
}
static void face_b(const Pen *pen, Rgb plate) {
    cairo_new_path(pen->cr); // a circle of 34 mm, cut flat above and below
    cairo_arc(pen->cr, 0, 0, 17, -0.98, 0.98);
    cairo_arc(pen->cr, 0, 0, 17, M_PI - 0.98, M_PI + 0.98);
    cairo_close_path(pen->cr);
    recess_fill(pen, 0, 28, rgb_mix(plate, RGB8(0xFFFFFF), 0.25));
    slot(pen, -6.35, -4, 1.9, 8.4, 0);
    slot(pen, 6.35, -4, 1.9, 6.8, 0);
    hole(pen, 0, 7.6, 5.2);
    pen_rect(pen, -2.6, 4.9, 5.2, 1.4,
             rgb_scale(plate, 0.96)); // the hole has a flat side towards the blades
}
static void face_c(const Pen *pen, Rgb plate) {
    round_recess(pen, 40, plate);
    hole(pen, -9.5, 0, 4.8);
    hole(pen, 9.5, 0, 4.8);
}
static void face_d(const Pen *pen, Rgb plate) {
    hole(pen, 0, -13, 7.4);
    hole(pen, -9.55, 9.2, 5.5);
    hole(pen, 9.55, 9.2, 5.5);
}
static void face_e(const Pen *pen, Rgb plate) {
    round_recess(pen, 39.5, plate);
    hole(pen, -9.5, 0, 5);
    hole(pen, 9.5, 0, 5);
    pen_ellipse(pen, 1, -8.6, 3.2, 3.4, RGB8(0x000000),
                0.28); // the pin stands out: it throws a shadow
    pen_circle(pen, 0, -10, 2.7, RGB8(0x8C8259));
    pen_circle(pen, -0.3, -10.4, 2.2, RGB8(0xD9CDA0));
    pen_circle(pen, -0.8, -11, 0.8, RGB8(0xFFFBEA));
}
static void face_f(const Pen *pen, Rgb plate) {
    round_recess(pen, 39.5, plate);
    for (int side = -1; side <= 1; side += 2) {
        pen_rect(pen, side * 17.6 - 2.6, -2.7, 5.2, 5.4, rgb_scale(plate, 0.72)); // guide grooves
        pen_round(pen, -2.6, side * 16.6 - 3.2, 5.2, 6.4, 0.8, RGB8(0x6F6B60));   // earth clips
        pen_round(pen, -1.9, side * 16.6 - 2.7, 3.8, 5.4, 0.6, RGB8(0xD6CFB4));
        pen_rect(pen, -1.9, side * 16.6 - 0.4, 3.8, 0.8, RGB8(0x97907A));
        hole(pen, side * 9.5, 0, 5);
    }
    screw(pen, 0, 0);
}
static void face_g(const Pen *pen, Rgb plate) {
    slot(pen, 0, -11.1, 4.6, 8.6, 0);
    slot(pen, -11.1, 11.1, 7.0, 4.6, 0);
    slot(pen, 11.1, 11.1, 7.0, 4.6, 0);
}
static void face_h(const Pen *pen, Rgb plate) {
    cairo_new_path(pen->cr);
    cairo_arc(pen->cr, 0, 0, 21, 0, 2 * M_PI);
    recess_fill(pen, 0, 42, plate);
    // Slots for the old flat pins cross the holes for the new round ones: a Y.
    slot(pen, -9.5, -6, 2.2, 7.4, -45);
    slot(pen, 9.5, -6, 2.2, 7.4, 45);
    slot(pen, 0, 8.5, 2.2, 7.4, 0);
    hole(pen, -9.5, -6, 4.6);
    hole(pen, 9.5, -6, 4.6);
    hole(pen, 0, 8.5, 4.6);
}
static void face_i(const Pen *pen, Rgb plate) {
    slot(pen, -6.86, -3.96, 2.1, 7.2, 30);
    slot(pen, 6.86, -3.96, 2.1, 7.2, -30);
    slot(pen, 0, 10.3, 2.1, 7.2, 0);
}
static void face_j(const Pen *pen, Rgb plate) {
    hex_recess(pen, 37, 17.5, 9, plate);
    hole(pen, -9.5, -1.2, 4.5);
    hole(pen, 9.5, -1.2, 4.5);
    hole(pen, 0, 3.8, 4.5);
}
static void face_k(const Pen *pen, Rgb plate) {
    round_recess(pen, 38, plate);
    hole(pen, -9.5, -2, 5);
    hole(pen, 9.5, -2, 5);
    cairo_new_path(pen->cr); // the earth hole: a half moon, flat side up
    cairo_arc(pen->cr, 0, 8.2, 5.6, 0, M_PI);
    cairo_close_path(pen->cr);
    pen_colour(pen, HOLE, 1);
    cairo_fill(pen->cr);
}
static void face_l(const Pen *pen, Rgb plate) {
    for (int at = -1; at <= 1; at++) { // both ratings in one: 10 A and 16 A holes run together
        if (at != 0) {
            slot(pen, 0, at * 11.25, 3.6, 6.0, 0);
            hole(pen, 0, at * 9.5, 4.4);
            hole(pen, 0, at * 13, 5.2);
        }
    }
    hole(pen, 0, 0, 5);
}
static void face_m(const Pen *pen, Rgb plate) {
    hole(pen, 0, -16, 9.2);
    hole(pen, -12.7, 12.6, 7.5);
    hole(pen, 12.7, 12.6, 7.5);
}
static void face_n(const Pen *pen, Rgb plate) {
    hex_recess(pen, 38, 19, 9.5, plate);
    hole(pen, -9.5, 1.2, 4.8);
    hole(pen, 9.5, 1.2, 4.8);
    hole(pen, 0, -1.8, 4.8);
}
static void face_o(const Pen *pen, Rgb plate) {
    pen_round_path(pen, -19, -17, 38, 34, 7);
    recess_fill(pen, 0, 34, plate);
    hole(pen, -9.5, -5, 5);
    hole(pen, 9.5, -5, 5);
    hole(pen, 0, 6.9, 5);
}

// The plate around: size in mm, how many outlets, and where the switch of the outlet is.
static const struct {
    char type;
    void (*face)(const Pen *pen, Rgb plate);
    double w, h;   // plate
    double dx, dy; // between outlets
    int outlets;   // usual number
    double radius;
} SOCKETS[] = {
    {'A', face_a, 70, 120, 0, 38, 2, 4}, {'B', face_b, 70, 115, 0, 38.6, 2, 4},
    {'C', face_c, 81, 81, 0, 0, 1, 6},   {'D', face_d, 86, 86, 0, 0, 1, 4},
    {'E', face_e, 81, 81, 0, 0, 1, 8},   {'F', face_f, 81, 81, 71, 0, 1, 6},
    {'G', face_g, 86, 86, 60, 0, 1, 4},  {'H', face_h, 80, 80, 0, 0, 1, 6},
    {'I', face_i, 116, 72, 58, 0, 2, 4}, {'J', face_j, 86, 86, 0, 22, 3, 4},
    {'K', face_k, 86, 86, 0, 0, 1, 5},   {'L', face_l, 120, 80, 24, 0, 2, 5},
    {'M', face_m, 100, 100, 0, 0, 1, 4}, {'N', face_n, 72, 118, 0, 36, 2, 5},
    {'O', face_o, 70, 120, 0, 44, 2, 5},
};

static void little_switch(const Pen *pen, double x, double y, Rgb plate) {
    pen_round(pen, x - 4.5, y - 8, 9, 16, 1, rgb_scale(plate, 0.6));
    pen_fade(pen, x - 3.8, y - 7.4, 7.6, 14.8, rgb_scale(plate, 0.78),
             rgb_mix(plate, RGB8(0xFFFFFF), 0.5));
    pen_rect(pen, x - 1.6, y - 6, 3.2, 1.6, RGB8(0xC22A22));
}

static void outlets_paint(const Pen *pen, size_t row, int outlets, double plate_w, Rgb plate) {
    char type = SOCKETS[row].type;
    bool is_turned = (type == 'J' || type == 'N') && dice_chance(pen->dice, 0.5);
    // In China the earth slot is above.
    is_turned |= type == 'I' && pen->country->code[0] == 'C' && pen->country->code[1] == 'N';
    for (int i = 0; i < outlets; i++) {
        double at = i - (outlets - 1) / 2.0;
        cairo_save(pen->cr);
        cairo_translate(pen->cr, at * SOCKETS[row].dx,
                        at * SOCKETS[row].dy + (type == 'I' && outlets > 1 ? 6 : 0));
        if (is_turned)
            cairo_rotate(pen->cr, M_PI);
        SOCKETS[row].face(pen, plate);
        cairo_restore(pen->cr);
        if (type == 'I' && outlets > 1)
            little_switch(pen, at * SOCKETS[row].dx, -22, plate);
    }
    if (type == 'B')
        screw(pen, 0, 0);
    if (type == 'G' || type == 'D' || type == 'M') {
        screw(pen, -plate_w / 2 + 10, 0);
        screw(pen, plate_w / 2 - 10, 0);
        for (int i = 0; i < outlets; i++) // the switch stands above, beside the earth hole
            little_switch(pen,
                          (i - (outlets - 1) / 2.0) * SOCKETS[row].dx + (outlets == 1 ? 24
                                                                         : i == 0     ? -16
                                                                                      : 16),
                          -24, plate);
    }
}

void socket_paint(const Pen *pen, char type, double x, double y, Rgb plate) {
    size_t row = 0;
    while (row + 1 < sizeof SOCKETS / sizeof SOCKETS[0] && SOCKETS[row].type != type)
        row++;
    int outlets = SOCKETS[row].outlets;
    double w = SOCKETS[row].w, h = SOCKETS[row].h;
    if ((type == 'F' || type == 'G') && dice_chance(pen->dice, 0.5)) {
        outlets = 2;
        w += SOCKETS[row].dx;
    }
    if (type == 'I' &&
        pen->country->drives_left == false) { // China, Argentina: one outlet in a square plate
        outlets = 1;
        w = h = 86;
    }
    cairo_save(pen->cr);
    cairo_translate(pen->cr, x, y);
    cairo_scale(pen->cr, 0.001, 0.001);
    pen_shadow(pen, -w / 2 + 1, -h / 2 + 3, w, h, 9, 0.35);
    pen_plate(pen, -w / 2, -h / 2, w, h, SOCKETS[row].radius, plate);
    if (type == 'L' || type == 'E' || type == 'F') { // the inset that carries the works
        pen_round_path(pen, -w / 2 + 11, -h / 2 + 11, w - 22, h - 22, 3);
        pen_colour(pen, rgb_scale(plate, 0.82), 1);
        cairo_set_line_width(pen->cr, 0.7);
        cairo_stroke(pen->cr);
    }
    outlets_paint(pen, row, outlets, w, plate);
    char value[] = "plug-x";
    value[5] = (char)tolower((unsigned char)type);
    pen_clue(pen, "electrical", value, -w / 2, -h / 2, w, h);
    cairo_restore(pen->cr);
}

void socket_of_country(const Pen *pen, double x, double y, Rgb plate) {
    const char *plugs = pen->country->plugs;
    // The usual type stands first and is drawn most.
    size_t count = strlen(plugs),
           chosen = dice_chance(pen->dice, 0.65) ? 0 : prng_below(pen->dice, count);
    socket_paint(pen, plugs[chosen], x, y, plate);
}
