// Compiles lang/*.po into one C file (language/catalogue_data.h says what is in it).
//
//     po_compile OUT.c SEVENTH.pot [--pseudo] LOCALE.po …
//
// The POT, extracted from the sources in the same build, says which messages there are; what a PO
// holds beyond them is left out, what it lacks falls back to English. Files after --pseudo are
// marked as made for tests. Every error names file and line, and stops the build.
#include <stdio.h>

#include "language/catalogue_data.h"
#include "po.h"
#include "po_plural.h"

typedef struct Locale {
    Po po;
    char tag[32];
    bool is_pseudo;
    int categories[PLURAL_CATEGORIES]; // CLDR category of msgstr[i]
    bool is_single[PLURAL_CATEGORIES]; // msgstr[i] stands for one number only
    int category_count;
    uint32_t translated, reviewed;
} Locale;

typedef struct Compiler {
    Arena *arena;
    Po pot;
    VEC(Locale) locales;
    int plural_count;
    StrBuf out;
    int errors;
} Compiler;

static void complain(Compiler *compiler, const Po *po, const PoMessage *message, const char *text,
                     Str about) {
    fprintf(stderr, "%s:%d: %s%s%.*s\n", po->path, message->line, text, about.len > 0 ? " " : "",
            STR_ARG(about));
    compiler->errors++;
}

// True when the message is translated and may be used; errors are reported.
static bool check_message(Compiler *compiler, const Locale *locale, const PoMessage *ours,
                          const PoMessage *source) {
    const Po *po = &locale->po;
    Str offender;
    if (ours->is_plural != source->is_plural) {
        complain(compiler, po, ours, "msgid_plural differs from the source", (Str){0});
        return false;
    }
    for (int i = 0; i < ours->form_count; i++)
        if (ours->forms[i].len == 0)
            return false; // not translated
    if (ours->is_fuzzy)
        return false;
    if (!ours->is_plural) {
        if (!placeholders_agree(ours->forms[0], source->msgid, (Str){0}, &offender)) {
            complain(compiler, po, ours, "a placeholder stands only on one side:", offender);
            return false;
        }
        return true;
    }
    if (ours->form_count != locale->category_count) {
        StrBuf wanted = STRBUF(128);
        for (int i = 0; i < locale->category_count; i++)
            strbuf_printf(&wanted, " %s", PLURAL_CATEGORY_NAMES[locale->categories[i]]);
        complain(compiler, po, ours,
                 "wrong number of plural forms; this locale has, in order:", strbuf_str(&wanted));
        strbuf_done(&wanted);
        return false;
    }
    for (int i = 0; i < ours->form_count; i++) {
        // Where the form itself says the number ("one file") the placeholder may be left out.
        Str may_omit = locale->is_single[i] ? STR("n") : (Str){0};
        if (!placeholders_agree(ours->forms[i], source->msgid_plural, may_omit, &offender)) {
            complain(compiler, po, ours, "a placeholder stands only on one side:", offender);
            return false;
        }
    }
    return true;
}

