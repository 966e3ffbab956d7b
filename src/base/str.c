// Views of bytes: comparison, search, trimming, decimal numbers.
#include "base/str.h"

int str_compare(Str a, Str b) {
    size_t shorter = a.len < b.len ? a.len : b.len;
    int order = shorter == 0 ? 0 : memcmp(a.ptr, b.ptr, shorter);
    if (order != 0)
        return order;
    return a.len < b.len ? -1 : a.len > b.len;
}

static char ascii_lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool str_equal_ascii_nocase(Str a, Str b) {
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (ascii_lower(a.ptr[i]) != ascii_lower(b.ptr[i]))
            return false;
    return true;
}

bool str_has_prefix(Str s, Str prefix) {
    return s.len >= prefix.len && str_equal(str_of(s.ptr, prefix.len), prefix);
}

bool str_has_suffix(Str s, Str suffix) {
    return s.len >= suffix.len &&
           str_equal(str_of(s.ptr + (s.len - suffix.len), suffix.len), suffix);
}

bool str_has_suffix_nocase(Str s, Str suffix) {
    return s.len >= suffix.len &&
           str_equal_ascii_nocase(str_of(s.ptr + (s.len - suffix.len), suffix.len), suffix);
}

static bool is_ascii_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

Str str_trim(Str s) {
    while (s.len > 0 && is_ascii_space(s.ptr[0]))
        s = str_of(s.ptr + 1, s.len - 1);
    while (s.len > 0 && is_ascii_space(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

Str str_from_index(Str s, size_t from) {
    if (from >= s.len)
        return str_of(s.ptr == NULL ? NULL : s.ptr + s.len, 0);
    return str_of(s.ptr + from, s.len - from);
}

ptrdiff_t str_find_byte(Str s, char byte) {
    const char *at = s.len == 0 ? NULL : memchr(s.ptr, byte, s.len);
    return at == NULL ? -1 : at - s.ptr;
}

ptrdiff_t str_find(Str s, Str needle) {
    if (needle.len == 0)
        return 0;
    if (s.len < needle.len)
        return -1;
    const char *at = memmem(s.ptr, s.len, needle.ptr, needle.len);
    return at == NULL ? -1 : at - s.ptr;
}

bool str_cut(Str s, char separator, Str *ret_head, Str *ret_tail) {
    ptrdiff_t at = str_find_byte(s, separator);
    if (at < 0)
        return false;
    *ret_head = str_of(s.ptr, (size_t)at);
    *ret_tail = str_from_index(s, (size_t)at + 1);
    return true;
}

bool str_to_u64(Str s, uint64_t *ret) {
    if (s.len == 0)
        return false;
    uint64_t value = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
        if (__builtin_mul_overflow(value, 10u, &value) ||
            __builtin_add_overflow(value, (uint64_t)(s.ptr[i] - '0'), &value))
            return false;
    }
    *ret = value;
    return true;
}

bool str_to_i64(Str s, int64_t *ret) {
    bool is_negative = s.len > 0 && s.ptr[0] == '-';
    uint64_t magnitude;
    if (!str_to_u64(is_negative ? str_from_index(s, 1) : s, &magnitude))
        return false;
    if (magnitude > (uint64_t)INT64_MAX + (is_negative ? 1 : 0))
        return false;
    *ret = is_negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
    return true;
}
