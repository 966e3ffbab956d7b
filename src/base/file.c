// Reading whole files with a limit, and replacing them atomically.
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

Err file_open_read(const char *path, int *ret_fd, Diag *diag) {
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return diag_errno(diag, errno, path);
    *ret_fd = fd;
    return ERR_OK;
}

Err fd_read_all(int fd, StrBuf *buf, Diag *diag) {
    struct stat status;
    size_t step = 65536;
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0 &&
        (uint64_t)status.st_size < buf->ceiling - buf->len)
        step = (size_t)status.st_size + 1;
    for (;;) {
        // At the ceiling one byte is still asked for, to tell a full buffer from a file that goes
        // on.
        size_t room = buf->ceiling - buf->len;
        char extra;
        char *to = room == 0 ? &extra : strbuf_reserve(buf, room < step ? room : step);
        if (to == NULL)
            return diag_set(diag, buf->failed, N_("There is not enough memory."));
        ssize_t n = read(fd, to, room == 0 ? 1 : room < step ? room : step);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return diag_errno(diag, errno, "");
        if (n == 0)
            return ERR_OK;
        if (room == 0)
            return diag_set(diag, ERR_LIMIT, N_("{file} is larger than is accepted here."));
        strbuf_commit(buf, (size_t)n);
        step = 65536;
    }
}

Err file_read_all(const char *path, StrBuf *buf, Diag *diag) {
    _cleanup_close_ int fd = -1;
    TRY(file_open_read(path, &fd, diag));
    Err err = fd_read_all(fd, buf, diag);
    if (err != ERR_OK)
        diag_file(diag, str_from(path));
    return err;
}

Err fd_read_exact(int fd, void *ret_bytes, size_t n, Diag *diag) {
    char *to = ret_bytes;
    while (n > 0) {
        ssize_t got = read(fd, to, n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return diag_errno(diag, errno, "");
        if (got == 0)
            return diag_set(diag, ERR_TRUNCATED, N_("{file} ends too soon."));
        to += got;
        n -= (size_t)got;
    }
    return ERR_OK;
}

Err fd_write_all(int fd, const void *bytes, size_t n, Diag *diag) {
    const char *from = bytes;
    while (n > 0) {
        ssize_t put = write(fd, from, n);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return diag_errno(diag, errno, "");
        from += put;
        n -= (size_t)put;
    }
    return ERR_OK;
}

Err file_writer_open(FileWriter *writer, const char *path, bool is_private, Diag *diag) {
    *writer = (FileWriter){.fd = -1};
    FileWriter fresh = {.fd = -1};
    fresh.path = strdup(path);
    if (fresh.path == NULL || asprintf(&fresh.temporary, "%s.%ld.tmp", path, (long)getpid()) < 0) {
        free(fresh.path);
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    }
    fresh.fd = open(fresh.temporary, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
                    is_private ? 0600 : 0644);
    if (fresh.fd < 0) {
        Err err = diag_errno(diag, errno, path);
        free(fresh.path);
        free(fresh.temporary);
        return err;
    }
    *writer = fresh;
    return ERR_OK;
}

static Err sync_folder_of(const char *path, Diag *diag) {
    _cleanup_free_ char *copy = strdup(path);
    if (copy == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    _cleanup_close_ int folder = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    // Some file systems cannot sync a folder; the rename itself has happened.
    if (folder >= 0 && fsync(folder) != 0 && errno != EINVAL && errno != EROFS)
        return diag_errno(diag, errno, path);
    return ERR_OK;
}

Err file_writer_commit(FileWriter *writer, Diag *diag) {
    if (fsync(writer->fd) != 0 && errno != EINVAL && errno != EROFS)
        return diag_errno(diag, errno, writer->path);
    if (rename(writer->temporary, writer->path) != 0)
        return diag_errno(diag, errno, writer->path);
    free(writer->temporary);
    writer->temporary = NULL;
    Err err = sync_folder_of(writer->path, diag);
    file_writer_done(writer);
    return err;
}

void file_writer_done(FileWriter *writer) {
    closep(&writer->fd);
    if (writer->temporary != NULL)
        unlink(writer->temporary);
    free(writer->temporary);
    free(writer->path);
    *writer = (FileWriter){.fd = -1};
}

Err file_replace(const char *path, Str content, bool is_private, Diag *diag) {
    _cleanup_file_writer_ FileWriter writer = {.fd = -1};
    TRY(file_writer_open(&writer, path, is_private, diag));
    Err err = fd_write_all(writer.fd, content.ptr, content.len, diag);
    if (err != ERR_OK) {
        diag_file(diag, str_from(path));
        return err;
    }
    return file_writer_commit(&writer, diag);
}

Err folder_make(const char *path, Diag *diag) {
    char step[PATH_MAX];
    size_t len = strlen(path);
    if (len == 0 || len >= sizeof step)
        return diag_errno(diag, ENAMETOOLONG, path);
    for (size_t i = 1; i <= len; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        memcpy(step, path, i);
        step[i] = '\0';
        if (mkdir(step, 0777) != 0 && errno != EEXIST && !(errno == EROFS || errno == EACCES))
            return diag_errno(diag, errno, path);
    }
    struct stat status;
    if (stat(path, &status) != 0)
        return diag_errno(diag, errno, path);
    return S_ISDIR(status.st_mode) ? ERR_OK : diag_errno(diag, EEXIST, path);
}
