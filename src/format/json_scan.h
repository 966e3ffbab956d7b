// Finding the next byte that matters in JSON text, sixteen at a time on x86-64 and eight elsewhere.
//
// All functions may load up to JSON_PAD bytes past `end`, which the caller provides; they return a
// pointer in [at, end].
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#if defined(__SSE2__) && !defined(JSON_SCAN_PORTABLE)
#include <emmintrin.h>
#endif

enum { JSON_PAD = 64 };

#if defined(__SSE2__) && !defined(JSON_SCAN_PORTABLE)

// The first quote, backslash or control character. *io_high collects the high bits of all bytes
// passed: bit 7 is set when one was not ASCII, and perhaps when one was within a block of `end`.
static inline const char *scan_string(const char *at, const char *end, unsigned *io_high) {
    const __m128i QUOTE = _mm_set1_epi8('"'), BACKSLASH = _mm_set1_epi8('\\');
    const __m128i LAST_CONTROL = _mm_set1_epi8(0x1F);
    for (; at < end; at += 16) {
        __m128i block = _mm_loadu_si128((const __m128i *)(const void *)at);
        __m128i hit = _mm_or_si128(
            _mm_or_si128(_mm_cmpeq_epi8(block, QUOTE), _mm_cmpeq_epi8(block, BACKSLASH)),
            _mm_cmpeq_epi8(_mm_min_epu8(block, LAST_CONTROL), block));
        unsigned mask = (unsigned)_mm_movemask_epi8(hit), high = (unsigned)_mm_movemask_epi8(block);
        if (mask != 0) {
            unsigned n = (unsigned)__builtin_ctz(mask);
            *io_high |= (high & ((1u << n) - 1)) != 0 ? 0x80 : 0;
            return at + n < end ? at + n : end;
        }
        *io_high |= high != 0 ? 0x80 : 0;
    }
    return end;
}

// The first byte that is not space, tab, LF or CR.
static inline const char *scan_space(const char *at, const char *end) {
    const __m128i SPACE = _mm_set1_epi8(' '), TAB = _mm_set1_epi8('\t');
    const __m128i LF = _mm_set1_epi8('\n'), CR = _mm_set1_epi8('\r');
    for (; at < end; at += 16) {
        __m128i block = _mm_loadu_si128((const __m128i *)(const void *)at);
        __m128i hit =
            _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(block, SPACE), _mm_cmpeq_epi8(block, TAB)),
                         _mm_or_si128(_mm_cmpeq_epi8(block, LF), _mm_cmpeq_epi8(block, CR)));
        unsigned mask = (unsigned)_mm_movemask_epi8(hit) ^ 0xFFFFu;
        if (mask != 0) {
            const char *found = at + __builtin_ctz(mask);
            return found < end ? found : end;
        }
    }
    return end;
}

#else

static inline const char *scan_string(const char *at, const char *end, unsigned *io_high) {
    const uint64_t ONES = 0x0101010101010101u, HIGH = ONES << 7;
    for (; at < end; at += 8) {
        uint64_t block, quote, backslash;
        memcpy(&block, at, 8);
        quote = block ^ ONES * '"';
        backslash = block ^ ONES * '\\';
        uint64_t hit = (((quote - ONES) & ~quote) | ((backslash - ONES) & ~backslash) |
                        ((block - ONES * 0x20) & ~block)) &
                       HIGH;
        if (hit != 0)
            break;
        *io_high |= (block & HIGH) != 0 ? 0x80 : 0;
    }
    // The block with a hit (or with a borrow that looked like one) byte by byte.
    for (; at < end; at++) {
        unsigned char c = (unsigned char)*at;
        if (c == '"' || c == '\\' || c < 0x20)
            return at;
        *io_high |= c & 0x80u;
    }
    return end;
}

static inline const char *scan_space(const char *at, const char *end) {
    while (at < end && (*at == ' ' || *at == '\n' || *at == '\t' || *at == '\r'))
        at++;
    return at;
}

#endif
