// StrBuf: a growing buffer with a ceiling and a sticky failure.
//
// Invariant: while failed is ERR_OK, ptr[0..len) is what was added and ptr[len] is NUL (ptr is NULL
// only while nothing was ever added). Once an addition fails (NOMEM, or LIMIT past the ceiling) all
// later additions do nothing, so that a writer checks once, at the end, with strbuf_finish or
// strbuf_err. Not thread-safe.
#pragma once
#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"

typedef struct StrBuf {
    char *ptr;
    size_t len;
    size_t capacity;
    size_t ceiling; // greatest len allowed
    Err failed;
} StrBuf;

// An empty buffer; ceiling in bytes.
#define STRBUF(ceiling_bytes) ((StrBuf){.ceiling = (ceiling_bytes)})
#define _cleanup_strbuf_ _cleanup_(strbuf_done)

void strbuf_done(StrBuf *buf);
// Empties the buffer and its failure but keeps its memory.
void strbuf_clear(StrBuf *buf);
void strbuf_put(StrBuf *buf, Str s);
void strbuf_put_text(StrBuf *buf, const char *text);
void strbuf_put_byte(StrBuf *buf, char byte);
void strbuf_put_code_point(StrBuf *buf, uint32_t code_point);
void strbuf_put_i64(StrBuf *buf, int64_t number);
void strbuf_put_u64(StrBuf *buf, uint64_t number);
// For our own fixed formats only (never for text a person reads: that is language/).
void strbuf_printf(StrBuf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
// Room for n more bytes, to be filled by the caller who then calls strbuf_commit; NULL on failure.
char *strbuf_reserve(StrBuf *buf, size_t n);
void strbuf_commit(StrBuf *buf, size_t n);
// Cuts back to len (≤ the present length).
void strbuf_truncate(StrBuf *buf, size_t len);
static inline Str strbuf_str(const StrBuf *buf) {
    return (Str){buf->ptr, buf->len};
}
// The text with a NUL, never NULL ("" when empty).
static inline const char *strbuf_text(const StrBuf *buf) {
    return buf->ptr == NULL ? "" : buf->ptr;
}
Err strbuf_err(const StrBuf *buf) MUST_CHECK;
