// Assessing: what the lists say about collected files: classes, matches, duplicates, flags, stacks.
// The result depends on the files and the lists only, never on the number of jobs.
#pragma once
#include "index/video_match.h"
#include "scan/collect.h"

// X(NAME, "json-id"). Each file has exactly one. A near match never makes a file known.
#define SCAN_CLASSES(X) \
    X(KNOWN, "known")                   /* exactly on a list */ \
    X(PROBABLY_KNOWN, "probably-known") /* near something on a list (of a video: four fifths of */ \
                                        /* its pictures): a person confirms */ \
    X(KNOWN_GOOD, "known-good")         /* exactly on a list of harmless files */ \
    X(UNKNOWN, "unknown")               /* a picture or video that a person must look at */ \
    X(OTHER, "other")                   /* no picture or video, and on no list */ \
    X(PROBLEM, "problem")               /* could not be examined in full, and is on no list */
typedef enum ScanClass {
#define SCAN_CLASS_ENUM(name, id) SCAN_##name,
    SCAN_CLASSES(SCAN_CLASS_ENUM)
#undef SCAN_CLASS_ENUM
        SCAN_CLASS_COUNT
} ScanClass;
const char *scan_class_id(ScanClass class);

// X(NAME, "json-id"). Why a file that is known, or probably so, deserves attention.
#define SCAN_FLAGS(X) \
    X(VICTIM_UNIDENTIFIED, "victim-unidentified") /* a matched entry says so */ \
    X(LARGER_COPY, "larger-copy")             /* more pixels than every near entry (bytes where */ \
                                              /* dimensions are missing) */ \
    X(NEW_METADATA, "new-metadata")           /* a fact that no matched entry has */ \
    X(CONFLICTING_LISTS, "conflicting-lists") /* known, and known to be harmless */ \
    X(PARTLY_KNOWN, "partly-known") /* a video to look at that holds known pictures among others \
                                     */
typedef enum ScanFlag {
#define SCAN_FLAG_ENUM(name, id) SCAN_FLAG_##name,
    SCAN_FLAGS(SCAN_FLAG_ENUM)
#undef SCAN_FLAG_ENUM
        SCAN_FLAG_COUNT
} ScanFlag;
const char *scan_flag_id(ScanFlag flag);

typedef struct ScanMatch {
    Match match;
    uint8_t turn; // PdqTurn of the file's hash that is near; PDQ_ORIGINAL for exact ones
    // Of a video that is near: how much of it, and its stretches from segments[0] on.
    const VideoMatch *video;
    const VpdqSegment *segments;
} ScanMatch;

#define SCAN_NOT_DUPLICATE UINT32_MAX
typedef struct ScanVerdict {
    uint8_t class;         // ScanClass
    uint8_t flags;         // 1 << ScanFlag
    uint32_t duplicate_of; // the first file with the same SHA-256, or SCAN_NOT_DUPLICATE
    uint32_t stack;        // number, from 1; 0: in none
    // Best first, at most SCAN_MATCHES_MAX of match_total. A duplicate's are those of its first.
    const ScanMatch *matches;
    uint32_t match_count, match_total;
} ScanVerdict;

typedef struct ScanStack {
    uint32_t number; // from 1, in the order of the first members' paths
    uint32_t representative;
    const uint32_t *members; // positions of files in path order, the representative among them
    uint32_t member_count;
    // Of files that are probably known: the entry they are all nearest to. Otherwise unknown ones.
    bool is_probably_known;
    uint32_t list, entry;
} ScanStack;

// Each file counts once: under its class, or as a duplicate.
typedef struct ScanTotals {
    uint64_t files, bytes, members;
    uint64_t classes[SCAN_CLASS_COUNT]; // duplicates not counted
    uint64_t duplicates;
    uint64_t flags[SCAN_FLAG_COUNT]; // duplicates not counted
    uint64_t problems_listed;        // with duplicates, and known files that cannot be decoded
    uint64_t links, special;
    uint64_t stacks, stacked; // of unknown files: stacks, and files in them; duplicates not counted
    uint64_t known_stacks, known_stacked; // of probably known files
} ScanTotals;

typedef struct AssessOptions {
    const List *const *lists;  // as given to the matcher
    const bool *is_known_good; // for each list
    size_t list_count;
    const Matcher *matcher;
    int radius; // 0–MATCH_RADIUS_MAX
    int jobs;
} AssessOptions;

typedef struct Assessment {
    ScanVerdict *verdicts; // one for each file
    size_t count;
    VEC(ScanStack) stacks;
    ScanTotals totals;
    Arena *memory; // of matches and members
} Assessment;

// The files are borrowed and must outlive the result only where they are used with it.
Err files_assess(const CollectedFiles *files, const AssessOptions *options, Assessment *ret,
                 Diag *diag) MUST_CHECK;
void assessment_done(Assessment *assessment);
