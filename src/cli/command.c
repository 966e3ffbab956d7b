// Chooses the command, parses its arguments, runs it, and says what went wrong.
#include "cli/command.h"

#include "cli/help.h"
#include "cli/limits.h"
#include "cli/manual.h"
#include "cli/options.h"
#include "cli/terminal.h"

typedef struct Session {
    CommandTable table;
    const Lang *lang;
    FILE *out, *err;
    const char *program;
} Session;

static void print(FILE *to, const StrBuf *text) {
    if (strbuf_err(text) == ERR_OK)
        fwrite(strbuf_text(text), 1, text->len, to);
}

static int print_error(const Session *session, Err err, Diag *diag) {
    StrBuf _cleanup_strbuf_ text = STRBUF(TEXT_MAX);
    diag->err = err;
    fflush(session->out);
    strbuf_put_text(&text, "seventh: ");
    tr_diag(&text, session->lang, diag);
    strbuf_put_byte(&text, '\n');
    print(session->err, &text);
    return err_exit_code(err);
}

// What was written must have arrived: a full disk behind a redirection is an error too.
static int finish_output(const Session *session, int exit_code) {
    Diag diag;
    if (fflush(session->out) == 0 && !ferror(session->out))
        return exit_code;
    diag_set(&diag, ERR_IO, N_("The output could not be written."));
    return print_error(session, ERR_IO, &diag);
}

// The command named by the first one or two words; *ret_words says how many.
static const Command *find_command(CommandTable table, int argc, char **argv, int *ret_words) {
    char two_words[COMMAND_NAME_MAX * 2];
    *ret_words = 2;
    if (argc >= 2 && strlen(argv[0]) < COMMAND_NAME_MAX && strlen(argv[1]) < COMMAND_NAME_MAX - 1) {
        snprintf(two_words, sizeof two_words, "%s %s", argv[0], argv[1]);
        for (size_t i = 0; i < table.count; i++)
            if (strcmp(table.rows[i]->name, two_words) == 0)
                return table.rows[i];
    }
    *ret_words = 1;
    for (size_t i = 0; argc >= 1 && i < table.count; i++)
        if (strcmp(table.rows[i]->name, argv[0]) == 0)
            return table.rows[i];
    return NULL;
}

static bool is_group(CommandTable table, const char *word) {
    size_t len = strlen(word);
    for (size_t i = 0; i < table.count; i++)
        if (strncmp(table.rows[i]->name, word, len) == 0 && table.rows[i]->name[len] == ' ')
            return true;
    return false;
}

static const char *command_name_at(const void *source, size_t index) {
    const CommandTable *table = source;
    if (index == table->count)
        return "help";
    return index < table->count ? table->rows[index]->name : NULL;
}

static int refuse_command(const Session *session, int argc, char **argv) {
    char word[COMMAND_NAME_MAX * 2];
    Diag diag;
    bool has_two = argc >= 2 && is_group(session->table, argv[0]) && argv[1][0] != '-';
    snprintf(word, sizeof word, has_two ? "%s %.60s" : "%.60s", argv[0], has_two ? argv[1] : "");
    const char *near = suggestion_for(word, command_name_at, &session->table);
    if (near != NULL) {
        diag_set(&diag, ERR_INVALID,
                 N_("There is no command “{command}”. Did you mean “{suggestion}”?"));
        diag_arg(&diag, "suggestion", str_from(near));
    } else {
        diag_set(&diag, ERR_INVALID,
                 N_("There is no command “{command}”. “seventh help” lists the commands."));
    }
    diag_arg(&diag, "command", str_from(word));
    return print_error(session, ERR_INVALID, &diag);
}

static int show_help(const Session *session, const Command *command, const char *group, FILE *to) {
    StrBuf _cleanup_strbuf_ text = STRBUF(TEXT_MAX);
    if (command != NULL)
        help_put_command(&text, session->lang, command, terminal_columns(to));
    else
        help_put_overview(&text, session->lang, session->table, group, terminal_columns(to));
    print(to, &text);
    return finish_output(session, 0);
}

// seventh help --man, seventh help --completion bash|zsh|fish: for the build and for packagers.
static int write_generated(const Session *session, int argc, char **argv) {
    StrBuf _cleanup_strbuf_ text = STRBUF(TEXT_MAX);
    Diag diag;
    if (strcmp(argv[0], "--man") == 0) {
        manual_put(&text, session->lang, session->table, SEVENTH_VERSION);
    } else if (argc < 2 || !completion_put(&text, session->lang, session->table, argv[1])) {
        diag_set(&diag, ERR_INVALID, N_("The shell must be one of bash, zsh and fish."));
        return print_error(session, ERR_INVALID, &diag);
    }
    print(session->out, &text);
    return finish_output(session, 0);
}

// seventh help [COMMAND]
static int run_help(const Session *session, int argc, char **argv) {
    int words;
    if (argc == 0 || strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0)
        return show_help(session, NULL, NULL, session->out);
    if (strcmp(argv[0], "--man") == 0 || strcmp(argv[0], "--completion") == 0)
        return write_generated(session, argc, argv);
    const Command *command = find_command(session->table, argc, argv, &words);
    if (command != NULL)
        return show_help(session, command, NULL, session->out);
    if (argc == 1 && is_group(session->table, argv[0]))
        return show_help(session, NULL, argv[0], session->out);
    return refuse_command(session, argc, argv);
}

