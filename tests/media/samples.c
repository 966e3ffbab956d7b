// The pattern, the table of samples, and BMP by hand.
#include "samples.h"

#include <stdio.h>
#include <sys/mman.h>
#include <zlib.h>

#include "base/bytes.h"
#include "base/file.h"

void sample_pixel(uint32_t x, uint32_t y, uint8_t ret_rgb[3]) {
    int dx = (int)x - 70, dy = (int)y - 60;
    int ring = (dx * dx + dy * dy) / 40 % 64;
    ret_rgb[0] = (uint8_t)(40 + x * 200 / SAMPLE_WIDTH);
    ret_rgb[1] = (uint8_t)(30 + y * 150 / SAMPLE_HEIGHT + (x / 16 % 2) * 40);
    ret_rgb[2] = (uint8_t)(60 + ring * 2);
    if (x > 120 && x < 180 && y > 30 && y < 110)
        ret_rgb[0] = ret_rgb[1] = (uint8_t)(y * 2);
}

uint8_t sample_gray(uint32_t x, uint32_t y) {
    uint8_t rgb[3];
    sample_pixel(x, y, rgb);
    return (uint8_t)((rgb[0] * 3 + rgb[1] * 6 + rgb[2]) / 10);
}

void put_le(StrBuf *to, uint64_t value, int bytes) {
    for (int i = 0; i < bytes; i++)
        strbuf_put_byte(to, (char)(i < 8 ? value >> (8 * i) : 0));
}

void put_be(StrBuf *to, uint64_t value, int bytes) {
    for (int i = bytes - 1; i >= 0; i--)
        strbuf_put_byte(to, (char)(i < 8 ? value >> (8 * i) : 0));
}

void png_put_chunk(StrBuf *to, const char type[4], Str data) {
    put_be(to, data.len, 4);
    size_t start = to->len;
    strbuf_put(to, str_of(type, 4));
    strbuf_put(to, data);
    put_be(to, crc32(0, (const Bytef *)to->ptr + start, (uInt)(to->len - start)), 4);
}

void png_put_header(StrBuf *to, uint32_t width, uint32_t height, uint8_t depth, uint8_t colour,
                    uint8_t interlace) {
    char header[13] = {0};
    for (int i = 0; i < 4; i++) {
        header[i] = (char)(width >> (24 - 8 * i));
        header[4 + i] = (char)(height >> (24 - 8 * i));
    }
    header[8] = (char)depth;
    header[9] = (char)colour;
    header[12] = (char)interlace;
    strbuf_put(to, STR("\x89PNG\r\n\x1A\n"));
    png_put_chunk(to, "IHDR", str_of(header, sizeof header));
}

typedef struct BmpShape {
    uint32_t header, bits, coding, colours;
    bool is_top_down;
} BmpShape;

static void bmp_put_header(StrBuf *to, const BmpShape *shape) {
    uint32_t palette = shape->colours * (shape->header == 12 ? 3 : 4);
    uint32_t masks = shape->coding == 3 && shape->header == 40 ? 12 : 0;
    strbuf_put(to, STR("BM"));
    put_le(to, 0, 8);
    put_le(to, 14 + shape->header + masks + palette, 4);
    put_le(to, shape->header, 4);
    if (shape->header == 12) {
        put_le(to, SAMPLE_WIDTH, 2);
        put_le(to, SAMPLE_HEIGHT, 2);
        put_le(to, 1, 2);
        put_le(to, shape->bits, 2);
    } else {
        put_le(to, SAMPLE_WIDTH, 4);
        put_le(to, (uint32_t)(shape->is_top_down ? -SAMPLE_HEIGHT : SAMPLE_HEIGHT), 4);
        put_le(to, 1, 2);
        put_le(to, shape->bits, 2);
        put_le(to, shape->coding, 4);
        put_le(to, 0, 12);
        put_le(to, shape->colours, 4);
        put_le(to, 0, 4);
        if (shape->coding == 3) {
            uint32_t green = shape->bits == 16 ? 0x7E0 : 0xFF00;
            put_le(to, shape->bits == 16 ? 0xF800 : 0xFF0000, 4);
            put_le(to, green, 4);
            put_le(to, shape->bits == 16 ? 0x1F : 0xFF, 4);
        }
        if (shape->header > 40)
            put_le(to, 0, (int)(shape->header - 40) - (shape->coding == 3 ? 12 : 0));
    }
    for (uint32_t i = 0; i < shape->colours; i++) {
        // A grey ramp over all indices, so that an index is a grey level.
        uint32_t level = i * 255 / (shape->colours - 1);
        put_le(to, level * 0x010101, shape->header == 12 ? 3 : 4);
    }
}

