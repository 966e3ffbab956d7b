// The named limits of the verbs in this room.
#pragma once

enum {
    GATHER_DEPTH_MAX = 4,       // archives inside one another
    GATHER_NAME_MAX = 16 << 10, // bytes of the name of a source
    GATHER_SOURCES_JSON_MAX = 16 << 20,
    GATHER_ENTRY_MEMORY = 256 << 20, // bytes of one entry of a list file with all its places
    EXPORT_FLUSH_BYTES = 1 << 20,    // written at once
    EXPORT_TEXT_MAX = 256 << 20,     // bytes of one record
    MATCH_SEGMENTS_SHOWN = 16,       // stretches of one video match shown to a person
    MATCH_LINE_MAX = 256 << 20,      // bytes of one answer
    MATCH_QUERY_LINE_MAX = 64 << 10, // bytes of one line of queries
    GATHER_PROGRESS_STEP = 4096,     // entries between two looks at the progress
    CONFIG_FILE_MAX = 256 << 10,     // bytes of a configuration
    CONFIG_LINE_MAX = 8192,          // bytes of a place in it
    CONFIG_KEY_MAX = 64,
    CONFIG_MEMORY = 1 << 20,
    PAGE_SENTENCE_MAX = 64 << 10, // bytes of one sentence of a page
    PAGE_FIELD_NAME_MAX = 64,
    PAGE_BODY_MAX = 256 << 10, // bytes of a form without files
    PAGE_PLACES_MAX = 50,      // places of an item that are shown
    DESK_ROWS_MAX = 30,
    WORKSPACE_UPLOAD_MAX = 2000000000, // bytes of an uploaded file; the configuration may say less
    SERVE_ROUND_MS = 60000,            // the ledger is published at least so often
    SERVE_SWEEP_SECONDS = 3600         // sessions that ended are cleared away
};
