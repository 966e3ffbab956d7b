// The public library's PDQ.
#include "hash/pdq.h"
#include "api/error.h"
#include "base/cleanup.h"
#include "hash/limits.h"

_Static_assert(sizeof(S7Pdq) == sizeof(PdqHash) && S7_PDQ_TURNS == (int)PDQ_TURNS,
               "one is copied to the other");
_Static_assert((int)S7_PDQ_FLIP_MINUS1 == (int)PDQ_FLIP_MINUS1 && (int)S7_PDQ_512 == (int)PDQ_512,
               "same order");
_Static_assert(S7_PDQ_QUALITY_MATCHABLE == (int)PDQ_QUALITY_MATCHABLE &&
                   S7_PDQ_RADIUS == (int)PDQ_RADIUS_USUAL,
               "");

struct S7PdqStream {
    PdqStream *stream;
    S7PdqVariant variant;
    uint32_t width;
    uint8_t *repacked; // one row of R, G, B; made when a format needs it
};

static S7Error stream_new(uint32_t width, uint32_t height, S7PdqVariant variant, bool wants_turns,
                          S7PdqStream **ret) {
    if (variant != S7_PDQ_FULL && variant != S7_PDQ_512)
        return S7_ERROR_INVALID;
    S7PdqStream *made = calloc(1, sizeof *made);
    if (made == NULL)
        return S7_ERROR_NO_MEMORY;
    made->variant = variant;
    made->width = width;
    PdqRequest request = {.width = width, .height = height, .want_turns = wants_turns};
    request.want[variant] = true;
    Err err = pdq_stream_new(&request, &made->stream);
    if (err != ERR_OK) {
        s7_pdq_stream_free(made);
        return api_error_of(err);
    }
    *ret = made;
    return S7_OK;
}

S7Error s7_pdq_stream_new(uint32_t width, uint32_t height, S7PdqVariant variant,
                          S7PdqStream **ret) {
    return stream_new(width, height, variant, true, ret);
}

void s7_pdq_stream_free(S7PdqStream *stream) {
    if (stream == NULL)
        return;
    pdq_stream_free(stream->stream);
    free(stream->repacked);
    free(stream);
}

// Bytes of a pixel; 0 for a format that does not exist.
static size_t pixel_bytes(S7PixelFormat format) {
    switch (format) {
    case S7_PIXELS_GRAY:
        return 1;
    case S7_PIXELS_RGB:
        return 3;
    case S7_PIXELS_RGBA:
    case S7_PIXELS_BGRA:
        return 4;
    }
    return 0;
}

static void put_four(S7PdqStream *stream, const uint8_t *row, S7PixelFormat format) {
    int red = format == S7_PIXELS_RGBA ? 0 : 2;
    for (size_t x = 0; x < stream->width; x++) {
        stream->repacked[3 * x] = row[4 * x + (size_t)red];
        stream->repacked[3 * x + 1] = row[4 * x + 1];
        stream->repacked[3 * x + 2] = row[4 * x + (size_t)(2 - red)];
    }
    pdq_stream_put_rgb(stream->stream, stream->repacked, 1);
}

S7Error s7_pdq_stream_put(S7PdqStream *stream, const void *rows, size_t stride, uint32_t row_count,
                          S7PixelFormat format) {
    size_t bytes = pixel_bytes(format);
    if (bytes == 0 || (row_count > 1 && stride < bytes * stream->width))
        return S7_ERROR_INVALID;
    if (bytes == 4 && stream->repacked == NULL) {
        stream->repacked = malloc((size_t)3 * stream->width);
        if (stream->repacked == NULL)
            return S7_ERROR_NO_MEMORY;
    }
    for (uint32_t i = 0; i < row_count; i++) {
        const uint8_t *row = (const uint8_t *)rows + i * stride;
        if (bytes == 1)
            pdq_stream_put_gray(stream->stream, row, 1);
        else if (bytes == 3)
            pdq_stream_put_rgb(stream->stream, row, 1);
        else
            put_four(stream, row, format);
    }
    return S7_OK;
}

static S7Error finish(S7PdqStream *stream, S7Pdq *ret_hashes, size_t hashes, int *ret_quality) {
    PdqFacts facts[PDQ_VARIANTS];
    Err err = pdq_stream_finish(stream->stream, facts);
    if (err != ERR_OK)
        return api_error_of(err);
    memcpy(ret_hashes, facts[stream->variant].hash, hashes * sizeof(S7Pdq));
    if (ret_quality != NULL)
        *ret_quality = facts[stream->variant].quality;
    return S7_OK;
}

S7Error s7_pdq_stream_finish(S7PdqStream *stream, S7Pdq ret_hashes[S7_PDQ_TURNS],
                             int *ret_quality) {
    return finish(stream, ret_hashes, S7_PDQ_TURNS, ret_quality);
}

static S7Error hash_image(const S7Image *image, S7PdqVariant variant, size_t hashes,
                          S7Pdq *ret_hashes, int *ret_quality) {
    size_t bytes = pixel_bytes(image->format);
    if (image->pixels == NULL || bytes == 0 || image->stride < bytes * image->width)
        return S7_ERROR_INVALID;
    S7PdqStream *stream = NULL;
    S7Error error = stream_new(image->width, image->height, variant, hashes > 1, &stream);
    if (error == S7_OK)
        error =
            s7_pdq_stream_put(stream, image->pixels, image->stride, image->height, image->format);
    if (error == S7_OK)
        error = finish(stream, ret_hashes, hashes, ret_quality);
    s7_pdq_stream_free(stream);
    return error;
}

S7Error s7_pdq(const S7Image *image, S7PdqVariant variant, S7Pdq *ret_hash, int *ret_quality) {
    return hash_image(image, variant, 1, ret_hash, ret_quality);
}

S7Error s7_pdq_dihedral(const S7Image *image, S7PdqVariant variant, S7Pdq ret_hashes[S7_PDQ_TURNS],
                        int *ret_quality) {
    return hash_image(image, variant, S7_PDQ_TURNS, ret_hashes, ret_quality);
}

S7Error s7_pdq_parse(const char *hex, S7Pdq *ret) {
    PdqHash hash;
    if (hex == NULL || !pdq_from_hex(str_from(hex), &hash))
        return S7_ERROR_SYNTAX;
    memcpy(ret, &hash, sizeof *ret);
    return S7_OK;
}

void s7_pdq_print(const S7Pdq *hash, char ret_hex[S7_PDQ_HEX + 1]) {
    pdq_to_hex((const PdqHash *)(const void *)hash, ret_hex);
}

int s7_pdq_distance(const S7Pdq *a, const S7Pdq *b) {
    return pdq_distance((const PdqHash *)(const void *)a, (const PdqHash *)(const void *)b);
}
