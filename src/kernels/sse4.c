// SSE4.2 with POPCNT, for processors from before AVX2: 4 floats at a time; distances by four
// popcounts a row, sketches by a table of nibbles (pshufb), 8 at a time.
#define LANES 4
#include "kernels/x86_pixels.h"

#include "kernels/vector_plane.h"

static size_t hamming_within(const uint8_t *query, const uint8_t *rows, size_t count,
                             unsigned radius, uint32_t *ret_at, uint16_t *ret_distance) {
    uint64_t q[4], r[4];
    memcpy(q, query, sizeof q);
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        memcpy(r, rows + i * KERNEL_HASH_BYTES, sizeof r);
        unsigned distance = (unsigned)(_mm_popcnt_u64(q[0] ^ r[0]) + _mm_popcnt_u64(q[1] ^ r[1]) +
                                       _mm_popcnt_u64(q[2] ^ r[2]) + _mm_popcnt_u64(q[3] ^ r[3]));
        if (__builtin_expect(distance <= radius, 0)) {
            ret_at[found] = (uint32_t)i;
            ret_distance[found++] = (uint16_t)distance;
        }
    }
    return found;
}

// 8 sketches at a time; the compare is packed to a byte for each.
typedef struct SketchProbe {
    __m128i value, above;
} SketchProbe;
static inline SketchProbe sketch_probe(uint16_t probe, uint16_t limit) {
    return (SketchProbe){_mm_set1_epi16((short)probe),
                         _mm_set1_epi16((short)(limit < 16 ? limit + 1 : 17))};
}
static inline uint64_t sketch_hits(SketchProbe probe, const uint16_t *sketches) {
    const __m128i nibble = _mm_set1_epi8(15);
    const __m128i ones = _mm_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
    __m128i x =
        _mm_xor_si128(probe.value, _mm_loadu_si128((const __m128i *)(const void *)sketches));
    __m128i bytes =
        _mm_add_epi8(_mm_shuffle_epi8(ones, _mm_and_si128(x, nibble)),
                     _mm_shuffle_epi8(ones, _mm_and_si128(_mm_srli_epi16(x, 4), nibble)));
    __m128i within = _mm_cmpgt_epi16(probe.above, _mm_maddubs_epi16(bytes, _mm_set1_epi8(1)));
    return (unsigned)_mm_movemask_epi8(_mm_packs_epi16(within, _mm_setzero_si128()));
}
#define SKETCHES 8
#define HIT_BITS 1
#include "kernels/vector_sketches.h"

const KernelOps KERNELS_SSE4 = {
    .name = "sse4",
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
