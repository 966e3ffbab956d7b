// Where a measurement keeps its files meanwhile: below the folder that was named, $TMPDIR or
// /var/tmp, and gone afterwards.
#pragma once
#include "base/cleanup.h"
#include "base/err.h"

// A file without a name. *ret_fd is owned by the caller.
Err bench_file_new(const char *folder, int *ret_fd, Diag *diag) MUST_CHECK;
// A fresh folder, for the caller to remove.
Err bench_folder_make(const char *folder, char **ret_path, Diag *diag) MUST_CHECK;
// Removes the folder, the files in it and in its folders, and frees the path. Takes NULL.
void bench_folder_remove(char *path);
DEFINE_CLEANUP(char *, bench_folder_remove);
// Joins folder and name; NULL when out of memory. The caller frees.
char *bench_path(const char *folder, const char *name) MUST_CHECK;
