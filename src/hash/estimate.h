// Estimator: luma rows of a picture that a decoder has reduced in, an estimate of the plane out
// that Decimator would give for the picture whole.
//
// The box filter at the sampled points is a weighted mean along each axis (Decimator's four passes
// multiplied out). A pixel of the reduced picture stands for the square that it was reduced from,
// and gets the sum of that square's weights: so the estimate has the filter, the borders and the
// sampled points of the whole picture, and differs only by what is finer than the squares and by
// rounding. One thread at a time.
#pragma once
#include "base/cleanup.h"
#include "base/err.h"

typedef struct Estimator Estimator;
// width, height: of the picture whole, 1 to PDQ_SIDE_MAX. reduction: pixels along each side of the
// square that one reduced pixel stands for.
Err estimator_new(uint32_t width, uint32_t height, uint32_t reduction, Estimator **ret) MUST_CHECK;
void estimator_free(Estimator *estimator);
DEFINE_CLEANUP(Estimator *, estimator_free);
// The next row: width / reduction bytes, rounded up. At most height / reduction rows, rounded up.
void estimator_row(Estimator *estimator, const uint8_t *luma);
// The plane, row by row, 64×64 floats, once all rows were given.
const float *estimator_plane(const Estimator *estimator);
