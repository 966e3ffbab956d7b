// Writing, reading and destroying the file of the key ring.
#include "ledger/ring_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/file.h"
#include "crypto/random.h"

Err ring_file_load(const char *path, const SealKey *node_key, KeyRing **ret, Diag *diag) {
    _cleanup_strbuf_ StrBuf sealed = STRBUF(KEY_RING_FILE_MAX);
    TRY(file_read_all(path, &sealed, diag));
    Err err = key_ring_open(strbuf_str(&sealed), node_key, ret, diag);
    if (err != ERR_OK)
        diag_file(diag, str_from(path));
    return err;
}

// Best effort: what cannot be overwritten is at least not referred to any more.
static void blocks_overwrite(int fd) {
    struct stat status;
    uint8_t noise[4096];
    if (fstat(fd, &status) != 0)
        return;
    for (off_t at = 0; at < status.st_size; at += (off_t)sizeof noise) {
        size_t n = status.st_size - at < (off_t)sizeof noise ? (size_t)(status.st_size - at)
                                                             : sizeof noise;
        random_bytes(noise, n);
        if (pwrite(fd, noise, n, at) != (ssize_t)n)
            return;
    }
    if (fdatasync(fd) != 0)
        return;
}

Err ring_file_put(const char *path, Str sealed, Diag *diag) {
    _cleanup_close_ int former = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (former < 0 && errno != ENOENT)
        return diag_errno(diag, errno, path);
    TRY(file_replace(path, sealed, true, diag));
    if (former >= 0)
        blocks_overwrite(former);
    return ERR_OK;
}

Err ring_file_replace(const char *path, const SealKey *node_key, const KeyRing *ring, Diag *diag) {
    _cleanup_strbuf_ StrBuf sealed = STRBUF(KEY_RING_FILE_MAX);
    TRY(key_ring_seal(ring, node_key, &sealed, diag));
    return ring_file_put(path, strbuf_str(&sealed), diag);
}

Err ring_file_create(const char *path, const SealKey *node_key, Diag *diag) {
    struct stat status;
    if (lstat(path, &status) == 0)
        return diag_errno(diag, EEXIST, path);
    _cleanup_(key_ring_freep) KeyRing *ring = key_ring_new();
    if (ring == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    return ring_file_replace(path, node_key, ring, diag);
}

Err ring_file_destroy(const char *path, Diag *diag) {
    _cleanup_close_ int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return errno == ENOENT ? ERR_OK : diag_errno(diag, errno, path);
    blocks_overwrite(fd);
    return unlink(path) == 0 || errno == ENOENT ? ERR_OK : diag_errno(diag, errno, path);
}
