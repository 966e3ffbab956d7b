// ScanItem: what was found out about one file, whatever the lists say. It depends on the file's
// bytes only, so that it can be kept in a state file and taken from there later.
#pragma once
#include "hash/digests.h"
#include "hash/pdq.h"
#include "media/decode.h"
#include "media/type.h"
#include "media/video.h"

// Why a file could not be examined in full. `id` is stable (an err_name, or an id of
// scan/archive.c) and stands in JSON; the diag is the sentence, whose placeholder {file} is filled
// with the path by whoever shows it. Strings are static or interned.
typedef struct ScanProblem {
    const char *id;
    Diag diag;
} ScanProblem;

typedef struct ScanItem {
    char *path; // as shown, any bytes but NUL; members as "outer.zip!/inner/a.jpg"
    size_t path_len;
    // Members of one archive file, at all depths, are numbered from 1 in the order in which they
    // stand in it; 0 is the file itself.
    uint32_t ordinal;
    // The file on disk that it is or lies in: path[0..file_len), its size and time of change.
    size_t file_len;
    uint64_t file_size;
    int64_t file_mtime_ns;

    uint64_t size;
    MediaType type; // mime static or interned
    uint32_t width, height, frames;
    bool is_truncated;
    bool is_approximate; // its hashes are (MEDIA_FAST)
    Digests digests;
    // Pictures. hashes holds hash_turns (1 or PDQ_TURNS) of each variant in `has`, full before 512.
    unsigned has; // MEDIA_PDQ | MEDIA_PDQ512
    int hash_turns;
    int quality[PDQ_VARIANTS];
    PdqHash *hashes;
    // EXIF: fact_count times name NUL value NUL.
    char *facts;
    size_t facts_len;
    int fact_count;
    MediaVideo *video;          // owned; NULL: none, or not asked for
    const ScanProblem *problem; // NULL: none
    bool is_journaled;          // owned by the journal it was loaded from
} ScanItem;

// NULL on NOMEM. `path` is copied.
ScanItem *scan_item_new(Str path, size_t file_len, uint32_t ordinal) MUST_CHECK;
void scan_item_free(ScanItem *item);
DEFINE_CLEANUP(ScanItem *, scan_item_free);
static inline Str scan_item_path(const ScanItem *item) {
    return (Str){item->path, item->path_len};
}
// NULL when the item has no such hash.
const PdqHash *scan_item_pdq(const ScanItem *item, PdqVariant variant, PdqTurn turn);
// Takes what the worker found.
Err scan_item_set_media(ScanItem *item, const MediaFacts *facts) MUST_CHECK;
// Takes *io_video, which is empty then; on failure it stays the caller's.
Err scan_item_set_video(ScanItem *item, MediaVideo *io_video) MUST_CHECK;
// Calls for each fact; stops when visit says false.
void scan_item_each_fact(const ScanItem *item, bool (*visit)(void *to, Str name, Str value),
                         void *to);
// The first problem stays. id NULL: the err_name of the diag. Never fails: without memory for the
// problem, that is the problem.
void scan_item_set_problem(ScanItem *item, const char *id, const Diag *diag);

// Path order, then the order within an archive.
int scan_item_compare(const ScanItem *a, const ScanItem *b);
