// Decimator: luma rows of a picture in, a 64×64 plane out, smoothed by the box filter of PDQ.
//
// The filter is defined over the whole picture: twice {box along rows; box along columns}. Here the
// four passes run one behind the other as rows arrive, each keeping only its window of rows, with
// the running sums in the textbook's order, so that the result has the same bits. The second pass
// along rows keeps only the 64 sampled columns, and the last pass divides only in the 64 sampled
// rows. One thread at a time.
#pragma once
#include "base/cleanup.h"
#include "base/err.h"

enum { DECIMATED_SIDE = 64 };

typedef struct Decimator Decimator;
// width and height from 1 to PDQ_SIDE_MAX.
Err decimator_new(uint32_t width, uint32_t height, Decimator **ret) MUST_CHECK;
void decimator_free(Decimator *decimator);
DEFINE_CLEANUP(Decimator *, decimator_free);
// Where the next row's luma goes (width floats; more of them, up to a multiple of 16, may be
// written), then done. At most `height` rows.
float *decimator_row(Decimator *decimator);
void decimator_row_done(Decimator *decimator);
// The plane, row by row, 64×64 floats, once all rows were given; NULL before.
const float *decimator_plane(const Decimator *decimator);
