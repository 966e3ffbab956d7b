// Driver of the output of sha256sum, sha1sum, md5sum and their kin: `hex  name`, `hex *name`, the
// escaped form with a backslash in front, md5deep's with a size in front, and BSD's `MD5 (name) =
// hex`.
#include <stdlib.h>

#include "base/encoding.h"
#include "format/driver.h"
#include "format/scheme.h"
#include "format/table.h"
#include "format/text.h"

enum { SAMPLE_LINES = 64, SHORTEST_DIGEST = 32, LONGEST_DIGEST = 128 };

typedef enum LineKind { LINE_OTHER, LINE_REMARK, LINE_DIGEST } LineKind;

typedef struct DigestLine {
    Str algorithm; // BSD only
    Str hex, name, size;
    bool is_escaped; // the name has \\ for a backslash, \n and \r for line ends
    bool is_typical; // as the tools write it, not merely a digest and a word
} DigestLine;

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

static Str hex_run(Str text) {
    return (Str){text.ptr, hex_prefix(text)};
}

static bool is_digest_length(size_t n) {
    return n >= SHORTEST_DIGEST - 1 && n <= LONGEST_DIGEST;
}

// Passes over `  1234  ` in front of a digest, as md5deep -z writes it.
static Str size_take(Str line, DigestLine *io_line) {
    Str rest = str_trim(line);
    size_t n = 0;
    while (n < rest.len && rest.ptr[n] >= '0' && rest.ptr[n] <= '9')
        n++;
    if (n == 0 || n > 20 || n + 2 > rest.len || !is_blank(rest.ptr[n]))
        return line;
    Str size = {rest.ptr, n};
    rest = str_from_index(rest, n);
    while (rest.len > 0 && is_blank(rest.ptr[0]))
        rest = str_from_index(rest, 1);
    if (!is_digest_length(hex_run(rest).len))
        return line;
    io_line->size = size;
    return rest;
}

// `MD5 (name) = hex`, and openssl's `MD5(name)= hex`.
static bool bsd_parse(Str line, DigestLine *ret) {
    ptrdiff_t open = str_find_byte(line, '(');
    if (open <= 0 || open > 16)
        return false;
    size_t close = line.len;
    while (close > 0 && line.ptr[close - 1] != ')')
        close--;
    if (close < (size_t)open + 2)
        return false;
    Str tail = str_trim(str_from_index(line, close));
    if (!str_has_prefix(tail, STR("=")))
        return false;
    ret->hex = str_trim(str_from_index(tail, 1));
    ret->algorithm = str_trim((Str){line.ptr, (size_t)open});
    ret->name = (Str){line.ptr + open + 1, close - (size_t)open - 2};
    return is_digest_length(hex_run(ret->hex).len) && hex_run(ret->hex).len == ret->hex.len;
}

static LineKind line_parse(Str line, DigestLine *ret) {
    *ret = (DigestLine){0};
    if (line.ptr[0] == '#' || line.ptr[0] == ';')
        return LINE_REMARK;
    if (line.ptr[0] == '\\') {
        ret->is_escaped = true;
        line = str_from_index(line, 1);
    }
    if (bsd_parse(line, ret)) {
        ret->is_typical = true;
        return LINE_DIGEST;
    }
    line = size_take(line, ret);
    ret->hex = hex_run(line);
    Str rest = str_from_index(line, ret->hex.len);
    if (!is_digest_length(ret->hex.len) || rest.len < 2 || rest.ptr[0] != ' ')
        return LINE_OTHER;
    ret->is_typical = (rest.ptr[1] == ' ' || rest.ptr[1] == '*') && rest.len > 2; // text or binary
    ret->name = str_from_index(rest, ret->is_typical ? 2 : 1);
    return LINE_DIGEST;
}

static int digest_lines_detect(const FormatWindow *window, FormatKind *ret_kind) {
    Str text = window->text, line;
    size_t lines = 0, digests = 0;
    bool is_whole;
    DigestLine parsed;
    while (lines < SAMPLE_LINES && text_take_line(&text, &line, &is_whole)) {
        if (!is_whole && !window->is_whole && lines > 0)
            break;
        LineKind kind = line_parse(line, &parsed);
        lines += kind != LINE_REMARK;
        digests += kind == LINE_DIGEST && parsed.is_typical && is_digest_shaped(parsed.hex);
    }
    *ret_kind = FORMAT_DIGEST_LINES;
    return digests > 0 && digests * 2 >= lines ? DRIVER_LIKELY : DRIVER_NO;
}

static Err digest_lines_open(FormatReader *reader, void **ret_state, Diag *diag) {
    TextReader *text;
    TRY(text_reader_new(reader->source, &text));
    *ret_state = text;
    (void)diag;
    return ERR_OK;
}

static void digest_lines_close(void *state) {
    text_reader_free(state);
}

static void digest_put(Row *row, const DigestLine *line) {
    static const struct {
        const char *name;
        void (*put)(Row *row, Str hex, int64_t offset);
    } ALGORITHMS[] = {{"MD5", row_md5},       {"SHA1", row_sha1},      {"SHA-1", row_sha1},
                      {"SHA256", row_sha256}, {"SHA-256", row_sha256}, {"SHA2-256", row_sha256}};
    if (line->algorithm.len == 0) {
        row_digest(row, line->hex, row->offset);
        return;
    }
    for (size_t i = 0; i < sizeof ALGORITHMS / sizeof *ALGORITHMS; i++) {
        if (str_equal_ascii_nocase(line->algorithm, str_from(ALGORITHMS[i].name))) {
            ALGORITHMS[i].put(row, line->hex, row->offset);
            return;
        }
    }
    row_reject(row, REJECT_BAD_HASH, row->offset); // RIPEMD-160 is as long as SHA-1
}

static void name_put(Row *row, const DigestLine *line) {
    Str name = line->name;
    if (str_is(name, "-") || name.len == 0)
        return;
    if (!line->is_escaped) {
        row_file(row, name, row->offset);
        return;
    }
    char *to = arena_alloc(row->arena, name.len);
    size_t n = 0;
    if (to == NULL)
        return;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        if (c == '\\' && i + 1 < name.len) {
            c = name.ptr[++i];
            c = c == 'n' ? '\n' : c == 'r' ? '\r' : c;
        }
        to[n++] = c;
    }
    row_file(row, (Str){to, n}, row->offset);
}

static Err digest_lines_next(FormatReader *reader, void *state, bool *ret_has, Diag *diag) {
    TextLine line;
    DigestLine parsed;
    LineKind kind;
    do {
        TRY(text_next_line(state, &line, ret_has, diag));
        if (!*ret_has)
            return ERR_OK;
        kind = line_parse(line.text, &parsed);
    } while (kind == LINE_REMARK);
    Row *row = &reader->row;
    row_begin(row, (int64_t)line.offset);
    if (kind == LINE_OTHER && is_digest_shaped(str_trim(line.text))) {
        parsed = (DigestLine){.hex = str_trim(line.text)};
        kind = LINE_DIGEST;
    }
    if (kind == LINE_OTHER || line.is_too_long) {
        row_drop(row, REJECT_DAMAGED, row->offset);
        return ERR_OK;
    }
    digest_put(row, &parsed);
    name_put(row, &parsed);
    if (parsed.size.len > 0)
        row_size(row, parsed.size, row->offset);
    row_category(row, &reader->input, (Str){0}, (Str){0}, (Str){0}, row->offset);
    return ERR_OK;
}

const FormatDriver digest_lines_driver = {.detect = digest_lines_detect,
                                          .open = digest_lines_open,
                                          .next = digest_lines_next,
                                          .close = digest_lines_close};