// A C string literal, by octal escapes where needed.
static void put_literal(StrBuf *out, Str text) {
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

static void put_span(StrBuf *spans, StrBuf *blob, size_t *io_offset, Str text) {
    strbuf_printf(spans, "    {%zu, %zu},\n", text.len > 0 ? *io_offset : 0, text.len);
    if (text.len == 0)
        return;
    strbuf_put_text(blob, "    ");
    put_literal(blob, text);
    strbuf_put_byte(blob, '\n');
    *io_offset += text.len;
}

static void put_locale(Compiler *compiler, size_t index) {
    Locale *locale = &compiler->locales.items[index];
    StrBuf texts = STRBUF(16 << 20), plurals = STRBUF(16 << 20), blob = STRBUF(64 << 20);
    size_t offset = 0;
    for (size_t i = 0; i < compiler->pot.messages.len; i++) {
        const PoMessage *source = &compiler->pot.messages.items[i];
        const PoMessage *ours = po_find(&locale->po, source->context, source->msgid, false);
        bool is_used = ours != NULL && check_message(compiler, locale, ours, source);
        locale->translated += is_used;
        locale->reviewed += is_used && !ours->is_drafted;
        put_span(&texts, &blob, &offset, is_used && !source->is_plural ? ours->forms[0] : (Str){0});
        if (!source->is_plural)
            continue;
        Str forms[PLURAL_CATEGORIES] = {0};
        for (int form = 0; is_used && form < ours->form_count; form++)
            forms[locale->categories[form]] = ours->forms[form];
        for (int category = 0; category < PLURAL_CATEGORIES; category++)
            put_span(&plurals, &blob, &offset, forms[category]);
    }
    strbuf_printf(&compiler->out, "\nstatic const char BLOB_%zu[] =\n%s    \"\";\n", index,
                  strbuf_text(&blob));
    strbuf_printf(&compiler->out, "static const TextSpan TEXTS_%zu[] = {\n%s    {0, 0}};\n", index,
                  strbuf_text(&texts));
    strbuf_printf(&compiler->out, "static const TextSpan PLURALS_%zu[] = {\n%s    {0, 0}};\n",
                  index, strbuf_text(&plurals));
    strbuf_done(&texts);
    strbuf_done(&plurals);
    strbuf_done(&blob);
}

static void put_keys(Compiler *compiler) {
    StrBuf *out = &compiler->out;
    size_t count = compiler->pot.messages.len, size = 16;
    while (size < 2 * count + 2)
        size *= 2;
    uint32_t *slots = malloc(size * sizeof *slots);
    if (slots == NULL)
        exit(1);
    for (size_t i = 0; i < size; i++)
        slots[i] = SLOT_EMPTY;
    strbuf_put_text(out, "\nconst MessageKey CATALOGUE_KEYS[] = {\n");
    for (size_t i = 0; i < count; i++) {
        const PoMessage *at = &compiler->pot.messages.items[i];
        uint32_t hash =
            message_hash(at->context.ptr, at->context.len, at->msgid.ptr, at->msgid.len);
        strbuf_put_text(out, "    {");
        put_literal(out, at->context);
        strbuf_put_text(out, ", ");
        put_literal(out, at->msgid);
        strbuf_printf(out, ", %zu, %zu, 0x%08Xu, %d},\n", at->context.len, at->msgid.len, hash,
                      at->is_plural ? compiler->plural_count : NOT_PLURAL);
        compiler->plural_count += at->is_plural;
        size_t slot = hash & (size - 1);
        while (slots[slot] != SLOT_EMPTY)
            slot = (slot + 1) & (size - 1);
        slots[slot] = (uint32_t)i;
    }
    strbuf_put_text(out, "    {\"\", \"\", 0, 0, 0, NOT_PLURAL}};\n"
                         "const uint32_t CATALOGUE_SLOTS[] = {");
    for (size_t i = 0; i < size; i++)
        strbuf_printf(out, "%s0x%Xu,", i % 8 == 0 ? "\n    " : " ", slots[i]);
    free(slots);
    strbuf_printf(out, "\n};\nconst uint32_t CATALOGUE_SLOT_MASK = %zu;\n", size - 1);
    strbuf_printf(out, "const uint32_t CATALOGUE_MESSAGE_COUNT = %zu;\n", count);
    strbuf_printf(out, "const uint32_t CATALOGUE_PLURAL_COUNT = %d;\n", compiler->plural_count);
}

// The catalogue named by the tag without its last part ("pt-BR" → "pt"), or -1.
static int parent_of(const Compiler *compiler, const char *tag) {
    const char *cut = strrchr(tag, '-');
    if (cut == NULL)
        return -1;
    Str parent = str_of(tag, (size_t)(cut - tag));
    for (size_t i = 0; i < compiler->locales.len; i++)
        if (str_is(parent, compiler->locales.items[i].tag))
            return (int)i;
    return -1;
}

static void put_locales(Compiler *compiler) {
    StrBuf *out = &compiler->out;
    for (size_t i = 0; i < compiler->locales.len; i++)
        put_locale(compiler, i);
    strbuf_printf(out, "\nconst uint32_t CATALOGUE_LOCALE_COUNT = %zu;\n", compiler->locales.len);
    strbuf_put_text(out, "const CatalogueLocale CATALOGUE_LOCALES[] = {\n");
    for (size_t i = 0; i < compiler->locales.len; i++) {
        const Locale *at = &compiler->locales.items[i];
        // A pseudo-locale shows English where it lacks a message, never its parent's words.
        strbuf_printf(out, "    {\"%s\", %s, %d, BLOB_%zu, TEXTS_%zu, PLURALS_%zu, %u, %u},\n",
                      at->tag, at->is_pseudo ? "LOCALE_PSEUDO" : "LOCALE_REAL",
                      at->is_pseudo ? -1 : parent_of(compiler, at->tag), i, i, i, at->translated,
                      at->reviewed);
    }
    strbuf_put_text(out, "    {0}};\n");
}

int main(int argc, char **argv) {
    if (argc < 3) {
        fprintf(stderr, "usage: po_compile OUT.c SEVENTH.pot [--pseudo] LOCALE.po …\n");
        return 2;
    }
    Compiler compiler = {.arena = arena_new(256 << 20), .out = STRBUF(256 << 20)};
    if (compiler.arena == NULL || !po_read(&compiler.pot, compiler.arena, argv[2]))
        return 1;
    bool is_pseudo = false;
    for (int i = 3; i < argc; i++) {
        if (strcmp(argv[i], "--pseudo") == 0) {
            is_pseudo = true;
            continue;
        }
        Locale locale = {.is_pseudo = is_pseudo};
        tag_from_path(argv[i], locale.tag);
        locale.category_count = plural_categories(locale.tag, locale.categories, locale.is_single);
        if (!po_read(&locale.po, compiler.arena, argv[i]) || !vec_push(&compiler.locales, locale))
            return 1;
    }
    strbuf_put_text(&compiler.out, "// Made by tools/po_compile.c from lang/*.po. Do not edit.\n"
                                   "#include \"language/catalogue_data.h\"\n");
    put_keys(&compiler);
    put_locales(&compiler);
    if (compiler.errors > 0 || strbuf_err(&compiler.out) != ERR_OK)
        return 1;
    return write_if_changed(argv[1], strbuf_str(&compiler.out)) ? 0 : 1;
}
