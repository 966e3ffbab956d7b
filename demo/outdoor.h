// What stands outside: plants, vehicles, street furniture, and a whole street as seen from a
// pavement or a window.
#pragma once
#include "pen.h"

// A plant rooted at (x, y), height high. Records its clue.
void plant_paint(const Pen *pen, Plant plant, double x, double y, double height);
// A number plate of the country, centred; w wide. Records its clue.
void plate_paint(const Pen *pen, double x, double y, double w, bool is_rear);
// A car seen from behind or in front, standing on y, w wide.
void car_paint(const Pen *pen, double x, double y, double w, bool is_rear);
// A street in the country into the rectangle (0, 0, w, h). eye: metres above the ground.
void street_paint(const Pen *pen, double w, double h, double eye);
// Sky and far land above the horizon; gives what light there is.
void sky_paint(const Pen *pen, double w, double horizon, double h, Terrain terrain);
