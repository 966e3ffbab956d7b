// PNG, WebP, GIF and TIFF by their libraries, into memory.
#include <gif_lib.h>
#include <png.h>
#include <tiffio.h>
#include <webp/decode.h>
#include <webp/encode.h>

#include "encode.h"

Err webp_encode(Picture *picture, int quality, StrBuf *out) {
    WebPConfig config;
    WebPPicture webp;
    if (!WebPConfigPreset(&config, WEBP_PRESET_PHOTO, (float)quality) || !WebPPictureInit(&webp))
        return ERR_INTERNAL;
    config.method = 2;
    WebPMemoryWriter writer;
    WebPMemoryWriterInit(&writer);
    webp.width = picture->width;
    webp.height = picture->height;
    webp.writer = WebPMemoryWrite;
    webp.custom_ptr = &writer;
    Err err = ERR_NOMEM;
    if (WebPPictureImportRGB(&webp, picture->rgb, picture->width * 3) &&
        WebPEncode(&config, &webp) &&
        WebPDecodeRGBInto(writer.mem, writer.size, picture->rgb,
                          (size_t)picture->width * (size_t)picture->height * 3,
                          picture->width * 3) != NULL) {
        strbuf_put(out, str_of(writer.mem, writer.size));
        err = ERR_OK;
    }
    WebPMemoryWriterClear(&writer);
    WebPPictureFree(&webp);
    return err;
}

static void png_take(png_structp png, png_bytep bytes, png_size_t size) {
    strbuf_put(png_get_io_ptr(png), str_of(bytes, size));
}
static void png_nothing(png_structp png) {
}

