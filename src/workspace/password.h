// Asking for a password.
#pragma once
#include "cli/command.h"

// From the terminal without showing it, or, when standard input is no terminal, one line of
// standard input. Appends it to *io_password (wipe it afterwards). `prompt` is translated already.
Err password_ask(const CommandContext *context, Str prompt, StrBuf *io_password,
                 Diag *diag) MUST_CHECK;
