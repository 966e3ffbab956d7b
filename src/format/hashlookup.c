// Driver of hashlookup JSON lines (draft-dulaunoy-hashlookup-format): one flat object a line, its
// values strings. A line that is no JSON costs that line.
#include <stdlib.h>

#include "format/driver.h"
#include "format/json.h"
#include "format/scheme.h"
#include "format/text.h"

typedef enum LookupMember {
    LOOKUP_OTHER,
    LOOKUP_MD5,
    LOOKUP_SHA1,
    LOOKUP_SHA256,
    LOOKUP_PDQ,
    LOOKUP_NAME,
    LOOKUP_SIZE,
    LOOKUP_ID,
    LOOKUP_SOURCE,
    LOOKUP_SCHEME,
    LOOKUP_SCHEME_VERSION,
    LOOKUP_CATEGORY
} LookupMember;

enum { SAMPLE_LINES = 8 };

typedef struct LookupState {
    TextReader *text;
    JsonReader *json;
    MemorySource line; // what json reads
} LookupState;

static LookupMember member_of(Str key) {
    static const struct {
        Str key;
        LookupMember member;
    } MEMBERS[] = {
        {STR("MD5"), LOOKUP_MD5},
        {STR("SHA-1"), LOOKUP_SHA1},
        {STR("SHA1"), LOOKUP_SHA1},
        {STR("SHA-256"), LOOKUP_SHA256},
        {STR("SHA256"), LOOKUP_SHA256},
        {STR("PDQ"), LOOKUP_PDQ},
        {STR("FileName"), LOOKUP_NAME},
        {STR("FileSize"), LOOKUP_SIZE},
        {STR("id"), LOOKUP_ID},
        {STR("source"), LOOKUP_SOURCE},
        {STR("scheme"), LOOKUP_SCHEME},
        {STR("scheme_version"), LOOKUP_SCHEME_VERSION},
        {STR("category"), LOOKUP_CATEGORY},
    };
    for (size_t i = 0; i < sizeof MEMBERS / sizeof *MEMBERS; i++) {
        if (str_equal_ascii_nocase(key, MEMBERS[i].key))
            return MEMBERS[i].member;
    }
    return LOOKUP_OTHER;
}

// Takes the next member of the line's object: its name and, when it is text or a number, its value.
// *ret_has is false behind the last.
static Err member_next(JsonReader *json, LookupMember *ret_member, Str *ret_value, bool *ret_has,
                       Diag *diag) {
    JsonToken token;
    Str text;
    TRY(json_next(json, &token, &text, diag));
    *ret_has = token == JSON_KEY;
    if (token != JSON_KEY)
        return ERR_OK;
    *ret_member = member_of(text);
    *ret_value = (Str){0};
    if (*ret_member == LOOKUP_OTHER)
        return json_skip(json, diag);
    TRY(json_next(json, &token, &text, diag));
    if (token == JSON_OBJECT_BEGIN || token == JSON_ARRAY_BEGIN)
        return json_skip(json, diag);
    if (token == JSON_STRING || token == JSON_NUMBER)
        *ret_value = text;
    return ERR_OK;
}

static Err object_begin(LookupState *self, Str line, Diag *diag) {
    JsonToken token;
    memory_source_init(&self->line, line, (Str){0});
    json_reader_reset(self->json, &self->line.source);
    TRY(json_next(self->json, &token, NULL, diag));
    return token == JSON_OBJECT_BEGIN ? ERR_OK : ERR_SYNTAX;
}

static Err line_has_digest(LookupState *self, Str line, bool *ret) {
    LookupMember member;
    Str value;
    bool has = false, has_digest = false;
    TRY(object_begin(self, line, NULL));
    do {
        TRY(member_next(self->json, &member, &value, &has, NULL));
        has_digest |= has && member >= LOOKUP_MD5 && member <= LOOKUP_PDQ;
    } while (has);
    *ret = has_digest;
    return ERR_OK;
}

static Err lookup_json_new(LookupState *self) {
    memory_source_init(&self->line, (Str){0}, (Str){0});
    return json_reader_new(&self->line.source, &(JsonOptions){0}, &self->json);
}

