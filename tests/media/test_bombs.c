// Pictures that announce or hold far more than their size: each ends in an error, quickly, and
// under a small memory limit.
#include <zlib.h>

#include "media/decode.h"
#include "media/limits.h"
#include "samples.h"
#include "sandbox/sandbox.h"
#include "t.h"

static const MediaOptions SMALL = {.memory_limit = 96 << 20, .cpu_seconds = 2, .wall_ms = 8000};

static Err decode(MediaClient *client, Str bytes, MediaFacts *ret, Diag *diag) {
    _cleanup_close_ int fd = sample_file(bytes);
    return media_decode(client, fd, MEDIA_PDQ, ret, diag);
}

static void check_limit(Str bytes, const char *what) {
    _cleanup_(media_client_freep) MediaClient *client = NULL;
    REQUIRE(media_client_new(&SMALL, &client, NULL) == ERR_OK);
    MediaFacts facts;
    Diag diag = {0};
    int failures = t_failures;
    CHECK_ERR(decode(client, bytes, &facts, &diag), ERR_LIMIT);
    if (t_failures > failures)
        printf("# in %s: %s\n", what, diag.msgid);
}

TEST(announced_sizes_past_the_limit)
{
    _cleanup_strbuf_ StrBuf b = STRBUF(1 << 20);
    png_put_header(&b, 60000, 60000, 8, 2, 0);
    png_put_chunk(&b, "IDAT", STR("x"));
    check_limit(strbuf_str(&b), "png");
    strbuf_clear(&b);
    strbuf_put(&b, STR("GIF89a"));
    put_le(&b, 65535, 2), put_le(&b, 65535, 2), put_le(&b, 0, 3);
    strbuf_put(&b, STR(",")), put_le(&b, 0, 4), put_le(&b, 65535, 2), put_le(&b, 65535, 2);
    put_le(&b, 0, 1), put_le(&b, 8, 1), put_le(&b, 0, 1), strbuf_put(&b, STR(";"));
    check_limit(strbuf_str(&b), "gif");
    strbuf_clear(&b);
    strbuf_put(&b, STR("BM"));
    put_le(&b, 0, 8), put_le(&b, 54, 4), put_le(&b, 40, 4), put_le(&b, 100000, 4);
    put_le(&b, 100000, 4), put_le(&b, 1, 2), put_le(&b, 24, 2), put_le(&b, 0, 24);
    put_le(&b, 0, 64);
    check_limit(strbuf_str(&b), "bmp");
    strbuf_clear(&b);
    strbuf_put(&b, STR("II*\0")), put_le(&b, 8, 4), put_le(&b, 3, 2);
    put_le(&b, 256, 2), put_le(&b, 4, 2), put_le(&b, 1, 4), put_le(&b, 100000, 4);
    put_le(&b, 257, 2), put_le(&b, 4, 2), put_le(&b, 1, 4), put_le(&b, 100000, 4);
    put_le(&b, 273, 2), put_le(&b, 4, 2), put_le(&b, 1, 4), put_le(&b, 8, 4), put_le(&b, 0, 4);
    check_limit(strbuf_str(&b), "tiff");
    strbuf_clear(&b);
    REQUIRE(make_jpeg(&b, JPEG_444));
    ptrdiff_t frame = str_find(strbuf_str(&b), STR("\xFF\xC0"));
    REQUIRE(frame > 0);
    memset(b.ptr + frame + 5, 0xFF, 4);
    check_limit(strbuf_str(&b), "jpeg");
    strbuf_clear(&b);
    REQUIRE(make_webp(&b, WEBP_LOSSY));
    // A VP8X header in front: 16,777,215 × 255.
    _cleanup_strbuf_ StrBuf x = STRBUF(1 << 20);
    strbuf_put(&x, STR("RIFF")), put_le(&x, b.len + 10, 4), strbuf_put(&x, STR("WEBPVP8X"));
    put_le(&x, 10, 4), put_le(&x, 2, 4), put_le(&x, 0xFFFFFE, 3), put_le(&x, 254, 3);
    strbuf_put(&x, str_from_index(strbuf_str(&b), 12));
    check_limit(strbuf_str(&x), "webp");
}

