// Text forms of bytes: hexadecimal, base64 (RFC 4648 §4) and base32 (RFC 4648 §6). Constant tables,
// no state.
#pragma once
#include "base/str.h"
#include "base/strbuf.h"

// Exactly 2·n hexadecimal digits in either case → n bytes; false (output untouched) on anything
// else.
bool hex_decode(Str hex, uint8_t *ret_bytes, size_t n);
size_t hex_prefix(Str s); // how many hexadecimal digits s begins with
void hex_put(StrBuf *buf, const uint8_t *bytes, size_t n); // lower case
void hex_put_upper(StrBuf *buf, const uint8_t *bytes, size_t n);
// ret_text gets 2·n digits and a NUL.
void hex_encode(const uint8_t *bytes, size_t n, char *ret_text);

void base64_put(StrBuf *buf, const uint8_t *bytes, size_t n);
// Strict: padding required, no white space. *ret_n ≤ capacity. False on anything else or when it
// does not fit.
bool base64_decode(Str text, uint8_t *ret_bytes, size_t capacity, size_t *ret_n);

void base32_put(StrBuf *buf, const uint8_t *bytes, size_t n);
// Either case, padding optional, no white space.
bool base32_decode(Str text, uint8_t *ret_bytes, size_t capacity, size_t *ret_n);
