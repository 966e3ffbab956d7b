// Help pages, written from the command rows in the reader's language.
#pragma once
#include "cli/command.h"

typedef struct CommandTable {
    const Command *const *rows;
    size_t count;
} CommandTable;

// The page of one command; columns is the width to wrap at.
void help_put_command(StrBuf *out, const Lang *lang, const Command *command, int columns);
// The list of all commands, or of those whose first word is `group` (may be NULL).
void help_put_overview(StrBuf *out, const Lang *lang, CommandTable table, const char *group,
                       int columns);