static Err choose_lang(Session *session, const char *tag, Diag *diag) {
    if (tag == NULL)
        return ERR_OK;
    if (lang_exists(str_from(tag))) {
        session->lang = lang_get(str_from(tag));
        return ERR_OK;
    }
    diag_set(
        diag, ERR_INVALID,
        N_("Seventh does not speak the language “{tag}” yet. “seventh lang status” lists those "
           "it speaks."));
    diag_arg(diag, "tag", str_from(tag));
    return ERR_INVALID;
}

static int run_command(Session *session, const Command *command, int argc, char **argv,
                       GlobalOptions globals) {
    Diag diag;
    diag_set(&diag, ERR_OK, NULL);
    void *options _cleanup_free_ = calloc(1, command->options_size + 1);
    char **operands _cleanup_free_ = calloc((size_t)argc + 1, sizeof *operands);
    int operand_count = 0;
    if (options == NULL || operands == NULL)
        return print_error(session, ERR_NOMEM, &diag);
    if (command->preset != NULL)
        command->preset(options);
    Err err =
        options_parse(command, argc, argv, options, &globals, operands, &operand_count, &diag);
    // The language that was asked for is that of the error, too.
    Diag lang_diag;
    Err lang_err = choose_lang(session, globals.lang, &lang_diag);
    if (err == ERR_OK && lang_err != ERR_OK)
        return print_error(session, lang_err, &lang_diag);
    if (err != ERR_OK)
        return print_error(session, err, &diag);
    if (globals.wants_help)
        return show_help(session, command, NULL, session->out);
    CommandContext context = {
        .lang = session->lang,
        .out = session->out,
        .err = session->err,
        .is_terminal = terminal_is_at(session->out),
        .columns = terminal_columns(session->out),
        .operands = operands,
        .operand_count = operand_count,
        .program = session->program,
    };
    err = command->run(&context, options, &diag);
    if (err != ERR_OK)
        return print_error(session, err, &diag);
    return finish_output(session, context.exit_code);
}

static Session session_new(CommandTable table, int argc, char **argv) {
    return (Session){.table = table,
                     .lang = lang_from_environment(),
                     .out = stdout,
                     .err = stderr,
                     .program = argc > 0 ? argv[0] : "seventh"};
}

int command_main_single(const Command *command, int argc, char **argv) {
    Session session = session_new((CommandTable){&command, 1}, argc, argv);
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        fprintf(session.out, "%s %s\n", command->name, SEVENTH_VERSION);
        return finish_output(&session, 0);
    }
    return run_command(&session, command, argc > 0 ? argc - 1 : 0, argv + 1, (GlobalOptions){0});
}

// Options before the command. Returns the number of arguments used; *ret_done when the program has
// nothing more to do.
static int parse_leading(Session *session, int argc, char **argv, GlobalOptions *globals,
                         bool *ret_is_version, Err *ret_err, Diag *diag) {
    int at = 0;
    *ret_err = ERR_OK;
    while (at < argc && argv[at][0] == '-' && *ret_err == ERR_OK) {
        const char *argument = argv[at++];
        if (strcmp(argument, "--version") == 0) {
            *ret_is_version = true;
        } else if (strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0) {
            globals->wants_help = true;
        } else if (strncmp(argument, "--lang=", 7) == 0) {
            globals->lang = argument + 7;
        } else if (strcmp(argument, "--lang") == 0 && at < argc) {
            globals->lang = argv[at++];
        } else {
            *ret_err = diag_set(diag, ERR_INVALID,
                                N_("The option {option} is not possible before the command. "
                                   "“seventh help” lists the commands."));
            diag_arg(diag, "option", str_from(argument));
        }
    }
    return at;
}

int command_main(const Command *const *commands, size_t count, int argc, char **argv) {
    Session session = session_new((CommandTable){commands, count}, argc, argv);
    GlobalOptions globals = {0};
    bool is_version = false;
    Err err, lang_err;
    Diag diag, lang_diag;
    argc = argc > 0 ? argc - 1 : 0;
    argv++;
    int used = parse_leading(&session, argc, argv, &globals, &is_version, &err, &diag);
    argc -= used;
    argv += used;
    lang_err = choose_lang(&session, globals.lang, &lang_diag);
    if (err != ERR_OK)
        return print_error(&session, err, &diag);
    if (lang_err != ERR_OK)
        return print_error(&session, lang_err, &lang_diag);
    if (is_version) {
        fprintf(session.out, "seventh %s\n", SEVENTH_VERSION);
        return finish_output(&session, 0);
    }
    if (argc == 0) {
        show_help(&session, NULL, NULL, globals.wants_help ? session.out : session.err);
        return globals.wants_help ? 0 : err_exit_code(ERR_INVALID);
    }
    if (strcmp(argv[0], "help") == 0)
        return run_help(&session, argc - 1, argv + 1);
    int words;
    const Command *command = find_command(session.table, argc, argv, &words);
    if (command != NULL)
        return run_command(&session, command, argc - words, argv + words, globals);
    if (is_group(session.table, argv[0]) && (argc == 1 || argv[1][0] == '-')) {
        bool wants_help =
            argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0);
        show_help(&session, NULL, argv[0], wants_help ? session.out : session.err);
        return wants_help ? 0 : err_exit_code(ERR_INVALID);
    }
    return refuse_command(&session, argc, argv);
}
