// Sets help pages in two columns by display width.
#include "cli/help.h"

#include "cli/limits.h"
#include "cli/options.h"
#include "language/text_layout.h"

enum { LEFT_MAX = 30 }; // a wider left column puts its help on the next line

static void put_spaces(StrBuf *out, int count) {
    while (count-- > 0)
        strbuf_put_byte(out, ' ');
}

static int page_columns(int columns) {
    return columns > COLUMNS_PROSE_MAX ? COLUMNS_PROSE_MAX : columns;
}

// What a part could not hold is missing from the whole.
static void carry_failure(StrBuf *out, const StrBuf *part) {
    if (part->failed != ERR_OK)
        out->failed = part->failed;
}

// A word the reader types, kept apart from the direction of the text around it.
static void put_typed(StrBuf *out, const Lang *lang, Str text) {
    tr_put_text(out, lang, STR("{typed}"), MSG_ARGS(msg_ident("typed", text)));
}

static void put_usage(StrBuf *out, const Lang *lang, const Command *command, int columns) {
    StrBuf _cleanup_strbuf_ form = STRBUF(TEXT_MAX), line = STRBUF(TEXT_MAX);
    char typed[COMMAND_NAME_MAX * 2];
    command_typed(command, typed, sizeof typed);
    strbuf_put_text(&form, typed);
    if (command->options != NULL && command->options->name != NULL) {
        strbuf_put_byte(&form, ' ');
        strbuf_put(&form, tr(lang, NULL, "[OPTION…]"));
    }
    if (command->operands != NULL) {
        const char *operands_msgid = command->operands;
        strbuf_put_byte(&form, ' ');
        strbuf_put(&form, tr(lang, NULL, operands_msgid));
    }
    tr_put(&line, lang, NULL, "Usage: {usage}", MSG_ARGS(msg_ident("usage", strbuf_str(&form))));
    text_put_wrapped(out, strbuf_str(&line), columns, 4);
    carry_failure(out, &form);
    carry_failure(out, &line);
    strbuf_put_byte(out, '\n');
}

// "  -j, --jobs N"
static void put_option_left(StrBuf *out, const Lang *lang, const Option *row) {
    StrBuf _cleanup_strbuf_ typed = STRBUF(TEXT_MAX);
    if (row->letter != '\0')
        strbuf_printf(&typed, "-%c, --%s", row->letter, row->name);
    else
        strbuf_printf(&typed, "    --%s", row->name);
    if (row->value != NULL) {
        const char *value_msgid = row->value;
        strbuf_put_byte(&typed, ' ');
        strbuf_put(&typed, tr(lang, NULL, value_msgid));
        // It may be repeated.
        if (row->kind == OPTION_TEXTS && !str_has_suffix(strbuf_str(&typed), STR("…")))
            strbuf_put_text(&typed, "…");
    }
    put_spaces(out, 2);
    put_typed(out, lang, strbuf_str(&typed));
    carry_failure(out, &typed);
}

// One row: what is typed, then its help in the right column.
static void put_row(StrBuf *out, Str left, Str help, int left_columns, int columns) {
    int width = text_columns(left);
    strbuf_put(out, left);
    if (width > left_columns) {
        strbuf_put_byte(out, '\n');
        width = 0;
    }
    put_spaces(out, left_columns + 2 - width);
    text_put_wrapped(out, help, columns, left_columns + 2);
    strbuf_put_byte(out, '\n');
}

static void measure_options(const Lang *lang, const Option *row, int *io_widest) {
    StrBuf _cleanup_strbuf_ left = STRBUF(TEXT_MAX);
    for (; row != NULL && row->name != NULL; row++) {
        strbuf_clear(&left);
        put_option_left(&left, lang, row);
        int width = text_columns(strbuf_str(&left));
        if (width > *io_widest && width <= LEFT_MAX)
            *io_widest = width;
    }
}

static void put_options(StrBuf *out, const Lang *lang, const Option *row, int left_columns,
                        int columns) {
    StrBuf _cleanup_strbuf_ left = STRBUF(TEXT_MAX);
    for (; row != NULL && row->name != NULL; row++) {
        const char *help_msgid = row->help;
        strbuf_clear(&left);
        put_option_left(&left, lang, row);
        put_row(out, strbuf_str(&left), tr(lang, NULL, help_msgid), left_columns, columns);
        carry_failure(out, &left);
    }
}

void help_put_command(StrBuf *out, const Lang *lang, const Command *command, int columns) {
    const char *summary_msgid = command->summary, *description_msgid = command->description;
    int widest = 0;
    columns = page_columns(columns);
    put_usage(out, lang, command, columns);
    strbuf_put_byte(out, '\n');
    text_put_wrapped(out, tr(lang, NULL, summary_msgid), columns, 0);
    strbuf_put_byte(out, '\n');
    if (description_msgid != NULL) {
        strbuf_put_byte(out, '\n');
        text_put_wrapped(out, tr(lang, NULL, description_msgid), columns, 0);
        strbuf_put_byte(out, '\n');
    }
    strbuf_put_byte(out, '\n');
    strbuf_put(out, tr(lang, NULL, "Options:"));
    strbuf_put_byte(out, '\n');
    measure_options(lang, command->options, &widest);
    measure_options(lang, GLOBAL_OPTIONS, &widest);
    put_options(out, lang, command->options, widest, columns);
    put_options(out, lang, GLOBAL_OPTIONS, widest, columns);
}

static bool is_in_group(const Command *command, const char *group) {
    size_t len = group == NULL ? 0 : strlen(group);
    return group == NULL || (strncmp(command->name, group, len) == 0 && command->name[len] == ' ');
}

void help_put_overview(StrBuf *out, const Lang *lang, CommandTable table, const char *group,
                       int columns) {
    StrBuf _cleanup_strbuf_ left = STRBUF(TEXT_MAX), form = STRBUF(TEXT_MAX);
    int widest = 0;
    columns = page_columns(columns);
    strbuf_put_text(&form, "seventh ");
    if (group != NULL)
        strbuf_printf(&form, "%s ", group);
    strbuf_put(&form, tr(lang, NULL, "COMMAND [OPTION…] [ARGUMENT…]"));
    tr_put(out, lang, NULL, "Usage: {usage}", MSG_ARGS(msg_ident("usage", strbuf_str(&form))));
    strbuf_put_text(out, "\n\n");
    if (group == NULL) {
        text_put_wrapped(out,
                         tr(lang, NULL,
                            "Finds out, without looking, which files are known, so that nobody "
                            "has to see them again."),
                         columns, 0);
        strbuf_put_text(out, "\n\n");
    }
    strbuf_put(out, tr(lang, NULL, "Commands:"));
    strbuf_put_byte(out, '\n');
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < table.count; i++) {
            const Command *command = table.rows[i];
            if (!is_in_group(command, group))
                continue;
            strbuf_clear(&left);
            put_spaces(&left, 2);
            put_typed(&left, lang, str_from(command->name));
            int width = text_columns(strbuf_str(&left));
            if (pass == 0 && width > widest)
                widest = width;
            const char *summary_msgid = command->summary;
            if (pass == 1)
                put_row(out, strbuf_str(&left), tr(lang, NULL, summary_msgid), widest, columns);
        }
    carry_failure(out, &left);
    carry_failure(out, &form);
    strbuf_put_byte(out, '\n');
    tr_put(out, lang, NULL, "“{typed}” shows the options of a command.",
           MSG_ARGS(msg_ident("typed", STR("seventh help COMMAND"))));
    strbuf_put_byte(out, '\n');
}
