// Byte order marks and UTF-16, in pieces of every size.
#include "base/strbuf.h"
#include "format/text_source.h"
#include "t.h"

typedef struct PieceSource {
    ByteSource source;
    Str bytes;
    size_t piece;
} PieceSource;

static Err piece_read(ByteSource *source, void *ret_bytes, size_t capacity, size_t *ret_n,
                      Diag *diag) {
    (void)diag;
    PieceSource *self = (PieceSource *)source;
    size_t n = self->bytes.len - (size_t)source->offset;
    if (n > self->piece)
        n = self->piece;
    if (n > capacity)
        n = capacity;
    memcpy(ret_bytes, self->bytes.ptr + source->offset, n);
    source->offset += n;
    *ret_n = n;
    return ERR_OK;
}

static void check_decoded(Str bytes, const char *expected) {
    for (size_t piece = 1; piece <= 9; piece++) {
        PieceSource raw = {.source = {.read = piece_read}, .bytes = bytes, .piece = piece};
        _cleanup_(text_source_done) TextSource text;
        text_source_init(&text, &raw.source);
        _cleanup_strbuf_ StrBuf out = STRBUF(1 << 16);
        for (;;) {
            char block[5];
            size_t n = 0;
            CHECK_OK(source_read(&text.source, block, sizeof block, &n, NULL));
            if (n == 0)
                break;
            strbuf_put(&out, str_of(block, n));
        }
        CHECK_STR(strbuf_str(&out), expected);
        CHECK_INT(text.source.offset, out.len);
    }
}

TEST(marks_are_taken_off_and_utf16_is_decoded)
{
    check_decoded(STR("plain"), "plain");
    check_decoded(STR(""), "");
    check_decoded(STR("\xEF\xBB\xBF"
                      "abc"),
                  "abc");
    check_decoded(STR("\xFF\xFE"
                      "a\0\xE9\0\x3D\xD8\x00\xDE"
                      "z\0"),
                  "a\xC3\xA9\xF0\x9F\x98\x80z");
    check_decoded(STR("\xFE\xFF"
                      "\0a\0\xE9\xD8\x3D\xDE\x00\0z"),
                  "a\xC3\xA9\xF0\x9F\x98\x80z");
}

TEST(what_is_no_utf16_becomes_the_replacement)
{
    check_decoded(STR("\xFF\xFE\x3D\xD8"
                      "a\0"),
                  "\xEF\xBF\xBD"
                  "a");
    check_decoded(STR("\xFF\xFE\x00\xDE"
                      "a\0"),
                  "\xEF\xBF\xBD"
                  "a");
    check_decoded(STR("\xFF\xFE"
                      "a\0b"),
                  "a\xEF\xBF\xBD");
    check_decoded(STR("\xFF\xFE\x3D\xD8"), "\xEF\xBF\xBD");
}
