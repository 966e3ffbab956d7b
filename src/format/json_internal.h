// The inside of JsonReader, shared by json_window.c, json_string.c, json_reader.c and
// json_resume.c.
//
// Invariants: window[at..end) is text not yet passed; window[end..end + JSON_PAD) is zero. A fill
// may move the text so that `at` becomes 0: positions held across a fill are relative to `at`.
#pragma once
#include "format/json.h"
#include "format/json_scan.h"
#include "format/limits.h"
#include "format/text_source.h"

typedef enum JsonExpect {
    EXPECT_VALUE,
    EXPECT_FIRST_ELEMENT, // or the end of the array
    EXPECT_FIRST_KEY,     // or the end of the object
    EXPECT_NEXT           // after a value: a comma, the end of its container, or of the document
} JsonExpect;

struct JsonReader {
    JsonOptions options;
    TextSource text;

    char *window;
    size_t capacity, at, end;
    bool has_ended;  // the source has no more
    uint64_t passed; // decoded bytes before window[0], byte order mark not counted
    // UTF-16 only: raw_offset is the offset in the source of window[raw_at].
    size_t raw_at;
    uint64_t raw_offset;

    JsonExpect expect;
    JsonToken last;
    int depth;
    bool *is_object;   // [depth_ceiling]: what stands open
    int element_depth; // see json_elements_at
    uint64_t token_offset;
    uint64_t repairs, repair_offset;

    Err failed; // repeated until json_resume
    const char *failed_msgid;
    uint64_t failed_offset;

    char *scratch; // unescaped text
    size_t scratch_capacity;
};

// json_window.c
// Allocates what the options ask for; json_reader_free releases it.
Err json_window_new(JsonReader *reader) MUST_CHECK;
// Reads more. When nothing is left, has_ended is set. ERR_LIMIT when the text that must be kept
// (from `at`) fills the greatest window.
Err json_fill(JsonReader *reader, Diag *diag) MUST_CHECK;
// Tries to have n bytes from `at`; fewer only at the end of the input.
Err json_need_slow(JsonReader *reader, size_t n, Diag *diag) MUST_CHECK;
static inline Err json_need(JsonReader *reader, size_t n, Diag *diag) {
    if (reader->end - reader->at >= n || reader->has_ended)
        return ERR_OK;
    return json_need_slow(reader, n, diag);
}
// The offset in the source of window[index].
uint64_t json_offset_at(JsonReader *reader, size_t index);
// Passes white space (tolerant: all control characters); *ret is the byte at `at`, or -1 at the
// end.
Err json_peek_slow(JsonReader *reader, int *ret, Diag *diag) MUST_CHECK;
static inline Err json_peek(JsonReader *reader, int *ret, Diag *diag) {
    if (reader->at < reader->end && (unsigned char)reader->window[reader->at] > ' ') {
        *ret = (unsigned char)reader->window[reader->at];
        return ERR_OK;
    }
    return json_peek_slow(reader, ret, diag);
}
// Sets the lasting failure and the diag.
Err json_fail(JsonReader *reader, Err err, const char *msgid, size_t index, Diag *diag);
static inline void json_repaired(JsonReader *reader, uint64_t offset) {
    reader->repairs++;
    reader->repair_offset = offset;
}

// json_string.c
typedef enum JsonPlace {
    PLACE_KEY,
    PLACE_MEMBER,  // a value in an object
    PLACE_ELEMENT, // a value in an array
    PLACE_TOP,
    PLACE_ANY // not known: while looking for the next element
} JsonPlace;
// `at` is at the opening quote; afterwards behind the closing one. ret_text NULL: not wanted, not
// held. A tolerant reader that finds the string unclosed stands where structure begins again.
// ERR_LIMIT without a lasting failure: the string was too long and has been passed.
Err json_string_read(JsonReader *reader, JsonPlace place, Str *ret_text, Diag *diag) MUST_CHECK;
// Moves text that may lie in the window to where a fill does not move it.
Err json_text_keep(JsonReader *reader, Str *io_text, Diag *diag) MUST_CHECK;

// json_resume.c
// At a brace that opens an object: is it an element of the caller's array where none can stand?
Err json_is_stray_element(JsonReader *reader, bool *ret, Diag *diag) MUST_CHECK;

// json_closing.c: tolerant judgement of quotes, over the text at hand only.
// Could the quote before window[index] close a string here? Always true in a valid document.
bool json_may_close(const JsonReader *reader, size_t index, JsonPlace place);
// Does window[index] begin `"name":` before `end`, with a name that starts with a letter, _, $ or
// @? The outputs may be NULL.
bool json_key_stands_at(const JsonReader *reader, size_t index, size_t end, Str *ret_key,
                        size_t *ret_after);
// Does the quote at window[index], met in a string that began at window[start], begin an object?
// *ret_brace is then where.
bool json_object_begins(const JsonReader *reader, size_t start, size_t index, size_t *ret_brace);
// Does `what` stand before window[index], white space between, in a string that began at
// window[start]?
bool json_stands_before(const JsonReader *reader, char what, size_t start, size_t index,
                        size_t *ret);
// The same as json_may_close for an escaped quote, which closes only where the backslash was meant
// as text. Never true in a valid document.
bool json_escaped_may_close(const JsonReader *reader, size_t index);
// Does structure begin again after the line feed at window[index]?
bool json_structure_follows(const JsonReader *reader, size_t index);
