// The samples that the formats' own libraries encode.
#include <stdio.h>
#include <stdlib.h>

#include <gif_lib.h>
#include <jpeglib.h>
#include <libheif/heif.h>
#include <png.h>
#include <tiffio.h>
#include <webp/encode.h>
#include <webp/mux.h>

#include "base/bytes.h"
#include "samples.h"

// The HEVC encoder keeps tables until the end of the process.
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) {
    return "leak:libx265\nleak:libheif\n";
}

enum { W = SAMPLE_WIDTH, H = SAMPLE_HEIGHT };

// A minimal EXIF block: Make, and a place in the southern and western half.
static void put_exif(StrBuf *to) {
    StrBuf tiff = STRBUF(4096);
    strbuf_put(&tiff, STR("II*\0"));
    put_le(&tiff, 8, 4);
    put_le(&tiff, 2, 2); // IFD0 at 8: two entries
    put_le(&tiff, 0x010F, 2), put_le(&tiff, 2, 2), put_le(&tiff, 11, 4), put_le(&tiff, 38, 4);
    put_le(&tiff, 0x8825, 2), put_le(&tiff, 4, 2), put_le(&tiff, 1, 4), put_le(&tiff, 50, 4);
    put_le(&tiff, 0, 4);
    strbuf_put(&tiff, STR("ExampleCam\0\0"));
    put_le(&tiff, 4, 2); // GPS at 50: four entries
    put_le(&tiff, 1, 2), put_le(&tiff, 2, 2), put_le(&tiff, 2, 4), put_le(&tiff, 'S', 4);
    put_le(&tiff, 2, 2), put_le(&tiff, 5, 2), put_le(&tiff, 3, 4), put_le(&tiff, 104, 4);
    put_le(&tiff, 3, 2), put_le(&tiff, 2, 2), put_le(&tiff, 2, 4), put_le(&tiff, 'W', 4);
    put_le(&tiff, 4, 2), put_le(&tiff, 5, 2), put_le(&tiff, 3, 4), put_le(&tiff, 128, 4);
    put_le(&tiff, 0, 4);
    static const uint32_t PLACE[] = {41, 1, 53, 1, 244, 100, 12, 1, 30, 1, 0, 1};
    for (size_t i = 0; i < sizeof PLACE / sizeof PLACE[0]; i++)
        put_le(&tiff, PLACE[i], 4);
    strbuf_put(to, STR("Exif\0\0"));
    strbuf_put(to, strbuf_str(&tiff));
    strbuf_done(&tiff);
}

bool make_jpeg(StrBuf *to, int variant) {
    struct jpeg_compress_struct info;
    struct jpeg_error_mgr errors;
    info.err = jpeg_std_error(&errors);
    jpeg_create_compress(&info);
    unsigned char *bytes = NULL;
    unsigned long size = 0;
    jpeg_mem_dest(&info, &bytes, &size);
    info.image_width = W;
    info.image_height = H;
    info.input_components = variant == JPEG_GRAY ? 1 : variant == JPEG_CMYK ? 4 : 3;
    info.in_color_space = variant == JPEG_GRAY   ? JCS_GRAYSCALE
                          : variant == JPEG_CMYK ? JCS_CMYK
                                                 : JCS_RGB;
    jpeg_set_defaults(&info);
    jpeg_set_quality(&info, 90, TRUE);
    if (variant == JPEG_444)
        info.comp_info[0].h_samp_factor = info.comp_info[0].v_samp_factor = 1;
    if (variant == JPEG_PROGRESSIVE)
        jpeg_simple_progression(&info);
    jpeg_start_compress(&info, TRUE);
    if (variant == JPEG_EXIF) {
        StrBuf exif = STRBUF(4096);
        put_exif(&exif);
        jpeg_write_marker(&info, JPEG_APP0 + 1, (const JOCTET *)exif.ptr, (unsigned)exif.len);
        strbuf_done(&exif);
    }
    for (uint32_t y = 0; y < H; y++) {
        uint8_t row[W * 4];
        for (uint32_t x = 0; x < W; x++) {
            uint8_t rgb[3];
            sample_pixel(x, y, rgb);
            if (variant == JPEG_GRAY) {
                row[x] = sample_gray(x, y);
            } else if (variant == JPEG_CMYK) {
                // Inverted ink without black: cyan' = red.
                memcpy(row + 4 * x, rgb, 3);
                row[4 * x + 3] = 255;
            } else {
                memcpy(row + 3 * x, rgb, 3);
            }
        }
        JSAMPROW at = row;
        jpeg_write_scanlines(&info, &at, 1);
    }
    jpeg_finish_compress(&info);
    jpeg_destroy_compress(&info);
    strbuf_put(to, str_of(bytes, size));
    free(bytes);
    return strbuf_err(to) == ERR_OK;
}

