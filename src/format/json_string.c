// Strings of a JsonReader: finding their end, and unescaping.
#include "base/utf8.h"
#include "format/json_internal.h"

enum { DISCARD_AFTER = 16 << 10 };

// Positions are relative to reader->at, which is the opening quote while the string is held.
typedef struct Lexer {
    size_t rel;     // of the byte looked at
    size_t checked; // bytes before this are valid UTF-8 (unheld strict strings only)
    size_t floor;   // nothing before this belongs to the string
    unsigned high;  // bit 7: not all ASCII since the last check
    bool is_held, is_too_long;
    bool has_escape;
    bool is_raw;       // backslashes are text: the writer did not escape
    bool has_quote;    // an unescaped quote is text
    bool has_control;  // a control character is text
    bool is_unclosed;  // the string ends at rel, without a quote
    bool has_bad_utf8; // found while building the text
} Lexer;

static Err utf8_fail(JsonReader *reader, size_t index, Diag *diag) {
    return json_fail(reader, ERR_ENCODING, N_("The text is not valid UTF-8."), index, diag);
}

// Gives up what was passed of a string that is not held, but for what judging a quote looks back
// at.
static Err lexer_discard(JsonReader *reader, Lexer *lexer, Diag *diag) {
    size_t keep = lexer->rel > JSON_PEEK_MAX ? lexer->rel - JSON_PEEK_MAX : 0;
    if (!reader->options.is_tolerant) {
        if (lexer->high != 0) {
            Str part =
                str_of(reader->window + reader->at + lexer->checked, lexer->rel - lexer->checked);
            size_t valid = utf8_valid_prefix(part);
            if (part.len - valid >= 4)
                return utf8_fail(reader, reader->at + lexer->checked + valid, diag);
            lexer->checked += valid;
        } else {
            lexer->checked = lexer->rel;
        }
        if (keep > lexer->checked)
            keep = lexer->checked;
        lexer->checked -= keep;
    }
    lexer->rel -= keep;
    lexer->floor -= lexer->floor < keep ? lexer->floor : keep;
    reader->at += keep;
    return ERR_OK;
}

static int hex4(const char *at) {
    int value = 0;
    for (int i = 0; i < 4; i++) {
        int c = (unsigned char)at[i], low = c | 0x20;
        if (c >= '0' && c <= '9')
            value = value << 4 | (c - '0');
        else if (low >= 'a' && low <= 'f')
            value = value << 4 | (low - 'a' + 10);
        else
            return -1;
    }
    return value;
}

static bool is_high_surrogate(int unit) {
    return unit >= 0xD800 && unit <= 0xDBFF;
}

