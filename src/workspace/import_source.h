// A file as a stream of items for records/item_import.h: a scan result of ours, or any list or case
// that format/ reads. One thread.
#pragma once
#include "records/item_import.h"

typedef struct ImportSource ImportSource;

// fd: seekable, borrowed. name: for messages. What it was told is in *io_counts while it is read.
typedef struct ImportCounts {
    _Atomic uint64_t bytes, records, rejected;
} ImportCounts;
Err import_source_new(int fd, Str name, ImportCounts *io_counts, ImportSource **ret,
                      Diag *diag) MUST_CHECK;
void import_source_free(ImportSource *source);
DEFINE_CLEANUP(ImportSource *, import_source_free);
// Borrowed by the result. ERR_UNSUPPORTED comes with the first step: no file that we read.
ItemStream import_source_stream(ImportSource *source);
