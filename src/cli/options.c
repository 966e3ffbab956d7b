// Our own loop over argv: long and short options, options behind operands, "--".
#include "cli/options.h"

#include <stdio.h>

#include "base/utf8.h"

const Option GLOBAL_OPTIONS[] = {
    {.name = "lang",
     .kind = OPTION_TEXT,
     .offset = offsetof(GlobalOptions, lang),
     .value = N_("TAG"),
     .help = N_("Speak this language, e.g. fr or ar-MA, instead of that of the environment")},
    {.name = "help",
     .letter = 'h',
     .kind = OPTION_FLAG,
     .offset = offsetof(GlobalOptions, wants_help),
     .help = N_("Show this help")},
    {0},
};

static bool is_program(const Command *command) {
    return str_has_prefix(str_from(command->name), STR("seventh-"));
}

void command_typed(const Command *command, char *ret, size_t capacity) {
    snprintf(ret, capacity, is_program(command) ? "%s" : "seventh %s", command->name);
}

// What to type to get help.
static void diag_help(Diag *diag, const Command *command) {
    char help[128];
    snprintf(help, sizeof help, is_program(command) ? "%s --help" : "seventh help %s",
             command->name);
    diag_arg(diag, "help", str_from(help));
}

typedef struct Parser {
    const Command *command;
    int argc, at;
    char **argv;
    void *options;
    GlobalOptions *globals;
    Diag *diag;
} Parser;

static const Option *find_option(const Option *rows, Str name, char letter) {
    for (; rows != NULL && rows->name != NULL; rows++)
        if (letter != '\0' ? rows->letter == letter : str_is(name, rows->name))
            return rows;
    return NULL;
}

// The row for a name or letter, and the struct its target lies in.
static const Option *lookup(const Parser *parser, Str name, char letter, void **ret_target) {
    const Option *row = find_option(parser->command->options, name, letter);
    *ret_target = parser->options;
    if (row == NULL) {
        row = find_option(GLOBAL_OPTIONS, name, letter);
        *ret_target = parser->globals;
    }
    if (row != NULL)
        *ret_target = (char *)*ret_target + row->offset;
    return row;
}

static const char *option_name_at(const void *source, size_t index) {
    const Command *command = source;
    for (const Option *row = command->options; row != NULL && row->name != NULL; row++)
        if (index-- == 0)
            return row->name;
    for (const Option *row = GLOBAL_OPTIONS; row->name != NULL; row++)
        if (index-- == 0)
            return row->name;
    return NULL;
}

static Err refuse_unknown(const Parser *parser, Str written, Str name) {
    char word[128];
    snprintf(word, sizeof word, "%.*s", (int)utf8_cut(name, sizeof word - 1), name.ptr);
    const char *near = name.len > 1 ? suggestion_for(word, option_name_at, parser->command) : NULL;
    if (near != NULL) {
        char suggestion[128];
        snprintf(suggestion, sizeof suggestion, "--%s", near);
        diag_set(parser->diag, ERR_INVALID,
                 N_("There is no option {option}. Did you mean {suggestion}?"));
        diag_arg(parser->diag, "suggestion", str_from(suggestion));
    } else {
        diag_set(parser->diag, ERR_INVALID,
                 N_("There is no option {option}. “{help}” lists the options."));
        diag_help(parser->diag, parser->command);
    }
    diag_arg(parser->diag, "option", written);
    return ERR_INVALID;
}

static Err refuse_number(const Parser *parser, const Option *row, const char *value) {
    char name[128];
    snprintf(name, sizeof name, "--%s", row->name);
    if (row->max == INT64_MAX) {
        diag_set(parser->diag, ERR_INVALID,
                 N_("The option {option} needs a whole number of at least {min}, not “{value}”."));
    } else {
        diag_set(
            parser->diag, ERR_INVALID,
            N_("The option {option} needs a whole number from {min} to {max}, not “{value}”."));
        diag_arg_int(parser->diag, "max", row->max);
    }
    diag_arg(parser->diag, "option", str_from(name));
    diag_arg_int(parser->diag, "min", row->min);
    diag_arg(parser->diag, "value", str_from(value));
    return ERR_INVALID;
}

static Err add_text(const Parser *parser, const Option *row, TextList *list, const char *value) {
    if (list->len < TEXT_LIST_MAX) {
        list->items[list->len++] = value;
        return ERR_OK;
    }
    char name[128];
    snprintf(name, sizeof name, "--%s", row->name);
    diag_set(parser->diag, ERR_LIMIT, N_("The option {option} is given more than {max} times."));
    diag_arg(parser->diag, "option", str_from(name));
    diag_arg_int(parser->diag, "max", TEXT_LIST_MAX);
    return ERR_LIMIT;
}

