// PNG by libpng: every depth and colour type to 8 bits (the low byte is dropped), palettes looked
// up, alpha dropped and never blended, no gamma. Rows stream unless the picture is interlaced.
#include <setjmp.h>
#include <stdlib.h>

#include <png.h>

#include "base/bytes.h"
#include "media/limits.h"
#include "media/worker/decoder.h"

// What libpng asks for at a time (its default), and what near the end.
enum { PNG_Z_DEFAULT_PIECE = 8192, PNG_LAST_PIECE = 64 };

typedef struct PngReader {
    Decoding *d;
    size_t at;
    bool has_ended;
    bool is_out_of_memory;
} PngReader;

static void read_bytes(png_structp png, png_bytep to, size_t n) {
    PngReader *reader = png_get_io_ptr(png);
    if (n > reader->d->input.len - reader->at) {
        reader->has_ended = true;
        png_error(png, "end");
    }
    memcpy(to, reader->d->input.ptr + reader->at, n);
    reader->at += n;
    // Near the end of the file compressed data are asked for in small pieces, so that of a cut file
    // all is used but the last few bytes.
    if (reader->d->input.len - reader->at < 2 * PNG_Z_DEFAULT_PIECE)
        png_set_compression_buffer_size(png, PNG_LAST_PIECE);
}

static void on_error(png_structp png, png_const_charp message) {
    (void)message;
    longjmp(png_jmpbuf(png), 1);
}

static void on_warning(png_structp png, png_const_charp message) {
    (void)png, (void)message;
}

static png_voidp allocate(png_structp png, png_alloc_size_t size) {
    void *memory = malloc(size);
    if (memory == NULL && size > 1 << 20)
        ((PngReader *)png_get_mem_ptr(png))->is_out_of_memory = true;
    return memory;
}

static void release(png_structp png, png_voidp memory) {
    (void)png;
    free(memory);
}

static void set_limits(png_structp png) {
    // Ancillary chunks that only cost time and memory; what remains is tRNS, eXIf and acTL.
    static const uint8_t IGNORED[] = "bKGD\0cHRM\0gAMA\0hIST\0iCCP\0iTXt\0oFFs\0pCAL\0sCAL\0pHYs\0"
                                     "sBIT\0sPLT\0sRGB\0sTER\0tEXt\0tIME\0zTXt";
    png_set_user_limits(png, MEDIA_DIMENSION_MAX, MEDIA_DIMENSION_MAX);
    png_set_chunk_malloc_max(png, MEDIA_CHUNK_MAX);
    png_set_chunk_cache_max(png, 256);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, IGNORED, (int)(sizeof IGNORED / 5));
    png_set_crc_action(png, PNG_CRC_QUIET_USE, PNG_CRC_QUIET_USE);
    png_set_benign_errors(png, 1);
}

static void read_chunks(Decoding *d, png_structp png, png_infop info) {
    png_uint_32 size = 0;
    png_bytep block = NULL;
    if (png_get_eXIf_1(png, info, &size, &block) != 0 && block != NULL)
        exif_read(d, str_of(block, size));
}

// The library does not know animations: their frames are counted in the chunk before the first
// data, and the picture outside the animation is what is hashed.
static uint32_t count_frames(Str input) {
    for (size_t at = 8; range_fits(at, 12, input.len);) {
        uint32_t length = load_be32(input.ptr + at);
        const char *type = input.ptr + at + 4;
        if (memcmp(type, "IDAT", 4) == 0)
            break;
        if (memcmp(type, "acTL", 4) == 0 && length == 8 && range_fits(at + 8, 8, input.len)) {
            uint32_t frames = load_be32(input.ptr + at + 8);
            return frames == 0 ? 1 : frames < MEDIA_FRAMES_MAX ? frames : MEDIA_FRAMES_MAX;
        }
        at += 12 + (size_t)length;
    }
    return 1;
}

static Err decode_rows(Decoding *d, png_structp png, png_infop info, uint8_t *volatile *io_pixels) {
    uint32_t width = png_get_image_width(png, info), height = png_get_image_height(png, info);
    TRY(rows_begin(d, width, height));
    png_set_expand_gray_1_2_4_to_8(png);
    png_set_palette_to_rgb(png);
    png_set_strip_16(png);
    png_set_strip_alpha(png);
    int passes = png_set_interlace_handling(png);
    png_read_update_info(png, info);
    size_t stride = png_get_rowbytes(png, info);
    int channels = png_get_channels(png, info);
    if (stride != (size_t)width * (size_t)channels || (channels != 1 && channels != 3))
        return decoding_fail(d, ERR_UNSUPPORTED, WIRE_SAYS_VARIANT);
    uint8_t *pixels = calloc(passes > 1 ? height : 1, stride);
    if (pixels == NULL)
        return decoding_fail(d, ERR_LIMIT, WIRE_SAYS_MEMORY);
    *io_pixels = pixels;
    for (int pass = 0; pass < passes; pass++) {
        for (uint32_t y = 0; y < height; y++) {
            uint8_t *row = pixels + (passes > 1 ? y * stride : 0);
            png_read_row(png, row, NULL);
            if (pass + 1 < passes)
                continue;
            if (channels == 1)
                rows_put_gray(d, row, 1);
            else
                rows_put_rgb(d, row, 1);
        }
    }
    return ERR_OK;
}

// An interlaced picture that broke off in an early pass: its buffer holds what came.
static void put_rest(Decoding *d, png_structp png, png_infop info, const uint8_t *pixels) {
    size_t stride = png_get_rowbytes(png, info);
    uint32_t done = d->rows.done, left = d->rows.height - done;
    if (png_get_interlace_type(png, info) == PNG_INTERLACE_NONE)
        return;
    if (png_get_channels(png, info) == 1)
        rows_put_gray(d, pixels + done * stride, left);
    else
        rows_put_rgb(d, pixels + done * stride, left);
    d->result->flags |= WIRE_IS_TRUNCATED;
}

Err png_decode(Decoding *d) {
    PngReader reader = {.d = d};
    uint8_t *volatile pixels = NULL;
    volatile Err err = ERR_OK;
    d->result->type = WIRE_TYPE_PNG;
    d->result->frames = count_frames(d->input);
    png_structp png = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, NULL, on_error, on_warning,
                                               &reader, allocate, release);
    png_infop info = png == NULL ? NULL : png_create_info_struct(png);
    if (info == NULL) {
        png_destroy_read_struct(&png, NULL, NULL);
        return decoding_fail(d, ERR_LIMIT, WIRE_SAYS_MEMORY);
    }
    if (setjmp(png_jmpbuf(png)) != 0) {
        if (pixels != NULL && d->rows.height > 0)
            put_rest(d, png, info, pixels);
        if (rows_have_any(d))
            err = ERR_OK;
        else if (reader.is_out_of_memory)
            err = decoding_fail(d, ERR_LIMIT, WIRE_SAYS_MEMORY);
        else if (reader.has_ended)
            err = decoding_fail(d, ERR_TRUNCATED, WIRE_SAYS_SHORT);
        else
            err = decoding_fail(d, ERR_SYNTAX, WIRE_SAYS_DAMAGED);
    } else {
        png_set_read_fn(png, &reader, read_bytes);
        set_limits(png);
        png_read_info(png, info);
        read_chunks(d, png, info);
        err = decode_rows(d, png, info, &pixels);
    }
    free(pixels);
    png_destroy_read_struct(&png, &info, NULL);
    return err;
}
