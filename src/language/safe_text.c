// Neutralises what could act on a terminal or reorder a line, and looks at directions.
#include "language/safe_text.h"

#include <unicode/uchar.h>

#include "base/utf8.h"
#include "language/limits.h"

// Characters that are not seen themselves but change what is seen: directional marks, embeddings,
// overrides and isolates, line and paragraph separators, tags, fillers and the byte-order mark.
// ZWNJ and ZWJ stay: Persian, Hindi and emoji need them.
static bool is_invisible_actor(uint32_t c) {
    return c == 0x061C || c == 0x180E || c == 0x200B || c == 0x200E || c == 0x200F ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
           c == 0x115F || c == 0x1160 || c == 0x3164 || c == 0xFFA0 ||
           (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE007F);
}

static void put_control(StrBuf *out, uint32_t c) {
    switch (c) {
    case '\n':
        strbuf_put_text(out, "\\n");
        return;
    case '\r':
        strbuf_put_text(out, "\\r");
        return;
    case '\t':
        strbuf_put_text(out, "\\t");
        return;
    default:
        strbuf_printf(out, "\\x%02X", c);
    }
}

static bool put_entity(StrBuf *out, uint32_t c) {
    switch (c) {
    case '&':
        strbuf_put_text(out, "&amp;");
        return true;
    case '<':
        strbuf_put_text(out, "&lt;");
        return true;
    case '>':
        strbuf_put_text(out, "&gt;");
        return true;
    case '"':
        strbuf_put_text(out, "&quot;");
        return true;
    case '\'':
        strbuf_put_text(out, "&#39;");
        return true;
    default:
        return false;
    }
}

// Whether the first-strong isolates (U+2068 … U+2069) in text are balanced. Then they act on
// nothing outside it, nor otherwise than its own letters do, and stay: a filled message carries
// such.
static bool isolates_are_balanced(Str text) {
    int depth = 0;
    for (size_t at = 0; at + 2 < text.len; at++) {
        if (memcmp(text.ptr + at, "\xE2\x81", 2) != 0)
            continue;
        depth += (unsigned char)text.ptr[at + 2] == 0xA8 ? 1 : 0;
        depth -= (unsigned char)text.ptr[at + 2] == 0xA9 ? 1 : 0;
        if (depth < 0 || depth > ISOLATE_DEPTH_MAX)
            return false;
    }
    return depth == 0;
}

static void put_safe(StrBuf *out, Str text, bool is_html) {
    size_t at = 0, plain = 0; // [plain, at) waits to be copied as it is
    bool has_balance = isolates_are_balanced(text);
    while (at < text.len) {
        size_t from = at;
        unsigned char byte = (unsigned char)text.ptr[at];
        uint32_t c = utf8_next(text, &at);
        bool is_invalid = c == UTF8_REPLACEMENT && byte != 0xEF;
        if (c == UTF8_REPLACEMENT && byte == 0xEF && at - from == 1)
            is_invalid = true;
        bool is_control = c < 0x20 || (c >= 0x7F && c < 0xA0);
        if (has_balance && (c == 0x2068 || c == 0x2069))
            continue;
        if (!is_invalid && !is_control && !is_invisible_actor(c) &&
            !(is_html && c < 0x80 && strchr("&<>\"'", (int)c) != NULL))
            continue;
        strbuf_put(out, str_of(text.ptr + plain, from - plain));
        plain = at;
        if (is_invalid)
            strbuf_printf(out, "\\x%02X", byte);
        else if (is_control)
            put_control(out, c);
        else if (!(is_html && put_entity(out, c)))
            strbuf_printf(out, "\\u%04X", c);
    }
    strbuf_put(out, str_of(text.ptr + plain, text.len - plain));
}

void text_put_safe(StrBuf *out, Str text) {
    if (text.len > 0)
        put_safe(out, text, false);
}

void text_put_safe_html(StrBuf *out, Str text) {
    if (text.len > 0)
        put_safe(out, text, true);
}

void text_put_html(StrBuf *out, Str text) {
    size_t plain = 0;
    for (size_t at = 0; at < text.len; at++) {
        if (strchr("&<>\"'", text.ptr[at]) == NULL || text.ptr[at] == '\0')
            continue;
        strbuf_put(out, str_of(text.ptr + plain, at - plain));
        put_entity(out, (unsigned char)text.ptr[at]);
        plain = at + 1;
    }
    if (text.len > plain)
        strbuf_put(out, str_of(text.ptr + plain, text.len - plain));
}

TextDirections text_directions(Str text) {
    TextDirections found = {0};
    size_t at = 0;
    while (at < text.len) {
        uint32_t c = utf8_next(text, &at);
        if (c < 0x80) {
            found.has_ltr |= (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
            continue;
        }
        UCharDirection direction = u_charDirection((UChar32)c);
        found.has_ltr |= direction == U_LEFT_TO_RIGHT;
        found.has_rtl |= direction == U_RIGHT_TO_LEFT || direction == U_RIGHT_TO_LEFT_ARABIC;
    }
    return found;
}
