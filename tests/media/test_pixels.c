// The decoders without confinement: every lossless sample comes out exactly as it was drawn, every
// lossy one close to it, and a cut one as far as it goes.
#include "media/worker/decoder.h"
#include "samples.h"
#include "t.h"

typedef struct Look {
    Decoding *d;
    SampleLoss loss;
    uint32_t row;
    uint64_t different, error_sum;
} Look;

static void look(void *context, const uint8_t *rows, uint32_t row_count, int channels) {
    Look *l = context;
    for (uint32_t r = 0; r < row_count; r++, l->row++)
        for (uint32_t x = 0; x < l->d->rows.width; x++) {
            uint8_t expected[3];
            sample_pixel(x, l->row, expected);
            if (l->loss == SAMPLE_GRAY || channels == 1)
                memset(expected, sample_gray(x, l->row), 3);
            const uint8_t *got = rows + ((size_t)r * l->d->rows.width + x) * (size_t)channels;
            for (int c = 0; c < 3; c++) {
                int difference = abs(got[channels == 1 ? 0 : c] - expected[c]);
                l->different += difference != 0;
                l->error_sum += (unsigned)difference;
            }
        }
}

static WireResult decode(Str input, Look *l) {
    WireResult result = wire_result_failed(ERR_CRASHED, WIRE_SAYS_NOTHING);
    Decoding d = {.input = input,
                  .rows = {.want = WIRE_FACTS, .tap = look, .tap_context = l},
                  .result = &result};
    l->d = &d;
    picture_decode(&d);
    return result;
}

TEST(every_format_decodes_to_what_was_drawn)
{
    for (size_t i = 0; i < SAMPLE_COUNT; i++) {
        _cleanup_strbuf_ StrBuf bytes = STRBUF(SAMPLE_CEILING);
        if (!SAMPLES[i].make(&bytes, SAMPLES[i].variant)) {
            printf("# no encoder for %s\n", SAMPLES[i].name);
            continue;
        }
        Look l = {.loss = SAMPLES[i].loss};
        WireResult result = decode(strbuf_str(&bytes), &l);
        int failures = t_failures;
        CHECK_ERR((Err)result.err, ERR_OK);
        CHECK_STR(str_from(wire_type_mime((WireType)result.type)), SAMPLES[i].mime);
        CHECK_INT(result.width, SAMPLE_WIDTH);
        CHECK_INT(result.height, SAMPLE_HEIGHT);
        CHECK_INT(l.row, SAMPLE_HEIGHT);
        CHECK_INT(result.flags, 0);
        CHECK(wire_result_is_sound(&result, WIRE_FACTS));
        double mean = (double)l.error_sum / (3.0 * SAMPLE_WIDTH * SAMPLE_HEIGHT);
        if (l.loss == SAMPLE_EXACT || l.loss == SAMPLE_GRAY)
            CHECK_INT(l.different, 0);
        else if (l.loss == SAMPLE_LOSSY)
            CHECK(mean < 8);
        if (t_failures > failures)
            printf("# in %s, mean error %.2f\n", SAMPLES[i].name, mean);
    }
}

TEST(frames_of_animations_are_counted)
{
    const char *const NAMES[] = {"gif-two-frames", "webp-animated"};
    for (int i = 0; i < 2; i++) {
        _cleanup_strbuf_ StrBuf bytes = STRBUF(SAMPLE_CEILING);
        const Sample *sample = sample_of(NAMES[i]);
        REQUIRE(sample->make(&bytes, sample->variant));
        Look l = {.loss = sample->loss};
        CHECK_INT(decode(strbuf_str(&bytes), &l).frames, 2 + i);
    }
}

// The frame count of an animated PNG stands in a chunk that the library passes over.
TEST(an_animated_png_is_counted)
{
    _cleanup_strbuf_ StrBuf bytes = STRBUF(SAMPLE_CEILING), animated = STRBUF(SAMPLE_CEILING);
    REQUIRE(make_png(&bytes, PNG_RGB));
    strbuf_put(&animated, str_of(bytes.ptr, 33));
    png_put_chunk(&animated, "acTL", STR("\0\0\0\x07\0\0\0\0"));
    strbuf_put(&animated, str_from_index(strbuf_str(&bytes), 33));
    Look l = {.loss = SAMPLE_EXACT};
    CHECK_INT(decode(strbuf_str(&animated), &l).frames, 7);
    CHECK_INT(l.different, 0);
}

// At half of its bytes each of these still gives rows, and says that it is cut.
TEST(a_cut_picture_is_decoded_as_far_as_it_goes)
{
    const char *const NAMES[] = {"jpeg-420",     "jpeg-progressive", "png-rgb", "png-interlaced",
                                 "bmp-24",       "bmp-rle8",         "gif",     "webp-lossy",
                                 "webp-lossless"};
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        _cleanup_strbuf_ StrBuf bytes = STRBUF(SAMPLE_CEILING);
        const Sample *sample = sample_of(NAMES[i]);
        REQUIRE(sample->make(&bytes, sample->variant));
        Look l = {.loss = sample->loss};
        WireResult result = decode(str_of(bytes.ptr, bytes.len / 2), &l);
        int failures = t_failures;
        CHECK_ERR((Err)result.err, ERR_OK);
        CHECK_INT(result.flags, WIRE_IS_TRUNCATED);
        CHECK_INT(l.row, SAMPLE_HEIGHT);
        if (t_failures > failures)
            printf("# in %s\n", NAMES[i]);
        // Nothing but a header is an error, and stays one at every length.
        for (size_t n = 0; n < 40; n++) {
            Look nothing = {.loss = sample->loss};
            WireResult none = decode(str_of(bytes.ptr, n), &nothing);
            CHECK(none.err != ERR_OK || (none.flags & WIRE_IS_TRUNCATED) != 0);
        }
    }
}

TEST(facts_are_read_and_clean)
{
    _cleanup_strbuf_ StrBuf bytes = STRBUF(SAMPLE_CEILING);
    REQUIRE(make_jpeg(&bytes, JPEG_EXIF));
    Look l = {.loss = SAMPLE_LOSSY};
    WireResult result = decode(strbuf_str(&bytes), &l);
    REQUIRE(result.fact_count == 3);
    CHECK_INT(result.facts[0].name, WIRE_FACT_MAKE);
    CHECK_STR(str_from(result.facts[0].value), "ExampleCam");
    CHECK_INT(result.facts[1].name, WIRE_FACT_LATITUDE);
    CHECK_STR(str_from(result.facts[1].value), "-41.884011");
    CHECK_STR(str_from(result.facts[2].value), "-12.500000");
    // A control character and a broken sequence in the maker's name.
    ptrdiff_t at = str_find(strbuf_str(&bytes), STR("ExampleCam"));
    memcpy(bytes.ptr + at,
           "Ex\x1B[\xFF"
           "eCam",
           9);
    result = decode(strbuf_str(&bytes), &l);
    CHECK_STR(str_from(result.facts[0].value), "Ex\uFFFD[\uFFFDeCamm");
    strbuf_clear(&bytes);
    REQUIRE(make_tiff(&bytes, TIFF_PLAIN));
    result = decode(strbuf_str(&bytes), &l);
    REQUIRE(result.fact_count == 1);
    CHECK_STR(str_from(result.facts[0].value), "ExampleCam");
}
