// What the tests of the store share. They run on SQLite in a folder of their own, or, when
// SEVENTH_STORE is an address of PostgreSQL, in that database, which is emptied first.
#pragma once
#include "store/fault.h"
#include "store/store.h"
#include "t.h"

// Opens an empty database. Fails the test and gives NULL when that does not go well.
Store *fixture_open(const StoreOptions *options);
// Opens the database of the last fixture_open again, as it is.
Store *fixture_reopen(const StoreOptions *options);
Str fixture_address(void);
bool fixture_is_postgres(void);
// Runs statements in the database's own words (tables for a test).
Err fixture_execute(Store *store, const char *sql);
// A count in a transaction of its own; -1 on failure.
int64_t fixture_count(Store *store, Str sql);
void fixture_print(const Diag *diag);
