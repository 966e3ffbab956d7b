// The VICS driver: walks envelope, cases and lists, and hands out one Media record at a time.
//
// The document is a nest of at most four places: the outer object, a list of cases or media, a
// case, its list of media. After damage inside a list the JSON reader finds the list's next object;
// damage outside any record goes on at the list where records were last read.
#include "format/vics.h"
#include "format/vics_members.h"

#include <sys/stat.h>
#include <unistd.h>

enum { PLACES_MAX = 5, TAIL_LOOK = 8192 };

typedef enum PlaceKind { IN_OUTER, IN_LIST, IN_CASE } PlaceKind;

typedef struct Place {
    PlaceKind kind;
    int depth; // json_depth inside it
} Place;

typedef struct VicsReader {
    JsonReader *json;
    VicsEnvelope envelope;
    VicsRecord record;
    Place places[PLACES_MAX];
    int place_count;
    Place list_places[PLACES_MAX]; // as they were when the innermost list so far was entered
    int list_place_count;
    bool is_begun, has_ended;
    bool is_in_damage;  // the last element was no object
    char first_key[64]; // of the records of this writer
    size_t first_key_length;
    bool has_first_key; // from a sound one
} VicsReader;

static int vics_detect(const FormatWindow *window, FormatKind *ret_kind) {
    VicsEnvelope envelope = {0};
    int sure = vics_shape_detect(window->raw, &envelope);
    *ret_kind = envelope.kind;
    return sure;
}

static JsonGuess guess(void *context, Str first_key, Str second_key) {
    const VicsReader *self = context;
    const VicsRecord *record = &self->record;
    // Until a record was sound, the first key of the one before is the best that is known.
    Str usual = self->has_first_key ? str_of(self->first_key, self->first_key_length)
                                    : str_of(record->first_key, record->first_key_length);
    // Where nothing was damaged yet only what begins as this writer's records do is suspect: some
    // exporters repeat members of the Media object in what it holds.
    if (second_key.ptr == NULL && usual.len > 0)
        return str_equal(first_key, usual) ? JSON_IS_DOUBTFUL : JSON_IS_INNER;
    JsonGuess answer = vics_object_guess(first_key, second_key);
    if (answer != JSON_IS_UNKNOWN || usual.len == 0 || !str_equal(first_key, usual))
        return answer;
    return second_key.len > 0 ? JSON_IS_ELEMENT : JSON_IS_UNKNOWN;
}

static void envelope_adopt(VicsReader *self, FormatReader *reader, const VicsEnvelope *envelope) {
    self->envelope = *envelope;
    reader->report.kind = envelope->kind;
    reader->report.is_case |= envelope->is_case;
}

// An envelope that stands behind the records can be looked up where the content is seekable.
static void tail_look(VicsReader *self, FormatReader *reader) {
    char tail[TAIL_LOOK];
    struct stat status;
    // The descriptor may be the one that is being read: its position must stay.
    if (reader->input.fd < 0 || fstat(reader->input.fd, &status) != 0 || !S_ISREG(status.st_mode))
        return;
    off_t from = status.st_size > TAIL_LOOK ? status.st_size - TAIL_LOOK : 0;
    ssize_t n = pread(reader->input.fd, tail, sizeof tail, from);
    VicsEnvelope envelope;
    if (n > 0 && vics_envelope_find(str_of(tail, (size_t)n), &envelope))
        envelope_adopt(self, reader, &envelope);
}

static void vics_close(void *state) {
    VicsReader *self = state;
    json_reader_free(self->json);
    free(self);
}

