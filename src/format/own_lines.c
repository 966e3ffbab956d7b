// Driver of what `seventh hash --json` writes: one object a line, videos with all their pictures.
// Lines have no greatest length, since a video of hours is one; each is parsed as it comes.
#include <stdlib.h>

#include "format/driver.h"
#include "format/json.h"
#include "format/scheme.h"
#include "format/text_source.h"

enum { LINE_CHUNK = 16 << 10, OWN_LIKELY = DRIVER_LIKELY + 10 };

// The bytes of one line; it ends where the line does.
typedef struct LineSource {
    ByteSource source;
    ByteSource *rest; // borrowed
    bool is_at_end;   // of the line
    bool has_ended;   // the rest
    Err failed;       // of the rest: no fault of the line's
    size_t at, len;
    char chunk[LINE_CHUNK];
} LineSource;

typedef struct OwnState {
    TextSource text;
    LineSource line;
    JsonReader *json;
} OwnState;

static Err chunk_fill(LineSource *self, Diag *diag) {
    if (self->at < self->len || self->has_ended)
        return ERR_OK;
    self->at = 0;
    self->len = 0;
    self->failed = source_read(self->rest, self->chunk, sizeof self->chunk, &self->len, diag);
    TRY(self->failed);
    self->has_ended = self->len == 0;
    return ERR_OK;
}

static Err line_read(ByteSource *source, void *ret_bytes, size_t capacity, size_t *ret_n,
                     Diag *diag) {
    LineSource *self = (LineSource *)(void *)source;
    *ret_n = 0;
    if (self->is_at_end)
        return ERR_OK;
    TRY(chunk_fill(self, diag));
    if (self->has_ended) {
        self->is_at_end = true;
        return ERR_OK;
    }
    size_t n = self->len - self->at < capacity ? self->len - self->at : capacity;
    const char *from = self->chunk + self->at, *end = memchr(from, '\n', n);
    if (end != NULL) {
        n = (size_t)(end - from);
        self->at++; // the line end itself
        self->is_at_end = true;
    }
    if (n > 0)
        memcpy(ret_bytes, from, n);
    self->at += n;
    source->offset += n;
    *ret_n = n;
    return ERR_OK;
}

// Passes over what is left of the line and begins the next; *ret_has is false at the end.
static Err line_begin(LineSource *self, bool *ret_has, Diag *diag) {
    char passed[1024];
    size_t n = 1;
    while (!self->is_at_end && n > 0)
        TRY(line_read(&self->source, passed, sizeof passed, &n, diag));
    TRY(chunk_fill(self, diag));
    self->source.offset = self->rest->offset - (self->len - self->at);
    self->is_at_end = false;
    *ret_has = !self->has_ended;
    return ERR_OK;
}

static bool is_own_key(Str key) {
    static const char *const KEYS[] = {"size", "media_type", "pdq512", "vpdq", "path_hex"};
    for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++)
        if (str_is(key, KEYS[i]))
            return true;
    return false;
}

// The first object has a path and something else that only we write beside one.
static int own_lines_detect(const FormatWindow *window, FormatKind *ret_kind) {
    MemorySource source;
    JsonReader *json = NULL;
    JsonToken token;
    Str text;
    bool has_path = false, has_own = false;
    *ret_kind = FORMAT_OWN_LINES;
    if (!str_has_prefix(str_trim(window->text), STR("{")))
        return DRIVER_NO;
    memory_source_init(&source, window->text, (Str){0});
    if (json_reader_new(&source.source, &(JsonOptions){.is_sequence = true}, &json) != ERR_OK)
        return DRIVER_NO;
    Err err = json_next(json, &token, NULL, NULL);
    while (err == ERR_OK && !(has_path && has_own)) {
        err = json_next(json, &token, &text, NULL);
        if (err != ERR_OK || token != JSON_KEY)
            break;
        has_path = has_path || str_is(text, "path");
        has_own = has_own || is_own_key(text);
        err = json_skip(json, NULL);
    }
    json_reader_free(json);
    return has_path && has_own ? OWN_LIKELY : DRIVER_NO;
}

