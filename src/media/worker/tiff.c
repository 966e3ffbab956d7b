// TIFF by libtiff, the first page: grey, RGB, palette and CMYK of 1 to 16 bits, in strips or tiles,
// interleaved or in planes, row by row; whatever else the library can turn into RGBA goes that way.
// The low byte of 16 is dropped, alpha is dropped.
#include <stdlib.h>

#include <tiffio.h>

#include "base/bytes.h"
#include "media/limits.h"
#include "media/worker/decoder.h"
#include "media/worker/tiff_source.h"

enum { SAMPLES_MAX = 16 };

typedef struct Page {
    TIFF *tiff;
    uint32_t width, height;
    uint16_t bits, samples, photometric, planar;
    uint8_t palette[256][3];
    uint8_t *values; // width × samples, one byte each
    uint8_t *rgb;    // width × 3
    TiffTurn *turn;
} Page;

static uint16_t tag_u16(TIFF *tiff, uint32_t tag, uint16_t fallback) {
    uint16_t value = fallback;
    return TIFFGetFieldDefaulted(tiff, tag, &value) ? value : fallback;
}

static bool read_palette(Page *page) {
    uint16_t *maps[3];
    if (page->bits > 8 || !TIFFGetField(page->tiff, TIFFTAG_COLORMAP, &maps[0], &maps[1], &maps[2]))
        return false;
    // Some writers fill the 16-bit map with 8-bit numbers.
    unsigned count = 1u << page->bits, most = 0;
    for (unsigned i = 0; i < count; i++)
        for (int c = 0; c < 3; c++)
            most = maps[c][i] > most ? maps[c][i] : most;
    for (unsigned i = 0; i < count; i++)
        for (int c = 0; c < 3; c++)
            page->palette[i][c] = (uint8_t)(most > 255 ? maps[c][i] >> 8 : maps[c][i]);
    return true;
}

