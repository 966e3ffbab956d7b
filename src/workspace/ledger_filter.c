// Choosing entries by range, kind, case and person.
#include "workspace/ledger_filter.h"

static Err identifier_read(const char *text, Identifier *ret, Diag *diag) {
    if (text == NULL || identifier_parse(str_from(text), ret))
        return ERR_OK;
    diag_set(diag, ERR_INVALID, N_("{text} is not an identifier: those have 26 characters."));
    diag_arg(diag, "text", str_from(text));
    return ERR_INVALID;
}

Err ledger_filter_read(const LedgerFilterOptions *options, LedgerFilter *ret, Diag *diag) {
    LedgerFilter filter = {.from = (uint64_t)options->from,
                           .end = options->count == 0 ? UINT64_MAX
                                                      : (uint64_t)(options->from + options->count),
                           .kind = options->kind};
    LedgerKind kind;
    if (options->kind != NULL && !ledger_kind_find(str_from(options->kind), &kind)) {
        diag_set(diag, ERR_INVALID, N_("There is no kind of ledger entry called {kind}."));
        diag_arg(diag, "kind", str_from(options->kind));
        return ERR_INVALID;
    }
    TRY(identifier_read(options->case_, &filter.case_, diag));
    TRY(identifier_read(options->person, &filter.person, diag));
    *ret = filter;
    return ERR_OK;
}

bool ledger_filter_wants(const LedgerFilter *filter, const LedgerEntry *entry) {
    return entry->index >= filter->from && entry->index < filter->end &&
           (filter->kind == NULL || strcmp(filter->kind, entry->kind) == 0) &&
           (identifier_is_none(&filter->case_) ||
            identifier_equal(&filter->case_, &entry->case_)) &&
           (identifier_is_none(&filter->person) ||
            identifier_equal(&filter->person, &entry->person));
}
