// BMP, our own reader: Windows headers of every length and both OS/2 ones; 1 to 32 bits a pixel,
// bit fields, run lengths; bottom-up and top-down. Rows are taken straight out of the mapped file,
// so that no header, however large its numbers, costs memory before its bytes are there.
//
// Source: the BITMAPINFOHEADER family as documented by Microsoft; OS/2 Presentation Manager's
// BITMAPINFOHEADER and BITMAPINFOHEADER2. Samples of fewer than 8 bits are widened as v · 255 /
// max, rounded down, like the picture library of the public pipeline does.
#include <stdlib.h>

#include "base/bytes.h"
#include "media/limits.h"
#include "media/worker/decoder.h"

typedef enum BmpCoding { BMP_PLAIN = 0, BMP_RLE8 = 1, BMP_RLE4 = 2, BMP_FIELDS = 3 } BmpCoding;
enum {
    FILE_HEADER = 14,
    HEADER_CORE = 12,
    HEADER_OS2_SHORT = 16,
    HEADER_WINDOWS = 40,
    HEADER_OS2 = 64,
    CODING_ALPHA_FIELDS = 6
};

typedef struct Field {
    uint32_t mask, max;
    int shift;
} Field;

typedef struct Bmp {
    Str input;
    uint32_t width, height, bits;
    BmpCoding coding;
    bool is_top_down;
    size_t pixels_at, stride;
    uint8_t palette[256][3];
    Field fields[3];
} Bmp;

static uint32_t read_u32(Str s, size_t at) {
    return range_fits(at, 4, s.len) ? load_le32(s.ptr + at) : 0;
}

static uint32_t read_u16(Str s, size_t at) {
    return range_fits(at, 2, s.len) ? load_le16(s.ptr + at) : 0;
}

static Field field_of(uint32_t mask) {
    Field field = {.mask = mask};
    if (mask != 0) {
        field.shift = __builtin_ctz(mask);
        field.max = mask >> field.shift;
    }
    return field;
}

static uint8_t field_value(const Field *field, uint32_t pixel) {
    return field->max == 0
               ? 0
               : (uint8_t)((uint64_t)((pixel & field->mask) >> field->shift) * 255 / field->max);
}

static void read_palette(Bmp *bmp, size_t at, size_t entry, uint32_t colours) {
    uint32_t most = 1u << bmp->bits;
    if (colours == 0 || colours > most)
        colours = most;
    for (uint32_t i = 0; i < colours && range_fits(at, entry, bmp->input.len); i++, at += entry)
        for (int c = 0; c < 3; c++)
            bmp->palette[i][c] = (uint8_t)bmp->input.ptr[at + 2 - (size_t)c];
}

static void read_fields(Bmp *bmp) {
    if (bmp->coding == BMP_FIELDS) {
        // Behind a 40-byte header or inside a longer one: the same place.
        for (size_t i = 0; i < 3; i++)
            bmp->fields[i] = field_of(read_u32(bmp->input, FILE_HEADER + HEADER_WINDOWS + 4 * i));
    } else if (bmp->bits == 16) {
        for (int i = 0; i < 3; i++)
            bmp->fields[i] = field_of(0x1Fu << (10 - 5 * i));
    } else {
        for (int i = 0; i < 3; i++)
            bmp->fields[i] = field_of(0xFFu << (16 - 8 * i));
    }
}

static bool coding_fits(const Bmp *bmp, uint32_t coding) {
    switch (coding) {
    case BMP_PLAIN:
        return bmp->bits == 1 || bmp->bits == 2 || bmp->bits == 4 || bmp->bits == 8 ||
               bmp->bits == 16 || bmp->bits == 24 || bmp->bits == 32;
    case BMP_RLE8:
        return bmp->bits == 8;
    case BMP_RLE4:
        return bmp->bits == 4;
    case BMP_FIELDS:
        return bmp->bits == 16 || bmp->bits == 32;
    default:
        return false;
    }
}

