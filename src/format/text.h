// TextReader: a ByteSource as UTF-8 text, for the formats that are made of lines and rows.
//
// The encoding is text_source.h's; text from here may still be invalid UTF-8. What is added is
// lines, with the place of each in the source. Memory is bounded by TEXT_LINE_MAX. One thread.
#pragma once
#include "base/cleanup.h"
#include "base/source.h"
#include "base/strbuf.h"

typedef struct TextReader TextReader;

// The source is borrowed.
Err text_reader_new(ByteSource *source, TextReader **ret) MUST_CHECK;
void text_reader_free(TextReader *reader);
DEFINE_CLEANUP(TextReader *, text_reader_free);

// Reads on until more than `want` bytes are unread or the input ends. want ≤ TEXT_LINE_MAX.
// Moves what text_unread gave before.
Err text_fill(TextReader *reader, size_t want, Diag *diag) MUST_CHECK;
// What was read and not yet consumed; may be changed in place. Valid until the next fill.
char *text_unread(const TextReader *reader, size_t *ret_len);
bool text_is_ended(const TextReader *reader); // nothing follows the unread bytes
// Nothing is left at all: what was given last was the end.
static inline bool text_is_at_end(const TextReader *reader) {
    size_t len;
    text_unread(reader, &len);
    return len == 0 && text_is_ended(reader);
}
void text_consume(TextReader *reader, size_t n);
// The byte of the source, from 0, at which the unread text begins, in the source's own encoding.
uint64_t text_offset(const TextReader *reader);
// '\n', or '\r' when the text has only those. Known after the first fill.
char text_newline(const TextReader *reader);
// Where the first line ending at or after the unread byte `from` stands, reading on as far as
// TEXT_LINE_MAX; otherwise *ret_at is the number of unread bytes.
Err text_find_newline(TextReader *reader, size_t from, size_t *ret_at, bool *ret_is_found,
                      Diag *diag) MUST_CHECK;

typedef struct TextLine {
    Str text; // without its ending; borrowed until the next call
    uint64_t offset;
    bool is_too_long; // text is its first TEXT_LINE_MAX bytes
} TextLine;
// The next line that is not blank; *ret_has is false at the end.
Err text_next_line(TextReader *reader, TextLine *ret, bool *ret_has, Diag *diag) MUST_CHECK;

// Takes the next line that is not blank off *io_text, without its ending. False when none is left.
// The last line may be cut off: *ret_is_whole says whether its ending was seen.
bool text_take_line(Str *io_text, Str *ret_line, bool *ret_is_whole);
