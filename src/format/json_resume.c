// Finding the next element of an array after damage.
//
// Two traces are followed at once. Brackets are counted (strings judged as any string is), so that
// an element whose damage is local ends where its brackets say; and each object's first two keys
// are shown to the caller's guess, because an opening brace before a known first key cannot stand
// inside a valid string and so marks an element even where damage has upset the count. Closing
// brackets that match nothing are ignored. One forward pass: every byte is looked at a bounded
// number of times.
#include "format/json_internal.h"

typedef struct Search {
    JsonReader *reader;
    int array_depth;
    uint64_t too_deep; // brackets beyond the stack
    bool has_found, has_ended;
} Search;

// The second key of the object whose first key's value starts at index; empty when it does not
// stand before `limit`.
static Str second_key(const JsonReader *reader, size_t index, size_t limit) {
    Str key = {0};
    const char *window = reader->window, *end = window + limit;
    const char *at = scan_space(window + index, end);
    if (at < end && *at == '"') {
        unsigned high = 0;
        at = scan_string(at + 1, end, &high);
        if (at >= end || *at != '"')
            return key;
        at++;
    } else {
        while (at < end && (unsigned char)*at > ' ' && strchr(",{}[]\"", *at) == NULL)
            at++;
    }
    at = scan_space(at, end);
    if (at >= end || *at != ',')
        return key;
    at = scan_space(at + 1, end);
    json_key_stands_at(reader, (size_t)(at - window), limit, &key, NULL);
    return key;
}

// At a brace: what begins here?
static Err object_guess(JsonReader *reader, bool wants_second, JsonGuess *ret, Diag *diag) {
    const JsonOptions *options = &reader->options;
    *ret = JSON_IS_UNKNOWN;
    if (options->guess == NULL)
        return ERR_OK;
    TRY(json_need(reader, JSON_PEEK_MAX, diag));
    size_t limit = reader->at + JSON_PEEK_MAX, after;
    if (limit > reader->end)
        limit = reader->end;
    const char *first = scan_space(reader->window + reader->at + 1, reader->window + limit);
    Str key;
    if (!json_key_stands_at(reader, (size_t)(first - reader->window), limit, &key, &after))
        return ERR_OK;
    if (!wants_second)
        *ret = options->guess(options->guess_context, key, (Str){0});
    if (!wants_second && *ret != JSON_IS_DOUBTFUL)
        return ERR_OK;
    Str second = second_key(reader, after, limit);
    if (second.len == 0)
        second.ptr = "";
    *ret = options->guess(options->guess_context, key, second);
    return ERR_OK;
}

Err json_is_stray_element(JsonReader *reader, bool *ret, Diag *diag) {
    JsonGuess guess;
    TRY(object_guess(reader, false, &guess, diag));
    *ret = guess == JSON_IS_ELEMENT;
    return ERR_OK;
}

static void push(Search *search, bool is_object) {
    JsonReader *reader = search->reader;
    if (reader->depth >= reader->options.depth_ceiling)
        search->too_deep++;
    else
        reader->is_object[reader->depth++] = is_object;
}

static void found(Search *search) {
    JsonReader *reader = search->reader;
    reader->depth = search->array_depth;
    if (search->array_depth > 0)
        reader->is_object[search->array_depth - 1] = false;
    reader->expect = EXPECT_VALUE;
    search->has_found = true;
}

static Err at_open(Search *search, int c, Diag *diag) {
    JsonReader *reader = search->reader;
    JsonGuess guess = JSON_IS_UNKNOWN;
    if (c == '{')
        TRY(object_guess(reader, true, &guess, diag));
    bool is_level = reader->depth == search->array_depth && search->too_deep == 0;
    if (guess == JSON_IS_ELEMENT || (is_level && c == '{' && guess != JSON_IS_INNER)) {
        found(search);
        return ERR_OK;
    }
    push(search, c == '{');
    reader->at++;
    return ERR_OK;
}

