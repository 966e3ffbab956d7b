// The named limits of this room. Each bounds what a hostile list can make us hold.
#pragma once

enum {
    JSON_WINDOW = 128 << 10,      // bytes read ahead; fits the second-level cache
    JSON_STRING_MAX = 1 << 20,    // bytes of one string or number that a caller wants
    JSON_DEPTH_MAX = 1024,        // nested objects and arrays
    JSON_PEEK_MAX = 512,          // bytes looked past a doubtful quote
    ROW_BYTES_MAX = 16 << 20,     // text of one record
    ROW_LOCATIONS_MAX = 64 << 10, // places of one record
    ROW_FACTS_MAX = 1024,         // metadata facts of one record
    TEXT_LINE_MAX = 1 << 20,      // bytes of one line or row of text
    CSV_COLUMNS_MAX = 256,
    HASHDEEP_COLUMNS_MAX = 16,
    SQLITE_STEP_WORK_MAX = 1000,   // millions of steps of SQLite's machine for one row
    XML_CHUNK = 16 << 10,          // bytes given to the XML parser at a time
    XML_TOKEN_MAX = 1 << 20,       // bytes of one tag, comment or the like
    XML_DEPTH_MAX = 64,            // nested elements
    XML_VALUE_MAX = 4096,          // bytes of one element's text that is wanted
    XML_RECOVERIES_MAX = 10 << 20, // damaged places after which the rest is given up
    FORMAT_DECODE_BLOCK = 16 << 10 // UTF-16 units decoded at a time
};
