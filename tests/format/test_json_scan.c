// The scanners against the plain loop, at every alignment; built once with vectors and once
// without.
#include "format/json_scan.h"
#include "t.h"

enum { LENGTH = 80, ROUNDS = 20000 };

static size_t plain_string(const char *text, size_t n, unsigned *io_high) {
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == '"' || c == '\\' || c < 0x20)
            return i;
        *io_high |= c & 0x80u;
    }
    return n;
}

static size_t plain_space(const char *text, size_t n) {
    size_t i = 0;
    while (i < n && strchr(" \t\r\n", text[i]) != NULL && text[i] != '\0')
        i++;
    return i;
}

TEST(scanners_find_what_the_plain_loop_finds)
{
    Prng prng = {t_seed()};
    char text[LENGTH + JSON_PAD] = {0};
    for (int round = 0; round < ROUNDS; round++) {
        static const char TELLING[] = " \t\r\n\x1f\x20\x21\"#[\\]\x7f\x80\xa2\xdc\xff";
        size_t start = (size_t)prng_below(&prng, 17), n = (size_t)prng_below(&prng, LENGTH - 17);
        bool is_spaces = prng_below(&prng, 2) == 0;
        for (size_t i = 0; i < sizeof text; i++)
            text[i] = is_spaces ? " \t\r\n"[prng_below(&prng, 4)] : 'a';
        for (uint64_t i = prng_below(&prng, 4); i > 0; i--)
            text[start + prng_below(&prng, n + 1)] =
                TELLING[prng_below(&prng, sizeof TELLING)]; // its NUL too
        unsigned high = 0, expected_high = 0;
        const char *from = text + start, *end = from + n;
        CHECK_INT(scan_string(from, end, &high) - from, plain_string(from, n, &expected_high));
        CHECK(high != 0 || expected_high == 0);
        CHECK_INT(scan_space(from, end) - from, plain_space(from, n));
    }
}
