// PDQ hashes as values, and the stream that feeds a picture's rows to the filter of each variant.
#include "hash/pdq.h"

#include "base/encoding.h"
#include "hash/decimate.h"
#include "hash/estimate.h"
#include "hash/limits.h"
#include "hash/pdq_bits.h"
#include "kernels/kernels.h"

enum {
    REDUCED_SIDE = 512, // what PDQ_512 reduces a larger picture to
    REDUCED_WINDOW = 2  // reduced pixels that the filter's window must hold for an estimate
};

const char *pdq_turn_name(PdqTurn turn) {
    static const char *const NAMES[PDQ_TURNS] = {
        [PDQ_ORIGINAL] = "",
        [PDQ_ROT90] = "rot90",
        [PDQ_ROT180] = "rot180",
        [PDQ_ROT270] = "rot270",
        [PDQ_FLIPX] = "flipx",
        [PDQ_FLIPY] = "flipy",
        [PDQ_FLIP_PLUS1] = "flip_plus1",
        [PDQ_FLIP_MINUS1] = "flip_minus1",
    };
    return NAMES[turn];
}

bool pdq_from_hex(Str hex, PdqHash *ret) {
    return hex_decode(hex, ret->bytes, PDQ_BYTES);
}

void pdq_to_hex(const PdqHash *hash, char ret_text[PDQ_HEX + 1]) {
    hex_encode(hash->bytes, PDQ_BYTES, ret_text);
}

int pdq_distance(const PdqHash *a, const PdqHash *b) {
    uint64_t x[PDQ_BYTES / 8], y[PDQ_BYTES / 8];
    memcpy(x, a, sizeof x);
    memcpy(y, b, sizeof y);
    int distance = 0;
    for (int i = 0; i < PDQ_BYTES / 8; i++)
        distance += __builtin_popcountll(x[i] ^ y[i]);
    return distance;
}

// One filter of the stream. The picture is taken as it is, or reduced to 512×512 by the nearest
// pixel. Rows of a picture that its decoder has reduced go to an estimator instead.
typedef struct Plane {
    Decimator *decimator;
    Estimator *estimator;
    bool is_reduced;
    uint32_t rows_in; // of the decimator
} Plane;

struct PdqStream {
    PdqRequest request;
    uint32_t columns, rows; // as they are fed: fewer than the picture's when it is reduced
    uint32_t rows_in;
    Plane planes[PDQ_VARIANTS]; // where both variants are the same, only the first
    bool is_tiny;               // hash and quality are 0
    bool is_plain;              // exactly 64×64: not filtered
    uint8_t *reduced;           // a row of 512 pixels
    uint32_t reduced_x[REDUCED_SIDE];
    float plain[DECIMATED_SIDE * DECIMATED_SIDE];
};

static bool is_larger_than_reduced(const PdqRequest *request) {
    return request->width > REDUCED_SIDE || request->height > REDUCED_SIDE;
}

// Which of the stream's planes answers for a variant.
static PdqVariant plane_of(const PdqStream *stream, PdqVariant variant) {
    return is_larger_than_reduced(&stream->request) ? variant : PDQ_FULL;
}

static Err planes_new(PdqStream *stream) {
    const PdqRequest *request = &stream->request;
    for (int variant = 0; variant < PDQ_VARIANTS; variant++) {
        if (!request->want[variant])
            continue;
        Plane *plane = &stream->planes[plane_of(stream, (PdqVariant)variant)];
        if (plane->decimator != NULL || plane->estimator != NULL)
            continue;
        if (request->reduction > 1) {
            TRY(estimator_new(request->width, request->height, request->reduction,
                              &plane->estimator));
            continue;
        }
        plane->is_reduced = variant == PDQ_512 && is_larger_than_reduced(request);
        TRY(plane->is_reduced ? decimator_new(REDUCED_SIDE, REDUCED_SIDE, &plane->decimator)
                              : decimator_new(request->width, request->height, &plane->decimator));
        if (!plane->is_reduced)
            continue;
        stream->reduced = malloc(3 * REDUCED_SIDE);
        if (stream->reduced == NULL)
            return ERR_NOMEM;
        for (uint32_t x = 0; x < REDUCED_SIDE; x++)
            stream->reduced_x[x] = (uint32_t)((uint64_t)x * request->width / REDUCED_SIDE);
    }
    return ERR_OK;
}

uint32_t pdq_reduction(uint32_t width, uint32_t height) {
    uint32_t shorter = width < height ? width : height, reduction = 1;
    while (reduction < 8 && shorter / (2 * DECIMATED_SIDE) >= REDUCED_WINDOW * 2 * reduction)
        reduction *= 2;
    return reduction;
}

