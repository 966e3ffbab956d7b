// Pen: what a painter needs — a cairo context in its own units (y downwards), dice, the country
// kit, and the list that takes the clues. Painters draw face-on; perspective is view.h's.
#pragma once
#include <cairo.h>

#include "clue.h"
#include "country.h"
#include "palette.h"

typedef struct Pen {
    cairo_t *cr;
    Prng *dice;
    const Country *country;
    ClueList *clues; // boxes in device pixels of cr's surface
} Pen;

// Records a clue at a box in user units.
void pen_clue(const Pen *pen, const char *id, const char *value, double x, double y, double w,
              double h);

void pen_colour(const Pen *pen, Rgb colour, double alpha);
void pen_rect(const Pen *pen, double x, double y, double w, double h, Rgb colour);
void pen_round_path(const Pen *pen, double x, double y, double w, double h, double radius);
void pen_round(const Pen *pen, double x, double y, double w, double h, double radius, Rgb colour);
void pen_circle(const Pen *pen, double x, double y, double radius, Rgb colour);
void pen_ellipse(const Pen *pen, double x, double y, double rx, double ry, Rgb colour,
                 double alpha);
void pen_line(const Pen *pen, double x0, double y0, double x1, double y1, double width, Rgb colour);
void pen_polygon(const Pen *pen, const double *xy, int points, Rgb colour);
// Vertical gradient in a rectangle.
void pen_fade(const Pen *pen, double x, double y, double w, double h, Rgb top, Rgb bottom);
// A soft dark cloud around a rectangle (blur: how far it reaches), darkest alpha inside.
void pen_shadow(const Pen *pen, double x, double y, double w, double h, double blur, double alpha);
// A plate with a bevelled edge: light from above left.
void pen_plate(const Pen *pen, double x, double y, double w, double h, double radius, Rgb colour);
// Wood grain or cloth weave over a rectangle of colour.
void pen_wood(const Pen *pen, double x, double y, double w, double h, Rgb wood, bool is_vertical);
void pen_cloth(const Pen *pen, double x, double y, double w, double h, Rgb colour);

typedef enum TextFace { FACE_SANS, FACE_BOLD, FACE_SERIF, FACE_MONO } TextFace;
// Writes text centred at (x, y), `height` high from ascent to descent, shrunk to max_width. Gives
// the drawn size. The language chooses fonts and shaping. False when a font lacks a letter: nothing
// is drawn then.
bool pen_text(const Pen *pen, const char *text, const Language *language, TextFace face, double x,
              double y, double height, double max_width, Rgb colour);
// pen_text with the clue that it is text of the country: "script-…" and "language-…".
bool pen_sign_text(const Pen *pen, const char *text, const Language *language, TextFace face,
                   double x, double y, double height, double max_width, Rgb colour);
// True when every letter of text can be drawn with the fonts of this machine.
bool text_is_drawable(const char *text, const Language *language);
