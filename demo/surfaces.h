// What walls, floors and tables are covered with. Painted into a rectangle from (0, 0), metres.
#pragma once
#include "pen.h"

typedef enum WallKind {
    WALL_PLASTER,
    WALL_STRIPES,
    WALL_DAMASK,
    WALL_FLOWERS,
    WALL_DIAMONDS,
    WALL_DOTS,
    WALL_CHEVRON,
    WALL_TRELLIS,
    WALL_LEAVES,
    WALL_TILES,
    WALL_SUBWAY,
    WALL_PATTERN_TILES,
    WALL_BRICK,
    WALL_BOARDS,
    WALL_WAINSCOT,
    WALL_KINDS
} WallKind;
void wall_paint(const Pen *pen, WallKind kind, double w, double h, const Scheme *scheme);
bool wall_is_tiled(WallKind kind);

typedef enum FloorKind {
    FLOOR_PLANKS,
    FLOOR_PARQUET,
    FLOOR_TILES,
    FLOOR_CHECKER,
    FLOOR_TERRAZZO,
    FLOOR_CARPET,
    FLOOR_MOSAIC,
    FLOOR_KINDS
} FloorKind;
void floor_paint(const Pen *pen, FloorKind kind, double w, double h, const Scheme *scheme);

// A rug lying in a rectangle.
void rug_paint(const Pen *pen, double x, double y, double w, double h, const Scheme *scheme);
// A pool of light from a lamp or window, and dusk away from it.
void light_pool_paint(const Pen *pen, double w, double h);
