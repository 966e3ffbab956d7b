// Asking lists for files: folders are walked, files hashed in the worker pool, each answer written
// in the order of the paths.
#pragma once
#include "workspace/match_output.h"

typedef struct MatchPaths {
    const Matcher *matcher;
    MatchOutput *output;
    VideoRule rule; // its radius is that of pictures too
    bool wants_turns;
} MatchPaths;

// Files that cannot be read or decoded are said on standard error and, in JSON, in their answer.
// *ret_exit_code: 0, or that of the first file that could not be read at all.
Err match_paths(const MatchPaths *match, char *const *paths, int count, int *ret_exit_code,
                Diag *diag) MUST_CHECK;
