// How a tolerant JsonReader judges a doubtful quote: by the structure that follows it.
//
// Old writers left quotes and backslashes in text unescaped. In a valid document the first
// unescaped quote closes the string, and what follows it always fits; so a quote that is followed
// by something that cannot stand there is text. Each judgement looks at most JSON_PEEK_MAX bytes
// ahead, and says "yes" where it sees too little, so that valid documents never suffer.
#include "format/json_internal.h"

enum { NAME_MAX_LENGTH = 128 };

static size_t peek_end(const JsonReader *reader, size_t index) {
    size_t end = index + JSON_PEEK_MAX;
    return end < reader->end ? end : reader->end;
}

static size_t space_end(const JsonReader *reader, size_t index, size_t end) {
    if (index < end && (unsigned char)reader->window[index] > ' ')
        return index;
    const char *window = reader->window;
    index = (size_t)(scan_space(window + index, window + end) - window);
    while (index < end && (unsigned char)window[index] <= ' ') // other control characters
        index++;
    return index;
}

static bool is_name_start(char c) {
    return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_' || c == '$' || c == '@';
}

// After a quote at `index`: the index of the next quote; end when none is in sight.
static size_t name_end(const JsonReader *reader, size_t index, size_t end) {
    const char *at = memchr(reader->window + index, '"', end - index);
    return at == NULL ? end : (size_t)(at - reader->window);
}

bool json_key_stands_at(const JsonReader *reader, size_t index, size_t end, Str *ret_key,
                        size_t *ret_after) {
    if (end > reader->end)
        end = reader->end;
    if (index + 1 >= end || reader->window[index] != '"' ||
        !is_name_start(reader->window[index + 1]))
        return false;
    size_t close = name_end(reader, index + 1, end);
    if (close - index > NAME_MAX_LENGTH)
        return false;
    size_t colon = space_end(reader, close + 1, end);
    if (colon >= end || reader->window[colon] != ':')
        return false;
    if (ret_key != NULL)
        *ret_key = str_of(reader->window + index + 1, close - index - 1);
    if (ret_after != NULL)
        *ret_after = colon + 1;
    return true;
}

// A comma was passed: can a member of an object follow?
static bool may_be_member(const JsonReader *reader, size_t index, size_t end) {
    index = space_end(reader, index, end);
    if (index >= end || reader->window[index] == '}')
        return true;
    if (reader->window[index] != '"')
        return false;
    size_t close = name_end(reader, index + 1, end);
    if (close >= end || memchr(reader->window + index + 1, '\\', close - index - 1) != NULL)
        return true;
    size_t colon = space_end(reader, close + 1, end);
    return colon >= end || reader->window[colon] == ':';
}

static bool may_be_element(const JsonReader *reader, size_t index, size_t end) {
    index = space_end(reader, index, end);
    if (index >= end)
        return true;
    char c = reader->window[index];
    return c == '"' || c == '{' || c == '[' || c == ']' || c == '-' || (c >= '0' && c <= '9') ||
           (c | 0x20) == 't' || (c | 0x20) == 'f' || (c | 0x20) == 'n';
}

// A bracket that closes is at index - 1: does what follows it fit?
static bool may_follow_closing(const JsonReader *reader, size_t index, size_t end) {
    index = space_end(reader, index, end);
    if (index >= end || reader->depth <= 1)
        return true;
    char c = reader->window[index];
    return c == ',' || c == '}' || c == ']';
}

bool json_may_close(const JsonReader *reader, size_t index, JsonPlace place) {
    size_t end = peek_end(reader, index);
    index = space_end(reader, index, end);
    if (index >= end || place == PLACE_TOP)
        return true;
    char c = reader->window[index++];
    bool is_any = place == PLACE_ANY;
    // In an array too a name with its colon is one: its object lost its brace.
    if (c == ':')
        return place != PLACE_MEMBER;
    if (place == PLACE_KEY)
        return false;
    if ((c == '}' && place != PLACE_ELEMENT) || (c == ']' && place != PLACE_MEMBER))
        return is_any || may_follow_closing(reader, index, end);
    if (c != ',')
        return false;
    return (place != PLACE_ELEMENT && may_be_member(reader, index, end)) ||
           (place != PLACE_MEMBER && may_be_element(reader, index, end));
}

bool json_object_begins(const JsonReader *reader, size_t start, size_t index, size_t *ret_brace) {
    const char *window = reader->window;
    size_t floor = index - start > JSON_PEEK_MAX ? index - JSON_PEEK_MAX : start;
    size_t at = index;
    while (at > floor && (unsigned char)window[at - 1] <= ' ')
        at--;
    if (at <= floor || window[at - 1] != '{')
        return false;
    size_t brace = --at;
    while (at > floor && (unsigned char)window[at - 1] <= ' ')
        at--;
    if (at <= floor || (window[at - 1] != ',' && window[at - 1] != '[' && window[at - 1] != ':'))
        return false;
    if (!json_key_stands_at(reader, index, peek_end(reader, index + 1), NULL, NULL))
        return false;
    *ret_brace = brace;
    return true;
}

bool json_stands_before(const JsonReader *reader, char what, size_t start, size_t index,
                        size_t *ret) {
    size_t floor = index - start > JSON_PEEK_MAX ? index - JSON_PEEK_MAX : start;
    while (index > floor && (unsigned char)reader->window[index - 1] <= ' ')
        index--;
    if (index <= floor || reader->window[index - 1] != what)
        return false;
    *ret = index - 1;
    return true;
}

bool json_structure_follows(const JsonReader *reader, size_t index) {
    size_t end = peek_end(reader, index);
    index = space_end(reader, index, end);
    if (index >= end)
        return false;
    if (reader->window[index] == '}' || reader->window[index] == ']') {
        index = space_end(reader, index + 1, end);
        return index < end && (reader->window[index] == ',' || reader->window[index] == '}' ||
                               reader->window[index] == ']');
    }
    return json_key_stands_at(reader, index, end, NULL, NULL);
}

bool json_escaped_may_close(const JsonReader *reader, size_t index) {
    size_t end = peek_end(reader, index);
    index = space_end(reader, index, end);
    bool is_container_closed = false;
    while (index < end && (reader->window[index] == '}' || reader->window[index] == ']')) {
        index = space_end(reader, index + 1, end);
        is_container_closed = true;
    }
    if (index >= end || reader->window[index] != ',')
        return false;
    index = space_end(reader, index + 1, end);
    if (is_container_closed && index < end && reader->window[index] == '{')
        index = space_end(reader, index + 1, end);
    return json_key_stands_at(reader, index, end, NULL, NULL);
}
