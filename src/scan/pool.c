// The worker pool: queue, order of delivery, memory under way; and what a worker does with one
// file.
#include "scan/pool.h"

#include <errno.h>
#include <pthread.h>

#include "base/workqueue.h"
#include "scan/limits.h"

typedef struct Job {
    InspectPool *pool;
    ScanItem *item;
    int fd;
    uint64_t held;   // bytes of memory behind fd
    uint64_t number; // in the order of pushing
} Job;

typedef struct Worker {
    MediaClient *media;
    DigestStream *digests;
    uint8_t *buffer;
} Worker;

struct InspectPool {
    InspectOptions options;
    WorkQueue *queue;
    pthread_mutex_t lock;
    pthread_cond_t has_moved;
    uint64_t pushed, delivered; // numbers
    uint64_t held;
    ScanItem **waiting; // finished before their turn; ring of SCAN_ORDER_WINDOW, ordered pools only
    Worker workers[];
};

static Err digest_all(Worker *worker, int fd, ScanItem *item, Diag *diag) {
    uint64_t at = 0;
    Err err = ERR_OK;
    for (;;) {
        ssize_t n = pread(fd, worker->buffer, SCAN_READ_BYTES, (off_t)at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            err = diag_errno(diag, errno, "");
        if (n <= 0)
            break;
        digest_stream_put(worker->digests, worker->buffer, (size_t)n);
        at += (uint64_t)n;
    }
    Digests digests;
    Err finished = digest_stream_finish(worker->digests, &digests); // also makes the stream anew
    if (err != ERR_OK)
        return err;
    if (finished != ERR_OK)
        return diag_set(diag, finished, N_("The digests of {file} could not be computed."));
    item->size = at;
    item->digests = digests;
    return ERR_OK;
}

// A client that lost its process is replaced and the file tried once more, since another file may
// have been the cause.
static Err decode(InspectPool *pool, Worker *worker, int fd, MediaFacts *ret, Diag *diag) {
    if (worker->media == NULL)
        TRY(media_client_new(&pool->options.decoder, &worker->media, diag));
    Err err = media_decode(worker->media, fd, pool->options.media, ret, diag);
    if (err != ERR_IO && err != ERR_SANDBOX)
        return err;
    media_client_free(TAKE(worker->media));
    TRY(media_client_new(&pool->options.decoder, &worker->media, diag));
    return media_decode(worker->media, fd, pool->options.media, ret, diag);
}

// Likewise.
static Err decode_video(InspectPool *pool, Worker *worker, int fd, MediaVideo *ret, Diag *diag) {
    if (worker->media == NULL)
        TRY(media_client_new(&pool->options.decoder, &worker->media, diag));
    Err err = media_decode_video(worker->media, fd, NULL, ret, diag);
    if (err != ERR_IO && err != ERR_SANDBOX)
        return err;
    media_client_free(TAKE(worker->media));
    TRY(media_client_new(&pool->options.decoder, &worker->media, diag));
    return media_decode_video(worker->media, fd, NULL, ret, diag);
}

static void inspect(InspectPool *pool, Worker *worker, ScanItem *item, int fd) {
    Diag diag = {0};
    Err err = ERR_OK;
    if (pool->options.digests != 0)
        err = digest_all(worker, fd, item, &diag);
    if (err == ERR_OK && pool->options.media != 0 && item->type.class == MEDIA_CLASS_IMAGE) {
        MediaFacts facts = {0};
        err = decode(pool, worker, fd, &facts, &diag);
        if (err == ERR_OK && scan_item_set_media(item, &facts) != ERR_OK)
            err = diag_set(&diag, ERR_NOMEM, N_("There is not enough memory."));
    }
    if (err == ERR_OK && pool->options.wants_video && item->type.class == MEDIA_CLASS_VIDEO) {
        _cleanup_(media_video_done) MediaVideo video = {0};
        err = decode_video(pool, worker, fd, &video, &diag);
        if (err == ERR_OK && scan_item_set_video(item, &video) != ERR_OK)
            err = diag_set(&diag, ERR_NOMEM, N_("There is not enough memory."));
    }
    if (err != ERR_OK) {
        diag.err = err;
        scan_item_set_problem(item, NULL, &diag);
    }
}

static void deliver(InspectPool *pool, Job *job) {
    pthread_mutex_lock(&pool->lock);
    pool->held -= job->held;
    if (!pool->options.is_ordered) {
        pool->options.deliver(pool->options.to, job->item);
        pool->delivered++;
    } else {
        pool->waiting[job->number % SCAN_ORDER_WINDOW] = job->item;
        ScanItem **first;
        while (*(first = &pool->waiting[pool->delivered % SCAN_ORDER_WINDOW]) != NULL) {
            pool->options.deliver(pool->options.to, TAKE(*first));
            pool->delivered++;
        }
    }
    pthread_cond_broadcast(&pool->has_moved);
    pthread_mutex_unlock(&pool->lock);
}

static void run_job(void *argument, int number) {
    Job *job = argument;
    InspectPool *pool = job->pool;
    if (job->fd >= 0 && job->item->problem == NULL)
        inspect(pool, &pool->workers[number], job->item, job->fd);
    closep(&job->fd);
    deliver(pool, job);
    free(job);
}

static Err worker_begin(InspectPool *pool, Worker *worker, Diag *diag) {
    worker->buffer = malloc(SCAN_READ_BYTES);
    if (worker->buffer == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    if (pool->options.digests != 0) {
        Err err = digest_stream_new(pool->options.digests, &worker->digests);
        if (err != ERR_OK)
            return diag_set(diag, err, N_("The computing of digests could not be set up."));
    }
    return pool->options.media == 0
               ? ERR_OK
               : media_client_new(&pool->options.decoder, &worker->media, diag);
}

Err inspect_pool_new(const InspectOptions *options, InspectPool **ret, Diag *diag) {
    InspectPool *pool = calloc(1, sizeof *pool + (size_t)options->jobs * sizeof pool->workers[0]);
    if (pool == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    pool->options = *options;
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->has_moved, NULL);
    Err err = ERR_OK;
    if (options->is_ordered) {
        pool->waiting = calloc(SCAN_ORDER_WINDOW, sizeof *pool->waiting);
        if (pool->waiting == NULL)
            err = diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    }
    for (int i = 0; i < options->jobs && err == ERR_OK; i++)
        err = worker_begin(pool, &pool->workers[i], diag);
    if (err == ERR_OK)
        err = work_queue_new(options->jobs, (size_t)options->jobs * SCAN_QUEUE_PER_JOB, run_job,
                             &pool->queue, diag);
    if (err != ERR_OK) {
        inspect_pool_free(pool);
        return err;
    }
    *ret = pool;
    return ERR_OK;
}

void inspect_pool_free(InspectPool *pool) {
    if (pool == NULL)
        return;
    work_queue_free(pool->queue);
    for (int i = 0; i < pool->options.jobs; i++) {
        media_client_free(pool->workers[i].media);
        digest_stream_free(pool->workers[i].digests);
        free(pool->workers[i].buffer);
    }
    free(pool->waiting);
    pthread_cond_destroy(&pool->has_moved);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
}

Err inspect_pool_push(InspectPool *pool, ScanItem *item, const SourceContent *content, Diag *diag) {
    Job *job = malloc(sizeof *job);
    if (job == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    pthread_mutex_lock(&pool->lock);
    while (pool->options.is_ordered && pool->pushed - pool->delivered >= SCAN_ORDER_WINDOW)
        pthread_cond_wait(&pool->has_moved, &pool->lock);
    *job = (Job){pool, item, content->fd, content->held, pool->pushed++};
    pthread_mutex_unlock(&pool->lock);
    if (!work_queue_push(pool->queue, job)) {
        // Never: this pool does not cancel its queue.
        free(job);
        return diag_set(diag, ERR_INTERNAL, N_("The scan could not go on."));
    }
    return ERR_OK;
}

void inspect_pool_drain(InspectPool *pool) {
    work_queue_drain(pool->queue);
}

void inspect_pool_reserve(InspectPool *pool, uint64_t bytes) {
    pthread_mutex_lock(&pool->lock);
    while (pool->held > 0 && pool->held + bytes > SCAN_SPOOLED_BYTES)
        pthread_cond_wait(&pool->has_moved, &pool->lock);
    pool->held += bytes;
    pthread_mutex_unlock(&pool->lock);
}

void inspect_pool_release(InspectPool *pool, uint64_t bytes) {
    pthread_mutex_lock(&pool->lock);
    pool->held -= bytes;
    pthread_mutex_unlock(&pool->lock);
}
