// The manual page and the shells' completions, written from the command rows.
#pragma once
#include "cli/help.h"

// man(7) source, in lang. version: of the program.
void manual_put(StrBuf *out, const Lang *lang, CommandTable table, const char *version);

// shell: "bash", "zsh" or "fish". False for another shell.
bool completion_put(StrBuf *out, const Lang *lang, CommandTable table, const char *shell);