static void png_write(png_structp png, png_bytep bytes, size_t n) {
    strbuf_put(png_get_io_ptr(png), str_of(bytes, n));
}

static void png_flush_nothing(png_structp png) {
    (void)png;
}

static void png_fill_row(uint8_t *row, uint32_t y, int variant) {
    memset(row, 0, W * 6);
    for (uint32_t x = 0; x < W; x++) {
        uint8_t rgb[3], gray = sample_gray(x, y);
        sample_pixel(x, y, rgb);
        switch (variant) {
        case PNG_RGBA:
            memcpy(row + 4 * x, rgb, 3);
            row[4 * x + 3] = (uint8_t)x;
            break;
        case PNG_GRAY:
        case PNG_PALETTE:
            row[x] = gray;
            break;
        case PNG_GRAY_ALPHA:
            row[2 * x] = gray;
            row[2 * x + 1] = (uint8_t)y;
            break;
        case PNG_GRAY16:
            row[2 * x] = gray;
            row[2 * x + 1] = 0xF3;
            break;
        case PNG_RGB16:
            for (int c = 0; c < 3; c++) {
                row[6 * x + 2 * (uint32_t)c] = rgb[c];
                row[6 * x + 2 * (uint32_t)c + 1] = 0xF3;
            }
            break;
        case PNG_BITS1:
            row[x / 8] |= (uint8_t)((gray > 127) << (7 - x % 8));
            break;
        default:
            memcpy(row + 3 * x, rgb, 3);
        }
    }
}

