// Connections handed out first come, first served, so that under load nobody waits for ever.
#include "store/pool.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"

// Somebody who waits, on the waiter's stack.
struct PoolWaiter {
    pthread_cond_t wake;
    Link *link;       // what was handed over
    bool may_connect; // a place was handed over, without a connection
    PoolWaiter *next;
};

void pool_init(Pool *pool, Database *database, bool may_write, int limit) {
    *pool = (Pool){.database = database, .may_write = may_write, .limit = limit};
    pool->last = &pool->first;
    pthread_mutex_init(&pool->lock, NULL);
}

static void link_free(Link *link) {
    for (int i = 0; i < link->prepared_count; i++) {
        link->conn->driver->finalize(link->prepared[i]->stmt);
        query_done(&link->prepared[i]->query);
        free(link->prepared[i]);
    }
    link->conn->driver->disconnect(link->conn);
    free(link);
}

void pool_done(Pool *pool) {
    while (pool->idle != NULL) {
        Link *link = pool->idle;
        pool->idle = link->next;
        link_free(link);
    }
    pthread_mutex_destroy(&pool->lock);
}

static PoolWaiter *waiter_first(Pool *pool) {
    PoolWaiter *waiter = pool->first;
    pool->first = waiter->next;
    if (pool->first == NULL)
        pool->last = &pool->first;
    return waiter;
}

static void waiter_remove(Pool *pool, PoolWaiter *waiter) {
    for (PoolWaiter **at = &pool->first; *at != NULL; at = &(*at)->next) {
        if (*at != waiter)
            continue;
        *at = waiter->next;
        if (waiter->next == NULL)
            pool->last = at;
        return;
    }
}

// A place without a connection is free: for who waits longest, or for later.
static void place_give(Pool *pool) {
    if (pool->first == NULL) {
        pool->count--;
        return;
    }
    PoolWaiter *waiter = waiter_first(pool);
    waiter->may_connect = true;
    pthread_cond_signal(&waiter->wake);
}

// Waits in the queue with the lock held; on ERR_OK the waiter was given something.
static Err waiter_wait(Pool *pool, PoolWaiter *waiter, const StoreLimit *limit, Diag *diag) {
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&waiter->wake, &attributes);
    pthread_condattr_destroy(&attributes);
    *pool->last = waiter;
    pool->last = &waiter->next;
    int64_t start = clock_monotonic_ns();
    Err err = ERR_OK;
    while (waiter->link == NULL && !waiter->may_connect && err == ERR_OK) {
        int64_t until = limit->deadline_ns;
        int64_t slice = clock_monotonic_ns() + STORE_CANCEL_SLICE_MS * INT64_C(1000000);
        if (limit->is_cancelled != NULL && until > slice)
            until = slice;
        struct timespec at = {.tv_sec = until / 1000000000, .tv_nsec = until % 1000000000};
        pthread_cond_timedwait(&waiter->wake, &pool->lock, &at);
        if (waiter->link == NULL && !waiter->may_connect)
            err = limit_check(limit, diag);
    }
    if (err != ERR_OK)
        waiter_remove(pool, waiter);
    pool->waits++;
    pool->wait_ns += (uint64_t)(clock_monotonic_ns() - start);
    pthread_cond_destroy(&waiter->wake);
    if (err == ERR_TIMEOUT)
        return diag_set(diag, ERR_BUSY,
                        N_("The database is busy: no connection came free in time. Try again."));
    return err;
}