static void own_lines_close(void *state) {
    OwnState *self = state;
    json_reader_free(self->json);
    text_source_done(&self->text);
    free(self);
}

static Err own_lines_open(FormatReader *reader, void **ret_state, Diag *diag) {
    OwnState *self = calloc(1, sizeof *self);
    if (self == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    text_source_init(&self->text, reader->source);
    self->line.source.read = line_read;
    self->line.rest = &self->text.source;
    self->line.is_at_end = true;
    Err err = json_reader_new(&self->line.source, &(JsonOptions){0}, &self->json);
    if (err != ERR_OK) {
        own_lines_close(self);
        return diag_set(diag, err, N_("There is not enough memory."));
    }
    *ret_state = self;
    return ERR_OK;
}

// A key outlives the reading of its value only as a copy; one that is too long is none of ours.
static Str key_copy(char *to, size_t capacity, Str key) {
    size_t n = key.len < capacity ? key.len : 0;
    if (n > 0)
        memcpy(to, key.ptr, n);
    return (Str){to, n};
}

// One picture of "vpdq"; its object has begun.
static Err frame_read(JsonReader *json, Row *row, Diag *diag) {
    VpdqFrame frame = {.number = row->frames.len};
    bool has_hash = false, has_time = false, has_quality = false, is_sound = true;
    for (;;) {
        JsonToken token;
        Str text;
        uint64_t number;
        char key[16];
        TRY(json_next(json, &token, &text, diag));
        if (token != JSON_KEY)
            break;
        Str name = key_copy(key, sizeof key, text);
        TRY(json_next(json, &token, &text, diag));
        if (token == JSON_OBJECT_BEGIN || token == JSON_ARRAY_BEGIN) {
            TRY(json_skip(json, diag));
        } else if (str_is(name, "hash")) {
            has_hash = token == JSON_STRING && pdq_from_hex(text, &frame.hash);
        } else if (str_is(name, "time")) {
            has_time = token == JSON_NUMBER && vpdq_seconds_read(text, &frame.time_ms) == ERR_OK;
        } else if (str_is(name, "quality")) {
            has_quality = token == JSON_NUMBER && str_to_u64(text, &number) && number <= 100;
            frame.quality = has_quality ? (uint32_t)number : 0;
        } else if (str_is(name, "frame")) {
            is_sound = is_sound && token == JSON_NUMBER && str_to_u64(text, &frame.number);
        }
    }
    if (has_hash && has_time && has_quality && is_sound)
        row_frame(row, &frame);
    else
        row_reject(row, REJECT_BAD_FRAME, row->offset);
    return ERR_OK;
}

static Err frames_read(JsonReader *json, Row *row, Diag *diag) {
    for (;;) {
        JsonToken token;
        TRY(json_next(json, &token, NULL, diag));
        if (token == JSON_ARRAY_END)
            return ERR_OK;
        if (token == JSON_OBJECT_BEGIN) {
            TRY(frame_read(json, row, diag));
            continue;
        }
        row_reject(row, REJECT_BAD_FRAME, row->offset);
        if (token == JSON_ARRAY_BEGIN)
            TRY(json_skip(json, diag));
    }
}

// What several members say together.
typedef struct OwnParts {
    Str pdq, scheme, scheme_version, category;
    uint64_t quality, width, height;
    bool has_quality;
} OwnParts;

static void value_put(Row *row, Str key, Str value, OwnParts *parts) {
    int64_t at = row->offset;
    ListEntry *entry = &row->entry;
    if (str_is(key, "path"))
        row_file(row, value, at);
    else if (str_is(key, "size"))
        row_size(row, value, at);
    else if (str_is(key, "media_type"))
        entry->media_type = row_text(row, value, at);
    else if (str_is(key, "md5"))
        row_md5(row, value, at);
    else if (str_is(key, "sha1"))
        row_sha1(row, value, at);
    else if (str_is(key, "sha256"))
        row_sha256(row, value, at);
    else if (str_is(key, "pdq"))
        parts->pdq = row_text(row, value, at);
    else if (str_is(key, "quality"))
        parts->has_quality = str_to_u64(value, &parts->quality) && parts->quality <= 100;
    else if (str_is(key, "width"))
        (void)str_to_u64(value, &parts->width);
    else if (str_is(key, "height"))
        (void)str_to_u64(value, &parts->height);
    else if (str_is(key, "id"))
        entry->id = row_text(row, value, at);
    else if (str_is(key, "series"))
        entry->series = row_text(row, value, at);
    else if (str_is(key, "scheme"))
        parts->scheme = row_text(row, value, at);
    else if (str_is(key, "scheme_version"))
        parts->scheme_version = row_text(row, value, at);
    else if (str_is(key, "category"))
        parts->category = row_text(row, value, at);
}

static void parts_put(FormatReader *reader, const OwnParts *parts) {
    Row *row = &reader->row;
    row_pdq(row, parts->pdq, parts->has_quality ? (uint8_t)parts->quality : PDQ_QUALITY_UNKNOWN,
            row->offset);
    if (parts->width > 0 && parts->width <= UINT32_MAX && parts->height > 0 &&
        parts->height <= UINT32_MAX) {
        row->entry.width = (uint32_t)parts->width;
        row->entry.height = (uint32_t)parts->height;
        row->entry.has |= ENTRY_DIMENSIONS;
    }
    row_category(row, &reader->input, parts->scheme, parts->scheme_version, parts->category,
                 row->offset);
}

static Err object_read(OwnState *self, FormatReader *reader, Diag *diag) {
    Row *row = &reader->row;
    OwnParts parts = {0};
    JsonToken token;
    Str text;
    TRY(json_next(self->json, &token, NULL, diag));
    if (token != JSON_OBJECT_BEGIN)
        return ERR_SYNTAX;
    for (;;) {
        char key[32];
        TRY(json_next(self->json, &token, &text, diag));
        if (token == JSON_OBJECT_END)
            break;
        Str name = key_copy(key, sizeof key, text);
        TRY(json_next(self->json, &token, &text, diag));
        if (token == JSON_ARRAY_BEGIN && str_is(name, "vpdq"))
            TRY(frames_read(self->json, row, diag));
        else if (token == JSON_OBJECT_BEGIN || token == JSON_ARRAY_BEGIN)
            TRY(json_skip(self->json, diag));
        else if (token == JSON_STRING || token == JSON_NUMBER)
            value_put(row, name, text, &parts);
    }
    TRY(json_next(self->json, &token, NULL, diag)); // nothing may follow in the line
    parts_put(reader, &parts);
    return ERR_OK;
}

static Err own_lines_next(FormatReader *reader, void *state, bool *ret_has, Diag *diag) {
    OwnState *self = state;
    Row *row = &reader->row;
    Diag place = {.offset = 0};
    TRY(line_begin(&self->line, ret_has, diag));
    if (!*ret_has)
        return ERR_OK;
    row_begin(row, (int64_t)self->line.source.offset);
    json_reader_reset(self->json, &self->line.source);
    Err err = object_read(self, reader, &place);
    if (err == ERR_OK)
        return ERR_OK;
    if (self->line.failed != ERR_OK) {
        if (diag != NULL)
            *diag = place;
        return self->line.failed;
    }
    if (err == ERR_NOMEM)
        return diag_set(diag, err, N_("There is not enough memory."));
    // A blank line holds no record.
    if (err == ERR_TRUNCATED && self->line.source.offset == (uint64_t)row->offset)
        row_cancel(row);
    else
        row_drop(row,
                 err == ERR_TRUNCATED && self->line.has_ended ? REJECT_TRUNCATED : REJECT_DAMAGED,
                 row->offset);
    return ERR_OK;
}

const FormatDriver own_lines_driver = {.detect = own_lines_detect,
                                       .open = own_lines_open,
                                       .next = own_lines_next,
                                       .close = own_lines_close};
