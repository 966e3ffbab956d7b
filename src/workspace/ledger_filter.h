// Which entries of a ledger are wanted: the options that `ledger show` and `ledger export` share.
#pragma once
#include "cli/command.h"
#include "ledger/entry.h"

typedef struct LedgerFilterOptions {
    int64_t from, count; // count 0: all
    const char *kind, *case_, *person;
} LedgerFilterOptions;

typedef struct LedgerFilter {
    uint64_t from, end;
    const char *kind;         // NULL: any
    Identifier case_, person; // none: any
} LedgerFilter;

// The option rows, for a struct of options with a LedgerFilterOptions in it.
#define LEDGER_FILTER_ROWS(Type, member) \
    {.name = "from", \
     .letter = 'f', \
     .kind = OPTION_NUMBER, \
     .offset = offsetof(Type, member.from), \
     .value = N_("INDEX"), \
     .help = N_("The first entry, counted from 0"), \
     .min = 0, \
     .max = INT64_C(1) << 48}, \
        {.name = "count", \
         .letter = 'n', \
         .kind = OPTION_NUMBER, \
         .offset = offsetof(Type, member.count), \
         .value = N_("N"), \
         .help = N_("How many entries from there on; all unless given"), \
         .min = 0, \
         .max = INT64_C(1) << 48}, \
        {.name = "kind", \
         .kind = OPTION_TEXT, \
         .offset = offsetof(Type, member.kind), \
         .value = N_("KIND"), \
         .help = N_("Only entries of this kind, such as case-viewed")}, \
        {.name = "case", \
         .kind = OPTION_TEXT, \
         .offset = offsetof(Type, member.case_), \
         .value = N_("IDENTIFIER"), \
         .help = N_("Only entries of this case")}, \
    { \
        .name = "person", .kind = OPTION_TEXT, .offset = offsetof(Type, member.person), \
        .value = N_("IDENTIFIER"), .help = N_("Only entries of this person") \
    }

// The filter borrows from the options. ERR_INVALID: no such kind, no identifier.
Err ledger_filter_read(const LedgerFilterOptions *options, LedgerFilter *ret,
                       Diag *diag) MUST_CHECK;
bool ledger_filter_wants(const LedgerFilter *filter, const LedgerEntry *entry);
