// TextSource: the bytes of another source as UTF-8 without a byte order mark, so that line readers
// need not know of UTF-16. Its offset counts decoded bytes.
//
// A UTF-8 or missing byte order mark changes nothing but the mark itself; bytes that are not UTF-8
// pass through (the reader judges them). A lone surrogate or a half unit becomes U+FFFD.
#pragma once
#include "base/source.h"
#include "format/limits.h"

typedef enum TextEncoding { TEXT_UTF8, TEXT_UTF16LE, TEXT_UTF16BE } TextEncoding;

// The encoding that the first bytes announce, and the length of the mark (0, 2 or 3).
TextEncoding text_encoding_detect(Str head, size_t *ret_mark);

typedef struct Utf16Decoder {
    bool is_big_endian;
    bool has_half; // an odd byte is held over
    uint8_t half;
    uint16_t high; // a high surrogate that waits for its low one, or 0
} Utf16Decoder;
// Decodes n bytes; writes at most utf16_room(n) bytes and returns how many. is_last flushes what is
// held.
size_t utf16_decode(Utf16Decoder *decoder, const char *bytes, size_t n, bool is_last,
                    char *ret_text);
static inline size_t utf16_room(size_t n) {
    return n / 2 * 3 + 12;
}

typedef struct TextSource {
    ByteSource source;
    ByteSource *raw; // borrowed
    TextEncoding encoding;
    Utf16Decoder decoder;
    bool is_begun, has_ended;
    uint64_t raw_base; // where the raw source stood at the beginning
    size_t mark;
    char *held; // decoded or peeked and not yet handed out
    size_t held_at, held_len;
    size_t room;
} TextSource;

void text_source_init(TextSource *source, ByteSource *raw);
void text_source_done(TextSource *source);
