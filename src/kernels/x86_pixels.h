// Sixteen R, G, B pixels taken apart by byte shuffles (SSSE3), for the x86 sets: 9 shuffles and 6
// ors. Defines channels_of, which vector_plane.h uses.
#pragma once
#include <immintrin.h>
#include <stdint.h>
#include <string.h>

typedef uint8_t Bytes16 __attribute__((vector_size(16)));

// Where the bytes of channel c stand in the three registers: −1 takes none.
static inline __m128i channel_of(const __m128i part[3], int channel) {
    static const int8_t FROM[3][3][16] = {
        {{0, 3, 6, 9, 12, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1},
         {-1, -1, -1, -1, -1, -1, 2, 5, 8, 11, 14, -1, -1, -1, -1, -1},
         {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1, 4, 7, 10, 13}},
        {{1, 4, 7, 10, 13, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1},
         {-1, -1, -1, -1, -1, 0, 3, 6, 9, 12, 15, -1, -1, -1, -1, -1},
         {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 2, 5, 8, 11, 14}},
        {{2, 5, 8, 11, 14, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1},
         {-1, -1, -1, -1, -1, 1, 4, 7, 10, 13, -1, -1, -1, -1, -1, -1},
         {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0, 3, 6, 9, 12, 15}},
    };
    __m128i sum = _mm_setzero_si128();
    for (int i = 0; i < 3; i++) {
        __m128i from;
        memcpy(&from, FROM[channel][i], sizeof from);
        sum = _mm_or_si128(sum, _mm_shuffle_epi8(part[i], from));
    }
    return sum;
}

#define HAVE_CHANNELS_OF
static inline __attribute__((always_inline)) void channels_of(const uint8_t *rgb, Bytes16 ret[3]) {
    __m128i part[3];
    memcpy(part, rgb, sizeof part);
#pragma GCC unroll 3
    for (int channel = 0; channel < 3; channel++)
        ret[channel] = (Bytes16)channel_of(part, channel);
}