static Err read_header(Decoding *d, Bmp *bmp) {
    Str input = d->input;
    uint32_t header = read_u32(input, FILE_HEADER), coding = BMP_PLAIN, colours = 0;
    bool is_core = header == HEADER_CORE;
    if (!range_fits(FILE_HEADER, is_core ? HEADER_CORE : HEADER_OS2_SHORT, input.len))
        return decoding_fail(d, ERR_TRUNCATED, WIRE_SAYS_SHORT);
    if (!is_core && header != HEADER_OS2_SHORT && header < HEADER_WINDOWS)
        return decoding_fail(d, ERR_UNSUPPORTED, WIRE_SAYS_VARIANT);
    int64_t width = is_core ? (int64_t)read_u16(input, 18) : (int32_t)read_u32(input, 18);
    int64_t height = is_core ? (int64_t)read_u16(input, 20) : (int32_t)read_u32(input, 22);
    bmp->bits = read_u16(input, is_core ? 24 : 28);
    if (header >= HEADER_WINDOWS) {
        coding = read_u32(input, 30);
        colours = read_u32(input, 46);
        // OS/2 gives 3 and 4 other meanings (Huffman, 24-bit run lengths).
        if (header == HEADER_OS2 && coding > BMP_RLE4)
            coding = UINT32_MAX;
        if (coding == CODING_ALPHA_FIELDS)
            coding = BMP_FIELDS;
    }
    if (!coding_fits(bmp, coding))
        return decoding_fail(d, ERR_UNSUPPORTED, WIRE_SAYS_VARIANT);
    bmp->coding = (BmpCoding)coding;
    bmp->is_top_down = height < 0;
    height = height < 0 ? -height : height;
    if (width <= 0 || height <= 0)
        return decoding_fail(d, ERR_SYNTAX, WIRE_SAYS_DAMAGED);
    if (width > MEDIA_DIMENSION_MAX || height > MEDIA_DIMENSION_MAX)
        return decoding_fail(d, ERR_LIMIT, WIRE_SAYS_DIMENSIONS);
    bmp->width = (uint32_t)width;
    bmp->height = (uint32_t)height;
    bmp->stride = ((size_t)bmp->width * bmp->bits + 31) / 32 * 4;
    size_t after = FILE_HEADER + (size_t)header +
                   (bmp->coding == BMP_FIELDS && header == HEADER_WINDOWS ? 12 : 0);
    size_t entry = is_core ? 3 : 4;
    if (bmp->bits <= 8)
        read_palette(bmp, after, entry, colours);
    else
        read_fields(bmp);
    bmp->pixels_at = read_u32(input, 10);
    if (bmp->pixels_at == 0)
        bmp->pixels_at = after + (bmp->bits <= 8 ? entry << bmp->bits : 0);
    if (bmp->pixels_at >= input.len)
        return decoding_fail(d, ERR_TRUNCATED, WIRE_SAYS_SHORT);
    return ERR_OK;
}

static void put_indices(Decoding *d, const Bmp *bmp, const uint8_t *indices, uint8_t *rgb) {
    for (uint32_t x = 0; x < bmp->width; x++)
        memcpy(rgb + 3 * (size_t)x, bmp->palette[indices[x]], 3);
    rows_put_rgb(d, rgb, 1);
}

// One row of plain pixels; `row` holds stride bytes.
static void put_plain(Decoding *d, const Bmp *bmp, const uint8_t *row, uint8_t *rgb) {
    uint32_t bits = bmp->bits;
    for (uint32_t x = 0; x < bmp->width; x++) {
        uint8_t *to = rgb + 3 * (size_t)x;
        if (bits <= 8) {
            size_t bit = (size_t)x * bits;
            unsigned index = (row[bit / 8] >> (8 - bits - bit % 8)) & ((1u << bits) - 1);
            memcpy(to, bmp->palette[index], 3);
        } else if (bits == 24) {
            for (int c = 0; c < 3; c++)
                to[c] = row[3 * (size_t)x + 2 - (size_t)c];
        } else {
            uint32_t pixel =
                bits == 16 ? load_le16(row + 2 * (size_t)x) : load_le32(row + 4 * (size_t)x);
            for (int c = 0; c < 3; c++)
                to[c] = field_value(&bmp->fields[c], pixel);
        }
    }
    rows_put_rgb(d, rgb, 1);
}

