// JPEG to hash: by the worker's decoder the very bits of the textbook over the pixels that the
// library gives for a whole picture, whatever the file's shape; in the fast mode few bits away, and
// said to be.
#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>

#include "jpeg_files.h"
#include "media/worker/decoder.h"
#include "pdq_textbook.h"
#include "pictures.h"
#include "t.h"

enum { CEILING = 64 << 20 };

typedef struct Errors {
    struct jpeg_error_mgr manager; // first, so that the library's pointer is ours
    jmp_buf back;
} Errors;

static void on_error(j_common_ptr info) {
    longjmp(((Errors *)(void *)info->err)->back, 1);
}

static void on_message(j_common_ptr info, int level) {
    (void)info;
    (void)level;
}

static uint8_t *read_all(struct jpeg_decompress_struct *info, Str file) {
    jpeg_mem_src(info, (const unsigned char *)file.ptr, file.len);
    jpeg_read_header(info, TRUE);
    bool is_ink = info->num_components == 4;
    info->out_color_space = is_ink ? JCS_CMYK : JCS_RGB;
    jpeg_start_decompress(info);
    size_t channels = is_ink ? 4 : 3, stride = (size_t)info->output_width * channels;
    uint8_t *pixels = malloc(stride * info->output_height);
    while (pixels != NULL && info->output_scanline < info->output_height) {
        JSAMPROW row = pixels + info->output_scanline * stride;
        jpeg_read_scanlines(info, &row, 1);
    }
    for (size_t i = 0;
         pixels != NULL && is_ink && i < (size_t)info->output_width * info->output_height; i++) {
        uint8_t ink[4];
        for (size_t c = 0; c < 4; c++)
            ink[c] = 255 - pixels[4 * i + c];
        cmyk_to_rgb(ink, pixels + 3 * i);
    }
    return pixels;
}

// The library's own pixels in R, G, B; cut files give what it fills up with. NULL when it gives up
// before the first row.
static uint8_t *pixels_of(Str file, uint32_t *ret_width, uint32_t *ret_height) {
    struct jpeg_decompress_struct info = {0};
    Errors errors;
    info.err = jpeg_std_error(&errors.manager);
    errors.manager.error_exit = on_error;
    errors.manager.emit_message = on_message;
    if (setjmp(errors.back) != 0) {
        jpeg_destroy_decompress(&info);
        return NULL;
    }
    jpeg_create_decompress(&info);
    uint8_t *pixels = read_all(&info, file);
    *ret_width = info.output_width;
    *ret_height = info.output_height;
    jpeg_destroy_decompress(&info);
    return pixels;
}

static WireResult decode(Str file, unsigned want) {
    WireResult result = wire_result_failed(ERR_CRASHED, WIRE_SAYS_NOTHING);
    Decoding d = {.input = file, .rows = {.want = want}, .result = &result};
    picture_decode(&d);
    pdq_stream_free(d.rows.stream);
    return result;
}

static int distance(const WireResult *result, PdqVariant variant, PdqTurn turn,
                    const PdqFacts *facts) {
    PdqHash hash;
    memcpy(hash.bytes, result->pdq[variant][turn], PDQ_BYTES);
    return pdq_distance(&hash, &facts->hash[turn]);
}

static void check_exact(const char *what, Str file, unsigned want) {
    uint32_t width = 0, height = 0;
    _cleanup_free_ uint8_t *rgb = pixels_of(file, &width, &height);
    WireResult result = decode(file, want | WIRE_PDQ | WIRE_PDQ512 | WIRE_TURNS);
    if (rgb == NULL) {
        CHECK(result.err != ERR_OK);
        return;
    }
    CHECK_ERR((Err)result.err, ERR_OK);
    CHECK_INT(result.width, width);
    CHECK_INT(result.height, height);
    CHECK_INT(result.flags & WIRE_IS_APPROXIMATE, 0);
    for (int variant = 0; variant < PDQ_VARIANTS; variant++) {
        PdqFacts expected;
        REQUIRE(pdq_textbook(rgb, (int)width, (int)height, (PdqVariant)variant, &expected));
        for (int turn = 0; turn < PDQ_TURNS; turn++) {
            int bits = distance(&result, (PdqVariant)variant, (PdqTurn)turn, &expected);
            if (bits != 0 || result.quality[variant] != expected.quality)
                t_fail(__FILE__, __LINE__, "%s %ux%u: %d bits differ, quality %d not %d", what,
                       width, height, bits, result.quality[variant], expected.quality);
        }
    }
}

