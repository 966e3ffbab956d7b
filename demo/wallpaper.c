// Wallpapers and wall tiles: a unit is drawn once and repeated.
#include "surfaces.h"

typedef struct Paper {
    Rgb ground, ink, ink2;
    double w, h;
    Prng *dice;
} Paper;

static void stripes(const Pen *pen, const Paper *paper) {
    pen_rect(pen, paper->w * 0.08, 0, paper->w * 0.3, paper->h, paper->ink);
    pen_rect(pen, paper->w * 0.46, 0, paper->w * 0.04, paper->h, paper->ink2);
    pen_rect(pen, paper->w * 0.9, 0, paper->w * 0.04, paper->h, paper->ink2);
}

static void petal(const Pen *pen, double length, double width, Rgb ink) {
    cairo_new_path(pen->cr);
    cairo_move_to(pen->cr, 0, 0);
    cairo_curve_to(pen->cr, width, -length * 0.35, width * 0.6, -length * 0.9, 0, -length);
    cairo_curve_to(pen->cr, -width * 0.6, -length * 0.9, -width, -length * 0.35, 0, 0);
    pen_colour(pen, ink, 1);
    cairo_fill(pen->cr);
}

static void rosette(const Pen *pen, double x, double y, double size, int petals, Rgb ink,
                    Rgb heart) {
    cairo_save(pen->cr);
    cairo_translate(pen->cr, x, y);
    for (int i = 0; i < petals; i++) {
        petal(pen, size, size * 0.45, ink);
        cairo_rotate(pen->cr, 2 * M_PI / petals);
    }
    cairo_restore(pen->cr);
    pen_circle(pen, x, y, size * 0.26, heart);
}

static void ornament(const Pen *pen, double x, double y, double w, double h, const Paper *paper) {
    cairo_save(pen->cr);
    cairo_translate(pen->cr, x, y);
    for (int side = -1; side <= 1; side += 2) {
        cairo_save(pen->cr);
        cairo_scale(pen->cr, side, 1);
        pen_colour(pen, paper->ink, 1);
        cairo_set_line_width(pen->cr, w * 0.07);
        cairo_move_to(pen->cr, 0, h * 0.45);
        cairo_curve_to(pen->cr, w * 0.5, h * 0.3, w * 0.5, -h * 0.05, w * 0.16, -h * 0.02);
        cairo_curve_to(pen->cr, w * 0.02, h * 0.02, w * 0.1, h * 0.16, w * 0.22, h * 0.1);
        cairo_stroke(pen->cr);
        cairo_move_to(pen->cr, 0, -h * 0.45);
        cairo_curve_to(pen->cr, w * 0.4, -h * 0.36, w * 0.42, -h * 0.14, w * 0.14, -h * 0.12);
        cairo_stroke(pen->cr);
        cairo_translate(pen->cr, w * 0.33, h * 0.22);
        cairo_rotate(pen->cr, 0.9);
        petal(pen, h * 0.16, w * 0.09, paper->ink2);
        cairo_restore(pen->cr);
    }
    cairo_translate(pen->cr, 0, h * 0.18);
    petal(pen, h * 0.42, w * 0.16, paper->ink);
    petal(pen, h * 0.26, w * 0.08, paper->ground);
    cairo_restore(pen->cr);
}

static void damask(const Pen *pen, const Paper *paper) {
    ornament(pen, paper->w * 0.5, paper->h * 0.5, paper->w * 0.72, paper->h * 0.62, paper);
    for (int corner = 0; corner < 4; corner++)
        ornament(pen, (corner & 1) * paper->w, (corner >> 1) * paper->h, paper->w * 0.5,
                 paper->h * 0.42, paper);
}

static void flowers(const Pen *pen, const Paper *paper) {
    for (int i = 0; i < 5; i++) {
        double x = paper->w * (0.15 + 0.7 * prng_unit(paper->dice)), y = paper->h * (i + 0.5) / 5;
        double size = paper->w * dice_range(paper->dice, 0.08, 0.15);
        cairo_save(pen->cr);
        cairo_translate(pen->cr, x, y + size * 0.6);
        for (int leaf = -1; leaf <= 1; leaf += 2) {
            cairo_save(pen->cr);
            cairo_rotate(pen->cr, leaf * 2.2);
            petal(pen, size * 1.3, size * 0.3, rgb_mix(paper->ink2, RGB8(0x5C7F4A), 0.7));
            cairo_restore(pen->cr);
        }
        cairo_restore(pen->cr);
        rosette(pen, x, y, size, dice_int(paper->dice, 5, 7), i % 2 ? paper->ink : paper->ink2,
                RGB8(0xE8C65A));
    }
}

