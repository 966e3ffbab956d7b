// Lists named on a command line, ready for a Matcher: list files are opened, hash lists of any
// other format are converted in memory.
#pragma once
#include "cli/progress.h"
#include "index/list.h"

typedef struct OpenLists {
    size_t count;
    List **lists;       // owned
    char **names;       // what the list calls itself, else the file's name without its ending
    const char **paths; // borrowed from the caller
} OpenLists;

// Adds the list at the path to *io_lists (zero-initialised at first). ERR_UNSUPPORTED: it is no
// list. `path` is borrowed. progress may be NULL.
Err lists_add(OpenLists *io_lists, const char *path, Progress *progress, Diag *diag) MUST_CHECK;
// All of them, or none.
Err lists_open(const char *const *paths, size_t count, OpenLists *ret, Diag *diag) MUST_CHECK;
void lists_close(OpenLists *lists);
#define _cleanup_lists_ _cleanup_(lists_close)

// The file's name without folder and endings: "set" for "/a/set.json.gz". A view into path.
Str list_name_from_path(const char *path);
