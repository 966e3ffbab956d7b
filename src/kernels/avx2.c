// AVX2: 8 floats at a time; distances by a table of nibbles (vpshufb) and sums of bytes (vpsadbw),
// one row of 32 bytes in a register: 2 shuffles, 1 sad and a horizontal sum a row.
#include <immintrin.h>

#define LANES 8
#include "kernels/vector_plane.h"

static size_t hamming_within(const uint8_t *query, const uint8_t *rows, size_t count,
                             unsigned radius, uint32_t *ret_at, uint16_t *ret_distance) {
    const __m256i nibble = _mm256_set1_epi8(15);
    const __m256i ones = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1,
                                          2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
    const __m256i q = _mm256_loadu_si256((const __m256i *)(const void *)query);
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        __m256i x = _mm256_xor_si256(
            q, _mm256_loadu_si256((const __m256i *)(const void *)(rows + i * KERNEL_HASH_BYTES)));
        __m256i low = _mm256_shuffle_epi8(ones, _mm256_and_si256(x, nibble));
        __m256i high = _mm256_shuffle_epi8(ones, _mm256_and_si256(_mm256_srli_epi16(x, 4), nibble));
        __m256i sums = _mm256_sad_epu8(_mm256_add_epi8(low, high), _mm256_setzero_si256());
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

const KernelOps KERNELS_AVX2 = {
    .name = "avx2",
    .hamming_within = hamming_within,
    .luma_rgb = luma_rgb,
    .luma_gray = luma_gray,
    .box_rows = box_rows,
    .box_rows_sampled = box_rows_sampled,
    .box_column = box_column,
    .dct = dct,
};