bool make_png(StrBuf *to, int variant) {
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    png_set_write_fn(png, to, png_write, png_flush_nothing);
    int colour = variant == PNG_RGBA ? PNG_COLOR_TYPE_RGB_ALPHA
                 : variant == PNG_GRAY || variant == PNG_GRAY16 || variant == PNG_BITS1
                     ? PNG_COLOR_TYPE_GRAY
                 : variant == PNG_GRAY_ALPHA ? PNG_COLOR_TYPE_GRAY_ALPHA
                 : variant == PNG_PALETTE    ? PNG_COLOR_TYPE_PALETTE
                                             : PNG_COLOR_TYPE_RGB;
    int depth = variant == PNG_RGB16 || variant == PNG_GRAY16 ? 16 : variant == PNG_BITS1 ? 1 : 8;
    png_set_IHDR(png, info, W, H, depth, colour,
                 variant == PNG_INTERLACED ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (variant == PNG_PALETTE) {
        png_color palette[256];
        png_byte alpha[256];
        for (int i = 0; i < 256; i++) {
            palette[i] = (png_color){(png_byte)i, (png_byte)i, (png_byte)i};
            alpha[i] = (png_byte)(255 - i);
        }
        png_set_PLTE(png, info, palette, 256);
        png_set_tRNS(png, info, alpha, 256, NULL);
    }
    png_write_info(png, info);
    int passes = png_set_interlace_handling(png);
    for (int pass = 0; pass < passes; pass++)
        for (uint32_t y = 0; y < H; y++) {
            uint8_t row[W * 6];
            png_fill_row(row, y, variant);
            png_write_row(png, row);
        }
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    return strbuf_err(to) == ERR_OK;
}

static int gif_write(GifFileType *file, const GifByteType *bytes, int n) {
    strbuf_put(file->UserData, str_of(bytes, (size_t)n));
    return n;
}

bool make_gif(StrBuf *to, int variant) {
    int code;
    GifFileType *file = EGifOpen(to, gif_write, &code);
    ColorMapObject *map = GifMakeMapObject(256, NULL);
    if (file == NULL || map == NULL)
        return false;
    for (int i = 0; i < 256; i++)
        map->Colors[i] = (GifColorType){(GifByteType)i, (GifByteType)i, (GifByteType)i};
    EGifPutScreenDesc(file, W, H, 8, 0, map);
    bool is_interlaced = variant == GIF_INTERLACED;
    for (int frame = 0; frame < (variant == GIF_TWO_FRAMES ? 2 : 1); frame++) {
        EGifPutImageDesc(file, 0, 0, W, H, is_interlaced, NULL);
        static const uint32_t STARTS[] = {0, 4, 2, 1}, STEPS[] = {8, 8, 4, 2};
        for (int pass = 0; pass < (is_interlaced ? 4 : 1); pass++)
            for (uint32_t y = is_interlaced ? STARTS[pass] : 0; y < H;
                 y += is_interlaced ? STEPS[pass] : 1) {
                GifPixelType row[W];
                for (uint32_t x = 0; x < W; x++)
                    row[x] = frame == 0 ? sample_gray(x, y) : (GifPixelType)x;
                EGifPutLine(file, row, W);
            }
    }
    EGifCloseFile(file, &code);
    GifFreeMapObject(map);
    return strbuf_err(to) == ERR_OK;
}

static void webp_encode(StrBuf *to, bool is_lossless, bool has_alpha) {
    _cleanup_free_ uint8_t *pixels = malloc((size_t)W * H * 4);
    for (uint32_t i = 0; pixels != NULL && i < W * H; i++) {
        sample_pixel(i % W, i / W, pixels + 4 * i);
        pixels[4 * i + 3] = has_alpha ? (uint8_t)(100 + i % W / 2) : 255;
    }
    uint8_t *bytes = NULL;
    size_t n = is_lossless ? WebPEncodeLosslessRGBA(pixels, W, H, W * 4, &bytes)
                           : WebPEncodeRGBA(pixels, W, H, W * 4, 90, &bytes);
    strbuf_put(to, str_of(bytes, n));
    WebPFree(bytes);
}

bool make_webp(StrBuf *to, int variant) {
    webp_encode(to, variant == WEBP_LOSSLESS || variant == WEBP_ANIMATED, variant == WEBP_ALPHA);
    if (variant != WEBP_ANIMATED)
        return strbuf_err(to) == ERR_OK;
    WebPMux *mux = WebPMuxNew();
    WebPMuxFrameInfo frame = {.bitstream = {(const uint8_t *)to->ptr, to->len},
                              .duration = 40,
                              .id = WEBP_CHUNK_ANMF,
                              .dispose_method = WEBP_MUX_DISPOSE_NONE,
                              .blend_method = WEBP_MUX_NO_BLEND};
    WebPMuxAnimParams parameters = {.bgcolor = 0, .loop_count = 0};
    WebPData out = {0};
    bool is_made = WebPMuxSetAnimationParams(mux, &parameters) == WEBP_MUX_OK;
    for (int i = 0; i < 3; i++)
        is_made = is_made && WebPMuxPushFrame(mux, &frame, 1) == WEBP_MUX_OK;
    is_made = is_made && WebPMuxAssemble(mux, &out) == WEBP_MUX_OK;
    strbuf_clear(to);
    strbuf_put(to, str_of(out.bytes, out.size));
    WebPDataClear(&out);
    WebPMuxDelete(mux);
    return is_made && strbuf_err(to) == ERR_OK;
}

static void tiff_fill(uint8_t *pixels, uint32_t width, uint32_t left, uint32_t top, uint32_t rows,
                      int variant, int plane) {
    for (uint32_t y = 0; y < rows; y++)
        for (uint32_t x = 0; x < width; x++) {
            uint8_t rgb[3];
            sample_pixel(left + x, top + y, rgb);
            size_t i = (size_t)y * width + x;
            if (variant == TIFF_GRAY16) {
                uint16_t wide = (uint16_t)(sample_gray(left + x, top + y) << 8 | 0xF3);
                memcpy(pixels + 2 * i, &wide, 2);
            } else if (variant == TIFF_CMYK) {
                for (int c = 0; c < 3; c++)
                    pixels[4 * i + (size_t)c] = 255 - rgb[c];
                pixels[4 * i + 3] = 0;
            } else if (plane >= 0) {
                pixels[i] = rgb[plane];
            } else {
                memcpy(pixels + 3 * i, rgb, 3);
            }
        }
}

bool make_tiff(StrBuf *to, int variant) {
    char path[] = "/tmp/seventh-sample-XXXXXX";
    int fd = mkstemp(path);
    if (fd < 0)
        return false;
    unlink(path);
    TIFF *tiff = TIFFFdOpen(dup(fd), "sample", "w");
    static uint8_t pixels[W * H * 4 + 64 * 64 * 4];
    TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, W);
    TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, H);
    TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, variant == TIFF_GRAY16 ? 16 : 8);
    TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL,
                 variant == TIFF_GRAY16 ? 1
                 : variant == TIFF_CMYK ? 4
                                        : 3);
    TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC,
                 variant == TIFF_GRAY16 ? PHOTOMETRIC_MINISBLACK
                 : variant == TIFF_CMYK ? PHOTOMETRIC_SEPARATED
                 : variant == TIFF_JPEG ? PHOTOMETRIC_YCBCR
                                        : PHOTOMETRIC_RGB);
    TIFFSetField(tiff, TIFFTAG_PLANARCONFIG,
                 variant == TIFF_PLANES ? PLANARCONFIG_SEPARATE : PLANARCONFIG_CONTIG);
    TIFFSetField(tiff, TIFFTAG_MAKE, "ExampleCam");
    if (variant == TIFF_LZW_TILES) {
        TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_LZW);
        TIFFSetField(tiff, TIFFTAG_TILEWIDTH, 64);
        TIFFSetField(tiff, TIFFTAG_TILELENGTH, 64);
        for (uint32_t y = 0; y < H; y += 64)
            for (uint32_t x = 0; x < W; x += 64) {
                tiff_fill(pixels, 64, x, y, 64, variant, -1);
                TIFFWriteTile(tiff, pixels, x, y, 0, 0);
            }
    } else {
        TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, 16);
        if (variant == TIFF_JPEG) {
            TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_JPEG);
            TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
        }
        int planes = variant == TIFF_PLANES ? 3 : 1;
        for (int plane = 0; plane < planes; plane++)
            for (uint32_t y = 0; y < H; y++) {
                tiff_fill(pixels, W, 0, y, 1, variant, planes == 1 ? -1 : plane);
                TIFFWriteScanline(tiff, pixels, y, (uint16_t)plane);
            }
    }
    TIFFClose(tiff);
    char block[4096];
    ssize_t n;
    lseek(fd, 0, SEEK_SET);
    while ((n = read(fd, block, sizeof block)) > 0)
        strbuf_put(to, str_of(block, (size_t)n));
    close(fd);
    return strbuf_err(to) == ERR_OK && to->len > 0;
}

