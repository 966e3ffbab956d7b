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

// 8 sketches at a time; the compare is narrowed to a byte for each. (Shifting a 64-bit one by 64
// never happens: a mask is cut only where fewer than 8 are left.)
typedef struct SketchProbe {
    uint16x8_t value, limit;
} SketchProbe;
static inline SketchProbe sketch_probe(uint16_t probe, uint16_t limit) {
    return (SketchProbe){vdupq_n_u16(probe), vdupq_n_u16(limit)};
}
static inline uint64_t sketch_hits(SketchProbe probe, const uint16_t *sketches) {
    uint8x16_t x = vreinterpretq_u8_u16(veorq_u16(probe.value, vld1q_u16(sketches)));
    uint8x8_t within = vmovn_u16(vcleq_u16(vpaddlq_u8(vcntq_u8(x)), probe.limit));
    return vget_lane_u64(vreinterpret_u64_u8(within), 0) & 0x0101010101010101u;
}
#define SKETCHES 8
#define HIT_BITS 8
#include "kernels/vector_sketches.h"

const KernelOps KERNELS_NEON = {
    .name = "neon",
    .hamming_within = hamming_within,
    .sketches_within = sketches_within,
    .luma_rgb = luma_rgb,
    .luma_gray = luma_gray,
    .box_rows = box_rows,
    .box_rows_sampled = box_rows_sampled,
    .box_column = box_column,
    .box_columns = box_columns,
    .dct = dct,
};
