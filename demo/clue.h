// Clues: what a trainee can read off a picture, with its place; and how much of it still shows.
#pragma once
#include <stdbool.h>
#include <stdint.h>

enum { CLUES_MAX = 160, CLUE_VALUE_MAX = 48 };

typedef struct Clue {
    const char *id; // static: "electrical", "text", … (the field's clue vocabulary)
    char value[CLUE_VALUE_MAX];
    double x, y, w, h; // pixels of the surface it is drawn on
    uint64_t covered;  // an 8×8 grid of points over the box: set where something came before it
} Clue;

typedef struct ClueList {
    Clue items[CLUES_MAX];
    int count;
} ClueList;

// Past CLUES_MAX further clues are dropped: a picture does not need more.
void clue_put(ClueList *list, const char *id, const char *value, double x, double y, double w,
              double h);
// Drops the clues that are mostly covered or outside, or too small to be read (the smaller side
// under min_side pixels), and cuts the others to the picture.
void clues_settle(ClueList *list, int width, int height, double min_side);
// The grid point number 0–63 of a clue.
void clue_point(const Clue *clue, int number, double *ret_x, double *ret_y);
