// One thread that imports what was uploaded, one file after the other.
#include "workspace/import_job.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/utf8.h"
#include "workspace/import_source.h"
#include "workspace/purpose.h"

typedef struct Job {
    ImportState state;
    Actor actor;
    int fd;
    ImportCounts counts;
    ImportResult result;
} Job;

struct ImportDesk {
    Records *records;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t work;
    bool is_over, is_running;
    atomic_bool is_cancelled;
    StoreRequest request;
    Job *jobs[IMPORT_KEPT_MAX]; // oldest first
    size_t count;
};

static void job_free(Job *job) {
    if (job == NULL)
        return;
    if (job->fd >= 0)
        close(job->fd);
    free(job);
}

static Job *job_next(ImportDesk *desk) {
    for (size_t i = 0; i < desk->count; i++)
        if (desk->jobs[i]->state.stage == IMPORT_WAITING)
            return desk->jobs[i];
    return NULL;
}

static Err job_work(ImportDesk *desk, Job *job, Diag *diag) {
    ImportSource _cleanup_(import_source_freep) *source = NULL;
    TRY(import_source_new(job->fd, str_from(job->state.name), &job->counts, &source, diag));
    ItemStream stream = import_source_stream(source);
    job->actor.request = &desk->request;
    return items_import(desk->records, &job->actor, &job->state.case_, &stream, &job->result, diag);
}

static void *desk_run(void *context) {
    ImportDesk *desk = context;
    pthread_mutex_lock(&desk->lock);
    while (!desk->is_over) {
        Job *job = job_next(desk);
        if (job == NULL) {
            pthread_cond_wait(&desk->work, &desk->lock);
            continue;
        }
        job->state.stage = IMPORT_RUNNING;
        pthread_mutex_unlock(&desk->lock);
        Diag why = {0};
        Err err = job_work(desk, job, &why);
        if (err == ERR_OK)
            ledger_log_wake(records_ledger(desk->records));
        pthread_mutex_lock(&desk->lock);
        close(job->fd);
        job->fd = -1;
        job->state.stage = err == ERR_OK ? IMPORT_DONE : IMPORT_FAILED;
        job->state.why = why;
    }
    pthread_mutex_unlock(&desk->lock);
    return NULL;
}

Err import_desk_new(Records *records, ImportDesk **ret, Diag *diag) {
    ImportDesk *desk = calloc(1, sizeof *desk);
    if (desk == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    desk->records = records;
    desk->request.is_cancelled = &desk->is_cancelled;
    pthread_mutex_init(&desk->lock, NULL);
    pthread_cond_init(&desk->work, NULL);
    int code = pthread_create(&desk->thread, NULL, desk_run, desk);
    if (code != 0) {
        free(desk);
        return diag_errno(diag, code, NULL);
    }
    desk->is_running = true;
    *ret = desk;
    return ERR_OK;
}

void import_desk_free(ImportDesk *desk) {
    if (desk == NULL)
        return;
    pthread_mutex_lock(&desk->lock);
    desk->is_over = true;
    atomic_store(&desk->is_cancelled, true);
    pthread_cond_broadcast(&desk->work);
    pthread_mutex_unlock(&desk->lock);
    pthread_join(desk->thread, NULL);
    for (size_t i = 0; i < desk->count; i++)
        job_free(desk->jobs[i]);
    pthread_cond_destroy(&desk->work);
    pthread_mutex_destroy(&desk->lock);
    free(desk);
}

// Room for one more: the oldest that is over makes it.
static bool desk_make_room(ImportDesk *desk) {
    size_t waiting = 0;
    for (size_t i = 0; i < desk->count; i++)
        waiting += desk->jobs[i]->state.stage == IMPORT_WAITING;
    if (waiting >= IMPORT_WAITING_MAX)
        return false;
    if (desk->count < IMPORT_KEPT_MAX)
        return true;
    for (size_t i = 0; i < desk->count; i++)
        if (desk->jobs[i]->state.stage >= IMPORT_DONE) {
            job_free(desk->jobs[i]);
            desk->count--;
            memmove(&desk->jobs[i], &desk->jobs[i + 1], (desk->count - i) * sizeof desk->jobs[0]);
            return true;
        }
    return false;
}

Err import_begin(ImportDesk *desk, const Actor *actor, const Identifier *case_, Str name, int fd,
                 uint64_t size, Identifier *ret, Diag *diag) {
    Job *job = calloc(1, sizeof *job);
    if (job == NULL) {
        close(fd);
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    }
    job->fd = fd;
    job->actor = *actor;
    // The purpose outlives the request: its identifier is static in the table of purposes.
    const Purpose *purpose = purpose_find(actor->purpose);
    job->actor.purpose = purpose == NULL ? (Str){0} : str_from(purpose->identifier);
    job->state = (ImportState){
        .id = identifier_make(), .case_ = *case_, .person = actor->person_id, .bytes_all = size};
    snprintf(job->state.name, sizeof job->state.name, "%.*s", STR_ARG(name));
    pthread_mutex_lock(&desk->lock);
    bool has_room = !desk->is_over && desk_make_room(desk);
    if (has_room) {
        desk->jobs[desk->count++] = job;
        *ret = job->state.id;
        pthread_cond_signal(&desk->work);
    }
    pthread_mutex_unlock(&desk->lock);
    if (has_room)
        return ERR_OK;
    job_free(job);
    return diag_set(diag, ERR_BUSY,
                    N_("Too many imports wait already. Try again when one is done."));
}

Err import_state(ImportDesk *desk, const Identifier *id, const Identifier *case_, ImportState *ret,
                 Diag *diag) {
    bool is_found = false;
    pthread_mutex_lock(&desk->lock);
    for (size_t i = 0; i < desk->count && !is_found; i++) {
        const Job *job = desk->jobs[i];
        is_found =
            identifier_equal(&job->state.id, id) && identifier_equal(&job->state.case_, case_);
        if (!is_found)
            continue;
        *ret = job->state;
        ret->bytes_done = atomic_load(&job->counts.bytes);
        ret->records = atomic_load(&job->counts.records);
        ret->rejected = atomic_load(&job->counts.rejected);
        if (job->state.stage == IMPORT_DONE) {
            ret->records = job->result.items;
            ret->items = job->result.items - job->result.merged - job->result.skipped;
            ret->added = job->result.added;
            ret->merged = job->result.merged;
        }
    }
    pthread_mutex_unlock(&desk->lock);
    return is_found ? ERR_OK
                    : diag_set(diag, ERR_NOT_FOUND, N_("There is no such import, or it is over."));
}