// True when rows can be taken as they are stored; otherwise the library must convert.
static bool is_direct(Page *page) {
    if ((page->bits != 1 && page->bits != 2 && page->bits != 4 && page->bits != 8 &&
         page->bits != 16) ||
        page->samples < 1 || page->samples > SAMPLES_MAX ||
        tag_u16(page->tiff, TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT) != SAMPLEFORMAT_UINT)
        return false;
    uint16_t compression = tag_u16(page->tiff, TIFFTAG_COMPRESSION, COMPRESSION_NONE);
    if (compression == COMPRESSION_OJPEG)
        return false;
    if (page->photometric == PHOTOMETRIC_YCBCR && compression == COMPRESSION_JPEG &&
        page->planar == PLANARCONFIG_CONTIG) {
        TIFFSetField(page->tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
        page->photometric = PHOTOMETRIC_RGB;
    }
    switch (page->photometric) {
    case PHOTOMETRIC_MINISWHITE:
    case PHOTOMETRIC_MINISBLACK:
        return true;
    case PHOTOMETRIC_RGB:
        return page->samples >= 3 && page->bits >= 8;
    case PHOTOMETRIC_PALETTE:
        return read_palette(page);
    case PHOTOMETRIC_SEPARATED:
        return page->samples >= 4 && page->bits >= 8 &&
               tag_u16(page->tiff, TIFFTAG_INKSET, INKSET_CMYK) == INKSET_CMYK;
    default:
        return false;
    }
}

// Spreads packed samples to one byte each, `step` apart: the high byte of 16 bits, the plain number
// of fewer than 8.
static void spread(const uint8_t *from, uint16_t bits, size_t count, uint8_t *to, size_t step) {
    for (size_t i = 0; i < count; i++) {
        uint8_t value;
        if (bits == 8) {
            value = from[i];
        } else if (bits == 16) {
            uint16_t wide;
            memcpy(&wide, from + 2 * i, sizeof wide);
            value = (uint8_t)(wide >> 8);
        } else {
            size_t bit = i * bits;
            value = (uint8_t)((from[bit / 8] >> (8 - bits - bit % 8)) & ((1 << bits) - 1));
        }
        to[i * step] = value;
    }
}

// page->values → one row of the sink.
static void put_values(Decoding *d, const Page *page) {
    unsigned scale = page->bits < 8 ? 255u / ((1u << page->bits) - 1) : 1;
    for (uint32_t x = 0; x < page->width; x++) {
        const uint8_t *from = page->values + (size_t)x * page->samples;
        uint8_t *to = page->rgb + 3 * (size_t)x;
        switch (page->photometric) {
        case PHOTOMETRIC_RGB:
            memcpy(to, from, 3);
            break;
        case PHOTOMETRIC_PALETTE:
            memcpy(to, page->palette[from[0]], 3);
            break;
        case PHOTOMETRIC_SEPARATED:
            cmyk_to_rgb(from, to);
            break;
        default:
            to[0] = (uint8_t)(from[0] * scale);
            if (page->photometric == PHOTOMETRIC_MINISWHITE)
                to[0] = 255 - to[0];
            to[1] = to[2] = to[0];
        }
    }
    tiff_turn_put(d, page->turn, page->rgb);
}

static size_t packed_size(const Page *page, size_t pixels, unsigned samples) {
    return (pixels * samples * page->bits + 7) / 8;
}

static Err decode_lines(Decoding *d, const Page *page) {
    size_t size = (size_t)TIFFScanlineSize64(page->tiff);
    if (size < packed_size(page, page->width, page->samples))
        return decoding_fail(d, ERR_UNSUPPORTED, WIRE_SAYS_VARIANT);
    _cleanup_free_ uint8_t *line = malloc(size);
    if (line == NULL)
        return decoding_fail(d, ERR_LIMIT, WIRE_SAYS_MEMORY);
    for (uint32_t y = 0; y < page->height; y++) {
        if (TIFFReadScanline(page->tiff, line, y, 0) < 0)
            break;
        spread(line, page->bits, (size_t)page->width * page->samples, page->values, 1);
        put_values(d, page);
    }
    return ERR_OK;
}

// Strips of planes: the strips of all planes that hold the same rows are read together.
static Err decode_planes(Decoding *d, const Page *page) {
    uint32_t rows_per_strip = page->height;
    TIFFGetFieldDefaulted(page->tiff, TIFFTAG_ROWSPERSTRIP, &rows_per_strip);
    if (rows_per_strip == 0 || rows_per_strip > page->height)
        rows_per_strip = page->height;
    size_t line = (size_t)TIFFScanlineSize64(page->tiff), strip = line * rows_per_strip;
    if (line < packed_size(page, page->width, 1))
        return decoding_fail(d, ERR_UNSUPPORTED, WIRE_SAYS_VARIANT);
    _cleanup_free_ uint8_t *planes = calloc(page->samples, strip);
    if (planes == NULL)
        return decoding_fail(d, ERR_LIMIT, WIRE_SAYS_MEMORY);
    for (uint32_t top = 0; top < page->height; top += rows_per_strip) {
        for (uint16_t s = 0; s < page->samples; s++)
            if (TIFFReadEncodedStrip(page->tiff, TIFFComputeStrip(page->tiff, top, s),
                                     planes + s * strip, (tmsize_t)strip) < 0)
                return ERR_OK;
        for (uint32_t y = 0; y < rows_per_strip && top + y < page->height; y++) {
            for (uint16_t s = 0; s < page->samples; s++)
                spread(planes + s * strip + y * line, page->bits, page->width, page->values + s,
                       page->samples);
            put_values(d, page);
        }
    }
    return ERR_OK;
}

typedef struct Tiles {
    uint32_t width, height, across; // of one tile; how many side by side
    size_t row, size;               // bytes
    unsigned samples;               // in one tile
    uint8_t *bytes;                 // one band: planes × across tiles
} Tiles;

static bool read_band(const Page *page, const Tiles *tiles, uint32_t top) {
    unsigned planes = page->planar == PLANARCONFIG_SEPARATE ? page->samples : 1;
    for (unsigned s = 0; s < planes; s++)
        for (uint32_t i = 0; i < tiles->across; i++)
            if (TIFFReadTile(page->tiff,
                             tiles->bytes + (s * (size_t)tiles->across + i) * tiles->size,
                             i * tiles->width, top, 0, (uint16_t)s) < 0)
                return false;
    return true;
}

static void put_band_row(Decoding *d, const Page *page, const Tiles *tiles, uint32_t y) {
    unsigned planes = page->planar == PLANARCONFIG_SEPARATE ? page->samples : 1;
    for (uint32_t i = 0; i < tiles->across; i++) {
        uint32_t left = i * tiles->width;
        uint32_t n = page->width - left < tiles->width ? page->width - left : tiles->width;
        for (unsigned s = 0; s < planes; s++)
            spread(tiles->bytes + (s * (size_t)tiles->across + i) * tiles->size + y * tiles->row,
                   page->bits, (size_t)n * tiles->samples,
                   page->values + (size_t)left * page->samples + s,
                   planes == 1 ? 1 : page->samples);
    }
    put_values(d, page);
}

static Err decode_tiles(Decoding *d, const Page *page) {
    Tiles tiles = {.samples = page->planar == PLANARCONFIG_SEPARATE ? 1 : page->samples};
    TIFFGetField(page->tiff, TIFFTAG_TILEWIDTH, &tiles.width);
    TIFFGetField(page->tiff, TIFFTAG_TILELENGTH, &tiles.height);
    tiles.row = (size_t)TIFFTileRowSize64(page->tiff);
    tiles.size = (size_t)TIFFTileSize64(page->tiff);
    if (tiles.width == 0 || tiles.height == 0 || tiles.width > MEDIA_DIMENSION_MAX ||
        tiles.height > MEDIA_DIMENSION_MAX ||
        tiles.row < packed_size(page, tiles.width, tiles.samples) ||
        tiles.size < tiles.row * tiles.height)
        return decoding_fail(d, ERR_UNSUPPORTED, WIRE_SAYS_VARIANT);
    tiles.across = (page->width + tiles.width - 1) / tiles.width;
    size_t count = (size_t)tiles.across * (page->samples / tiles.samples);
    tiles.bytes = calloc(count, tiles.size);
    if (tiles.bytes == NULL)
        return decoding_fail(d, ERR_LIMIT, WIRE_SAYS_MEMORY);
    for (uint32_t top = 0; top < page->height && read_band(page, &tiles, top); top += tiles.height)
        for (uint32_t y = 0; y < tiles.height && top + y < page->height; y++)
            put_band_row(d, page, &tiles, y);
    free(tiles.bytes);
    return ERR_OK;
}

// The library's own conversion, for the rarer colour spaces. It answers bottom row first unless the
// whole picture is asked for with a wished orientation: the stored one, so that nothing turns.
static Err decode_converted(Decoding *d, const Page *page) {
    char reason[1024];
    if (!TIFFRGBAImageOK(page->tiff, reason))
        return decoding_fail(d, ERR_UNSUPPORTED, WIRE_SAYS_VARIANT);
    _cleanup_free_ uint32_t *pixels = calloc(page->height, (size_t)page->width * sizeof *pixels);
    if (pixels == NULL)
        return decoding_fail(d, ERR_LIMIT, WIRE_SAYS_MEMORY);
    if (!TIFFReadRGBAImageOriented(page->tiff, page->width, page->height, pixels,
                                   page->turn->orientation, 1))
        return decoding_fail(d, ERR_SYNTAX, WIRE_SAYS_DAMAGED);
    for (uint32_t y = 0; y < page->height; y++) {
        const uint32_t *row = pixels + (size_t)y * page->width;
        for (uint32_t x = 0; x < page->width; x++) {
            page->rgb[3 * (size_t)x] = (uint8_t)TIFFGetR(row[x]);
            page->rgb[3 * (size_t)x + 1] = (uint8_t)TIFFGetG(row[x]);
            page->rgb[3 * (size_t)x + 2] = (uint8_t)TIFFGetB(row[x]);
        }
        tiff_turn_put(d, page->turn, page->rgb);
    }
    return ERR_OK;
}

static Err decode_page(Decoding *d, Page *page) {
    TIFFGetField(page->tiff, TIFFTAG_IMAGEWIDTH, &page->width);
    TIFFGetField(page->tiff, TIFFTAG_IMAGELENGTH, &page->height);
    page->bits = tag_u16(page->tiff, TIFFTAG_BITSPERSAMPLE, 1);
    page->samples = tag_u16(page->tiff, TIFFTAG_SAMPLESPERPIXEL, 1);
    page->photometric = tag_u16(page->tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
    page->planar = tag_u16(page->tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
    if (page->samples == 1)
        page->planar = PLANARCONFIG_CONTIG;
    TRY(tiff_turn_begin(d, page->turn, page->width, page->height));
    page->values = malloc((size_t)page->width * SAMPLES_MAX);
    page->rgb = malloc((size_t)page->width * 3);
    if (page->values == NULL || page->rgb == NULL)
        return decoding_fail(d, ERR_LIMIT, WIRE_SAYS_MEMORY);
    if (!is_direct(page))
        TRY(decode_converted(d, page));
    else if (TIFFIsTiled(page->tiff))
        TRY(decode_tiles(d, page));
    else if (page->planar == PLANARCONFIG_SEPARATE)
        TRY(decode_planes(d, page));
    else
        TRY(decode_lines(d, page));
    TRY(tiff_turn_end(d, page->turn));
    return rows_have_any(d) ? ERR_OK : decoding_fail(d, ERR_SYNTAX, WIRE_SAYS_DAMAGED);
}

Err tiff_decode(Decoding *d) {
    TiffSource source = {.input = d->input};
    Page page = {.tiff = tiff_source_open(&source)};
    d->result->type = WIRE_TYPE_TIFF;
    d->result->frames = 1;
    if (page.tiff == NULL)
        return decoding_fail(d, ERR_SYNTAX, WIRE_SAYS_DAMAGED);
    TiffTurn turn = {.orientation = tag_u16(page.tiff, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT)};
    if (turn.orientation < ORIENTATION_TOPLEFT || turn.orientation > ORIENTATION_LEFTBOT)
        turn.orientation = ORIENTATION_TOPLEFT;
    page.turn = &turn;
    Err err = decode_page(d, &page);
    if (err == ERR_OK)
        tiff_read_facts(d, page.tiff);
    free(turn.rgb);
    free(page.values);
    free(page.rgb);
    TIFFClose(page.tiff);
    return err;
}
