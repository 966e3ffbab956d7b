// Commands as rows of data: name, options, operands, the function. One loop parses, helps and
// dispatches; help text, man page and shell completion read the same rows.
#pragma once
#include <stdio.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "language/catalogue.h"

typedef struct CommandContext CommandContext;

typedef enum OptionKind {
    OPTION_FLAG,   // bool *
    OPTION_TEXT,   // const char **, borrowed from argv
    OPTION_NUMBER, // int64_t *, range min–max checked
    OPTION_TEXTS   // TextList *: takes the next argument, may be repeated
} OptionKind;

enum { TEXT_LIST_MAX = 256 };
typedef struct TextList {
    const char *items[TEXT_LIST_MAX];
    size_t len;
} TextList;

typedef struct Option {
    const char *name; // long name without dashes
    char letter;      // short form, or 0
    OptionKind kind;
    size_t offset;     // of the target within the command's options struct
    const char *value; // N_() placeholder shown in help, e.g. N_("LIST"); NULL for a flag
    const char *help;  // N_()
    int64_t min, max;  // OPTION_NUMBER
    // OPTION_TEXTS: also takes the arguments that follow directly, while this says yes (--list A B
    // C). NULL: one only.
    bool (*takes)(const char *argument);
} Option;

typedef struct Command {
    const char *name;               // "hash", "list create"
    const char *summary;            // N_(), one line
    const char *operands;           // N_(), e.g. N_("PATH…"); NULL when there are none
    int operands_min, operands_max; // max -1: any number
    const Option *options;          // ends with a row whose name is NULL
    size_t options_size; // of the options struct; given zeroed, then preset() fills defaults
    void (*preset)(void *options);
    Err (*run)(CommandContext *context, const void *options, Diag *diag);
    const char *description; // N_(), paragraphs for help and man page
} Command;

struct CommandContext {
    const Lang *lang;
    FILE *out, *err;
    bool is_terminal; // out is one
    int columns;      // of the terminal
    char **operands;
    int operand_count;
    int exit_code;       // what main returns when run() gives ERR_OK (0 unless the command sets it)
    const char *program; // argv[0]
};

// Parses argv, runs the command, prints its error in the reader's language. Returns the exit code.
int command_main(const Command *const *commands, size_t count, int argc, char **argv);
// The same for a program that is one command; its name is the program's and begins with "seventh-".
int command_main_single(const Command *command, int argc, char **argv);
