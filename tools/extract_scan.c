// A tokenizer of C that knows just enough to find tr() calls, and the same for templates.
#include "extract_scan.h"

#include <stdio.h>

#include "base/utf8.h"

typedef enum TokenKind { TOKEN_END, TOKEN_WORD, TOKEN_STRING, TOKEN_MARK } TokenKind;

typedef struct Token {
    TokenKind kind;
    Str text; // as written; of a string what stands between the quotes
    int line;
} Token;

typedef struct Scanner {
    Str rest;
    int line;
} Scanner;

// Where (context, msgid, plural) stand among the arguments of a function; -1: it has none.
static const struct {
    const char *name;
    int context, msgid, plural;
} CALLS[] = {
    {"N_", -1, 0, -1},
    {"tr", 1, 2, -1},
    {"tr_put", 2, 3, -1},
    {"tr_put_html", 2, 3, -1},
    {"trn_put", 2, 3, 4},
    {"trn_put_html", 2, 3, 4},
    {"tr_put_attribute", 2, 3, -1},
    {"trn_put_attribute", 2, 3, 4},
    {"page_plural", -1, 1, 2},
};
enum { ARGS_MAX = 5, ARG_TOKENS_MAX = 64 };

static bool is_word_byte(char c) {
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_';
}

static void skip(Scanner *scanner, size_t n) {
    if (n > scanner->rest.len)
        n = scanner->rest.len;
    for (size_t i = 0; i < n; i++)
        scanner->line += scanner->rest.ptr[i] == '\n';
    scanner->rest = str_from_index(scanner->rest, n);
}

static void skip_blank(Scanner *scanner) {
    for (;;) {
        Str rest = scanner->rest;
        if (rest.len == 0)
            return;
        if (rest.ptr[0] == ' ' || rest.ptr[0] == '\t' || rest.ptr[0] == '\n' ||
            rest.ptr[0] == '\r' || rest.ptr[0] == '\\') {
            skip(scanner, 1);
        } else if (str_has_prefix(rest, STR("//"))) {
            ptrdiff_t end = str_find_byte(rest, '\n');
            skip(scanner, end < 0 ? rest.len : (size_t)end);
        } else if (str_has_prefix(rest, STR("/*"))) {
            ptrdiff_t end = str_find(str_from_index(rest, 2), STR("*/"));
            skip(scanner, end < 0 ? rest.len : (size_t)end + 4);
        } else {
            return;
        }
    }
}

static Token next_token(Scanner *scanner) {
    skip_blank(scanner);
    Str rest = scanner->rest;
    Token token = {.line = scanner->line};
    if (rest.len == 0)
        return token;
    size_t len = 1;
    if (rest.ptr[0] == '"' || rest.ptr[0] == '\'') {
        while (len < rest.len && rest.ptr[len] != rest.ptr[0] && rest.ptr[len] != '\n')
            len += rest.ptr[len] == '\\' ? 2 : 1;
        if (len > rest.len - 1)
            len = rest.len - 1;
        token.kind = rest.ptr[0] == '"' ? TOKEN_STRING : TOKEN_MARK;
        token.text = str_of(rest.ptr + 1, len - 1);
        len++;
    } else if (is_word_byte(rest.ptr[0])) {
        while (len < rest.len && is_word_byte(rest.ptr[len]))
            len++;
        token.kind = TOKEN_WORD;
        token.text = str_of(rest.ptr, len);
    } else {
        token.kind = TOKEN_MARK;
        token.text = str_of(rest.ptr, 1);
    }
    skip(scanner, len);
    return token;
}

static int hex_value(char c) {
    return c >= '0' && c <= '9'                     ? c - '0'
           : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
                                                    : -1;
}

