// JsonWriter: commas, escapes, numbers.
#include <assert.h>

#include "base/encoding.h"
#include "base/utf8.h"
#include "format/json.h"

enum { WRITER_DEPTH = sizeof((JsonWriter *)NULL)->needs_comma };

void json_writer_init(JsonWriter *writer, StrBuf *out) {
    *writer = (JsonWriter){.out = out};
}

// Before a value or key: the comma that separates it from what stands before it.
static void separate(JsonWriter *writer) {
    if (writer->is_after_key) {
        writer->is_after_key = false;
        return;
    }
    if (writer->depth > 0 && writer->needs_comma[writer->depth - 1])
        strbuf_put_byte(writer->out, ',');
    if (writer->depth > 0)
        writer->needs_comma[writer->depth - 1] = true;
}

static void open(JsonWriter *writer, char bracket) {
    separate(writer);
    assert(writer->depth < WRITER_DEPTH);
    writer->needs_comma[writer->depth++] = false;
    strbuf_put_byte(writer->out, bracket);
}

static void close_bracket(JsonWriter *writer, char bracket) {
    assert(writer->depth > 0 && !writer->is_after_key);
    writer->depth--;
    strbuf_put_byte(writer->out, bracket);
}

void json_object_begin(JsonWriter *writer) {
    open(writer, '{');
}

void json_object_end(JsonWriter *writer) {
    close_bracket(writer, '}');
}

void json_array_begin(JsonWriter *writer) {
    open(writer, '[');
}

void json_array_end(JsonWriter *writer) {
    close_bracket(writer, ']');
}

static void escape_put(StrBuf *out, unsigned char c) {
    static const char SHORT[] = "\"\"\\\\\bb\ff\nn\rr\tt";
    for (const char *at = SHORT; *at != '\0'; at += 2) {
        if ((unsigned char)*at == c) {
            strbuf_put_byte(out, '\\');
            strbuf_put_byte(out, at[1]);
            return;
        }
    }
    strbuf_put(out, STR("\\u00"));
    hex_put(out, &c, 1);
}

// DEL and the line separators are escaped too: they are valid, but break tools that treat the text
// as lines.
static bool is_plain(unsigned char c) {
    return c >= 0x20 && c != '"' && c != '\\' && c != 0x7F;
}

static void quoted_put(StrBuf *out, Str text) {
    strbuf_put_byte(out, '"');
    size_t at = 0;
    while (at < text.len) {
        size_t run = at;
        while (run < text.len && is_plain((unsigned char)text.ptr[run]))
            run++;
        strbuf_put(out, str_of(text.ptr + at, run - at));
        if (run < text.len)
            escape_put(out, (unsigned char)text.ptr[run++]);
        at = run;
    }
    strbuf_put_byte(out, '"');
}

static void string_put(StrBuf *out, Str text) {
    if (utf8_is_valid(text)) {
        quoted_put(out, text);
        return;
    }
    _cleanup_strbuf_ StrBuf fixed = STRBUF(text.len * 3);
    size_t at = 0;
    while (at < text.len)
        strbuf_put_code_point(&fixed, utf8_next(text, &at));
    if (fixed.failed != ERR_OK)
        out->failed = fixed.failed;
    quoted_put(out, strbuf_str(&fixed));
}

void json_key(JsonWriter *writer, const char *key) {
    assert(writer->depth > 0 && !writer->is_after_key);
    separate(writer);
    string_put(writer->out, str_from(key));
    strbuf_put_byte(writer->out, ':');
    writer->is_after_key = true;
}

void json_str(JsonWriter *writer, Str value) {
    separate(writer);
    string_put(writer->out, value);
}

void json_text(JsonWriter *writer, const char *value) {
    if (value == NULL)
        json_null(writer);
    else
        json_str(writer, str_from(value));
}

void json_i64(JsonWriter *writer, int64_t value) {
    separate(writer);
    strbuf_put_i64(writer->out, value);
}

void json_u64(JsonWriter *writer, uint64_t value) {
    separate(writer);
    strbuf_put_u64(writer->out, value);
}

void json_bool(JsonWriter *writer, bool value) {
    separate(writer);
    strbuf_put_text(writer->out, value ? "true" : "false");
}

void json_null(JsonWriter *writer) {
    separate(writer);
    strbuf_put(writer->out, STR("null"));
}

void json_hex(JsonWriter *writer, const uint8_t *bytes, size_t n) {
    separate(writer);
    strbuf_put_byte(writer->out, '"');
    hex_put(writer->out, bytes, n);
    strbuf_put_byte(writer->out, '"');
}

void json_raw(JsonWriter *writer, Str json) {
    separate(writer);
    strbuf_put(writer->out, json);
}
