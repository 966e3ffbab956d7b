// Byte order marks and UTF-16 decoded as a stream.
#include "format/text_source.h"

#include <assert.h>
#include <stdlib.h>

#include "base/utf8.h"

TextEncoding text_encoding_detect(Str head, size_t *ret_mark) {
    const uint8_t *b = (const uint8_t *)head.ptr;
    *ret_mark = 0;
    if (head.len >= 3 && b[0] == 0xEF && b[1] == 0xBB && b[2] == 0xBF) {
        *ret_mark = 3;
        return TEXT_UTF8;
    }
    if (head.len >= 2 && ((b[0] == 0xFF && b[1] == 0xFE) || (b[0] == 0xFE && b[1] == 0xFF))) {
        *ret_mark = 2;
        return b[0] == 0xFF ? TEXT_UTF16LE : TEXT_UTF16BE;
    }
    return TEXT_UTF8;
}

static size_t unit_decode(Utf16Decoder *decoder, uint16_t unit, char *to) {
    size_t n = 0;
    bool is_low = unit >= 0xDC00 && unit <= 0xDFFF;
    if (decoder->high != 0) {
        uint32_t high = decoder->high;
        decoder->high = 0;
        if (is_low)
            return utf8_put(0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00u), to);
        n = utf8_put(UTF8_REPLACEMENT, to);
    }
    if (unit >= 0xD800 && unit <= 0xDBFF) {
        decoder->high = unit;
        return n;
    }
    return n + utf8_put(is_low ? UTF8_REPLACEMENT : unit, to + n);
}

static uint16_t unit_load(const Utf16Decoder *decoder, uint8_t first, uint8_t second) {
    return decoder->is_big_endian ? (uint16_t)(first << 8 | second)
                                  : (uint16_t)(second << 8 | first);
}

size_t utf16_decode(Utf16Decoder *decoder, const char *bytes, size_t n, bool is_last,
                    char *ret_text) {
    const uint8_t *from = (const uint8_t *)bytes, *end = from + n;
    char *to = ret_text;
    assert(ret_text != NULL && (n == 0 || bytes != NULL));
    if (decoder->has_half && from < end) {
        decoder->has_half = false;
        to += unit_decode(decoder, unit_load(decoder, decoder->half, *from++), to);
    }
    for (; end - from >= 2; from += 2) {
        uint16_t unit = unit_load(decoder, from[0], from[1]);
        if (unit < 0x80 && decoder->high == 0)
            *to++ = (char)unit;
        else
            to += unit_decode(decoder, unit, to);
    }
    if (from < end) {
        decoder->half = *from;
        decoder->has_half = true;
    }
    if (is_last && (decoder->high != 0 || decoder->has_half)) {
        to += utf8_put(UTF8_REPLACEMENT, to);
        decoder->high = 0;
        decoder->has_half = false;
    }
    return (size_t)(to - ret_text);
}

// Reads the first four bytes (fewer at the end) and decides the encoding.
static Err text_source_begin(TextSource *self, Diag *diag) {
    char head[4];
    size_t have = 0;
    self->raw_base = self->raw->offset;
    while (have < sizeof head) {
        size_t n = 0;
        TRY(source_read(self->raw, head + have, sizeof head - have, &n, diag));
        if (n == 0) {
            self->has_ended = true;
            break;
        }
        have += n;
    }
    self->encoding = text_encoding_detect(str_of(head, have), &self->mark);
    self->decoder.is_big_endian = self->encoding == TEXT_UTF16BE;
    self->room = self->encoding == TEXT_UTF8 ? sizeof head : utf16_room(FORMAT_DECODE_BLOCK);
    self->held = malloc(self->room);
    if (self->held == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    size_t rest = have - self->mark;
    if (self->encoding == TEXT_UTF8) {
        memcpy(self->held, head + self->mark, rest);
        self->held_len = rest;
    } else {
        self->held_len =
            utf16_decode(&self->decoder, head + self->mark, rest, self->has_ended, self->held);
    }
    self->is_begun = true;
    return ERR_OK;
}

static Err text_source_fill(TextSource *self, Diag *diag) {
    char block[FORMAT_DECODE_BLOCK];
    self->held_at = self->held_len = 0;
    while (self->held_len == 0 && !self->has_ended) {
        size_t n = 0;
        TRY(source_read(self->raw, block, sizeof block, &n, diag));
        self->has_ended = n == 0;
        self->held_len = utf16_decode(&self->decoder, block, n, self->has_ended, self->held);
    }
    return ERR_OK;
}

static Err text_source_read(ByteSource *source, void *ret_bytes, size_t capacity, size_t *ret_n,
                            Diag *diag) {
    TextSource *self = (TextSource *)source;
    if (!self->is_begun)
        TRY(text_source_begin(self, diag));
    if (self->held_at == self->held_len) {
        if (self->encoding == TEXT_UTF8) {
            if (self->has_ended) {
                *ret_n = 0;
                return ERR_OK;
            }
            size_t n = 0;
            TRY(source_read(self->raw, ret_bytes, capacity, &n, diag));
            source->offset += n;
            *ret_n = n;
            return ERR_OK;
        }
        TRY(text_source_fill(self, diag));
    }
    size_t n = self->held_len - self->held_at;
    if (n > capacity)
        n = capacity;
    memcpy(ret_bytes, self->held + self->held_at, n);
    self->held_at += n;
    source->offset += n;
    *ret_n = n;
    return ERR_OK;
}

void text_source_init(TextSource *source, ByteSource *raw) {
    *source = (TextSource){.source = {.read = text_source_read, .name = raw->name}, .raw = raw};
}

void text_source_done(TextSource *source) {
    free(source->held);
    source->held = NULL;
}
