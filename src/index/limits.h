// The named limits of this room. Each bounds what a hostile list or list file can make us hold.
#pragma once

#define LIST_ENTRIES_MAX UINT32_C(0xFFFFFFF0)
#define LIST_HEAP_MAX (UINT64_C(1) << 40) // bytes of text of one list
#define LIST_FILE_MAX (UINT64_C(1) << 40) // bytes of one list file

enum {
    LIST_TEXT_MAX = (1 << 24) - 1,    // bytes of one text
    LIST_SOURCES_MAX = 65535,         // sources of one list
    LIST_SOURCES_JSON_MAX = 16 << 20, // bytes of what is recorded about them
    LIST_SECTIONS_MAX = 64,           // of one file
    GROUP_PROBES_MAX = 16,            // entries of one MD5 that a further row is compared with
    GROUP_FACTS_COMPARED = 64,        // facts of one entry that a further fact is compared with
    TEXT_CACHE_SLOTS = 1 << 15,       // recent texts that are not stored again
    NEAR_BUILD_THREADS_MAX = 16,      // threads that build a near index
    VIDEO_PAIRS_MAX = 1 << 30         // pictures of two videos compared with each other in full
};
