// InspectPool: worker threads, each with its own media client, that find out what a ScanItem holds:
// digests, and for a picture its dimensions, perceptual hashes and EXIF facts.
//
// One thread (the coordinator) pushes; results are delivered one at a time, under a lock, on the
// thread that finished the work.
#pragma once
#include "scan/item.h"
#include "scan/source.h"

typedef struct InspectOptions {
    int jobs;             // worker threads, 1–SCAN_JOBS_MAX
    unsigned digests;     // bits 1 << DigestKind
    unsigned media;       // MediaWant bits; 0: pictures are not decoded
    bool wants_video;     // vPDQ of videos, a picture a second
    bool is_ordered;      // deliver in the order of pushing
    MediaOptions decoder; // borrowed until the pool is freed
    // The item becomes the receiver's. Must not call back into the pool.
    void (*deliver)(void *to, ScanItem *item);
    void *to;
} InspectOptions;

typedef struct InspectPool InspectPool;
// Fails when a worker's media client cannot be started.
Err inspect_pool_new(const InspectOptions *options, InspectPool **ret, Diag *diag) MUST_CHECK;
// Waits for all that was pushed.
void inspect_pool_free(InspectPool *pool);
DEFINE_CLEANUP(InspectPool *, inspect_pool_free);

// Hands over item (type and size set) and the content's descriptor; waits while too much is under
// way. An item whose problem is set already, or whose content has no descriptor, is only delivered.
// On failure nothing was handed over.
Err inspect_pool_push(InspectPool *pool, ScanItem *item, const SourceContent *content,
                      Diag *diag) MUST_CHECK;
// Waits until everything pushed has been delivered.
void inspect_pool_drain(InspectPool *pool);

// Counts bytes of memory that waiting members hold; waits until they fit. Given back when the item
// that holds them was delivered, or with inspect_pool_release.
void inspect_pool_reserve(InspectPool *pool, uint64_t bytes);
void inspect_pool_release(InspectPool *pool, uint64_t bytes);