static int hashlookup_detect(const FormatWindow *window, FormatKind *ret_kind) {
    Str text = window->text, line;
    bool is_whole, is_found = false;
    *ret_kind = FORMAT_HASHLOOKUP;
    if (!str_has_prefix(str_trim(text), STR("{")))
        return DRIVER_NO;
    LookupState state = {0};
    if (lookup_json_new(&state) != ERR_OK)
        return DRIVER_NO;
    // A line that ends within its object begins a document of many lines, which is not ours.
    Err err = ERR_OK;
    for (int i = 0; i < SAMPLE_LINES && !is_found && err != ERR_TRUNCATED; i++) {
        if (!text_take_line(&text, &line, &is_whole))
            break;
        err = line_has_digest(&state, line, &is_found);
    }
    json_reader_free(state.json);
    return is_found ? DRIVER_LIKELY : DRIVER_NO;
}

static void hashlookup_close(void *state) {
    LookupState *self = state;
    json_reader_free(self->json);
    text_reader_free(self->text);
    free(self);
}

static Err hashlookup_open(FormatReader *reader, void **ret_state, Diag *diag) {
    LookupState *self = calloc(1, sizeof *self);
    if (self == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    Err err = lookup_json_new(self);
    if (err == ERR_OK)
        err = text_reader_new(reader->source, &self->text);
    if (err != ERR_OK) {
        hashlookup_close(self);
        return err;
    }
    *ret_state = self;
    return ERR_OK;
}

typedef struct LookupCategory {
    Str scheme, version, code; // the row's copies
} LookupCategory;

static void member_put(Row *row, LookupMember member, Str value, LookupCategory *category) {
    int64_t offset = row->offset;
    switch (member) {
    case LOOKUP_MD5:
        row_md5(row, value, offset);
        break;
    case LOOKUP_SHA1:
        row_sha1(row, value, offset);
        break;
    case LOOKUP_SHA256:
        row_sha256(row, value, offset);
        break;
    case LOOKUP_PDQ:
        row_pdq(row, value, PDQ_QUALITY_UNKNOWN, offset);
        break;
    case LOOKUP_NAME:
        row_file(row, value, offset);
        break;
    case LOOKUP_SIZE:
        row_size(row, value, offset);
        break;
    case LOOKUP_ID:
        row->entry.id = row_text(row, value, offset);
        break;
    case LOOKUP_SOURCE:
        row->entry.issuer = row_text(row, value, offset);
        break;
    case LOOKUP_SCHEME:
        category->scheme = row_text(row, value, offset);
        break;
    case LOOKUP_SCHEME_VERSION:
        category->version = row_text(row, value, offset);
        break;
    case LOOKUP_CATEGORY:
        category->code = row_text(row, value, offset);
        break;
    case LOOKUP_OTHER:
        break;
    }
}

static Err hashlookup_next(FormatReader *reader, void *state, bool *ret_has, Diag *diag) {
    LookupState *self = state;
    Row *row = &reader->row;
    TextLine line;
    TRY(text_next_line(self->text, &line, ret_has, diag));
    if (!*ret_has)
        return ERR_OK;
    row_begin(row, (int64_t)line.offset);
    LookupCategory category = {0};
    Diag place = {.offset = 0};
    Err err = line.is_too_long ? ERR_LIMIT : object_begin(self, line.text, &place);
    bool has = true;
    while (err == ERR_OK && has) {
        LookupMember member;
        Str value;
        err = member_next(self->json, &member, &value, &has, &place);
        if (err == ERR_OK && has)
            member_put(row, member, value, &category);
    }
    JsonToken token;
    if (err == ERR_OK)
        err = json_next(self->json, &token, NULL, &place); // nothing may follow in the line
    if (err == ERR_NOMEM)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    if (err != ERR_OK) {
        bool is_cut_off = err == ERR_TRUNCATED && text_is_at_end(self->text);
        row_drop(row, is_cut_off ? REJECT_TRUNCATED : REJECT_DAMAGED,
                 row->offset + (place.offset > 0 ? place.offset : 0));
        return ERR_OK;
    }
    row_category(row, &reader->input, category.scheme, category.version, category.code,
                 row->offset);
    return ERR_OK;
}

const FormatDriver hashlookup_driver = {.detect = hashlookup_detect,
                                        .open = hashlookup_open,
                                        .next = hashlookup_next,
                                        .close = hashlookup_close};
