// Hexadecimal, base64, base32 (RFC 4648 §10 vectors), UTF-8.
#include "base/encoding.h"
#include "base/utf8.h"
#include "t.h"

TEST(hex_takes_exactly_its_digits)
{
    uint8_t bytes[4] = {9, 9, 9, 9};
    CHECK(hex_decode(STR("00fFA5"), bytes, 3));
    CHECK_INT(bytes[0], 0);
    CHECK_INT(bytes[1], 255);
    CHECK_INT(bytes[2], 0xA5);
    CHECK_INT(bytes[3], 9);
    CHECK(!hex_decode(STR("00fFA"), bytes, 3));
    CHECK(!hex_decode(STR("00fFA5 "), bytes, 3));
    CHECK(!hex_decode(STR("00gg00"), bytes, 3));
    CHECK_INT(bytes[1], 255);
    CHECK(!hex_decode(STR("0:0@`0"), bytes, 3));
}

TEST(base64_and_base32_vectors)
{
    static const char *const ROWS[][3] = {
        {"", "", ""},
        {"f", "Zg==", "MY======"},
        {"fo", "Zm8=", "MZXQ===="},
        {"foo", "Zm9v", "MZXW6==="},
        {"foob", "Zm9vYg==", "MZXW6YQ="},
        {"fooba", "Zm9vYmE=", "MZXW6YTB"},
        {"foobar", "Zm9vYmFy", "MZXW6YTBOI======"},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        _cleanup_strbuf_ StrBuf text = STRBUF(64);
        uint8_t bytes[16];
        size_t n = 99;
        base64_put(&text, (const uint8_t *)ROWS[i][0], strlen(ROWS[i][0]));
        CHECK_STR(strbuf_str(&text), ROWS[i][1]);
        CHECK(base64_decode(str_from(ROWS[i][1]), bytes, sizeof bytes, &n));
        CHECK_STR(str_of(bytes, n), ROWS[i][0]);
        strbuf_clear(&text);
        base32_put(&text, (const uint8_t *)ROWS[i][0], strlen(ROWS[i][0]));
        CHECK_STR(strbuf_str(&text), ROWS[i][2]);
        CHECK(base32_decode(str_from(ROWS[i][2]), bytes, sizeof bytes, &n));
        CHECK_STR(str_of(bytes, n), ROWS[i][0]);
    }
    uint8_t bytes[2];
    size_t n;
    CHECK(!base64_decode(STR("Zg="), bytes, 2, &n));
    CHECK(!base64_decode(STR("Zh=="), bytes, 2, &n)); // bits that belong to no byte
    CHECK(!base64_decode(STR("Zm 9"), bytes, 2, &n));
    CHECK(!base64_decode(STR("Zm9v"), bytes, 2, &n)); // three bytes do not fit
}

TEST(utf8_is_checked_strictly)
{
    CHECK(utf8_is_valid(STR("abc d\xC3\xA9j\xC3\xA0 \xE2\x82\xAC \xF0\x9D\x84\x9E")));
    static const char *const WRONG[] = {
        "\x80",
        "\xC0\x80",
        "\xC1\xBF",
        "\xE0\x80\x80",
        "\xE0\x9F\xBF",
        "\xED\xA0\x80",
        "\xF0\x80\x80\x80",
        "\xF4\x90\x80\x80",
        "\xF5\x80\x80\x80",
        "\xC3",
        "\xE2\x82",
        "\xF0\x9D\x84",
        "\xFF",
        "\xC3(",
        "\xE2\x28\xA1",
    };
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        CHECK(!utf8_is_valid(str_from(WRONG[i])));
        CHECK_INT(utf8_valid_prefix(str_from(WRONG[i])), 0);
    }
    CHECK_INT(utf8_valid_prefix(STR("12345678abc\xC3")), 11);
    // Cutting never splits a sequence.
    Str euro = STR("a\xE2\x82\xAC"
                   "b");
    CHECK_INT(utf8_cut(euro, 5), 5);
    CHECK_INT(utf8_cut(euro, 4), 4);
    CHECK_INT(utf8_cut(euro, 3), 1);
    CHECK_INT(utf8_cut(euro, 2), 1);
    CHECK_INT(utf8_cut(euro, 1), 1);
}

TEST(every_scalar_value_survives_the_round_trip)
{
    for (uint32_t c = 0; c <= 0x10FFFF; c++) {
        char bytes[4];
        size_t len = utf8_put(c, bytes), at = 0;
        uint32_t expected = c >= 0xD800 && c <= 0xDFFF ? UTF8_REPLACEMENT : c;
        if (utf8_next(str_of(bytes, len), &at) != expected || at != len ||
            !utf8_is_valid(str_of(bytes, len))) {
            CHECK_INT(c, -1);
            return;
        }
    }
}

TEST(every_byte_as_a_hexadecimal_digit)
{
    static const char DIGITS[] = "0123456789abcdef0123456789ABCDEF";
    for (int c = 0; c < 256; c++) {
        char text[2] = {'0', (char)c};
        uint8_t byte = 0;
        const char *at = c == 0 ? NULL : strchr(DIGITS, c);
        CHECK_INT(hex_decode(str_of(text, 2), &byte, 1), at != NULL);
        CHECK_INT(byte, at == NULL ? 0 : (at - DIGITS) % 16);
        CHECK_INT(hex_prefix(str_of(text, 2)), at == NULL ? 1 : 2);
    }
}
