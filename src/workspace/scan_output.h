// The outputs of a scan: one JSON document, a VICS case, a page, a summary on the terminal. All are
// made from the same ScanOutput and depend on nothing else, the reader's language apart.
#pragma once
#include <stdio.h>

#include "language/catalogue.h"
#include "scan/assess.h"

typedef struct ScannedList {
    const List *list;
    Str name;
    uint8_t digest[SHA256_BYTES]; // of the file that was given
    bool is_known_good;
} ScannedList;

// Everything borrowed.
typedef struct ScanOutput {
    const Lang *lang;
    const CollectedFiles *files;
    const Assessment *assessment;
    const ScannedList *lists;
    size_t list_count;
    int radius;
    bool wants_turns;
    Str case_number; // may be empty
} ScanOutput;

// The machine's form; sentences in it are in the reader's language, identifiers are not.
Err scan_json_write(const ScanOutput *output, FILE *to, Diag *diag) MUST_CHECK;
// VICS 2.0 case of all pictures and videos. A category stands in it only where a list of scheme
// vic-us knows the file exactly.
Err scan_vics_write(const ScanOutput *output, FILE *to, Diag *diag) MUST_CHECK;
// One self-contained HTML page.
Err scan_report_write(const ScanOutput *output, FILE *to, Diag *diag) MUST_CHECK;
// For the terminal. columns: its width, 0 when there is none.
Err scan_summary_write(const ScanOutput *output, int columns, FILE *to, Diag *diag) MUST_CHECK;

// How often each (list, category) was matched, best match of each file only, most files first.
typedef struct KnownRow {
    uint32_t list;
    uint8_t class; // of these files; SCAN_UNKNOWN: videos of which a part is known
    char scheme[48], version[16], category[48]; // cut where longer; empty: the list names none
    uint64_t files, copies;
} KnownRow;
typedef struct KnownRows {
    VEC(KnownRow) rows;
    VEC(uint32_t) row_of; // for each file: its row + 1, or 0
} KnownRows;
// In the order of class, list, scheme, version, category.
Err known_rows_make(const ScanOutput *output, KnownRows *ret, Diag *diag) MUST_CHECK;
void known_rows_done(KnownRows *rows);
