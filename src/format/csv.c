// CsvReader: finds where a row ends first, then cuts it into fields in place.
#include "format/csv.h"

#include <stdlib.h>

#include "format/limits.h"

struct CsvReader {
    TextReader *text;
    char delimiter;
    size_t count;
    bool has_too_many;
    Str fields[CSV_COLUMNS_MAX];
};

Err csv_reader_new(ByteSource *source, char delimiter, CsvReader **ret) {
    _cleanup_(csv_reader_freep) CsvReader *reader = calloc(1, sizeof *reader);
    if (reader == NULL)
        return ERR_NOMEM;
    TRY(text_reader_new(source, &reader->text));
    reader->delimiter = delimiter;
    *ret = TAKE(reader);
    return ERR_OK;
}

void csv_reader_free(CsvReader *reader) {
    if (reader == NULL)
        return;
    text_reader_free(reader->text);
    free(reader);
}

Err csv_peek(CsvReader *reader, size_t want, Str *ret, bool *ret_is_whole, Diag *diag) {
    TRY(text_fill(reader->text, want, diag));
    ret->ptr = text_unread(reader->text, &ret->len);
    *ret_is_whole = text_is_ended(reader->text);
    return ERR_OK;
}

void csv_delimiter_set(CsvReader *reader, char delimiter) {
    reader->delimiter = delimiter;
}

static size_t skip_blanks(const char *text, size_t at, size_t to) {
    while (at < to && text[at] == ' ')
        at++;
    return at;
}

// Follows the quotes of one line, text[at..to), that begins inside quotes or at a field. False when
// one is out of place; *io_is_quoted says whether the row goes on behind the line end.
static bool quotes_follow(const char *text, size_t at, size_t to, char delimiter,
                          bool *io_is_quoted) {
    for (;;) {
        if (*io_is_quoted) {
            const char *quote = at < to ? memchr(text + at, '"', to - at) : NULL;
            if (quote == NULL)
                return true;
            at = (size_t)(quote - text) + 1;
            if (at < to && text[at] == '"') {
                at++;
                continue;
            }
            *io_is_quoted = false;
            at = skip_blanks(text, at, to);
            if (at == to)
                return true;
            if (text[at] != delimiter)
                return false;
            at++;
        }
        if (at < to && text[at] == '"') {
            *io_is_quoted = true;
            at++;
            continue;
        }
        const char *next = at < to ? memchr(text + at, delimiter, to - at) : NULL;
        if (next == NULL)
            return true;
        at = (size_t)(next - text) + 1;
    }
}

static size_t without_return(const char *text, size_t to) {
    return to > 0 && text[to - 1] == '\r' ? to - 1 : to;
}

// The size of the row whose first line ends at *io_end (text_find_newline). With a fault *io_end
// stays. No text is followed more than twice: a search that fails ends at the next quote that
// stands alone, so no row that opens one lies within what it passed.
static Err quoted_row_find(CsvReader *reader, size_t *io_end, bool *io_has_newline,
                           CsvFault *ret_fault, Diag *diag) {
    size_t from = 0, end = *io_end, len;
    bool has_newline = *io_has_newline, is_quoted = false;
    for (;;) {
        const char *text = text_unread(reader->text, &len);
        size_t to = without_return(text, end);
        if (to < from)
            to = from;
        if (!quotes_follow(text, from, to, reader->delimiter, &is_quoted)) {
            *ret_fault = CSV_BAD_QUOTE;
            return ERR_OK;
        }
        if (!is_quoted)
            break;
        if (!has_newline || end >= TEXT_LINE_MAX) {
            *ret_fault = has_newline || !text_is_ended(reader->text) ? CSV_BAD_QUOTE : CSV_CUT_OFF;
            return ERR_OK;
        }
        from = end + 1;
        TRY(text_find_newline(reader->text, from, &end, &has_newline, diag));
    }
    *io_end = end;
    *io_has_newline = has_newline;
    *ret_fault = CSV_WHOLE;
    return ERR_OK;
}

static void field_add(CsvReader *reader, Str field) {
    if (reader->count == CSV_COLUMNS_MAX)
        reader->has_too_many = true;
    else
        reader->fields[reader->count++] = field;
}

// Takes one quoted field, text[at..to) behind its opening quote, removing doubled quotes in place;
// returns where its delimiter or the end stands.
static size_t quoted_field_take(CsvReader *reader, char *text, size_t at, size_t to) {
    size_t out = at, begin = at;
    while (at < to) {
        if (text[at] == '"') {
            if (at + 1 >= to || text[at + 1] != '"')
                break;
            at++;
        }
        text[out++] = text[at++];
    }
    field_add(reader, (Str){text + begin, out - begin});
    return at < to ? skip_blanks(text, at + 1, to) : to;
}

