// Display width by Unicode's East Asian Width, and line breaks by ICU's rules.
#include "language/text_layout.h"

#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/utext.h>

#include "base/utf8.h"

static int code_point_columns(uint32_t c) {
    if (c >= 0x20 && c < 0x7F)
        return 1;
    switch (u_charType((UChar32)c)) {
    case U_NON_SPACING_MARK:
    case U_ENCLOSING_MARK:
    case U_CONTROL_CHAR:
    case U_FORMAT_CHAR:
    case U_LINE_SEPARATOR:
    case U_PARAGRAPH_SEPARATOR:
        return c == 0xAD ? 1 : 0;
    default:
        break;
    }
    // Vowels and finals of Hangul join the syllable before them.
    if (c >= 0x1160 && c <= 0x11FF)
        return 0;
    int32_t width = u_getIntPropertyValue((UChar32)c, UCHAR_EAST_ASIAN_WIDTH);
    return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

int text_columns(Str text) {
    int columns = 0;
    for (size_t at = 0; at < text.len;)
        columns += code_point_columns(utf8_next(text, &at));
    return columns;
}

size_t text_fit(Str text, int columns) {
    size_t at = 0;
    int used = 0;
    while (at < text.len) {
        size_t from = at;
        used += code_point_columns(utf8_next(text, &at));
        if (used > columns)
            return from;
    }
    return at;
}

// Whether a line may end before text[at], given that ICU allows it: behind a space, or between
// characters of scripts that write without spaces. Behind a hyphen or slash, which stand in options
// and paths, it may not.
static bool may_break(Str text, size_t at) {
    if (at >= text.len || text.ptr[at - 1] == ' ')
        return true;
    size_t from = at - 1;
    while (from > 0 && ((unsigned char)text.ptr[from] & 0xC0) == 0x80)
        from--;
    uint32_t before = utf8_next(text, &from);
    int32_t kind = u_getIntPropertyValue((UChar32)before, UCHAR_LINE_BREAK);
    return kind == U_LB_IDEOGRAPHIC || kind == U_LB_COMPLEX_CONTEXT ||
           kind == U_LB_CONDITIONAL_JAPANESE_STARTER || kind == U_LB_CLOSE_PUNCTUATION ||
           (before >= 0x3000 && before < 0xFF00);
}

// The next place at or after `at` where a line may end.
static size_t next_break(UBreakIterator *breaks, Str text, size_t at) {
    while (at < text.len) {
        int32_t next = breaks == NULL ? UBRK_DONE : ubrk_following(breaks, (int32_t)at);
        if (next == UBRK_DONE) {
            // Without ICU's rules: behind the next space.
            ptrdiff_t space = str_find_byte(str_from_index(text, at), ' ');
            return space < 0 ? text.len : at + (size_t)space + 1;
        }
        at = (size_t)next;
        if (may_break(text, at))
            return at;
    }
    return text.len;
}

static void put_wrapped_line(StrBuf *out, Str text, int columns, int indent) {
    UErrorCode status = U_ZERO_ERROR;
    UText view = UTEXT_INITIALIZER;
    utext_openUTF8(&view, text.ptr, (int64_t)text.len, &status);
    UBreakIterator *breaks = ubrk_open(UBRK_LINE, "", NULL, 0, &status);
    if (U_SUCCESS(status))
        ubrk_setUText(breaks, &view, &status);
    if (U_FAILURE(status)) {
        ubrk_close(breaks);
        breaks = NULL;
    }
    int room = columns - indent, used = 0;
    for (size_t at = 0; at < text.len;) {
        size_t next = next_break(breaks, text, at);
        Str word = str_of(text.ptr + at, next - at);
        Str shown = word;
        while (shown.len > 0 && shown.ptr[shown.len - 1] == ' ')
            shown.len--;
        if (used > 0 && used + text_columns(shown) > room) {
            // The spaces at the end of the line before are not wanted.
            while (out->len > 0 && out->failed == ERR_OK && out->ptr[out->len - 1] == ' ')
                strbuf_truncate(out, out->len - 1);
            strbuf_put_byte(out, '\n');
            for (int i = 0; i < indent; i++)
                strbuf_put_byte(out, ' ');
            used = 0;
        }
        strbuf_put(out, next == text.len ? shown : word);
        used += text_columns(word);
        at = next;
    }
    ubrk_close(breaks);
    utext_close(&view);
}

void text_put_wrapped(StrBuf *out, Str text, int columns, int indent) {
    bool is_first = true;
    while (text.len > 0) {
        Str line, rest;
        if (!str_cut(text, '\n', &line, &rest)) {
            line = text;
            rest = (Str){0};
        }
        if (!is_first)
            strbuf_put_byte(out, '\n');
        if (!is_first && line.len > 0)
            for (int i = 0; i < indent; i++)
                strbuf_put_byte(out, ' ');
        if (line.len > 0)
            put_wrapped_line(out, line, columns, indent);
        is_first = false;
        text = rest;
    }
}
