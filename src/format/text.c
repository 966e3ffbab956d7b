// TextReader: a window that slides over a text source and keeps count of where its lines stand.
#include "format/text.h"

#include <stdlib.h>

#include "format/limits.h"
#include "format/text_source.h"

enum { TEXT_CHUNK = 256 << 10, BEGIN_BYTES = 4096, TEXT_CAPACITY = TEXT_LINE_MAX + 2 * TEXT_CHUNK };

struct TextReader {
    TextSource source;
    char *text;
    size_t start, end;
    uint64_t offset; // in the raw source, of text[start]
    char newline;
    bool is_begun, is_source_ended;
    bool is_line_pending; // the rest of a line that was too long is still to be passed over
};

Err text_reader_new(ByteSource *source, TextReader **ret) {
    _cleanup_(text_reader_freep) TextReader *reader = calloc(1, sizeof *reader);
    if (reader == NULL)
        return ERR_NOMEM;
    text_source_init(&reader->source, source);
    reader->text = malloc(TEXT_CAPACITY);
    if (reader->text == NULL)
        return ERR_NOMEM;
    reader->newline = '\n';
    *ret = TAKE(reader);
    return ERR_OK;
}

void text_reader_free(TextReader *reader) {
    if (reader == NULL)
        return;
    text_source_done(&reader->source);
    free(reader->text);
    free(reader);
}

// Reads one piece behind what is there, for which text_fill made room.
static Err read_piece(TextReader *reader, Diag *diag) {
    size_t n = 0;
    TRY(source_read(&reader->source.source, reader->text + reader->end, TEXT_CHUNK, &n, diag));
    reader->end += n;
    reader->is_source_ended = n == 0;
    return ERR_OK;
}

// A carriage return that no line feed follows anywhere in the first piece ends lines by itself.
static char newline_of(const char *text, size_t len) {
    // The last byte may be half of a CR LF pair.
    bool has_return = len > 1 && memchr(text, '\r', len - 1) != NULL;
    return has_return && memchr(text, '\n', len) == NULL ? '\r' : '\n';
}

Err text_fill(TextReader *reader, size_t want, Diag *diag) {
    bool is_first = !reader->is_begun;
    if (reader->end - reader->start <= want && reader->start > 0) {
        memmove(reader->text, reader->text + reader->start, reader->end - reader->start);
        reader->end -= reader->start;
        reader->start = 0;
    }
    if (is_first && want < BEGIN_BYTES) // enough to see how lines end
        want = BEGIN_BYTES;
    while (reader->end - reader->start <= want && !reader->is_source_ended)
        TRY(read_piece(reader, diag));
    if (is_first) {
        reader->is_begun = true;
        reader->offset = reader->source.raw_base + reader->source.mark;
        reader->newline = newline_of(reader->text, reader->end);
    }
    return ERR_OK;
}

char *text_unread(const TextReader *reader, size_t *ret_len) {
    *ret_len = reader->end - reader->start;
    return reader->text + reader->start;
}

bool text_is_ended(const TextReader *reader) {
    return reader->is_source_ended;
}

char text_newline(const TextReader *reader) {
    return reader->newline;
}

uint64_t text_offset(const TextReader *reader) {
    return reader->offset;
}

void text_consume(TextReader *reader, size_t n) {
    if (reader->source.encoding == TEXT_UTF8) {
        reader->offset += n;
    } else {
        // Every character took one unit of two bytes, those of four bytes in UTF-8 two units.
        for (size_t i = 0; i < n; i++) {
            uint8_t byte = (uint8_t)reader->text[reader->start + i];
            if ((byte & 0xC0) != 0x80)
                reader->offset += byte >= 0xF0 ? 4 : 2;
        }
    }
    reader->start += n;
}

Err text_find_newline(TextReader *reader, size_t from, size_t *ret_at, bool *ret_is_found,
                      Diag *diag) {
    TRY(text_fill(reader, from, diag));
    for (;;) {
        const char *text = reader->text + reader->start;
        size_t len = reader->end - reader->start;
        const char *at = from < len ? memchr(text + from, reader->newline, len - from) : NULL;
        if (at != NULL || reader->is_source_ended || len > TEXT_LINE_MAX) {
            *ret_at = at == NULL ? len : (size_t)(at - text);
            *ret_is_found = at != NULL;
            return ERR_OK;
        }
        from = len;
        TRY(text_fill(reader, len, diag));
    }
}

// Passes over a line that is longer than the limit.
static Err skip_line(TextReader *reader, Diag *diag) {
    for (;;) {
        size_t len;
        TRY(text_fill(reader, 0, diag));
        const char *text = text_unread(reader, &len);
        if (len == 0)
            return ERR_OK;
        const char *newline = memchr(text, reader->newline, len);
        text_consume(reader, newline == NULL ? len : (size_t)(newline - text) + 1);
        if (newline != NULL)
            return ERR_OK;
    }
}

static Str without_return(Str line) {
    if (line.len > 0 && line.ptr[line.len - 1] == '\r')
        line.len--;
    return line;
}

Err text_next_line(TextReader *reader, TextLine *ret, bool *ret_has, Diag *diag) {
    if (reader->is_line_pending) {
        TRY(skip_line(reader, diag));
        reader->is_line_pending = false;
    }
    for (;;) {
        size_t size;
        bool is_found;
        TRY(text_find_newline(reader, 0, &size, &is_found, diag));
        if (size == 0 && !is_found) {
            *ret_has = false;
            return ERR_OK;
        }
        char *text = reader->text + reader->start;
        uint64_t offset = text_offset(reader);
        if (size > TEXT_LINE_MAX) {
            size = TEXT_LINE_MAX;
            // Its rest is passed over by the next call, so that this text stays where it is.
            reader->is_line_pending = true;
            text_consume(reader, size);
            *ret = (TextLine){{text, size}, offset, true};
            *ret_has = true;
            return ERR_OK;
        }
        Str line = without_return((Str){text, size});
        text_consume(reader, size + is_found);
        if (str_trim(line).len == 0)
            continue;
        *ret = (TextLine){line, offset, false};
        *ret_has = true;
        return ERR_OK;
    }
}

bool text_take_line(Str *io_text, Str *ret_line, bool *ret_is_whole) {
    bool has_feed = str_find_byte(*io_text, '\n') >= 0;
    char newline = has_feed || str_find_byte(*io_text, '\r') < 0 ? '\n' : '\r';
    while (io_text->len > 0) {
        Str line, rest = {0};
        bool is_whole = str_cut(*io_text, newline, &line, &rest);
        if (!is_whole)
            line = *io_text;
        *io_text = rest;
        line = without_return(line);
        if (str_trim(line).len > 0) {
            *ret_line = line;
            *ret_is_whole = is_whole;
            return true;
        }
    }
    return false;
}
