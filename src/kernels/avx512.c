// AVX-512 with VPOPCNTDQ and BITALG: 16 floats at a time; distances of eight rows at once from four
// registers of two rows each: 4 popcounts, 4 unpacks, 2 permutes and 5 adds for eight rows.
#include <immintrin.h>

#define LANES 16
#include "kernels/x86_pixels.h"

#include "kernels/vector_plane.h"

enum { AT_ONCE = 8 };

// The bits of (row pair) ^ query, counted in each quarter of a row.
static inline __m512i quarters(const uint8_t *pair, __m512i query) {
    return _mm512_popcnt_epi64(_mm512_xor_si512(query, _mm512_loadu_si512(pair)));
}

// Adds the two quarters in each half of two pairs: halves of the rows 0 2 | 0 2 | 1 3 | 1 3
// (counted within a and b).
static inline __m512i halves(__m512i a, __m512i b) {
    return _mm512_add_epi64(_mm512_unpacklo_epi64(a, b), _mm512_unpackhi_epi64(a, b));
}

static size_t put_hits(unsigned hits, __m512i distances, size_t first, uint32_t *ret_at,
                       uint16_t *ret_distance) {
    uint64_t distance[AT_ONCE];
    memcpy(distance, &distances, sizeof distance);
    size_t found = 0;
    for (; hits != 0; hits &= hits - 1) {
        unsigned row = (unsigned)__builtin_ctz(hits);
        ret_at[found] = (uint32_t)(first + row);
        ret_distance[found++] = (uint16_t)distance[row];
    }
    return found;
}

static size_t hamming_within(const uint8_t *query, const uint8_t *rows, size_t count,
                             unsigned radius, uint32_t *ret_at, uint16_t *ret_distance) {
    const __m256i half = _mm256_loadu_si256((const __m256i *)(const void *)query);
    const __m512i q = _mm512_broadcast_i64x4(half);
    const __m512i limit = _mm512_set1_epi64((long long)radius);
    // First and second halves in the order of the rows.
    const __m512i first = _mm512_setr_epi64(0, 4, 1, 5, 8, 12, 9, 13);
    const __m512i second = _mm512_setr_epi64(2, 6, 3, 7, 10, 14, 11, 15);
    size_t found = 0, i = 0;
    for (; i + AT_ONCE <= count; i += AT_ONCE) {
        const uint8_t *at = rows + i * KERNEL_HASH_BYTES;
        __m512i low = halves(quarters(at, q), quarters(at + 64, q));
        __m512i high = halves(quarters(at + 128, q), quarters(at + 192, q));
        __m512i distances = _mm512_add_epi64(_mm512_permutex2var_epi64(low, first, high),
                                             _mm512_permutex2var_epi64(low, second, high));
        unsigned hits = _mm512_cmple_epu64_mask(distances, limit);
        if (__builtin_expect(hits != 0, 0))
            found += put_hits(hits, distances, i, ret_at + found, ret_distance + found);
    }
    for (; i < count; i++) {
        __m256i x = _mm256_xor_si256(
            half,
            _mm256_loadu_si256((const __m256i *)(const void *)(rows + i * KERNEL_HASH_BYTES)));
        __m256i sums = _mm256_popcnt_epi64(x);
        __m128i sum =
            _mm_add_epi64(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
        unsigned distance = (unsigned)_mm_cvtsi128_si32(sum) + (unsigned)_mm_extract_epi16(sum, 4);
        if (distance <= radius) {
            ret_at[found] = (uint32_t)i;
            ret_distance[found++] = (uint16_t)distance;
        }
    }
    return found;
}

// 32 sketches at a time (VPOPCNTW of BITALG).
typedef struct SketchProbe {
    __m512i value, limit;
} SketchProbe;
static inline SketchProbe sketch_probe(uint16_t probe, uint16_t limit) {
    return (SketchProbe){_mm512_set1_epi16((short)probe), _mm512_set1_epi16((short)limit)};
}
static inline uint64_t sketch_hits(SketchProbe probe, const uint16_t *sketches) {
    __m512i x = _mm512_xor_si512(probe.value, _mm512_loadu_si512(sketches));
    return _mm512_cmple_epu16_mask(_mm512_popcnt_epi16(x), probe.limit);
}
#define SKETCHES 32
#define HIT_BITS 1
#include "kernels/vector_sketches.h"

const KernelOps KERNELS_AVX512 = {
    .name = "avx512",
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