static void bmp_put_row(StrBuf *to, const BmpShape *shape, uint32_t y) {
    size_t start = to->len;
    uint32_t held = 0, held_bits = 0;
    for (uint32_t x = 0; x < SAMPLE_WIDTH; x++) {
        uint8_t rgb[3];
        sample_pixel(x, y, rgb);
        if (shape->bits >= 24) {
            put_le(to, (uint32_t)rgb[0] << 16 | (uint32_t)rgb[1] << 8 | rgb[2],
                   (int)shape->bits / 8);
        } else if (shape->bits == 16) {
            put_le(to, (uint32_t)(rgb[0] >> 3) << 11 | (uint32_t)(rgb[1] >> 2) << 5 | rgb[2] >> 3,
                   2);
        } else {
            held = held << shape->bits | (uint32_t)sample_gray(x, y) >> (8 - shape->bits);
            held_bits += shape->bits;
            if (held_bits == 8 || x + 1 == SAMPLE_WIDTH) {
                strbuf_put_byte(to, (char)(held << (8 - held_bits)));
                held = held_bits = 0;
            }
        }
    }
    while ((to->len - start) % 4 != 0)
        strbuf_put_byte(to, 0);
}

// Runs of one, runs of many, literals and an end mark. RLE4 takes pairs of nibbles.
static void bmp_put_runs(StrBuf *to, const BmpShape *shape) {
    for (uint32_t y = SAMPLE_HEIGHT; y-- > 0;) {
        for (uint32_t x = 0; x < SAMPLE_WIDTH;) {
            uint8_t index = sample_gray(x, y) >> (8 - shape->bits);
            uint32_t run = 1;
            while (x + run < SAMPLE_WIDTH && run < 255 &&
                   sample_gray(x + run, y) >> (8 - shape->bits) == index)
                run++;
            if (run == 1 && x + 4 <= SAMPLE_WIDTH) {
                put_le(to, 4 << 8, 2);
                for (uint32_t i = 0; i < 4; i += shape->bits == 4 ? 2 : 1) {
                    uint8_t a = sample_gray(x + i, y) >> (8 - shape->bits);
                    uint8_t b = sample_gray(x + i + 1, y) >> (8 - shape->bits);
                    strbuf_put_byte(to, (char)(shape->bits == 4 ? a << 4 | b : a));
                }
                x += 4;
                continue;
            }
            strbuf_put_byte(to, (char)run);
            strbuf_put_byte(to, (char)(shape->bits == 4 ? index << 4 | index : index));
            x += run;
        }
        put_le(to, 0, 2);
    }
    put_le(to, 1 << 8, 2);
}

bool make_bmp(StrBuf *to, int variant) {
    static const BmpShape SHAPES[] = {
        [BMP_24] = {40, 24, 0, 0, false},      [BMP_32] = {40, 32, 0, 0, false},
        [BMP_TOP_DOWN] = {40, 24, 0, 0, true}, [BMP_8] = {40, 8, 0, 256, false},
        [BMP_4] = {40, 4, 0, 16, false},       [BMP_1] = {40, 1, 0, 2, false},
        [BMP_565] = {40, 16, 3, 0, false},     [BMP_RLE_8] = {40, 8, 1, 256, false},
        [BMP_RLE_4] = {40, 4, 2, 16, false},   [BMP_CORE] = {12, 24, 0, 0, false},
        [BMP_V4] = {108, 32, 3, 0, false},
    };
    const BmpShape *shape = &SHAPES[variant];
    bmp_put_header(to, shape);
    if (shape->coding == 1 || shape->coding == 2)
        bmp_put_runs(to, shape);
    else
        for (uint32_t i = 0; i < SAMPLE_HEIGHT; i++)
            bmp_put_row(to, shape, shape->is_top_down ? i : SAMPLE_HEIGHT - 1 - i);
    return strbuf_err(to) == ERR_OK;
}

