// The inside of LedgerLog, shared by its files. Only this room includes it.
#pragma once
#include <pthread.h>

#include "ledger/log.h"

struct LedgerLog {
    Store *store;
    NoteSigner signer;
    SealKey node_key;
    char *ring_path, *folder;
    bool is_exercise;
    void (*ring_replaced)(void *context);
    void *context;
    int64_t (*now_ms)(void);

    pthread_mutex_t erase_lock; // one thread changes the ring's file
    pthread_rwlock_t ring_lock; // of the pointer and what it points at
    KeyRing *ring;
    uint64_t erasures_at_open; // done by opening

    pthread_mutex_t publish_lock;
    LedgerPublisher *publisher; // NULL until the first publication and after a failed one
    LedgerLeafReader reader;    // the publisher's

    pthread_mutex_t wake_lock;
    pthread_cond_t wake;
    bool is_awake;
};

// The slot of an entry, or -1 when it was recovered without one.
LedgerPayloadState ledger_payload_state(LedgerLog *log, int64_t slot, bool has_payload);
// log_erase.c: before anything is read. Also finds erasures that the ring's count passes over.
Err ledger_ring_catch_up(LedgerLog *log, bool looks_at_all, Diag *diag) MUST_CHECK;
Err ledger_ring_is_current(LedgerLog *log, Diag *diag) MUST_CHECK;
// The published checkpoint, its signature checked. ERR_NOT_FOUND: none.
Err ledger_log_checkpoint(LedgerLog *log, uint64_t *ret_size, MerkleHash *ret_root,
                          Diag *diag) MUST_CHECK;
