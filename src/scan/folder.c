// Walks a folder in byte order of the paths with a bounded number of open folders, whatever the
// depth and the length of the paths, and never through a link.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/strbuf.h"
#include "base/vec.h"
#include "scan/limits.h"
#include "scan/source.h"

// One open folder. Its names stand in one block, each with a slash behind it when it is a folder
// (which gives the order of whole paths) and a NUL.
typedef struct Folder {
    int fd; // -1 while closed to spare descriptors
    dev_t device;
    ino_t inode;
    size_t path_len; // of the walk's path when this folder is its end, slash included
    StrBuf names;
    VEC(uint32_t) order; // offsets in names
    size_t next;
} Folder;

typedef struct FolderSource {
    FileSource source;
    StrBuf path; // of the entry last given
    VEC(Folder) folders;
    char *operand; // not yet begun; NULL afterwards
    size_t base;   // where the present entry's name begins in path
    struct stat status;
    bool is_operand; // the present entry is the operand itself
} FolderSource;

static void folder_done(Folder *folder) {
    closep(&folder->fd);
    strbuf_done(&folder->names);
    vec_done(&folder->order);
}

static void folder_source_free(FileSource *source) {
    FolderSource *walk = (FolderSource *)source;
    for (size_t i = 0; i < walk->folders.len; i++)
        folder_done(&walk->folders.items[i]);
    vec_done(&walk->folders);
    strbuf_done(&walk->path);
    free(walk->operand);
    free(walk);
}

static int compare_names(const void *a, const void *b, void *names) {
    const char *base = names;
    return strcmp(base + *(const uint32_t *)a, base + *(const uint32_t *)b);
}

static bool is_folder_entry(int fd, const struct dirent *entry) {
    if (entry->d_type != DT_UNKNOWN)
        return entry->d_type == DT_DIR;
    struct stat status;
    return fstatat(fd, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(status.st_mode);
}

static Err folder_list(Folder *folder, DIR *stream, Diag *diag) {
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(stream);
        if (entry == NULL)
            break;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        uint32_t at = (uint32_t)folder->names.len;
        strbuf_put_text(&folder->names, entry->d_name);
        if (is_folder_entry(folder->fd, entry))
            strbuf_put_byte(&folder->names, '/');
        strbuf_put_byte(&folder->names, '\0');
        if (strbuf_err(&folder->names) != ERR_OK)
            return diag_set(diag, folder->names.failed,
                            N_("{file} holds more names than can be sorted in memory."));
        if (!vec_push(&folder->order, at))
            return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    }
    if (errno != 0)
        return diag_errno(diag, errno, "");
    if (folder->order.len > 1)
        qsort_r(folder->order.items, folder->order.len, sizeof folder->order.items[0],
                compare_names, folder->names.ptr);
    return ERR_OK;
}

