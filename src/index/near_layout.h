// The image of a NearTable, in memory and on disk alike: one header page, then sections, each
// starting on a page.
//
//     header    NearHeader, NEAR_PAGE bytes
//     rows      count' × 32 bytes: the permuted hashes; the crowded ones first (near_order.h),
//               then the others in the order of their ids
//     starts    16 × (65536 + 1) × u32: where each bucket of each table begins among the postings
//     sketches  16 × count' × u16, each table padded by NEAR_PAD bytes: the next chunk of each
//               posting
//     payloads  16 × count' × (id_bits + after_bits) bits, without gaps, lowest bit first, each
//               table padded: the row, above it the low bits of the chunk after the next
//     twins     pairs (u32 leader, u32 twin) sorted by leader: ids whose hash equals an earlier
//               id's
//     leaders   a bit a row: has twins; nothing when there are no twins
//     crowd     crowded × u32: the ids of the crowded rows
//     others    a bit an id, NEAR_PLACES at a time: has a row that is not crowded. Nothing when
//               there are neither crowded rows nor twins: a row's number is then its id
//     counts    u32: how many others there are before each NEAR_PLACES of them
//
// count' counts the distinct hashes: only the first of equal ones (the leader) has postings. All
// numbers are little-endian. The header carries a checksum of itself and one of each section.
#pragma once
#include <stddef.h>
#include <stdint.h>

enum {
    NEAR_CHUNKS = 16,
    NEAR_BUCKETS = 65536,
    NEAR_PAGE = 4096,
    NEAR_PAD = 128, // bytes a vector kernel may read past the last sketch
    NEAR_PLACES = 512,
    NEAR_SECTIONS = 9,
    NEAR_VERSION = 3,
    NEAR_AFTER_FAST = 16,
    NEAR_AFTER_COMPACT = 4
};

typedef enum NearSectionKind {
    NEAR_ROWS,
    NEAR_STARTS,
    NEAR_SKETCHES,
    NEAR_PAYLOADS,
    NEAR_TWINS,
    NEAR_LEADERS,
    NEAR_CROWD,
    NEAR_OTHERS,
    NEAR_COUNTS
} NearSectionKind;

typedef struct NearSection {
    uint64_t offset, size; // bytes from the start of the image
    uint8_t checksum[32];  // SHA-256 of the section
} NearSection;

#define NEAR_MAGIC "S7NEAR1"

typedef struct NearHeader {
    char magic[8];
    uint32_t version;
    uint16_t id_bits;    // as many as the greatest id needs, at least 1
    uint16_t after_bits; // 16 (fast) or 0 (compact)
    uint64_t count;      // ids
    uint64_t distinct;   // rows, and postings in each table
    uint64_t twin_count;
    uint64_t crowded; // of the rows
    uint64_t seed;    // of the bit permutation
    uint64_t image_size;
    uint8_t source[32]; // what was indexed: a digest by which the owner recognises it
    NearSection sections[NEAR_SECTIONS];
    uint8_t checksum[32]; // SHA-256 of all that stands before
} NearHeader;

_Static_assert(sizeof(NearHeader) <= NEAR_PAGE, "the header fits its page");
