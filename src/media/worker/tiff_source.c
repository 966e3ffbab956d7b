// libtiff's input callbacks over memory, and its metadata.
#include "media/worker/tiff_source.h"

#include <stdio.h>

#include "media/limits.h"

static tmsize_t on_read(thandle_t handle, void *to, tmsize_t n) {
    TiffSource *source = handle;
    if (n <= 0 || source->at >= source->input.len)
        return 0;
    size_t left = source->input.len - (size_t)source->at;
    size_t part = (size_t)n < left ? (size_t)n : left;
    memcpy(to, source->input.ptr + source->at, part);
    source->at += part;
    return (tmsize_t)part;
}

static tmsize_t on_write(thandle_t handle, void *from, tmsize_t n) {
    (void)handle, (void)from, (void)n;
    return 0;
}

static toff_t on_seek(thandle_t handle, toff_t offset, int whence) {
    TiffSource *source = handle;
    source->at = whence == SEEK_SET   ? offset
                 : whence == SEEK_CUR ? source->at + offset
                                      : source->input.len + offset;
    return source->at;
}

static int on_close(thandle_t handle) {
    (void)handle;
    return 0;
}

static toff_t on_size(thandle_t handle) {
    return ((TiffSource *)handle)->input.len;
}

// Read-only: the library copies what it must change.
static int on_map(thandle_t handle, void **ret_base, toff_t *ret_size) {
    TiffSource *source = handle;
    *ret_base = (void *)(uintptr_t)source->input.ptr;
    *ret_size = source->input.len;
    return 1;
}

static void on_unmap(thandle_t handle, void *base, toff_t size) {
    (void)handle, (void)base, (void)size;
}

TIFF *tiff_source_open(TiffSource *source) {
    TIFFSetErrorHandler(NULL);
    TIFFSetWarningHandler(NULL);
    return TIFFClientOpen("input", "r", source, on_read, on_write, on_seek, on_close, on_size,
                          on_map, on_unmap);
}

static void put_text(Decoding *d, WireFactName name, TIFF *tiff, uint32_t tag) {
    const char *text = NULL;
    if (TIFFGetField(tiff, tag, &text) && text != NULL)
        fact_put(d, name, str_from(text));
}

static void put_place(Decoding *d, WireFactName name, TIFF *tiff, uint32_t tag,
                      uint32_t reference_tag) {
    const double *parts = NULL;
    const char *reference = NULL;
    if (TIFFGetField(tiff, tag, &parts) && TIFFGetField(tiff, reference_tag, &reference) &&
        parts != NULL && reference != NULL)
        fact_put_degrees(d, name, parts, reference[0]);
}

void tiff_read_facts(Decoding *d, TIFF *tiff) {
    if ((d->rows.want & WIRE_FACTS) == 0)
        return;
    toff_t exif = 0, gps = 0;
    bool has_exif = TIFFGetField(tiff, TIFFTAG_EXIFIFD, &exif) == 1;
    bool has_gps = TIFFGetField(tiff, TIFFTAG_GPSIFD, &gps) == 1;
    put_text(d, WIRE_FACT_MAKE, tiff, TIFFTAG_MAKE);
    put_text(d, WIRE_FACT_MODEL, tiff, TIFFTAG_MODEL);
    put_text(d, WIRE_FACT_SOFTWARE, tiff, TIFFTAG_SOFTWARE);
    if (has_exif && TIFFReadEXIFDirectory(tiff, exif)) {
        put_text(d, WIRE_FACT_SERIAL, tiff, EXIFTAG_BODYSERIALNUMBER);
        put_text(d, WIRE_FACT_TAKEN, tiff, EXIFTAG_DATETIMEORIGINAL);
    }
    if (has_gps && TIFFReadGPSDirectory(tiff, gps)) {
        put_place(d, WIRE_FACT_LATITUDE, tiff, GPSTAG_LATITUDE, GPSTAG_LATITUDEREF);
        put_place(d, WIRE_FACT_LONGITUDE, tiff, GPSTAG_LONGITUDE, GPSTAG_LONGITUDEREF);
    }
}