static const struct {
    const char *name;
    int channels, across, down;
    bool is_progressive, is_rgb;
    int restarts;
} SHAPES[] = {
    {"4:4:4", 3, 1, 1, false, false, 0},         {"4:2:2", 3, 2, 1, false, false, 0},
    {"4:2:0", 3, 2, 2, false, false, 0},         {"4:4:0", 3, 1, 2, false, false, 0},
    {"4:2:0 in scans", 3, 2, 2, true, false, 0}, {"4:2:0 restarting", 3, 2, 2, false, false, 3},
    {"grey", 1, 1, 1, false, false, 0},          {"grey in scans", 1, 1, 1, true, false, 0},
    {"ink", 4, 1, 1, false, false, 0},           {"stored as RGB", 3, 1, 1, false, true, 0},
};
enum { SHAPE_COUNT = sizeof SHAPES / sizeof SHAPES[0] };

static bool make(size_t shape, PictureKind kind, uint32_t width, uint32_t height, int quality,
                 uint64_t seed, StrBuf *to) {
    JpegShape jpeg = {width,
                      height,
                      SHAPES[shape].channels,
                      quality,
                      SHAPES[shape].across,
                      SHAPES[shape].down,
                      SHAPES[shape].is_progressive,
                      SHAPES[shape].is_rgb,
                      SHAPES[shape].restarts};
    // Ink takes four bytes a pixel: three rows of R, G, B hold enough of them.
    uint32_t rows = jpeg.channels == 4 ? height + height / 2 : height;
    _cleanup_free_ uint8_t *pixels = jpeg.channels == 1 ? picture_gray(kind, width, height, seed)
                                                        : picture_rgb(kind, width, rows, seed);
    return pixels != NULL && jpeg_encode(&jpeg, pixels, to);
}

static const uint32_t SIZES[][2] = {{64, 64},   {5, 7},     {203, 157},
                                    {129, 640}, {641, 479}, {17, 1000}};

TEST(every_shape_gives_the_textbooks_bits)
{
    static const int QUALITIES[] = {30, 75, 92, 100};
    for (size_t shape = 0; shape < SHAPE_COUNT; shape++) {
        for (size_t size = 0; size < sizeof SIZES / sizeof SIZES[0]; size++) {
            for (int kind = 0; kind < PICTURE_KINDS; kind++) {
                _cleanup_strbuf_ StrBuf file = STRBUF(CEILING);
                REQUIRE(make(shape, (PictureKind)kind, SIZES[size][0], SIZES[size][1],
                             QUALITIES[(size + (size_t)kind) % 4], size, &file));
                check_exact(SHAPES[shape].name, strbuf_str(&file), 0);
            }
        }
    }
}

TEST(a_cut_file_gives_the_bits_of_what_the_library_fills_up)
{
    for (size_t shape = 0; shape < SHAPE_COUNT; shape++) {
        _cleanup_strbuf_ StrBuf file = STRBUF(CEILING);
        REQUIRE(make(shape, PICTURE_PLASMA, 403, 301, 85, 4, &file));
        for (size_t part = 5; part < 10; part += 2)
            check_exact(SHAPES[shape].name, str_of(file.ptr, file.len * part / 10), 0);
    }
}

// What has no stored luma, and grey pictures too small to be reduced, stay exact.
TEST(fast_is_exact_where_it_can_be)
{
    for (size_t shape = 0; shape < SHAPE_COUNT; shape++) {
        if (SHAPES[shape].channels == 3 && !SHAPES[shape].is_rgb)
            continue;
        _cleanup_strbuf_ StrBuf file = STRBUF(CEILING);
        REQUIRE(make(shape, PICTURE_PLASMA, 641, 479, 85, 4, &file));
        check_exact(SHAPES[shape].name, strbuf_str(&file), WIRE_FAST);
    }
}

