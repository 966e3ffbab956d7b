// Wardrobes, shelves, tables, beds and sofas, as painted boxes.
#include "furniture.h"

#include "fittings.h"

typedef struct Piece {
    const Scheme *scheme;
    Rgb colour;
    int variant;
    double fold; // where the blanket of a bed begins
} Piece;

static const Footprint FOOTPRINTS[FURNITURE_KINDS] = {
    [FURNITURE_WARDROBE] = {1.1, 1.95, 0.58}, [FURNITURE_BOOKCASE] = {0.95, 1.8, 0.32},
    [FURNITURE_DRESSER] = {1.0, 0.82, 0.45},  [FURNITURE_DESK] = {1.2, 0.74, 0.6},
    [FURNITURE_TABLE] = {1.1, 0.74, 0.8},     [FURNITURE_BED] = {1.0, 0.9, 2.0},
    [FURNITURE_SOFA] = {1.9, 0.82, 0.85},
};

Footprint furniture_footprint(Furniture kind) {
    return FOOTPRINTS[kind];
}

static void panel(const Pen *pen, double x, double y, double w, double h, Rgb colour) {
    double edge = fmin(w, h) * 0.12;
    pen_rect(pen, x + 0.004, y + 0.004, w - 0.008, h - 0.008, rgb_scale(colour, 0.45));
    pen_wood(pen, x + 0.007, y + 0.007, w - 0.014, h - 0.014, colour, h > w);
    pen_rect(pen, x + edge, y + edge, w - 2 * edge, h - 2 * edge, rgb_scale(colour, 0.7));
    pen_rect(pen, x + edge + 0.006, y + edge + 0.006, w - 2 * edge - 0.006, h - 2 * edge - 0.006,
             rgb_mix(colour, RGB8(0xFFFFFF), 0.22));
    pen_wood(pen, x + edge + 0.006, y + edge + 0.006, w - 2 * edge - 0.012, h - 2 * edge - 0.012,
             rgb_scale(colour, 0.96), h > w);
}

static void knob(const Pen *pen, double x, double y, Rgb metal) {
    pen_ellipse(pen, x + 0.004, y + 0.01, 0.016, 0.016, RGB8(0), 0.35);
    pen_circle(pen, x, y, 0.014, rgb_scale(metal, 0.7));
    pen_circle(pen, x - 0.003, y - 0.003, 0.009, rgb_mix(metal, RGB8(0xFFFFFF), 0.5));
}

static void wood_faces(const Pen *pen, Face face, double w, double h, const void *what) {
    const Piece *piece = what;
    pen_wood(pen, 0, 0, w, h, piece->colour, h > w);
}

static void wardrobe_faces(const Pen *pen, Face face, double w, double h, const void *what) {
    const Piece *piece = what;
    wood_faces(pen, face, w, h, what);
    if (face != FACE_FRONT)
        return;
    pen_rect(pen, 0, h - 0.08, w, 0.08, rgb_scale(piece->colour, 0.5));
    for (int i = 0; i < 2; i++) {
        double x = 0.02 + i * (w - 0.04) / 2, dw = (w - 0.04) / 2;
        panel(pen, x, 0.03, dw, (h - 0.12) * (piece->variant ? 0.62 : 0.98), piece->colour);
        if (piece->variant)
            panel(pen, x, 0.03 + (h - 0.12) * 0.63, dw, (h - 0.12) * 0.35, piece->colour);
        knob(pen, w / 2 + (i ? 0.05 : -0.05), h * 0.45, piece->scheme->metal);
    }
}

static void dresser_faces(const Pen *pen, Face face, double w, double h, const void *what) {
    const Piece *piece = what;
    wood_faces(pen, face, w, h, what);
    if (face != FACE_FRONT)
        return;
    for (int i = 0; i < 3; i++) {
        double y = 0.03 + i * (h - 0.09) / 3, dh = (h - 0.09) / 3;
        panel(pen, 0.03, y, w - 0.06, dh, piece->colour);
        knob(pen, w * 0.28, y + dh / 2, piece->scheme->metal);
        knob(pen, w * 0.72, y + dh / 2, piece->scheme->metal);
    }
    pen_rect(pen, 0, h - 0.05, w, 0.05, rgb_scale(piece->colour, 0.5));
}

