// What the x86 sets do by hand, since the compilers of today take the generic forms apart into
// single elements: bytes into floats, and R, G, B pixels taken apart by one byte shuffle a channel
// that leaves each sample in its own 32-bit lane. LANES (4, 8 or 16) is defined before.
#pragma once
#include <immintrin.h>
#include <stdint.h>
#include <string.h>

// The first bytes of four pixels into four lanes; −1 gives zero. Channel c stands c bytes further.
#define FOUR_PIXELS(c) \
    (c), -1, -1, -1, (c) + 3, -1, -1, -1, (c) + 6, -1, -1, -1, (c) + 9, -1, -1, -1

#define HAVE_CHANNEL_FLOATS
#if LANES == 4
static inline __m128 floats_of_four(const uint8_t *bytes) {
    int four;
    memcpy(&four, bytes, sizeof four);
    return _mm_cvtepi32_ps(_mm_cvtepu8_epi32(_mm_cvtsi32_si128(four)));
}
#define FLOATS_OF_BYTES(bytes) floats_of_four(bytes)

enum { CHANNEL_BYTES = 16 }; // that channel_floats reads
static inline __attribute__((always_inline)) void channel_floats(const uint8_t *rgb,
                                                                 __m128 ret[3]) {
    const __m128i pixels = _mm_loadu_si128((const __m128i *)(const void *)rgb);
    const __m128i from[3] = {_mm_setr_epi8(FOUR_PIXELS(0)), _mm_setr_epi8(FOUR_PIXELS(1)),
                             _mm_setr_epi8(FOUR_PIXELS(2))};
    for (int c = 0; c < 3; c++)
        ret[c] = _mm_cvtepi32_ps(_mm_shuffle_epi8(pixels, from[c]));
}
#elif LANES == 8
#define FLOATS_OF_BYTES(bytes) _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_loadu_si64(bytes)))

enum { CHANNEL_BYTES = 28 };
static inline __attribute__((always_inline)) void channel_floats(const uint8_t *rgb,
                                                                 __m256 ret[3]) {
    const __m256i pixels = _mm256_loadu2_m128i((const __m128i *)(const void *)(rgb + 12),
                                               (const __m128i *)(const void *)rgb);
    const __m256i from[3] = {_mm256_setr_epi8(FOUR_PIXELS(0), FOUR_PIXELS(0)),
                             _mm256_setr_epi8(FOUR_PIXELS(1), FOUR_PIXELS(1)),
                             _mm256_setr_epi8(FOUR_PIXELS(2), FOUR_PIXELS(2))};
    for (int c = 0; c < 3; c++)
        ret[c] = _mm256_cvtepi32_ps(_mm256_shuffle_epi8(pixels, from[c]));
}
#define FUSED_ADD(a, b, c) _mm256_fmadd_ps(a, b, c)
#define FUSED_LESS(a, b, c) _mm256_fnmadd_ps(a, b, c)
#else
#define FLOATS_OF_BYTES(bytes) \
    _mm512_cvtepi32_ps( \
        _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)(const void *)(bytes))))

// VPERMB takes each byte from anywhere in the 48.
enum { CHANNEL_BYTES = 48 };
static inline __attribute__((always_inline)) void channel_floats(const uint8_t *rgb,
                                                                 __m512 ret[3]) {
    const __mmask64 low_bytes = 0x1111111111111111u;
    const __m512i pixels = _mm512_maskz_loadu_epi8((__mmask64)0xFFFFFFFFFFFF, rgb);
    const __m512i first =
        _mm512_setr_epi32(0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 33, 36, 39, 42, 45);
    for (int c = 0; c < 3; c++)
        ret[c] = _mm512_cvtepi32_ps(_mm512_maskz_permutexvar_epi8(
            low_bytes, _mm512_add_epi32(first, _mm512_set1_epi32(c)), pixels));
}
#define FUSED_ADD(a, b, c) _mm512_fmadd_ps(a, b, c)
#define FUSED_LESS(a, b, c) _mm512_fnmadd_ps(a, b, c)
#endif
