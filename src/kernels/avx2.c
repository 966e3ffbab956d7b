// AVX2: 8 floats at a time; distances by a table of nibbles (vpshufb) and sums of bytes (vpsadbw),
// one row of 32 bytes in a register: 2 shuffles, 1 sad and a horizontal sum a row.
#include <immintrin.h>

#define LANES 8
#include "kernels/x86_pixels.h"

#include "kernels/vector_plane.h"

// The set bits of each byte.
static inline __m256i ones_of_bytes(__m256i x) {
    const __m256i nibble = _mm256_set1_epi8(15);
    const __m256i ones = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1,
                                          2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
    return _mm256_add_epi8(
        _mm256_shuffle_epi8(ones, _mm256_and_si256(x, nibble)),
        _mm256_shuffle_epi8(ones, _mm256_and_si256(_mm256_srli_epi16(x, 4), nibble)));
}

static size_t hamming_within(const uint8_t *query, const uint8_t *rows, size_t count,
                             unsigned radius, uint32_t *ret_at, uint16_t *ret_distance) {
    const __m256i q = _mm256_loadu_si256((const __m256i *)(const void *)query);
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        __m256i x = _mm256_xor_si256(
            q, _mm256_loadu_si256((const __m256i *)(const void *)(rows + i * KERNEL_HASH_BYTES)));
        __m256i sums = _mm256_sad_epu8(ones_of_bytes(x), _mm256_setzero_si256());
        __m128i sum =
            _mm_add_epi64(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
        unsigned distance = (unsigned)_mm_cvtsi128_si32(sum) + (unsigned)_mm_extract_epi16(sum, 4);
        if (__builtin_expect(distance <= radius, 0)) {
            ret_at[found] = (uint32_t)i;
            ret_distance[found++] = (uint16_t)distance;
        }
    }
    return found;
}

// 16 sketches at a time; the compare's byte mask has two bits for each.
typedef struct SketchProbe {
    __m256i value, above;
} SketchProbe;
static inline SketchProbe sketch_probe(uint16_t probe, uint16_t limit) {
    return (SketchProbe){_mm256_set1_epi16((short)probe),
                         _mm256_set1_epi16((short)(limit < 16 ? limit + 1 : 17))};
}
static inline uint64_t sketch_hits(SketchProbe probe, const uint16_t *sketches) {
    __m256i x =
        _mm256_xor_si256(probe.value, _mm256_loadu_si256((const __m256i *)(const void *)sketches));
    __m256i distance = _mm256_maddubs_epi16(ones_of_bytes(x), _mm256_set1_epi8(1));
    __m256i within = _mm256_cmpgt_epi16(probe.above, distance);
    return (uint32_t)_mm256_movemask_epi8(within) & 0x55555555u;
}
#define SKETCHES 16
#define HIT_BITS 2
#include "kernels/vector_sketches.h"

const KernelOps KERNELS_AVX2 = {
    .name = "avx2",
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