static void diamonds(const Pen *pen, const Paper *paper) {
    double w = paper->w, h = paper->h;
    pen_polygon(pen, (double[]){w / 2, 0, w, h / 2, w / 2, h, 0, h / 2}, 4, paper->ink);
    pen_polygon(pen, (double[]){w / 2, h * 0.18, w * 0.82, h / 2, w / 2, h * 0.82, w * 0.18, h / 2},
                4, paper->ground);
    pen_polygon(pen, (double[]){w / 2, h * 0.36, w * 0.64, h / 2, w / 2, h * 0.64, w * 0.36, h / 2},
                4, paper->ink2);
}

static void dots(const Pen *pen, const Paper *paper) {
    pen_circle(pen, paper->w * 0.25, paper->h * 0.25, paper->w * 0.13, paper->ink);
    pen_circle(pen, paper->w * 0.75, paper->h * 0.75, paper->w * 0.13, paper->ink2);
}

static void chevron(const Pen *pen, const Paper *paper) {
    double w = paper->w, h = paper->h;
    for (int i = -1; i < 2; i++) {
        double y = h * i;
        pen_polygon(pen,
                    (double[]){0, y + h * 0.6, w / 2, y, w, y + h * 0.6, w, y + h, w / 2,
                               y + h * 0.4, 0, y + h},
                    6, paper->ink);
    }
}

static void trellis(const Pen *pen, const Paper *paper) {
    double w = paper->w, h = paper->h;
    pen_colour(pen, paper->ink, 1);
    cairo_set_line_width(pen->cr, w * 0.06);
    for (int side = 0; side < 2; side++) {
        cairo_move_to(pen->cr, side * w, 0);
        cairo_curve_to(pen->cr, side * w, h * 0.25, w / 2, h * 0.25, w / 2, h * 0.5);
        cairo_curve_to(pen->cr, w / 2, h * 0.75, side * w, h * 0.75, side * w, h);
    }
    cairo_stroke(pen->cr);
    rosette(pen, w / 2, h * 0.02, w * 0.16, 4, paper->ink2, paper->ground);
    rosette(pen, w / 2, h * 1.02, w * 0.16, 4, paper->ink2, paper->ground);
    rosette(pen, 0, h * 0.52, w * 0.16, 4, paper->ink2, paper->ground);
    rosette(pen, w, h * 0.52, w * 0.16, 4, paper->ink2, paper->ground);
}

static void leaves(const Pen *pen, const Paper *paper) {
    for (int i = 0; i < 6; i++) {
        cairo_save(pen->cr);
        cairo_translate(pen->cr, paper->w * (0.2 + 0.6 * (i % 2)), paper->h * (i + 0.9) / 6);
        cairo_rotate(pen->cr, i % 2 ? 0.8 : -0.8);
        petal(pen, paper->h * 0.2, paper->w * 0.1, i % 3 ? paper->ink : paper->ink2);
        pen_line(pen, 0, 0, 0, -paper->h * 0.19, paper->w * 0.012, paper->ground);
        cairo_restore(pen->cr);
    }
    pen_line(pen, paper->w / 2, 0, paper->w / 2, paper->h, paper->w * 0.025, paper->ink);
}

static void tile_shine(const Pen *pen, double x, double y, double w, double h, Rgb colour) {
    double joint = fmin(w, h) * 0.035;
    pen_fade(pen, x + joint, y + joint, w - 2 * joint, h - 2 * joint,
             rgb_mix(colour, RGB8(0xFFFFFF), 0.25), rgb_scale(colour, 0.95));
    pen_line(pen, x + joint, y + joint * 1.4, x + w - joint, y + joint * 1.4, joint * 0.8,
             rgb_mix(colour, RGB8(0xFFFFFF), 0.7));
}

static void tiles(const Pen *pen, const Paper *paper) {
    pen_rect(pen, 0, 0, paper->w, paper->h, rgb_scale(paper->ground, 0.75));
    for (int i = 0; i < 16; i++)
        tile_shine(pen, i % 4 * paper->w / 4, (double)(i / 4) * paper->h / 4, paper->w / 4,
                   paper->h / 4, rgb_jitter(paper->dice, paper->ground, 0.015));
}

static void subway(const Pen *pen, const Paper *paper) {
    pen_rect(pen, 0, 0, paper->w, paper->h, rgb_scale(paper->ground, 0.7));
    for (int row = 0; row < 2; row++)
        for (int i = -1; i < 2; i++)
            tile_shine(pen, paper->w * (i + row * 0.5), row * paper->h / 2, paper->w, paper->h / 2,
                       paper->ground);
}