static Err vics_open(FormatReader *reader, void **ret_state, Diag *diag) {
    VicsReader *self = calloc(1, sizeof *self);
    if (self == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    VicsEnvelope envelope = {.version = ""};
    vics_shape_detect(str_of(reader->window.bytes, reader->window.len), &envelope);
    envelope_adopt(self, reader, &envelope);
    if (!envelope.is_found)
        tail_look(self, reader);
    JsonOptions options = {.is_tolerant = true, .guess = guess, .guess_context = self};
    if (json_reader_new(reader->source, &options, &self->json) != ERR_OK) {
        free(self);
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    }
    self->record = (VicsRecord){.reader = reader, .json = self->json, .envelope = &self->envelope};
    *ret_state = self;
    return ERR_OK;
}

// The list that reading goes on in after damage: the one where records were last read.
static void list_remember(VicsReader *self) {
    memcpy(self->list_places, self->places, sizeof self->places);
    self->list_place_count = self->place_count;
}

static void place_push(VicsReader *self, PlaceKind kind) {
    // Deeper than any VICS document goes: the caller has checked.
    self->places[self->place_count++] = (Place){kind, json_depth(self->json)};
    if (kind != IN_LIST)
        return;
    list_remember(self);
    // Cases hold lists of their own; only in those lists elements are known to stand.
    bool is_in_case = self->place_count >= 2 && self->places[self->place_count - 2].kind == IN_CASE;
    json_elements_at(self->json, is_in_case ? json_depth(self->json) : 0);
}

// Counts the damage where the JSON reader failed: it costs the record under construction, or the
// one that should stand here in the list, or none.
static void damage_count(VicsReader *self, FormatReader *reader, Err err, bool is_in_record) {
    uint64_t offset = json_offset(self->json);
    json_has_failed(self->json, &offset);
    bool is_truncated = err == ERR_TRUNCATED;
    RejectReason reason = is_truncated ? REJECT_TRUNCATED : REJECT_DAMAGED;
    bool is_in_list = self->place_count > 0 && self->places[self->place_count - 1].kind == IN_LIST;
    if (is_in_record && !self->record.is_begun)
        row_begin(&reader->row, self->record.offset);
    if (!is_in_record && is_in_list && !is_truncated)
        row_begin(&reader->row, (int64_t)offset);
    row_drop(&reader->row, reason, (int64_t)offset);
}

// After the JSON reader failed: goes on with the next object of the list, if there is one.
static Err recover(VicsReader *self, FormatReader *reader, Err err, bool is_in_record, Diag *diag) {
    // Of an element that is no object the beginning was counted already.
    if (!self->is_in_damage)
        damage_count(self, reader, err, is_in_record);
    self->is_in_damage = false;
    if (self->list_place_count == 0) {
        self->has_ended = true;
        return ERR_OK;
    }
    memcpy(self->places, self->list_places, sizeof self->places);
    self->place_count = self->list_place_count;
    bool has_more = false;
    // Elsewhere than in this list no element may stand, but in it one must be let in.
    json_elements_at(self->json, self->places[self->place_count - 1].depth);
    TRY(json_resume(self->json, self->places[self->place_count - 1].depth, &has_more, diag));
    self->record.repairs = json_repairs(self->json, NULL);
    if (has_more)
        return ERR_OK;
    // The list ended inside the damage, or the input did.
    self->place_count--;
    self->has_ended = self->place_count == 0 ||
                      json_depth(self->json) != self->places[self->place_count - 1].depth;
    return ERR_OK;
}

static Err envelope_read(VicsReader *self, FormatReader *reader, Diag *diag) {
    JsonToken token;
    Str text;
    VicsEnvelope envelope;
    TRY(vics_value(&self->record, &token, &text, diag));
    if (token == JSON_STRING && vics_envelope_parse(text, &envelope))
        envelope_adopt(self, reader, &envelope);
    return token == JSON_STRING ? ERR_OK : json_skip(self->json, diag);
}

// A member of the outer object or of a case.
static Err member_read(VicsReader *self, FormatReader *reader, Str key, Diag *diag) {
    // What belongs to a Media object stands behind its list: brackets were lost, the list goes on.
    VicsLevel level = vics_member_level(vics_member_find(key));
    if (self->list_place_count > 0 && (level == VICS_LEVEL_MEDIA || level == VICS_LEVEL_INNER))
        return json_reject(self->json, diag);
    bool is_outer = self->places[self->place_count - 1].kind == IN_OUTER;
    bool is_media = str_equal_ascii_nocase(key, STR("Media"));
    if (is_outer && vics_is_envelope_key(key))
        return envelope_read(self, reader, diag);
    bool may_be_list = is_media || (is_outer && (str_equal_ascii_nocase(key, STR("value")) ||
                                                 str_equal_ascii_nocase(key, STR("Cases"))));
    bool is_issuer = str_equal_ascii_nocase(key, STR("ContactOrganization"));
    if (!may_be_list && !is_issuer)
        return json_skip(self->json, diag);
    JsonToken token;
    Str text;
    TRY(vics_value(&self->record, &token, &text, diag));
    if (is_issuer && token == JSON_STRING)
        vics_issuer_set(&self->record, text);
    if (!may_be_list || token != JSON_ARRAY_BEGIN || self->place_count >= PLACES_MAX)
        return json_skip(self->json, diag);
    reader->report.is_case |= is_media;
    place_push(self, IN_LIST);
    return ERR_OK;
}

static Err element_read(VicsReader *self, FormatReader *reader, bool *ret_has, Diag *diag) {
    VicsRecord *record = &self->record;
    record->list_depth = self->places[self->place_count - 1].depth;
    TRY(vics_record_read(record, diag));
    if (record->has_media) {
        if (self->place_count + 2 > PLACES_MAX) // a case in a case's list, after damage
            self->place_count -= 2;
        reader->report.is_case = true;
        // The case's own depth is one less: its list has just begun.
        self->places[self->place_count++] = (Place){IN_CASE, json_depth(self->json) - 1};
        place_push(self, IN_LIST);
        return ERR_OK;
    }
    *ret_has = record->is_begun;
    if (record->is_begun && !self->has_first_key) {
        memcpy(self->first_key, record->first_key, record->first_key_length);
        self->first_key_length = record->first_key_length;
        self->has_first_key = true;
    }
    if (record->is_begun)
        list_remember(self);
    return ERR_OK;
}

// One step of the walk; *ret_has when it ended with a record in the row.
static Err step(VicsReader *self, FormatReader *reader, bool *ret_has, bool *ret_is_in_record,
                Diag *diag) {
    JsonToken token;
    Str text;
    *ret_is_in_record = false;
    TRY(vics_value(&self->record, &token, &text, diag));
    self->is_in_damage = false;
    if (!self->is_begun) {
        self->is_begun = true;
        place_push(self, token == JSON_ARRAY_BEGIN ? IN_LIST : IN_OUTER);
        self->has_ended = token != JSON_ARRAY_BEGIN && token != JSON_OBJECT_BEGIN;
        return ERR_OK;
    }
    if (token == JSON_OBJECT_END || token == JSON_ARRAY_END) {
        // Behind the document nothing may stand; after lost brackets the rest of the list does.
        if (--self->place_count == 0)
            TRY(vics_value(&self->record, &token, &text, diag));
        self->has_ended = self->place_count == 0;
        return ERR_OK;
    }
    if (token == JSON_KEY)
        return member_read(self, reader, text, diag);
    if (token == JSON_OBJECT_BEGIN) {
        *ret_is_in_record = true;
        return element_read(self, reader, ret_has, diag);
    }
    // An element that is no object: no record that can be read.
    row_begin(&reader->row, (int64_t)json_offset(self->json));
    row_drop(&reader->row, REJECT_DAMAGED, (int64_t)json_offset(self->json));
    *ret_has = self->is_in_damage = true;
    return json_skip(self->json, diag);
}

static Err vics_next(FormatReader *reader, void *state, bool *ret_has, Diag *diag) {
    VicsReader *self = state;
    bool has = false;
    while (!has && !self->has_ended) {
        bool is_in_record;
        Err err = step(self, reader, &has, &is_in_record, diag);
        if (err == ERR_OK)
            continue;
        if (err != ERR_SYNTAX && err != ERR_ENCODING && err != ERR_TRUNCATED && err != ERR_LIMIT)
            return err;
        TRY(recover(self, reader, err, is_in_record, diag));
        has = true;
    }
    *ret_has = has;
    return ERR_OK;
}

const FormatDriver vics_driver = {
    .detect = vics_detect, .open = vics_open, .next = vics_next, .close = vics_close};
