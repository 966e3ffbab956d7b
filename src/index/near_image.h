// A NearTable's insides, shared by building, opening and searching. Internal to index/near_*.
#pragma once
#include <stdatomic.h>

#include "index/near_plan.h"
#include "index/near_table.h"

enum { NEAR_HINTED_SEARCHES = 512 }; // of a table from a file, which may not be in memory yet

struct NearTable {
    uint8_t *image; // mapped; image_size bytes
    size_t image_size;
    const NearHeader *header;
    const NearRow *rows;
    const uint32_t *starts;
    const uint8_t *sketches, *payloads;
    const uint32_t *twins;   // pairs
    const uint64_t *leaders; // NULL when there are no twins
    const uint32_t *crowd_ids;
    const uint64_t *others; // NULL, like counts, when a row's number is its id
    const uint32_t *counts;
    size_t sketch_stride, payload_stride; // bytes from one table's column to the next
    unsigned payload_bits;                // of one
    uint64_t id_mask;
    NearMasks masks;
    NearPermutation permutation;
    // How many more searches tell the system beforehand which pages of the file they will read;
    // NULL for a table in memory. Changed by any searching thread.
    atomic_int *hints_left;
};

static inline const uint16_t *near_sketches(const NearTable *table, int chunk) {
    return (const uint16_t *)(table->sketches + (size_t)chunk * table->sketch_stride);
}
static inline const uint8_t *near_payloads(const NearTable *table, int chunk) {
    return table->payloads + (size_t)chunk * table->payload_stride;
}
// Where a posting's payload begins: in this byte, `*ret_shift` bits up.
static inline const uint8_t *near_payload_at(const NearTable *table, int chunk, uint32_t posting,
                                             unsigned *ret_shift) {
    size_t bit = (size_t)posting * table->payload_bits;
    *ret_shift = bit % 8;
    return near_payloads(table, chunk) + bit / 8;
}
// The payload with whatever follows it above; at most 7 + 48 bits are looked at.
static inline uint64_t near_payload(const NearTable *table, int chunk, uint32_t posting) {
    unsigned shift;
    uint64_t word;
    memcpy(&word, near_payload_at(table, chunk, posting, &shift), sizeof word);
    return word >> shift;
}
static inline const uint32_t *near_starts(const NearTable *table, int chunk) {
    return table->starts + (size_t)chunk * (NEAR_BUCKETS + 1);
}

// Whether any id has the same hash as this row's.
static inline bool near_row_has_twins(const NearTable *table, uint32_t row) {
    return table->leaders != NULL && (table->leaders[row / 64] >> row % 64 & 1) != 0;
}
// The id of a row (< distinct); from a damaged image any number.
uint32_t near_row_id(const NearTable *table, uint32_t row);

// Where the sections of an image with these numbers stand; fills offsets and sizes, and image_size.
void near_header_lay_out(NearHeader *header);
// Sets the pointers of a table whose image and image_size are set. ERR_CORRUPT when the header does
// not describe an image of that size.
Err near_table_attach(NearTable *table, Diag *diag) MUST_CHECK;
// SHA-256.
Err near_checksum(const void *bytes, size_t n, uint8_t ret_checksum[32]) MUST_CHECK;
