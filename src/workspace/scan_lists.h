// The lists a scan is given: opened, named, and told apart by the digest of their files.
#pragma once
#include "workspace/list_open.h"
#include "workspace/scan_output.h"

typedef struct ScanLists {
    OpenLists open;
    VEC(ScannedList) lists; // one for each in open, borrowing from it
} ScanLists;

// Any format. What cannot be read is an error that names the file. `path` is borrowed; progress may
// be NULL.
Err scan_lists_add(ScanLists *lists, const char *path, bool is_known_good, Progress *progress,
                   Diag *diag) MUST_CHECK;
void scan_lists_done(ScanLists *lists);
