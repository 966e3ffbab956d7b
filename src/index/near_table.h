// NearTable: every 256-bit hash within a radius, exactly; immutable; built in memory or opened from
// a file.
//
// Method. The (bit-permuted) hash is cut into 16 chunks of 16 bits, and each chunk has a table from
// its value to the hashes that carry it. A radius r is spent as r + 1 units over the chunks: a
// chunk given u units is probed at every value within u − 1 bits (u = 0: not at all). Two hashes
// within r differ by fewer bits than there are units, so by the cycle lemma (Raney 1960; the
// pigeonring principle of Qin and Xiao, VLDB 2018) some chunk i exists from which every run of
// consecutive chunks differs by fewer bits than its units. The posting therefore carries the next
// chunk (the sketch, scanned in a column of its own) and the one after it (the payload, touched on
// a hit), and a row is read only when runs of one, two and three chunks all pass. Nothing is
// approximate: recall is 1.
//
// Cost. The plan (near_plan.h) spends the units by the sizes of the very buckets that would be
// read, so that a flooded prefix is avoided where it can be, and falls back to a scan of all rows
// where it cannot: no query costs much more than that scan. Equal hashes are stored as one posting
// with twins. Rows of near copies lie side by side (near_order.h) and are compared a block at a
// time.
//
// Threads: any number may search one table at once, each with its own NearScratch.
#pragma once
#include "base/cleanup.h"
#include "base/vec.h"
#include "hash/pdq.h"

enum { NEAR_RADIUS_MAX = 48 };

typedef struct NearHit {
    uint32_t id; // position in the array that was indexed
    uint16_t distance;
} NearHit;

typedef struct NearHits {
    VEC(NearHit) found; // in no particular order
    bool has_more;      // the limit was reached: there may be others
} NearHits;
static inline void near_hits_done(NearHits *hits) {
    vec_done(&hits->found);
}

typedef struct NearTable NearTable;

typedef struct NearBuild {
    const PdqHash *hashes; // borrowed during the build
    size_t count;          // at most UINT32_MAX − 1
    uint64_t seed;    // of the bit permutation; any number, best secret (blunts a deliberate flood)
    bool is_compact;  // at 100 million 126 bytes a hash instead of 150, a little slower
    int threads;      // 1–16
    const char *path; // write the image here (through a temporary file); NULL: memory only
    uint8_t source[32]; // kept in the header
} NearBuild;

// ERR_LIMIT for too many hashes, ERR_NOMEM, ERR_IO, ERR_FULL.
Err near_table_build(const NearBuild *build, NearTable **ret, Diag *diag) MUST_CHECK;
// Maps the file. Checks the header and the sizes (milliseconds); near_table_check reads everything.
Err near_table_open(const char *path, NearTable **ret, Diag *diag) MUST_CHECK;
void near_table_free(NearTable *table);
DEFINE_CLEANUP(NearTable *, near_table_free);
// Compares every section with its checksum.
Err near_table_check(const NearTable *table, Diag *diag) MUST_CHECK;

size_t near_table_count(const NearTable *table);
size_t near_table_bytes(const NearTable *table); // of the image
void near_table_source(const NearTable *table, uint8_t ret_source[32]);
// The hashes in the order of their ids, as they were given; ret_hashes has room for all.
void near_table_hashes(const NearTable *table, PdqHash *ret_hashes);

// Working memory of one searching thread.
typedef struct NearScratch NearScratch;
NearScratch *near_scratch_new(void) MUST_CHECK;
void near_scratch_free(NearScratch *scratch);
DEFINE_CLEANUP(NearScratch *, near_scratch_free);

// Appends every id within `radius` (0–NEAR_RADIUS_MAX) of the query, at most `limit` of them (0: no
// limit).
Err near_table_search(const NearTable *table, NearScratch *scratch, const PdqHash *query,
                      int radius, size_t limit, NearHits *io_hits) MUST_CHECK;
// The same for many queries at once, which costs less a query: io_hits[i] belongs to queries[i].
Err near_table_search_batch(const NearTable *table, NearScratch *scratch, const PdqHash *queries,
                            size_t count, int radius, size_t limit, NearHits *io_hits) MUST_CHECK;
