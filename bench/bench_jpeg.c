// A 12-megapixel JPEG to its PDQ at full resolution: the decoder alone, the whole (decoding, rows,
// filter, hash, as the worker does it), and the textbook (decode, float plane, filter over it), in
// one run; in colour, in luma (pictures without colours), and in the fast mode, whose decoder alone
// is that of luma.
//
// usage: bench_jpeg [FILE…] (generated pictures unless files are given)
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/prng.h"
#include "jpeg_files.h"
#include "media/worker/decoder.h"
#include "pdq_textbook.h"
#include "pictures.h"

enum { WIDTH = 4000, HEIGHT = 3000, ROUNDS = 9, BOOK_ROUNDS = 3 };

// The decoder as the worker sets it, and nothing else. Rows go to one buffer of a few rows, or, for
// the textbook, to a whole picture.
static uint8_t *decode_alone(Str file, bool is_luma, bool is_kept, uint32_t *ret_width,
                             uint32_t *ret_height) {
    struct jpeg_decompress_struct info;
    struct jpeg_error_mgr errors;
    info.err = jpeg_std_error(&errors);
    jpeg_create_decompress(&info);
    jpeg_mem_src(&info, (const unsigned char *)file.ptr, file.len);
    jpeg_read_header(&info, TRUE);
    info.dct_method = JDCT_ISLOW;
    info.out_color_space = is_luma ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_start_decompress(&info);
    size_t stride = (size_t)info.output_width * (size_t)info.output_components;
    uint32_t kept = is_kept ? info.output_height : (uint32_t)info.rec_outbuf_height;
    uint8_t *pixels = malloc(stride * kept);
    if (pixels == NULL)
        exit(1);
    while (info.output_scanline < info.output_height) {
        JSAMPROW rows[16];
        uint32_t first = is_kept ? info.output_scanline : 0;
        for (uint32_t i = 0; i < (uint32_t)info.rec_outbuf_height; i++)
            rows[i] = pixels + (first + i < kept ? first + i : kept - 1) * stride;
        jpeg_read_scanlines(&info, rows, (JDIMENSION)info.rec_outbuf_height);
    }
    *ret_width = info.output_width;
    *ret_height = info.output_height;
    jpeg_finish_decompress(&info);
    jpeg_destroy_decompress(&info);
    return pixels;
}

static WireResult decode_whole(Str file, unsigned want) {
    WireResult result = wire_result_failed(ERR_CRASHED, WIRE_SAYS_NOTHING);
    Decoding d = {.input = file, .rows = {.want = want}, .result = &result};
    picture_decode(&d);
    pdq_stream_free(d.rows.stream);
    if (result.err != ERR_OK)
        exit(1);
    return result;
}

static double ms_since(int64_t start) {
    return (double)(clock_monotonic_ns() - start) / 1e6;
}

// Rounds of decoder and whole alternate, so that a busy moment meets both; the textbook's large
// planes come after, so that giving them back to the system is nobody's time but theirs.
static void measure(const char *name, Str file, bool is_gray, bool is_fast) {
    double alone = 1e9, whole = 1e9, book = 1e9;
    unsigned want = is_fast ? WIRE_PDQ | WIRE_FAST : WIRE_PDQ;
    bool is_luma = is_gray || is_fast;
    PdqFacts expected = {.quality = 0};
    WireResult result = decode_whole(file, want);
    uint32_t width, height;
    for (int round = 0; round < ROUNDS; round++) {
        int64_t start = clock_monotonic_ns();
        free(decode_alone(file, is_luma, false, &width, &height));
        double ms = ms_since(start);
        alone = ms < alone ? ms : alone;
        start = clock_monotonic_ns();
        result = decode_whole(file, want);
        ms = ms_since(start);
        whole = ms < whole ? ms : whole;
    }
    for (int round = 0; round < BOOK_ROUNDS; round++) {
        int64_t start = clock_monotonic_ns();
        uint8_t *rgb = decode_alone(file, false, true, &width, &height);
        if (!pdq_textbook(rgb, (int)width, (int)height, PDQ_FULL, &expected))
            exit(1);
        free(rgb);
        double ms = ms_since(start);
        book = ms < book ? ms : book;
    }
    PdqHash hash;
    memcpy(hash.bytes, result.pdq[PDQ_FULL][PDQ_ORIGINAL], PDQ_BYTES);
    printf("%-24s %-6s %5.1f %8.1f %8.1f %8.1f %13.2f %12.1f %5d\n", name,
           is_fast   ? "fast"
           : is_gray ? "luma"
                     : "colour",
           (double)file.len * 8 / width / height, alone, whole, book, whole / alone, book / whole,
           pdq_distance(&hash, &expected.hash[PDQ_ORIGINAL]));
}

// Clouds with grain, since a picture without fine detail flatters no decoder like a camera's.
static bool make(const JpegShape *shape, int grain, StrBuf *to) {
    size_t channels = (size_t)shape->channels;
    _cleanup_free_ uint8_t *pixels =
        channels == 1 ? picture_gray(PICTURE_PLASMA, shape->width, shape->height, 1)
                      : picture_rgb(PICTURE_PLASMA, shape->width, shape->height, 1);
    if (pixels == NULL)
        return false;
    Prng prng = {2};
    for (size_t i = 0; grain > 0 && i < shape->width * shape->height * channels; i += channels) {
        int change = (int)prng_below(&prng, 2 * (uint64_t)grain) - grain;
        for (size_t c = 0; c < channels; c++) {
            int value = pixels[i + c] + change;
            pixels[i + c] = (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
        }
    }
    return jpeg_encode(shape, pixels, to);
}

int main(int argc, char **argv) {
    static const struct {
        const char *name;
        int grain;
        JpegShape shape;
    } CASES[] = {
        {"4:2:0", 8, {WIDTH, HEIGHT, 3, 90, 2, 2, false, false, 0}},
        {"4:2:2", 8, {WIDTH, HEIGHT, 3, 90, 2, 1, false, false, 0}},
        {"4:4:4", 8, {WIDTH, HEIGHT, 3, 90, 1, 1, false, false, 0}},
        {"grey", 8, {WIDTH, HEIGHT, 1, 90, 1, 1, false, false, 0}},
        {"4:2:0 smooth", 0, {WIDTH, HEIGHT, 3, 90, 2, 2, false, false, 0}},
        {"4:2:0 progressive", 8, {WIDTH, HEIGHT, 3, 90, 2, 2, true, false, 0}},
    };
    printf("%-24s %-6s %5s %8s %8s %8s %13s %12s %5s\n", "picture", "output", "b/px", "alone ms",
           "whole ms", "book ms", "whole/decoder", "book/whole", "bits");
    for (int i = 1; i < argc; i++) {
        _cleanup_strbuf_ StrBuf file = STRBUF(256 << 20);
        if (file_read_all(argv[i], &file, NULL) != ERR_OK)
            return 1;
        measure(argv[i], strbuf_str(&file), false, false);
        measure(argv[i], strbuf_str(&file), false, true);
    }
    for (size_t i = 0; argc < 2 && i < sizeof CASES / sizeof CASES[0]; i++) {
        _cleanup_strbuf_ StrBuf file = STRBUF(256 << 20);
        if (!make(&CASES[i].shape, CASES[i].grain, &file))
            return 1;
        bool is_gray = CASES[i].shape.channels == 1;
        measure(CASES[i].name, strbuf_str(&file), is_gray, false);
        measure(CASES[i].name, strbuf_str(&file), is_gray, true);
    }
    return 0;
}