static void bookcase_faces(const Pen *pen, Face face, double w, double h, const void *what) {
    const Piece *piece = what;
    wood_faces(pen, face, w, h, what);
    if (face != FACE_FRONT)
        return;
    pen_fade(pen, 0.025, 0.025, w - 0.05, h - 0.1, rgb_scale(piece->colour, 0.32),
             rgb_scale(piece->colour, 0.5));
    int shelves = 5;
    for (int i = 1; i <= shelves; i++)
        shelf_paint(pen, 0.025, 0.02 + (h - 0.1) * i / shelves, w - 0.05, piece->scheme);
}

static void table_place(View *view, Box box, const Piece *piece) {
    double leg = 0.055, top = 0.045, a = box.turn * M_PI / 180;
    for (int back = 1; back >= 0; back--)
        for (int side = -1; side <= 1; side += 2) {
            double x = side * (box.w / 2 - leg), z = (back ? 1 : -1) * (box.d / 2 - leg);
            Vec3 base =
                vec3_add(box.base, (Vec3){x * cos(a) + z * sin(a), 0, z * cos(a) - x * sin(a)});
            box_place(view, (Box){base, box.turn, leg, box.h - top, leg}, wood_faces, piece);
        }
    box_place(view,
              (Box){vec3_add(box.base, (Vec3){0, box.h - top - 0.09, 0}), box.turn, box.w - 0.08,
                    0.09, box.d - 0.08},
              wood_faces, piece);
    box_place(view,
              (Box){vec3_add(box.base, (Vec3){0, box.h - top, 0}), box.turn, box.w, top, box.d},
              wood_faces, piece);
}

static void cloth_faces(const Pen *pen, Face face, double w, double h, const void *what) {
    const Piece *piece = what;
    pen_cloth(pen, 0, 0, w, h, piece->colour);
    if (piece->variant == 1 && (face == FACE_TOP || face == FACE_FRONT)) { // seat cushions
        for (int i = 0; i < 3; i++) {
            pen_colour(pen, rgb_scale(piece->colour, 0.6), 0.9);
            pen_round_path(pen, w * i / 3 + 0.01, 0.01, w / 3 - 0.02, h - 0.02, 0.05);
            cairo_set_line_width(pen->cr, 0.012);
            cairo_stroke(pen->cr);
        }
    }
}

static void blanket_faces(const Pen *pen, Face face, double w, double h, const void *what) {
    const Piece *piece = what;
    Rgb sheet = RGB8(0xEFEBE2), ink = piece->scheme->accent;
    pen_cloth(pen, 0, 0, w, h, sheet);
    double top = face == FACE_TOP ? h * piece->fold : 0, left = 0, right = w;
    if (face == FACE_RIGHT ||
        face == FACE_LEFT) { // the side hangs down from the fold towards the foot
        left = face == FACE_RIGHT ? 0 : w * piece->fold;
        right = face == FACE_RIGHT ? w * (1 - piece->fold) : w;
    }
    pen_cloth(pen, left, top, right - left, h - top, piece->colour);
    double step = 0.14;
    for (double x = left; x < right; x += step)
        for (double y = top; y < h; y += step) {
            if (piece->variant == 0)
                pen_rect(pen, x, y, step * 0.45, fmin(step, h - y),
                         rgb_mix(piece->colour, RGB8(0xFFFFFF), 0.25));
            else
                pen_circle(pen, x + step / 2, y + step / 2, step * 0.2,
                           rgb_mix(ink, piece->colour, 0.4));
        }
    if (face == FACE_TOP)
        pen_rect(pen, 0, top, w, 0.09, rgb_mix(piece->colour, RGB8(0xFFFFFF), 0.6));
}

static Vec3 shifted(const Box *box, double x, double y, double z) {
    double a = box->turn * M_PI / 180;
    return vec3_add(box->base, (Vec3){x * cos(a) + z * sin(a), y, z * cos(a) - x * sin(a)});
}

static void bed_place(View *view, Box box, Piece piece) {
    Piece wood = piece, pillow = piece;
    wood.colour = piece.scheme->wood;
    pillow.colour = RGB8(0xF4F1EA);
    pillow.variant = 0;
    box_place(view, (Box){shifted(&box, 0, 0, box.d / 2), box.turn, box.w, box.h, 0.06}, wood_faces,
              &wood);
    box_place(view, (Box){shifted(&box, 0, 0.08, 0), box.turn, box.w, 0.2, box.d}, wood_faces,
              &wood);
    box_place(view, (Box){shifted(&box, 0, 0.28, 0), box.turn, box.w - 0.04, 0.22, box.d - 0.04},
              blanket_faces, &piece);
    box_place(view,
              (Box){shifted(&box, 0, 0.5, box.d / 2 - 0.28), box.turn, box.w * 0.66, 0.1, 0.36},
              cloth_faces, &pillow);
}

