// Chooses the decoder of a picture by its first bytes. The decision is the worker's own: what the
// caller thinks a file is plays no part.
//
// The decoders are the formats' own libraries. A picture library that joins them all (libvips was
// considered) would bring some hundred packages and its own threads into the child, and hides the
// order of rows.
#include "media/worker/decoder.h"

typedef struct Choice {
    uint8_t at, length;
    char bytes[9];
    Err (*decode)(Decoding *d);
} Choice;

static const Choice CHOICES[] = {
    {0, 3, "\xFF\xD8\xFF", jpeg_decode},
    {0, 8, "\x89PNG\r\n\x1A\n", png_decode},
    {0, 4, "GIF8", gif_decode},
    {8, 4, "WEBP", webp_decode},
    {0, 2, "BM", bmp_decode},
    {0, 4, "II*\0", tiff_decode},
    {0, 4, "MM\0*", tiff_decode},
    {0, 4, "II+\0", tiff_decode},
    {0, 4, "MM\0+", tiff_decode},
    {4, 4, "ftyp", heif_decode},
#ifdef HOSTILE // only in the test program that has a misbehaving decoder
    {0, 8, "HOSTILE:", hostile_decode},
#endif
};

void picture_decode(Decoding *d) {
    Err err = decoding_fail(d, ERR_UNSUPPORTED, WIRE_SAYS_UNKNOWN);
    for (size_t i = 0; i < sizeof CHOICES / sizeof CHOICES[0]; i++) {
        const Choice *choice = &CHOICES[i];
        if (d->input.len < (size_t)choice->at + choice->length ||
            memcmp(d->input.ptr + choice->at, choice->bytes, choice->length) != 0)
            continue;
        err = choice->decode(d);
        if (err == ERR_OK)
            err = rows_finish(d);
        break;
    }
    d->result->magic = WIRE_MAGIC;
    d->result->err = err;
    if (err == ERR_OK)
        d->result->message = WIRE_SAYS_NOTHING;
}
