// Signs with words in the country's language.
#pragma once
#include "pen.h"

typedef enum SignKind {
    SIGN_EXIT,
    SIGN_OPEN,
    SIGN_BUS_STOP,
    SIGN_PHARMACY,
    SIGN_BAKERY,
    SIGN_POST,
    SIGN_MARKET,
    SIGN_KINDS
} SignKind;
// Into the box; records its clues.
void sign_paint(const Pen *pen, SignKind kind, double x, double y, double w, double h);
