// Furniture made of boxes, and standing things painted on a cut-out.
#pragma once
#include "view.h"

typedef enum Furniture {
    FURNITURE_WARDROBE,
    FURNITURE_BOOKCASE,
    FURNITURE_DRESSER,
    FURNITURE_DESK,
    FURNITURE_TABLE,
    FURNITURE_BED,
    FURNITURE_SOFA,
    FURNITURE_KINDS
} Furniture;

typedef struct Footprint {
    double w, h, d;
} Footprint;
Footprint furniture_footprint(Furniture kind);
// base: middle of its footprint; at turn 0 its front looks towards −z.
void furniture_place(View *view, Furniture kind, Vec3 base, double turn, const Scheme *scheme);

typedef enum Standing { STANDING_LAMP, STANDING_PLANT, STANDING_VASE, STANDING_KINDS } Standing;
// Upright, facing the camera.
void standing_place(View *view, Standing kind, Vec3 base, double height, const Scheme *scheme);

// Packages of everyday goods, w metres wide, on their base; labels in the country's language.
void package_place(View *view, WordId goods, Vec3 base, double turn);
double package_width(WordId goods);
double package_height(WordId goods);
// A package's front face alone, for shelves. h follows from the goods.
void package_front(const Pen *pen, WordId goods, double x, double y, double w, double h);
void price_tag(const Pen *pen, double x, double y, double w, double h, WordId goods);
// EAN-13 with a prefix of the country, or nothing where it has none.
void barcode_paint(const Pen *pen, double x, double y, double w, double h);
