// UTF-8 validation, decoding and encoding.
#include "base/utf8.h"

// Length of the valid sequence at s[at], or 0. Table 3-7 of the Unicode Standard.
static size_t sequence_length(const unsigned char *p, size_t left) {
    unsigned char a = p[0];
    if (a < 0x80)
        return 1;
    if (a < 0xC2 || a > 0xF4)
        return 0;
    size_t need = a < 0xE0 ? 2 : a < 0xF0 ? 3 : 4;
    if (left < need)
        return 0;
    unsigned char low = 0x80, high = 0xBF;
    if (a == 0xE0)
        low = 0xA0;
    else if (a == 0xED)
        high = 0x9F;
    else if (a == 0xF0)
        low = 0x90;
    else if (a == 0xF4)
        high = 0x8F;
    if (p[1] < low || p[1] > high)
        return 0;
    for (size_t i = 2; i < need; i++)
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    return need;
}

size_t utf8_valid_prefix(Str s) {
    const unsigned char *p = (const unsigned char *)s.ptr;
    size_t at = 0;
    while (at < s.len) {
        // Eight ASCII bytes at a step: most of what arrives is ASCII.
        while (s.len - at >= 8) {
            uint64_t word;
            memcpy(&word, p + at, 8);
            if ((word & 0x8080808080808080u) != 0)
                break;
            at += 8;
        }
        if (at == s.len)
            break;
        size_t step = sequence_length(p + at, s.len - at);
        if (step == 0)
            break;
        at += step;
    }
    return at;
}

bool utf8_is_valid(Str s) {
    return utf8_valid_prefix(s) == s.len;
}

size_t utf8_cut(Str s, size_t max) {
    if (s.len <= max)
        return s.len;
    size_t len = max;
    while (len > 0 && max - len < 3 && ((unsigned char)s.ptr[len] & 0xC0) == 0x80)
        len--;
    return ((unsigned char)s.ptr[len] & 0xC0) == 0x80 ? max : len;
}

uint32_t utf8_next(Str s, size_t *io_at) {
    const unsigned char *p = (const unsigned char *)s.ptr + *io_at;
    size_t len = sequence_length(p, s.len - *io_at);
    if (len == 0) {
        (*io_at)++;
        return UTF8_REPLACEMENT;
    }
    *io_at += len;
    switch (len) {
    case 1:
        return p[0];
    case 2:
        return (p[0] & 0x1Fu) << 6 | (p[1] & 0x3Fu);
    case 3:
        return (p[0] & 0x0Fu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
    default:
        return (p[0] & 0x07u) << 18 | (p[1] & 0x3Fu) << 12 | (p[2] & 0x3Fu) << 6 | (p[3] & 0x3Fu);
    }
}

size_t utf8_put(uint32_t c, char ret_bytes[4]) {
    if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        c = UTF8_REPLACEMENT;
    if (c < 0x80) {
        ret_bytes[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        ret_bytes[0] = (char)(0xC0 | c >> 6);
        ret_bytes[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        ret_bytes[0] = (char)(0xE0 | c >> 12);
        ret_bytes[1] = (char)(0x80 | (c >> 6 & 0x3F));
        ret_bytes[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    ret_bytes[0] = (char)(0xF0 | c >> 18);
    ret_bytes[1] = (char)(0x80 | (c >> 12 & 0x3F));
    ret_bytes[2] = (char)(0x80 | (c >> 6 & 0x3F));
    ret_bytes[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}
