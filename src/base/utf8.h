// UTF-8 checked at the border: strict validation (no overlong forms, no surrogates, at most
// U+10FFFF) and stepping.
#pragma once
#include "base/str.h"

// The replacement for what cannot be decoded.
#define UTF8_REPLACEMENT 0xFFFDu

bool utf8_is_valid(Str s);
// The number of leading bytes of s that are valid UTF-8.
size_t utf8_valid_prefix(Str s);
// The largest length ≤ max that does not cut a sequence of s in two.
size_t utf8_cut(Str s, size_t max);
// Decodes one code point at *io_at (which must be < s.len) and moves past it; an invalid byte gives
// UTF8_REPLACEMENT and moves by one.
uint32_t utf8_next(Str s, size_t *io_at);
// Writes the code point (replaced when not a scalar value) and returns 1–4, the bytes written.
size_t utf8_put(uint32_t code_point, char ret_bytes[4]);
