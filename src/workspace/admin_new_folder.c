// Leaving nothing half there when a node could not be made or restored.
#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "workspace/admin.h"

enum { OPEN_FOLDERS_MAX = 16 };

// A disk's own folder, which node_create, too, takes for empty.
static bool is_of_disk(const char *name) {
    return strcmp(name, "lost+found") == 0;
}

NewFolder new_folder_look(const char *path) {
    DIR *listing = opendir(path);
    if (listing == NULL)
        return (NewFolder){.path = path, .is_free = errno == ENOENT && path[0] != '\0'};
    const struct dirent *file;
    bool is_empty = true;
    while ((file = readdir(listing)) != NULL)
        is_empty &= strcmp(file->d_name, ".") == 0 || strcmp(file->d_name, "..") == 0 ||
                    is_of_disk(file->d_name);
    closedir(listing);
    return (NewFolder){.path = path, .was_there = true, .is_free = is_empty};
}

static int entry_remove(const char *path, const struct stat *unused, int kind, struct FTW *place) {
    (void)unused;
    (void)kind;
    if (place->level > 0 && !(place->level == 1 && is_of_disk(path + place->base)))
        (void)!remove(path);
    return 0;
}

void new_folder_undo(const NewFolder *folder, Err err) {
    if (!folder->is_free || err == ERR_EXISTS || err == ERR_BUSY)
        return;
    (void)nftw(folder->path, entry_remove, OPEN_FOLDERS_MAX, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
    if (!folder->was_there)
        (void)rmdir(folder->path);
}
