// Reads and writes PO files.
#include "po.h"

#include <stdio.h>

#include "base/file.h"
#include "base/utf8.h"

typedef struct PoReader {
    Po *po;
    int line;
    PoMessage now;
    StrBuf field; // text of the string being read
    StrBuf comments, extracted;
    enum { FIELD_NONE, FIELD_CONTEXT, FIELD_ID, FIELD_PLURAL, FIELD_FORM } kind;
    int form;
    bool has_id, has_form;
} PoReader;

static bool complain(const PoReader *reader, const char *message) {
    fprintf(stderr, "%s:%d: %s\n", reader->po->path, reader->line, message);
    return false;
}

static Str arena_text(Arena *arena, const StrBuf *buf) {
    Str copy = arena_copy(arena, str_of(strbuf_text(buf), buf->len));
    if (copy.ptr == NULL) {
        fprintf(stderr, "out of memory\n");
        exit(1);
    }
    return copy;
}

// Stores the string that has just ended.
static void field_end(PoReader *reader) {
    Arena *arena = reader->po->arena;
    PoMessage *now = &reader->now;
    switch (reader->kind) {
    case FIELD_CONTEXT:
        now->context = arena_text(arena, &reader->field);
        break;
    case FIELD_ID:
        now->msgid = arena_text(arena, &reader->field);
        break;
    case FIELD_PLURAL:
        now->msgid_plural = arena_text(arena, &reader->field);
        now->is_plural = true;
        break;
    case FIELD_FORM:
        now->forms[reader->form] = arena_text(arena, &reader->field);
        if (now->form_count <= reader->form)
            now->form_count = reader->form + 1;
        break;
    case FIELD_NONE:
        break;
    }
    reader->kind = FIELD_NONE;
    strbuf_clear(&reader->field);
}

static bool message_end(PoReader *reader) {
    field_end(reader);
    if (!reader->has_id) {
        if (reader->now.context.ptr != NULL)
            return complain(reader, "a msgctxt without a msgid");
        return true; // comments at the end of the file
    }
    if (!reader->has_form)
        return complain(reader, "a message without msgstr");
    PoMessage *now = &reader->now;
    now->comments = arena_text(reader->po->arena, &reader->comments);
    now->extracted = arena_text(reader->po->arena, &reader->extracted);
    now->is_drafted = str_find(now->comments, STR("drafted")) >= 0;
    if (now->msgid.len == 0 && now->context.ptr == NULL) {
        reader->po->header = now->forms[0];
        reader->po->header_comments = now->comments;
    } else if (po_find(reader->po, now->context, now->msgid, false) != NULL && !now->is_obsolete) {
        reader->line = now->line;
        return complain(reader, "this message stands in the file twice");
    } else if (!vec_push(&reader->po->messages, *now)) {
        return complain(reader, "out of memory");
    }
    *now = (PoMessage){0};
    reader->has_id = reader->has_form = false;
    strbuf_clear(&reader->comments);
    strbuf_clear(&reader->extracted);
    return true;
}

// Appends the quoted string that is the whole of text.
static bool read_string(PoReader *reader, Str text) {
    text = str_trim(text);
    if (text.len < 2 || text.ptr[0] != '"' || text.ptr[text.len - 1] != '"')
        return complain(reader, "a string in double quotes was expected");
    for (size_t i = 1; i < text.len - 1; i++) {
        char c = text.ptr[i];
        if (c == '"')
            return complain(reader, "a double quote inside a string must be written \\\"");
        if (c != '\\') {
            strbuf_put_byte(&reader->field, c);
            continue;
        }
        static const char FROM[] = "nt\"\\", TO[] = "\n\t\"\\";
        const char *at = ++i < text.len - 1 ? strchr(FROM, text.ptr[i]) : NULL;
        if (at == NULL || *at == '\0')
            return complain(reader, "only \\n \\t \\\" and \\\\ may follow a backslash");
        strbuf_put_byte(&reader->field, TO[at - FROM]);
    }
    return true;
}

static bool keyword(Str line, const char *word, Str *ret_rest) {
    size_t len = strlen(word);
    if (!str_has_prefix(line, str_from(word)) || line.len <= len ||
        (line.ptr[len] != ' ' && line.ptr[len] != '"' && line.ptr[len] != '\t'))
        return false;
    *ret_rest = str_from_index(line, len);
    return true;
}

static bool read_comment(PoReader *reader, Str line) {
    // A comment begins the next message.
    if (reader->has_form && !message_end(reader))
        return false;
    if (str_has_prefix(line, STR("#,"))) {
        reader->now.is_fuzzy |= str_find(line, STR("fuzzy")) >= 0;
    } else {
        bool is_ours = str_has_prefix(line, STR("#:")) || str_has_prefix(line, STR("#."));
        if (str_has_prefix(line, STR("#|")))
            return true; // the former msgid, which tools add
        strbuf_put(is_ours ? &reader->extracted : &reader->comments, line);
        strbuf_put_byte(is_ours ? &reader->extracted : &reader->comments, '\n');
    }
    return true;
}

