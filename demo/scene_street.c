// A street seen from its pavement.
#include "outdoor.h"
#include "scenes.h"

void scene_street(View *view) {
    cairo_t *cr = cairo_create(view->surface);
    Pen pen = {.cr = cr, .dice = view->dice, .country = view->country, .clues = &view->clues};
    double roll = dice_range(view->dice, -0.8, 0.8) * M_PI / 180;
    cairo_translate(cr, view->width / 2.0, view->height / 2.0);
    cairo_rotate(cr, roll);
    cairo_scale(cr, 1.03, 1.03);
    cairo_translate(cr, -view->width / 2.0, -view->height / 2.0);
    street_paint(&pen, view->width, view->height, dice_range(view->dice, 1.5, 2.4));
    cairo_destroy(cr);
}