static bool is_low_surrogate(int unit) {
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

// The length of the escape at `at`, of which `n` bytes (zeros behind) are at hand: 2, 6, or 12 for
// a surrogate pair; 0 when it is none. *ret is its code point; a lone surrogate stays one.
static size_t escape_length(const char *at, size_t n, uint32_t *ret) {
    static const char PLAIN[] = "\"\"\\\\//b\bf\fn\nr\rt\t";
    if (n < 2)
        return 0;
    if (at[1] != 'u') {
        for (const char *pair = PLAIN; *pair != '\0'; pair += 2) {
            if (*pair == at[1]) {
                *ret = (unsigned char)pair[1];
                return 2;
            }
        }
        return 0;
    }
    int unit = n >= 6 ? hex4(at + 2) : -1;
    if (unit < 0)
        return 0;
    *ret = (uint32_t)unit;
    if (is_high_surrogate(unit) && n >= 12 && at[6] == '\\' && at[7] == 'u') {
        int low = hex4(at + 8);
        if (is_low_surrogate(low)) {
            *ret = 0x10000 + (((uint32_t)unit - 0xD800) << 10) + ((uint32_t)low - 0xDC00);
            return 12;
        }
    }
    return 6;
}

// A backslash at rel. *ret_closes: the quote behind it closes the string.
static Err lexer_escape(JsonReader *reader, Lexer *lexer, JsonPlace place, bool *ret_closes,
                        Diag *diag) {
    bool is_tolerant = reader->options.is_tolerant;
    TRY(json_need(reader, lexer->rel + (is_tolerant ? JSON_PEEK_MAX + 2 : 12), diag));
    size_t index = reader->at + lexer->rel;
    uint32_t code = 0;
    size_t length = escape_length(reader->window + index, reader->end - index, &code);
    lexer->has_escape = true;
    if (!is_tolerant) {
        if (length == 0)
            return reader->end - index < 6 && reader->has_ended
                       ? json_fail(reader, ERR_TRUNCATED, N_("The document ends inside a string."),
                                   index, diag)
                       : json_fail(reader, ERR_SYNTAX,
                                   N_("A backslash stands before something that is no escape."),
                                   index, diag);
        if (length == 6 && code >= 0xD800 && code <= 0xDFFF)
            return json_fail(reader, ERR_ENCODING, N_("Half of a surrogate pair stands alone."),
                             index, diag);
    } else if (length == 0) {
        lexer->is_raw = true;
        length = 1;
    } else if (code == '"' && length == 2 && place != PLACE_KEY &&
               (json_escaped_may_close(reader, index + 2) ||
                (lexer->is_raw && json_may_close(reader, index + 2, place)))) {
        lexer->is_raw = true;
        *ret_closes = true;
        length = 1;
    }
    lexer->rel += length;
    return ERR_OK;
}

// Structure begins again behind the comma: the string ends before it. But where brackets close
// before the comma they were not text either, and the reader goes to stand at the first.
static Err lexer_end_at(JsonReader *reader, Lexer *lexer, size_t comma, bool *ret_closes,
                        Diag *diag) {
    size_t floor = reader->at + lexer->floor, first = comma;
    for (size_t i = comma; i > floor; i--) {
        char c = reader->window[i - 1];
        if (c == '}' || c == ']')
            first = i - 1;
        else if ((unsigned char)c > ' ')
            break;
    }
    if (first < comma) {
        reader->at = first;
        return json_fail(reader, ERR_SYNTAX, N_("A string is not closed."), first, diag);
    }
    lexer->rel = comma - reader->at;
    lexer->has_quote = lexer->is_unclosed = true;
    *ret_closes = true;
    return ERR_OK;
}

// A quote at rel that a tolerant reader has to judge. When it opens the next object the string was
// never closed: the reader goes to stand at the brace.
static Err lexer_quote(JsonReader *reader, Lexer *lexer, JsonPlace place, bool *ret_closes,
                       Diag *diag) {
    TRY(json_need(reader, lexer->rel + 1 + JSON_PEEK_MAX, diag));
    size_t index = reader->at + lexer->rel, brace;
    *ret_closes = json_may_close(reader, index + 1, place);
    if (*ret_closes)
        return ERR_OK;
    // A comma and a member: the quote before them was forgotten.
    size_t start = reader->at + lexer->floor, comma;
    if (place != PLACE_KEY && place != PLACE_ELEMENT &&
        json_key_stands_at(reader, index, index + 1 + JSON_PEEK_MAX, NULL, NULL) &&
        json_stands_before(reader, ',', start, index, &comma))
        return lexer_end_at(reader, lexer, comma, ret_closes, diag);
    if (json_object_begins(reader, reader->at + lexer->floor, index, &brace)) {
        reader->at = brace;
        return json_fail(reader, ERR_SYNTAX, N_("A string is not closed."), brace, diag);
    }
    lexer->has_quote = true;
    lexer->rel++;
    return ERR_OK;
}

// Structure begins again behind the line feed at rel: the string ends before a comma, or cannot be
// closed, and the reader goes to stand at the brace or line feed.
static Err lexer_restart(JsonReader *reader, Lexer *lexer, JsonPlace place, bool *ret_closes,
                         Diag *diag) {
    size_t index = reader->at + lexer->rel, start = reader->at + lexer->floor, at;
    if (place != PLACE_KEY && json_stands_before(reader, ',', start, index, &at))
        return lexer_end_at(reader, lexer, at, ret_closes, diag);
    if (!json_stands_before(reader, '{', start, index, &at))
        at = index;
    reader->at = at;
    return json_fail(reader, ERR_SYNTAX, N_("A string is not closed."), at, diag);
}

static Err lexer_control(JsonReader *reader, Lexer *lexer, JsonPlace place, bool *ret_closes,
                         Diag *diag) {
    size_t index = reader->at + lexer->rel;
    if (!reader->options.is_tolerant)
        return json_fail(reader, ERR_SYNTAX,
                         N_("A control character stands in a string without being escaped."), index,
                         diag);
    if (reader->window[index] == '\n') {
        TRY(json_need(reader, lexer->rel + 1 + JSON_PEEK_MAX, diag));
        index = reader->at + lexer->rel;
        if (json_structure_follows(reader, index + 1))
            return lexer_restart(reader, lexer, place, ret_closes, diag);
    }
    lexer->has_control = true;
    lexer->rel++;
    return ERR_OK;
}

// No more of the string is in the window.
static Err lexer_refill(JsonReader *reader, Lexer *lexer, Diag *diag) {
    if (reader->has_ended) {
        size_t index = reader->at + lexer->rel;
        reader->at = index;
        return json_fail(reader, ERR_TRUNCATED, N_("The document ends inside a string."), index,
                         diag);
    }
    if (!lexer->is_held)
        TRY(lexer_discard(reader, lexer, diag));
    return json_fill(reader, diag);
}

// Goes to the closing quote: lexer->rel is then its place.
static Err lexer_run(JsonReader *reader, Lexer *lexer, JsonPlace place, Diag *diag) {
    for (;;) {
        if (lexer->is_held && lexer->rel > reader->options.string_ceiling) {
            lexer->is_held = false;
            lexer->is_too_long = true;
        }
        if (!lexer->is_held && lexer->rel > DISCARD_AFTER)
            TRY(lexer_discard(reader, lexer, diag));
        const char *end = reader->window + reader->end;
        const char *stop = scan_string(reader->window + reader->at + lexer->rel, end, &lexer->high);
        lexer->rel = (size_t)(stop - (reader->window + reader->at));
        bool closes = false;
        if (stop == end) {
            TRY(lexer_refill(reader, lexer, diag));
        } else if (*stop == '"') {
            if (!reader->options.is_tolerant)
                return ERR_OK;
            TRY(lexer_quote(reader, lexer, place, &closes, diag));
        } else if (*stop == '\\') {
            TRY(lexer_escape(reader, lexer, place, &closes, diag));
        } else {
            TRY(lexer_control(reader, lexer, place, &closes, diag));
        }
        if (closes)
            return ERR_OK;
    }
}

static Err scratch_reserve(JsonReader *reader, size_t n, Diag *diag) {
    if (reader->scratch_capacity >= n)
        return ERR_OK;
    char *scratch = realloc(reader->scratch, n + n / 2);
    if (scratch == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    reader->scratch = scratch;
    reader->scratch_capacity = n + n / 2;
    return ERR_OK;
}

Err json_text_keep(JsonReader *reader, Str *io_text, Diag *diag) {
    const char *scratch = reader->scratch;
    if (scratch != NULL && io_text->ptr >= scratch &&
        io_text->ptr < scratch + reader->scratch_capacity)
        return ERR_OK;
    TRY(scratch_reserve(reader, io_text->len + 1, diag));
    if (io_text->len > 0 && reader->scratch != NULL)
        memcpy(reader->scratch, io_text->ptr, io_text->len);
    io_text->ptr = reader->scratch;
    return ERR_OK;
}

// Writes raw to scratch with escapes decoded (unless they are text). Every byte of raw gives at
// most three.
static size_t text_unescape(Str raw, Lexer *lexer, char *to) {
    const char *at = raw.ptr, *end = raw.ptr + raw.len;
    char *begin = to;
    while (at < end) {
        const char *run = memchr(at, '\\', (size_t)(end - at));
        if (run == NULL || lexer->is_raw)
            run = end;
        memcpy(to, at, (size_t)(run - at));
        to += run - at;
        at = run;
        if (at < end) {
            uint32_t code = UTF8_REPLACEMENT;
            at += escape_length(at, (size_t)(end - at), &code);
            if (code >= 0xD800 && code <= 0xDFFF)
                lexer->has_bad_utf8 = true;
            to += utf8_put(code, to);
        }
    }
    return (size_t)(to - begin);
}

static size_t text_repair(Str bad, char *to) {
    size_t at = 0, n = 0;
    while (at < bad.len)
        n += utf8_put(utf8_next(bad, &at), to + n);
    return n;
}

// `true"` and `false"` came from writers that put the word in two pairs of quotes.
static Str word_unquote(Str text) {
    Str inner = {text.ptr, text.len == 0 ? 0 : text.len - 1};
    bool is_word =
        str_equal_ascii_nocase(inner, STR("true")) || str_equal_ascii_nocase(inner, STR("false"));
    return is_word && text.ptr[inner.len] == '"' ? inner : text;
}

static Err text_build(JsonReader *reader, Lexer *lexer, Str *ret_text, Diag *diag) {
    Str raw = str_of(reader->window + reader->at + 1, lexer->rel - 1);
    bool is_valid = lexer->high == 0 || utf8_is_valid(raw);
    if (!is_valid && !reader->options.is_tolerant)
        return utf8_fail(reader, reader->at + 1 + utf8_valid_prefix(raw), diag);
    if (lexer->has_quote)
        raw = word_unquote(raw);
    if (is_valid && !lexer->has_escape) {
        *ret_text = raw;
        return ERR_OK;
    }
    size_t room = is_valid ? raw.len + 4 : raw.len * 4 + 4;
    TRY(scratch_reserve(reader, room, diag));
    size_t n = text_unescape(raw, lexer, reader->scratch);
    if (!is_valid) {
        // Unescaping never makes text longer, so that there is room for the repaired form behind.
        lexer->has_bad_utf8 = true;
        char *to = reader->scratch + raw.len + 1;
        *ret_text = str_of(to, text_repair(str_of(reader->scratch, n), to));
        return ERR_OK;
    }
    *ret_text = str_of(reader->scratch, n);
    return ERR_OK;
}

// The common case at once: no escape, all ASCII, wholly in the window, and what follows fits.
static bool string_read_plain(JsonReader *reader, JsonPlace place, Str *ret_text) {
    const char *start = reader->window + reader->at + 1, *end = reader->window + reader->end;
    unsigned high = 0;
    const char *stop = scan_string(start, end, &high);
    if (stop == end || *stop != '"' || high != 0 ||
        (size_t)(stop - start) >= reader->options.string_ceiling)
        return false;
    size_t index = (size_t)(stop - reader->window) + 1;
    if (reader->options.is_tolerant) {
        if (!reader->has_ended && reader->end - index < JSON_PEEK_MAX)
            return false;
        if (!(place == PLACE_KEY && *(stop + 1) == ':') && !json_may_close(reader, index, place))
            return false;
    }
    reader->at = index;
    if (ret_text != NULL)
        *ret_text = str_of(start, (size_t)(stop - start));
    return true;
}

Err json_string_read(JsonReader *reader, JsonPlace place, Str *ret_text, Diag *diag) {
    if (string_read_plain(reader, place, ret_text))
        return ERR_OK;
    Lexer lexer = {.rel = 1, .checked = 1, .floor = 1, .is_held = ret_text != NULL};
    TRY(lexer_run(reader, &lexer, place, diag));
    if (lexer.is_held && ret_text != NULL) {
        TRY(text_build(reader, &lexer, ret_text, diag));
    } else if (lexer.high != 0 && !reader->options.is_tolerant) {
        Str rest = str_of(reader->window + reader->at + lexer.checked, lexer.rel - lexer.checked);
        if (!utf8_is_valid(rest))
            return utf8_fail(reader, reader->at + lexer.checked + utf8_valid_prefix(rest), diag);
    }
    reader->at += lexer.rel + !lexer.is_unclosed;
    if (lexer.is_raw || lexer.has_quote || lexer.has_control || lexer.has_bad_utf8)
        json_repaired(reader, reader->token_offset);
    if (!lexer.is_too_long)
        return ERR_OK;
    diag_set(diag, ERR_LIMIT, N_("A text is longer than any list needs."));
    diag_place(diag, (int64_t)reader->token_offset, -1);
    return ERR_LIMIT;
}