// Zeros by the hundred megabytes behind a small header.
static void put_idat(StrBuf *to, size_t zeros) {
    _cleanup_strbuf_ StrBuf packed = STRBUF(16 << 20);
    z_stream z = {0};
    deflateInit(&z, 9);
    static Bytef block[1 << 16], out[1 << 16];
    z.avail_in = 0;
    int flush = Z_NO_FLUSH;
    do {
        if (z.avail_in == 0 && flush == Z_NO_FLUSH) {
            z.next_in = block;
            z.avail_in = (uInt)(zeros < sizeof block ? zeros : sizeof block);
            zeros -= z.avail_in;
            flush = zeros == 0 ? Z_FINISH : Z_NO_FLUSH;
        }
        z.next_out = out;
        z.avail_out = sizeof out;
        deflate(&z, flush);
        strbuf_put(&packed, str_of(out, sizeof out - z.avail_out));
    } while (z.avail_out == 0 || flush == Z_NO_FLUSH);
    deflateEnd(&z);
    png_put_chunk(to, "IDAT", strbuf_str(&packed));
    png_put_chunk(to, "IEND", STR(""));
}

TEST(an_interlaced_picture_past_the_memory)
{
    if (sandbox_is_sanitized()) {
        t_skip("memory is not limited under a sanitizer");
        return;
    }
    _cleanup_strbuf_ StrBuf b = STRBUF(16 << 20);
    png_put_header(&b, 9000, 9000, 8, 2, 1);
    put_idat(&b, (size_t)9000 * 3 * 9000);
    check_limit(strbuf_str(&b), "interlaced png");
}

// A tiny picture with a hundred megabytes behind its last row: they are never looked at.
TEST(data_behind_the_picture)
{
    _cleanup_strbuf_ StrBuf b = STRBUF(16 << 20);
    png_put_header(&b, 64, 64, 8, 2, 0);
    put_idat(&b, 100000000);
    _cleanup_(media_client_freep) MediaClient *client = NULL;
    REQUIRE(media_client_new(&SMALL, &client, NULL) == ERR_OK);
    MediaFacts facts;
    CHECK_OK(decode(client, strbuf_str(&b), &facts, NULL));
    CHECK_INT(facts.width, 64);
}

// Metadata that unpack to much: skipped.
TEST(a_bomb_in_a_text_chunk)
{
    _cleanup_strbuf_ StrBuf b = STRBUF(16 << 20);
    _cleanup_strbuf_ StrBuf text = STRBUF(16 << 20);
    png_put_header(&b, 64, 64, 8, 2, 0);
    strbuf_put(&text, STR("Comment\0\0"));
    _cleanup_strbuf_ StrBuf whole = STRBUF(16 << 20);
    put_idat(&whole, 200000000);
    strbuf_put(&text, str_of(whole.ptr + 8, whole.len - 24));
    for (int i = 0; i < 20; i++)
        png_put_chunk(&b, "zTXt", strbuf_str(&text));
    put_idat(&b, 64 * 193);
    _cleanup_(media_client_freep) MediaClient *client = NULL;
    REQUIRE(media_client_new(&SMALL, &client, NULL) == ERR_OK);
    MediaFacts facts;
    CHECK_OK(decode(client, strbuf_str(&b), &facts, NULL));
}

// A progressive JPEG with one scan repeated for ever.
TEST(a_thousand_scans)
{
    _cleanup_strbuf_ StrBuf b = STRBUF(16 << 20);
    REQUIRE(make_jpeg(&b, JPEG_PROGRESSIVE));
    Str whole = strbuf_str(&b);
    // The second scan (an AC scan) up to the third.
    ptrdiff_t first = str_find(whole, STR("\xFF\xDA"));
    REQUIRE(first > 0);
    ptrdiff_t second = str_find(str_from_index(whole, (size_t)first + 2), STR("\xFF\xDA"));
    REQUIRE(second > 0);
    size_t start = (size_t)(first + 2 + second);
    ptrdiff_t length = str_find(str_from_index(whole, start + 2), STR("\xFF\xC4"));
    REQUIRE(length > 0);
    Str scan = str_of(b.ptr + start, (size_t)length + 2);
    _cleanup_strbuf_ StrBuf bomb = STRBUF(64 << 20);
    strbuf_put(&bomb, str_of(b.ptr, start));
    for (int i = 0; i < 2000; i++)
        strbuf_put(&bomb, scan);
    strbuf_put(&bomb, str_from_index(whole, start));
    check_limit(strbuf_str(&bomb), "jpeg scans");
}
