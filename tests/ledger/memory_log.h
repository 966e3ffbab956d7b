// A ledger in memory for tests: leaves by index, and published folders made of them.
#pragma once
#include "ledger/entry.h"
#include "ledger/publisher.h"
#include "t.h"

// Entry `index` of a made-up ledger; the same every time.
static inline LedgerEntry made_entry(uint64_t index) {
    LedgerEntry entry = {
        .index = index, .utc_ms = 1700000000000 + (int64_t)index * 1000, .count = 1};
    entry.unit.bytes[15] = 7;
    if (index == 0) {
        snprintf(entry.kind, sizeof entry.kind, "ledger-opened");
    } else {
        snprintf(entry.kind, sizeof entry.kind, "case-viewed");
        snprintf(entry.purpose, sizeof entry.purpose, "victim-identification");
        entry.person.bytes[15] = (uint8_t)(1 + index % 5);
        entry.case_.bytes[15] = (uint8_t)(1 + index % 11);
    }
    sha256_of(&index, sizeof index, entry.commitment);
    return entry;
}

static inline Err made_leaf(void *context, uint64_t index, StrBuf *out, Diag *diag) {
    // context: an index whose entry is another one than usual, or NULL
    LedgerEntry entry = made_entry(index);
    if (context != NULL && *(const uint64_t *)context == index)
        entry.count = 2;
    return ledger_entry_put(out, &entry, diag);
}

// Publishes the sizes given, one after the other, into the folder.
static inline Err made_publish(const char *folder, const NoteSigner *signer, const uint64_t *sizes,
                               size_t count, Diag *diag) {
    _cleanup_(ledger_publisher_freep) LedgerPublisher *publisher = NULL;
    TRY(ledger_publisher_open(folder, signer, (LeafSource){.read = made_leaf}, &publisher, diag));
    for (size_t i = 0; i < count; i++)
        TRY(ledger_publish(publisher, sizes[i], diag));
    return ERR_OK;
}