static Err decode_plain(Decoding *d, const Bmp *bmp, uint8_t *rgb) {
    _cleanup_free_ uint8_t *part = calloc(bmp->stride, 1);
    if (part == NULL)
        return decoding_fail(d, ERR_LIMIT, WIRE_SAYS_MEMORY);
    for (uint32_t y = 0; y < bmp->height; y++) {
        size_t at = bmp->pixels_at + bmp->stride * (bmp->is_top_down ? y : bmp->height - 1 - y);
        const uint8_t *row = (const uint8_t *)bmp->input.ptr + at;
        if (!range_fits(at, bmp->stride, bmp->input.len)) {
            // The file ends within or before this row. (The last one may lack its padding.)
            size_t there = at < bmp->input.len ? bmp->input.len - at : 0;
            if (there < ((size_t)bmp->width * bmp->bits + 7) / 8)
                d->result->flags |= WIRE_IS_TRUNCATED;
            memset(part, 0, bmp->stride);
            if (there > 0)
                memcpy(part, row, there);
            row = part;
        }
        put_plain(d, bmp, row, rgb);
    }
    return ERR_OK;
}

typedef struct Runs {
    const Bmp *bmp;
    uint8_t *indices; // width × height, in the file's order of rows
    uint32_t x, y;
} Runs;

static void runs_put(Runs *runs, uint8_t index) {
    if (runs->x < runs->bmp->width && runs->y < runs->bmp->height)
        runs->indices[(size_t)runs->y * runs->bmp->width + runs->x] = index;
    runs->x++;
}

// Literal pixels; returns the bytes they take, padding to 16 bits included.
static size_t runs_literal(Runs *runs, const uint8_t *bytes, unsigned count) {
    bool is_nibbles = runs->bmp->coding == BMP_RLE4;
    for (unsigned i = 0; i < count; i++)
        runs_put(runs, is_nibbles ? (bytes[i / 2] >> (i % 2 == 0 ? 4 : 0)) & 15 : bytes[i]);
    size_t length = is_nibbles ? (count + 1) / 2 : count;
    return (length + 1) & ~(size_t)1;
}

// True when the data reached its end mark.
static bool runs_decode(Runs *runs) {
    const Bmp *bmp = runs->bmp;
    const uint8_t *bytes = (const uint8_t *)bmp->input.ptr;
    size_t at = bmp->pixels_at, size = bmp->input.len;
    while (runs->y < bmp->height && range_fits(at, 2, size)) {
        unsigned count = bytes[at], value = bytes[at + 1];
        at += 2;
        if (count > 0) {
            for (unsigned i = 0; i < count; i++)
                runs_put(runs, bmp->coding == BMP_RLE8 ? (uint8_t)value
                               : i % 2 == 0            ? (uint8_t)(value >> 4)
                                                       : (uint8_t)(value & 15));
        } else if (value == 0) {
            runs->x = 0;
            runs->y++;
        } else if (value == 1) {
            return true;
        } else if (value == 2) {
            if (!range_fits(at, 2, size))
                return false;
            runs->x += bytes[at];
            runs->y += bytes[at + 1];
            at += 2;
        } else {
            size_t length = bmp->coding == BMP_RLE4 ? (value + 1) / 2 : value;
            if (!range_fits(at, length, size))
                return false;
            at += runs_literal(runs, bytes + at, value);
        }
    }
    return runs->y >= bmp->height;
}

static Err decode_runs(Decoding *d, const Bmp *bmp, uint8_t *rgb) {
    _cleanup_free_ uint8_t *indices = calloc(bmp->height, bmp->width);
    if (indices == NULL)
        return decoding_fail(d, ERR_LIMIT, WIRE_SAYS_MEMORY);
    Runs runs = {.bmp = bmp, .indices = indices};
    if (!runs_decode(&runs))
        d->result->flags |= WIRE_IS_TRUNCATED;
    for (uint32_t y = 0; y < bmp->height; y++)
        put_indices(d, bmp,
                    indices + (size_t)bmp->width * (bmp->is_top_down ? y : bmp->height - 1 - y),
                    rgb);
    return ERR_OK;
}

Err bmp_decode(Decoding *d) {
    Bmp bmp = {.input = d->input};
    d->result->type = WIRE_TYPE_BMP;
    d->result->frames = 1;
    TRY(read_header(d, &bmp));
    TRY(rows_begin(d, bmp.width, bmp.height));
    _cleanup_free_ uint8_t *rgb = malloc((size_t)bmp.width * 3);
    if (rgb == NULL)
        return decoding_fail(d, ERR_LIMIT, WIRE_SAYS_MEMORY);
    return bmp.coding == BMP_RLE8 || bmp.coding == BMP_RLE4 ? decode_runs(d, &bmp, rgb)
                                                            : decode_plain(d, &bmp, rgb);
}
