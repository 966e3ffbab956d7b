// The weights of the box filter over reduced pixels, and the means they make.
#include "hash/estimate.h"

#include <assert.h>

#include "hash/decimate.h"
#include "hash/limits.h"

// One axis: sample i is the sum of weights[i · most + k] × reduced pixel first[i] + k.
typedef struct Axis {
    size_t cells; // reduced pixels
    size_t most;  // of them that one sample may need
    uint32_t first[DECIMATED_SIDE], count[DECIMATED_SIDE];
    float *weights;
} Axis;

struct Estimator {
    Axis across, down;
    size_t rows_in;
    float plane[DECIMATED_SIDE * DECIMATED_SIDE];
};

typedef struct Line {
    size_t side, window, reduction;
} Line;

// The pixels [*ret_from, *ret_to) whose mean the filter puts in place of one.
static void window_at(const Line *line, size_t pixel, size_t *ret_from, size_t *ret_to) {
    size_t to = pixel + (line->window + 2) / 2;
    *ret_from = to > line->window ? to - line->window : 0;
    *ret_to = to < line->side ? to : line->side;
}

// Two filters in a row: the mean of the means round `pixel`, into the weight of each cell.
static void weigh_sample(const Line *line, size_t pixel, Axis *axis, size_t sample) {
    size_t from, to, inner_from, inner_to;
    window_at(line, pixel, &from, &to);
    window_at(line, from, &inner_from, &inner_to);
    size_t first = inner_from / line->reduction, last = first;
    float *weights = axis->weights + sample * axis->most;
    for (size_t outer = from; outer < to; outer++) {
        window_at(line, outer, &inner_from, &inner_to);
        float weight = (float)(1.0 / (double)(to - from) / (double)(inner_to - inner_from));
        for (size_t inner = inner_from; inner < inner_to; inner++)
            weights[inner / line->reduction - first] += weight;
        last = (inner_to - 1) / line->reduction;
    }
    axis->first[sample] = (uint32_t)first;
    axis->count[sample] = (uint32_t)(last - first + 1);
    assert(axis->count[sample] <= axis->most);
}

static Err axis_init(Axis *axis, size_t side, size_t reduction) {
    Line line = {.side = side, .reduction = reduction};
    line.window = (side + 2 * DECIMATED_SIDE - 1) / (2 * DECIMATED_SIDE);
    axis->cells = (side + reduction - 1) / reduction;
    axis->most = (2 * line.window + 1) / reduction + 2;
    axis->weights = calloc(axis->most * DECIMATED_SIDE, sizeof *axis->weights);
    if (axis->weights == NULL)
        return ERR_NOMEM;
    for (size_t i = 0; i < DECIMATED_SIDE; i++)
        weigh_sample(&line, (2 * i + 1) * side / (2 * DECIMATED_SIDE), axis, i);
    return ERR_OK;
}

Err estimator_new(uint32_t width, uint32_t height, uint32_t reduction, Estimator **ret) {
    assert(width >= 1 && height >= 1 && width <= PDQ_SIDE_MAX && height <= PDQ_SIDE_MAX &&
           reduction >= 1);
    _cleanup_(estimator_freep) Estimator *estimator = calloc(1, sizeof *estimator);
    if (estimator == NULL)
        return ERR_NOMEM;
    TRY(axis_init(&estimator->across, width, reduction));
    TRY(axis_init(&estimator->down, height, reduction));
    *ret = TAKE(estimator);
    return ERR_OK;
}

void estimator_free(Estimator *estimator) {
    if (estimator == NULL)
        return;
    free(estimator->across.weights);
    free(estimator->down.weights);
    free(estimator);
}

void estimator_row(Estimator *estimator, const uint8_t *luma) {
    const Axis *across = &estimator->across, *down = &estimator->down;
    size_t y = estimator->rows_in++;
    assert(y < down->cells);
    float means[DECIMATED_SIDE];
    for (size_t i = 0; i < DECIMATED_SIDE; i++) {
        const float *weights = across->weights + i * across->most;
        const uint8_t *from = luma + across->first[i];
        float sum = 0;
        for (size_t k = 0; k < across->count[i]; k++)
            sum += weights[k] * (float)from[k];
        means[i] = sum;
    }
    for (size_t i = 0; i < DECIMATED_SIDE; i++) {
        if (y < down->first[i] || y - down->first[i] >= down->count[i])
            continue;
        float weight = down->weights[i * down->most + (y - down->first[i])];
        for (size_t j = 0; j < DECIMATED_SIDE; j++)
            estimator->plane[i * DECIMATED_SIDE + j] += weight * means[j];
    }
}

const float *estimator_plane(const Estimator *estimator) {
    return estimator->plane;
}
