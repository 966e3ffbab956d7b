// EAN-13 bar codes: prefix of the country, check digit, bars in the standard's widths.
#include <stdio.h>

#include "furniture.h"

enum { DIGITS = 13, MODULES = 95 };

// Left-hand odd codes, seven modules a digit; the others derive from them.
static const unsigned char ODD[10] = {0x0D, 0x19, 0x13, 0x3D, 0x23, 0x31, 0x2F, 0x3B, 0x37, 0x0B};
// Which of the six left digits use even parity (bit 5 the first), by the leading digit.
static const unsigned char PARITY[10] = {0x00, 0x0B, 0x0D, 0x0E, 0x13,
                                         0x19, 0x1C, 0x15, 0x16, 0x1A};

static unsigned char reversed(unsigned char code) {
    unsigned char turned = 0;
    for (int i = 0; i < 7; i++)
        turned |= (unsigned char)((code >> i & 1) << (6 - i));
    return turned;
}

static void digits_roll(const Pen *pen, int digits[DIGITS]) {
    int prefix = dice_int(pen->dice, pen->country->gtin_low, pen->country->gtin_high);
    digits[0] = prefix / 100;
    digits[1] = prefix / 10 % 10;
    digits[2] = prefix % 10;
    int sum = 0;
    for (int i = 0; i < DIGITS - 1; i++) {
        if (i > 2)
            digits[i] = dice_int(pen->dice, 0, 9);
        sum += digits[i] * (i % 2 ? 3 : 1);
    }
    digits[DIGITS - 1] = (10 - sum % 10) % 10;
}

static void modules_fill(const int digits[DIGITS], bool modules[MODULES]) {
    int at = 0;
    modules[at++] = true, modules[at++] = false, modules[at++] = true;
    for (int i = 1; i < DIGITS; i++) {
        if (i == 7)
            for (int k = 0; k < 5; k++)
                modules[at++] = k % 2 == 1;
        unsigned char code = ODD[digits[i]], right = (unsigned char)(~code & 0x7F);
        if (i > 6)
            code = right;
        else if (PARITY[digits[0]] >> (6 - i) & 1)
            code = reversed(right);
        for (int bit = 6; bit >= 0; bit--)
            modules[at++] = code >> bit & 1;
    }
    modules[at++] = true, modules[at++] = false, modules[at] = true;
}

void barcode_paint(const Pen *pen, double x, double y, double w, double h) {
    if (pen->country->gtin_low == 0)
        return;
    int digits[DIGITS];
    bool modules[MODULES];
    digits_roll(pen, digits);
    modules_fill(digits, modules);
    double module = w / 113, left = x + 11 * module; // quiet zones of 11 and 7
    pen_rect(pen, x, y, w, h, RGB8(0xFDFDFB));
    for (int i = 0; i < MODULES; i++) {
        bool is_guard = i < 3 || i >= MODULES - 3 || (i >= 45 && i < 50);
        if (modules[i])
            pen_rect(pen, left + i * module, y + h * 0.05, module * 1.02,
                     h * (is_guard ? 0.85 : 0.76), RGB8(0x101113));
    }
    for (int i = 0; i < DIGITS; i++) {
        double at = i == 0 ? x + 5 * module
                           : left + (i <= 6 ? 3 + (i - 0.5) * 7 : 50 + (i - 6.5) * 7) * module;
        char text[2] = {(char)('0' + digits[i]), '\0'};
        pen_text(pen, text, NULL, FACE_SANS, at, y + h * 0.9, h * 0.11, module * 6, RGB8(0x101113));
    }
    char value[CLUE_VALUE_MAX];
    snprintf(value, sizeof value, "gtin-%03d", digits[0] * 100 + digits[1] * 10 + digits[2]);
    pen_clue(pen, "product", value, x, y, w, h);
}