Err pdq_stream_new(const PdqRequest *request, PdqStream **ret) {
    if (request->width == 0 || request->height == 0 ||
        (request->reduction > 1 && request->want[PDQ_512] && is_larger_than_reduced(request)))
        return ERR_INVALID;
    if (request->width > PDQ_SIDE_MAX || request->height > PDQ_SIDE_MAX ||
        (uint64_t)request->width * request->height > PDQ_PIXELS_MAX)
        return ERR_LIMIT;
    _cleanup_(pdq_stream_freep) PdqStream *stream = calloc(1, sizeof *stream);
    if (stream == NULL)
        return ERR_NOMEM;
    stream->request = *request;
    uint32_t reduction = request->reduction > 1 ? request->reduction : 1;
    stream->columns = (request->width + reduction - 1) / reduction;
    stream->rows = (request->height + reduction - 1) / reduction;
    stream->is_tiny = request->width < PDQ_SIDE_MIN || request->height < PDQ_SIDE_MIN;
    stream->is_plain =
        request->width == DECIMATED_SIDE && request->height == DECIMATED_SIDE && reduction == 1;
    if (!stream->is_tiny)
        TRY(planes_new(stream));
    *ret = TAKE(stream);
    return ERR_OK;
}

void pdq_stream_free(PdqStream *stream) {
    if (stream == NULL)
        return;
    for (int variant = 0; variant < PDQ_VARIANTS; variant++) {
        decimator_free(stream->planes[variant].decimator);
        estimator_free(stream->planes[variant].estimator);
    }
    free(stream->reduced);
    free(stream);
}

static void put_luma(const PdqStream *stream, const uint8_t *pixels, size_t n, int channels,
                     float *ret) {
    if (channels == 3)
        kernels()->luma_rgb(pixels, n, ret);
    else
        kernels()->luma_gray(pixels, n, ret);
}

// The nearest pixels of a row, each channel count in its own loop since a copy of unknown size is a
// call.
static void gather(PdqStream *stream, const uint8_t *row, int channels) {
    for (size_t x = 0; x < REDUCED_SIDE && channels == 3; x++)
        memcpy(stream->reduced + 3 * x, row + 3 * (size_t)stream->reduced_x[x], 3);
    for (size_t x = 0; x < REDUCED_SIDE && channels == 1; x++)
        stream->reduced[x] = row[stream->reduced_x[x]];
}

static void put_reduced(PdqStream *stream, Plane *plane, const uint8_t *row, int channels) {
    uint64_t height = stream->request.height;
    bool is_gathered = false;
    for (;
         plane->rows_in < REDUCED_SIDE && plane->rows_in * height / REDUCED_SIDE == stream->rows_in;
         plane->rows_in++) {
        if (!is_gathered)
            gather(stream, row, channels);
        is_gathered = true;
        put_luma(stream, stream->reduced, REDUCED_SIDE, channels, decimator_row(plane->decimator));
        decimator_row_done(plane->decimator);
    }
}

static void put_row(PdqStream *stream, const uint8_t *row, int channels) {
    for (int variant = 0; variant < PDQ_VARIANTS; variant++) {
        Plane *plane = &stream->planes[variant];
        if (plane->estimator != NULL && channels == 1)
            estimator_row(plane->estimator, row);
        if (plane->decimator == NULL)
            continue;
        if (plane->is_reduced) {
            put_reduced(stream, plane, row, channels);
            continue;
        }
        float *luma = decimator_row(plane->decimator);
        put_luma(stream, row, stream->request.width, channels, luma);
        if (stream->is_plain)
            memcpy(stream->plain + stream->rows_in * DECIMATED_SIDE, luma,
                   DECIMATED_SIDE * sizeof *luma);
        decimator_row_done(plane->decimator);
    }
}

static void put_rows(PdqStream *stream, const uint8_t *rows, uint32_t row_count, int channels) {
    size_t row_bytes = (size_t)stream->columns * (size_t)channels;
    for (uint32_t i = 0; i < row_count && stream->rows_in < stream->rows; i++) {
        put_row(stream, rows + i * row_bytes, channels);
        stream->rows_in++;
    }
}

void pdq_stream_put_rgb(PdqStream *stream, const uint8_t *rows, uint32_t row_count) {
    put_rows(stream, rows, row_count, 3);
}

void pdq_stream_put_gray(PdqStream *stream, const uint8_t *rows, uint32_t row_count) {
    put_rows(stream, rows, row_count, 1);
}

Err pdq_stream_finish(PdqStream *stream, PdqFacts ret[PDQ_VARIANTS]) {
    if (stream->rows_in < stream->rows)
        return ERR_TRUNCATED;
    bool wants_turns = stream->request.want_turns;
    for (int variant = 0; variant < PDQ_VARIANTS; variant++) {
        if (!stream->request.want[variant])
            continue;
        PdqFacts *facts = &ret[variant];
        if (stream->is_tiny) {
            *facts = (PdqFacts){.quality = 0};
            continue;
        }
        const Plane *plane = &stream->planes[plane_of(stream, (PdqVariant)variant)];
        pdq_facts_of_plane(plane->estimator != NULL ? estimator_plane(plane->estimator)
                                                    : decimator_plane(plane->decimator),
                           wants_turns, facts);
        if (stream->is_plain) {
            // The public implementations filter such a picture for the turned hashes but not for
            // the plain one.
            PdqFacts plain;
            pdq_facts_of_plane(stream->plain, false, &plain);
            facts->hash[PDQ_ORIGINAL] = plain.hash[PDQ_ORIGINAL];
            facts->quality = plain.quality;
        }
    }
    return ERR_OK;
}
