// What the decoders share: the mapped input, the sink of rows, and the answer they fill. All of it
// lives in a confined child that ends after one picture, so nothing here is freed for its own sake.
#pragma once
#include "media/wire.h"

// Receives the picture from top to bottom. Decoders call rows_begin once, put rows, and return; a
// picture that ended early is filled up with black by rows_finish.
typedef struct Rows {
    unsigned want;          // of WireWant
    PdqStream *stream;      // NULL: nobody wants a hash
    uint32_t width, height; // of the picture
    uint32_t reduction;     // pixels along each side of the square that one decoded pixel is
    uint32_t rows, done;    // that are to come, that came
    // For tests that compare pixels: sees every row. NULL otherwise.
    void (*tap)(void *context, const uint8_t *rows, uint32_t row_count, int channels);
    void *tap_context;
} Rows;

typedef struct Decoding {
    Str input; // the whole file, mapped
    Rows rows;
    WireResult *result; // type, frames, flags, facts, and err's message and offset
} Decoding;

// Checks the limits. ERR_LIMIT, ERR_SYNTAX (a side of 0), ERR_NOMEM.
Err rows_begin(Decoding *d, uint32_t width, uint32_t height) MUST_CHECK;
// The same for a picture of which the decoder gives grey rows of (width, height) / reduction,
// rounded up. Only where WIRE_FAST is wanted.
Err rows_begin_reduced(Decoding *d, uint32_t width, uint32_t height, uint32_t reduction) MUST_CHECK;
// Tightly packed rows of 3 or 1 byte a pixel; those past the height are ignored.
void rows_put_rgb(Decoding *d, const uint8_t *rows, uint32_t row_count);
void rows_put_gray(Decoding *d, const uint8_t *rows, uint32_t row_count);
// True when some row came; otherwise nothing of the picture could be decoded.
bool rows_have_any(const Decoding *d);
// After the last row of a picture that was decoded fast: true when too many bits of its hash hang
// on how it was decoded. Fills up what is missing.
bool rows_are_unsure(Decoding *d);
// Forgets all rows; the decoder begins again, and WIRE_FAST is wanted no more.
void rows_restart_exact(Decoding *d);
// Fills up what is missing, sets is_truncated if so, and puts sizes and hashes into the result.
Err rows_finish(Decoding *d) MUST_CHECK;

// Sets the message and returns err.
Err decoding_fail(Decoding *d, Err err, WireMessage message);

Err jpeg_decode(Decoding *d) MUST_CHECK;
Err png_decode(Decoding *d) MUST_CHECK;
Err gif_decode(Decoding *d) MUST_CHECK;
Err webp_decode(Decoding *d) MUST_CHECK;
Err bmp_decode(Decoding *d) MUST_CHECK;
Err tiff_decode(Decoding *d) MUST_CHECK;
Err heif_decode(Decoding *d) MUST_CHECK;
#ifdef HOSTILE
Err hostile_decode(Decoding *d) MUST_CHECK; // tests/media/hostile.c
#endif

// exif.c: each does nothing unless facts are wanted. Text is cleaned and cut to fit.
void fact_put(Decoding *d, WireFactName name, Str raw);
// Degrees, minutes, seconds, and the compass letter.
void fact_put_degrees(Decoding *d, WireFactName name, const double parts[3], char reference);
// An EXIF block, with or without the leading "Exif\0\0".
void exif_read(Decoding *d, Str block);

// Chooses the decoder by the first bytes and runs it to the end; the result is complete either way.
void picture_decode(Decoding *d);

// 255-based product with rounding, as the picture library of the public pipeline converts CMYK.
static inline uint8_t cmyk_mix(unsigned c, unsigned k) {
    unsigned product = c * k + 128;
    return (uint8_t)(((product >> 8) + product) >> 8);
}
// C, M, Y, K where 255 is full ink.
static inline void cmyk_to_rgb(const uint8_t cmyk[4], uint8_t ret_rgb[3]) {
    unsigned white = 255u - cmyk[3];
    for (int i = 0; i < 3; i++) {
        int value = (int)white - cmyk_mix(cmyk[i], white);
        ret_rgb[i] = (uint8_t)(value < 0 ? 0 : value);
    }
}
