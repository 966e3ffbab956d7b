// Collecting: all files below some paths, what each one is, in path order. What the lists say about
// them comes later (scan/assess.h).
#pragma once
#include "base/vec.h"
#include "scan/item.h"
#include "scan/journal.h"

// How far a scan has come. Bytes and files are those on disk; members of archives are extra.
struct stat;
typedef struct ScanProgress {
    uint64_t files_total, bytes_total; // 0 until counted
    uint64_t files, bytes, members, problems;
    bool is_unpacking; // how many members will come is not known
} ScanProgress;

typedef struct CollectOptions {
    const char *const *paths;
    size_t path_count;
    // Files that the scan itself writes, as stat knows them (fields st_dev, st_ino): passed over.
    const struct stat *own_files;
    size_t own_count;
    int jobs;
    bool wants_turns;
    MediaOptions decoder;
    Journal *journal; // borrowed; NULL: none. Must outlive the files collected.
    // Called now and then, from any one thread at a time; may be NULL.
    void (*progress)(void *to, const ScanProgress *progress);
    // Asked between files; may be NULL.
    bool (*wants_stop)(void *to);
    void *to;
} CollectOptions;

// Something listed that is not examined.
typedef struct SkippedFile {
    char *path;
    bool is_link; // else a device, pipe or socket
} SkippedFile;

typedef struct CollectedFiles {
    VEC(ScanItem *) items; // in the order of scan_item_compare
    VEC(SkippedFile) skipped;
} CollectedFiles;

// ERR_INTERRUPTED after wants_stop: what was finished is in the journal. A file that cannot be read
// is an item with a problem; only memory, the journal and the decoder's start end the work.
Err files_collect(const CollectOptions *options, CollectedFiles *ret, Diag *diag) MUST_CHECK;
void collected_files_done(CollectedFiles *files);