static Err store(Parser *parser, const Option *row, void *target, const char *value) {
    int64_t number;
    switch (row->kind) {
    case OPTION_FLAG:
        *(bool *)target = true;
        return ERR_OK;
    case OPTION_TEXT:
        *(const char **)target = value;
        return ERR_OK;
    case OPTION_NUMBER:
        if (!str_to_i64(str_from(value), &number) || number < row->min || number > row->max)
            return refuse_number(parser, row, value);
        *(int64_t *)target = number;
        return ERR_OK;
    case OPTION_TEXTS:
        TRY(add_text(parser, row, target, value));
        while (row->takes != NULL && parser->at < parser->argc &&
               parser->argv[parser->at][0] != '-' && row->takes(parser->argv[parser->at]))
            TRY(add_text(parser, row, target, parser->argv[parser->at++]));
        return ERR_OK;
    }
    return ERR_INTERNAL;
}

// The value: what stands in the same argument, else the next argument.
static Err take_value(Parser *parser, const Option *row, void *target, const char *attached,
                      Str written) {
    if (row->kind == OPTION_FLAG) {
        if (attached == NULL)
            return store(parser, row, target, NULL);
        diag_set(parser->diag, ERR_INVALID, N_("The option {option} takes no value."));
        diag_arg(parser->diag, "option", written);
        return ERR_INVALID;
    }
    if (attached == NULL && parser->at >= parser->argc) {
        diag_set(parser->diag, ERR_INVALID, N_("The option {option} needs a value."));
        diag_arg(parser->diag, "option", written);
        return ERR_INVALID;
    }
    return store(parser, row, target, attached != NULL ? attached : parser->argv[parser->at++]);
}

static Err parse_long(Parser *parser, const char *argument) {
    Str name = str_from(argument + 2);
    const char *equals = strchr(argument, '=');
    if (equals != NULL)
        name.len = (size_t)(equals - argument) - 2;
    Str written = str_of(argument, name.len + 2);
    void *target;
    const Option *row = lookup(parser, name, '\0', &target);
    if (row == NULL)
        return refuse_unknown(parser, written, name);
    return take_value(parser, row, target, equals == NULL ? NULL : equals + 1, written);
}

// -a, -abc, -j4, -j 4
static Err parse_short(Parser *parser, const char *argument) {
    for (const char *letter = argument + 1; *letter != '\0'; letter++) {
        char written[8] = {'-', *letter};
        void *target;
        const Option *row = lookup(parser, (Str){0}, *letter, &target);
        if (row == NULL) {
            Str all = str_from(letter); // one whole character, not a byte of it
            size_t at = 0;
            utf8_next(all, &at);
            memcpy(written + 1, letter, at < sizeof written - 1 ? at : 1);
            return refuse_unknown(parser, str_from(written), str_of(letter, 1));
        }
        if (row->kind == OPTION_FLAG) {
            TRY(store(parser, row, target, NULL));
            continue;
        }
        return take_value(parser, row, target, letter[1] == '\0' ? NULL : letter + 1,
                          str_from(written));
    }
    return ERR_OK;
}

Err options_parse(const Command *command, int argc, char **argv, void *options,
                  GlobalOptions *io_globals, char **operands, int *ret_operand_count, Diag *diag) {
    Parser parser = {command, argc, 0, argv, options, io_globals, diag};
    int count = 0;
    bool only_operands = false;
    while (parser.at < argc) {
        char *argument = argv[parser.at++];
        if (only_operands || argument[0] != '-' || argument[1] == '\0')
            operands[count++] = argument;
        else if (strcmp(argument, "--") == 0)
            only_operands = true;
        else if (argument[1] == '-')
            TRY(parse_long(&parser, argument));
        else
            TRY(parse_short(&parser, argument));
        if (io_globals->wants_help)
            break;
    }
    *ret_operand_count = count;
    if (io_globals->wants_help)
        return ERR_OK;
    if (count < command->operands_min) {
        char typed[128];
        command_typed(command, typed, sizeof typed);
        diag_set(diag, ERR_INVALID,
                 N_("Something is missing after “{typed}”. “{help}” shows what it needs."));
        diag_arg(diag, "typed", str_from(typed));
        diag_help(diag, command);
        return ERR_INVALID;
    }
    if (command->operands_max >= 0 && count > command->operands_max) {
        diag_set(diag, ERR_INVALID,
                 N_("“{argument}” is one argument too many. “{help}” shows what the command "
                    "takes."));
        diag_arg(diag, "argument", str_from(operands[command->operands_max]));
        diag_help(diag, command);
        return ERR_INVALID;
    }
    return ERR_OK;
}
