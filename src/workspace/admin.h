// What the verbs of `seventh admin` have in common.
#pragma once
#include "cli/command.h"
#include "workspace/workspace.h"

// One line in the reader's language on standard output; name may be NULL.
void admin_say(CommandContext *context, const char *msgid, const char *name, Str value);
// Loads the configuration and opens the node, which must not be served at the same time. Both are
// the caller's.
Err admin_open(const char *config_path, Config **ret_config, Workspace *ret, Diag *diag) MUST_CHECK;
// The recovery secret from standard input: a secret, or as many shares as are needed, a line each.
Err recovery_secret_ask(const CommandContext *context, RecoverySecret *ret, Diag *diag) MUST_CHECK;
