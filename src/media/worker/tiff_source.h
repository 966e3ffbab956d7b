// libtiff over the mapped input, and the facts of a TIFF's own directories.
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
