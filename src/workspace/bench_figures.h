// What a benchmark measured: named numbers, shown as a table or as one JSON object.
#pragma once
#include "cli/command.h"

enum { BENCH_FIGURES_MAX = 64 };

typedef struct BenchFigures {
    struct {
        const char *key;   // JSON
        const char *label; // N_()
        const char *text;  // an identifier instead of a number; NULL otherwise
        double number;
        int decimals;
    } rows[BENCH_FIGURES_MAX];
    int count;
} BenchFigures;

void bench_figure(BenchFigures *figures, const char *key, const char *label_msgid, double number,
                  int decimals);
void bench_figure_text(BenchFigures *figures, const char *key, const char *label_msgid,
                       const char *text);
Err bench_figures_print(const BenchFigures *figures, CommandContext *context, bool wants_json,
                        Diag *diag) MUST_CHECK;
