// The items of a scan's document (`seventh scan --json`), one at a time. Only inside this room.
#pragma once
#include "format/json.h"
#include "records/item_import.h"

enum { SCAN_WINDOW = 256 };

typedef struct ScanItems {
    JsonReader *json; // owned
    bool is_in_items;
    uint64_t rejected; // values that are not what their key promises
    DraftFlag flags[RECORDS_FLAGS_MAX];
    Str path;
} ScanItems;

// Whether a document that begins like this is a scan's.
bool scan_items_detect(Str window);
// Anew, from a source that is at its beginning and outlives the reading.
Err scan_items_begin(ScanItems *items, ByteSource *source, Diag *diag) MUST_CHECK;
void scan_items_done(ScanItems *items);
// The next item; its texts live in `memory`, which the caller empties before each.
Err scan_items_next(ScanItems *items, Arena *memory, ItemDraft *ret, bool *ret_has,
                    Diag *diag) MUST_CHECK;
