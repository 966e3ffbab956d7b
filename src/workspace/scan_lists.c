// Opens the lists of a scan.
#include "workspace/scan_lists.h"

#include <errno.h>

#include "base/file.h"
#include "scan/limits.h"

static Err digest_file(const char *path, uint8_t ret[SHA256_BYTES], Diag *diag) {
    _cleanup_close_ int fd = -1;
    _cleanup_free_ uint8_t *buffer = malloc(SCAN_READ_BYTES);
    _cleanup_(digest_stream_freep) DigestStream *stream = NULL;
    TRY(file_open_read(path, &fd, diag));
    if (buffer == NULL || digest_stream_new(1u << DIGEST_SHA256, &stream) != ERR_OK)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    for (;;) {
        ssize_t n = read(fd, buffer, SCAN_READ_BYTES);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return diag_errno(diag, errno, path);
        if (n == 0)
            break;
        digest_stream_put(stream, buffer, (size_t)n);
    }
    Digests digests;
    if (digest_stream_finish(stream, &digests) != ERR_OK)
        return diag_set(diag, ERR_INTERNAL, N_("The digest of the list could not be computed."));
    memcpy(ret, digests.sha256, SHA256_BYTES);
    return ERR_OK;
}

Err scan_lists_add(ScanLists *lists, const char *path, bool is_known_good, Progress *progress,
                   Diag *diag) {
    ScannedList scanned = {.is_known_good = is_known_good};
    TRY(digest_file(path, scanned.digest, diag));
    if (!vec_reserve(&lists->lists, 1))
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    TRY(lists_add(&lists->open, path, progress, diag));
    scanned.list = lists->open.lists[lists->open.count - 1];
    scanned.name = str_from(lists->open.names[lists->open.count - 1]);
    lists->lists.items[lists->lists.len++] = scanned;
    return ERR_OK;
}

void scan_lists_done(ScanLists *lists) {
    vec_done(&lists->lists);
    lists_close(&lists->open);
}
