// Painting with cairo: shapes, gradients, soft shadows, materials.
#include "pen.h"

void pen_clue(const Pen *pen, const char *id, const char *value, double x, double y, double w,
              double h) {
    double xs[4] = {x, x + w, x, x + w}, ys[4] = {y, y, y + h, y + h};
    double left = INFINITY, top = INFINITY, right = -INFINITY, bottom = -INFINITY;
    for (int i = 0; i < 4; i++) {
        cairo_user_to_device(pen->cr, &xs[i], &ys[i]);
        left = fmin(left, xs[i]);
        right = fmax(right, xs[i]);
        top = fmin(top, ys[i]);
        bottom = fmax(bottom, ys[i]);
    }
    cairo_surface_t *target = cairo_get_target(pen->cr);
    if (right <= 0 || bottom <= 0 || left >= cairo_image_surface_get_width(target) ||
        top >= cairo_image_surface_get_height(target))
        return; // painted outside: nothing to see
    clue_put(pen->clues, id, value, left, top, right - left, bottom - top);
}

void pen_colour(const Pen *pen, Rgb colour, double alpha) {
    cairo_set_source_rgba(pen->cr, colour.r, colour.g, colour.b, alpha);
}

void pen_rect(const Pen *pen, double x, double y, double w, double h, Rgb colour) {
    pen_colour(pen, colour, 1);
    cairo_rectangle(pen->cr, x, y, w, h);
    cairo_fill(pen->cr);
}

void pen_round_path(const Pen *pen, double x, double y, double w, double h, double radius) {
    radius = fmin(radius, fmin(w, h) / 2);
    cairo_new_sub_path(pen->cr);
    cairo_arc(pen->cr, x + w - radius, y + radius, radius, -M_PI / 2, 0);
    cairo_arc(pen->cr, x + w - radius, y + h - radius, radius, 0, M_PI / 2);
    cairo_arc(pen->cr, x + radius, y + h - radius, radius, M_PI / 2, M_PI);
    cairo_arc(pen->cr, x + radius, y + radius, radius, M_PI, 1.5 * M_PI);
    cairo_close_path(pen->cr);
}

void pen_round(const Pen *pen, double x, double y, double w, double h, double radius, Rgb colour) {
    pen_colour(pen, colour, 1);
    pen_round_path(pen, x, y, w, h, radius);
    cairo_fill(pen->cr);
}

void pen_circle(const Pen *pen, double x, double y, double radius, Rgb colour) {
    pen_colour(pen, colour, 1);
    cairo_new_path(pen->cr);
    cairo_arc(pen->cr, x, y, radius, 0, 2 * M_PI);
    cairo_fill(pen->cr);
}

void pen_ellipse(const Pen *pen, double x, double y, double rx, double ry, Rgb colour,
                 double alpha) {
    cairo_save(pen->cr);
    cairo_translate(pen->cr, x, y);
    cairo_scale(pen->cr, rx, ry);
    cairo_new_path(pen->cr);
    cairo_arc(pen->cr, 0, 0, 1, 0, 2 * M_PI);
    cairo_restore(pen->cr);
    pen_colour(pen, colour, alpha);
    cairo_fill(pen->cr);
}

void pen_line(const Pen *pen, double x0, double y0, double x1, double y1, double width,
              Rgb colour) {
    pen_colour(pen, colour, 1);
    cairo_set_line_width(pen->cr, width);
    cairo_move_to(pen->cr, x0, y0);
    cairo_line_to(pen->cr, x1, y1);
    cairo_stroke(pen->cr);
}

void pen_polygon(const Pen *pen, const double *xy, int points, Rgb colour) {
    cairo_new_path(pen->cr);
    for (int i = 0; i < points; i++)
        cairo_line_to(pen->cr, xy[2 * i], xy[2 * i + 1]);
    cairo_close_path(pen->cr);
    pen_colour(pen, colour, 1);
    cairo_fill(pen->cr);
}

void pen_fade(const Pen *pen, double x, double y, double w, double h, Rgb top, Rgb bottom) {
    cairo_pattern_t *fade = cairo_pattern_create_linear(0, y, 0, y + h);
    cairo_pattern_add_color_stop_rgb(fade, 0, top.r, top.g, top.b);
    cairo_pattern_add_color_stop_rgb(fade, 1, bottom.r, bottom.g, bottom.b);
    cairo_set_source(pen->cr, fade);
    cairo_rectangle(pen->cr, x, y, w, h);
    cairo_fill(pen->cr);
    cairo_pattern_destroy(fade);
}

