// Files of items, for items_import: the document of `seventh scan --json`, or anything that
// format/reader.h reads (VICS cases, lines of `seventh hash --json`, lists of hashes).
//
// One thread. The content is hostile: whoever compressed it has it unpacked by the confined worker
// first.
#pragma once
#include "base/cleanup.h"
#include "records/item_import.h"

typedef struct ItemFile ItemFile;

// fd: borrowed, a regular file, read from its beginning. ERR_UNSUPPORTED: none of these.
Err item_file_open(int fd, ItemFile **ret, Diag *diag) MUST_CHECK;
void item_file_free(ItemFile *file);
DEFINE_CLEANUP(ItemFile *, item_file_free);
// Valid as long as the file.
ItemStream item_file_stream(ItemFile *file);
// Values and records that could not be read so far.
uint64_t item_file_rejected(const ItemFile *file);
uint64_t item_file_offset(const ItemFile *file); // bytes read so far, for progress
