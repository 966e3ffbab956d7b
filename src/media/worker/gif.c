// GIF by giflib: the first frame on its canvas. What the frame does not cover has the frame's
// transparent colour, else colour 0, as the picture library of the public pipeline does it.
#include <stdlib.h>

#include <gif_lib.h>

#include "media/limits.h"
#include "media/worker/decoder.h"

typedef struct GifReader {
    Str input;
    size_t at;
} GifReader;

typedef struct Gif {
    GifFileType *file;
    int transparent; // -1: none
    uint32_t width, height;
    uint8_t *canvas; // indices
} Gif;

static int read_bytes(GifFileType *file, GifByteType *to, int n) {
    GifReader *reader = file->UserData;
    size_t left = reader->input.len - reader->at;
    size_t part = n < 0 ? 0 : (size_t)n < left ? (size_t)n : left;
    if (part > 0)
        memcpy(to, reader->input.ptr + reader->at, part);
    reader->at += part;
    return (int)part;
}

static uint32_t larger(uint32_t a, uint32_t b) {
    return a > b ? a : b;
}

// Extensions before the first frame: only the transparent colour matters.
static bool read_extension(Gif *gif) {
    int code;
    GifByteType *block;
    if (DGifGetExtension(gif->file, &code, &block) != GIF_OK)
        return false;
    while (block != NULL) {
        if (code == GRAPHICS_EXT_FUNC_CODE && block[0] >= 4)
            gif->transparent = (block[1] & 1) != 0 ? block[4] : -1;
        if (DGifGetExtensionNext(gif->file, &block) != GIF_OK)
            return false;
    }
    return true;
}

// Stops where the data do. Rows of an interlaced frame come in four passes.
static bool read_frame(Gif *gif) {
    static const uint32_t STARTS[] = {0, 4, 2, 1}, STEPS[] = {8, 8, 4, 2};
    const GifImageDesc *image = &gif->file->Image;
    uint32_t frame_height = (uint32_t)image->Height;
    for (int pass = 0; pass < (image->Interlace ? 4 : 1); pass++) {
        uint32_t step = image->Interlace ? STEPS[pass] : 1;
        for (uint32_t y = image->Interlace ? STARTS[pass] : 0; y < frame_height; y += step) {
            uint8_t *row = gif->canvas + ((size_t)image->Top + y) * gif->width + image->Left;
            if (image->Width > 0 && DGifGetLine(gif->file, row, image->Width) != GIF_OK)
                return false;
        }
    }
    return true;
}

static void put_canvas(Decoding *d, const Gif *gif, uint8_t *rgb) {
    const ColorMapObject *map =
        gif->file->Image.ColorMap != NULL ? gif->file->Image.ColorMap : gif->file->SColorMap;
    for (uint32_t y = 0; y < gif->height; y++) {
        const uint8_t *row = gif->canvas + (size_t)y * gif->width;
        if (map == NULL) {
            rows_put_gray(d, row, 1);
            continue;
        }
        for (uint32_t x = 0; x < gif->width; x++) {
            GifColorType colour = {0};
            if (row[x] < map->ColorCount)
                colour = map->Colors[row[x]];
            uint8_t *to = rgb + 3 * (size_t)x;
            to[0] = colour.Red;
            to[1] = colour.Green;
            to[2] = colour.Blue;
        }
        rows_put_rgb(d, rgb, 1);
    }
}

// The frames behind the first are passed over by their blocks, without decompressing.
static uint32_t count_frames(Gif *gif) {
    uint32_t frames = 1;
    GifRecordType record;
    while (frames < MEDIA_FRAMES_MAX && DGifGetRecordType(gif->file, &record) == GIF_OK) {
        if (record == TERMINATE_RECORD_TYPE)
            break;
        if (record == EXTENSION_RECORD_TYPE) {
            if (!read_extension(gif))
                break;
            continue;
        }
        int code_size;
        GifByteType *block;
        if (record != IMAGE_DESC_RECORD_TYPE || DGifGetImageHeader(gif->file) != GIF_OK ||
            DGifGetCode(gif->file, &code_size, &block) != GIF_OK)
            break;
        while (block != NULL && DGifGetCodeNext(gif->file, &block) == GIF_OK) {
        }
        frames++;
    }
    return frames;
}

static Err decode_first(Decoding *d, Gif *gif) {
    const GifImageDesc *image = &gif->file->Image;
    if (image->Width < 0 || image->Height < 0 || image->Left < 0 || image->Top < 0)
        return decoding_fail(d, ERR_SYNTAX, WIRE_SAYS_DAMAGED);
    gif->width = larger((uint32_t)gif->file->SWidth, (uint32_t)(image->Left + image->Width));
    gif->height = larger((uint32_t)gif->file->SHeight, (uint32_t)(image->Top + image->Height));
    TRY(rows_begin(d, gif->width, gif->height));
    size_t size = (size_t)gif->width * gif->height;
    gif->canvas = malloc(size);
    _cleanup_free_ uint8_t *rgb = malloc((size_t)gif->width * 3);
    if (gif->canvas == NULL || rgb == NULL)
        return decoding_fail(d, ERR_LIMIT, WIRE_SAYS_MEMORY);
    memset(gif->canvas, gif->transparent >= 0 ? gif->transparent : 0, size);
    bool is_whole = read_frame(gif);
    put_canvas(d, gif, rgb);
    if (is_whole)
        d->result->frames = count_frames(gif);
    else
        d->result->flags |= WIRE_IS_TRUNCATED;
    return ERR_OK;
}

Err gif_decode(Decoding *d) {
    GifReader reader = {.input = d->input};
    Gif gif = {.transparent = -1};
    d->result->type = WIRE_TYPE_GIF;
    d->result->frames = 1;
    int code = 0;
    gif.file = DGifOpen(&reader, read_bytes, &code);
    if (gif.file == NULL)
        return code == D_GIF_ERR_NOT_ENOUGH_MEM ? decoding_fail(d, ERR_LIMIT, WIRE_SAYS_MEMORY)
                                                : decoding_fail(d, ERR_TRUNCATED, WIRE_SAYS_SHORT);
    Err err = decoding_fail(d, ERR_TRUNCATED, WIRE_SAYS_SHORT);
    GifRecordType record;
    while (DGifGetRecordType(gif.file, &record) == GIF_OK) {
        if (record == EXTENSION_RECORD_TYPE && read_extension(&gif))
            continue;
        if (record == IMAGE_DESC_RECORD_TYPE && DGifGetImageDesc(gif.file) == GIF_OK)
            err = decode_first(d, &gif);
        break;
    }
    free(gif.canvas);
    DGifCloseFile(gif.file, &code);
    return err;
}