static bool read_line(PoReader *reader, Str line) {
    Str rest;
    line = str_trim(line);
    if (line.len == 0)
        return !reader->has_form || message_end(reader);
    bool is_obsolete = str_has_prefix(line, STR("#~"));
    if (is_obsolete)
        line = str_trim(str_from_index(line, 2));
    else if (line.ptr[0] == '#')
        return read_comment(reader, line);
    if (line.len > 0 && line.ptr[0] == '"') {
        if (reader->kind == FIELD_NONE)
            return complain(reader, "a string stands alone");
        return read_string(reader, line);
    }
    bool is_context = keyword(line, "msgctxt", &rest), is_id = keyword(line, "msgid", &rest);
    if ((is_context || (is_id && reader->kind != FIELD_CONTEXT)) && reader->has_form &&
        !message_end(reader))
        return false;
    field_end(reader);
    if (is_context) {
        reader->kind = FIELD_CONTEXT;
        reader->now.line = reader->line;
    } else if (is_id) {
        if (reader->has_id)
            return complain(reader, "a second msgid before the msgstr of the first");
        reader->kind = FIELD_ID;
        reader->has_id = true;
        reader->now.is_obsolete = is_obsolete;
        if (reader->now.context.ptr == NULL)
            reader->now.line = reader->line;
    } else if (keyword(line, "msgid_plural", &rest)) {
        reader->kind = FIELD_PLURAL;
        // Known before the forms are read.
        reader->now.is_plural = true;
    } else if (keyword(line, "msgstr", &rest)) {
        reader->kind = FIELD_FORM;
        reader->form = 0;
        reader->has_form = true;
        if (reader->now.is_plural)
            return complain(reader, "a message with msgid_plural needs msgstr[0], msgstr[1] …");
    } else if (str_has_prefix(line, STR("msgstr[")) && line.len > 9 && line.ptr[8] == ']' &&
               line.ptr[7] >= '0' && line.ptr[7] < '0' + PO_FORMS_MAX) {
        if (line.ptr[7] - '0' != reader->now.form_count)
            return complain(reader, "the forms msgstr[0], msgstr[1] … must follow in their order");
        reader->kind = FIELD_FORM;
        reader->form = line.ptr[7] - '0';
        reader->has_form = true;
        rest = str_from_index(line, 9);
    } else {
        return complain(reader, "msgctxt, msgid, msgid_plural, msgstr or a comment was expected");
    }
    return read_string(reader, rest);
}

bool po_read(Po *po, Arena *arena, const char *path) {
    StrBuf content = STRBUF(16 << 20);
    *po = (Po){.path = path, .arena = arena};
    if (!read_file(path, &content))
        return false;
    PoReader reader = {.po = po,
                       .field = STRBUF(1 << 20),
                       .comments = STRBUF(1 << 20),
                       .extracted = STRBUF(1 << 20)};
    Str rest = strbuf_str(&content);
    bool is_good = utf8_is_valid(rest);
    if (!is_good)
        complain(&reader, "the file is not UTF-8");
    while (is_good && rest.len > 0) {
        Str line, tail;
        if (!str_cut(rest, '\n', &line, &tail)) {
            line = rest;
            tail = (Str){0};
        }
        reader.line++;
        is_good = read_line(&reader, line);
        rest = tail;
    }
    is_good = is_good && message_end(&reader);
    strbuf_done(&reader.field);
    strbuf_done(&reader.comments);
    strbuf_done(&reader.extracted);
    strbuf_done(&content);
    return is_good;
}

void po_done(Po *po) {
    vec_done(&po->messages);
}

PoMessage *po_find(const Po *po, Str context, Str msgid, bool wants_obsolete) {
    for (size_t i = 0; i < po->messages.len; i++) {
        PoMessage *at = &po->messages.items[i];
        if (str_equal(at->msgid, msgid) && str_equal(at->context, context) &&
            (at->context.ptr == NULL) == (context.ptr == NULL) &&
            (wants_obsolete || !at->is_obsolete))
            return at;
    }
    return NULL;
}

