// CsvReader: rows of delimited text (RFC 4180 and what the field makes of it) as a stream.
//
// Quotes, quotes doubled inside quotes, line ends inside quotes, any delimiter, every encoding of
// text.h. Blank lines are passed over. A row with a quote that does not close, or too long, or with
// too many columns is given with its fault and costs only its own first line: reading goes on at
// the next. One thread.
#pragma once
#include "format/text.h"

typedef enum CsvFault {
    CSV_WHOLE,
    CSV_BAD_QUOTE, // a quote that closes nowhere, or text between a closing quote and the delimiter
    CSV_CUT_OFF,   // the input ends inside quotes
    CSV_TOO_LONG   // a row or a number of columns beyond limits.h
} CsvFault;

typedef struct CsvRow {
    // Without quotes. With a bad quote or cut off, what the delimiters of the first line alone
    // give; too long: none. Borrowed until the next call.
    const Str *fields;
    size_t count;
    uint64_t offset; // of the row's first byte in the source
    CsvFault fault;
} CsvRow;

typedef struct CsvReader CsvReader;
// The source is borrowed.
Err csv_reader_new(ByteSource *source, char delimiter, CsvReader **ret) MUST_CHECK;
void csv_reader_free(CsvReader *reader);
DEFINE_CLEANUP(CsvReader *, csv_reader_free);
// The unread text, at least `want` bytes (≤ TEXT_LINE_MAX) of it unless it ends; borrowed until the
// next call. Then how it is cut may still be changed.
Err csv_peek(CsvReader *reader, size_t want, Str *ret, bool *ret_is_whole, Diag *diag) MUST_CHECK;
void csv_delimiter_set(CsvReader *reader, char delimiter);
Err csv_next(CsvReader *reader, CsvRow *ret, bool *ret_has, Diag *diag) MUST_CHECK;

// Of comma, semicolon, tab and bar the one that splits this line most often outside quotes; comma
// when none does.
char csv_delimiter_of(Str line);
// Splits one line for detection: a quoted field ends at its next quote. Returns the number of
// fields, at most `capacity`.
size_t csv_split_line(Str line, char delimiter, Str *ret_fields, size_t capacity);
// The text without the apostrophe that csv_put_field set before a formula.
Str csv_field_armed(Str field);
// Writes one field, quoted when it must be. A text that a spreadsheet would take for a formula
// (= + - @ tab or return in front) gets an apostrophe before it.
void csv_put_field(StrBuf *out, Str value, char delimiter);