// Reads the names of the folder behind fd, which is owned by *ret afterwards (closed on failure).
static Err folder_open(int fd, size_t path_len, Folder *ret, Diag *diag) {
    Folder folder = {.fd = fd, .path_len = path_len, .names = STRBUF(SCAN_FOLDER_NAMES_MAX)};
    struct stat status;
    DIR *stream = NULL;
    int listing = -1;
    Err err = ERR_OK;
    if (fstat(fd, &status) != 0 ||
        (listing = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0 ||
        (stream = fdopendir(listing)) == NULL) {
        err = diag_errno(diag, errno, "");
        closep(&listing);
    } else {
        folder.device = status.st_dev;
        folder.inode = status.st_ino;
        err = folder_list(&folder, stream, diag);
        closedir(stream);
    }
    if (err != ERR_OK) {
        folder_done(&folder);
        return err;
    }
    *ret = folder;
    return ERR_OK;
}

// Opens without waiting (a pipe put in place of a file must not hang us) and, where the system lets
// us, without changing the time of last access.
static int open_quietly(int folder, const char *name, int flags) {
    flags |= O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
    int fd = openat(folder, name, flags | O_NOATIME);
    if (fd < 0 && errno == EPERM)
        fd = openat(folder, name, flags);
    return fd;
}

// The innermost folder, reopened through its last child when it was closed meanwhile.
static Err folder_leave(FolderSource *walk, Diag *diag) {
    Folder *child = &walk->folders.items[walk->folders.len - 1];
    Err err = ERR_OK;
    if (walk->folders.len > 1 && child[-1].fd < 0) {
        Folder *parent = &child[-1];
        int fd = openat(child->fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        struct stat status;
        if (fd < 0 || fstat(fd, &status) != 0 || status.st_dev != parent->device ||
            status.st_ino != parent->inode) {
            closep(&fd);
            err = diag_set(diag, ERR_CONFLICT,
                           N_("{file} was moved while it was being read: what is left in it was "
                              "not seen."));
        } else {
            parent->fd = fd;
        }
    }
    folder_done(child);
    walk->folders.len--;
    // A folder that could not be reopened cannot lead to its own parent either; the outermost one
    // lost is named.
    while (err != ERR_OK && walk->folders.items[walk->folders.len - 1].fd < 0) {
        Folder *lost = &walk->folders.items[--walk->folders.len];
        strbuf_truncate(&walk->path, lost->path_len - 1);
        folder_done(lost);
    }
    return err;
}

static Err folder_enter(FolderSource *walk, int fd, Diag *diag) {
    if (walk->folders.len >= SCAN_FOLDER_DEPTH_MAX) {
        close(fd);
        return diag_set(diag, ERR_LIMIT, N_("{file} lies in too many folders inside one another."));
    }
    struct stat status;
    if (fstat(fd, &status) != 0) {
        Err err = diag_errno(diag, errno, "");
        close(fd);
        return err;
    }
    for (size_t i = 0; i < walk->folders.len; i++) {
        const Folder *outer = &walk->folders.items[i];
        if (outer->device == status.st_dev && outer->inode == status.st_ino) {
            close(fd);
            return diag_set(diag, ERR_CONFLICT,
                            N_("{file} contains itself; it is not entered again."));
        }
    }
    if (!vec_reserve(&walk->folders, 1)) {
        close(fd);
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    }
    Folder folder;
    TRY(folder_open(fd, walk->path.len, &folder, diag));
    walk->folders.items[walk->folders.len++] = folder;
    // The outermost folder is never closed: it is where a walk goes on that lost its way back.
    if (walk->folders.len > SCAN_FOLDER_OPEN_MAX) {
        Folder *spare = &walk->folders.items[walk->folders.len - SCAN_FOLDER_OPEN_MAX];
        closep(&spare->fd);
        spare->fd = -1;
    }
    return ERR_OK;
}

static void entry_problem(FolderSource *walk, const Diag *problem, SourceEntry *ret) {
    *ret = (SourceEntry){.kind = SOURCE_PROBLEM, .problem = *problem};
    while (walk->path.len > 1 && walk->path.ptr[walk->path.len - 1] == '/')
        strbuf_truncate(&walk->path, walk->path.len - 1);
    ret->path = strbuf_str(&walk->path);
    ret->problem.file[0] = '\0';
    diag_file(&ret->problem, ret->path);
}

static void entry_fill(FolderSource *walk, SourceEntry *ret) {
    const struct stat *status = &walk->status;
    *ret = (SourceEntry){
        .kind = S_ISREG(status->st_mode)   ? SOURCE_FILE
                : S_ISLNK(status->st_mode) ? SOURCE_LINK
                                           : SOURCE_SPECIAL,
        .path = strbuf_str(&walk->path),
        .size = S_ISREG(status->st_mode) ? (uint64_t)status->st_size : 0,
        .mtime_ns = (int64_t)status->st_mtim.tv_sec * 1000000000 + status->st_mtim.tv_nsec,
        .device = status->st_dev,
        .inode = status->st_ino,
    };
}

// The operand itself: a file is the only entry, a folder is entered and gives none of its own.
static bool operand_begin(FolderSource *walk, SourceEntry *ret) {
    _cleanup_free_ char *operand = TAKE(walk->operand);
    Diag problem = {0};
    if (fstatat(AT_FDCWD, operand, &walk->status, 0) != 0) {
        diag_errno(&problem, errno, operand);
        entry_problem(walk, &problem, ret);
        return true;
    }
    walk->is_operand = true;
    if (!S_ISDIR(walk->status.st_mode)) {
        entry_fill(walk, ret);
        return true;
    }
    walk->is_operand = false;
    int fd = open_quietly(AT_FDCWD, operand, O_DIRECTORY);
    Err err = ERR_OK;
    if (fd < 0) {
        err = diag_errno(&problem, errno, operand);
    } else {
        if (walk->path.len == 0 || walk->path.ptr[walk->path.len - 1] != '/')
            strbuf_put_byte(&walk->path, '/');
        err = folder_enter(walk, fd, &problem);
    }
    if (err != ERR_OK)
        entry_problem(walk, &problem, ret);
    return err != ERR_OK;
}

// The next name of the innermost folder. True when it gives an entry, false when a folder was
// entered.
static bool name_visit(FolderSource *walk, SourceEntry *ret) {
    Folder *folder = &walk->folders.items[walk->folders.len - 1];
    char *name = folder->names.ptr + folder->order.items[folder->next++];
    strbuf_truncate(&walk->path, folder->path_len);
    walk->base = walk->path.len;
    strbuf_put_text(&walk->path, name);
    Diag problem = {0};
    if (strbuf_err(&walk->path) != ERR_OK) {
        diag_set(&problem, walk->path.failed, N_("{file} holds a path that is too long."));
        walk->path.failed = ERR_OK;
        entry_problem(walk, &problem, ret);
        return true;
    }
    size_t len = strlen(name);
    bool is_folder = len > 0 && name[len - 1] == '/';
    if (is_folder)
        name[len - 1] = '\0'; // "name/" would follow a link put in the folder's place meanwhile
    if (!is_folder && fstatat(folder->fd, name, &walk->status, AT_SYMLINK_NOFOLLOW) == 0 &&
        !S_ISDIR(walk->status.st_mode)) {
        entry_fill(walk, ret);
        return true;
    }
    if (!is_folder)
        strbuf_put_byte(&walk->path, '/');
    int fd = open_quietly(folder->fd, name, O_DIRECTORY | O_NOFOLLOW);
    Err err = fd < 0 ? diag_errno(&problem, errno, "") : folder_enter(walk, fd, &problem);
    if (err != ERR_OK)
        entry_problem(walk, &problem, ret);
    return err != ERR_OK;
}

static Err folder_source_next(FileSource *source, SourceEntry *ret, bool *ret_has, Diag *diag) {
    FolderSource *walk = (FolderSource *)source;
    (void)diag;
    if (walk->operand != NULL && operand_begin(walk, ret)) {
        *ret_has = true;
        return ERR_OK;
    }
    while (walk->folders.len > 0) {
        const Folder *folder = &walk->folders.items[walk->folders.len - 1];
        if (folder->next < folder->order.len) {
            if (name_visit(walk, ret)) {
                *ret_has = true;
                return ERR_OK;
            }
            continue;
        }
        Diag problem = {0};
        if (folder_leave(walk, &problem) != ERR_OK) {
            entry_problem(walk, &problem, ret);
            *ret_has = true;
            return ERR_OK;
        }
    }
    *ret_has = false;
    return ERR_OK;
}

static Err folder_source_open(FileSource *source, SourceContent *ret, Diag *diag) {
    FolderSource *walk = (FolderSource *)source;
    int folder = AT_FDCWD, flags = 0;
    const char *name = strbuf_text(&walk->path);
    if (!walk->is_operand) {
        folder = walk->folders.items[walk->folders.len - 1].fd;
        name += walk->base;
        flags = O_NOFOLLOW;
    }
    _cleanup_close_ int fd = open_quietly(folder, name, flags);
    struct stat status;
    if (fd < 0 || fstat(fd, &status) != 0)
        return diag_errno(diag, errno, strbuf_text(&walk->path));
    if (!S_ISREG(status.st_mode)) {
        diag_set(diag, ERR_CONFLICT, N_("{file} was replaced while it was being read."));
        diag_file(diag, strbuf_str(&walk->path));
        return ERR_CONFLICT;
    }
    char head[SCAN_HEAD_BYTES];
    size_t have = 0;
    while (have < sizeof head) {
        ssize_t n = pread(fd, head + have, sizeof head - have, (off_t)have);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return diag_errno(diag, errno, strbuf_text(&walk->path));
        if (n == 0)
            break;
        have += (size_t)n;
    }
    *ret = (SourceContent){.fd = TAKE_FD(fd),
                           .size = (uint64_t)status.st_size,
                           .type = media_type_of(str_of(head, have))};
    return ERR_OK;
}

Err folder_source_new(const char *operand, FileSource **ret, Diag *diag) {
    FolderSource *walk = calloc(1, sizeof *walk);
    if (walk == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    walk->source = (FileSource){folder_source_next, folder_source_open, folder_source_free};
    walk->path = STRBUF(SCAN_PATH_MAX);
    walk->operand = strdup(operand);
    size_t len = strlen(operand);
    while (len > 1 && operand[len - 1] == '/')
        len--;
    strbuf_put(&walk->path, str_of(operand, len));
    if (walk->operand == NULL || strbuf_err(&walk->path) != ERR_OK) {
        folder_source_free(&walk->source);
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    }
    *ret = &walk->source;
    return ERR_OK;
}