static void sofa_place(View *view, Box box, Piece piece) {
    piece.variant = 1;
    Piece arm = piece;
    arm.variant = 0;
    box_place(view,
              (Box){shifted(&box, 0, 0.05, box.d / 2 - 0.12), box.turn, box.w, box.h - 0.05, 0.24},
              cloth_faces, &piece);
    box_place(view, (Box){shifted(&box, 0, 0.08, -0.06), box.turn, box.w - 0.3, 0.36, box.d - 0.2},
              cloth_faces, &piece);
    bool is_left_far = shifted(&box, -1, 0, 0).z > shifted(&box, 1, 0, 0).z;
    for (int i = 0; i < 2; i++) {
        double side = (i == 0) == is_left_far ? -1 : 1;
        box_place(view,
                  (Box){shifted(&box, side * (box.w / 2 - 0.1), 0.05, -0.02), box.turn, 0.2, 0.52,
                        box.d - 0.1},
                  cloth_faces, &arm);
    }
    Piece cushion = arm;
    cushion.colour = piece.scheme->accent;
    box_place(view, (Box){shifted(&box, -box.w * 0.28, 0.44, 0.12), box.turn + 8, 0.42, 0.36, 0.12},
              cloth_faces, &cushion);
}

void furniture_place(View *view, Furniture kind, Vec3 base, double turn, const Scheme *scheme) {
    Footprint size = FOOTPRINTS[kind];
    Box box = {base, turn, size.w, size.h, size.d};
    Piece piece = {scheme, scheme->wood, dice_int(view->dice, 0, 1),
                   dice_range(view->dice, 0.22, 0.34)};
    switch (kind) {
    case FURNITURE_WARDROBE:
        box_place(view, box, wardrobe_faces, &piece);
        break;
    case FURNITURE_BOOKCASE:
        box_place(view, box, bookcase_faces, &piece);
        break;
    case FURNITURE_DRESSER:
        box_place(view, box, dresser_faces, &piece);
        break;
    case FURNITURE_BED:
        piece.colour = scheme->textile;
        bed_place(view, box, piece);
        break;
    case FURNITURE_SOFA:
        piece.colour = scheme->textile;
        sofa_place(view, box, piece);
        break;
    case FURNITURE_DESK:
    case FURNITURE_TABLE:
    default:
        table_place(view, box, &piece);
    }
}

static void lamp(const Pen *pen, double w, double h, const Scheme *scheme) {
    double x = w / 2;
    pen_round(pen, x - 0.01, h * 0.2, 0.02, h * 0.77, 0.01, scheme->metal);
    pen_ellipse(pen, x, h * 0.975, h * 0.085, h * 0.018, rgb_scale(scheme->metal, 0.7), 1);
    cairo_pattern_t *glow = cairo_pattern_create_linear(x - w * 0.4, 0, x + w * 0.4, 0);
    Rgb edge = rgb_mix(scheme->accent, RGB8(0xF3DCA6), 0.6), heart = RGB8(0xFFF6DC);
    cairo_pattern_add_color_stop_rgb(glow, 0, edge.r, edge.g, edge.b);
    cairo_pattern_add_color_stop_rgb(glow, 0.5, heart.r, heart.g, heart.b);
    cairo_pattern_add_color_stop_rgb(glow, 1, edge.r, edge.g, edge.b);
    cairo_move_to(pen->cr, x - w * 0.24, h * 0.02);
    cairo_line_to(pen->cr, x + w * 0.24, h * 0.02);
    cairo_line_to(pen->cr, x + w * 0.42, h * 0.24);
    cairo_line_to(pen->cr, x - w * 0.42, h * 0.24);
    cairo_close_path(pen->cr);
    cairo_set_source(pen->cr, glow);
    cairo_fill(pen->cr);
    cairo_pattern_destroy(glow);
}

