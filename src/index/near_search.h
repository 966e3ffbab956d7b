// One query on its way through the tables, shared by single and batched search. Internal to
// index/near_*.
#pragma once
#include "index/near_image.h"
#include "kernels/kernels.h"

enum {
    NEAR_RUNS_MAX = NEAR_CHUNKS * NEAR_PROBES_MAX,
    NEAR_SCAN_BLOCK = 1024, // postings a kernel call looks at
    NEAR_CANDIDATES = 96,   // held back until their memory has arrived
    NEAR_TOO_DEAR = 3       // times the expected cost, from which a plan of its own pays
};

typedef struct NearRun {
    uint32_t at, len; // postings
    uint8_t bits;     // by how many the bucket differs from the query's chunk
} NearRun;

typedef struct NearProbe {
    uint32_t query;
    uint16_t bucket;
    uint8_t bits;
} NearProbe;

// A posting whose sketch is near enough. Its payload was asked for when it was found and is looked
// at later, when it has arrived; then the same once more with its row.
typedef struct NearCandidate {
    uint32_t posting; // later the id of the row
    uint32_t query;
    uint8_t chunk;
    uint8_t bits; // by which the chunk and its sketch differ
} NearCandidate;

struct NearScratch {
    NearRun runs[NEAR_RUNS_MAX];
    uint32_t run_end[NEAR_CHUNKS + 1];
    uint32_t found[NEAR_SCAN_BLOCK];
    uint16_t distances[NEAR_SCAN_BLOCK];
    NearCandidate candidates[NEAR_CANDIDATES];
    uint32_t candidate_count;
    // Of a batch: every probe of one table, in the order of its bucket.
    NearProbe *probes;
    NearRow *queries;
    bool *is_dear;
    size_t capacity; // queries
};

// Queries that share a plan; one of them, or a batch.
typedef struct NearSearch {
    const NearTable *table;
    const KernelOps *ops;
    NearScratch *scratch;
    const NearRow *queries;
    NearHits *hits;       // of each query
    const uint8_t *units; // of the plan
    int radius;
    size_t limit;
    Err err;
} NearSearch;

// The run of a bucket. Bounds are taken from the image and therefore checked: a damaged one gives
// wrong answers, never a stray read.
static inline NearRun near_run_of(const NearTable *table, const uint32_t *starts, uint16_t bucket,
                                  uint8_t bits) {
    uint32_t begin = starts[bucket], end = starts[bucket + 1];
    if (end < begin || end > table->header->distinct)
        end = begin = 0;
    return (NearRun){.at = begin, .len = end - begin, .bits = bits};
}
void near_run_prefetch(const NearTable *table, int chunk, const NearRun *run);
// Looks through the postings of one run; what is near enough becomes a candidate.
void near_run_scan(NearSearch *search, int chunk, uint32_t query, const NearRun *run);
// Verifies the candidates held back.
void near_candidates_flush(NearSearch *search);
// A whole search of one query with a plan of its own.
Err near_row_search(const NearTable *table, NearScratch *scratch, const NearRow *query, int radius,
                    size_t limit, NearHits *io_hits) MUST_CHECK;
