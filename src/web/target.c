// Percent-decoding, and the checks that make a path harmless.
#include "web/target.h"

#include "base/utf8.h"
#include "web/limits.h"

static int hex_digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

// C0, DEL and, in UTF-8, C1.
static bool has_control(Str s, bool may_break_lines) {
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (may_break_lines && (c == '\t' || c == '\n' || c == '\r'))
            continue;
        if (c < 0x20 || c == 0x7F)
            return true;
        if (c == 0xC2 && i + 1 < s.len && (unsigned char)s.ptr[i + 1] < 0xA0)
            return true;
    }
    return false;
}

Err percent_decode(Str raw, bool is_form, Arena *arena, Str *ret) {
    char *out = arena_alloc(arena, raw.len + 1);
    if (out == NULL)
        return arena_err(arena);
    size_t len = 0;
    for (size_t i = 0; i < raw.len; i++) {
        char c = raw.ptr[i];
        if (c == '%') {
            int high = i + 1 < raw.len ? hex_digit(raw.ptr[i + 1]) : -1;
            int low = i + 2 < raw.len ? hex_digit(raw.ptr[i + 2]) : -1;
            if (high < 0 || low < 0)
                return ERR_SYNTAX;
            c = (char)(high << 4 | low);
            i += 2;
        } else if (c == '+' && is_form) {
            c = ' ';
        }
        if (is_form && c == '\n' && len > 0 && out[len - 1] == '\r')
            len--;
        out[len++] = c;
    }
    out[len] = '\0';
    Str text = {out, len};
    if (!utf8_is_valid(text) || has_control(text, is_form))
        return ERR_ENCODING;
    *ret = text;
    return ERR_OK;
}

static bool parts_are_plain(Str path) {
    Str rest = str_from_index(path, 1), part;
    for (bool has_more = true; has_more;) {
        has_more = str_cut(rest, '/', &part, &rest);
        if (!has_more)
            part = rest;
        if (str_is(part, ".") || str_is(part, "..") || (has_more && part.len == 0))
            return false;
    }
    return true;
}

Err target_parse(Str raw, Arena *arena, Target *ret) {
    if (raw.len > WEB_TARGET_MAX)
        return ERR_LIMIT;
    if (raw.len == 0 || raw.ptr[0] != '/')
        return ERR_SYNTAX;
    for (size_t i = 0; i < raw.len; i++) {
        unsigned char c = (unsigned char)raw.ptr[i];
        if (c <= 0x20 || c >= 0x7F || c == '#' || c == '\\')
            return ERR_SYNTAX;
    }
    Target target = {.raw = raw};
    Str path = raw;
    (void)str_cut(raw, '?', &path, &target.query);
    // An encoded slash or backslash would be a second way to write a path.
    for (size_t i = 0; i + 2 < path.len; i++)
        if (path.ptr[i] == '%' && ((path.ptr[i + 1] == '2' && (path.ptr[i + 2] | 0x20) == 'f') ||
                                   (path.ptr[i + 1] == '5' && (path.ptr[i + 2] | 0x20) == 'c')))
            return ERR_SYNTAX;
    TRY(percent_decode(path, false, arena, &target.path));
    if (!parts_are_plain(target.path))
        return ERR_SYNTAX;
    *ret = target;
    return ERR_OK;
}

bool target_is_local(Str target) {
    if (target.len == 0 || target.len > WEB_TARGET_MAX || target.ptr[0] != '/' ||
        (target.len > 1 && target.ptr[1] == '/'))
        return false;
    for (size_t i = 0; i < target.len; i++) {
        unsigned char c = (unsigned char)target.ptr[i];
        if (c <= 0x20 || c >= 0x7F || c == '\\' || c == '"' || c == '<' || c == '>')
            return false;
    }
    return true;
}
