// ListEntry: one record of a hash list in neutral form. Readers in format/ produce it, list files
// hold it, matching answers with it, writers in format/ consume it.
//
// All Str members are borrowed and valid until the producer's next step. Text is valid UTF-8. Field
// meanings: FIELD.md §2–4 of the project's notes, repeated here where code relies on them.
#pragma once
#include "base/err.h"
#include "hash/vpdq.h"

// A flag that a source may leave unsaid.
typedef enum Tri { TRI_UNKNOWN, TRI_NO, TRI_YES } Tri;

typedef enum EntryHas {
    ENTRY_MD5 = 1 << 0,
    ENTRY_SHA1 = 1 << 1,
    ENTRY_SHA256 = 1 << 2,
    ENTRY_PDQ = 1 << 3,
    ENTRY_PHOTODNA = 1 << 4, // 144 opaque bytes: carried, never compared
    ENTRY_SIZE = 1 << 5,
    ENTRY_DELETED = 1 << 6,    // a tombstone: the issuer withdrew this id
    ENTRY_KNOWN_GOOD = 1 << 7, // the format itself says that the file is harmless (NSRL)
    ENTRY_DIMENSIONS = 1 << 8,
    ENTRY_VPDQ = 1 << 9 // a whole video: frames
} EntryHas;

enum { PHOTODNA_BYTES = 144, PDQ_QUALITY_UNKNOWN = 255 };

// Where a source says that the file stood.
typedef struct EntryLocation {
    Str name; // file name
    Str path; // as written by the source, never used as a path here
    Str source_id;
    Tri is_deleted, is_unallocated;
} EntryLocation;

// One normalised metadata fact, e.g. {"Make", "ExampleCam"}. Canonical names: Make, Model,
// SerialNumber, DateTimeOriginal, GPSLatitude, GPSLongitude (decimal degrees, six digits),
// Software.
typedef struct EntryFact {
    Str name, value;
} EntryFact;

typedef struct ListEntry {
    Str id; // the record's own id (MediaID, Image ID, id column); empty when the source has none
    unsigned has;
    uint8_t md5[16], sha1[20], sha256[32];
    PdqHash pdq;
    uint8_t pdq_quality; // 0–100 or PDQ_QUALITY_UNKNOWN
    const uint8_t *photodna;
    const VpdqFrame *frames; // of a video; with ENTRY_VPDQ at least one
    size_t frame_count;
    uint64_t size;              // bytes
    uint32_t width, height;     // pixels
    Str scheme, scheme_version; // FIELD.md §4 ids; empty when the source names none
    Str category;               // code within the scheme; empty: uncategorised
    Tri victim_identified, offender_identified, is_distributed, is_suspected, is_self_generated;
    Str media_type; // MIME
    Str series, issuer, updated /* as written by the source */;
    const EntryLocation *locations;
    size_t location_count;
    const EntryFact *facts;
    size_t fact_count;
    // For writers of cases only; lists do not keep them.
    Str category_source; // the list that the category was taken from
    Str comments;        // for a person
} ListEntry;
