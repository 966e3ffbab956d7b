// An exercise for a first look: two units, their people, and a case with items that are made up.
#pragma once
#include "cli/command.h"
#include "workspace/workspace.h"

// Once, in a node that was just made as an exercise; later calls only make new sign-in links. file:
// a VICS file or scan result. Prints who there is and their links.
Err training_setup(Workspace *workspace, const char *file, Str base, CommandContext *context,
                   Diag *diag) MUST_CHECK;