// Appends a C string's text with its escapes resolved.
static void put_unescaped(StrBuf *out, Str text) {
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] != '\\' || i + 1 == text.len) {
            strbuf_put_byte(out, text.ptr[i]);
            continue;
        }
        char c = text.ptr[++i];
        static const char FROM[] = "ntr\"\\'?", TO[] = "\n\t\r\"\\'?";
        const char *at = strchr(FROM, c);
        if (at != NULL) {
            strbuf_put_byte(out, TO[at - FROM]);
            continue;
        }
        uint32_t value = 0;
        if (c == 'x' || c == 'u' || c == 'U') {
            int most = c == 'x' ? 2 : c == 'u' ? 4 : 8;
            while (most-- > 0 && i + 1 < text.len && hex_value(text.ptr[i + 1]) >= 0)
                value = value * 16 + (uint32_t)hex_value(text.ptr[++i]);
        } else {
            for (i--; i + 1 < text.len && text.ptr[i + 1] >= '0' && text.ptr[i + 1] <= '7';)
                value = value * 8 + (uint32_t)(text.ptr[++i] - '0');
        }
        if (c == 'u' || c == 'U')
            strbuf_put_code_point(out, value);
        else
            strbuf_put_byte(out, (char)value);
    }
}

typedef struct Argument {
    Token tokens[ARG_TOKENS_MAX];
    int count;
} Argument;

static bool is_literal(const Argument *argument) {
    for (int i = 0; i < argument->count; i++)
        if (argument->tokens[i].kind != TOKEN_STRING)
            return false;
    return argument->count > 0;
}

static Str literal_text(const Po *po, const Argument *argument) {
    StrBuf text = STRBUF(1 << 16);
    for (int i = 0; i < argument->count; i++)
        put_unescaped(&text, argument->tokens[i].text);
    Str copy = arena_copy(po->arena, str_of(strbuf_text(&text), text.len));
    strbuf_done(&text);
    return copy;
}

static void add_message(Po *po, const char *path, Str context, Str msgid, Str plural) {
    StrBuf reference = STRBUF(1 << 16);
    PoMessage *at = po_find(po, context, msgid, false);
    if (at == NULL) {
        PoMessage added = {.context = context, .msgid = msgid, .form_count = 1};
        if (!vec_push(&po->messages, added))
            exit(1);
        at = &po->messages.items[po->messages.len - 1];
    }
    if (plural.ptr != NULL) {
        at->is_plural = true;
        at->msgid_plural = plural;
        at->form_count = 2;
    }
    strbuf_printf(&reference, "#: %s\n", path);
    if (str_find(at->extracted, strbuf_str(&reference)) < 0) {
        StrBuf all = STRBUF(1 << 16);
        strbuf_put(&all, at->extracted);
        strbuf_put(&all, strbuf_str(&reference));
        at->extracted = arena_copy(po->arena, strbuf_str(&all));
        strbuf_done(&all);
    }
    strbuf_done(&reference);
}

// Reads the arguments of a call, the scanner standing behind "("; nested calls are looked at too.
static void scan_call(Po *po, const char *path, Scanner *scanner, int call, int *io_errors);

static int find_call(Str word) {
    for (size_t i = 0; i < sizeof CALLS / sizeof CALLS[0]; i++)
        if (str_is(word, CALLS[i].name))
            return (int)i;
    return -1;
}

static bool is_declaration(const Argument *first) {
    return first->count > 1 && first->tokens[0].kind == TOKEN_WORD &&
           first->tokens[1].kind != TOKEN_STRING &&
           (str_is(first->tokens[0].text, "const") || str_is(first->tokens[0].text, "StrBuf"));
}

static bool names_msgid(const Argument *argument) {
    return argument->count > 0 && argument->tokens[argument->count - 1].kind == TOKEN_WORD &&
           str_has_suffix(argument->tokens[argument->count - 1].text, STR("msgid"));
}

static void take_call(Po *po, const char *path, int line, int call, const Argument *arguments,
                      int count, int *io_errors) {
    if (is_declaration(&arguments[0]))
        return;
    const Argument *msgid = &arguments[CALLS[call].msgid];
    if (CALLS[call].msgid >= count || (!is_literal(msgid) && !names_msgid(msgid))) {
        fprintf(stderr, "%s:%d: the message of %s() must be a literal or a variable named …msgid\n",
                path, line, CALLS[call].name);
        (*io_errors)++;
        return;
    }
    if (!is_literal(msgid))
        return;
    Str context = {0}, plural = {0};
    if (CALLS[call].context >= 0 && is_literal(&arguments[CALLS[call].context]))
        context = literal_text(po, &arguments[CALLS[call].context]);
    if (CALLS[call].plural >= 0 && CALLS[call].plural < count &&
        is_literal(&arguments[CALLS[call].plural]))
        plural = literal_text(po, &arguments[CALLS[call].plural]);
    add_message(po, path, context, literal_text(po, msgid), plural);
}

