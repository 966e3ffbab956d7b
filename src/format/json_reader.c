// JsonReader: tokens and their order.
#include "base/str.h"
#include "format/json_internal.h"

Err json_reader_new(ByteSource *source, const JsonOptions *options, JsonReader **ret) {
    _cleanup_(json_reader_freep) JsonReader *reader = calloc(1, sizeof *reader);
    if (reader == NULL)
        return ERR_NOMEM;
    reader->options = *options;
    if (reader->options.string_ceiling == 0)
        reader->options.string_ceiling = JSON_STRING_MAX;
    if (reader->options.depth_ceiling <= 0)
        reader->options.depth_ceiling = JSON_DEPTH_MAX;
    TRY(json_window_new(reader));
    json_reader_reset(reader, source);
    *ret = TAKE(reader);
    return ERR_OK;
}

void json_reader_reset(JsonReader *reader, ByteSource *source) {
    text_source_done(&reader->text);
    text_source_init(&reader->text, source);
    reader->at = reader->end = reader->raw_at = 0;
    reader->passed = reader->raw_offset = reader->token_offset = 0;
    reader->repairs = reader->repair_offset = 0;
    reader->has_ended = false;
    reader->expect = EXPECT_VALUE;
    reader->last = JSON_END;
    reader->depth = reader->element_depth = 0;
    reader->failed = ERR_OK;
    memset(reader->window, 0, JSON_PAD);
}

void json_reader_free(JsonReader *reader) {
    if (reader == NULL)
        return;
    text_source_done(&reader->text);
    free(reader->window);
    free(reader->is_object);
    free(reader->scratch);
    free(reader);
}

bool json_has_failed(const JsonReader *reader, uint64_t *ret_offset) {
    if (reader->failed != ERR_OK && ret_offset != NULL)
        *ret_offset = reader->failed_offset;
    return reader->failed != ERR_OK;
}

void json_elements_at(JsonReader *reader, int array_depth) {
    reader->element_depth = reader->options.guess == NULL ? 0 : array_depth;
}

Err json_reject(JsonReader *reader, Diag *diag) {
    Err err = json_fail(reader, ERR_SYNTAX, N_("Something stands here that JSON does not allow."),
                        reader->at, diag);
    reader->failed_offset = reader->token_offset;
    diag_place(diag, (int64_t)reader->token_offset, -1);
    return err;
}

int json_depth(const JsonReader *reader) {
    return reader->depth;
}

uint64_t json_offset(const JsonReader *reader) {
    return reader->token_offset;
}

uint64_t json_repairs(const JsonReader *reader, uint64_t *ret_offset) {
    if (ret_offset != NULL)
        *ret_offset = reader->repair_offset;
    return reader->repairs;
}

static Err unexpected(JsonReader *reader, int c, Diag *diag) {
    if (c < 0)
        return json_fail(reader, ERR_TRUNCATED, N_("The document ends too soon."), reader->at,
                         diag);
    return json_fail(reader, ERR_SYNTAX, N_("Something stands here that JSON does not allow."),
                     reader->at, diag);
}

static bool is_number_byte(char c) {
    return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || (c | 0x20) == 'e';
}

static bool is_digit(const char *at, const char *end) {
    return at < end && *at >= '0' && *at <= '9';
}

// The grammar of RFC 8259 §6.
static bool is_number(Str text) {
    const char *at = text.ptr, *end = at + text.len;
    if (at < end && *at == '-')
        at++;
    if (!is_digit(at, end))
        return false;
    if (*at++ != '0')
        while (is_digit(at, end))
            at++;
    if (at < end && *at == '.') {
        at++;
        if (!is_digit(at, end))
            return false;
        while (is_digit(at, end))
            at++;
    }
    if (at < end && (*at | 0x20) == 'e') {
        at++;
        if (at < end && (*at == '+' || *at == '-'))
            at++;
        if (!is_digit(at, end))
            return false;
        while (is_digit(at, end))
            at++;
    }
    return at == end;
}

static Err number_read(JsonReader *reader, JsonToken *ret_token, Str *ret_text, Diag *diag) {
    size_t n = 0;
    for (;;) {
        while (reader->at + n < reader->end && is_number_byte(reader->window[reader->at + n]))
            n++;
        if (reader->at + n < reader->end || reader->has_ended)
            break;
        if (n > reader->options.string_ceiling)
            return json_fail(reader, ERR_LIMIT, N_("A text is longer than any list needs."),
                             reader->at, diag);
        TRY(json_fill(reader, diag));
    }
    Str text = str_of(reader->window + reader->at, n);
    if (!is_number(text)) {
        // Cut off at the end it may have been a good one.
        if (!reader->options.is_tolerant)
            return unexpected(reader, reader->at + n == reader->end ? -1 : 0, diag);
        json_repaired(reader, reader->token_offset);
    }
    reader->at += n;
    *ret_token = JSON_NUMBER;
    *ret_text = text;
    return ERR_OK;
}

