// Temporary files and folders of the measurements.
#include "workspace/bench_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// Not /tmp: that is memory on many systems, and these files are large.
static const char *parent_of(const char *folder) {
    const char *temporary = getenv("TMPDIR");
    return folder != NULL ? folder : temporary != NULL ? temporary : "/var/tmp";
}

Err bench_file_new(const char *folder, int *ret_fd, Diag *diag) {
    const char *parent = parent_of(folder);
    int fd = open(parent, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0)
        return diag_errno(diag, errno, parent);
    *ret_fd = fd;
    return ERR_OK;
}

char *bench_path(const char *folder, const char *name) {
    char *path = NULL;
    return asprintf(&path, "%s/%s", folder, name) < 0 ? NULL : path;
}

Err bench_folder_make(const char *folder, char **ret_path, Diag *diag) {
    _cleanup_free_ char *path = bench_path(parent_of(folder), "seventh-bench-XXXXXX");
    if (path == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    if (mkdtemp(path) == NULL)
        return diag_errno(diag, errno, path);
    *ret_path = TAKE(path);
    return ERR_OK;
}

static void folder_empty(int parent, const char *name, int depth) {
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    if (folder == NULL)
        return;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (unlinkat(dirfd(folder), entry->d_name, 0) != 0 && depth > 0)
            folder_empty(dirfd(folder), entry->d_name, depth - 1);
    }
    closedir(folder);
    unlinkat(parent, name, AT_REMOVEDIR);
}

void bench_folder_remove(char *path) {
    if (path != NULL)
        folder_empty(AT_FDCWD, path, 1);
    free(path);
}
