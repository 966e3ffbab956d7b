// NearSet: a near index that changes while it is searched. Hashes get ids 0, 1, 2… in the order of
// their adding; adding and removing are visible to the next search, and durable once
// near_set_commit has returned.
//
// On disk it is a folder: `manifest` (which segments there are, replaced whole), `segment-N` (a
// NearTable of consecutive ids each), `removed-N` (a bit an id) and `journal-N` (what was added and
// removed since). Whatever instant the process ends at, the folder opens with everything committed;
// what was not committed may or may not be there. A torn end of the journal is cut off.
//
// Fresh hashes are scanned row by row; once NEAR_SET_FRESH of them have gathered, near_set_maintain
// makes them a segment, and it merges segments when there are many. It may run on one thread beside
// searches, adds and removes, which go on meanwhile: it never keeps them waiting for the disk. A
// commit may wait for a maintenance that is replacing the files.
//
// Threads: all functions but open, free and (for itself) maintain may be called from any thread at
// once.
#pragma once
#include "index/near_table.h"

enum {
    NEAR_SET_FRESH = 65536, // rows scanned one by one at the most before a segment is due
    NEAR_SET_SEGMENTS = 8   // more than these are merged
};

typedef struct NearSet NearSet;

typedef struct NearSetOptions {
    uint64_t seed; // of the tables' bit permutation, for segments made from now on
    bool is_compact;
    int threads; // that build a segment
} NearSetOptions;

// Opens the folder's set, or makes an empty one (the folder's parent must exist). ERR_BUSY when
// another process has it open; ERR_CORRUPT when a manifest or segment is damaged.
Err near_set_open(const char *folder, const NearSetOptions *options, NearSet **ret,
                  Diag *diag) MUST_CHECK;
// Commits and closes.
void near_set_free(NearSet *set);
DEFINE_CLEANUP(NearSet *, near_set_free);

Err near_set_add(NearSet *set, const PdqHash *hashes, size_t count, uint32_t *ret_first_id,
                 Diag *diag) MUST_CHECK;
// Gives a new set its first hashes, ids from 0 on, as one segment that is on the disk when this
// returns; nothing passes through the journal. Before the set is shared among threads. ERR_EXISTS
// when there are ids already.
Err near_set_fill(NearSet *set, const PdqHash *hashes, size_t count, Diag *diag) MUST_CHECK;
// Removing what is removed already is no error. ERR_NOT_FOUND when there never was such an id.
Err near_set_remove(NearSet *set, uint32_t id, Diag *diag) MUST_CHECK;
// Everything added and removed before the call is on the disk afterwards. Callers that come
// together share one flush.
Err near_set_commit(NearSet *set, Diag *diag) MUST_CHECK;

// Appends ids within radius that are not removed, at most `limit` (0: no limit).
Err near_set_search(NearSet *set, NearScratch *scratch, const PdqHash *query, int radius,
                    size_t limit, NearHits *io_hits) MUST_CHECK;

// Reads every segment once, so that the system holds it in memory as far as there is room; until
// then a search waits for the disk, a hundred times and more where there are 100 million hashes.
// From any thread, beside searches and changes.
Err near_set_warm(NearSet *set, Diag *diag) MUST_CHECK;

// Does one piece of due work: a segment from the fresh rows, or a merge. *ret_did is false when
// nothing is due. With wants_all, fresh rows become a segment however few they are.
Err near_set_maintain(NearSet *set, bool wants_all, bool *ret_did, Diag *diag) MUST_CHECK;

typedef struct NearSetFigures {
    uint64_t ids, removed, fresh, segments;
} NearSetFigures;
void near_set_figures(NearSet *set, NearSetFigures *ret);
