// Signs: a board, a symbol, a word.
#include "sign.h"

static const struct {
    WordId word;
    unsigned ground, ink;
} SIGNS[SIGN_KINDS] = {
    [SIGN_EXIT] = {WORD_EXIT, 0x0B7A43, 0xFFFFFF},
    [SIGN_OPEN] = {WORD_OPEN, 0xF4F0E2, 0xB3261E},
    [SIGN_BUS_STOP] = {WORD_BUS_STOP, 0x1F56A5, 0xFFFFFF},
    [SIGN_PHARMACY] = {WORD_PHARMACY, 0xF7F9F5, 0x127A3D},
    [SIGN_BAKERY] = {WORD_BAKERY, 0x6B3F1F, 0xF6E3BF},
    [SIGN_POST] = {WORD_POST, 0xE9B72B, 0x22262B},
    [SIGN_MARKET] = {WORD_MARKET, 0x8C2631, 0xF7F0DF},
};

// The symbols, in a unit box centred at the origin.
static void symbol_paint(const Pen *pen, SignKind kind, Rgb ink, Rgb ground) {
    switch (kind) {
    case SIGN_EXIT: // an arrow through a doorway
        pen_rect(pen, -0.45, -0.5, 0.55, 1, ink);
        pen_rect(pen, -0.37, -0.42, 0.39, 0.92, ground);
        pen_polygon(pen,
                    (double[]){-0.2, -0.09, 0.2, -0.09, 0.2, -0.25, 0.5, 0, 0.2, 0.25, 0.2, 0.09,
                               -0.2, 0.09},
                    7, ink);
        break;
    case SIGN_BUS_STOP:
        pen_round(pen, -0.5, -0.34, 1, 0.6, 0.1, ink);
        for (int i = 0; i < 3; i++)
            pen_round(pen, -0.42 + 0.29 * i, -0.26, 0.25, 0.22, 0.03, ground);
        for (int i = -1; i <= 1; i += 2) {
            pen_circle(pen, i * 0.27, 0.28, 0.15, ground);
            pen_circle(pen, i * 0.27, 0.28, 0.11, ink);
        }
        break;
    case SIGN_PHARMACY:
        pen_rect(pen, -0.17, -0.5, 0.34, 1, ink);
        pen_rect(pen, -0.5, -0.17, 1, 0.34, ink);
        break;
    case SIGN_BAKERY:
        pen_ellipse(pen, 0, 0, 0.5, 0.28, ink, 1);
        for (int i = -1; i <= 1; i++)
            pen_line(pen, i * 0.22 - 0.06, -0.15, i * 0.22 + 0.06, 0.12, 0.06, ground);
        break;
    case SIGN_POST:
        pen_rect(pen, -0.5, -0.33, 1, 0.66, ink);
        pen_rect(pen, -0.44, -0.27, 0.88, 0.54, ground);
        cairo_move_to(pen->cr, -0.46, -0.29);
        cairo_line_to(pen->cr, 0, 0.1);
        cairo_line_to(pen->cr, 0.46, -0.29);
        pen_colour(pen, ink, 1);
        cairo_set_line_width(pen->cr, 0.07);
        cairo_stroke(pen->cr);
        break;
    case SIGN_MARKET:
        for (int i = 0; i < 5; i++)
            pen_rect(pen, -0.5 + 0.2 * i, -0.4, 0.2, 0.3, i % 2 ? ground : ink);
        pen_rect(pen, -0.46, -0.1, 0.06, 0.55, ink);
        pen_rect(pen, 0.4, -0.1, 0.06, 0.55, ink);
        pen_rect(pen, -0.46, 0.12, 0.92, 0.1, ink);
        break;
    default:
        pen_circle(pen, 0, 0, 0.3, ink);
    }
}

void sign_paint(const Pen *pen, SignKind kind, double x, double y, double w, double h) {
    Rgb ground = rgb_jitter(pen->dice, RGB8(SIGNS[kind].ground), 0.02), ink = RGB8(SIGNS[kind].ink);
    const Language *language = language_find(pen->country->language);
    pen_shadow(pen, x + h * 0.02, y + h * 0.05, w, h, h * 0.12, 0.35);
    pen_round(pen, x, y, w, h, h * 0.1, rgb_scale(ground, 0.75));
    pen_fade(pen, x + h * 0.02, y + h * 0.02, w - h * 0.04, h * 0.93,
             rgb_mix(ground, RGB8(0xFFFFFF), 0.12), ground);
    pen_round_path(pen, x + h * 0.06, y + h * 0.06, w - h * 0.12, h * 0.86, h * 0.07);
    pen_colour(pen, ink, 0.9);
    cairo_set_line_width(pen->cr, h * 0.022);
    cairo_stroke(pen->cr);
    double text_x = x + w / 2, room = w * 0.84;
    if (kind != SIGN_OPEN && w > h * 1.5) {
        double size = fmin(h * 0.6, w * 0.26);
        cairo_save(pen->cr);
        cairo_translate(pen->cr, x + h * 0.18 + size / 2, y + h / 2);
        cairo_scale(pen->cr, size, size);
        symbol_paint(pen, kind, ink, ground);
        cairo_restore(pen->cr);
        text_x += size / 2 + h * 0.06;
        room = w - size - h * 0.5;
    }
    pen_sign_text(pen, language->words[SIGNS[kind].word], language, FACE_BOLD, text_x, y + h / 2,
                  h * 0.36, room, ink);
}