const Sample SAMPLES[] = {
    {"jpeg-420", "image/jpeg", SAMPLE_LOSSY, make_jpeg, JPEG_420},
    {"jpeg-444", "image/jpeg", SAMPLE_LOSSY, make_jpeg, JPEG_444},
    {"jpeg-gray", "image/jpeg", SAMPLE_LOSSY, make_jpeg, JPEG_GRAY},
    {"jpeg-cmyk", "image/jpeg", SAMPLE_LOSSY, make_jpeg, JPEG_CMYK},
    {"jpeg-progressive", "image/jpeg", SAMPLE_LOSSY, make_jpeg, JPEG_PROGRESSIVE},
    {"jpeg-exif", "image/jpeg", SAMPLE_LOSSY, make_jpeg, JPEG_EXIF},
    {"png-rgb", "image/png", SAMPLE_EXACT, make_png, PNG_RGB},
    {"png-rgba", "image/png", SAMPLE_EXACT, make_png, PNG_RGBA},
    {"png-gray", "image/png", SAMPLE_GRAY, make_png, PNG_GRAY},
    {"png-gray-alpha", "image/png", SAMPLE_GRAY, make_png, PNG_GRAY_ALPHA},
    {"png-rgb16", "image/png", SAMPLE_EXACT, make_png, PNG_RGB16},
    {"png-gray16", "image/png", SAMPLE_GRAY, make_png, PNG_GRAY16},
    {"png-interlaced", "image/png", SAMPLE_EXACT, make_png, PNG_INTERLACED},
    {"png-palette", "image/png", SAMPLE_GRAY, make_png, PNG_PALETTE},
    {"png-bits1", "image/png", SAMPLE_REDUCED, make_png, PNG_BITS1},
    {"bmp-24", "image/bmp", SAMPLE_EXACT, make_bmp, BMP_24},
    {"bmp-32", "image/bmp", SAMPLE_EXACT, make_bmp, BMP_32},
    {"bmp-top-down", "image/bmp", SAMPLE_EXACT, make_bmp, BMP_TOP_DOWN},
    {"bmp-8", "image/bmp", SAMPLE_GRAY, make_bmp, BMP_8},
    {"bmp-4", "image/bmp", SAMPLE_REDUCED, make_bmp, BMP_4},
    {"bmp-1", "image/bmp", SAMPLE_REDUCED, make_bmp, BMP_1},
    {"bmp-565", "image/bmp", SAMPLE_REDUCED, make_bmp, BMP_565},
    {"bmp-rle8", "image/bmp", SAMPLE_GRAY, make_bmp, BMP_RLE_8},
    {"bmp-rle4", "image/bmp", SAMPLE_REDUCED, make_bmp, BMP_RLE_4},
    {"bmp-core", "image/bmp", SAMPLE_EXACT, make_bmp, BMP_CORE},
    {"bmp-v4", "image/bmp", SAMPLE_EXACT, make_bmp, BMP_V4},
    {"gif", "image/gif", SAMPLE_GRAY, make_gif, GIF_PLAIN},
    {"gif-interlaced", "image/gif", SAMPLE_GRAY, make_gif, GIF_INTERLACED},
    {"gif-two-frames", "image/gif", SAMPLE_GRAY, make_gif, GIF_TWO_FRAMES},
    {"webp-lossy", "image/webp", SAMPLE_LOSSY, make_webp, WEBP_LOSSY},
    {"webp-lossless", "image/webp", SAMPLE_EXACT, make_webp, WEBP_LOSSLESS},
    {"webp-alpha", "image/webp", SAMPLE_LOSSY, make_webp, WEBP_ALPHA},
    {"webp-animated", "image/webp", SAMPLE_EXACT, make_webp, WEBP_ANIMATED},
    {"tiff", "image/tiff", SAMPLE_EXACT, make_tiff, TIFF_PLAIN},
    {"tiff-lzw-tiles", "image/tiff", SAMPLE_EXACT, make_tiff, TIFF_LZW_TILES},
    {"tiff-planes", "image/tiff", SAMPLE_EXACT, make_tiff, TIFF_PLANES},
    {"tiff-gray16", "image/tiff", SAMPLE_GRAY, make_tiff, TIFF_GRAY16},
    {"tiff-cmyk", "image/tiff", SAMPLE_EXACT, make_tiff, TIFF_CMYK},
    {"tiff-jpeg", "image/tiff", SAMPLE_LOSSY, make_tiff, TIFF_JPEG},
    {"heic", "image/heic", SAMPLE_LOSSY, make_heif, HEIF_HEIC},
    {"avif", "image/avif", SAMPLE_LOSSY, make_heif, HEIF_AVIF},
};
const size_t SAMPLE_COUNT = sizeof SAMPLES / sizeof SAMPLES[0];

const Sample *sample_of(const char *name) {
    for (size_t i = 0; i < SAMPLE_COUNT; i++)
        if (strcmp(SAMPLES[i].name, name) == 0)
            return &SAMPLES[i];
    fprintf(stderr, "no sample %s\n", name);
    exit(99);
}

int sample_file(Str bytes) {
    int fd = memfd_create("sample", MFD_CLOEXEC);
    if (fd < 0 || fd_write_all(fd, bytes.ptr, bytes.len, NULL) != ERR_OK ||
        lseek(fd, 0, SEEK_SET) != 0) {
        perror("memfd");
        exit(99);
    }
    return fd;
}
