// The state machine of a multipart body. A window holds what is not decided yet: at most one
// boundary's length of data, or the headers of one part.
#include "web/multipart.h"

#include <stdio.h>

#include "base/utf8.h"
#include "web/header_value.h"
#include "web/limits.h"

enum { FEED_STEP = 64 << 10 };

Err multipart_init(Multipart *multipart, Str boundary, const MultipartSink *sink) {
    if (boundary.len == 0 || boundary.len > WEB_BOUNDARY_MAX)
        return ERR_SYNTAX;
    for (size_t i = 0; i < boundary.len; i++) {
        unsigned char c = (unsigned char)boundary.ptr[i];
        if (c <= 0x20 || c >= 0x7F)
            return ERR_SYNTAX;
    }
    *multipart = (Multipart){
        .sink = *sink,
        .window = STRBUF(FEED_STEP + WEB_PART_HEADER_MAX + sizeof multipart->delimiter)};
    multipart->delimiter_len = (size_t)snprintf(multipart->delimiter, sizeof multipart->delimiter,
                                                "\r\n--%.*s", STR_ARG(boundary));
    return ERR_OK;
}

void multipart_done(Multipart *multipart) {
    strbuf_done(&multipart->window);
}

static void window_drop(Multipart *multipart, size_t n) {
    StrBuf *window = &multipart->window;
    memmove(window->ptr, window->ptr + n, window->len - n);
    strbuf_truncate(window, window->len - n);
}

// A quoted parameter as browsers write it: " as %22 and line ends as %0D%0A; some tools write \".
static Err quoted_decode(Str quoted, char *out, size_t capacity, Str *ret) {
    size_t len = 0;
    for (size_t i = 0; i < quoted.len; i++) {
        char c = quoted.ptr[i];
        Str rest = str_from_index(quoted, i);
        if (c == '\\' && rest.len > 1 && (rest.ptr[1] == '"' || rest.ptr[1] == '\\')) {
            c = rest.ptr[1];
            i++;
        } else if (str_has_prefix(rest, STR("%22"))) {
            c = '"';
            i += 2;
        } else if (str_has_prefix(rest, STR("%0D")) || str_has_prefix(rest, STR("%0A"))) {
            c = ' ';
            i += 2;
        }
        if ((unsigned char)c < 0x20 || c == 0x7F)
            return ERR_ENCODING;
        if (len >= capacity)
            return ERR_LIMIT;
        out[len++] = c;
    }
    *ret = (Str){out, len};
    return utf8_is_valid(*ret) ? ERR_OK : ERR_ENCODING;
}

// Takes ; name="value" off the front of io_rest.
static bool parameter_take(Str *io_rest, Str *ret_name, Str *ret_quoted) {
    Str rest = str_trim(*io_rest), name, tail;
    if (rest.len == 0 || rest.ptr[0] != ';')
        return false;
    if (!str_cut(str_from_index(rest, 1), '=', &name, &tail))
        return false;
    size_t end = 1;
    if (tail.len > 0 && tail.ptr[0] == '"') {
        while (end < tail.len && tail.ptr[end] != '"')
            end += tail.ptr[end] == '\\' && end + 1 < tail.len &&
                           (tail.ptr[end + 1] == '"' || tail.ptr[end + 1] == '\\')
                       ? 2
                       : 1;
        if (end >= tail.len)
            return false;
        *ret_quoted = (Str){tail.ptr + 1, end - 1};
        end++;
    } else {
        for (end = 0; end < tail.len && tail.ptr[end] != ';'; end++)
            continue;
        *ret_quoted = str_trim((Str){tail.ptr, end});
    }
    *ret_name = str_trim(name);
    *io_rest = str_from_index(tail, end);
    return is_token(*ret_name);
}

typedef struct PartTexts {
    char name[WEB_FIELD_NAME_MAX], file_name[WEB_FILE_NAME_MAX];
} PartTexts;

static Err disposition_parse(Str value, PartTexts *texts, MultipartPart *ret) {
    Str rest, kind = value, name, quoted;
    if (!str_cut(value, ';', &kind, &rest) ||
        !str_equal_ascii_nocase(str_trim(kind), STR("form-data")))
        return ERR_SYNTAX;
    rest = (Str){rest.ptr - 1, rest.len + 1};
    bool has_name = false;
    while (str_trim(rest).len > 0) {
        if (!parameter_take(&rest, &name, &quoted))
            return ERR_SYNTAX;
        if (str_equal_ascii_nocase(name, STR("name"))) {
            if (has_name)
                return ERR_SYNTAX;
            TRY(quoted_decode(quoted, texts->name, sizeof texts->name, &ret->name));
            has_name = true;
        } else if (str_equal_ascii_nocase(name, STR("filename"))) {
            if (ret->is_file)
                return ERR_SYNTAX;
            TRY(quoted_decode(quoted, texts->file_name, sizeof texts->file_name, &ret->file_name));
            ret->is_file = true;
        }
    }
    return has_name && ret->name.len > 0 ? ERR_OK : ERR_SYNTAX;
}