static Err link_new(Pool *pool, const StoreLimit *limit, Link **ret, Diag *diag) {
    _cleanup_free_ Link *link = calloc(1, sizeof *link);
    if (link == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    TRY(pool->database->driver->connect(pool->database, pool->may_write, limit, &link->conn, diag));
    *ret = TAKE(link);
    return ERR_OK;
}

bool pool_is_held_by(Pool *pool, pthread_t thread) {
    bool is_held = false;
    pthread_mutex_lock(&pool->lock);
    for (const Link *link = pool->busy; link != NULL; link = link->next)
        is_held |= pthread_equal(link->holder, thread) != 0;
    pthread_mutex_unlock(&pool->lock);
    return is_held;
}

Err pool_take(Pool *pool, const StoreLimit *limit, Link **ret, Diag *diag) {
    PoolWaiter waiter = {0};
    Err err = ERR_OK;
    pthread_mutex_lock(&pool->lock);
    if (pool->first == NULL && pool->idle != NULL) {
        waiter.link = pool->idle;
        pool->idle = waiter.link->next;
    } else if (pool->first == NULL && pool->count < pool->limit) {
        pool->count++;
        waiter.may_connect = true;
    } else {
        err = waiter_wait(pool, &waiter, limit, diag);
    }
    if (err == ERR_OK && waiter.link == NULL) {
        pthread_mutex_unlock(&pool->lock);
        err = link_new(pool, limit, &waiter.link, diag);
        pthread_mutex_lock(&pool->lock);
        if (err != ERR_OK)
            place_give(pool);
    }
    if (err == ERR_OK) {
        waiter.link->holder = pthread_self();
        waiter.link->next = pool->busy;
        pool->busy = waiter.link;
        *ret = waiter.link;
    }
    pthread_mutex_unlock(&pool->lock);
    return err;
}

void pool_give(Pool *pool, Link *link) {
    bool is_lost = link->conn->is_lost;
    pthread_mutex_lock(&pool->lock);
    for (Link **at = &pool->busy; *at != NULL; at = &(*at)->next) {
        if (*at == link) {
            *at = link->next;
            break;
        }
    }
    if (is_lost) {
        place_give(pool);
    } else if (pool->first != NULL) {
        PoolWaiter *waiter = waiter_first(pool);
        waiter->link = link;
        pthread_cond_signal(&waiter->wake);
    } else {
        link->next = pool->idle;
        pool->idle = link;
    }
    pthread_mutex_unlock(&pool->lock);
    if (is_lost)
        link_free(link);
}

void pool_drop_idle(Pool *pool) {
    pthread_mutex_lock(&pool->lock);
    Link *dropped = pool->idle;
    pool->idle = NULL;
    for (const Link *link = dropped; link != NULL; link = link->next)
        place_give(pool);
    pthread_mutex_unlock(&pool->lock);
    while (dropped != NULL) {
        Link *link = dropped;
        dropped = link->next;
        link_free(link);
    }
}

// --- Prepared statements ----------------------------------------------------------------------

// FNV-1a: the texts are ours, so a simple hash will do; texts are compared as well.
static uint64_t text_hash(Str text) {
    uint64_t hash = 0xCBF29CE484222325u;
    for (size_t i = 0; i < text.len; i++)
        hash = (hash ^ (unsigned char)text.ptr[i]) * 0x100000001B3u;
    return hash;
}

static void prepared_free(Prepared *prepared, const Driver *driver) {
    if (prepared->stmt != NULL)
        driver->finalize(prepared->stmt);
    query_done(&prepared->query);
    free(prepared);
}

// A place in the cache: a new one, or that of the statement not used for longest; -1 when all are
// in use.
static int place_find(Link *link) {
    if (link->prepared_count < STORE_STATEMENTS_MAX)
        return link->prepared_count;
    int oldest = -1;
    for (int i = 0; i < link->prepared_count; i++)
        if (!link->prepared[i]->is_in_use &&
            (oldest < 0 || link->prepared[i]->used_at < link->prepared[oldest]->used_at))
            oldest = i;
    return oldest;
}

static Err prepared_new(Link *link, Str sql, Prepared **ret, Diag *diag) {
    Prepared *prepared = calloc(1, sizeof *prepared);
    if (prepared == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    Err err = query_parse(sql, &prepared->query, diag);
    if (err == ERR_OK)
        err = link->conn->driver->prepare(link->conn, &prepared->query, &prepared->stmt, diag);
    if (err != ERR_OK)
        prepared_free(prepared, link->conn->driver);
    else
        *ret = prepared;
    return err;
}

Err link_prepare(Link *link, Str sql, Prepared **ret, Diag *diag) {
    uint64_t hash = text_hash(sql);
    link->uses++;
    bool is_known = false;
    for (int i = 0; i < link->prepared_count; i++) {
        Prepared *prepared = link->prepared[i];
        if (prepared->hash != hash ||
            !str_equal(str_of(prepared->query.sql, prepared->query.len), sql))
            continue;
        is_known = true;
        if (!prepared->is_in_use) {
            prepared->is_in_use = true;
            prepared->used_at = link->uses;
            *ret = prepared;
            return ERR_OK;
        }
    }
    Prepared *prepared = NULL;
    TRY(prepared_new(link, sql, &prepared, diag));
    prepared->hash = hash;
    prepared->is_in_use = true;
    prepared->used_at = link->uses;
    // A second one of the same text, for a statement inside its own loop, ends with its use.
    int place = is_known ? -1 : place_find(link);
    if (place >= 0) {
        if (place < link->prepared_count)
            prepared_free(link->prepared[place], link->conn->driver);
        else
            link->prepared_count++;
        link->prepared[place] = prepared;
        prepared->is_kept = true;
    }
    *ret = prepared;
    return ERR_OK;
}

void link_put_back(Link *link, Prepared *prepared) {
    link->conn->driver->reset(prepared->stmt);
    prepared->is_in_use = false;
    if (!prepared->is_kept)
        prepared_free(prepared, link->conn->driver);
}
