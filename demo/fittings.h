// What is fixed to walls: sockets, switches, windows, radiators, calendars, clocks, pictures,
// signs. All face-on, metres.
#pragma once
#include "pen.h"

// Socket of plug type 'A'–'O' in the country's usual plate, centred at (x, y). Dimensions from the
// national standards.
void socket_paint(const Pen *pen, char type, double x, double y, Rgb plate);
void switch_paint(const Pen *pen, Switch kind, double x, double y, Rgb plate);
// A socket and a switch as the country has them.
void socket_of_country(const Pen *pen, double x, double y, Rgb plate);
void switch_of_country(const Pen *pen, double x, double y, Rgb plate);
// A window w × h with the street outside; eye: metres above the street.
void window_paint(const Pen *pen, double x, double y, double w, double h, double eye,
                  const Scheme *scheme);
void curtain_paint(const Pen *pen, double x, double y, double w, double h, Rgb cloth);
void calendar_paint(const Pen *pen, double x, double y, double w);
void radiator_paint(const Pen *pen, double x, double y, double w, double h);
void clock_paint(const Pen *pen, double x, double y, double radius);
void painting_paint(const Pen *pen, double x, double y, double w, double h);
void shelf_paint(const Pen *pen, double x, double y, double w, const Scheme *scheme);
void door_paint(const Pen *pen, double x, double y, double w, double h, const Scheme *scheme);
void screen_paint(const Pen *pen, double x, double y, double w);
// The colour of a socket or switch plate.
Rgb fitting_plate_roll(Prng *dice);
