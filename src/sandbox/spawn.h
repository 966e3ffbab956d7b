// Starts a helper program that holds exactly one channel and nothing else of its starter.
#pragma once
#include <sys/types.h>

#include "base/err.h"

// Where the helper finds its channel. 0, 1 and 2 are /dev/null (2 is inherited by a sanitized
// build, so that its reports are seen); everything else is closed.
enum { HELPER_CHANNEL_FD = 3 };

// Runs `program` (a path, not searched for) in an environment of at most SEVENTH_KERNELS and
// sanitizer options, with default signals and in a
// process group of its own, so that Ctrl-C on the terminal reaches only the starter. `channel`
// stays the caller's. The caller reaps *ret_pid. May be called from any thread.
Err helper_spawn(const char *program, int channel, pid_t *ret_pid, Diag *diag) MUST_CHECK;