void pen_shadow(const Pen *pen, double x, double y, double w, double h, double blur, double alpha) {
    // Stacked rounded rectangles, each adding its share: near enough to a blur, and cheap.
    enum { STEPS = 16 };
    double share = 1 - pow(1 - fmin(alpha, 0.98), 1.0 / STEPS);
    for (int i = 0; i < STEPS; i++) {
        double grow = blur * (1 - 2.0 * i / (STEPS - 1)) * 0.5;
        if (w + 2 * grow <= 0 || h + 2 * grow <= 0)
            continue;
        cairo_set_source_rgba(pen->cr, 0.03, 0.02, 0.02, share);
        pen_round_path(pen, x - grow, y - grow, w + 2 * grow, h + 2 * grow,
                       blur * 0.5 + grow * 0.5);
        cairo_fill(pen->cr);
    }
}

void pen_plate(const Pen *pen, double x, double y, double w, double h, double radius, Rgb colour) {
    double edge = fmin(w, h) * 0.035;
    pen_shadow(pen, x + edge * 0.6, y + edge * 1.4, w, h, edge * 4, 0.34);
    pen_round(pen, x, y, w, h, radius, rgb_scale(colour, 0.8));
    cairo_pattern_t *light = cairo_pattern_create_linear(x, y, x + w * 0.5, y + h);
    Rgb high = rgb_mix(colour, RGB8(0xFFFFFF), 0.55), low = rgb_scale(colour, 0.95);
    cairo_pattern_add_color_stop_rgb(light, 0, high.r, high.g, high.b);
    cairo_pattern_add_color_stop_rgb(light, 1, low.r, low.g, low.b);
    cairo_set_source(pen->cr, light);
    pen_round_path(pen, x + edge * 0.4, y + edge * 0.3, w - edge * 0.8, h - edge * 0.9, radius);
    cairo_fill(pen->cr);
    cairo_pattern_destroy(light);
    pen_colour(pen, colour, 1);
    pen_round_path(pen, x + edge, y + edge, w - 2 * edge, h - 2 * edge, radius * 0.85);
    cairo_fill(pen->cr);
}

static void grain_lines(const Pen *pen, double length, double across, Rgb wood) {
    int lines = 10 + (int)fmin(60, across * 50);
    for (int i = 0; i < lines; i++) {
        double y = across * (i + dice_range(pen->dice, 0.1, 0.9)) / lines;
        Rgb shade = rgb_scale(wood, dice_range(pen->dice, 0.72, 1.12));
        pen_colour(pen, shade, dice_range(pen->dice, 0.15, 0.5));
        cairo_set_line_width(pen->cr, across / lines * dice_range(pen->dice, 0.15, 0.8));
        double bend = across / lines * dice_range(pen->dice, -1.4, 1.4);
        cairo_move_to(pen->cr, 0, y);
        cairo_curve_to(pen->cr, length * 0.33, y + bend, length * 0.66, y - bend, length,
                       y + bend * 0.5);
        cairo_stroke(pen->cr);
    }
}

void pen_wood(const Pen *pen, double x, double y, double w, double h, Rgb wood, bool is_vertical) {
    pen_rect(pen, x, y, w, h, wood);
    cairo_save(pen->cr);
    cairo_rectangle(pen->cr, x, y, w, h);
    cairo_clip(pen->cr);
    cairo_translate(pen->cr, x, y);
    if (is_vertical) {
        cairo_transform(pen->cr, &(cairo_matrix_t){0, 1, 1, 0, 0, 0});
        grain_lines(pen, h, w, wood);
    } else {
        grain_lines(pen, w, h, wood);
    }
    cairo_restore(pen->cr);
}

void pen_cloth(const Pen *pen, double x, double y, double w, double h, Rgb colour) {
    pen_rect(pen, x, y, w, h, colour);
    cairo_save(pen->cr);
    cairo_rectangle(pen->cr, x, y, w, h);
    cairo_clip(pen->cr);
    double step = fmax(w, h) / 90;
    cairo_set_line_width(pen->cr, step * 0.4);
    pen_colour(pen, rgb_scale(colour, 0.82), 0.35);
    for (double at = 0; at < w + h; at += step) {
        cairo_move_to(pen->cr, x + at, y);
        cairo_line_to(pen->cr, x + at - h, y + h);
    }
    cairo_stroke(pen->cr);
    pen_colour(pen, rgb_scale(colour, 1.2), 0.22);
    for (double at = -h; at < w; at += step) {
        cairo_move_to(pen->cr, x + at, y);
        cairo_line_to(pen->cr, x + at + h, y + h);
    }
    cairo_stroke(pen->cr);
    cairo_restore(pen->cr);
}