Err png_encode(const Picture *picture, StrBuf *out) {
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png == NULL ? NULL : png_create_info_struct(png);
    if (info == NULL || setjmp(png_jmpbuf(png))) {
        png_destroy_write_struct(&png, &info);
        return ERR_NOMEM;
    }
    png_set_write_fn(png, out, png_take, png_nothing);
    png_set_IHDR(png, info, (png_uint_32)picture->width, (png_uint_32)picture->height, 8,
                 PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    png_set_compression_level(png, 2);
    png_set_filter(png, 0, PNG_FILTER_SUB);
    png_write_info(png, info);
    for (int y = 0; y < picture->height; y++)
        png_write_row(png, picture->rgb + (size_t)y * (size_t)picture->width * 3);
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    return ERR_OK;
}

static int gif_take(GifFileType *gif, const GifByteType *bytes, int size) {
    strbuf_put(gif->UserData, str_of(bytes, (size_t)size));
    return size;
}

// A fixed cube of 6 × 7 × 6 colours, with ordered dither: deterministic and quick.
static uint8_t cube_index(const uint8_t *rgb, int x, int y) {
    static const uint8_t BAYER[4][4] = {
        {0, 8, 2, 10}, {12, 4, 14, 6}, {3, 11, 1, 9}, {15, 7, 13, 5}};
    int nudge = BAYER[y & 3][x & 3] * 16 + 8; // 0–255
    int r = (rgb[0] * 5 + nudge) / 256, g = (rgb[1] * 6 + nudge) / 256,
        b = (rgb[2] * 5 + nudge) / 256;
    return (uint8_t)((r > 5 ? 5 : r) * 42 + (g > 6 ? 6 : g) * 6 + (b > 5 ? 5 : b));
}

static Err gif_write(GifFileType *gif, Picture *picture, ColorMapObject *map, uint8_t *line) {
    if (EGifPutScreenDesc(gif, picture->width, picture->height, 8, 0, map) == GIF_ERROR ||
        EGifPutImageDesc(gif, 0, 0, picture->width, picture->height, false, NULL) == GIF_ERROR)
        return ERR_NOMEM;
    for (int y = 0; y < picture->height; y++) {
        uint8_t *row = picture->rgb + (size_t)y * (size_t)picture->width * 3;
        for (int x = 0; x < picture->width; x++) {
            line[x] = cube_index(row + 3 * x, x, y);
            row[3 * x] = map->Colors[line[x]].Red;
            row[3 * x + 1] = map->Colors[line[x]].Green;
            row[3 * x + 2] = map->Colors[line[x]].Blue;
        }
        if (EGifPutLine(gif, line, picture->width) == GIF_ERROR)
            return ERR_NOMEM;
    }
    return ERR_OK;
}

Err gif_encode(Picture *picture, StrBuf *out) {
    _cleanup_free_ uint8_t *line = malloc((size_t)picture->width);
    ColorMapObject *map = GifMakeMapObject(256, NULL);
    int reason;
    GifFileType *gif = map == NULL ? NULL : EGifOpen(out, gif_take, &reason);
    if (line == NULL || gif == NULL) {
        GifFreeMapObject(map);
        return ERR_NOMEM;
    }
    for (int i = 0; i < 252; i++)
        map->Colors[i] =
            (GifColorType){(GifByteType)(i / 42 * 51), (GifByteType)(i / 6 % 7 * 255 / 6),
                           (GifByteType)(i % 6 * 51)};
    Err err = gif_write(gif, picture, map, line);
    GifFreeMapObject(map);
    if (EGifCloseFile(gif, &reason) == GIF_ERROR && err == ERR_OK)
        err = ERR_NOMEM;
    return err;
}

// libtiff seeks back while it writes: a buffer with a position.
typedef struct TiffMemory {
    StrBuf *out;
    size_t start, position;
} TiffMemory;

static tmsize_t tiff_write(thandle_t handle, void *bytes, tmsize_t size) {
    TiffMemory *memory = handle;
    size_t end = memory->start + memory->position + (size_t)size;
    if (end > memory->out->len) {
        size_t more = end - memory->out->len;
        char *room = strbuf_reserve(memory->out, more);
        if (room == NULL)
            return -1;
        memset(room, 0, more);
        strbuf_commit(memory->out, more);
    }
    memcpy(memory->out->ptr + memory->start + memory->position, bytes, (size_t)size);
    memory->position += (size_t)size;
    return size;
}
static tmsize_t tiff_read(thandle_t handle, void *bytes, tmsize_t size) {
    TiffMemory *memory = handle;
    size_t at = memory->start + memory->position;
    size_t rest = at < memory->out->len ? memory->out->len - at : 0;
    size_t n = (size_t)size < rest ? (size_t)size : rest;
    memcpy(bytes, memory->out->ptr + at, n);
    memory->position += n;
    return (tmsize_t)n;
}
static toff_t tiff_seek(thandle_t handle, toff_t offset, int whence) {
    TiffMemory *memory = handle;
    toff_t base = whence == SEEK_CUR   ? memory->position
                  : whence == SEEK_END ? memory->out->len - memory->start
                                       : 0;
    memory->position = (size_t)(base + offset);
    return memory->position;
}
static int tiff_close(thandle_t handle) {
    return 0;
}
static toff_t tiff_size(thandle_t handle) {
    TiffMemory *memory = handle;
    return memory->out->len - memory->start;
}

Err tiff_encode(const Picture *picture, StrBuf *out) {
    TiffMemory memory = {out, out->len, 0};
    TIFF *tiff = TIFFClientOpen("memory", "w", &memory, tiff_read, tiff_write, tiff_seek,
                                tiff_close, tiff_size, NULL, NULL);
    if (tiff == NULL)
        return ERR_NOMEM;
    TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, (uint32_t)picture->width);
    TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, (uint32_t)picture->height);
    TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, 3);
    TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, 8);
    TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_RGB);
    TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
    TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_LZW);
    TIFFSetField(tiff, TIFFTAG_PREDICTOR, 2);
    TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, 64);
    _cleanup_free_ uint8_t *line = malloc((size_t)picture->width * 3);
    Err err = line == NULL ? ERR_NOMEM : ERR_OK;
    for (int y = 0; err == ERR_OK && y < picture->height; y++) {
        memcpy(line, picture->rgb + (size_t)y * (size_t)picture->width * 3,
               (size_t)picture->width * 3);
        if (TIFFWriteScanline(tiff, line, (uint32_t)y, 0) < 0)
            err = ERR_NOMEM;
    }
    TIFFClose(tiff);
    return err;
}
