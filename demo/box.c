// Boxes: furniture, packages and buildings as painted faces, shaded by the light.
#include "view.h"

static void face_shade(const Pen *pen, double w, double h, double light, Face face) {
    double dark = fmax(0, 1 - light);
    cairo_set_operator(pen->cr, CAIRO_OPERATOR_ATOP);
    cairo_set_source_rgba(pen->cr, 0.05, 0.04, 0.08, dark);
    cairo_rectangle(pen->cr, 0, 0, w, h);
    cairo_fill(pen->cr);
    if (face != FACE_TOP) { // less light near the floor
        cairo_pattern_t *fade = cairo_pattern_create_linear(0, 0, 0, h);
        cairo_pattern_add_color_stop_rgba(fade, 0, 1, 1, 1, 0.06);
        cairo_pattern_add_color_stop_rgba(fade, 0.4, 0, 0, 0, 0);
        cairo_pattern_add_color_stop_rgba(fade, 1, 0, 0, 0, 0.2);
        cairo_set_source(pen->cr, fade);
        cairo_rectangle(pen->cr, 0, 0, w, h);
        cairo_fill(pen->cr);
        cairo_pattern_destroy(fade);
    }
    cairo_set_operator(pen->cr, CAIRO_OPERATOR_OVER);
}

void box_place(View *view, Box box, FacePainter *paint, const void *what) {
    double a = box.turn * M_PI / 180;
    Vec3 x = {cos(a), 0, -sin(a)}, z = {sin(a), 0, cos(a)}, up = {0, 1, 0}, down = {0, -1, 0};
    Vec3 top = vec3_add(box.base, vec3_scale(up, box.h));
    // Each face: its normal, its centre at the top edge (front … left) or the middle (top),
    // right-hand direction, size.
    const struct {
        Vec3 normal, u, v, middle;
        double w, h;
    } faces[BOX_FACES] = {
        {vec3_scale(z, -1), x, down, vec3_sub(top, vec3_scale(z, box.d / 2)), box.w, box.h},
        {x, z, down, vec3_add(top, vec3_scale(x, box.w / 2)), box.d, box.h},
        {z, vec3_scale(x, -1), down, vec3_add(top, vec3_scale(z, box.d / 2)), box.w, box.h},
        {vec3_scale(x, -1), vec3_scale(z, -1), down, vec3_sub(top, vec3_scale(x, box.w / 2)), box.d,
         box.h},
        {up, x, vec3_scale(z, -1), vec3_add(top, vec3_scale(z, box.d / 2)), box.w, box.d},
    };
    for (int i = 0; i < BOX_FACES; i++) {
        Plane plane = {.u = faces[i].u, .v = faces[i].v, .w = faces[i].w, .h = faces[i].h};
        plane.origin = vec3_sub(faces[i].middle, vec3_scale(plane.u, plane.w / 2));
        if (vec3_dot(faces[i].normal, vec3_sub(view->eye, plane.origin)) <= 0)
            continue;
        Sheet sheet;
        sheet_open(&sheet, view, plane);
        paint(&sheet.pen, (Face)i, plane.w, plane.h, what);
        double light = 0.72 + 0.3 * vec3_dot(faces[i].normal, view->sun);
        face_shade(&sheet.pen, plane.w, plane.h, light, (Face)i);
        sheet_place(&sheet);
    }
}