static void pattern_tiles(const Pen *pen, const Paper *paper) {
    double w = paper->w, h = paper->h;
    tile_shine(pen, 0, 0, w, h, rgb_mix(paper->ground, RGB8(0xFFFFFF), 0.6));
    for (int corner = 0; corner < 4; corner++) {
        double x = (corner & 1) * w, y = (double)(corner >> 1) * h;
        pen_colour(pen, paper->ink, 1);
        cairo_set_line_width(pen->cr, w * 0.06);
        cairo_new_path(pen->cr);
        cairo_arc(pen->cr, x, y, w * 0.36, 0, 2 * M_PI);
        cairo_stroke(pen->cr);
        pen_circle(pen, x, y, w * 0.16, paper->ink2);
    }
    rosette(pen, w / 2, h / 2, w * 0.27, 8, paper->ink, paper->ink2);
    pen_colour(pen, rgb_scale(paper->ground, 0.6), 1);
    cairo_set_line_width(pen->cr, w * 0.02);
    cairo_rectangle(pen->cr, 0, 0, w, h);
    cairo_stroke(pen->cr);
}

static void brick(const Pen *pen, const Paper *paper) {
    pen_rect(pen, 0, 0, paper->w, paper->h, RGB8(0xB9AFA2));
    double bw = paper->w / 4, bh = paper->h / 6;
    for (int row = 0; row < 6; row++)
        for (int i = 0; i < 5; i++) {
            Prng own = {(uint64_t)(row * 7 + i % 4) * 977 + paper->dice->state};
            Rgb clay = rgb_jitter(&own, rgb_mix(RGB8(0x9A4B35), paper->ink, 0.25), 0.07);
            double x = (i - (row % 2) * 0.5) * bw;
            pen_fade(pen, x + bw * 0.03, row * bh + bh * 0.08, bw * 0.94, bh * 0.84,
                     rgb_scale(clay, 1.08), rgb_scale(clay, 0.88));
        }
}

static void boards(const Pen *pen, const Paper *paper) {
    for (int i = 0; i < 4; i++) {
        pen_wood(pen, i * paper->w / 4, 0, paper->w / 4, paper->h,
                 rgb_jitter(paper->dice, paper->ground, 0.03), true);
        pen_line(pen, i * paper->w / 4, 0, i * paper->w / 4, paper->h, paper->w * 0.012,
                 rgb_scale(paper->ground, 0.5));
    }
}

static const struct {
    void (*unit)(const Pen *pen, const Paper *paper);
    double w, h;
} UNITS[WALL_KINDS] = {
    [WALL_STRIPES] = {stripes, 0.14, 0.14},
    [WALL_DAMASK] = {damask, 0.36, 0.52},
    [WALL_FLOWERS] = {flowers, 0.34, 0.5},
    [WALL_DIAMONDS] = {diamonds, 0.16, 0.24},
    [WALL_DOTS] = {dots, 0.13, 0.13},
    [WALL_CHEVRON] = {chevron, 0.2, 0.12},
    [WALL_TRELLIS] = {trellis, 0.24, 0.34},
    [WALL_LEAVES] = {leaves, 0.3, 0.48},
    [WALL_TILES] = {tiles, 0.6, 0.6},
    [WALL_SUBWAY] = {subway, 0.2, 0.2},
    [WALL_PATTERN_TILES] = {pattern_tiles, 0.2, 0.2},
    [WALL_BRICK] = {brick, 1.0, 0.46},
    [WALL_BOARDS] = {boards, 0.5, 2.4},
};

bool wall_is_tiled(WallKind kind) {
    return kind == WALL_TILES || kind == WALL_SUBWAY || kind == WALL_PATTERN_TILES;
}

// Fills (0, 0, w, h) with the unit, drawn once at the resolution of the pen.
static void repeat(const Pen *pen, WallKind kind, double w, double h, Paper paper) {
    double sx = 1, sy = 1, dummy = 0, dummy2 = 0;
    cairo_user_to_device_distance(pen->cr, &sx, &dummy);
    cairo_user_to_device_distance(pen->cr, &dummy2, &sy);
    int pw = (int)fmax(4, round(UNITS[kind].w * sx)), ph = (int)fmax(4, round(UNITS[kind].h * sy));
    cairo_surface_t *unit = cairo_image_surface_create(CAIRO_FORMAT_RGB24, pw, ph);
    cairo_t *cr = cairo_create(unit);
    paper.w = UNITS[kind].w;
    paper.h = UNITS[kind].h;
    cairo_scale(cr, pw / paper.w, ph / paper.h);
    Pen own = *pen;
    own.cr = cr;
    own.clues = NULL;
    pen_rect(&own, 0, 0, paper.w, paper.h, paper.ground);
    UNITS[kind].unit(&own, &paper);
    cairo_destroy(cr);
    cairo_pattern_t *pattern = cairo_pattern_create_for_surface(unit);
    cairo_pattern_set_extend(pattern, CAIRO_EXTEND_REPEAT);
    cairo_pattern_set_filter(pattern, CAIRO_FILTER_BILINEAR);
    cairo_matrix_t matrix;
    cairo_matrix_init_scale(&matrix, pw / paper.w, ph / paper.h);
    cairo_pattern_set_matrix(pattern, &matrix);
    cairo_set_source(pen->cr, pattern);
    cairo_rectangle(pen->cr, 0, 0, w, h);
    cairo_fill(pen->cr);
    cairo_pattern_destroy(pattern);
    cairo_surface_destroy(unit);
}

