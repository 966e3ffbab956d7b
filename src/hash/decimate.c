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

// A picture's rows are filtered where they stand: luma arrives in the first ring, is replaced by
// what the first pass along rows makes of it, and a row that leaves the window by what the first
// pass along columns gives. So little memory is touched that it stays in the processor's second
// cache: for a 12-megapixel picture, 40 rows of 16 kB.
struct Decimator {
    const KernelOps *ops;
    size_t width, height, stride; // stride: padded width
    size_t row_window;
    size_t rows_in, rows_waiting; // rows_waiting: luma not filtered yet
    ColumnPass first;
    float *spare;                // KERNEL_ROWS rows for results that replace none
    float *between[KERNEL_ROWS]; // rows that left the first column pass
    size_t between_rows;
    ColumnPass second; // of the sampled columns only
    float *sampled;    // KERNEL_ROWS rows of them, before they go to the second ring
    float *scratch;
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

// An odd number of cache lines, so that the same column of many rows does not fall into the same
// few places of a cache.
static size_t stride_of(size_t width) {
    size_t padded = kernel_padded(width);
    return padded + (padded / KERNEL_ROWS % 2 == 0 ? KERNEL_ROWS : 0);
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
        .ring_rows = window + KERNEL_ROWS,
    };
}

static float *ring_row(const ColumnPass *pass, size_t row) {
    return pass->ring + row % pass->ring_rows * pass->columns;
}

// The row that the next step drops from the sums, or NULL while the window still grows.
static float *column_pass_leaving(const ColumnPass *pass) {
    return pass->rows_in >= pass->window || pass->rows_in == pass->height
               ? ring_row(pass, pass->rows_left)
               : NULL;
}

// Takes one step: adds the next row of the ring while there is one, drops what leaves the window,
// and writes the next output row to ret (which may be the leaving row) unless that is NULL. False
// when this step gives no row (the window has not grown to half yet).
static bool column_pass_step(ColumnPass *pass, const KernelOps *ops, float *ret) {
    const float *add = NULL, *subtract = column_pass_leaving(pass);
    if (pass->rows_in < pass->height)
        add = ring_row(pass, pass->rows_in++);
    if (subtract != NULL)
        pass->rows_left++;
    bool gives_row = pass->rows_in >= pass->half;
    ops->box_column(pass->sums, add, subtract, gives_row ? ret : NULL,
                    (float)(pass->rows_in - pass->rows_left), pass->columns);
    pass->rows_out += gives_row;
    return gives_row;
}

// `rows` ≤ KERNEL_ROWS steps at once in the middle of the picture, where each adds a row and
// replaces one by its result, which goes to ret_rows.
static void column_pass_run(ColumnPass *pass, const KernelOps *ops, float **ret_rows, size_t rows) {
    const float *add[KERNEL_ROWS];
    for (size_t i = 0; i < rows; i++) {
        add[i] = ring_row(pass, pass->rows_in + i);
        ret_rows[i] = ring_row(pass, pass->rows_left + i);
    }
    ops->box_columns(pass->sums, add, ret_rows, rows, (float)pass->window, pass->columns);
    pass->rows_in += rows;
    pass->rows_left += rows;
    pass->rows_out += rows;
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
    d->stride = stride_of(width);
    d->row_window = window_of(width);
    samples_of(width, d->sample_x);
    samples_of(height, d->sample_y);
    column_pass_init(&d->first, d->stride, height);
    column_pass_init(&d->second, DECIMATED_SIDE, height);
    size_t spare = KERNEL_ROWS * d->stride, first = d->first.ring_rows * d->first.columns,
           second = d->second.ring_rows * d->second.columns, sampled = KERNEL_ROWS * DECIMATED_SIDE,
           scratch = kernel_scratch(d->row_window) * KERNEL_ROWS;
    size_t floats =
        spare + first + d->first.columns + second + d->second.columns + sampled + scratch;
    d->memory = calloc(floats * sizeof(float) + 8 * ALIGNMENT, 1);
    if (d->memory == NULL)
        return ERR_NOMEM;
    char *at = d->memory;
    at += (0 - (uintptr_t)at) % ALIGNMENT;
    d->first.ring = carve(&at, first);
    d->first.sums = carve(&at, d->first.columns);
    d->second.ring = carve(&at, second);
    d->second.sums = carve(&at, d->second.columns);
    d->sampled = carve(&at, sampled);
    d->scratch = carve(&at, scratch);
    d->spare = carve(&at, spare);
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

// What stands in `between` through the second passes. There are fewer than KERNEL_ROWS rows only at
// the picture's ends; others stand in for them.
static void second_passes(Decimator *d) {
    size_t rows = d->between_rows;
    if (rows == 0)
        return;
    d->between_rows = 0;
    for (size_t i = rows; i < KERNEL_ROWS; i++)
        d->between[i] = d->between[0];
    d->ops->box_rows_sampled((const float *const *)d->between, d->width, d->row_window, d->sample_x,
                             d->sampled, d->scratch);
    for (size_t i = 0; i < rows; i++)
        memcpy(ring_row(&d->second, d->second.rows_in + i), d->sampled + i * DECIMATED_SIDE,
               DECIMATED_SIDE * sizeof(float));
    for (size_t i = 0; i < rows; i++)
        second_column_step(d);
}

static void first_column_step(Decimator *d) {
    float *to = column_pass_leaving(&d->first);
    if (to == NULL)
        to = d->spare + d->between_rows * d->stride;
    if (column_pass_step(&d->first, d->ops, to))
        d->between[d->between_rows++] = to;
}

// A batch of rows through all passes; after the picture's last row, also what the passes still
// hold. Every batch ends with an empty `between`, so that no row is needed there when the ring
// comes round to its place.
static void filter_waiting(Decimator *d) {
    size_t rows = d->rows_waiting;
    d->rows_waiting = 0;
    float *batch[KERNEL_ROWS];
    for (size_t i = 0; i < KERNEL_ROWS; i++)
        batch[i] = ring_row(&d->first, d->first.rows_in + i);
    d->ops->box_rows(batch, d->width, d->row_window, d->scratch);
    for (; rows > 0 && d->first.rows_in < d->first.window; rows--)
        first_column_step(d);
    if (rows > 0) {
        column_pass_run(&d->first, d->ops, d->between + d->between_rows, rows);
        d->between_rows += rows;
    }
    second_passes(d);
    while (d->rows_in == d->height && d->first.rows_out < d->height) {
        for (size_t i = 0; i < KERNEL_ROWS && d->first.rows_out < d->height; i++)
            first_column_step(d);
        second_passes(d);
    }
    while (d->rows_in == d->height && d->second.rows_out < d->height)
        second_column_step(d);
}

float *decimator_row(Decimator *d) {
    return ring_row(&d->first, d->rows_in);
}

void decimator_row_done(Decimator *d) {
    assert(d->rows_in < d->height);
    d->rows_waiting++;
    d->rows_in++;
    if (d->rows_waiting == KERNEL_ROWS || d->rows_in == d->height)
        filter_waiting(d);
}

const float *decimator_plane(const Decimator *d) {
    return d->rows_in == d->height ? d->plane : NULL;
}
