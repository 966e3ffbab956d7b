// Journal: the state file of a scan, from which it goes on after an interruption, a crash or kill
// -9.
//
// Layout: "S7SCAN2\n", then records: u32 length of the payload, u8 kind, payload, the first 8 bytes
// of SHA-256 over (u64 position of the record in the file, kind, payload). The first record is the
// header. Records are only ever appended. Whatever follows the first record that does not hold (a
// torn end, damage) is cut off when the file is opened again: those files are examined again.
//
// One thread loads; journal_put may be called by many (it locks). The file is locked against a
// second scan.
#pragma once
#include "base/cleanup.h"
#include "scan/item.h"

typedef struct JournalHeader {
    // What the state depends on, as canonical texts; a difference in any refuses the file.
    Str options, lists, paths;
} JournalHeader;

typedef struct Journal Journal;
// Makes the file, or opens it and loads what it holds. ERR_STATE when it belongs to a scan with
// other options, lists or paths; ERR_BUSY when another scan uses it; ERR_CORRUPT when it is no
// state file or its header is damaged.
Err journal_open(const char *path, const JournalHeader *header, Journal **ret,
                 Diag *diag) MUST_CHECK;
// Syncs and closes.
void journal_free(Journal *journal);
DEFINE_CLEANUP(Journal *, journal_free);

// Items loaded, and bytes cut off because they did not hold.
uint32_t journal_loaded(const Journal *journal);
uint64_t journal_cut(const Journal *journal);

// The loaded item, which stays the journal's (its is_journaled is set); NULL when there is none for
// this file with the same size and time of change.
ScanItem *journal_find(const Journal *journal, Str file, uint64_t size, int64_t mtime_ns,
                       uint32_t ordinal);
// Whether all members of the archive file are in the journal: *ret_members is then the number of
// the last one.
bool journal_is_complete(const Journal *journal, Str file, uint64_t size, int64_t mtime_ns,
                         uint32_t *ret_members);

Err journal_put(Journal *journal, const ScanItem *item, Diag *diag) MUST_CHECK;
// A problem found after the item was put: of the archive file `file` or one of its members.
Err journal_put_problem(Journal *journal, const ScanItem *file, uint32_t ordinal,
                        const ScanProblem *problem, Diag *diag) MUST_CHECK;
// All `members` of the archive file have been put.
Err journal_put_complete(Journal *journal, const ScanItem *file, uint32_t members,
                         Diag *diag) MUST_CHECK;
// What was put is on the disk.
Err journal_sync(Journal *journal, Diag *diag) MUST_CHECK;
