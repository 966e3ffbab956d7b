// Windows: frames of several kinds around a view outside, with sill, curtains, shutters.
#include "fittings.h"
#include "outdoor.h"

static void bar(const Pen *pen, double x, double y, double w, double h, Rgb colour) {
    bool is_upright = h > w;
    pen_rect(pen, x, y, w, h, colour);
    if (is_upright) {
        pen_rect(pen, x, y, w * 0.25, h, rgb_mix(colour, RGB8(0xFFFFFF), 0.45));
        pen_rect(pen, x + w * 0.78, y, w * 0.22, h, rgb_scale(colour, 0.72));
    } else {
        pen_rect(pen, x, y, w, h * 0.25, rgb_mix(colour, RGB8(0xFFFFFF), 0.45));
        pen_rect(pen, x, y + h * 0.78, w, h * 0.22, rgb_scale(colour, 0.72));
    }
}

static void frame(const Pen *pen, double x, double y, double w, double h, double thick,
                  Rgb colour) {
    bar(pen, x, y, thick, h, colour);
    bar(pen, x + w - thick, y, thick, h, colour);
    bar(pen, x, y, w, thick, colour);
    bar(pen, x, y + h - thick, w, thick, colour);
}

static void sash(const Pen *pen, double w, double h, Rgb colour) {
    double thick = 0.045;
    frame(pen, 0, 0, w, h * 0.52, thick, rgb_scale(colour, 0.93));
    frame(pen, 0, h * 0.5, w, h * 0.5, thick, colour);
    int panes = dice_int(pen->dice, 1, 3);
    for (int i = 1; i < panes; i++) {
        bar(pen, w * i / panes - 0.01, 0, 0.02, h, colour);
        bar(pen, 0, h * 0.25, w, 0.02, colour);
        bar(pen, 0, h * 0.75, w, 0.02, colour);
    }
    pen_round(pen, w / 2 - 0.035, h * 0.505, 0.07, 0.02, 0.008, RGB8(0xB08D57)); // the catch
}

static void casement(const Pen *pen, double w, double h, Rgb colour) {
    int leaves = w > 1.1 ? 2 : 1;
    for (int i = 0; i < leaves; i++) {
        double lw = w / leaves;
        frame(pen, i * lw, 0, lw, h, 0.06, colour);
        if (dice_chance(pen->dice, 0.3))
            bar(pen, i * lw, h * 0.3, lw, 0.03, colour);
    }
    double x = leaves == 2 ? w / 2 + 0.03 : w - 0.03; // the handle
    pen_round(pen, x - 0.012, h * 0.5, 0.024, 0.06, 0.008, RGB8(0xC9CACB));
    pen_round(pen, x - 0.009, h * 0.51, 0.018, 0.12, 0.008, RGB8(0xA5A7A9));
}

static void louvre(const Pen *pen, double w, double h, Rgb colour) {
    int slats = (int)(h / 0.11);
    for (int i = 0; i < slats; i++) {
        double y = h * i / slats;
        pen_colour(pen, RGB8(0xDCE9EA), 0.5);
        cairo_rectangle(pen->cr, 0, y, w, h / slats * 0.8);
        cairo_fill(pen->cr);
        pen_rect(pen, 0, y + h / slats * 0.78, w, 0.012, RGB8(0x6F8284));
        pen_rect(pen, 0, y + h / slats * 0.75, w, 0.006, RGB8(0xF3FAFA));
    }
    bar(pen, w / 2 - 0.02, 0, 0.04, h, colour);
    frame(pen, 0, 0, w, h, 0.05, colour);
}

static void lattice(const Pen *pen, double w, double h, Rgb colour) {
    double step = 0.11;
    cairo_save(pen->cr);
    cairo_rectangle(pen->cr, 0, 0, w, h);
    cairo_clip(pen->cr);
    for (double y = 0; y <= h + step; y += step)
        for (double x = ((int)round(y / step) % 2) * step / 2; x <= w + step; x += step) {
            pen_colour(pen, rgb_scale(colour, 0.8), 1);
            cairo_set_line_width(pen->cr, 0.018);
            for (int k = 0; k < 8; k++) { // an eight-pointed star
                double a = k * M_PI / 4 + M_PI / 8, b = a + 3 * M_PI / 4;
                cairo_move_to(pen->cr, x + cos(a) * step * 0.52, y + sin(a) * step * 0.52);
                cairo_line_to(pen->cr, x + cos(b) * step * 0.52, y + sin(b) * step * 0.52);
            }
            cairo_stroke(pen->cr);
        }
    cairo_restore(pen->cr);
    frame(pen, 0, 0, w, h, 0.07, colour);
}

static void shutter(const Pen *pen, double w, double h, Rgb colour) {
    double down = h * dice_range(pen->dice, 0.2, 0.55);
    for (double y = 0; y < down; y += 0.045)
        pen_fade(pen, 0, y, w, 0.043, RGB8(0xD9D5CB), RGB8(0x9F9A8E));
    pen_shadow(pen, 0.03, down, w - 0.06, 0.02, 0.05, 0.5);
    casement(pen, w, h, colour);
}

