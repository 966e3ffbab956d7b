// ByteSource: where a reader's bytes come from (a descriptor, memory, a pipe from a confined
// decompressor).
//
// A source is read by one thread, forward only. `read` puts 1..capacity bytes and their number, or
// 0 at the end.
#pragma once
#include "base/err.h"

typedef struct ByteSource ByteSource;
struct ByteSource {
    Err (*read)(ByteSource *source, void *ret_bytes, size_t capacity, size_t *ret_n, Diag *diag);
    // Where the next byte stands in the stream, from 0. Kept by the implementation.
    uint64_t offset;
    // For messages; borrowed, may be empty.
    Str name;
};

static inline Err source_read(ByteSource *source, void *ret_bytes, size_t capacity, size_t *ret_n,
                              Diag *diag) {
    return source->read(source, ret_bytes, capacity, ret_n, diag);
}

// Borrowed descriptor.
typedef struct FdSource {
    ByteSource source;
    int fd;
} FdSource;
void fd_source_init(FdSource *source, int fd, Str name);

// Borrowed memory.
typedef struct MemorySource {
    ByteSource source;
    Str bytes;
} MemorySource;
void memory_source_init(MemorySource *source, Str bytes, Str name);
