// The table of the workspace's verbs. Each is defined in the file named after it (hash_command.c,
// …).
#pragma once
#include "cli/command.h"

#define WORKSPACE_COMMAND(variable) extern const Command variable;
#include "workspace/commands.def"
#undef WORKSPACE_COMMAND
