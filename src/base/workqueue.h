// WorkQueue: a fixed set of threads that run jobs; the queue has a ceiling, so that a producer
// waits instead of filling memory.
//
// Each job runs once, on one worker thread, which passes its own number (0 ≤ worker < workers) so
// that callers can keep per-worker state without locks. Jobs may not push to the queue they run on
// (it could be full). All functions may be called from any thread except where said.
#pragma once
#include "base/cleanup.h"
#include "base/err.h"

typedef struct WorkQueue WorkQueue;
typedef void WorkFunction(void *job, int worker);

// workers ≥ 1 threads; at most ceiling jobs wait. ERR_NOMEM or ERR_LIMIT when threads cannot be
// had.
Err work_queue_new(int workers, size_t ceiling, WorkFunction *run, WorkQueue **ret,
                   Diag *diag) MUST_CHECK;
// Waits while the queue is full. False after work_queue_cancel: the job was not taken.
bool work_queue_push(WorkQueue *queue, void *job) MUST_CHECK;
// Waits until every job pushed so far has run.
void work_queue_drain(WorkQueue *queue);
// Jobs not yet begun are never run; they are handed to `drop` (may be NULL) on the calling thread.
void work_queue_cancel(WorkQueue *queue, void (*drop)(void *job));
// Drains, stops the threads, frees.
void work_queue_free(WorkQueue *queue);
DEFINE_CLEANUP(WorkQueue *, work_queue_free);
// Processors this process may use, at least 1.
int processor_count(void);
