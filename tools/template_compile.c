// Compiles one page template into a C function (docs/templates.md describes the language).
//
//     template_compile TEMPLATE.html OUT.c OUT.h DEPFILE SOURCE_ROOT
//
// Output is escaped for the place where it stands; what cannot be made safe does not compile.
// Errors name file and line.
#include <stdarg.h>
#include <stdio.h>

#include "po.h"
#include "template_html.h"

enum { DEPTH_MAX = 32, INCLUDE_DEPTH_MAX = 8, ARGS_MAX = 4, FILE_MAX = 4 << 20 };

typedef enum BlockKind { BLOCK_IF, BLOCK_EACH } BlockKind;

typedef struct Block {
    BlockKind kind;
    HtmlPlace before; // where it began
    char last;        // literal byte before it
    bool has_else;
    int line;
} Block;

typedef struct Compiler {
    const char *path, *root;
    Str source;
    size_t at;
    int line, include_depth;
    StrBuf body, literal, includes, depfile;
    Str name, parameters;
    HtmlPlace place;
    char last; // literal byte written last
    Block blocks[DEPTH_MAX];
    int depth;
} Compiler;

__attribute__((noreturn, format(printf, 2, 3))) static void fail(const Compiler *compiler,
                                                                 const char *format, ...) {
    va_list args;
    va_start(args, format);
    fprintf(stderr, "%s:%d: ", compiler->path, compiler->line);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    exit(1);
}

static void put_c_string(StrBuf *out, Str text) {
    strbuf_put_byte(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c < 0x20 || c >= 0x7F || c == '"' || c == '\\' || c == '?')
            strbuf_printf(out, "\\%03o", c);
        else
            strbuf_put_byte(out, (char)c);
    }
    strbuf_put_byte(out, '"');
}

static void flush_literal(Compiler *compiler) {
    if (compiler->literal.len == 0)
        return;
    strbuf_put_text(&compiler->body, "    strbuf_put(out, STR(");
    put_c_string(&compiler->body, strbuf_str(&compiler->literal));
    strbuf_put_text(&compiler->body, "));\n");
    strbuf_clear(&compiler->literal);
}

// Begins a statement, so that the C compiler's errors point into the template.
static void begin_statement(Compiler *compiler) {
    flush_literal(compiler);
    strbuf_printf(&compiler->body, "#line %d \"%s\"\n    ", compiler->line, compiler->path);
}

static void put_literal_byte(Compiler *compiler, char c) {
    strbuf_put_byte(&compiler->literal, c);
    compiler->last = c;
}

