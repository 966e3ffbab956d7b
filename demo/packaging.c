// Packages of everyday goods with invented brands, and price tags.
#include <stdio.h>

#include "almanac.h"
#include "furniture.h"

typedef enum Shape { SHAPE_CARTON, SHAPE_BOX, SHAPE_BAG } Shape;

static const struct {
    WordId word;
    Shape shape;
    double w, h, d;
    const char *amount; // number and unit
    int number;
    double price; // against a litre of milk
    unsigned colours[3];
} GOODS[] = {
    {WORD_MILK, SHAPE_CARTON, 0.085, 0.21, 0.085, "l", 1, 1.0, {0xF4F6F8, 0x2468B0, 0x3F9A54}},
    {WORD_TEA, SHAPE_BOX, 0.13, 0.085, 0.075, "g", 100, 2.4, {0x3C6B35, 0xB3402A, 0x27324F}},
    {WORD_RICE, SHAPE_BAG, 0.15, 0.23, 0.07, "kg", 1, 1.9, {0xF3EBD8, 0xC03A2B, 0x2E7D4F}},
    {WORD_SOAP, SHAPE_BOX, 0.1, 0.065, 0.04, "g", 90, 0.9, {0xE9D7EA, 0xBFE0E6, 0xF6E3C8}},
    {WORD_COFFEE, SHAPE_BAG, 0.1, 0.19, 0.065, "g", 250, 3.8, {0x4A2C1B, 0x7A1F1C, 0x24221F}},
    {WORD_SUGAR, SHAPE_BAG, 0.105, 0.16, 0.07, "kg", 1, 1.1, {0xFAFAF8, 0x3E7FC1, 0xE38AA4}},
    {WORD_SALT, SHAPE_BOX, 0.085, 0.15, 0.055, "g", 500, 0.5, {0x2F62A8, 0xF2F4F6, 0xC8342E}},
};
// Invented; no such makers.
static const char *const BRANDS[] = {"Velira",  "Tandoma",  "Oskala",  "Mirelune",
                                     "Kavanto", "Solundra", "Pirova",  "Lumetta",
                                     "Arzenka", "Quorina",  "Dalvero", "Nibora"};

typedef struct Package {
    size_t goods;
    const char *brand;
    Rgb ground, ink, band;
    uint64_t seed;
} Package;

static size_t goods_row(WordId word) {
    for (size_t i = 0; i < sizeof GOODS / sizeof GOODS[0]; i++)
        if (GOODS[i].word == word)
            return i;
    return 0;
}
double package_width(WordId word) {
    return GOODS[goods_row(word)].w;
}
double package_height(WordId word) {
    return GOODS[goods_row(word)].h;
}

static Package package_roll(Prng *dice, WordId word) {
    Package package = {.goods = goods_row(word), .brand = DICE_PICK(dice, BRANDS)};
    package.ground = rgb_jitter(dice, RGB8(DICE_PICK(dice, GOODS[package.goods].colours)), 0.03);
    package.ink = rgb_ink_on(package.ground);
    package.band = bright_roll(dice);
    package.seed = prng_next(dice);
    return package;
}

static void motif(const Pen *pen, WordId word, double x, double y, double size, Rgb ink) {
    switch (word) {
    case WORD_MILK: // a splash
        for (int i = 0; i < 7; i++)
            pen_ellipse(pen, x + (i - 3) * size * 0.14, y + size * 0.1 * ((i * 5) % 3), size * 0.15,
                        size * (0.22 - 0.03 * (i % 3)), RGB8(0xFFFFFF), 0.95);
        pen_ellipse(pen, x, y - size * 0.25, size * 0.09, size * 0.14, RGB8(0xFFFFFF), 1);
        break;
    case WORD_TEA: // two leaves and a bud
        for (int i = -1; i <= 1; i++) {
            cairo_save(pen->cr);
            cairo_translate(pen->cr, x, y + size * 0.3);
            cairo_rotate(pen->cr, i * 0.75);
            pen_ellipse(pen, 0, -size * 0.36, size * 0.12, size * 0.34,
                        RGB8(i == 0 ? 0x9CC25B : 0x6FA03C), 1);
            pen_line(pen, 0, 0, 0, -size * 0.66, size * 0.02, RGB8(0x3F6B22));
            cairo_restore(pen->cr);
        }
        break;
    case WORD_RICE: // grains
        for (int i = 0; i < 26; i++) {
            cairo_save(pen->cr);
            cairo_translate(pen->cr, x + dice_range(pen->dice, -0.45, 0.45) * size,
                            y + dice_range(pen->dice, -0.1, 0.35) * size);
            cairo_rotate(pen->cr, dice_range(pen->dice, 0, 3));
            pen_ellipse(pen, 0, 0, size * 0.025, size * 0.085, RGB8(0xC9B68A), 1);
            pen_ellipse(pen, 0, 0, size * 0.018, size * 0.075, RGB8(0xFFFBEE), 1);
            cairo_restore(pen->cr);
        }
        break;
    case WORD_SOAP: // bubbles
        for (int i = 0; i < 11; i++) {
            double r = size * dice_range(pen->dice, 0.05, 0.16),
                   px = x + size * dice_range(pen->dice, -0.5, 0.5),
                   py = y + size * dice_range(pen->dice, -0.3, 0.3);
            pen_ellipse(pen, px, py, r, r, RGB8(0x8FC7E0), 0.45);
            pen_ellipse(pen, px - r * 0.3, py - r * 0.3, r * 0.25, r * 0.25, RGB8(0xFFFFFF), 0.9);
        }
        break;
    case WORD_COFFEE: // beans
        for (int i = 0; i < 6; i++) {
            cairo_save(pen->cr);
            cairo_translate(pen->cr, x + size * 0.28 * ((i % 3) - 1),
                            y + size * (i < 3 ? -0.14 : 0.2));
            cairo_rotate(pen->cr, 0.6 * i);
            pen_ellipse(pen, 0, 0, size * 0.11, size * 0.17, RGB8(0x9A6236), 1);
            pen_line(pen, 0, -size * 0.14, 0, size * 0.14, size * 0.03, RGB8(0x4A2A14));
            cairo_restore(pen->cr);
        }
        break;
    default: // crystals
        for (int i = 0; i < 7; i++) {
            double px = x + size * 0.13 * (i - 3), py = y + size * 0.12 * (i % 2), r = size * 0.13;
            pen_polygon(pen, (double[]){px, py - r, px + r, py, px, py + r, px - r, py}, 4,
                        rgb_mix(ink, RGB8(0xFFFFFF), 0.6));
            pen_polygon(pen, (double[]){px, py - r, px + r, py, px, py}, 3,
                        rgb_mix(ink, RGB8(0xFFFFFF), 0.85));
        }
    }
}

