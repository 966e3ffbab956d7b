// Worker threads behind a bounded ring.
#include "base/workqueue.h"

#include <pthread.h>
#include <sched.h>

struct Worker {
    WorkQueue *queue;
    pthread_t thread;
    int number;
};

struct WorkQueue {
    pthread_mutex_t lock;
    pthread_cond_t has_job, has_room, is_idle;
    WorkFunction *run;
    void **ring;
    size_t capacity, first, waiting, running;
    bool is_closing, is_cancelled;
    int worker_count;
    struct Worker workers[];
};

static void *worker_main(void *argument) {
    struct Worker *self = argument;
    WorkQueue *queue = self->queue;
    pthread_mutex_lock(&queue->lock);
    for (;;) {
        while (queue->waiting == 0 && !queue->is_closing)
            pthread_cond_wait(&queue->has_job, &queue->lock);
        if (queue->waiting == 0)
            break;
        void *job = queue->ring[queue->first];
        queue->first = (queue->first + 1) % queue->capacity;
        queue->waiting--;
        queue->running++;
        pthread_cond_signal(&queue->has_room);
        pthread_mutex_unlock(&queue->lock);
        queue->run(job, self->number);
        pthread_mutex_lock(&queue->lock);
        queue->running--;
        if (queue->running == 0 && queue->waiting == 0)
            pthread_cond_broadcast(&queue->is_idle);
    }
    pthread_mutex_unlock(&queue->lock);
    return NULL;
}

static void stop_and_release(WorkQueue *queue) {
    pthread_mutex_lock(&queue->lock);
    queue->is_closing = true;
    pthread_cond_broadcast(&queue->has_job);
    pthread_mutex_unlock(&queue->lock);
    for (int i = 0; i < queue->worker_count; i++)
        pthread_join(queue->workers[i].thread, NULL);
    pthread_cond_destroy(&queue->has_job);
    pthread_cond_destroy(&queue->has_room);
    pthread_cond_destroy(&queue->is_idle);
    pthread_mutex_destroy(&queue->lock);
    free(queue->ring);
    free(queue);
}

Err work_queue_new(int workers, size_t ceiling, WorkFunction *run, WorkQueue **ret, Diag *diag) {
    WorkQueue *queue = calloc(1, sizeof *queue + (size_t)workers * sizeof queue->workers[0]);
    if (queue == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    queue->ring = calloc(ceiling, sizeof *queue->ring);
    if (queue->ring == NULL) {
        free(queue);
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    }
    pthread_mutex_init(&queue->lock, NULL);
    pthread_cond_init(&queue->has_job, NULL);
    pthread_cond_init(&queue->has_room, NULL);
    pthread_cond_init(&queue->is_idle, NULL);
    queue->run = run;
    queue->capacity = ceiling;
    for (int i = 0; i < workers; i++) {
        queue->workers[i] = (struct Worker){.queue = queue, .number = i};
        if (pthread_create(&queue->workers[i].thread, NULL, worker_main, &queue->workers[i]) != 0) {
            stop_and_release(queue);
            return diag_set(diag, ERR_LIMIT, N_("No more threads can be started on this machine."));
        }
        queue->worker_count++;
    }
    *ret = queue;
    return ERR_OK;
}

bool work_queue_push(WorkQueue *queue, void *job) {
    pthread_mutex_lock(&queue->lock);
    while (queue->waiting == queue->capacity && !queue->is_cancelled)
        pthread_cond_wait(&queue->has_room, &queue->lock);
    bool is_taken = !queue->is_cancelled;
    if (is_taken) {
        queue->ring[(queue->first + queue->waiting) % queue->capacity] = job;
        queue->waiting++;
        pthread_cond_signal(&queue->has_job);
    }
    pthread_mutex_unlock(&queue->lock);
    return is_taken;
}

void work_queue_drain(WorkQueue *queue) {
    pthread_mutex_lock(&queue->lock);
    while (queue->waiting > 0 || queue->running > 0)
        pthread_cond_wait(&queue->is_idle, &queue->lock);
    pthread_mutex_unlock(&queue->lock);
}

void work_queue_cancel(WorkQueue *queue, void (*drop)(void *job)) {
    pthread_mutex_lock(&queue->lock);
    queue->is_cancelled = true;
    while (queue->waiting > 0) {
        void *job = queue->ring[queue->first];
        queue->first = (queue->first + 1) % queue->capacity;
        queue->waiting--;
        if (drop != NULL)
            drop(job);
    }
    if (queue->running == 0)
        pthread_cond_broadcast(&queue->is_idle);
    pthread_cond_broadcast(&queue->has_room);
    pthread_mutex_unlock(&queue->lock);
}

void work_queue_free(WorkQueue *queue) {
    if (queue == NULL)
        return;
    work_queue_drain(queue);
    stop_and_release(queue);
}

int processor_count(void) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0)
        return 1;
    int count = CPU_COUNT(&set);
    return count < 1 ? 1 : count;
}
