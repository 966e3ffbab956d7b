// Copies a stream to an unnamed temporary file.
#include "workspace/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/file.h"

enum { SPOOL_STEP = 1 << 18 };

static int unnamed_file(void) {
    const char *folder = getenv("TMPDIR");
    int fd = -1;
    if (folder != NULL && folder[0] == '/')
        fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0)
        fd = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    return fd >= 0 ? fd : memfd_create("spool", MFD_CLOEXEC);
}

Err spool_bytes(ByteSource *source, int *ret_fd, Diag *diag) {
    _cleanup_close_ int fd = unnamed_file();
    _cleanup_free_ char *step = malloc(SPOOL_STEP);
    if (fd < 0)
        return diag_errno(diag, errno, "");
    if (step == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    for (;;) {
        size_t n = 0;
        TRY(source_read(source, step, SPOOL_STEP, &n, diag));
        if (n == 0)
            break;
        TRY(fd_write_all(fd, step, n, diag));
    }
    if (lseek(fd, 0, SEEK_SET) != 0)
        return diag_errno(diag, errno, "");
    *ret_fd = TAKE_FD(fd);
    return ERR_OK;
}
