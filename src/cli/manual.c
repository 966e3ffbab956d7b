// Writes the manual page in the man(7) language.
#include "cli/manual.h"

#include "cli/options.h"

// The date of the manual's wording, by which man pages are dated; not of the build, which would not
// be reproducible.
#define MANUAL_DATE "2026-11-23"

enum { ROFF_LINE = 72 }; // bytes after which a line of source is broken at the next blank

// Text in roff: hyphens that are typed, backslashes, and no control character at a line's
// beginning. wraps: blanks may become line feeds, which mean the same there.
static void put_roff_text(StrBuf *out, Str text, bool wraps) {
    size_t line = 0; // bytes since the last line feed
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (wraps && c == ' ' && line > 0) {
            ptrdiff_t word = str_find_byte(str_from_index(text, i + 1), ' ');
            size_t next = word < 0 ? text.len - i : (size_t)word + 1;
            if (line + next > ROFF_LINE)
                c = '\n';
        }
        if (line == 0 && (c == '.' || c == '\''))
            strbuf_put_text(out, "\\&");
        if (c == '-')
            strbuf_put_text(out, "\\-");
        else if (c == '\\')
            strbuf_put_text(out, "\\e");
        else
            strbuf_put_byte(out, c);
        line = c == '\n' ? 0 : line + 1 + (c == '-');
    }
}

static void put_roff(StrBuf *out, Str text) {
    put_roff_text(out, text, false);
}

// Paragraphs: an empty line in the message begins a new one.
static void put_paragraphs(StrBuf *out, Str text) {
    while (text.len > 0) {
        Str line, rest;
        if (!str_cut(text, '\n', &line, &rest)) {
            line = text;
            rest = (Str){0};
        }
        // mandoc counts two paragraphs in a row as one too many.
        if (line.len == 0) {
            strbuf_put_text(out, ".PP\n");
        } else {
            put_roff_text(out, line, true);
            strbuf_put_byte(out, '\n');
        }
        text = rest;
    }
}

static void put_heading(StrBuf *out, const Lang *lang, const char *msgid) {
    strbuf_put_text(out, ".SH ");
    put_roff(out, tr(lang, NULL, msgid));
    strbuf_put_byte(out, '\n');
}

static void put_italic(StrBuf *out, Str text) {
    strbuf_put_text(out, "\\fI");
    put_roff(out, text);
    strbuf_put_text(out, "\\fP");
}

static void put_option(StrBuf *out, const Lang *lang, const Option *row) {
    const char *help_msgid = row->help, *value_msgid = row->value;
    strbuf_put_text(out, ".TP\n");
    if (row->letter != '\0')
        strbuf_printf(out, "\\fB\\-%c\\fP, ", row->letter);
    strbuf_put_text(out, "\\fB\\-\\-");
    put_roff(out, str_from(row->name));
    strbuf_put_text(out, "\\fP");
    if (value_msgid != NULL) {
        strbuf_put_byte(out, ' ');
        put_italic(out, tr(lang, NULL, value_msgid));
    }
    strbuf_put_byte(out, '\n');
    put_paragraphs(out, tr(lang, NULL, help_msgid));
}

static void put_command(StrBuf *out, const Lang *lang, const Command *command) {
    const char *summary_msgid = command->summary, *description_msgid = command->description;
    const char *operands_msgid = command->operands;
    strbuf_put_text(out, ".SS seventh ");
    put_roff(out, str_from(command->name));
    if (command->options != NULL && command->options->name != NULL) {
        strbuf_put_byte(out, ' ');
        put_roff(out, tr(lang, NULL, "[OPTION…]"));
    }
    if (operands_msgid != NULL) {
        strbuf_put_byte(out, ' ');
        put_roff(out, tr(lang, NULL, operands_msgid));
    }
    strbuf_put_byte(out, '\n');
    put_paragraphs(out, tr(lang, NULL, summary_msgid));
    if (description_msgid != NULL) {
        strbuf_put_text(out, ".PP\n");
        put_paragraphs(out, tr(lang, NULL, description_msgid));
    }
    for (const Option *row = command->options; row != NULL && row->name != NULL; row++)
        put_option(out, lang, row);
}

static void put_term(StrBuf *out, const Lang *lang, const char *term, const char *msgid) {
    strbuf_printf(out, ".TP\n\\fB%s\\fP\n", term);
    put_paragraphs(out, tr(lang, NULL, msgid));
}

static void put_exit_codes(StrBuf *out, const Lang *lang) {
    put_term(out, lang, "0", N_("Success."));
    put_term(out, lang, "1", N_("The command ran and answers no, where its description says so."));
    put_term(out, lang, "2", N_("An argument or option is wrong."));
    put_term(out, lang, "65", N_("The input does not follow its format, or is damaged."));
    put_term(out, lang, "66", N_("A file does not exist."));
    put_term(out, lang, "69", N_("Not supported, or a limit was reached."));
    put_term(out, lang, "70", N_("An internal error, or a confined process died."));
    put_term(out, lang, "71", N_("There is not enough memory."));
    put_term(out, lang, "73", N_("The output exists already."));
    put_term(out, lang, "74", N_("Reading or writing failed."));
    put_term(out, lang, "75", N_("Busy or not possible now; try again."));
    put_term(out, lang, "77", N_("A right is missing, or a signature does not verify."));
    put_term(out, lang, "130", N_("Interrupted."));
}

void manual_put(StrBuf *out, const Lang *lang, CommandTable table, const char *version) {
    strbuf_printf(out, ".TH SEVENTH 1 %s \"Seventh %s\"\n", MANUAL_DATE, version);
    put_heading(out, lang, N_("NAME"));
    strbuf_put_text(out, "seventh \\- ");
    put_roff(out, tr(lang, NULL, "finds known files without looking"));
    strbuf_put_byte(out, '\n');
    put_heading(out, lang, N_("SYNOPSIS"));
    strbuf_put_text(out, ".B seventh\n");
    put_italic(out, tr(lang, NULL, "COMMAND [OPTION…] [ARGUMENT…]"));
    strbuf_put_byte(out, '\n');
    put_heading(out, lang, N_("DESCRIPTION"));
    put_paragraphs(out,
                   tr(lang, NULL,
                      "Finds out, without looking, which files are known, so that nobody has to "
                      "see them again."));
    put_heading(out, lang, N_("COMMANDS"));
    for (size_t i = 0; i < table.count; i++)
        put_command(out, lang, table.rows[i]);
    put_heading(out, lang, N_("OPTIONS OF EVERY COMMAND"));
    for (const Option *row = GLOBAL_OPTIONS; row->name != NULL; row++)
        put_option(out, lang, row);
    put_heading(out, lang, N_("ENVIRONMENT"));
    put_term(out, lang, "SEVENTH_LANG",
             N_("The language, before LC_ALL, LC_MESSAGES and LANG; e.g. fr or ar-MA."));
    put_term(out, lang, "NO_COLOR", N_("When it is set, nothing is coloured."));
    put_heading(out, lang, N_("EXIT STATUS"));
    put_exit_codes(out, lang);
}
