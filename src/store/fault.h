// StoreFault: for tests, a driver around either driver that fails on request.
//
// Given in StoreOptions.fault and armed afterwards, it lets `count` events of the chosen kinds
// through and answers the next one (or that and all later ones) with `err`, without handing it to
// the database. Threads: may be armed and asked from any thread.
#pragma once
#include "store/driver.h"

typedef enum StoreFaultKind {
    STORE_FAULT_CONNECT = 1,
    STORE_FAULT_BEGIN = 2,
    STORE_FAULT_PREPARE = 4,
    STORE_FAULT_START = 8,    // the execution of a statement
    STORE_FAULT_STEP = 16,    // its moving to the next row
    STORE_FAULT_EXECUTE = 32, // schema changes
    STORE_FAULT_COMMIT = 64,  // before anything is committed
    STORE_FAULT_ALL = 127
} StoreFaultKind;

struct StoreFault {
    atomic_int kinds; // 0: nothing fails
    atomic_llong left;
    atomic_bool is_lasting;
    atomic_int err;
    atomic_llong hits; // failures given since it was armed
};

void store_fault_arm(StoreFault *fault, int kinds, int64_t count, bool is_lasting, Err err);
// Stops failing; the number of failures given.
int64_t store_fault_disarm(StoreFault *fault);
