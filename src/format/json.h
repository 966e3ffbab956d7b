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

// What an object is that begins with these two keys: an element of the array that json_resume looks
// for, something inside one, unknown, or doubtful: to be asked again with the second key.
// second_key.ptr is NULL when it was not looked for, its length is 0 when it is not at hand.
typedef enum JsonGuess {
    JSON_IS_UNKNOWN,
    JSON_IS_ELEMENT,
    JSON_IS_INNER,
    JSON_IS_DOUBTFUL
} JsonGuess;

typedef struct JsonReader JsonReader;
typedef struct JsonOptions {
    bool is_tolerant;      // resumable after damage; UTF-16 and BOM accepted either way
    bool is_sequence;      // values follow one another (JSON lines); JSON_END after the last
    size_t string_ceiling; // bytes of one string as written; 0: the default of format/limits.h
    int depth_ceiling;     // 0: the default
    // Tolerant: tells elements from what they hold, so that json_resume finds the next one even
    // where damage has upset the nesting. May be NULL.
    JsonGuess (*guess)(void *context, Str first_key, Str second_key);
    void *guess_context;
} JsonOptions;

// The source is borrowed.
Err json_reader_new(ByteSource *source, const JsonOptions *options, JsonReader **ret) MUST_CHECK;
void json_reader_free(JsonReader *reader);
DEFINE_CLEANUP(JsonReader *, json_reader_free);
// Starts again with another source, keeping options and memory.
void json_reader_reset(JsonReader *reader, ByteSource *source);
// The next token. *ret_text (may be NULL) is the unescaped key or string, or the number as written;
// borrowed until the next call. On ERR_SYNTAX, ERR_ENCODING, ERR_TRUNCATED or ERR_LIMIT the diag
// has the byte offset; after ERR_LIMIT of a string (and only of one) the reader stands behind it
// and json_next goes on, after other errors it repeats the error until json_resume.
Err json_next(JsonReader *reader, JsonToken *ret_token, Str *ret_text, Diag *diag) MUST_CHECK;
// After a BEGIN or KEY: passes over the whole value that was begun or follows; its strings are
// checked but not held, so that no ceiling applies to them.
Err json_skip(JsonReader *reader, Diag *diag) MUST_CHECK;
// After an error: whether json_resume must come before the next token, and where the failure was
// (ret_offset may be NULL).
bool json_has_failed(const JsonReader *reader, uint64_t *ret_offset);
int json_depth(const JsonReader *reader);
uint64_t json_offset(const JsonReader *reader); // of the last token's first byte
// Tolerant only: how many tokens so far were read although they break the rules (an unescaped
// quote, backslash or control character, bytes that are not UTF-8, a comma too many), and the
// offset of the last.
uint64_t json_repairs(const JsonReader *reader, uint64_t *ret_offset);
// Tolerant only: after an error inside an element of the array whose elements have depth
// array_depth (json_depth after its JSON_ARRAY_BEGIN), finds the next element of that array;
// json_next then gives its first token. *ret_has_more is false when the array or the input ended.
// Linear in what is passed over, whatever that is.
Err json_resume(JsonReader *reader, int array_depth, bool *ret_has_more, Diag *diag) MUST_CHECK;
// Tolerant, with a guess: the elements stand in arrays of this depth. An object deeper than that
// which the guess calls an element is damage: brackets were lost before
// it, and json_next fails at its brace. 0 (as at first): no such check.
void json_elements_at(JsonReader *reader, int array_depth);
// The caller knows that this cannot be right: fails at the last token as json_next does.
Err json_reject(JsonReader *reader, Diag *diag);

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
