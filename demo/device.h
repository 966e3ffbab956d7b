// The device folder: what an examiner is given. Pictures are written by original.h's threads; here
// are the folders before, and the archives and other files after.
#pragma once
#include "plan.h"

Err device_make_folders(const char *root, Diag *diag) MUST_CHECK;

typedef struct StrayCounts {
    int texts, empties, broken_images;
} StrayCounts;
Err device_write_strays(const Plan *plan, const char *root, StrayCounts *ret,
                        Diag *diag) MUST_CHECK;
Err device_write_archives(const Plan *plan, const char *root, Diag *diag) MUST_CHECK;