static Err word_read(JsonReader *reader, int c, JsonToken *ret_token, Diag *diag) {
    static const struct {
        Str text;
        JsonToken token;
        bool is_tolerant;
    } WORDS[] = {{STR("true"), JSON_TRUE, false},
                 {STR("false"), JSON_FALSE, false},
                 {STR("null"), JSON_NULL, false},
                 {STR("none"), JSON_NULL, true},
                 {STR("nan"), JSON_NULL, true}};
    bool is_tolerant = reader->options.is_tolerant;
    TRY(json_need(reader, 5, diag));
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) {
        Str here = str_of(reader->window + reader->at, WORDS[i].text.len);
        if (reader->end - reader->at < here.len)
            continue;
        bool is_exact = !WORDS[i].is_tolerant && str_equal(here, WORDS[i].text);
        if (!is_exact && !(is_tolerant && str_equal_ascii_nocase(here, WORDS[i].text)))
            continue;
        if (!is_exact)
            json_repaired(reader, reader->token_offset);
        reader->at += here.len;
        *ret_token = WORDS[i].token;
        return ERR_OK;
    }
    // The beginning of a word at the very end was cut off.
    Str rest = str_of(reader->window + reader->at, reader->end - reader->at);
    bool is_cut = str_has_prefix(STR("true"), rest) || str_has_prefix(STR("false"), rest) ||
                  str_has_prefix(STR("null"), rest);
    return unexpected(reader, is_cut ? -1 : c, diag);
}

static Err container_begin(JsonReader *reader, bool is_object, JsonToken *ret_token, Diag *diag) {
    if (reader->depth >= reader->options.depth_ceiling)
        return json_fail(reader, ERR_LIMIT, N_("The document is nested too deeply."), reader->at,
                         diag);
    if (is_object && reader->element_depth > 0 && reader->depth > reader->element_depth) {
        bool is_stray;
        TRY(json_is_stray_element(reader, &is_stray, diag));
        if (is_stray)
            return json_fail(reader, ERR_SYNTAX,
                             N_("A new record begins before the one around it has ended."),
                             reader->at, diag);
    }
    reader->is_object[reader->depth++] = is_object;
    reader->at++;
    reader->expect = is_object ? EXPECT_FIRST_KEY : EXPECT_FIRST_ELEMENT;
    *ret_token = is_object ? JSON_OBJECT_BEGIN : JSON_ARRAY_BEGIN;
    return ERR_OK;
}

static void container_end(JsonReader *reader, JsonToken *ret_token) {
    *ret_token = reader->is_object[--reader->depth] ? JSON_OBJECT_END : JSON_ARRAY_END;
    reader->at++;
    reader->expect = EXPECT_NEXT;
}

static JsonPlace place_of(const JsonReader *reader) {
    if (reader->depth == 0)
        return PLACE_TOP;
    return reader->is_object[reader->depth - 1] ? PLACE_MEMBER : PLACE_ELEMENT;
}

static Err value_read(JsonReader *reader, int c, JsonToken *ret_token, Str *ret_text, Diag *diag) {
    reader->token_offset = json_offset_at(reader, reader->at);
    if (c == '{' || c == '[')
        return container_begin(reader, c == '{', ret_token, diag);
    Err err = ERR_OK;
    if (c == '"') {
        *ret_token = JSON_STRING;
        err = json_string_read(reader, place_of(reader), ret_text, diag);
    } else if (c == '-' || (c >= '0' && c <= '9')) {
        Str text;
        err = number_read(reader, ret_token, &text, diag);
        if (err == ERR_OK && ret_text != NULL)
            *ret_text = text;
    } else if (reader->options.is_tolerant && (c == ',' || c == '}') &&
               place_of(reader) == PLACE_MEMBER) {
        json_repaired(reader, reader->token_offset); // "Key": ,
        *ret_token = JSON_NULL;
    } else {
        err = word_read(reader, c, ret_token, diag);
    }
    if (err == ERR_OK || (err == ERR_LIMIT && reader->failed == ERR_OK))
        reader->expect = EXPECT_NEXT;
    return err;
}

