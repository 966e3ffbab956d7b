// Str: a borrowed view of bytes (usually UTF-8). Never owns, never needs a NUL, may be empty
// ({NULL, 0}).
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct Str {
    const char *ptr;
    size_t len;
} Str;

// A Str of a string literal, usable in initialisers.
#define STR(literal) ((Str){"" literal, sizeof(literal) - 1})
// For printf-like tracing of our own: printf("%.*s", STR_ARG(s)).
#define STR_ARG(s) (int)(s).len, ((s).ptr == NULL ? "" : (s).ptr)

static inline Str str_from(const char *text) {
    return (Str){text, text == NULL ? 0 : strlen(text)};
}
static inline Str str_of(const void *bytes, size_t len) {
    return (Str){(const char *)bytes, len};
}
static inline bool str_equal(Str a, Str b) {
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}
static inline bool str_is(Str a, const char *text) {
    return str_equal(a, str_from(text));
}
// Byte order, shorter first on a tie: total, stable and locale-free.
int str_compare(Str a, Str b);
// ASCII letters only; anything else compares by byte.
bool str_equal_ascii_nocase(Str a, Str b);
bool str_has_prefix(Str s, Str prefix);
bool str_has_suffix(Str s, Str suffix);
bool str_has_suffix_nocase(Str s, Str suffix);
// s without ASCII white space (space, tab, CR, LF, FF, VT) at either end.
Str str_trim(Str s);
// The part from `from` (clamped) to the end.
Str str_from_index(Str s, size_t from);
// Index of the byte or substring, or -1.
ptrdiff_t str_find_byte(Str s, char byte);
ptrdiff_t str_find(Str s, Str needle);
// Splits at the first `separator`: *ret_head gets what stands before it, the result what stands
// after; false when absent.
bool str_cut(Str s, char separator, Str *ret_head, Str *ret_tail);
// Decimal numbers: the whole of s must be a number in range, no sign for the unsigned form, no
// white space.
bool str_to_u64(Str s, uint64_t *ret);
bool str_to_i64(Str s, int64_t *ret);
