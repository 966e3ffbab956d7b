// The box filter and decimation of PDQ as a stream of rows.
#include "hash/decimate.h"

#include <assert.h>

#include "hash/limits.h"
#include "kernels/kernels.h"

// The filter along columns, fed one row at a time. Row r of the input stands in ring row r %
// ring_rows.
typedef struct ColumnPass {
    size_t columns; // padded
    size_t height, window, half;
    size_t ring_rows;
    float *ring;
    float *sums;
    size_t rows_in, rows_left; // added to and taken from the sums
    size_t rows_out;
} ColumnPass;

struct Decimator {
    const KernelOps *ops;
    size_t width, height, stride; // stride: padded width
    size_t row_window;
    float *luma; // KERNEL_ROWS rows that arrive
    size_t luma_rows;
    ColumnPass first;
    float *between; // KERNEL_ROWS rows that left the first column pass
    size_t between_rows;
    ColumnPass second; // of the sampled columns only
    float *scratch;
    size_t rows_in;
    size_t next_sample; // the next row of the plane to fill
    uint32_t sample_x[DECIMATED_SIDE], sample_y[DECIMATED_SIDE];
    float plane[DECIMATED_SIDE * DECIMATED_SIDE];
    float sampled_row[DECIMATED_SIDE];
    void *memory; // holds all buffers
};

enum { ALIGNMENT = 64 };

static size_t window_of(size_t side) {
    return (side + 2 * DECIMATED_SIDE - 1) / (2 * DECIMATED_SIDE);
}

static void samples_of(size_t side, uint32_t ret[DECIMATED_SIDE]) {
    for (int i = 0; i < DECIMATED_SIDE; i++)
        ret[i] = (uint32_t)(((i + 0.5) * (double)side) / DECIMATED_SIDE);
}

// A batch is written whole before it is read, so the ring holds a window and a batch.
static void column_pass_init(ColumnPass *pass, size_t columns, size_t height) {
    size_t window = window_of(height);
    *pass = (ColumnPass){
        .columns = columns,
        .height = height,
        .window = window,
        .half = (window + 2) / 2,
        .ring_rows = kernel_padded(window) + KERNEL_ROWS,
    };
}

static float *ring_row(const ColumnPass *pass, size_t row) {
    return pass->ring + row % pass->ring_rows * pass->columns;
}

// Takes one step: adds the next row of the ring while there is one, drops what leaves the window,
// and writes the next output row to ret unless that is NULL. False when this step gives no row (the
// window has not grown to half yet).
static bool column_pass_step(ColumnPass *pass, const KernelOps *ops, float *ret) {
    const float *add = NULL, *subtract = NULL;
    if (pass->rows_in < pass->height)
        add = ring_row(pass, pass->rows_in++);
    if (add == NULL || pass->rows_in > pass->window)
        subtract = ring_row(pass, pass->rows_left++);
    bool gives_row = pass->rows_in >= pass->half;
    ops->box_column(pass->sums, add, subtract, gives_row ? ret : NULL,
                    (float)(pass->rows_in - pass->rows_left), pass->columns);
    pass->rows_out += gives_row;
    return gives_row;
}

static float *carve(char **io_at, size_t floats) {
    float *part = (float *)(void *)*io_at;
    *io_at += (floats * sizeof(float) + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    return part;
}

Err decimator_new(uint32_t width, uint32_t height, Decimator **ret) {
    assert(width >= 1 && height >= 1 && width <= PDQ_SIDE_MAX && height <= PDQ_SIDE_MAX);
    _cleanup_(decimator_freep) Decimator *d = calloc(1, sizeof *d);
    if (d == NULL)
        return ERR_NOMEM;
    d->ops = kernels();
    d->width = width;
    d->height = height;
    d->stride = kernel_padded(width);
    d->row_window = window_of(width);
    samples_of(width, d->sample_x);
    samples_of(height, d->sample_y);
    column_pass_init(&d->first, d->stride, height);
    column_pass_init(&d->second, DECIMATED_SIDE, height);
    size_t batch = KERNEL_ROWS * d->stride;
    size_t first = d->first.ring_rows * d->first.columns,
           second = d->second.ring_rows * d->second.columns;
    size_t scratch = kernel_scratch(d->row_window) * KERNEL_ROWS;
    size_t floats = 2 * batch + first + d->first.columns + second + d->second.columns + scratch;
    d->memory = calloc(floats * sizeof(float) + 8 * ALIGNMENT, 1);
    if (d->memory == NULL)
        return ERR_NOMEM;
    char *at = d->memory;
    at += (0 - (uintptr_t)at) % ALIGNMENT;
    d->luma = carve(&at, batch);
    d->between = carve(&at, batch);
    d->first.ring = carve(&at, first);
    d->first.sums = carve(&at, d->first.columns);
    d->second.ring = carve(&at, second);
    d->second.sums = carve(&at, d->second.columns);
    d->scratch = carve(&at, scratch);
    *ret = TAKE(d);
    return ERR_OK;
}

void decimator_free(Decimator *d) {
    if (d == NULL)
        return;
    free(d->memory);
    free(d);
}

// One step of the last pass; its row goes to the plane where it is a sampled one (several times in
// a picture of fewer than 64 rows).
static void second_column_step(Decimator *d) {
    size_t row = d->second.rows_out;
    bool is_sampled = d->next_sample < DECIMATED_SIDE && d->sample_y[d->next_sample] == row;
    if (!column_pass_step(&d->second, d->ops, is_sampled ? d->sampled_row : NULL) || !is_sampled)
        return;
    for (; d->next_sample < DECIMATED_SIDE && d->sample_y[d->next_sample] == row; d->next_sample++)
        memcpy(d->plane + d->next_sample * DECIMATED_SIDE, d->sampled_row, sizeof d->sampled_row);
}

static void second_passes(Decimator *d) {
    size_t rows = d->between_rows;
    d->between_rows = 0;
    d->ops->box_rows_sampled(d->between, d->stride, d->width, d->row_window, d->sample_x,
                             ring_row(&d->second, d->second.rows_in), d->scratch);
    for (size_t i = 0; i < rows; i++)
        second_column_step(d);
}

static void first_column_step(Decimator *d) {
    if (column_pass_step(&d->first, d->ops, d->between + d->between_rows * d->stride) &&
        ++d->between_rows == KERNEL_ROWS)
        second_passes(d);
}

// A batch of rows through all passes; after the picture's last row, also what the passes still
// hold.
static void first_passes(Decimator *d) {
    size_t rows = d->luma_rows;
    d->luma_rows = 0;
    d->ops->box_rows(d->luma, ring_row(&d->first, d->first.rows_in), d->stride, d->width,
                     d->row_window, d->scratch);
    for (size_t i = 0; i < rows; i++)
        first_column_step(d);
    if (d->rows_in < d->height)
        return;
    while (d->first.rows_out < d->height)
        first_column_step(d);
    if (d->between_rows > 0)
        second_passes(d);
    while (d->second.rows_out < d->height)
        second_column_step(d);
}

float *decimator_row(Decimator *d) {
    return d->luma + d->luma_rows * d->stride;
}

void decimator_row_done(Decimator *d) {
    assert(d->rows_in < d->height);
    d->luma_rows++;
    d->rows_in++;
    if (d->luma_rows == KERNEL_ROWS || d->rows_in == d->height)
        first_passes(d);
}

const float *decimator_plane(const Decimator *d) {
    return d->rows_in == d->height ? d->plane : NULL;
}
