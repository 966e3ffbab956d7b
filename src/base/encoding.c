// Hexadecimal, base64 and base32.
#include "base/encoding.h"

// The value of each hexadecimal digit; NOT_HEX for every other byte. A table, because digits and
// letters alternate at random in hashes and a branch would be mispredicted every other digit.
enum { NOT_HEX = 0x80 };
#define N4 NOT_HEX, NOT_HEX, NOT_HEX, NOT_HEX
#define N16 N4, N4, N4, N4
#define LETTERS NOT_HEX, 10, 11, 12, 13, 14, 15, NOT_HEX, N4, N4
static const uint8_t HEX_VALUES[256] = {
    N16,     N16, N16,     0,   1,       2,   3,   4,   5,   6,   7,   8,   9,   NOT_HEX,
    NOT_HEX, N4,  LETTERS, N16, LETTERS, N16, N16, N16, N16, N16, N16, N16, N16, N16};

bool hex_decode(Str hex, uint8_t *ret_bytes, size_t n) {
    if (hex.len != 2 * n)
        return false;
    const uint8_t *digits = (const uint8_t *)hex.ptr;
    uint8_t seen = 0;
    for (size_t i = 0; i < hex.len; i++)
        seen |= HEX_VALUES[digits[i]];
    if ((seen & NOT_HEX) != 0)
        return false;
    for (size_t i = 0; i < n; i++)
        ret_bytes[i] = (uint8_t)(HEX_VALUES[digits[2 * i]] << 4 | HEX_VALUES[digits[2 * i + 1]]);
    return true;
}

size_t hex_prefix(Str s) {
    size_t n = 0;
    while (n < s.len && HEX_VALUES[(uint8_t)s.ptr[n]] != NOT_HEX)
        n++;
    return n;
}

static void hex_put_digits(StrBuf *buf, const uint8_t *bytes, size_t n, const char *digits) {
    char *to = strbuf_reserve(buf, 2 * n);
    if (to == NULL)
        return;
    for (size_t i = 0; i < n; i++) {
        *to++ = digits[bytes[i] >> 4];
        *to++ = digits[bytes[i] & 15];
    }
    strbuf_commit(buf, 2 * n);
}

void hex_put(StrBuf *buf, const uint8_t *bytes, size_t n) {
    hex_put_digits(buf, bytes, n, "0123456789abcdef");
}

void hex_put_upper(StrBuf *buf, const uint8_t *bytes, size_t n) {
    hex_put_digits(buf, bytes, n, "0123456789ABCDEF");
}

