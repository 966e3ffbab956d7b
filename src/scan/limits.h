// The limits of scanning. Each one reached is a listed problem of the file concerned, never a
// silent end.
#pragma once

enum {
    // Folders.
    SCAN_PATH_MAX = 256 * 1024,      // bytes of one path as shown
    SCAN_FOLDER_DEPTH_MAX = 4096,    // folders inside folders
    SCAN_FOLDER_OPEN_MAX = 24,       // folders held open at once; deeper ones are reopened
    SCAN_FOLDER_NAMES_MAX = 1 << 30, // bytes of all names of one folder

    // Reading.
    SCAN_READ_BYTES = 256 * 1024, // of one read
    SCAN_HEAD_BYTES = 64 * 1024,  // looked at to tell the type (an ISO image's mark is at 32 KiB)

    // Archives. Members are held in sealed memory, never written to disk.
    SCAN_ARCHIVE_DEPTH_MAX = 8,
    SCAN_ARCHIVE_MEMBERS_MAX = 10 * 1000 * 1000, // of one file, at all depths
    SCAN_ARCHIVE_RATIO_MAX = 250,                // unpacked : packed, once past the free amount
    SCAN_MEMBER_SPOOL_BYTES = 16 << 20,          // any member up to this is handed to a worker
    SCAN_MEMBER_PICTURE_BYTES = 128 << 20, // a picture or video larger than this is not decoded
    SCAN_MEMBER_ARCHIVE_BYTES = 512 << 20, // all archives held open inside one another
    SCAN_SPOOLED_BYTES = 256 << 20,        // of members waiting for a worker
    SCAN_SPOOL_STEP = 1 << 20,

    // Work.
    SCAN_JOBS_MAX = 256,
    SCAN_QUEUE_PER_JOB = 4,   // files opened and waiting, for each worker
    SCAN_ORDER_WINDOW = 2048, // finished files held back to keep the order of the output

    // Answers.
    SCAN_VIDEO_STACK_SHARE = 80, // percent of a video that lies in the one that stands for it
    SCAN_MATCHES_MAX = 32,       // kept for one file, best first; the rest is counted
    SCAN_WEIGHED_MAX = 4096,     // matches of one file whose entries are read, best first
    SCAN_INTERNED_MAX = 4096,
    SCAN_ENTRY_MEMORY = 64 << 20, // of one list entry with its locations and facts

    // State file.
    SCAN_RECORD_MAX = 16 << 20, // bytes; a video has some 50 a picture
    SCAN_SYNC_RECORDS = 512,
};

#define SCAN_ARCHIVE_FREE_BYTES (1ull << 30) // unpacked before the ratio counts
#define SCAN_ARCHIVE_TOTAL_MAX (16ull << 40) // unpacked from one file, at all depths
#define SCAN_ITEMS_MAX 100000000u