// One quoted string a line of text, as gettext's tools lay it out.
static void put_string(StrBuf *out, const char *prefix, const char *word, Str text) {
    strbuf_printf(out, "%s%s ", prefix, word);
    ptrdiff_t first = str_find_byte(text, '\n');
    bool is_long = first >= 0 && (size_t)first + 1 < text.len;
    if (is_long)
        strbuf_printf(out, "\"\"\n%s", prefix);
    strbuf_put_byte(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '\n') {
            strbuf_put_text(out, "\\n");
            if (i + 1 < text.len)
                strbuf_printf(out, "\"\n%s\"", prefix);
        } else {
            if (c == '"' || c == '\\')
                strbuf_put_byte(out, '\\');
            if (c == '\t')
                strbuf_put_text(out, "\\t");
            else
                strbuf_put_byte(out, c);
        }
    }
    strbuf_put_text(out, "\"\n");
}

void po_write(StrBuf *out, const Po *po) {
    strbuf_put(out, po->header_comments);
    put_string(out, "", "msgid", STR(""));
    put_string(out, "", "msgstr", po->header);
    for (int obsolete = 0; obsolete < 2; obsolete++) {
        const char *prefix = obsolete ? "#~ " : "";
        for (size_t i = 0; i < po->messages.len; i++) {
            const PoMessage *at = &po->messages.items[i];
            if (at->is_obsolete != (obsolete == 1))
                continue;
            strbuf_put_byte(out, '\n');
            strbuf_put(out, at->comments);
            if (!obsolete)
                strbuf_put(out, at->extracted);
            if (at->is_fuzzy)
                strbuf_put_text(out, "#, fuzzy\n");
            if (at->context.ptr != NULL)
                put_string(out, prefix, "msgctxt", at->context);
            put_string(out, prefix, "msgid", at->msgid);
            if (at->is_plural)
                put_string(out, prefix, "msgid_plural", at->msgid_plural);
            for (int form = 0; form < at->form_count; form++) {
                char word[16];
                snprintf(word, sizeof word, at->is_plural ? "msgstr[%d]" : "msgstr", form);
                put_string(out, prefix, word, at->forms[form]);
            }
        }
    }
}

Str po_header_field(const Po *po, Str name) {
    Str rest = po->header, line;
    while (rest.len > 0) {
        Str tail;
        if (!str_cut(rest, '\n', &line, &tail)) {
            line = rest;
            tail = (Str){0};
        }
        Str head, value;
        if (str_cut(line, ':', &head, &value) && str_equal_ascii_nocase(str_trim(head), name))
            return str_trim(value);
        rest = tail;
    }
    return (Str){0};
}

// The next placeholder at or after *io_at; {{ and }} are literal braces.
static bool next_placeholder(Str text, size_t *io_at, Str *ret_name) {
    size_t at = *io_at;
    while (at < text.len) {
        if ((text.ptr[at] == '{' || text.ptr[at] == '}') && at + 1 < text.len &&
            text.ptr[at + 1] == text.ptr[at]) {
            at += 2;
        } else if (text.ptr[at] == '{') {
            const char *end = memchr(text.ptr + at, '}', text.len - at);
            if (end == NULL)
                return false;
            *ret_name = str_of(text.ptr + at + 1, (size_t)(end - text.ptr) - at - 1);
            *io_at = (size_t)(end - text.ptr) + 1;
            return true;
        } else {
            at++;
        }
    }
    return false;
}

static bool has_placeholder(Str text, Str name) {
    size_t at = 0;
    Str found;
    while (next_placeholder(text, &at, &found))
        if (str_equal(found, name))
            return true;
    return false;
}

bool placeholders_agree(Str text, Str source, Str may_omit, Str *ret_offender) {
    size_t at = 0;
    Str name;
    while (next_placeholder(text, &at, &name))
        if (!has_placeholder(source, name)) {
            *ret_offender = name;
            return false;
        }
    for (at = 0; next_placeholder(source, &at, &name);)
        if (!has_placeholder(text, name) && !str_equal(name, may_omit)) {
            *ret_offender = name;
            return false;
        }
    return true;
}

bool read_file(const char *path, StrBuf *ret) {
    if (file_read_all(path, ret, NULL) == ERR_OK)
        return true;
    fprintf(stderr, "%s: cannot be read\n", path);
    return false;
}

bool write_if_changed(const char *path, Str content) {
    StrBuf present = STRBUF(64 << 20);
    bool is_same =
        file_read_all(path, &present, NULL) == ERR_OK && str_equal(strbuf_str(&present), content);
    strbuf_done(&present);
    if (is_same)
        return true;
    FILE *file = fopen(path, "wb");
    bool is_written = file != NULL && fwrite(content.ptr, 1, content.len, file) == content.len;
    if (file != NULL && fclose(file) != 0)
        is_written = false;
    if (!is_written)
        fprintf(stderr, "%s: cannot be written\n", path);
    return is_written;
}

// The sanitizer asks for this by name. These programs end after one job and leave their memory to
// the system.
const char *__asan_default_options(void);
const char *__asan_default_options(void) {
    return "detect_leaks=0";
}
