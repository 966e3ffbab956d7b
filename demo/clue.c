// The list of a picture's clues and which of them remain visible.
#include "clue.h"

#include <stdio.h>
#include <string.h>

// What stands outside is told by its shape and needs more pixels than a word or a socket: FAR times
// the least side.
enum { POINTS = 64, COVERED_MAX = 22, FAR = 3 };

void clue_put(ClueList *list, const char *id, const char *value, double x, double y, double w,
              double h) {
    if (list == NULL || list->count == CLUES_MAX)
        return;
    Clue *clue = &list->items[list->count++];
    *clue = (Clue){.id = id, .x = x, .y = y, .w = w, .h = h};
    snprintf(clue->value, sizeof clue->value, "%s", value);
}

void clue_point(const Clue *clue, int number, double *ret_x, double *ret_y) {
    *ret_x = clue->x + clue->w * (number % 8 + 0.5) / 8;
    *ret_y = clue->y + clue->h * ((double)(number / 8) + 0.5) / 8;
}

void clues_settle(ClueList *list, int width, int height, double min_side) {
    int kept = 0;
    for (int i = 0; i < list->count; i++) {
        Clue clue = list->items[i];
        for (int point = 0; point < POINTS; point++) {
            double x, y;
            clue_point(&clue, point, &x, &y);
            if (x < 0 || y < 0 || x >= width || y >= height)
                clue.covered |= (uint64_t)1 << point;
        }
        double smaller = clue.w < clue.h ? clue.w : clue.h,
               larger = clue.w < clue.h ? clue.h : clue.w;
        if (strcmp(clue.id, "outdoor") == 0) {
            if (larger < FAR * min_side)
                continue;
            smaller *= 2; // poles and bollards are narrow
        }
        if (__builtin_popcountll(clue.covered) > COVERED_MAX || smaller < min_side)
            continue;
        double right = clue.x + clue.w, bottom = clue.y + clue.h;
        clue.x = clue.x < 0 ? 0 : clue.x;
        clue.y = clue.y < 0 ? 0 : clue.y;
        clue.w = (right > width ? width : right) - clue.x;
        clue.h = (bottom > height ? height : bottom) - clue.y;
        list->items[kept++] = clue;
    }
    list->count = kept;
}
