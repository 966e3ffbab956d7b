// The layout of a list file (.s7list), version 1. docs/list-format.md tells the same at length.
//
// header page | sections, each at a multiple of 64 | one checksum for each block of the sections
//
// All numbers are little-endian. The header page holds the directory of sections and its own
// BLAKE2b-256 (computed with that field zero); it also holds the checksum of the table of block
// checksums, so that a file is trusted by its first page. Everything between header and table,
// padding included, belongs to a block; a file ends with its table. Entries are columns: a column
// that would be all zero is left out.
#pragma once
#include <stdint.h>

enum {
    LIST_HEADER_BYTES = 4096,
    LIST_BLOCK_BYTES = 65536,
    LIST_ALIGNMENT = 64,
    LIST_FORMAT_VERSION = 1,
    LIST_MAGIC_BYTES = 8,
    LIST_SUM_BYTES = 32
};
// The line ends show damage by a transfer that took the file for text.
#define LIST_MAGIC "S7LIST\r\n"

// Offsets within the header page.
enum {
    HEADER_MAGIC = 0,
    HEADER_FORMAT_VERSION = 8, // u32
    HEADER_SIZE = 12,          // u32, LIST_HEADER_BYTES
    HEADER_FILE_SIZE = 16,     // u64
    HEADER_ENTRIES = 24,       // u32
    HEADER_SECTIONS = 28,      // u32
    HEADER_VERSION = 32,       // u64, of the content
    HEADER_CREATED = 40,       // i64, milliseconds since 1970 UTC
    HEADER_BLOCK_SIZE = 48,    // u32, LIST_BLOCK_BYTES
    HEADER_TOMBSTONES = 52,    // u32
    HEADER_SUMS = 56,          // u64, where the table of block checksums begins
    HEADER_SUMS_SUM = 64,      // 32 bytes, BLAKE2b-256 of that table
    HEADER_SUM = 96,           // 32 bytes, BLAKE2b-256 of this page with this field zero
    HEADER_DIRECTORY = 128,    // rows of u32 section, u32 item size, u64 offset, u64 length
    DIRECTORY_ROW_BYTES = 24
};

// A text is u64: length in the low 24 bits, offset in the section HEAP above; 0 is the empty text.
// A position is u32 and counts from 1; 0 is none.
// X(NAME, number in the file, bytes of an item, items: one an entry, one more, or any number)
#define LIST_SECTIONS(X) \
    X(NAME, 1, 1, ANY) \
    X(ISSUER, 2, 1, ANY) \
    X(SOURCES, 3, 1, ANY)     /* JSON */ \
    X(HEAP, 4, 1, ANY)        /* UTF-8 */ \
    X(CATEGORIES, 5, 24, ANY) /* texts scheme, version, code */ \
    X(STATE, 16, 4, ENTRY)    /* u16 EntryHas, u16 flags, two bits each (Tri) */ \
    X(ID, 17, 8, ENTRY)       /* text */ \
    X(SIZE, 18, 8, ENTRY) \
    X(WIDTH, 19, 4, ENTRY) \
    X(HEIGHT, 20, 4, ENTRY) \
    X(CATEGORY, 21, 4, ENTRY) /* position in CATEGORIES */ \
    X(MEDIA_TYPE, 22, 8, ENTRY) \
    X(SERIES, 23, 8, ENTRY) \
    X(ENTRY_ISSUER, 24, 8, ENTRY) \
    X(UPDATED, 25, 8, ENTRY) \
    X(SOURCE, 26, 2, ENTRY) /* number of the source, from 0 */ \
    X(AT_MD5, 32, 4, ENTRY) /* positions in the sections below */ \
    X(AT_SHA1, 33, 4, ENTRY) \
    X(AT_SHA256, 34, 4, ENTRY) \
    X(AT_PDQ, 35, 4, ENTRY) \
    X(AT_PHOTODNA, 36, 4, ENTRY) \
    X(AT_VPDQ, 39, 4, ENTRY) \
    X(LOCATION_START, 37, 4, EXTRA) /* entry i owns [start[i], start[i + 1]) */ \
    X(FACT_START, 38, 4, EXTRA) \
    X(MD5, 48, 20, ANY) /* digest, u32 entry; ascending */ \
    X(SHA1, 49, 24, ANY) \
    X(SHA256, 50, 36, ANY) \
    X(PDQ, 51, 32, ANY) \
    X(PDQ_ENTRY, 52, 4, ANY) \
    X(PDQ_QUALITY, 53, 1, ANY) \
    X(PHOTODNA, 54, 144, ANY) \
    X(LOCATIONS, 55, 32, ANY) /* texts name, path, source id; u32 flags; u32 entry */ \
    X(FACTS, 56, 16, ANY)     /* texts name, value */ \
    X(VPDQ, 57, 12, ANY)      /* u32 first frame, u32 frames, u32 entry; one behind the other */ \
    X(FRAMES, 58, 56, ANY)    /* PDQ, u64 number, u64 milliseconds, u32 quality, u32 zero */

typedef enum ListSection {
#define SECTION_ENUM(name, number, size, items) SECTION_##name,
    LIST_SECTIONS(SECTION_ENUM)
#undef SECTION_ENUM
        SECTION_COUNT
} ListSection;

typedef enum SectionItems { ITEMS_ANY, ITEMS_ENTRY, ITEMS_EXTRA } SectionItems;
typedef struct SectionRule {
    uint32_t number, size;
    SectionItems items;
} SectionRule;
extern const SectionRule LIST_SECTION_RULES[SECTION_COUNT];

enum {
    CATEGORY_BYTES = 24,
    LOCATION_BYTES = 32,
    FACT_BYTES = 16,
    VPDQ_ROW_BYTES = 12,
    FRAME_BYTES = 56,
    TEXT_LENGTH_BITS = 24,
    // Bits of the flags half of STATE, and of a location's flags.
    FLAG_VICTIM = 0,
    FLAG_OFFENDER = 2,
    FLAG_DISTRIBUTED = 4,
    FLAG_SUSPECTED = 6,
    FLAG_SELF_GENERATED = 8,
    FLAGS_END = 10,
    LOCATION_DELETED = 0,
    LOCATION_UNALLOCATED = 2
};
