// The window of a JsonReader: refilling, offsets, white space, failure.
#include "format/json_internal.h"

Err json_window_new(JsonReader *reader) {
    reader->capacity = JSON_WINDOW;
    reader->window = calloc(1, JSON_WINDOW + JSON_PAD);
    reader->is_object = calloc((size_t)reader->options.depth_ceiling + 1, sizeof(bool));
    return reader->window == NULL || reader->is_object == NULL ? ERR_NOMEM : ERR_OK;
}

// UTF-16 bytes that decoded text took: two a unit, four for what needed a surrogate pair.
static uint64_t utf16_size(const char *text, size_t n) {
    uint64_t units = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i];
        units += ((c & 0xC0) != 0x80) + (c >= 0xF0);
    }
    return 2 * units;
}

uint64_t json_offset_at(JsonReader *reader, size_t index) {
    if (reader->text.encoding == TEXT_UTF8)
        return reader->text.raw_base + reader->text.mark + reader->passed + index;
    if (index < reader->raw_at)
        return reader->raw_offset - utf16_size(reader->window + index, reader->raw_at - index);
    reader->raw_offset += utf16_size(reader->window + reader->raw_at, index - reader->raw_at);
    reader->raw_at = index;
    // Half a unit at the very end decodes like a whole one.
    if (reader->raw_offset > reader->text.raw->offset)
        reader->raw_offset = reader->text.raw->offset;
    return reader->raw_offset;
}

// Drops the text before `at`.
static void window_slide(JsonReader *reader) {
    if (reader->text.encoding != TEXT_UTF8 && reader->raw_at < reader->at)
        json_offset_at(reader, reader->at);
    reader->raw_at -= reader->at < reader->raw_at ? reader->at : reader->raw_at;
    memmove(reader->window, reader->window + reader->at, reader->end - reader->at);
    reader->passed += reader->at;
    reader->end -= reader->at;
    reader->at = 0;
}

static Err window_grow(JsonReader *reader, Diag *diag) {
    size_t most = reader->options.string_ceiling + JSON_WINDOW;
    if (reader->capacity >= most)
        return json_fail(reader, ERR_LIMIT, N_("A text is longer than any list needs."), reader->at,
                         diag);
    size_t capacity = reader->capacity * 2 < most ? reader->capacity * 2 : most;
    char *window = realloc(reader->window, capacity + JSON_PAD);
    if (window == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    reader->window = window;
    reader->capacity = capacity;
    return ERR_OK;
}

Err json_fill(JsonReader *reader, Diag *diag) {
    if (reader->has_ended)
        return ERR_OK;
    if (reader->end == reader->capacity && reader->at > 0)
        window_slide(reader);
    if (reader->end == reader->capacity)
        TRY(window_grow(reader, diag));
    size_t n = 0;
    bool is_first = !reader->text.is_begun;
    TRY(source_read(&reader->text.source, reader->window + reader->end,
                    reader->capacity - reader->end, &n, diag));
    if (is_first)
        reader->raw_offset = reader->text.raw_base + reader->text.mark;
    reader->end += n;
    reader->has_ended = n == 0;
    memset(reader->window + reader->end, 0, JSON_PAD);
    return ERR_OK;
}

Err json_need_slow(JsonReader *reader, size_t n, Diag *diag) {
    while (reader->end - reader->at < n && !reader->has_ended)
        TRY(json_fill(reader, diag));
    return ERR_OK;
}

Err json_peek_slow(JsonReader *reader, int *ret, Diag *diag) {
    for (;;) {
        const char *end = reader->window + reader->end;
        const char *at = scan_space(reader->window + reader->at, end);
        reader->at = (size_t)(at - reader->window);
        if (at < end) {
            *ret = (unsigned char)*at;
            if (*ret >= 0x20 || !reader->options.is_tolerant)
                return ERR_OK;
            json_repaired(reader, json_offset_at(reader, reader->at));
            reader->at++;
        } else if (reader->has_ended) {
            *ret = -1;
            return ERR_OK;
        } else {
            TRY(json_fill(reader, diag));
        }
    }
}

Err json_fail(JsonReader *reader, Err err, const char *msgid, size_t index, Diag *diag) {
    reader->failed = err;
    reader->failed_msgid = msgid;
    reader->failed_offset = json_offset_at(reader, index);
    diag_set(diag, err, msgid);
    diag_place(diag, (int64_t)reader->failed_offset, -1);
    return err;
}