static struct heif_error heif_write(struct heif_context *context, const void *bytes, size_t n,
                                    void *to) {
    (void)context;
    strbuf_put(to, str_of(bytes, n));
    return (struct heif_error){heif_error_Ok, heif_suberror_Unspecified, ""};
}

bool make_heif(StrBuf *to, int variant) {
    struct heif_context *context = heif_context_alloc();
    struct heif_encoder *encoder = NULL;
    struct heif_image *image = NULL;
    struct heif_image_handle *handle = NULL;
    struct heif_error error = heif_context_get_encoder_for_format(
        context, variant == HEIF_HEIC ? heif_compression_HEVC : heif_compression_AV1, &encoder);
    if (error.code != heif_error_Ok) {
        heif_context_free(context);
        return false;
    }
    heif_encoder_set_lossy_quality(encoder, 80);
    heif_image_create(W, H, heif_colorspace_RGB, heif_chroma_interleaved_RGB, &image);
    heif_image_add_plane(image, heif_channel_interleaved, W, H, 24);
    int stride;
    uint8_t *plane = heif_image_get_plane(image, heif_channel_interleaved, &stride);
    for (uint32_t i = 0; i < W * H; i++)
        sample_pixel(i % W, i / W, plane + (size_t)(i / W) * (size_t)stride + 3 * (i % W));
    error = heif_context_encode_image(context, image, encoder, NULL, &handle);
    if (error.code == heif_error_Ok) {
        struct heif_writer writer = {.writer_api_version = 1, .write = heif_write};
        error = heif_context_write(context, &writer, to);
        heif_image_handle_release(handle);
    }
    heif_image_release(image);
    heif_encoder_release(encoder);
    heif_context_free(context);
    return error.code == heif_error_Ok && strbuf_err(to) == ERR_OK;
}
