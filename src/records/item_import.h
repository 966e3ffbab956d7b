// Importing items into a case: a stream of records, one transaction, one ledger entry with their
// count and digest. All of it, or nothing.
#pragma once
#include "records/item.h"

typedef struct DraftFlag {
    Str flag;
    bool value;
} DraftFlag;

// One record; everything borrowed until the stream's next step.
typedef struct ItemDraft {
    Digests digests; // at least one, or a PDQ hash
    bool has_pdq;
    PdqHash pdq;
    int pdq_quality;                     // -1: unknown
    int64_t size, width, height, frames; // -1: unknown
    Str media_type;
    ItemClass class;
    int64_t stack; // 0: in none
    Category claimed;
    const Str *paths; // valid UTF-8
    size_t path_count;
    const DraftFlag *flags; // up to RECORDS_FLAGS_MAX; concept ids
    size_t flag_count;
} ItemDraft;

typedef struct ItemStream {
    // Begins from the start: a transaction may be tried several times.
    Err (*rewind)(void *context, Diag *diag);
    Err (*next)(void *context, ItemDraft *ret, bool *ret_has, Diag *diag);
    void *context;
    Str kind;                                   // "scan", "vics20", … for the entry; a concept id
    void (*progress)(void *to, uint64_t items); // now and then; may be NULL
    void *to;
} ItemStream;

typedef struct ImportResult {
    Identifier uid;
    uint64_t items;   // records
    uint64_t added;   // items that are new to the node
    uint64_t merged;  // records of items that were there, in the same stream or before
    uint64_t skipped; // records without any hash
    uint64_t classes[ITEM_CLASS_COUNT];
    uint8_t digest[SHA256_SIZE]; // of all records, in order
} ImportResult;

// ERR_LIMIT: more than RECORDS_IMPORT_MAX records. An actor without a deadline gets
// RECORDS_IMPORT_MS.
Err items_import(Records *records, const Actor *actor, const Identifier *case_,
                 const ItemStream *stream, ImportResult *ret, Diag *diag) MUST_CHECK;