// head: the header lines of a part, each ended by CR LF.
static Err headers_parse(Str head, PartTexts *texts, MultipartPart *ret) {
    bool has_disposition = false;
    while (head.len > 0) {
        ptrdiff_t end = str_find(head, STR("\r\n"));
        Str line = {head.ptr, end < 0 ? head.len : (size_t)end}, name, value;
        head = str_from_index(head, line.len + 2);
        if (!str_cut(line, ':', &name, &value) || !is_token(name) ||
            memchr(value.ptr, '\0', value.len) != NULL ||
            memchr(value.ptr, '\n', value.len) != NULL)
            return ERR_SYNTAX;
        if (!str_equal_ascii_nocase(name, STR("content-disposition")))
            continue;
        if (has_disposition)
            return ERR_SYNTAX;
        TRY(disposition_parse(str_trim(value), texts, ret));
        has_disposition = true;
    }
    return has_disposition ? ERR_OK : ERR_SYNTAX;
}

// One step each: *ret_wants_more when the window decides nothing yet.
static Err step_start(Multipart *multipart, bool *ret_wants_more) {
    // The first boundary has no line end before it.
    size_t len = multipart->delimiter_len - 2;
    *ret_wants_more = multipart->window.len < len;
    if (*ret_wants_more)
        return ERR_OK;
    if (memcmp(multipart->window.ptr, multipart->delimiter + 2, len) != 0)
        return ERR_SYNTAX;
    window_drop(multipart, len);
    multipart->state = MULTIPART_BOUNDARY;
    return ERR_OK;
}

static Err step_boundary(Multipart *multipart, bool *ret_wants_more) {
    *ret_wants_more = multipart->window.len < 2;
    if (*ret_wants_more)
        return ERR_OK;
    Str two = {multipart->window.ptr, 2};
    if (str_is(two, "--"))
        multipart->state = MULTIPART_OVER;
    else if (str_is(two, "\r\n"))
        multipart->state = MULTIPART_HEADERS;
    else
        return ERR_SYNTAX;
    window_drop(multipart, 2);
    return ERR_OK;
}

static Err step_headers(Multipart *multipart, bool *ret_wants_more) {
    Str window = strbuf_str(&multipart->window);
    ptrdiff_t end = str_find(window, STR("\r\n\r\n"));
    *ret_wants_more = end < 0;
    if (end < 0 && window.len <= WEB_PART_HEADER_MAX)
        return ERR_OK;
    if (end < 0 || end > WEB_PART_HEADER_MAX)
        return ERR_LIMIT;
    PartTexts texts;
    MultipartPart part = {0};
    TRY(headers_parse((Str){window.ptr, (size_t)end + 2}, &texts, &part));
    TRY(multipart->sink.begin(multipart->sink.context, &part));
    window_drop(multipart, (size_t)end + 4);
    multipart->state = MULTIPART_DATA;
    return ERR_OK;
}

static Err step_data(Multipart *multipart, bool *ret_wants_more) {
    Str window = strbuf_str(&multipart->window);
    Str delimiter = {multipart->delimiter, multipart->delimiter_len};
    ptrdiff_t at = str_find(window, delimiter);
    *ret_wants_more = at < 0;
    // The last bytes may be the beginning of the boundary.
    size_t keep = delimiter.len - 1;
    size_t whole = at >= 0 ? (size_t)at : window.len > keep ? window.len - keep : 0;
    if (whole > 0)
        TRY(multipart->sink.data(multipart->sink.context, (Str){window.ptr, whole}));
    if (at < 0) {
        if (whole > 0)
            window_drop(multipart, whole);
        return ERR_OK;
    }
    TRY(multipart->sink.end(multipart->sink.context));
    window_drop(multipart, whole + delimiter.len);
    multipart->state = MULTIPART_BOUNDARY;
    return ERR_OK;
}

static Err advance(Multipart *multipart) {
    bool wants_more = false;
    while (!wants_more) {
        switch (multipart->state) {
        case MULTIPART_START:
            TRY(step_start(multipart, &wants_more));
            break;
        case MULTIPART_BOUNDARY:
            TRY(step_boundary(multipart, &wants_more));
            break;
        case MULTIPART_HEADERS:
            TRY(step_headers(multipart, &wants_more));
            break;
        case MULTIPART_DATA:
            TRY(step_data(multipart, &wants_more));
            break;
        case MULTIPART_OVER:
            // A line end may stand behind the closing boundary.
            if (multipart->window.len > 2 ||
                memcmp(strbuf_text(&multipart->window), "\r\n", multipart->window.len) != 0)
                return ERR_SYNTAX;
            wants_more = true;
            break;
        case MULTIPART_FAILED:
            return multipart->failed;
        }
    }
    return ERR_OK;
}

static Err fail(Multipart *multipart, Err err) {
    multipart->state = MULTIPART_FAILED;
    multipart->failed = err;
    return err;
}

Err multipart_feed(Multipart *multipart, Str bytes) {
    while (bytes.len > 0) {
        Str piece = {bytes.ptr, bytes.len < FEED_STEP ? bytes.len : (size_t)FEED_STEP};
        bytes = str_from_index(bytes, piece.len);
        strbuf_put(&multipart->window, piece);
        Err err = strbuf_err(&multipart->window);
        if (err == ERR_OK)
            err = advance(multipart);
        if (err != ERR_OK)
            return fail(multipart, err);
    }
    return ERR_OK;
}

Err multipart_finish(Multipart *multipart) {
    if (multipart->state == MULTIPART_FAILED)
        return multipart->failed;
    return multipart->state == MULTIPART_OVER ? ERR_OK : fail(multipart, ERR_TRUNCATED);
}
