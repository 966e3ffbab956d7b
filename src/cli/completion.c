// Writes completion scripts for bash, zsh and fish.
#include "cli/manual.h"
#include "cli/options.h"

// The first word of a name, and what follows it ("" when nothing does).
static Str first_word(const char *name, const char **ret_second) {
    const char *blank = strchr(name, ' ');
    *ret_second = blank == NULL ? "" : blank + 1;
    return str_of(name, blank == NULL ? strlen(name) : (size_t)(blank - name));
}

static bool is_first_of_group(CommandTable table, size_t index) {
    const char *second;
    Str word = first_word(table.rows[index]->name, &second);
    for (size_t i = 0; i < index; i++)
        if (str_equal(first_word(table.rows[i]->name, &second), word))
            return false;
    return true;
}

static void put_first_words(StrBuf *out, CommandTable table) {
    const char *second;
    for (size_t i = 0; i < table.count; i++)
        if (is_first_of_group(table, i)) {
            strbuf_put(out, first_word(table.rows[i]->name, &second));
            strbuf_put_byte(out, ' ');
        }
    strbuf_put_text(out, "help");
}

static void put_second_words(StrBuf *out, CommandTable table, Str group) {
    const char *second, *between = "";
    for (size_t i = 0; i < table.count; i++)
        if (str_equal(first_word(table.rows[i]->name, &second), group) && second[0] != '\0') {
            strbuf_printf(out, "%s%s", between, second);
            between = " ";
        }
}

static void put_option_words(StrBuf *out, const Command *command) {
    for (const Option *row = command->options; row != NULL && row->name != NULL; row++)
        strbuf_printf(out, "--%s ", row->name);
    strbuf_put_text(out, "--lang --help");
}

// Shared by bash and zsh, which reads it through bashcompinit.
static void put_bash(StrBuf *out, CommandTable table) {
    strbuf_put_text(out, "_seventh() {\n"
                         "    local word=${COMP_WORDS[COMP_CWORD]} first=${COMP_WORDS[1]} second=\n"
                         "    local words=\n"
                         "    [ \"$COMP_CWORD\" -gt 2 ] && second=${COMP_WORDS[2]}\n"
                         "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
                         "        words='");
    put_first_words(out, table);
    strbuf_put_text(out, " --lang --help --version'\n    elif [ \"$COMP_CWORD\" -eq 2 ]; then\n"
                         "        case $first in\n        help) words='");
    put_first_words(out, table);
    strbuf_put_text(out, "' ;;\n");
    const char *second;
    for (size_t i = 0; i < table.count; i++) {
        Str group = first_word(table.rows[i]->name, &second);
        if (!is_first_of_group(table, i) || second[0] == '\0')
            continue;
        strbuf_printf(out, "        %.*s) words='", STR_ARG(group));
        put_second_words(out, table, group);
        strbuf_put_text(out, "' ;;\n");
    }
    strbuf_put_text(out, "        esac\n    fi\n    case $word in\n    -*)\n"
                         "        case \"$first $second\" in\n");
    for (size_t i = 0; i < table.count; i++) {
        const char *name = table.rows[i]->name;
        strbuf_printf(
            out, strchr(name, ' ') != NULL ? "        '%s') words='" : "        '%s '*) words='",
            name);
        put_option_words(out, table.rows[i]);
        strbuf_put_text(out, "' ;;\n");
    }
    strbuf_put_text(out, "        esac ;;\n    esac\n"
                         "    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n}\n"
                         "complete -o default -F _seventh seventh\n");
}

// In single quotes for fish, where \ and ' are escaped.
static void put_fish_quoted(StrBuf *out, Str text) {
    strbuf_put_byte(out, '\'');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\'' || text.ptr[i] == '\\')
            strbuf_put_byte(out, '\\');
        strbuf_put_byte(out, text.ptr[i] == '\n' ? ' ' : text.ptr[i]);
    }
    strbuf_put_byte(out, '\'');
}

static void put_fish_options(StrBuf *out, const Lang *lang, const Option *row,
                             const char *condition) {
    for (; row != NULL && row->name != NULL; row++) {
        const char *help_msgid = row->help;
        strbuf_printf(out, "complete -c seventh%s -l %s", condition, row->name);
        if (row->letter != '\0')
            strbuf_printf(out, " -s %c", row->letter);
        strbuf_put_text(out, row->kind == OPTION_FLAG ? " -d " : " -r -d ");
        put_fish_quoted(out, tr(lang, NULL, help_msgid));
        strbuf_put_byte(out, '\n');
    }
}

static void put_fish(StrBuf *out, const Lang *lang, CommandTable table) {
    strbuf_put_text(out, "complete -c seventh -n __fish_use_subcommand -f -a help\n");
    for (size_t i = 0; i < table.count; i++) {
        const Command *command = table.rows[i];
        const char *second, *summary_msgid = command->summary;
        StrBuf _cleanup_strbuf_ condition = STRBUF(1024);
        Str word = first_word(command->name, &second);
        if (is_first_of_group(table, i))
            strbuf_printf(out, "complete -c seventh -n __fish_use_subcommand -f -a %.*s",
                          STR_ARG(word));
        if (is_first_of_group(table, i) && second[0] == '\0') {
            strbuf_put_text(out, " -d ");
            put_fish_quoted(out, tr(lang, NULL, summary_msgid));
        }
        if (is_first_of_group(table, i))
            strbuf_put_byte(out, '\n');
        strbuf_printf(&condition, " -n '__fish_seen_subcommand_from %.*s", STR_ARG(word));
        if (second[0] != '\0') {
            strbuf_printf(out, "complete -c seventh%s; and not __fish_seen_subcommand_from ",
                          strbuf_text(&condition));
            put_second_words(out, table, word);
            strbuf_printf(out, "' -f -a %s -d ", second);
            put_fish_quoted(out, tr(lang, NULL, summary_msgid));
            strbuf_put_byte(out, '\n');
            strbuf_printf(&condition, "; and __fish_seen_subcommand_from %s", second);
        }
        strbuf_put_byte(&condition, '\'');
        put_fish_options(out, lang, command->options, strbuf_text(&condition));
    }
    put_fish_options(out, lang, GLOBAL_OPTIONS, "");
}

bool completion_put(StrBuf *out, const Lang *lang, CommandTable table, const char *shell) {
    if (strcmp(shell, "bash") == 0) {
        put_bash(out, table);
    } else if (strcmp(shell, "zsh") == 0) {
        strbuf_put_text(out, "#compdef seventh\nautoload -Uz bashcompinit\nbashcompinit\n");
        put_bash(out, table);
    } else if (strcmp(shell, "fish") == 0) {
        put_fish(out, lang, table);
    } else {
        return false;
    }
    return true;
}
