// The public library's digests.
#include <errno.h>

#include "api/error.h"
#include "base/file.h"
#include "hash/digests.h"
#include "hash/limits.h"

struct S7Digester {
    DigestStream *stream;
};

S7Error s7_digester_new(S7Digester **ret) {
    S7Digester *made = calloc(1, sizeof *made);
    if (made == NULL)
        return S7_ERROR_NO_MEMORY;
    Err err =
        digest_stream_new(1 << DIGEST_MD5 | 1 << DIGEST_SHA1 | 1 << DIGEST_SHA256, &made->stream);
    if (err != ERR_OK) {
        free(made);
        return api_error_of(err);
    }
    *ret = made;
    return S7_OK;
}

void s7_digester_free(S7Digester *digester) {
    if (digester == NULL)
        return;
    digest_stream_free(digester->stream);
    free(digester);
}

void s7_digester_put(S7Digester *digester, const void *bytes, size_t size) {
    digest_stream_put(digester->stream, bytes, size);
}

S7Error s7_digester_finish(S7Digester *digester, S7Digests *ret) {
    Digests digests;
    Err err = digest_stream_finish(digester->stream, &digests);
    if (err != ERR_OK)
        return api_error_of(err);
    memcpy(ret->md5, digests.md5, sizeof ret->md5);
    memcpy(ret->sha1, digests.sha1, sizeof ret->sha1);
    memcpy(ret->sha256, digests.sha256, sizeof ret->sha256);
    return S7_OK;
}

S7Error s7_digests(const void *bytes, size_t size, S7Digests *ret) {
    S7Digester *digester = NULL;
    S7Error error = s7_digester_new(&digester);
    if (error != S7_OK)
        return error;
    s7_digester_put(digester, bytes, size);
    error = s7_digester_finish(digester, ret);
    s7_digester_free(digester);
    return error;
}

static Err put_descriptor(S7Digester *digester, int fd) {
    _cleanup_free_ uint8_t *block = malloc(DIGEST_BLOCK_BYTES);
    if (block == NULL)
        return ERR_NOMEM;
    for (;;) {
        ssize_t n = read(fd, block, DIGEST_BLOCK_BYTES);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_from_errno(errno);
        if (n == 0)
            return ERR_OK;
        s7_digester_put(digester, block, (size_t)n);
    }
}

S7Error s7_digests_of_file(const char *path, S7Digests *ret) {
    _cleanup_close_ int fd = -1;
    Err err = file_open_read(path, &fd, NULL);
    if (err != ERR_OK)
        return api_error_of(err);
    S7Digester *digester = NULL;
    S7Error error = s7_digester_new(&digester);
    if (error != S7_OK)
        return error;
    error = api_error_of(put_descriptor(digester, fd));
    if (error == S7_OK)
        error = s7_digester_finish(digester, ret);
    s7_digester_free(digester);
    return error;
}