static void scan_call(Po *po, const char *path, Scanner *scanner, int call, int *io_errors) {
    static Argument kept[8][ARGS_MAX];
    static int depth_of_calls;
    if (depth_of_calls >= 8)
        return;
    Argument *arguments = kept[depth_of_calls++];
    memset(arguments, 0, sizeof kept[0]);
    int line = scanner->line, depth = 0, at = 0;
    for (Token token; (token = next_token(scanner)).kind != TOKEN_END;) {
        char mark = token.kind == TOKEN_MARK && token.text.len == 1 ? token.text.ptr[0] : '\0';
        if (mark == ')' && depth == 0)
            break;
        depth += (mark == '(' || mark == '[' || mark == '{') -
                 (mark == ')' || mark == ']' || mark == '}');
        if (mark == ',' && depth == 0) {
            at++;
            continue;
        }
        if (at < ARGS_MAX && arguments[at].count < ARG_TOKENS_MAX)
            arguments[at].tokens[arguments[at].count++] = token;
        int inner = token.kind == TOKEN_WORD ? find_call(token.text) : -1;
        if (inner >= 0 && scanner->rest.len > 0 && scanner->rest.ptr[0] == '(') {
            next_token(scanner);
            scan_call(po, path, scanner, inner, io_errors);
        }
    }
    take_call(po, path, line, call, arguments, at + 1, io_errors);
    depth_of_calls--;
}

void scan_c(Po *po, const char *path, Str content, int *io_errors) {
    Scanner scanner = {content, 1};
    bool after_define = false;
    for (Token token; (token = next_token(&scanner)).kind != TOKEN_END;) {
        int call = token.kind == TOKEN_WORD ? find_call(token.text) : -1;
        bool is_definition = after_define;
        after_define = token.kind == TOKEN_WORD && str_is(token.text, "define");
        if (call < 0 || is_definition || scanner.rest.len == 0 || scanner.rest.ptr[0] != '(')
            continue;
        next_token(&scanner);
        scan_call(po, path, &scanner, call, io_errors);
    }
}

// {t [context:] "msgid" …} and {n [context:] count "one" "other" …}; docs/templates.md.
void scan_template(Po *po, const char *path, Str content, int *io_errors) {
    for (;;) {
        ptrdiff_t at = str_find_byte(content, '{');
        if (at < 0)
            return;
        content = str_from_index(content, (size_t)at + 1);
        bool is_text = str_has_prefix(content, STR("t "));
        bool is_plural = str_has_prefix(content, STR("n "));
        if (!is_text && !is_plural)
            continue;
        Scanner scanner = {str_from_index(content, 2), 1};
        Str context = {0}, strings[2] = {{0}};
        int count = 0;
        Token before = {0};
        int number = 0;
        for (Token token; count < (is_plural ? 2 : 1);) {
            token = next_token(&scanner);
            if (token.kind == TOKEN_END || (token.kind == TOKEN_MARK && str_is(token.text, "}")))
                break;
            Argument one = {.tokens = {token}, .count = 1};
            if (token.kind == TOKEN_STRING)
                strings[count++] = literal_text(po, &one);
            else if (token.kind == TOKEN_MARK && str_is(token.text, ":") && number == 1)
                context = arena_copy(po->arena, before.text);
            before = token;
            number++;
        }
        if (count == 0) {
            fprintf(stderr, "%s: {%c without a message\n", path, is_text ? 't' : 'n');
            (*io_errors)++;
        } else {
            add_message(po, path, context, strings[0], strings[1]);
        }
    }
}
