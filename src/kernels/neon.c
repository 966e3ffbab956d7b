// NEON (aarch64): 4 floats at a time; distances by byte counts (cnt) and one sum across the
// register (addlv).
#include <arm_neon.h>

#include <stdint.h>

typedef uint8_t Bytes16 __attribute__((vector_size(16)));

#define HAVE_CHANNELS_OF
static inline void channels_of(const uint8_t *rgb, Bytes16 ret[3]) {
    uint8x16x3_t parts = vld3q_u8(rgb);
    for (int channel = 0; channel < 3; channel++)
        ret[channel] = (Bytes16)parts.val[channel];
}

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

// 8 sketches at a time; the compare is narrowed to a byte for each.
static uint32_t sketch_within(const uint16_t *sketches, uint32_t count, uint16_t probe,
                              unsigned limit, uint32_t *ret_at) {
    enum { AT_ONCE = 8 };
    const uint16x8_t p = vdupq_n_u16(probe),
                     most = vdupq_n_u16((uint16_t)(limit < 16 ? limit : 16));
    uint32_t found = 0;
    for (uint32_t i = 0; i < count; i += AT_ONCE) {
        uint8x16_t x = vreinterpretq_u8_u16(veorq_u16(p, vld1q_u16(sketches + i)));
        uint8x8_t within = vmovn_u16(vcleq_u16(vpaddlq_u8(vcntq_u8(x)), most));
        uint64_t hits = vget_lane_u64(vreinterpret_u64_u8(within), 0) & 0x0101010101010101u;
        if (count - i < AT_ONCE)
            hits &= (1ull << (8 * (count - i))) - 1;
        for (; hits != 0; hits &= hits - 1)
            ret_at[found++] = i + (uint32_t)__builtin_ctzll(hits) / 8;
    }
    return found;
}

const KernelOps KERNELS_NEON = {
    .name = "neon",
    .hamming_within = hamming_within,
    .sketch_within = sketch_within,
    .luma_rgb = luma_rgb,
    .luma_gray = luma_gray,
    .box_rows = box_rows,
    .box_rows_sampled = box_rows_sampled,
    .box_column = box_column,
    .dct = dct,
};