// A key with its colon.
static Err key_read(JsonReader *reader, int c, JsonToken *ret_token, Str *ret_text, Diag *diag) {
    if (c != '"')
        return unexpected(reader, c, diag);
    reader->token_offset = json_offset_at(reader, reader->at);
    Err err = json_string_read(reader, PLACE_KEY, ret_text, diag);
    if (err != ERR_OK && (err != ERR_LIMIT || reader->failed != ERR_OK))
        return err;
    if (reader->at >= reader->end || reader->window[reader->at] != ':') {
        // Looking past white space may move the window, and the key with it.
        if (ret_text != NULL)
            TRY(json_text_keep(reader, ret_text, diag));
        TRY(json_peek(reader, &c, diag));
        if (c != ':')
            return unexpected(reader, c, diag);
    }
    reader->at++;
    reader->expect = EXPECT_VALUE;
    *ret_token = JSON_KEY;
    return err;
}

// After a value: the comma and what follows it, or the end.
static Err next_read(JsonReader *reader, int c, JsonToken *ret_token, Str *ret_text, Diag *diag) {
    if (reader->depth == 0) {
        if (c >= 0 && reader->options.is_sequence)
            return value_read(reader, c, ret_token, ret_text, diag);
        if (c >= 0)
            return unexpected(reader, c, diag);
        *ret_token = JSON_END;
        return ERR_OK;
    }
    bool is_object = reader->is_object[reader->depth - 1];
    int closing = is_object ? '}' : ']';
    if (c == closing) {
        reader->token_offset = json_offset_at(reader, reader->at);
        container_end(reader, ret_token);
        return ERR_OK;
    }
    if (c != ',') {
        // Objects without a comma between them.
        if (c != '{' || is_object || !reader->options.is_tolerant)
            return unexpected(reader, c, diag);
        json_repaired(reader, json_offset_at(reader, reader->at));
        return value_read(reader, c, ret_token, ret_text, diag);
    }
    do {
        reader->at++;
        TRY(json_peek(reader, &c, diag));
        if (c == ',' && reader->options.is_tolerant)
            json_repaired(reader, json_offset_at(reader, reader->at));
    } while (c == ',' && reader->options.is_tolerant);
    if (c == closing && reader->options.is_tolerant) {
        reader->token_offset = json_offset_at(reader, reader->at);
        json_repaired(reader, reader->token_offset);
        container_end(reader, ret_token);
        return ERR_OK;
    }
    return is_object ? key_read(reader, c, ret_token, ret_text, diag)
                     : value_read(reader, c, ret_token, ret_text, diag);
}

static Err step(JsonReader *reader, JsonToken *ret_token, Str *ret_text, Diag *diag) {
    if (reader->failed != ERR_OK) {
        diag_set(diag, reader->failed, reader->failed_msgid);
        diag_place(diag, (int64_t)reader->failed_offset, -1);
        return reader->failed;
    }
    int c;
    TRY(json_peek(reader, &c, diag));
    switch (reader->expect) {
    case EXPECT_NEXT:
        return next_read(reader, c, ret_token, ret_text, diag);
    case EXPECT_FIRST_KEY:
        if (c != '}')
            return key_read(reader, c, ret_token, ret_text, diag);
        break;
    case EXPECT_FIRST_ELEMENT:
        if (c != ']')
            return value_read(reader, c, ret_token, ret_text, diag);
        break;
    case EXPECT_VALUE:
        if (c >= 0 || !reader->options.is_sequence || reader->depth > 0)
            return value_read(reader, c, ret_token, ret_text, diag);
        *ret_token = JSON_END;
        return ERR_OK;
    }
    reader->token_offset = json_offset_at(reader, reader->at);
    container_end(reader, ret_token);
    return ERR_OK;
}

Err json_next(JsonReader *reader, JsonToken *ret_token, Str *ret_text, Diag *diag) {
    JsonToken token = JSON_END;
    Str text = {0};
    TRY(step(reader, &token, ret_text == NULL ? NULL : &text, diag));
    reader->last = token;
    *ret_token = token;
    if (ret_text != NULL)
        *ret_text = text;
    return ERR_OK;
}

Err json_skip(JsonReader *reader, Diag *diag) {
    JsonToken token = reader->last;
    bool is_begun = token == JSON_OBJECT_BEGIN || token == JSON_ARRAY_BEGIN;
    if (!is_begun && token != JSON_KEY)
        return ERR_OK;
    int depth = reader->depth - is_begun;
    do {
        TRY(step(reader, &token, NULL, diag));
        reader->last = token;
    } while (reader->depth > depth);
    return ERR_OK;
}