void hex_encode(const uint8_t *bytes, size_t n, char *ret_text) {
    for (size_t i = 0; i < n; i++) {
        ret_text[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
        ret_text[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
    }
    ret_text[2 * n] = '\0';
}

// Both radix forms are one loop: `bits` a digit, `group` digits a quantum, padded with '='.
static void radix_put(StrBuf *buf, const uint8_t *bytes, size_t n, const char *digits, int bits,
                      int group) {
    uint32_t held = 0;
    int held_bits = 0, written = 0;
    for (size_t i = 0; i < n; i++) {
        held = held << 8 | bytes[i];
        held_bits += 8;
        while (held_bits >= bits) {
            held_bits -= bits;
            strbuf_put_byte(buf, digits[held >> held_bits & ((1u << bits) - 1)]);
            written++;
        }
    }
    if (held_bits > 0) {
        strbuf_put_byte(buf, digits[held << (bits - held_bits) & ((1u << bits) - 1)]);
        written++;
    }
    while (written % group != 0) {
        strbuf_put_byte(buf, '=');
        written++;
    }
}

static bool radix_decode(Str text, int (*value)(char), int bits, uint8_t *ret_bytes,
                         size_t capacity, size_t *ret_n) {
    uint32_t held = 0;
    int held_bits = 0;
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        int v = value(text.ptr[i]);
        if (v < 0)
            return false;
        held = held << bits | (uint32_t)v;
        held_bits += bits;
        if (held_bits >= 8) {
            held_bits -= 8;
            if (n == capacity)
                return false;
            ret_bytes[n++] = (uint8_t)(held >> held_bits);
        }
    }
    // What is left over must be zero bits of a partial digit, never a whole digit.
    if (held_bits >= bits || (held & ((1u << held_bits) - 1)) != 0)
        return false;
    *ret_n = n;
    return true;
}

static int base64_value(char c) {
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

static int base32_value(char c) {
    if (c >= '2' && c <= '7')
        return c - '2' + 26;
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'z' ? c - 'a' : -1;
}

void base64_put(StrBuf *buf, const uint8_t *bytes, size_t n) {
    radix_put(buf, bytes, n, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 6,
              4);
}

// The value of each byte that is a digit, with 64 added so that zero means none.
static const uint8_t BASE64_DIGITS[256] = {
    ['A'] = 64,  ['B'] = 65,  ['C'] = 66,  ['D'] = 67,  ['E'] = 68,  ['F'] = 69,  ['G'] = 70,
    ['H'] = 71,  ['I'] = 72,  ['J'] = 73,  ['K'] = 74,  ['L'] = 75,  ['M'] = 76,  ['N'] = 77,
    ['O'] = 78,  ['P'] = 79,  ['Q'] = 80,  ['R'] = 81,  ['S'] = 82,  ['T'] = 83,  ['U'] = 84,
    ['V'] = 85,  ['W'] = 86,  ['X'] = 87,  ['Y'] = 88,  ['Z'] = 89,  ['a'] = 90,  ['b'] = 91,
    ['c'] = 92,  ['d'] = 93,  ['e'] = 94,  ['f'] = 95,  ['g'] = 96,  ['h'] = 97,  ['i'] = 98,
    ['j'] = 99,  ['k'] = 100, ['l'] = 101, ['m'] = 102, ['n'] = 103, ['o'] = 104, ['p'] = 105,
    ['q'] = 106, ['r'] = 107, ['s'] = 108, ['t'] = 109, ['u'] = 110, ['v'] = 111, ['w'] = 112,
    ['x'] = 113, ['y'] = 114, ['z'] = 115, ['0'] = 116, ['1'] = 117, ['2'] = 118, ['3'] = 119,
    ['4'] = 120, ['5'] = 121, ['6'] = 122, ['7'] = 123, ['8'] = 124, ['9'] = 125, ['+'] = 126,
    ['/'] = 127,
};

bool base64_decode(Str text, uint8_t *ret_bytes, size_t capacity, size_t *ret_n) {
    if (text.len % 4 != 0)
        return false;
    for (int i = 0; i < 2 && text.len > 0 && text.ptr[text.len - 1] == '='; i++)
        text.len--;
    // Whole groups of four digits at once; what is left over, and whatever is wrong, by digits.
    const uint8_t *at = (const uint8_t *)text.ptr;
    size_t i = 0, n = 0, tail = 0;
    for (; text.len - i >= 4 && capacity - n >= 3; i += 4, n += 3) {
        uint32_t a = BASE64_DIGITS[at[i]], b = BASE64_DIGITS[at[i + 1]];
        uint32_t c = BASE64_DIGITS[at[i + 2]], d = BASE64_DIGITS[at[i + 3]];
        if ((a & b & c & d & 64) == 0)
            return false;
        uint32_t held = (a & 63) << 18 | (b & 63) << 12 | (c & 63) << 6 | (d & 63);
        ret_bytes[n] = (uint8_t)(held >> 16);
        ret_bytes[n + 1] = (uint8_t)(held >> 8);
        ret_bytes[n + 2] = (uint8_t)held;
    }
    if (!radix_decode(str_from_index(text, i), base64_value, 6, ret_bytes + n, capacity - n, &tail))
        return false;
    *ret_n = n + tail;
    return true;
}

void base32_put(StrBuf *buf, const uint8_t *bytes, size_t n) {
    radix_put(buf, bytes, n, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 5, 8);
}

bool base32_decode(Str text, uint8_t *ret_bytes, size_t capacity, size_t *ret_n) {
    while (text.len > 0 && text.ptr[text.len - 1] == '=')
        text.len--;
    return radix_decode(text, base32_value, 5, ret_bytes, capacity, ret_n);
}
