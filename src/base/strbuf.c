// A growing buffer with a ceiling and a sticky failure.
#include "base/strbuf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/utf8.h"

void strbuf_done(StrBuf *buf) {
    free(buf->ptr);
    *buf = STRBUF(buf->ceiling);
}

void strbuf_clear(StrBuf *buf) {
    buf->len = 0;
    buf->failed = ERR_OK;
    if (buf->ptr != NULL)
        buf->ptr[0] = '\0';
}

char *strbuf_reserve(StrBuf *buf, size_t n) {
    if (buf->failed != ERR_OK)
        return NULL;
    if (n > buf->ceiling - buf->len) {
        buf->failed = ERR_LIMIT;
        return NULL;
    }
    size_t need = buf->len + n + 1;
    if (need > buf->capacity) {
        size_t grown = buf->capacity + buf->capacity / 2 + 64;
        if (grown > buf->ceiling + 1)
            grown = buf->ceiling + 1;
        if (grown < need)
            grown = need;
        char *moved = realloc(buf->ptr, grown);
        if (moved == NULL) {
            buf->failed = ERR_NOMEM;
            return NULL;
        }
        buf->ptr = moved;
        buf->capacity = grown;
    }
    return buf->ptr + buf->len;
}

void strbuf_commit(StrBuf *buf, size_t n) {
    if (buf->failed != ERR_OK)
        return;
    assert(buf->len + n < buf->capacity);
    buf->len += n;
    buf->ptr[buf->len] = '\0';
}

void strbuf_put(StrBuf *buf, Str s) {
    char *to = strbuf_reserve(buf, s.len);
    if (to == NULL)
        return;
    if (s.len > 0)
        memcpy(to, s.ptr, s.len);
    strbuf_commit(buf, s.len);
}

void strbuf_put_text(StrBuf *buf, const char *text) {
    strbuf_put(buf, str_from(text));
}

void strbuf_put_byte(StrBuf *buf, char byte) {
    strbuf_put(buf, str_of(&byte, 1));
}

void strbuf_put_code_point(StrBuf *buf, uint32_t code_point) {
    char bytes[4];
    strbuf_put(buf, str_of(bytes, utf8_put(code_point, bytes)));
}

void strbuf_put_u64(StrBuf *buf, uint64_t number) {
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    strbuf_put(buf, str_of(digits + at, sizeof digits - at));
}

void strbuf_put_i64(StrBuf *buf, int64_t number) {
    if (number < 0)
        strbuf_put_byte(buf, '-');
    strbuf_put_u64(buf, number < 0 ? 0 - (uint64_t)number : (uint64_t)number);
}

void strbuf_printf(StrBuf *buf, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int need = vsnprintf(NULL, 0, format, args);
    va_end(args);
    assert(need >= 0);
    char *to = strbuf_reserve(buf, (size_t)need);
    if (to != NULL) {
        vsnprintf(to, (size_t)need + 1, format, again);
        strbuf_commit(buf, (size_t)need);
    }
    va_end(again);
}

void strbuf_truncate(StrBuf *buf, size_t len) {
    assert(len <= buf->len);
    buf->len = len;
    if (buf->ptr != NULL)
        buf->ptr[len] = '\0';
}

Err strbuf_err(const StrBuf *buf) {
    return buf->failed;
}