static void amount_text(const Pen *pen, size_t goods, char *to, size_t size) {
    char number[16];
    if (!number_text(pen->country, GOODS[goods].number, number, sizeof number))
        snprintf(number, sizeof number, "%d", GOODS[goods].number);
    snprintf(to, size, "%s %s", number, GOODS[goods].amount);
}

static void front_paint(const Pen *pen, double w, double h, const Package *package) {
    const Language *language = language_find(pen->country->language);
    WordId word = GOODS[package->goods].word;
    bool is_wide = w > h;
    pen_fade(pen, 0, 0, w, h, rgb_mix(package->ground, RGB8(0xFFFFFF), 0.12),
             rgb_scale(package->ground, 0.93));
    double band = h * (is_wide ? 0.3 : 0.2);
    cairo_save(pen->cr);
    cairo_rectangle(pen->cr, 0, 0, w, h);
    cairo_clip(pen->cr);
    pen_ellipse(pen, w / 2, h * 0.02, w * 0.75, band * 1.1, package->band, 1);
    pen_colour(pen, rgb_ink_on(package->band), 0.5);
    cairo_restore(pen->cr);
    pen_text(pen, package->brand, NULL, FACE_SERIF, w / 2, band * 0.52, band * 0.36, w * 0.84,
             rgb_ink_on(package->band));
    double motif_size = is_wide ? h * 0.5 : w * 0.62;
    motif(pen, word, is_wide ? w * 0.24 : w / 2, is_wide ? h * 0.66 : h * 0.68, motif_size,
          package->band);
    double text_x = is_wide ? w * 0.66 : w / 2, text_y = is_wide ? h * 0.6 : h * 0.38;
    pen_sign_text(pen, language->words[word], language, FACE_BOLD, text_x, text_y,
                  h * (is_wide ? 0.2 : 0.1), w * (is_wide ? 0.56 : 0.86), package->ink);
    char amount[32];
    amount_text(pen, package->goods, amount, sizeof amount);
    pen_text(pen, amount, language, FACE_BOLD, w * 0.8, h * 0.93, h * (is_wide ? 0.085 : 0.038),
             w * 0.34, package->ink);
    char value[CLUE_VALUE_MAX];
    static const char *const NAMES[WORDS] = {
        [WORD_MILK] = "milk", [WORD_TEA] = "tea",       [WORD_RICE] = "rice",
        [WORD_SOAP] = "soap", [WORD_COFFEE] = "coffee", [WORD_SUGAR] = "sugar",
        [WORD_SALT] = "salt"};
    snprintf(value, sizeof value, "goods-%s", NAMES[word] == NULL ? "other" : NAMES[word]);
    pen_clue(pen, "product", value, 0, 0, w, h);
}