static void fields_split(CsvReader *reader, char *text, size_t to, bool has_quotes) {
    size_t at = 0;
    reader->count = 0;
    reader->has_too_many = false;
    for (;;) {
        if (has_quotes && at < to && text[at] == '"') {
            at = quoted_field_take(reader, text, at + 1, to);
        } else {
            const char *next = at < to ? memchr(text + at, reader->delimiter, to - at) : NULL;
            size_t end = next == NULL ? to : (size_t)(next - text);
            field_add(reader, (Str){text + at, end - at});
            at = end;
        }
        if (at >= to)
            return;
        at++; // the delimiter
    }
}

static Err long_row_skip(CsvReader *reader, Diag *diag) {
    for (;;) {
        size_t at;
        bool is_found;
        TRY(text_find_newline(reader->text, 0, &at, &is_found, diag));
        text_consume(reader->text, at + is_found);
        if (is_found || at == 0)
            return ERR_OK;
    }
}

Err csv_next(CsvReader *reader, CsvRow *ret, bool *ret_has, Diag *diag) {
    for (;;) {
        size_t end, len;
        bool has_newline;
        TRY(text_find_newline(reader->text, 0, &end, &has_newline, diag));
        if (end == 0 && !has_newline) {
            *ret_has = false;
            return ERR_OK;
        }
        *ret = (CsvRow){.offset = text_offset(reader->text)};
        if (end > TEXT_LINE_MAX) {
            TRY(long_row_skip(reader, diag));
            ret->fault = CSV_TOO_LONG;
            *ret_has = true;
            return ERR_OK;
        }
        char *text = text_unread(reader->text, &len);
        bool has_quotes = memchr(text, '"', end) != NULL;
        if (has_quotes) {
            TRY(quoted_row_find(reader, &end, &has_newline, &ret->fault, diag));
            text = text_unread(reader->text, &len);
        }
        text_consume(reader->text, end + has_newline);
        size_t to = without_return(text, end);
        if (str_trim((Str){text, to}).len == 0)
            continue;
        fields_split(reader, text, to, has_quotes && ret->fault == CSV_WHOLE);
        ret->fields = reader->fields;
        ret->count = reader->count;
        if (reader->has_too_many) {
            ret->fault = CSV_TOO_LONG;
            ret->count = 0;
        }
        *ret_has = true;
        return ERR_OK;
    }
}

char csv_delimiter_of(Str line) {
    static const char CANDIDATES[] = {',', ';', '\t', '|'};
    size_t counts[sizeof CANDIDATES] = {0}, best = 0;
    bool is_quoted = false;
    for (size_t i = 0; i < line.len; i++) {
        if (line.ptr[i] == '"')
            is_quoted = !is_quoted;
        for (size_t c = 0; c < sizeof CANDIDATES && !is_quoted; c++)
            counts[c] += line.ptr[i] == CANDIDATES[c];
    }
    for (size_t c = 1; c < sizeof CANDIDATES; c++) {
        if (counts[c] > counts[best])
            best = c;
    }
    return CANDIDATES[best];
}

size_t csv_split_line(Str line, char delimiter, Str *ret_fields, size_t capacity) {
    size_t count = 0, at = 0;
    while (count < capacity) {
        size_t begin = at;
        bool is_quoted = at < line.len && line.ptr[at] == '"';
        if (is_quoted) {
            begin = ++at;
            while (at < line.len && line.ptr[at] != '"')
                at++;
        }
        size_t end = at;
        while (at < line.len && line.ptr[at] != delimiter)
            at++;
        if (!is_quoted)
            end = at;
        ret_fields[count++] = str_trim((Str){line.ptr + begin, end - begin});
        if (at >= line.len)
            break;
        at++;
    }
    return count;
}

static bool is_formula_start(char c) {
    return c == '=' || c == '+' || c == '-' || c == '@' || c == '\t' || c == '\r';
}

Str csv_field_armed(Str field) {
    bool is_disarmed = field.len >= 2 && field.ptr[0] == '\'' && is_formula_start(field.ptr[1]);
    return is_disarmed ? str_from_index(field, 1) : field;
}

void csv_put_field(StrBuf *out, Str value, char delimiter) {
    bool is_formula = value.len > 0 && is_formula_start(value.ptr[0]);
    bool needs_quotes = is_formula;
    for (size_t i = 0; i < value.len && !needs_quotes; i++) {
        char c = value.ptr[i];
        needs_quotes = c == '"' || c == delimiter || c == '\n' || c == '\r';
    }
    if (!needs_quotes) {
        strbuf_put(out, value);
        return;
    }
    strbuf_put_byte(out, '"');
    if (is_formula)
        strbuf_put_byte(out, '\'');
    Str head, tail;
    while (str_cut(value, '"', &head, &tail)) {
        strbuf_put(out, head);
        strbuf_put_text(out, "\"\"");
        value = tail;
    }
    strbuf_put(out, value);
    strbuf_put_byte(out, '"');
}
