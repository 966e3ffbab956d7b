// The work queue: every job once, a producer that waits, cancelling.
#include <pthread.h>
#include <stdatomic.h>

#include "base/workqueue.h"
#include "t.h"

static atomic_int runs[1000];
static atomic_int worker_seen[4];

static void count_run(void *job, int worker) {
    atomic_fetch_add((atomic_int *)job, 1);
    atomic_fetch_add(&worker_seen[worker], 1);
}

TEST(every_job_runs_exactly_once)
{
    _cleanup_(work_queue_freep) WorkQueue *queue = NULL;
    CHECK_OK(work_queue_new(4, 8, count_run, &queue, NULL));
    REQUIRE(queue != NULL);
    for (int i = 0; i < 1000; i++)
        CHECK(work_queue_push(queue, &runs[i]));
    work_queue_drain(queue);
    int total = 0;
    for (int i = 0; i < 1000; i++)
        CHECK_INT(runs[i], 1);
    for (int i = 0; i < 4; i++)
        total += worker_seen[i];
    CHECK_INT(total, 1000);
}

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static atomic_int begun, dropped;

static void wait_at_gate(void *job, int worker) {
    (void)job, (void)worker;
    atomic_fetch_add(&begun, 1);
    pthread_mutex_lock(&gate);
    pthread_mutex_unlock(&gate);
}
static void count_dropped(void *job) {
    (void)job;
    dropped++;
}

TEST(cancelling_hands_back_what_was_not_begun)
{
    _cleanup_(work_queue_freep) WorkQueue *queue = NULL;
    CHECK_OK(work_queue_new(1, 10, wait_at_gate, &queue, NULL));
    REQUIRE(queue != NULL);
    pthread_mutex_lock(&gate);
    for (int i = 0; i < 5; i++)
        CHECK(work_queue_push(queue, &begun));
    while (begun == 0)
        sched_yield();
    work_queue_cancel(queue, count_dropped);
    CHECK(!work_queue_push(queue, &begun));
    pthread_mutex_unlock(&gate);
    work_queue_drain(queue);
    CHECK_INT(begun, 1);
    CHECK_INT(dropped, 4);
}