static void potted_plant(const Pen *pen, double w, double h, const Scheme *scheme) {
    double x = w / 2;
    Rgb pot = rgb_jitter(pen->dice, RGB8(0xA75F3E), 0.08);
    for (int i = 0; i < 15; i++) {
        double a = M_PI * (0.08 + 0.84 * i / 14.0), length = h * dice_range(pen->dice, 0.45, 0.68);
        double tx = x + cos(a) * length * 0.62, ty = h * 0.74 - sin(a) * length;
        Rgb green = rgb_scale(rgb_jitter(pen->dice, RGB8(0x4F7F45), 0.05),
                              dice_range(pen->dice, 0.75, 1.2));
        double width = h * 0.045;
        cairo_move_to(pen->cr, x, h * 0.76);
        cairo_curve_to(pen->cr, x + (tx - x) * 0.3 - width, ty + length * 0.3, tx - width,
                       ty + width, tx, ty);
        cairo_curve_to(pen->cr, tx + width * 0.4, ty + width, x + (tx - x) * 0.3 + width,
                       ty + length * 0.35, x, h * 0.76);
        pen_colour(pen, green, 1);
        cairo_fill(pen->cr);
    }
    pen_polygon(pen,
                (double[]){x - h * 0.13, h * 0.74, x + h * 0.13, h * 0.74, x + h * 0.095, h,
                           x - h * 0.095, h},
                4, pot);
    pen_polygon(pen,
                (double[]){x + h * 0.03, h * 0.74, x + h * 0.13, h * 0.74, x + h * 0.095, h,
                           x + h * 0.02, h},
                4, rgb_scale(pot, 0.72));
    pen_round(pen, x - h * 0.145, h * 0.72, h * 0.29, h * 0.05, 0.005, rgb_scale(pot, 1.1));
}

static void vase(const Pen *pen, double w, double h, const Scheme *scheme) {
    double x = w / 2;
    for (int i = 0; i < 6; i++) {
        double px = x + (i - 2.5) * w * 0.11, py = h * dice_range(pen->dice, 0.1, 0.28);
        pen_line(pen, x, h * 0.62, px, py, h * 0.012, RGB8(0x4E7242));
        for (int petal = 0; petal < 7; petal++)
            pen_ellipse(pen, px + cos(petal * 0.9) * h * 0.04, py + sin(petal * 0.9) * h * 0.04,
                        h * 0.032, h * 0.028, rgb_jitter(pen->dice, scheme->accent, 0.06), 1);
        pen_circle(pen, px, py, h * 0.026, RGB8(0xEFC64D));
    }
    cairo_pattern_t *glaze = cairo_pattern_create_linear(x - w * 0.25, 0, x + w * 0.25, 0);
    Rgb dark = rgb_scale(scheme->textile, 0.6),
        light = rgb_mix(scheme->textile, RGB8(0xFFFFFF), 0.5);
    cairo_pattern_add_color_stop_rgb(glaze, 0, dark.r, dark.g, dark.b);
    cairo_pattern_add_color_stop_rgb(glaze, 0.35, light.r, light.g, light.b);
    cairo_pattern_add_color_stop_rgb(glaze, 1, dark.r, dark.g, dark.b);
    cairo_set_source(pen->cr, glaze);
    cairo_move_to(pen->cr, x - w * 0.1, h * 0.56);
    cairo_curve_to(pen->cr, x - w * 0.06, h * 0.66, x - w * 0.34, h * 0.76, x - w * 0.14, h);
    cairo_line_to(pen->cr, x + w * 0.14, h);
    cairo_curve_to(pen->cr, x + w * 0.34, h * 0.76, x + w * 0.06, h * 0.66, x + w * 0.1, h * 0.56);
    cairo_close_path(pen->cr);
    cairo_fill(pen->cr);
    cairo_pattern_destroy(glaze);
}

void standing_place(View *view, Standing kind, Vec3 base, double height, const Scheme *scheme) {
    double w = height * (kind == STANDING_LAMP ? 0.34 : kind == STANDING_VASE ? 0.6 : 0.95);
    Vec3 u = {view->right.x, 0, view->right.z};
    u = vec3_scale(u, 1 / sqrt(vec3_dot(u, u)));
    Plane plane = {.u = u, .v = {0, -1, 0}, .w = w, .h = height};
    plane.origin = vec3_add(vec3_sub(base, vec3_scale(u, w / 2)), (Vec3){0, height, 0});
    Sheet sheet;
    sheet_open(&sheet, view, plane);
    switch (kind) {
    case STANDING_LAMP:
        lamp(&sheet.pen, w, height, scheme);
        break;
    case STANDING_VASE:
        vase(&sheet.pen, w, height, scheme);
        break;
    default:
        potted_plant(&sheet.pen, w, height, scheme);
    }
    sheet_place(&sheet);
}