// Of generated pictures with ordinary colours. What was measured on others is in
// docs/fast-hashing.md.
TEST(fast_is_a_few_bits_away)
{
    enum { BITS = 10 };
    static const uint32_t LARGE[][2] = {
        {203, 157}, {640, 480}, {1025, 777}, {1300, 1029}, {2100, 2049}};
    for (size_t shape = 0; shape < SHAPE_COUNT; shape++) {
        for (size_t i = 0; i < sizeof LARGE / sizeof LARGE[0]; i++) {
            bool is_large = LARGE[i][0] > 1000;
            if (SHAPES[shape].channels != 3 || SHAPES[shape].is_rgb || (is_large && shape != 2))
                continue;
            _cleanup_strbuf_ StrBuf file = STRBUF(CEILING);
            REQUIRE(make(shape, i == 0 ? PICTURE_TEXT : PICTURE_PLASMA, LARGE[i][0], LARGE[i][1],
                         85, i, &file));
            unsigned want = WIRE_PDQ | WIRE_PDQ512;
            WireResult exact = decode(strbuf_str(&file), want),
                       fast = decode(strbuf_str(&file), want | WIRE_FAST);
            REQUIRE(exact.err == ERR_OK && fast.err == ERR_OK);
            CHECK_INT(exact.flags, 0);
            CHECK_INT(fast.flags, WIRE_IS_APPROXIMATE);
            CHECK(wire_result_is_sound(&fast, want | WIRE_FAST));
            CHECK(!wire_result_is_sound(&fast, want));
            CHECK_INT(fast.width, exact.width);
            CHECK_INT(fast.height, exact.height);
            PdqFacts facts[PDQ_VARIANTS];
            for (int variant = 0; variant < PDQ_VARIANTS; variant++)
                memcpy(facts[variant].hash[0].bytes, exact.pdq[variant][0], PDQ_BYTES);
            int bits = distance(&fast, PDQ_FULL, PDQ_ORIGINAL, &facts[PDQ_FULL]),
                bits_512 = distance(&fast, PDQ_512, PDQ_ORIGINAL, &facts[PDQ_512]);
            // Without the other variant a large picture may be reduced.
            fast = decode(strbuf_str(&file), WIRE_PDQ | WIRE_FAST);
            int bits_reduced = distance(&fast, PDQ_FULL, PDQ_ORIGINAL, &facts[PDQ_FULL]);
            printf("# %s %ux%u: %d bits, %d of the other variant, %d reduced\n", SHAPES[shape].name,
                   LARGE[i][0], LARGE[i][1], bits, bits_512, bits_reduced);
            CHECK(bits <= BITS && bits_512 <= BITS && bits_reduced <= BITS);
            CHECK(abs(fast.quality[PDQ_FULL] - exact.quality[PDQ_FULL]) <= 2);
        }
    }
}

// Where many bits would hang on how it is decoded, a picture is decoded exactly after all.
TEST(fast_is_exact_where_it_must_be)
{
    for (size_t shape = 0; shape < SHAPE_COUNT; shape++) {
        _cleanup_strbuf_ StrBuf file = STRBUF(CEILING);
        REQUIRE(make(shape, PICTURE_FLAT, 1041, 1079, 85, 4, &file));
        check_exact(SHAPES[shape].name, strbuf_str(&file), WIRE_FAST);
    }
}

TEST(a_cut_file_is_fast_too)
{
    _cleanup_strbuf_ StrBuf file = STRBUF(CEILING);
    REQUIRE(make(2, PICTURE_TEXT, 1201, 1100, 85, 4, &file));
    for (size_t part = 2; part < 10; part += 3) {
        WireResult result = decode(str_of(file.ptr, file.len * part / 10), WIRE_PDQ | WIRE_FAST);
        CHECK_ERR((Err)result.err, ERR_OK);
        CHECK_INT(result.flags, WIRE_IS_APPROXIMATE | WIRE_IS_TRUNCATED);
        CHECK_INT(result.width, 1201);
        CHECK_INT(result.height, 1100);
    }
}
