// The vector code with four lanes, as NEON has them, for processors that have it not: only what is
// generic.
#define LANES 4
#include "kernels/vector_plane.h"

#include "lanes4.h"

const KernelOps KERNELS_LANES4 = {
    .name = "lanes4",
    .luma_rgb = luma_rgb,
    .luma_gray = luma_gray,
    .box_rows = box_rows,
    .box_rows_sampled = box_rows_sampled,
    .box_column = box_column,
    .box_columns = box_columns,
    .dct = dct,
};