static void slider(const Pen *pen, double w, double h, Rgb colour) {
    Rgb metal = dice_chance(pen->dice, 0.6) ? RGB8(0xB4B8BB) : colour;
    frame(pen, w * 0.48, 0, w * 0.52, h, 0.04, rgb_scale(metal, 0.88));
    frame(pen, 0, 0, w * 0.52, h, 0.045, metal);
    pen_round(pen, w * 0.485, h * 0.47, 0.02, 0.09, 0.006, RGB8(0x55585B));
}

static const struct {
    Window window;
    void (*paint)(const Pen *pen, double w, double h, Rgb colour);
    const char *value;
} WINDOWS[] = {{WINDOW_SASH, sash, "window-sash"},
               {WINDOW_CASEMENT, casement, "window-casement"},
               {WINDOW_LOUVRE, louvre, "window-louvre"},
               {WINDOW_LATTICE, lattice, "window-lattice"},
               {WINDOW_SHUTTER, shutter, "window-roller-shutter"},
               {WINDOW_SLIDER, slider, "window-sliding"}};

void curtain_paint(const Pen *pen, double x, double y, double w, double h, Rgb cloth) {
    int folds = (int)fmax(4, w / 0.06);
    for (int i = 0; i < folds; i++) {
        double at = x + w * i / folds, fw = w / folds, sway = fw * 0.2 * sin(i * 1.7);
        cairo_pattern_t *fold = cairo_pattern_create_linear(at, 0, at + fw, 0);
        Rgb dark = rgb_scale(cloth, 0.66), light = rgb_mix(cloth, RGB8(0xFFFFFF), 0.18);
        cairo_pattern_add_color_stop_rgb(fold, 0, dark.r, dark.g, dark.b);
        cairo_pattern_add_color_stop_rgb(fold, 0.45, light.r, light.g, light.b);
        cairo_pattern_add_color_stop_rgb(fold, 1, dark.r, dark.g, dark.b);
        cairo_set_source(pen->cr, fold);
        cairo_move_to(pen->cr, at - 0.002, y);
        cairo_line_to(pen->cr, at + fw + 0.002, y);
        cairo_line_to(pen->cr, at + fw + sway + 0.002, y + h + 0.01 * cos(i * 2.1));
        cairo_line_to(pen->cr, at + sway - 0.002, y + h + 0.01 * cos(i * 2.1 + 2.1));
        cairo_close_path(pen->cr);
        cairo_fill(pen->cr);
        cairo_pattern_destroy(fold);
    }
}

void window_paint(const Pen *pen, double x, double y, double w, double h, double eye,
                  const Scheme *scheme) {
    Window kind = (Window)dice_bit(pen->dice, pen->country->windows);
    cairo_save(pen->cr);
    cairo_translate(pen->cr, x, y);
    pen_rect(pen, -0.06, -0.06, w + 0.12, h + 0.12, rgb_scale(scheme->trim, 0.9)); // reveal
    pen_shadow(pen, 0.02, 0.02, w - 0.04, h - 0.04, 0.06, 0.5);
    street_paint(pen, w, h, eye);
    cairo_set_source_rgba(pen->cr, 0.95, 0.98, 1, 0.1); // the glass
    cairo_rectangle(pen->cr, 0, 0, w, h);
    cairo_fill(pen->cr);
    for (int i = 0; i < 2; i++) {
        cairo_set_source_rgba(pen->cr, 1, 1, 1, 0.09);
        cairo_move_to(pen->cr, w * (0.1 + 0.35 * i), 0);
        cairo_line_to(pen->cr, w * (0.26 + 0.35 * i), 0);
        cairo_line_to(pen->cr, w * (0.06 + 0.35 * i), h);
        cairo_line_to(pen->cr, w * (-0.1 + 0.35 * i), h);
        cairo_close_path(pen->cr);
        cairo_save(pen->cr);
        cairo_clip(pen->cr);
        cairo_rectangle(pen->cr, 0, 0, w, h);
        cairo_fill(pen->cr);
        cairo_restore(pen->cr);
    }
    for (size_t i = 0; i < sizeof WINDOWS / sizeof WINDOWS[0]; i++)
        if (WINDOWS[i].window == kind) {
            WINDOWS[i].paint(pen, w, h, scheme->trim);
            pen_clue(pen, "building", WINDOWS[i].value, 0, 0, w, h);
        }
    bar(pen, -0.1, h + 0.02, w + 0.2, 0.05, rgb_scale(scheme->trim, 1.02)); // sill
    pen_shadow(pen, -0.08, h + 0.075, w + 0.16, 0.015, 0.04, 0.35);
    if (dice_chance(pen->dice, 0.6) && kind != WINDOW_LATTICE) {
        bar(pen, -0.32, -0.17, w + 0.64, 0.03, scheme->metal);
        double reach = fmin(h + dice_range(pen->dice, 0.05, 0.5), h + 0.5);
        curtain_paint(pen, -0.3, -0.15, 0.36, reach, scheme->textile);
        curtain_paint(pen, w - 0.06, -0.15, 0.36, reach, scheme->textile);
    }
    cairo_restore(pen->cr);
}
