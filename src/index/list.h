// List: a hash list file (.s7list) — building, opening, looking up, verifying. Layout:
// index/list_layout.h.
//
// The file is immutable and little-endian; it is read from a private copy and every offset is
// checked on use. A List may be used by many threads at once after list_open.
#pragma once
#include "hash/digests.h"
#include "index/entry.h"

typedef struct ListBuilder ListBuilder;
typedef struct List List;
typedef struct ListMeta {
    Str name, issuer;
    uint64_t version;   // of the list's content, counted by its issuer, from 1
    int64_t created_ms; // UTC
    Str sources_json;   // what was read and rejected, as `list info` prints it under "sources"
} ListMeta;

// Memory: proportional to the list; temporary folder not needed. Rows of one MD5 from one source
// and scheme become one entry that keeps all locations and facts and the verdict wherever it stood,
// with the id of the row that bore it. Rows that contradict each other (another verdict, another
// SHA-1 …) stay entries of their own.
Err list_builder_new(ListBuilder **ret) MUST_CHECK;
void list_builder_free(ListBuilder *builder);
DEFINE_CLEANUP(ListBuilder *, list_builder_free);
// Between sources: rows of different sources are never merged.
void list_builder_next_source(ListBuilder *builder);
// After an error the builder can only be freed.
Err list_builder_add(ListBuilder *builder, const ListEntry *entry, Diag *diag) MUST_CHECK;
uint32_t list_builder_count(const ListBuilder *builder); // entries so far
Err list_builder_write(ListBuilder *builder, const ListMeta *meta, const char *path,
                       Diag *diag) MUST_CHECK;
// The same without a file. Either of the two once, and nothing is added afterwards.
Err list_builder_finish(ListBuilder *builder, const ListMeta *meta, List **ret,
                        Diag *diag) MUST_CHECK;

// ERR_SYNTAX: it is no list file.
Err list_open(const char *path, List **ret, Diag *diag) MUST_CHECK;
// A regular file that begins as a list file does.
bool list_is_at(const char *path);
void list_free(List *list);
DEFINE_CLEANUP(List *, list_free);
// Reads every block and compares its checksum.
Err list_check(const List *list, Diag *diag) MUST_CHECK;

void list_meta(const List *list, ListMeta *ret); // borrowed from the list
uint32_t list_count(const List *list);           // entries
// Borrowed views; locations, facts and frames are decoded into arrays held by *io_scratch (an
// arena).
typedef struct Arena Arena;
Err list_entry(const List *list, uint32_t index, Arena *scratch, ListEntry *ret,
               Diag *diag) MUST_CHECK;
// How many entries carry each kind; frames: the pictures of all videos together.
typedef struct ListKinds {
    uint64_t md5, sha1, sha256, pdq, photodna, vpdq, frames, tombstones;
} ListKinds;
void list_kinds(const List *list, ListKinds *ret);
// How many entries, tombstones left out, bear each category.
typedef struct ListCategory {
    Str scheme, version, code; // borrowed from the list; empty where the source named none
    uint64_t entries;
} ListCategory;
// *ret: an array that the caller frees, in the order of first use; entries with neither scheme nor
// code are in none of them.
Err list_categories(const List *list, ListCategory **ret, size_t *ret_count, Diag *diag) MUST_CHECK;