// Text on the side: bar code, address on the web, telephone.
static void side_paint(const Pen *pen, double w, double h, const Package *package) {
    pen_fade(pen, 0, 0, w, h, package->ground, rgb_scale(package->ground, 0.88));
    double bw = fmin(w * 0.84, h * 0.8), bh = fmin(bw * 0.62, h * 0.5);
    barcode_paint(pen, (w - bw) / 2, h - bh - h * 0.06, bw, bh);
    char dial[40];
    size_t at = 0;
    for (const char *from = pen->country->dial; *from != '\0' && at + 1 < sizeof dial; from++)
        dial[at++] = *from == '9' ? (char)('1' + prng_below(pen->dice, 9)) : *from;
    dial[at] = '\0';
    char site[48];
    snprintf(site, sizeof site, "%s%s", package->brand, pen->country->domain);
    double room = h - bh - h * 0.1;
    pen_text(pen, site, NULL, FACE_SANS, w / 2, room * 0.3, room * 0.1, w * 0.84, package->ink);
    pen_text(pen, dial, NULL, FACE_SANS, w / 2, room * 0.62, room * 0.1, w * 0.84, package->ink);
    char value[CLUE_VALUE_MAX];
    snprintf(value, sizeof value, "phone-format-%s", pen->country->code);
    pen_clue(pen, "text", value, w * 0.08, room * 0.52, w * 0.84, room * 0.22);
    snprintf(value, sizeof value, "domain%s", pen->country->domain);
    pen_clue(pen, "digital", value, w * 0.08, room * 0.2, w * 0.84, room * 0.22);
}

static void package_faces(const Pen *pen, Face face, double w, double h, const void *what) {
    const Package *package = what;
    Prng own = {package->seed + face};
    Pen inner = *pen;
    inner.dice = &own;
    if (face == FACE_FRONT || face == FACE_BACK)
        front_paint(&inner, w, h, package);
    else if (face == FACE_TOP)
        pen_rect(&inner, 0, 0, w, h, rgb_mix(package->ground, package->band, 0.2));
    else
        side_paint(&inner, w, h, package);
    Shape shape = GOODS[package->goods].shape;
    if (shape == SHAPE_BAG && face != FACE_TOP) { // creases and the shine of foil
        for (int i = 0; i < 6; i++) {
            double x = dice_range(&own, 0, w);
            pen_colour(&inner, RGB8(i % 2 ? 0xFFFFFF : 0x000000), 0.09);
            cairo_move_to(inner.cr, x, 0);
            cairo_line_to(inner.cr, x + w * 0.06, 0);
            cairo_line_to(inner.cr, x + dice_range(&own, -0.1, 0.1) * w, h);
            cairo_close_path(inner.cr);
            cairo_fill(inner.cr);
        }
    }
}

void package_place(View *view, WordId goods, Vec3 base, double turn) {
    Package package = package_roll(view->dice, goods);
    size_t row = package.goods;
    Box box = {base, turn, GOODS[row].w, GOODS[row].h, GOODS[row].d};
    box_place(view, box, package_faces, &package);
    if (GOODS[row].shape == SHAPE_CARTON) { // the folded top and its seam
        Box top = {vec3_add(base, (Vec3){0, box.h, 0}), turn, box.w, 0.028, box.d * 0.45};
        box_place(view, top, package_faces,
                  &(Package){row, package.brand, rgb_scale(package.ground, 0.96), package.ink,
                             package.band, package.seed});
    } else if (GOODS[row].shape == SHAPE_BAG) {
        Box top = {vec3_add(base, (Vec3){0, box.h, 0}), turn, box.w * 0.97, 0.02, box.d * 0.16};
        Package rim = package;
        box_place(view, top, package_faces, &rim);
    }
}

void package_front(const Pen *pen, WordId goods, double x, double y, double w, double h) {
    Package package = package_roll(pen->dice, goods);
    pen_shadow(pen, x + w * 0.02, y + h * 0.02, w, h, w * 0.12, 0.4);
    cairo_save(pen->cr);
    cairo_translate(pen->cr, x, y);
    Prng own = {package.seed};
    Pen inner = *pen;
    inner.dice = &own;
    front_paint(&inner, w, h, &package);
    cairo_restore(pen->cr);
}

void price_tag(const Pen *pen, double x, double y, double w, double h, WordId goods) {
    char price[96], value[CLUE_VALUE_MAX];
    const Language *language = language_find(pen->country->language);
    double amount =
        pen->country->price * GOODS[goods_row(goods)].price * dice_range(pen->dice, 0.85, 1.25);
    if (!price_text(pen->country, amount, price, sizeof price))
        return;
    Rgb ground = dice_chance(pen->dice, 0.35) ? RGB8(0xFFE14A) : RGB8(0xFDFCF7);
    pen_shadow(pen, x, y + h * 0.04, w, h, h * 0.15, 0.35);
    pen_round(pen, x, y, w, h, h * 0.06, ground);
    pen_text(pen, language->words[goods], language, FACE_SANS, x + w / 2, y + h * 0.2, h * 0.15,
             w * 0.86, RGB8(0x2A2C30));
    pen_text(pen, price, language, FACE_BOLD, x + w / 2, y + h * 0.62, h * 0.34, w * 0.9,
             RGB8(0xB3191F));
    snprintf(value, sizeof value, "price-format-%s", pen->country->code);
    pen_clue(pen, "currency", value, x, y, w, h);
}
