// Records for tests: a ledger in a database (tests/ledger/log_fixture.h), units and people made in
// one line, and a clock that stands until it is moved.
#pragma once
#include "../ledger/log_fixture.h"
#include "base/arena.h"
#include "records/account.h"
#include "records/case.h"
#include "records/person.h"
#include "records/policy.h"
#include "records/unit.h"

typedef struct RecordsFixture {
    LogFixture log;
    Records *records;
    Actor program;
    Identifier unit; // the node's own
    Arena *memory;
} RecordsFixture;

extern int64_t fixture_now_ms; // what the records take for the time
enum { FIXTURE_MINUTE_MS = 60000, FIXTURE_DAY_MS = 86400000 };

// An empty database with the node's unit (FR). False on failure.
bool records_fixture_open(RecordsFixture *fixture, StoreFault *fault);
Err records_fixture_open_records(RecordsFixture *fixture, Diag *diag);
void records_fixture_close(RecordsFixture *fixture);
#define _cleanup_records_ _cleanup_(records_fixture_close)

Identifier fixture_unit_made(RecordsFixture *fixture, const char *country);
// An active person without password; the actor is as a session would give it, with a purpose.
Actor fixture_person_made(RecordsFixture *fixture, Identifier unit, RoleSet roles);
// One who can sign in: through a link, with this password.
Identifier fixture_account_made(RecordsFixture *fixture, const char *name, const char *password,
                                RoleSet roles);
// A case of the actor's.
Identifier fixture_case_made(RecordsFixture *fixture, const Actor *actor);
// Entries of the ledger, and of one kind.
int64_t fixture_entries(RecordsFixture *fixture);
int64_t fixture_entries_of(RecordsFixture *fixture, LedgerKind kind);
// Whether the payload of the newest entry contains the text.
bool fixture_newest_says(RecordsFixture *fixture, const char *text);
// Whether any payload or leaf contains it.
bool fixture_ledger_contains(RecordsFixture *fixture, const char *text);
