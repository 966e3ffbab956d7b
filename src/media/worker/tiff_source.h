// libtiff over the mapped input, the facts of a TIFF's own directories, and its orientation.
#pragma once
#include <tiffio.h>

#include "media/worker/decoder.h"

typedef struct TiffSource {
    Str input;
    uint64_t at;
} TiffSource;

// NULL when it is no TIFF. The source must outlive it. The library is silenced.
TIFF *tiff_source_open(TiffSource *source);
// Reads the EXIF and GPS directories too, which changes the current one: do it last.
void tiff_read_facts(Decoding *d, TIFF *tiff);

// Rows as they are stored, given to the sink upright (tiff_turn.c). Set the orientation (1–8)
// first.
typedef struct TiffTurn {
    uint16_t orientation;
    uint32_t width, height, done; // as stored
    uint8_t *rgb; // the whole page, only when it must be turned; the child's end frees
} TiffTurn;
Err tiff_turn_begin(Decoding *d, TiffTurn *turn, uint32_t width, uint32_t height) MUST_CHECK;
void tiff_turn_put(Decoding *d, TiffTurn *turn, const uint8_t *row);
Err tiff_turn_end(Decoding *d, TiffTurn *turn) MUST_CHECK;