// An array or object of the search's own level was closed, or its array itself.
static Err at_level(Search *search, Diag *diag) {
    JsonReader *reader = search->reader;
    int c;
    TRY(json_peek(reader, &c, diag));
    if (c == ']' && reader->options.guess != NULL) {
        // After damage this may be the end of anything. Elements are known when they are seen.
        reader->at++;
        return ERR_OK;
    }
    if (c == ']') {
        search->has_ended = true;
        reader->depth = search->array_depth - 1;
        reader->at++;
        reader->expect = EXPECT_NEXT;
        return ERR_OK;
    }
    if (c != ',')
        return ERR_OK;
    reader->at++;
    TRY(json_peek(reader, &c, diag));
    // With a guess to rely on, elements are objects; a key here says that this was not the level.
    if (reader->options.guess == NULL && c >= 0 && c != ']')
        found(search);
    return ERR_OK;
}

static Err at_close(Search *search, int c, Diag *diag) {
    JsonReader *reader = search->reader;
    bool is_object = c == '}';
    if (search->too_deep > 0) {
        search->too_deep--;
        reader->at++;
        return ERR_OK;
    }
    if (reader->depth <= search->array_depth) {
        if (!is_object && reader->depth == search->array_depth)
            return at_level(search, diag);
        reader->at++;
        return ERR_OK;
    }
    // The innermost of its kind above the array; what stands open inside it lost its own end.
    int depth = reader->depth;
    while (depth > search->array_depth && reader->is_object[depth - 1] != is_object)
        depth--;
    reader->at++;
    if (depth == search->array_depth)
        return ERR_OK;
    reader->depth = depth - 1;
    return reader->depth == search->array_depth ? at_level(search, diag) : ERR_OK;
}

// A string, wherever it stands. When it turns out not to be closed the reader already stands at
// structure.
static Err at_quote(Search *search, Diag *diag) {
    JsonReader *reader = search->reader;
    reader->token_offset = json_offset_at(reader, reader->at);
    Err err = json_string_read(reader, PLACE_ANY, NULL, diag);
    if (reader->failed == ERR_SYNTAX || reader->failed == ERR_TRUNCATED) {
        reader->failed = ERR_OK;
        err = ERR_OK;
    }
    return err;
}

// A JSON line that was damaged ends with its line.
static Err next_line(JsonReader *reader, bool *ret_has_more, Diag *diag) {
    for (;;) {
        const char *from = reader->window + reader->at;
        const char *line = memchr(from, '\n', reader->end - reader->at);
        reader->at = line == NULL ? reader->end : (size_t)(line - reader->window) + 1;
        if (line != NULL || reader->has_ended)
            break;
        TRY(json_fill(reader, diag));
    }
    int c;
    TRY(json_peek(reader, &c, diag));
    reader->depth = 0;
    reader->expect = EXPECT_VALUE;
    *ret_has_more = c >= 0;
    return ERR_OK;
}

Err json_resume(JsonReader *reader, int array_depth, bool *ret_has_more, Diag *diag) {
    if (!reader->options.is_tolerant || array_depth < 0 ||
        array_depth > reader->options.depth_ceiling)
        return diag_set(diag, ERR_STATE, N_("Reading cannot go on after damage here."));
    if (reader->failed == ERR_IO || reader->failed == ERR_NOMEM)
        return reader->failed;
    reader->failed = ERR_OK;
    reader->last = JSON_END;
    uint64_t repairs = reader->repairs, repair_offset = reader->repair_offset;
    if (array_depth == 0 && reader->options.is_sequence)
        return next_line(reader, ret_has_more, diag);
    Search search = {.reader = reader, .array_depth = array_depth};
    while (!search.has_found && !search.has_ended) {
        int c;
        TRY(json_peek(reader, &c, diag));
        if (c < 0) {
            reader->depth = 0;
            reader->expect = EXPECT_NEXT;
            break;
        }
        if (c == '{' || c == '[')
            TRY(at_open(&search, c, diag));
        else if (c == '}' || c == ']')
            TRY(at_close(&search, c, diag));
        else if (c == '"')
            TRY(at_quote(&search, diag));
        else
            reader->at++;
    }
    // What was passed over is lost, not repaired.
    reader->repairs = repairs;
    reader->repair_offset = repair_offset;
    *ret_has_more = search.has_found;
    return ERR_OK;
}