// Clouds of slightly darker and lighter paint, as on any real wall: painted small and stretched.
static void unevenness(const Pen *pen, double w, double h) {
    enum { DOTS_A_METRE = 20 };
    cairo_surface_t *small = cairo_image_surface_create(
        CAIRO_FORMAT_ARGB32, (int)(w * DOTS_A_METRE) + 1, (int)(h * DOTS_A_METRE) + 1);
    cairo_t *cr = cairo_create(small);
    cairo_scale(cr, DOTS_A_METRE, DOTS_A_METRE);
    for (int i = 0; i < 24; i++) {
        double x = dice_range(pen->dice, 0, w), y = dice_range(pen->dice, 0, h),
               r = dice_range(pen->dice, 0.2, 0.9);
        double shade = dice_chance(pen->dice, 0.5) ? 1 : 0;
        cairo_pattern_t *cloud = cairo_pattern_create_radial(x, y, 0, x, y, r);
        cairo_pattern_add_color_stop_rgba(cloud, 0, shade, shade, shade, 0.04);
        cairo_pattern_add_color_stop_rgba(cloud, 1, shade, shade, shade, 0);
        cairo_set_source(cr, cloud);
        cairo_paint(cr);
        cairo_pattern_destroy(cloud);
    }
    cairo_destroy(cr);
    cairo_save(pen->cr);
    cairo_scale(pen->cr, 1.0 / DOTS_A_METRE, 1.0 / DOTS_A_METRE);
    cairo_set_source_surface(pen->cr, small, 0, 0);
    cairo_pattern_set_filter(cairo_get_source(pen->cr), CAIRO_FILTER_BILINEAR);
    cairo_paint(pen->cr);
    cairo_restore(pen->cr);
    cairo_surface_destroy(small);
}

static void wainscot(const Pen *pen, double w, double h, Rgb colour) {
    double top = h * 0.62;
    pen_rect(pen, 0, top, w, h - top, colour);
    pen_fade(pen, 0, top - 0.05, w, 0.05, rgb_mix(colour, RGB8(0xFFFFFF), 0.5),
             rgb_scale(colour, 0.8));
    int panels = (int)fmax(1, w / 0.55);
    for (int i = 0; i < panels; i++) {
        double x = w * i / panels + 0.06, pw = w / panels - 0.12, y = top + 0.09,
               ph = h - top - 0.28;
        pen_rect(pen, x, y, pw, ph, rgb_scale(colour, 0.78));
        pen_rect(pen, x + 0.012, y + 0.012, pw - 0.012, ph - 0.012,
                 rgb_mix(colour, RGB8(0xFFFFFF), 0.45));
        pen_rect(pen, x + 0.012, y + 0.012, pw - 0.024, ph - 0.024, rgb_scale(colour, 0.96));
    }
}

void wall_paint(const Pen *pen, WallKind kind, double w, double h, const Scheme *scheme) {
    Paper paper = {.ground = scheme->wall, .ink = scheme->wall_pattern, .dice = pen->dice};
    paper.ink2 = rgb_mix(scheme->wall_pattern, scheme->accent, 0.4);
    if (wall_is_tiled(kind))
        paper.ground = rgb_mix(scheme->wall, RGB8(0xFFFFFF), 0.45);
    if (kind == WALL_BOARDS)
        paper.ground = rgb_mix(scheme->wood, RGB8(0xFFFFFF), 0.25);
    if (UNITS[kind].unit != NULL)
        repeat(pen, kind, w, h, paper);
    else
        pen_rect(pen, 0, 0, w, h, scheme->wall);
    if (kind == WALL_WAINSCOT)
        wainscot(pen, w, h, scheme->trim);
    unevenness(pen, w, h);
}

void light_pool_paint(const Pen *pen, double w, double h) {
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
