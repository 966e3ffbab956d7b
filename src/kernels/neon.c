// NEON (aarch64): 4 floats at a time; distances by byte counts (cnt) and one sum across the
// register (addlv).
#include <arm_neon.h>

#define LANES 4
#include "kernels/vector_plane.h"

static size_t hamming_within(const uint8_t *query, const uint8_t *rows, size_t count,
                             unsigned radius, uint32_t *ret_at, uint16_t *ret_distance) {
    const uint8x16_t low = vld1q_u8(query), high = vld1q_u8(query + 16);
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        const uint8_t *row = rows + i * KERNEL_HASH_BYTES;
        uint8x16_t ones = vaddq_u8(vcntq_u8(veorq_u8(low, vld1q_u8(row))),
                                   vcntq_u8(veorq_u8(high, vld1q_u8(row + 16))));
        unsigned distance = vaddlvq_u8(ones);
        if (__builtin_expect(distance <= radius, 0)) {
            ret_at[found] = (uint32_t)i;
            ret_distance[found++] = (uint16_t)distance;
        }
    }
    return found;
}

const KernelOps KERNELS_NEON = {
    .name = "neon",
    .hamming_within = hamming_within,
    .luma_rgb = luma_rgb,
    .luma_gray = luma_gray,
    .box_rows = box_rows,
    .box_rows_sampled = box_rows_sampled,
    .box_column = box_column,
    .dct = dct,
};
