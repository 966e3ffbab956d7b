// Byte sources over descriptors and memory.
#include "base/source.h"

#include <errno.h>
#include <unistd.h>

static Err fd_read(ByteSource *source, void *ret_bytes, size_t capacity, size_t *ret_n,
                   Diag *diag) {
    FdSource *self = (FdSource *)source;
    for (;;) {
        ssize_t n = read(self->fd, ret_bytes, capacity);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            Err err = diag_errno(diag, errno, "");
            diag_file(diag, source->name);
            diag_place(diag, (int64_t)source->offset, -1);
            return err;
        }
        source->offset += (uint64_t)n;
        *ret_n = (size_t)n;
        return ERR_OK;
    }
}

void fd_source_init(FdSource *source, int fd, Str name) {
    *source = (FdSource){.source = {.read = fd_read, .name = name}, .fd = fd};
}

static Err memory_read(ByteSource *source, void *ret_bytes, size_t capacity, size_t *ret_n,
                       Diag *diag) {
    (void)diag;
    MemorySource *self = (MemorySource *)source;
    size_t n = self->bytes.len - (size_t)source->offset;
    if (n > capacity)
        n = capacity;
    if (n > 0)
        memcpy(ret_bytes, self->bytes.ptr + source->offset, n);
    source->offset += n;
    *ret_n = n;
    return ERR_OK;
}

void memory_source_init(MemorySource *source, Str bytes, Str name) {
    *source = (MemorySource){.source = {.read = memory_read, .name = name}, .bytes = bytes};
}
