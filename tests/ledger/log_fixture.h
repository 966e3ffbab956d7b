// A ledger in a database for tests: on SQLite in a folder of its own, or on the PostgreSQL server
// that SEVENTH_STORE names (tests/store/fixture.h).
#pragma once
#include "../store/fixture.h"
#include "ledger/log.h"

typedef struct LogFixture {
    Store *store;
    LedgerLog *log;
    NoteSigner signer;
    SealKey node_key;
    char ring[512], folder[512];
    bool is_exercise;
} LogFixture;

// An empty database with a ledger whose first entry says that it is opened. False on failure.
bool log_fixture_open(LogFixture *fixture, StoreFault *fault);
// Closes log and store and opens them again.
bool log_fixture_reopen(LogFixture *fixture, StoreFault *fault);
// Only the log, with its error.
Err log_fixture_open_log(LogFixture *fixture, Diag *diag);
void log_fixture_close(LogFixture *fixture);
#define _cleanup_log_ _cleanup_(log_fixture_close)

Identifier made_identifier(uint8_t number);
// A view of case `number`, with this payload.
LedgerDraft made_view(uint8_t number, Str payload);
// Appends it; the index, or UINT64_MAX on failure.
uint64_t log_fixture_view(LogFixture *fixture, uint8_t number, Str payload);
// Erases entries first … last in a transaction, without the second half.
Err log_fixture_erase(LogFixture *fixture, uint64_t first, uint64_t last);
// The payload's text is this.
bool log_fixture_says(LogFixture *fixture, uint64_t index, const char *expected);
// The error of opening the payload.
Err log_fixture_payload_err(LogFixture *fixture, uint64_t index);
// Published, and verified: the folder as anyone does, and the database against it.
bool log_fixture_verifies(LogFixture *fixture, LedgerLogCheck *ret);