static bool is_space(char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

// A run of white space becomes one line feed or one blank, or nothing behind another.
static void take_space(Compiler *compiler) {
    bool has_feed = false;
    while (compiler->at < compiler->source.len && is_space(compiler->source.ptr[compiler->at])) {
        has_feed |= compiler->source.ptr[compiler->at] == '\n';
        compiler->line += compiler->source.ptr[compiler->at++] == '\n';
    }
    const char *error = html_step(&compiler->place, ' ');
    if (error != NULL)
        fail(compiler, "%s", error);
    if (compiler->last == '\n' || (compiler->last == ' ' && !has_feed))
        return;
    put_literal_byte(compiler, has_feed && compiler->place.state == HTML_TEXT ? '\n' : ' ');
}

static void take_literal(Compiler *compiler, char c) {
    bool keeps_space = compiler->place.state == HTML_ATTR_VALUE || compiler->place.preformatted > 0;
    if (is_space(c) && !keeps_space) {
        take_space(compiler);
        return;
    }
    const char *error = html_step(&compiler->place, c);
    if (error != NULL)
        fail(compiler, "%s", error);
    compiler->line += c == '\n';
    compiler->at++;
    put_literal_byte(compiler, c);
}

// The text of a directive behind "{", up to the "}" that closes it.
static Str take_directive(Compiler *compiler) {
    size_t from = compiler->at, at = from;
    int depth = 0;
    for (; at < compiler->source.len; at++) {
        char c = compiler->source.ptr[at];
        if (c == '"' || c == '\'') {
            char quote = c;
            for (at++; at < compiler->source.len && compiler->source.ptr[at] != quote; at++)
                at += compiler->source.ptr[at] == '\\';
        } else if (c == '{') {
            depth++;
        } else if (c == '}' && depth-- == 0) {
            break;
        }
    }
    if (at >= compiler->source.len)
        fail(compiler, "this { is never closed");
    compiler->at = at + 1;
    return str_of(compiler->source.ptr + from, at - from);
}

static void count_lines(Compiler *compiler, Str text) {
    for (size_t i = 0; i < text.len; i++)
        compiler->line += text.ptr[i] == '\n';
}

static bool starts_word(Str text, const char *word, Str *ret_rest) {
    size_t len = strlen(word);
    if (!str_has_prefix(text, str_from(word)) || (text.len > len && !is_space(text.ptr[len])))
        return false;
    *ret_rest = str_trim(str_from_index(text, len));
    return true;
}

// The quoted string at the beginning of *io_rest, as C reads it.
static Str take_string(Compiler *compiler, Str *io_rest) {
    Str rest = str_trim(*io_rest);
    if (rest.len < 2 || rest.ptr[0] != '"')
        fail(compiler, "a string in double quotes was expected at “%.*s”", STR_ARG(rest));
    size_t end = 1;
    while (end < rest.len && rest.ptr[end] != '"')
        end += rest.ptr[end] == '\\' ? 2 : 1;
    if (end >= rest.len)
        fail(compiler, "a string is not closed");
    *io_rest = str_trim(str_from_index(rest, end + 1));
    return str_of(rest.ptr, end + 1);
}

// One expression of an argument list: up to a blank outside brackets and strings.
static Str take_expression(Str *io_rest) {
    Str rest = str_trim(*io_rest);
    int depth = 0;
    size_t at = 0;
    for (; at < rest.len; at++) {
        char c = rest.ptr[at];
        if (c == '"')
            for (at++; at < rest.len && rest.ptr[at] != '"'; at++)
                at += rest.ptr[at] == '\\';
        depth += (c == '(' || c == '[') - (c == ')' || c == ']');
        if (depth == 0 && is_space(c))
            break;
    }
    *io_rest = str_trim(str_from_index(rest, at));
    return str_of(rest.ptr, at > rest.len ? rest.len : at);
}

// "bytes(x)" → true, with x; the bracket must close at the end.
static bool is_wrapped(Str expression, const char *wrapper, Str *ret_inner) {
    size_t len = strlen(wrapper);
    if (!str_has_prefix(expression, str_from(wrapper)) || expression.len < len + 2 ||
        expression.ptr[len] != '(' || expression.ptr[expression.len - 1] != ')')
        return false;
    int depth = 0;
    for (size_t i = len; i < expression.len; i++) {
        depth += (expression.ptr[i] == '(') - (expression.ptr[i] == ')');
        if (depth == 0 && i + 1 < expression.len)
            return false;
    }
    *ret_inner = str_of(expression.ptr + len + 1, expression.len - len - 2);
    return true;
}

static HtmlSpot spot_or_fail(const Compiler *compiler) {
    const char *reason;
    HtmlSpot spot = html_spot(&compiler->place, &reason);
    if (spot == SPOT_FORBIDDEN)
        fail(compiler, "%s", reason);
    return spot;
}

// After output the place is as if some text had stood there.
static void note_output(Compiler *compiler) {
    compiler->last = 'x';
    compiler->place.letters = 0;
    if (compiler->place.state == HTML_ATTR_VALUE)
        compiler->place.value_len++;
}

// {= expression}
static void compile_output(Compiler *compiler, Str expression) {
    static const char *const FUNCTIONS[] = {
        [SPOT_TEXT] = "html_put_text",           [SPOT_TITLE] = "html_put_title",
        [SPOT_ATTRIBUTE] = "html_put_attribute", [SPOT_URL] = "html_put_url",
        [SPOT_URL_PART] = "html_put_url_part",
    };
    static const char *const WRAPPERS[] = {"ident", "bytes", "percent"};
    HtmlSpot spot = spot_or_fail(compiler);
    if (expression.len == 0)
        fail(compiler, "{= needs an expression");
    if (spot == SPOT_TAG)
        fail(compiler, "output in a tag must stand in the quoted value of an attribute");
    begin_statement(compiler);
    for (size_t i = 0; i < sizeof WRAPPERS / sizeof WRAPPERS[0]; i++) {
        Str inner;
        if (!is_wrapped(expression, WRAPPERS[i], &inner))
            continue;
        if (i == 0 && spot != SPOT_TEXT)
            fail(compiler, "ident() is for text between tags only");
        if (spot != SPOT_TEXT && spot != SPOT_TITLE)
            fail(compiler, "%s() is for text only", WRAPPERS[i]);
        strbuf_printf(&compiler->body,
                      i == 0 ? "html_put_%s(out, lang, html_as_str(%.*s));\n"
                             : "html_put_%s(out, lang, %.*s);\n",
                      WRAPPERS[i], STR_ARG(inner));
        note_output(compiler);
        return;
    }
    strbuf_printf(&compiler->body, "%s(out, lang, %.*s);\n", FUNCTIONS[spot], STR_ARG(expression));
    note_output(compiler);
}

// name=expression … → MSG_ARGS(…)
static void put_args(Compiler *compiler, Str rest) {
    int count = 0;
    rest = str_trim(rest);
    if (rest.len == 0) {
        strbuf_put_text(&compiler->body, "MSG_NONE");
        return;
    }
    strbuf_put_text(&compiler->body, "MSG_ARGS(");
    while (rest.len > 0) {
        Str name, inner, all = rest;
        if (!str_cut(rest, '=', &name, &rest) || str_find_byte(name, ' ') >= 0)
            fail(compiler, "name=expression was expected at “%.*s”", STR_ARG(all));
        if (++count > ARGS_MAX * 2)
            fail(compiler, "too many arguments");
        Str expression = take_expression(&rest);
        strbuf_put_text(&compiler->body, count > 1 ? ", " : "");
        if (is_wrapped(expression, "ident", &inner))
            strbuf_printf(&compiler->body, "msg_ident(\"%.*s\", html_as_str(%.*s))", STR_ARG(name),
                          STR_ARG(inner));
        else if (is_wrapped(expression, "bytes", &inner))
            strbuf_printf(&compiler->body, "msg_bytes(\"%.*s\", %.*s)", STR_ARG(name),
                          STR_ARG(inner));
        else if (is_wrapped(expression, "percent", &inner))
            strbuf_printf(&compiler->body, "msg_percent(\"%.*s\", %.*s)", STR_ARG(name),
                          STR_ARG(inner));
        else
            strbuf_printf(&compiler->body, "html_arg(\"%.*s\", %.*s)", STR_ARG(name),
                          STR_ARG(expression));
    }
    strbuf_put_byte(&compiler->body, ')');
}

// {t [context:] "message" name=expression …} and {n [context:] count "one" "other" …}
static void compile_message(Compiler *compiler, Str rest, bool is_plural) {
    HtmlSpot spot = spot_or_fail(compiler);
    if (spot != SPOT_TEXT && spot != SPOT_TITLE && spot != SPOT_ATTRIBUTE)
        fail(compiler, "a message may stand in text and in quoted attributes that hold no URL");
    Str context = {0}, head = rest, tail;
    size_t word = 0;
    while (word < rest.len && ((rest.ptr[word] | 0x20) >= 'a' && (rest.ptr[word] | 0x20) <= 'z'))
        word++;
    if (word > 0 && word < rest.len && rest.ptr[word] == ':' && str_cut(rest, ':', &head, &tail)) {
        context = head;
        rest = str_trim(tail);
    }
    Str count = is_plural ? take_expression(&rest) : (Str){0};
    Str one = take_string(compiler, &rest);
    Str other = is_plural ? take_string(compiler, &rest) : (Str){0};
    begin_statement(compiler);
    strbuf_printf(&compiler->body, "%s(out, lang, ",
                  spot == SPOT_TEXT ? is_plural ? "trn_put_html" : "tr_put_html"
                  : is_plural       ? "trn_put_attribute"
                                    : "tr_put_attribute");
    if (context.len > 0)
        put_c_string(&compiler->body, context);
    else
        strbuf_put_text(&compiler->body, "NULL");
    strbuf_printf(&compiler->body, ", %.*s, ", STR_ARG(one));
    if (is_plural)
        strbuf_printf(&compiler->body, "%.*s, %.*s, ", STR_ARG(other), STR_ARG(count));
    put_args(compiler, rest);
    strbuf_put_text(&compiler->body, ");\n");
    note_output(compiler);
}

static Block *push_block(Compiler *compiler, BlockKind kind) {
    if (compiler->depth >= DEPTH_MAX)
        fail(compiler, "nested too deeply");
    Block *block = &compiler->blocks[compiler->depth++];
    *block = (Block){
        .kind = kind, .before = compiler->place, .last = compiler->last, .line = compiler->line};
    return block;
}

static void compile_each(Compiler *compiler, Str rest) {
    Str name = take_expression(&rest), list, count = {0};
    if (!starts_word(rest, "in", &list) || name.len == 0 || list.len == 0)
        fail(compiler, "{each item in list} or {each item in pointer, count} was expected");
    int depth = 0;
    for (size_t i = 0; i < list.len; i++) {
        depth +=
            (list.ptr[i] == '(' || list.ptr[i] == '[') - (list.ptr[i] == ')' || list.ptr[i] == ']');
        if (list.ptr[i] == ',' && depth == 0) {
            count = str_trim(str_from_index(list, i + 1));
            list.len = i;
            break;
        }
    }
    begin_statement(compiler);
    strbuf_printf(&compiler->body,
                  "for (size_t %.*s_index = 0; %.*s_index < (size_t)(%.*s)%s; %.*s_index++) {\n",
                  STR_ARG(name), STR_ARG(name), STR_ARG(count.len > 0 ? count : list),
                  count.len > 0 ? "" : ".len", STR_ARG(name));
    const char *items = count.len > 0 ? "" : ".items";
    strbuf_printf(&compiler->body,
                  "    __typeof__(&(%.*s)%s[0]) %.*s = &(%.*s)%s[%.*s_index];\n    (void)%.*s;\n",
                  STR_ARG(list), items, STR_ARG(name), STR_ARG(list), items, STR_ARG(name),
                  STR_ARG(name));
    push_block(compiler, BLOCK_EACH);
}

// An attribute without a value that ends its branch ends itself, too.
static void end_attribute(Compiler *compiler) {
    if (compiler->place.state != HTML_ATTR_NAME)
        return;
    put_literal_byte(compiler, ' ');
    html_step(&compiler->place, ' ');
}

static void compile_else(Compiler *compiler, Str condition) {
    if (compiler->depth == 0 || compiler->blocks[compiler->depth - 1].kind != BLOCK_IF)
        fail(compiler, "{else} without {if}");
    Block *block = &compiler->blocks[compiler->depth - 1];
    if (block->has_else)
        fail(compiler, "a second {else}");
    end_attribute(compiler);
    if (!html_same(&compiler->place, &block->before))
        fail(compiler, "the branch since line %d must leave the page where it began", block->line);
    flush_literal(compiler);
    if (condition.len > 0) {
        strbuf_printf(&compiler->body, "    } else if (%.*s) {\n", STR_ARG(condition));
    } else {
        block->has_else = true;
        strbuf_put_text(&compiler->body, "    } else {\n");
    }
    compiler->place = block->before;
    compiler->last = block->last;
}

static void compile_end(Compiler *compiler, BlockKind kind, const char *name) {
    if (compiler->depth == 0 || compiler->blocks[compiler->depth - 1].kind != kind)
        fail(compiler, "{/%s} without {%s}", name, name);
    Block *block = &compiler->blocks[--compiler->depth];
    end_attribute(compiler);
    if (!html_same(&compiler->place, &block->before))
        fail(compiler, "what stands in {%s} since line %d must leave the page where it began", name,
             block->line);
    flush_literal(compiler);
    strbuf_put_text(&compiler->body, "    }\n");
    // White space inside stands for that behind it only if some stands before it, too.
    if (!is_space(block->last) || !is_space(compiler->last))
        compiler->last = 'x';
}

static void read_under_root(Compiler *compiler, Str quoted, const char *folder, StrBuf *ret,
                            char path[4096]) {
    snprintf(path, 4096, "%s/%s/%.*s", compiler->root, folder, (int)quoted.len - 2, quoted.ptr + 1);
    if (!read_file(path, ret))
        fail(compiler, "%s cannot be read", path);
    strbuf_printf(&compiler->depfile, " %s", path);
}

static void compile_text(Compiler *compiler);

// {include "part.html"}: the text of another file in this place, with the same variables.
static void compile_include(Compiler *compiler, Str rest) {
    StrBuf text = STRBUF(FILE_MAX);
    char path[4096];
    Compiler outer = *compiler;
    if (++compiler->include_depth > INCLUDE_DEPTH_MAX)
        fail(compiler, "files include one another without end");
    Str quoted = take_string(compiler, &rest);
    read_under_root(compiler, quoted, "web/templates", &text, path);
    compiler->path = path + strlen(compiler->root) + 1;
    compiler->source = strbuf_str(&text);
    compiler->at = 0;
    compiler->line = 1;
    compile_text(compiler);
    if (compiler->depth != outer.depth)
        fail(compiler, "a block is not closed");
    compiler->path = outer.path;
    compiler->source = outer.source;
    compiler->at = outer.at;
    compiler->line = outer.line;
    compiler->include_depth--;
    strbuf_done(&text);
}

// The inside of <style> and <script>: taken as it stands, but for {embed "file"} from web/static.
static void compile_raw(Compiler *compiler) {
    Str rest = str_from_index(compiler->source, compiler->at);
    ptrdiff_t end = str_find(rest, STR("</")), embed = str_find(rest, STR("{embed "));
    if (end < 0)
        fail(compiler, "<%s> is not closed", compiler->place.element);
    if (embed >= 0 && embed < end) {
        strbuf_put(&compiler->literal, str_of(rest.ptr, (size_t)embed));
        count_lines(compiler, str_of(rest.ptr, (size_t)embed));
        compiler->at += (size_t)embed + 1;
        Str directive = take_directive(compiler), quoted;
        StrBuf text = STRBUF(FILE_MAX);
        char path[4096];
        starts_word(directive, "embed", &quoted);
        quoted = take_string(compiler, &quoted);
        read_under_root(compiler, quoted, "web/static", &text, path);
        if (str_find(strbuf_str(&text), STR("</")) >= 0)
            fail(compiler, "%s holds \"</\"", path);
        strbuf_put(&compiler->literal, strbuf_str(&text));
        strbuf_done(&text);
        return;
    }
    Str raw = str_of(rest.ptr, (size_t)end);
    strbuf_put(&compiler->literal, raw);
    count_lines(compiler, raw);
    compiler->at += (size_t)end;
    compiler->place.is_raw = false;
    compiler->last = 'x';
}

static void compile_literal(Compiler *compiler, Str rest) {
    Str quoted = take_string(compiler, &rest);
    HtmlSpot spot = spot_or_fail(compiler);
    if (spot != SPOT_TEXT && spot != SPOT_TITLE && spot != SPOT_ATTRIBUTE)
        fail(compiler, "{literal} may stand in text only");
    begin_statement(compiler);
    strbuf_printf(&compiler->body, "html_put_cstr(out, lang, %.*s);\n", STR_ARG(quoted));
    note_output(compiler);
}

static void compile_directive(Compiler *compiler) {
    int line = compiler->line;
    compiler->at++;
    if (compiler->at < compiler->source.len && compiler->source.ptr[compiler->at] == '#') {
        ptrdiff_t end = str_find(str_from_index(compiler->source, compiler->at), STR("#}"));
        if (end < 0)
            fail(compiler, "this comment is never closed");
        count_lines(compiler, str_of(compiler->source.ptr + compiler->at, (size_t)end));
        compiler->at += (size_t)end + 2;
        return;
    }
    Str directive = take_directive(compiler), rest = directive;
    if (directive.len > 0 && directive.ptr[0] == '=') {
        compile_output(compiler, str_trim(str_from_index(directive, 1)));
    } else if (starts_word(directive, "t", &rest)) {
        compile_message(compiler, rest, false);
    } else if (starts_word(directive, "n", &rest)) {
        compile_message(compiler, rest, true);
    } else if (starts_word(directive, "literal", &rest)) {
        compile_literal(compiler, rest);
    } else if (starts_word(directive, "if", &rest) && rest.len > 0) {
        begin_statement(compiler);
        strbuf_printf(&compiler->body, "if (%.*s) {\n", STR_ARG(rest));
        push_block(compiler, BLOCK_IF);
    } else if (starts_word(directive, "else", &rest)) {
        Str condition = {0};
        if (rest.len > 0 && !starts_word(rest, "if", &condition))
            fail(compiler, "{else} or {else if …} was expected");
        compile_else(compiler, condition);
    } else if (str_is(directive, "/if")) {
        compile_end(compiler, BLOCK_IF, "if");
    } else if (starts_word(directive, "each", &rest)) {
        compile_each(compiler, rest);
    } else if (str_is(directive, "/each")) {
        compile_end(compiler, BLOCK_EACH, "each");
    } else if (starts_word(directive, "include", &rest)) {
        compile_include(compiler, rest);
    } else if (str_is(directive, "lang_attributes")) {
        if (spot_or_fail(compiler) != SPOT_TAG)
            fail(compiler, "{lang_attributes} stands between the attributes of a tag");
        begin_statement(compiler);
        strbuf_put_text(&compiler->body, "html_put_lang_attributes(out, lang);\n");
        compiler->last = 'x';
    } else {
        fail(compiler, "{%.*s} is not known", STR_ARG(directive));
    }
    compiler->line = line;
    count_lines(compiler, directive);
}

static void compile_text(Compiler *compiler) {
    while (compiler->at < compiler->source.len) {
        char c = compiler->source.ptr[compiler->at];
        bool is_double =
            compiler->at + 1 < compiler->source.len && compiler->source.ptr[compiler->at + 1] == c;
        if (compiler->place.is_raw && compiler->place.state == HTML_TEXT) {
            compile_raw(compiler);
        } else if ((c == '{' || c == '}') && is_double) {
            compiler->at++;
            take_literal(compiler, c);
        } else if (c == '{') {
            compile_directive(compiler);
        } else {
            take_literal(compiler, c);
        }
    }
}

// {template name(parameters) from "header.h" "other.h"}, the first directive of a file.
static void compile_head(Compiler *compiler) {
    Str rest, tail;
    while (compiler->at < compiler->source.len && is_space(compiler->source.ptr[compiler->at]))
        compiler->line += compiler->source.ptr[compiler->at++] == '\n';
    if (compiler->at >= compiler->source.len || compiler->source.ptr[compiler->at++] != '{')
        fail(compiler, "{template name(parameters) from \"header.h\"} must come first");
    Str directive = take_directive(compiler);
    if (!starts_word(directive, "template", &rest) || !str_cut(rest, '(', &compiler->name, &rest) ||
        !str_cut(rest, ')', &compiler->parameters, &tail))
        fail(compiler, "{template name(parameters) from \"header.h\"} must come first");
    strbuf_put_text(&compiler->includes, "#include \"language/html.h\"\n");
    tail = str_trim(tail);
    if (tail.len > 0 && !starts_word(tail, "from", &tail))
        fail(compiler, "“from \"header.h\"” was expected");
    while (tail.len > 0) {
        Str header = take_string(compiler, &tail);
        strbuf_printf(&compiler->includes, "#include %.*s\n", STR_ARG(header));
    }
    count_lines(compiler, directive);
    // The line feed behind it is not part of the page.
    compiler->last = '\n';
}

static void put_signature(StrBuf *out, const Compiler *compiler) {
    strbuf_printf(out, "void template_%.*s(StrBuf *out, const Lang *lang%s%.*s)",
                  STR_ARG(compiler->name), compiler->parameters.len > 0 ? ", " : "",
                  STR_ARG(compiler->parameters));
}

int main(int argc, char **argv) {
    if (argc != 6) {
        fprintf(stderr, "usage: template_compile TEMPLATE.html OUT.c OUT.h DEPFILE SOURCE_ROOT\n");
        return 2;
    }
    Compiler compiler = {.path = argv[1],
                         .root = argv[5],
                         .line = 1,
                         .body = STRBUF(64 << 20),
                         .literal = STRBUF(64 << 20),
                         .includes = STRBUF(1 << 16),
                         .depfile = STRBUF(1 << 20)};
    StrBuf source = STRBUF(FILE_MAX), code = STRBUF(64 << 20), header = STRBUF(1 << 20);
    if (!read_file(argv[1], &source))
        return 1;
    const char *base = strrchr(argv[3], '/');
    strbuf_printf(&compiler.depfile, "%s %s:", argv[2], argv[3]);
    compiler.source = strbuf_str(&source);
    compile_head(&compiler);
    compile_text(&compiler);
    if (compiler.depth > 0)
        fail(&compiler, "a block of line %d is not closed",
             compiler.blocks[compiler.depth - 1].line);
    if (compiler.place.state != HTML_TEXT)
        fail(&compiler, "the page ends inside a tag");
    flush_literal(&compiler);
    strbuf_printf(&header,
                  "// Made by tools/template_compile.c from a page template. Do not edit.\n#pragma "
                  "once\n%s\n",
                  strbuf_text(&compiler.includes));
    put_signature(&header, &compiler);
    strbuf_put_text(&header, ";\n");
    strbuf_printf(&code,
                  "// Made by tools/template_compile.c from a page template. Do not "
                  "edit.\n#include \"generated/%s\"\n\n",
                  base == NULL ? argv[3] : base + 1);
    put_signature(&code, &compiler);
    strbuf_printf(&code, " {\n%s}\n", strbuf_text(&compiler.body));
    strbuf_put_byte(&compiler.depfile, '\n');
    if (strbuf_err(&code) != ERR_OK || strbuf_err(&compiler.body) != ERR_OK)
        return 1;
    return write_if_changed(argv[2], strbuf_str(&code)) &&
                   write_if_changed(argv[3], strbuf_str(&header)) &&
                   write_if_changed(argv[4], strbuf_str(&compiler.depfile))
               ? 0
               : 1;
}
