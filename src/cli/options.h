// Parses the arguments of one command by its option rows. Pure: no output, no exit.
#pragma once
#include "cli/command.h"

// Options every command has.
typedef struct GlobalOptions {
    bool wants_help;
    const char *lang; // NULL: by environment
} GlobalOptions;

// Fills `options` (the command's struct, zeroed and preset), the globals, and operands, which has
// room for argc entries. argv[0] is the first argument after the command's name. Everything
// borrowed from argv. On failure diag says which argument is wrong and what to do. With --help the
// rest is not checked.
Err options_parse(const Command *command, int argc, char **argv, void *options,
                  GlobalOptions *io_globals, char **operands, int *ret_operand_count,
                  Diag *diag) MUST_CHECK;

// What one types to run the command: "seventh list create"; a command whose name begins with
// "seventh-" is a program of its own.
void command_typed(const Command *command, char *ret, size_t capacity);

// The rows that stand for GlobalOptions (offsets within it), for help and completion.
extern const Option GLOBAL_OPTIONS[];

// The candidate nearest to word by edit distance, when it is near enough to be a slip; else NULL.
typedef const char *(*SuggestionSource)(const void *source, size_t index); // NULL past the last
const char *suggestion_for(const char *word, SuggestionSource next, const void *source);
