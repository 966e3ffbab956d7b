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
