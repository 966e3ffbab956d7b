// Wall calendars in the country's script, digits, week and era.
#include <stdio.h>

#include "almanac.h"
#include "fittings.h"
#include "outdoor.h"

static void grid_paint(const Pen *pen, const MonthPage *page, const Language *language, double x,
                       double y, double w, double h, Rgb accent) {
    enum { ROWS = 7 };
    double cell_w = w / WEEK, cell_h = h / ROWS;
    for (int column = 0; column < WEEK; column++) {
        double at = x + (page->is_rtl ? WEEK - 1 - column : column) * cell_w;
        Rgb ink = page->is_weekend[column] ? accent : RGB8(0x3A3D42);
        pen_text(pen, page->weekdays[column], language, FACE_BOLD, at + cell_w / 2, y + cell_h / 2,
                 cell_h * 0.32, cell_w * 0.9, ink);
    }
    pen_rect(pen, x, y + cell_h * 0.95, w, h * 0.006, accent);
    for (int day = 0; day < page->days; day++) {
        int column = (page->first_column + day) % WEEK, row = (page->first_column + day) / WEEK + 1;
        double at = x + (page->is_rtl ? WEEK - 1 - column : column) * cell_w;
        Rgb ink = page->is_weekend[column] ? accent : RGB8(0x1E2024);
        pen_text(pen, page->day_texts[day], language, FACE_SANS, at + cell_w / 2,
                 y + (row + 0.5) * cell_h, cell_h * 0.4, cell_w * 0.8, ink);
    }
}

void calendar_paint(const Pen *pen, double x, double y, double w) {
    MonthPage page;
    if (!month_page(pen->country, dice_int(pen->dice, 2019, 2026), dice_int(pen->dice, 1, 12),
                    &page))
        return;
    const Language *language = language_find(pen->country->language);
    bool has_picture = dice_chance(pen->dice, 0.65);
    double picture = has_picture ? w * 0.66 : 0, h = w * 0.92 + picture + w * 0.06;
    Rgb accent = bright_roll(pen->dice), paper = RGB8(0xFAF9F5);
    pen_shadow(pen, x + 0.004, y + 0.01, w, h, 0.03, 0.4);
    pen_rect(pen, x, y, w, h, paper);
    pen_rect(pen, x, y, w, w * 0.05, rgb_scale(accent, 0.6));
    for (int i = 0; i < 21; i++)
        pen_rect(pen, x + w * (0.03 + 0.046 * i), y - w * 0.015, w * 0.014, w * 0.05,
                 RGB8(0x9FA2A6));
    if (has_picture) {
        cairo_save(pen->cr);
        cairo_rectangle(pen->cr, x + w * 0.03, y + w * 0.07, w * 0.94, picture);
        cairo_clip(pen->cr);
        cairo_translate(pen->cr, x + w * 0.03, y + w * 0.07);
        Pen own = *pen;
        own.clues = NULL; // a picture in the picture is no clue to the place
        sky_paint(&own, w * 0.94, picture * 0.62, picture,
                  (Terrain)(1 << dice_int(pen->dice, 0, 4)));
        pen_fade(&own, 0, picture * 0.62, w * 0.94, picture * 0.38, RGB8(0x7C9A58), RGB8(0x4F6B3A));
        for (int i = 0; i < 3; i++)
            plant_paint(&own, (Plant)dice_bit(pen->dice, pen->country->plants),
                        w * (0.2 + 0.28 * i), picture * 0.9, picture * 0.5);
        cairo_restore(pen->cr);
    }
    double top = y + w * 0.08 + picture;
    pen_text(pen, page.month, language, FACE_BOLD, x + w / 2, top + w * 0.085, w * 0.062, w * 0.86,
             accent);
    pen_clue(pen, "document", "calendar", x, y, w, h);
    char value[CLUE_VALUE_MAX];
    snprintf(value, sizeof value, "script-%s", language->script);
    pen_clue(pen, "text", value, x + w * 0.05, top, w * 0.9, w * 0.85);
    snprintf(value, sizeof value, "language-%s", language->tag);
    pen_clue(pen, "text", value, x + w * 0.05, top, w * 0.9, w * 0.3);
    grid_paint(pen, &page, language, x + w * 0.05, top + w * 0.16, w * 0.9, w * 0.72, accent);
    pen_circle(pen, x + w / 2, y - w * 0.03, w * 0.012, RGB8(0x55585C));
}
