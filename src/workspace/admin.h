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

// The folder that a node is about to be made or restored in. When that fails, what it wrote is
// removed again; what was there before never is.
typedef struct NewFolder {
    const char *path; // not owned
    bool was_there;
    bool is_free; // was empty or not there: what is in it now was made since
} NewFolder;
NewFolder new_folder_look(const char *path);
// After the failure `err`. With ERR_EXISTS and ERR_BUSY nothing is removed: somebody else came
// first.
void new_folder_undo(const NewFolder *folder, Err err);
