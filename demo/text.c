// Text by Pango, shaped for its language; never a box where a letter is missing.
#include <pango/pangocairo.h>
#include <stdio.h>

#include "pen.h"

enum {
    NATURAL_SIZE = 64
}; // layouts are made at this size and scaled, so that small units do not round

static PangoLayout *layout_new(cairo_t *cr, const char *text, const Language *language,
                               TextFace face) {
    // Made without the pen's scale: outlines are scaled afterwards, so that no glyph is ever
    // rendered at its size in metres or pixels.
    cairo_save(cr);
    cairo_identity_matrix(cr);
    PangoLayout *layout = pango_cairo_create_layout(cr);
    cairo_restore(cr);
    PangoContext *context = pango_layout_get_context(layout);
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    pango_cairo_context_set_font_options(context, options);
    pango_cairo_context_set_resolution(context, 72);
    cairo_font_options_destroy(options);
    const char *families = "Noto Sans Mono,DejaVu Sans Mono";
    if (face != FACE_MONO && language != NULL)
        families = face == FACE_SERIF ? language->serif : language->sans;
    else if (face != FACE_MONO)
        families = face == FACE_SERIF ? "Noto Serif" : "Noto Sans";
    PangoFontDescription *font = pango_font_description_new();
    pango_font_description_set_family(font, families);
    pango_font_description_set_weight(font,
                                      face == FACE_BOLD ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_MEDIUM);
    pango_font_description_set_absolute_size(font, NATURAL_SIZE * PANGO_SCALE);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    pango_context_set_language(context,
                               pango_language_from_string(language == NULL ? "en" : language->tag));
    pango_layout_set_single_paragraph_mode(layout, TRUE);
    pango_layout_set_text(layout, text, -1);
    return layout;
}

bool text_is_drawable(const char *text, const Language *language) {
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_A8, 4, 4);
    cairo_t *cr = cairo_create(surface);
    PangoLayout *layout = layout_new(cr, text, language, FACE_SANS);
    bool is_drawable = pango_layout_get_unknown_glyphs_count(layout) == 0;
    g_object_unref(layout);
    cairo_destroy(cr);
    cairo_surface_destroy(surface);
    return is_drawable;
}

// Draws and gives the ink box in user units.
static bool text_draw(const Pen *pen, const char *text, const Language *language, TextFace face,
                      double x, double y, double height, double max_width, Rgb colour,
                      double ret_box[4]) {
    PangoLayout *layout = layout_new(pen->cr, text, language, face);
    if (pango_layout_get_unknown_glyphs_count(layout) > 0) {
        g_object_unref(layout);
        return false;
    }
    PangoRectangle ink, logical;
    pango_layout_get_extents(layout, &ink, &logical);
    double ink_w = (double)ink.width / PANGO_SCALE, ink_h = (double)ink.height / PANGO_SCALE;
    double scale = height / (NATURAL_SIZE * 0.74); // height is that of a capital letter
    if (ink_w > 0 && ink_w * scale > max_width)
        scale = max_width / ink_w;
    if (ink_h * scale > height * 1.9) // tall scripts with marks above and below
        scale = height * 1.9 / ink_h;
    double left = x - ink_w * scale / 2, top = y - ink_h * scale / 2;
    cairo_save(pen->cr);
    cairo_translate(pen->cr, left - (double)ink.x / PANGO_SCALE * scale,
                    top - (double)ink.y / PANGO_SCALE * scale);
    cairo_scale(pen->cr, scale, scale);
    cairo_new_path(pen->cr);
    cairo_move_to(pen->cr, 0, 0);
    pen_colour(pen, colour, 1);
    pango_cairo_layout_path(pen->cr, layout);
    cairo_fill(pen->cr);
    cairo_restore(pen->cr);
    g_object_unref(layout);
    ret_box[0] = left;
    ret_box[1] = top;
    ret_box[2] = ink_w * scale;
    ret_box[3] = ink_h * scale;
    return true;
}

bool pen_text(const Pen *pen, const char *text, const Language *language, TextFace face, double x,
              double y, double height, double max_width, Rgb colour) {
    double box[4];
    return text_draw(pen, text, language, face, x, y, height, max_width, colour, box);
}

bool pen_sign_text(const Pen *pen, const char *text, const Language *language, TextFace face,
                   double x, double y, double height, double max_width, Rgb colour) {
    double box[4];
    if (!text_draw(pen, text, language, face, x, y, height, max_width, colour, box))
        return false;
    char value[CLUE_VALUE_MAX];
    snprintf(value, sizeof value, "script-%s", language->script);
    pen_clue(pen, "text", value, box[0], box[1], box[2], box[3]);
    snprintf(value, sizeof value, "language-%s", language->tag);
    pen_clue(pen, "text", value, box[0], box[1], box[2], box[3]);
    return true;
}
