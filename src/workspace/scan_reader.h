// Reads what `seventh scan --json` wrote, an item at a time. Hostile bytes: one thread, bounded
// memory.
#pragma once
#include "base/source.h"
#include "records/item_import.h"

typedef struct ScanReader ScanReader;

// By the first bytes of a file.
bool scan_reader_fits(Str beginning);
// The source is borrowed.
Err scan_reader_new(ByteSource *source, ScanReader **ret, Diag *diag) MUST_CHECK;
void scan_reader_free(ScanReader *reader);
DEFINE_CLEANUP(ScanReader *, scan_reader_free);
// *ret borrows from the reader until the next step.
Err scan_reader_next(ScanReader *reader, ItemDraft *ret, bool *ret_has, Diag *diag) MUST_CHECK;
