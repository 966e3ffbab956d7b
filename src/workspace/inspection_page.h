// The page of an inspection (web/templates/ledger_inspection.html): entries of a ledger as a table,
// and the data with which the page checks itself.
#pragma once
#include "language/html.h"
#include "ledger/inspection.h"

typedef struct InspectionRow {
    uint64_t index;
    char number[24], time[32], kind[LEDGER_WORD_MAX + 1], purpose[LEDGER_WORD_MAX + 1];
    char person[IDENTIFIER_CHARS + 1], unit[IDENTIFIER_CHARS + 1], case_[IDENTIFIER_CHARS + 1];
    Str label; // of the kind, translated
    uint64_t things;
} InspectionRow;

typedef struct InspectionWitness {
    Str key;
} InspectionWitness;

typedef struct InspectionPage {
    const char *origin;
    Str key;
    const InspectionWitness *witnesses;
    size_t witness_count;
    bool has_earlier;
    uint64_t earlier_size, size;
    const InspectionRow *rows;
    int64_t count;
    SafeHtml data;
} InspectionPage;

// Appends the page made of inspection data, which is verified on the way.
Err inspection_page_put(StrBuf *out, const Lang *lang, Str data, Diag *diag) MUST_CHECK;
