// The sink of decoded rows: limits, hashing while decoding, filling up what is missing.
#include <stdlib.h>

#include "media/limits.h"
#include "media/worker/decoder.h"

Err decoding_fail(Decoding *d, Err err, WireMessage message) {
    d->result->message = message;
    return err;
}

Err rows_begin(Decoding *d, uint32_t width, uint32_t height) {
    return rows_begin_reduced(d, width, height, 1);
}

Err rows_begin_reduced(Decoding *d, uint32_t width, uint32_t height, uint32_t reduction) {
    Rows *rows = &d->rows;
    if (width == 0 || height == 0)
        return decoding_fail(d, ERR_SYNTAX, WIRE_SAYS_DAMAGED);
    if (width > MEDIA_DIMENSION_MAX || height > MEDIA_DIMENSION_MAX ||
        (uint64_t)width * height > MEDIA_PIXELS_MAX)
        return decoding_fail(d, ERR_LIMIT, WIRE_SAYS_DIMENSIONS);
    rows->width = width;
    rows->height = height;
    rows->reduction = reduction;
    rows->rows = (height + reduction - 1) / reduction;
    if ((rows->want & (WIRE_PDQ | WIRE_PDQ512)) == 0)
        return ERR_OK;
    PdqRequest request = {
        .width = width,
        .height = height,
        .want = {[PDQ_FULL] = (rows->want & WIRE_PDQ) != 0,
                 [PDQ_512] = (rows->want & WIRE_PDQ512) != 0},
        .want_turns = (rows->want & WIRE_TURNS) != 0,
        .reduction = reduction,
    };
    Err err = pdq_stream_new(&request, &rows->stream);
    if (err != ERR_OK)
        return decoding_fail(d, err, err == ERR_NOMEM ? WIRE_SAYS_MEMORY : WIRE_SAYS_DIMENSIONS);
    return ERR_OK;
}

static uint32_t take(Decoding *d, const uint8_t *rows, uint32_t row_count, int channels) {
    uint32_t left = d->rows.rows - d->rows.done;
    if (row_count > left)
        row_count = left;
    if (d->rows.tap != NULL)
        d->rows.tap(d->rows.tap_context, rows, row_count, channels);
    d->rows.done += row_count;
    return row_count;
}

void rows_put_rgb(Decoding *d, const uint8_t *rows, uint32_t row_count) {
    row_count = take(d, rows, row_count, 3);
    if (d->rows.stream != NULL && row_count > 0)
        pdq_stream_put_rgb(d->rows.stream, rows, row_count);
}

void rows_put_gray(Decoding *d, const uint8_t *rows, uint32_t row_count) {
    row_count = take(d, rows, row_count, 1);
    if (d->rows.stream != NULL && row_count > 0)
        pdq_stream_put_gray(d->rows.stream, rows, row_count);
}

bool rows_have_any(const Decoding *d) {
    return d->rows.done > 0;
}

static Err fill_up(Decoding *d) {
    Rows *rows = &d->rows;
    if (rows->done == rows->rows)
        return ERR_OK;
    uint8_t *black = calloc(rows->width, 1);
    if (black == NULL)
        return decoding_fail(d, ERR_LIMIT, WIRE_SAYS_MEMORY);
    d->result->flags |= WIRE_IS_TRUNCATED;
    while (rows->done < rows->rows)
        rows_put_gray(d, black, 1);
    free(black);
    return ERR_OK;
}

bool rows_are_unsure(Decoding *d) {
    PdqFacts facts[PDQ_VARIANTS] = {0};
    return d->rows.stream != NULL && fill_up(d) == ERR_OK &&
           pdq_stream_finish(d->rows.stream, facts) == ERR_OK &&
           (facts[PDQ_FULL].unsure > PDQ_UNSURE_MAX || facts[PDQ_512].unsure > PDQ_UNSURE_MAX);
}

void rows_restart_exact(Decoding *d) {
    Rows *rows = &d->rows;
    pdq_stream_free(TAKE(rows->stream));
    rows->want &= ~(unsigned)WIRE_FAST;
    rows->done = 0;
    d->result->flags = 0;
}

Err rows_finish(Decoding *d) {
    Rows *rows = &d->rows;
    TRY(fill_up(d));
    d->result->width = rows->width;
    d->result->height = rows->height;
    if (rows->stream == NULL)
        return ERR_OK;
    PdqFacts facts[PDQ_VARIANTS] = {0};
    Err err = pdq_stream_finish(rows->stream, facts);
    if (err != ERR_OK)
        return decoding_fail(d, err, err == ERR_NOMEM ? WIRE_SAYS_MEMORY : WIRE_SAYS_DAMAGED);
    for (int variant = 0; variant < PDQ_VARIANTS; variant++) {
        if ((rows->want & (variant == PDQ_FULL ? WIRE_PDQ : WIRE_PDQ512)) == 0)
            continue;
        d->result->quality[variant] = (uint8_t)facts[variant].quality;
        int turns = (rows->want & WIRE_TURNS) != 0 ? PDQ_TURNS : 1;
        for (int turn = 0; turn < turns; turn++)
            memcpy(d->result->pdq[variant][turn], facts[variant].hash[turn].bytes, PDQ_BYTES);
    }
    d->result->has = rows->want & (WIRE_PDQ | WIRE_PDQ512 | WIRE_TURNS);
    return ERR_OK;
}
