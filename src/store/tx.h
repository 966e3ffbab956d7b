// Tx and Stmt from inside: what store.c and statement.c share. Only this room includes it.
#pragma once
#include "store/pool.h"

struct Tx {
    Store *store;
    Link *link;
    StoreMode mode;
    StoreLimit limit;
    Err failed; // why the transaction cannot go on, or ERR_OK
    Diag diag;  // of that failure
    int open_statements;
};

// Marks the transaction as failed with what is in tx->diag, which is copied to diag (or NULL).
Err tx_fail(Tx *tx, Err err, Diag *diag);
// The failure there is, or that the request's time is over.
Err tx_check(Tx *tx, Diag *diag) MUST_CHECK;
// Statements without parameters in the database's own words: schema changes.
Err tx_execute(Tx *tx, const char *sql, Diag *diag) MUST_CHECK;
const Driver *tx_driver(const Tx *tx); // never the test driver
