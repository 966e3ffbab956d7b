// Any bytes as an inspection page and as the data within.
#include "ledger/inspection.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static Err entry_seen(void *context, const LedgerEntry *entry, Diag *diag) {
    (void)diag;
    uint64_t *next = context;
    if (entry->index < *next)
        __builtin_trap();
    *next = entry->index + 1;
    return ERR_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Str page = str_of(data, size), found = page;
    Inspection inspection;
    uint64_t next = 0;
    if (inspection_find(page, &found, NULL) != ERR_OK)
        found = page;
    if (inspection_verify(found, NULL, entry_seen, &next, &inspection, NULL) == ERR_OK &&
        inspection.entries > inspection.size)
        __builtin_trap();
    return 0;
}
