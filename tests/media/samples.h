// Pictures for the tests, made at run time by the formats' own libraries as encoders: one smooth,
// coloured pattern of circles and stripes in every format and variant.
#pragma once
#include "base/strbuf.h"

enum { SAMPLE_WIDTH = 203, SAMPLE_HEIGHT = 157, SAMPLE_CEILING = 64 << 20 };

typedef enum SampleLoss {
    SAMPLE_EXACT,   // decodes to sample_pixel
    SAMPLE_GRAY,    // decodes to its grey, exactly
    SAMPLE_REDUCED, // fewer colours or bits: like it, not equal
    SAMPLE_LOSSY    // like it, not equal
} SampleLoss;

typedef struct Sample {
    const char *name;
    const char *mime;
    SampleLoss loss;
    bool (*make)(StrBuf *to, int variant); // false: this system has no encoder for it
    int variant;
} Sample;

extern const Sample SAMPLES[];
extern const size_t SAMPLE_COUNT;

// What every sample shows.
void sample_pixel(uint32_t x, uint32_t y, uint8_t ret_rgb[3]);
uint8_t sample_gray(uint32_t x, uint32_t y);
// The sample of that name; ends the program when there is none.
const Sample *sample_of(const char *name);
// An unlinked temporary file with these bytes, read-write at position 0.
int sample_file(Str bytes);

// Chunks, strips and records by hand, for hostile variants. CRC-32 as PNG wants it.
void png_put_chunk(StrBuf *to, const char type[4], Str data);
void png_put_header(StrBuf *to, uint32_t width, uint32_t height, uint8_t depth, uint8_t colour,
                    uint8_t interlace);
void put_le(StrBuf *to, uint64_t value, int bytes);
void put_be(StrBuf *to, uint64_t value, int bytes);

// Makers in other files.
bool make_jpeg(StrBuf *to, int variant);
bool make_png(StrBuf *to, int variant);
bool make_bmp(StrBuf *to, int variant);
bool make_gif(StrBuf *to, int variant);
bool make_webp(StrBuf *to, int variant);
bool make_tiff(StrBuf *to, int variant);
bool make_heif(StrBuf *to, int variant);
enum JpegVariant { JPEG_420, JPEG_444, JPEG_GRAY, JPEG_CMYK, JPEG_PROGRESSIVE, JPEG_EXIF };
enum PngVariant {
    PNG_RGB,
    PNG_RGBA,
    PNG_GRAY,
    PNG_GRAY_ALPHA,
    PNG_RGB16,
    PNG_INTERLACED,
    PNG_PALETTE,
    PNG_BITS1,
    PNG_GRAY16
};
enum BmpVariant {
    BMP_24,
    BMP_32,
    BMP_TOP_DOWN,
    BMP_8,
    BMP_4,
    BMP_1,
    BMP_565,
    BMP_RLE_8,
    BMP_RLE_4,
    BMP_CORE,
    BMP_V4
};
enum GifVariant { GIF_PLAIN, GIF_INTERLACED, GIF_TWO_FRAMES };
enum WebpVariant { WEBP_LOSSY, WEBP_LOSSLESS, WEBP_ALPHA, WEBP_ANIMATED };
enum TiffVariant { TIFF_PLAIN, TIFF_LZW_TILES, TIFF_PLANES, TIFF_GRAY16, TIFF_CMYK, TIFF_JPEG };
enum HeifVariant { HEIF_HEIC, HEIF_AVIF };
