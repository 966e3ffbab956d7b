// JSON: the only reader and writer of it in the project. Strict (RFC 8259) and tolerant (the
// field's broken exports).
//
// The reader is a pull parser over a ByteSource with a bounded window: memory does not grow with
// the document. One thread. A single string longer than the ceiling is ERR_LIMIT.
#pragma once
#include "base/cleanup.h"
#include "base/source.h"
#include "base/strbuf.h"

typedef enum JsonToken {
    JSON_END, // the document is complete
    JSON_OBJECT_BEGIN,
    JSON_OBJECT_END,
    JSON_ARRAY_BEGIN,
    JSON_ARRAY_END,
    JSON_KEY,
    JSON_STRING,
    JSON_NUMBER, // text as written
    JSON_TRUE,
    JSON_FALSE,
    JSON_NULL
} JsonToken;

typedef struct JsonReader JsonReader;
typedef struct JsonOptions {
    bool is_tolerant;      // resumable after damage; UTF-16 and BOM accepted either way
    size_t string_ceiling; // bytes of one string; 0: the default of format/limits.h
    int depth_ceiling;     // 0: the default
} JsonOptions;

// The source is borrowed.
Err json_reader_new(ByteSource *source, const JsonOptions *options, JsonReader **ret) MUST_CHECK;
void json_reader_free(JsonReader *reader);
DEFINE_CLEANUP(JsonReader *, json_reader_free);
// The next token. *ret_text (may be NULL) is the unescaped key or string, or the number as written;
// borrowed until the next call. On ERR_SYNTAX, ERR_ENCODING, ERR_TRUNCATED or ERR_LIMIT the diag
// has the byte offset.
Err json_next(JsonReader *reader, JsonToken *ret_token, Str *ret_text, Diag *diag) MUST_CHECK;
// After a BEGIN or KEY: passes over the whole value that was begun or follows.
Err json_skip(JsonReader *reader, Diag *diag) MUST_CHECK;
int json_depth(const JsonReader *reader);
uint64_t json_offset(const JsonReader *reader); // of the last token's first byte
// Tolerant only: after an error inside an element of the array at array_depth, finds the next
// element of that array. *ret_has_more is false when the array or the input ended.
Err json_resume(JsonReader *reader, int array_depth, bool *ret_has_more, Diag *diag) MUST_CHECK;

// The writer puts commas and escapes; it trusts its caller to open and close in order (asserted).
// Text must be UTF-8; what is not becomes U+FFFD. One value per line when is_lines.
typedef struct JsonWriter {
    StrBuf *out;
    int depth;
    bool needs_comma[32];
    bool is_after_key;
} JsonWriter;
void json_writer_init(JsonWriter *writer, StrBuf *out);
void json_object_begin(JsonWriter *writer);
void json_object_end(JsonWriter *writer);
void json_array_begin(JsonWriter *writer);
void json_array_end(JsonWriter *writer);
void json_key(JsonWriter *writer, const char *key);
void json_str(JsonWriter *writer, Str value);
void json_text(JsonWriter *writer, const char *value); // NULL gives null
void json_i64(JsonWriter *writer, int64_t value);
void json_u64(JsonWriter *writer, uint64_t value);
void json_bool(JsonWriter *writer, bool value);
void json_null(JsonWriter *writer);
void json_hex(JsonWriter *writer, const uint8_t *bytes, size_t n); // lower-case hex string
void json_raw(JsonWriter *writer, Str json);                       // already valid JSON
