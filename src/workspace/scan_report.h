// What the page of a scan shows, laid out for its template (web/templates/scan_report.html). Lists
// are cut at the limits below; `more` counts what was left out, which the JSON has.
#pragma once
#include "workspace/scan_output.h"

enum {
    REPORT_FILES_MAX = 200,   // rows of one list of files
    REPORT_SINGLES_MAX = 500, // files to look at that are in no stack; problems; skipped files
    REPORT_GROUPS_MAX = 300,  // stacks; files with copies
    REPORT_MEMBERS_MAX = 20,  // of one of them
    REPORT_ROWS_MAX = 200,    // of the table of lists and categories
    REPORT_OPEN_MAX = 8,      // a list this short is shown open
    REPORT_BAR_WIDTH = 1000
};

typedef struct ReportFile {
    Str path;
    uint32_t width, height; // 0: not known
    char dimensions[24];    // "800×600"
    uint64_t size;
    // Of the best match, for files that have one.
    Str list, entry;
    bool is_near;
    int distance;
    // Of a near match with a video on either side: in words, instead of the distance.
    Str likeness;
    Str message; // of a problem
} ReportFile;

typedef struct ReportFiles {
    const ReportFile *items;
    size_t len;
    uint64_t more;
} ReportFiles;

// A file and those that go with it: a stack and its representative, an original and its copies.
typedef struct ReportGroup {
    uint32_t number;
    ReportFile first;
    uint64_t count; // all of them
    ReportFiles files;
} ReportGroup;

typedef struct ReportGroups {
    const ReportGroup *items;
    size_t len;
    uint64_t more;
} ReportGroups;

typedef struct ReportKnown {
    Str class_label, list, category;
    uint64_t files, copies;
    ReportFiles shown;
} ReportKnown;

typedef struct ReportFlag {
    Str label;
    uint64_t count;
    ReportFiles shown;
} ReportFlag;

// A class in the bar of totals: where it begins and how wide it is, of REPORT_BAR_WIDTH.
typedef struct ReportShare {
    const char *id;
    Str label;
    uint64_t count;
    int start, width;
} ReportShare;

typedef struct ReportList {
    Str name;
    bool is_known_good;
    uint32_t entries;
    char digest[2 * SHA256_BYTES + 1];
} ReportList;

typedef struct ReportPage {
    Str case_number;
    int radius;
    const ScanTotals *totals;
    uint64_t looks, confirmations; // a stack takes one
    ReportShare shares[SCAN_CLASS_COUNT + 1];
    const ReportList *lists;
    size_t list_count;
    const ReportKnown *known;
    size_t known_count;
    uint64_t known_more;
    const ReportFlag *flags;
    size_t flag_count;
    ReportGroups confirm; // stacks of probably known files, and such files alone
    ReportGroups stacks;
    ReportFiles singles;
    ReportGroups copies;
    ReportFiles problems, skipped;
} ReportPage;
