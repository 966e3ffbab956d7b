// The Store: opening, and transactions with all their attempts.
#include "store/store.h"

#include <assert.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/prng.h"
#include "base/utf8.h"
#include "store/fault.h"
#include "store/tx.h"

struct Store {
    Database database;
    Pool writers; // PostgreSQL: of every transaction
    Pool readers; // SQLite only
    int64_t deadline_ns;
    atomic_uint_fast64_t reads, writes, failures, retries, reconnects;
};

// --- Limits -----------------------------------------------------------------------------------

Err limit_check(const StoreLimit *limit, Diag *diag) {
    if (limit->is_cancelled != NULL &&
        atomic_load_explicit(limit->is_cancelled, memory_order_relaxed))
        return diag_set(diag, ERR_INTERRUPTED, N_("The request was cancelled."));
    if (clock_monotonic_ns() >= limit->deadline_ns)
        return diag_set(diag, ERR_TIMEOUT,
                        N_("The database did not answer in the time that was given."));
    return ERR_OK;
}

int64_t limit_left_ms(const StoreLimit *limit) {
    int64_t left = (limit->deadline_ns - clock_monotonic_ns()) / 1000000;
    return left < 0 ? 0 : left;
}

static StoreLimit limit_of(const Store *store, const StoreRequest *request) {
    StoreLimit limit = {.deadline_ns = request == NULL ? 0 : request->deadline_ns,
                        .is_cancelled = request == NULL ? NULL : request->is_cancelled};
    if (limit.deadline_ns == 0)
        limit.deadline_ns = clock_monotonic_ns() + store->deadline_ns;
    return limit;
}

// --- Opening ----------------------------------------------------------------------------------

void store_free(Store *store) {
    if (store == NULL)
        return;
    pool_done(&store->readers);
    pool_done(&store->writers);
    if (store->database.driver != NULL)
        store->database.driver->close(&store->database);
    free(store->database.address);
    free(store);
}

static Err first_connection(Store *store, Diag *diag) {
    StoreLimit limit = limit_of(store, NULL);
    Link *link;
    TRY(pool_take(&store->writers, &limit, &link, diag));
    Err err = link->conn->driver->found(link->conn, &limit, diag);
    pool_give(&store->writers, link);
    return err;
}

static const Driver *driver_of(Str address) {
    bool is_postgres = str_has_prefix(address, STR("postgresql://")) ||
                       str_has_prefix(address, STR("postgres://"));
    return is_postgres ? &driver_postgres : &driver_sqlite;
}

Err store_open(Str address, const StoreOptions *options, Store **ret, Diag *diag) {
    static const StoreOptions DEFAULTS = {0};
    Diag own;
    if (diag == NULL)
        diag = &own;
    if (options == NULL)
        options = &DEFAULTS;
    if (address.len == 0 || address.len > STORE_ADDRESS_MAX || !utf8_is_valid(address) ||
        memchr(address.ptr, '\0', address.len) != NULL)
        return diag_set(diag, ERR_INVALID,
                        N_("The address of the database must be the path of a file or begin with "
                           "postgresql://."));
    if (options->connections < 0 || options->connections > STORE_CONNECTIONS_MAX ||
        options->deadline_ms < 0)
        return diag_set(diag, ERR_INVALID,
                        N_("The number of database connections is not one that is allowed."));
    Store *store = calloc(1, sizeof *store);
    if (store == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    const Driver *driver = driver_of(address);
    int connections = options->connections > 0 ? options->connections : STORE_CONNECTIONS_DEFAULT;
    int64_t deadline_ms =
        options->deadline_ms > 0 ? options->deadline_ms : STORE_DEADLINE_DEFAULT_MS;
    store->deadline_ns = deadline_ms * 1000000;
    pool_init(&store->writers, &store->database, true, driver->has_one_writer ? 1 : connections);
    pool_init(&store->readers, &store->database, false, connections);
    store->database.address = strndup(address.ptr, address.len);
    store->database.fault = options->fault;
    Err err = ERR_NOMEM;
    if (store->database.address == NULL)
        diag_set(diag, err, N_("There is not enough memory."));
    else
        err = driver->open(&store->database, diag);
    if (err == ERR_OK) {
        store->database.driver = options->fault != NULL ? &driver_fault : driver;
        store->database.inner = driver;
        err = first_connection(store, diag);
    }
    if (err == ERR_OK)
        *ret = store;
    else
        store_free(store);
    return err;
}

const Driver *tx_driver(const Tx *tx) {
    return tx->store->database.inner;
}

StoreMode tx_mode(const Tx *tx) {
    return tx->mode;
}

// --- Transactions -----------------------------------------------------------------------------

// Takes a connection and begins on it. One that died while nobody used it is replaced.
static Err tx_begin(Tx *tx, Pool *pool, Diag *diag) {
    for (int reconnects = 0;; reconnects++) {
        TRY(pool_take(pool, &tx->limit, &tx->link, diag));
        Conn *conn = tx->link->conn;
        Err err = conn->driver->begin(conn, tx->mode, &tx->limit, diag);
        if (err == ERR_OK)
            return ERR_OK;
        bool is_lost = conn->is_lost;
        pool_give(pool, tx->link);
        tx->link = NULL;
        if (!is_lost || reconnects == STORE_RECONNECTS_MAX)
            return err;
        pool_drop_idle(pool);
        atomic_fetch_add(&tx->store->reconnects, 1);
    }
}

// One attempt. *ret_interfered: ERR_BUSY came from the database, not from the function.
static Err tx_attempt(Tx *tx, Pool *pool, StoreWork *work, void *context, bool *ret_interfered,
                      Diag *diag) {
    *ret_interfered = false;
    Err err = tx_begin(tx, pool, diag);
    if (err != ERR_OK) {
        *ret_interfered = err == ERR_BUSY && limit_left_ms(&tx->limit) > 0;
        return err;
    }
    Conn *conn = tx->link->conn;
    err = work(tx, context, diag);
    assert(tx->open_statements == 0);
    if (tx->failed != ERR_OK) {
        err = tx->failed;
        *diag = tx->diag;
        *ret_interfered = err == ERR_BUSY;
    }
    if (err != ERR_OK) {
        conn->driver->rollback(conn);
    } else {
        err = conn->driver->commit(conn, diag);
        *ret_interfered = err == ERR_BUSY;
    }
    pool_give(pool, tx->link);
    return err;
}

// A pause that doubles, of random length so that two who collided do not collide again.
static void backoff(const StoreLimit *limit, int attempt, Prng *prng) {
    int64_t most = INT64_C(1) << (attempt < 8 ? attempt : 8);
    if (most > STORE_BACKOFF_MAX_MS)
        most = STORE_BACKOFF_MAX_MS;
    int64_t pause_ns = (int64_t)prng_below(prng, (uint64_t)most * 1000000);
    while (pause_ns > 0 && limit_check(limit, NULL) == ERR_OK) {
        int64_t slice = STORE_CANCEL_SLICE_MS * INT64_C(1000000);
        if (slice > pause_ns)
            slice = pause_ns;
        nanosleep(&(struct timespec){.tv_nsec = slice}, NULL);
        pause_ns -= slice;
    }
}

Err store_run(Store *store, StoreMode mode, const StoreRequest *request, StoreWork *work,
              void *context, Diag *diag) {
    Diag own;
    if (diag == NULL)
        diag = &own;
    bool has_readers = mode == STORE_READ && store->database.inner->has_one_writer;
    Pool *pool = has_readers ? &store->readers : &store->writers;
    StoreLimit limit = limit_of(store, request);
    if (pool_is_held_by(&store->readers, pthread_self()) ||
        pool_is_held_by(&store->writers, pthread_self()))
        return diag_set(diag, ERR_INTERNAL, N_("A transaction may not begin another transaction."));
    Prng prng = {(uint64_t)clock_monotonic_ns() ^ (uintptr_t)&limit};
    bool has_interfered = true;
    Err err = limit_check(&limit, diag);
    for (int attempt = 1; err == ERR_OK; attempt++) {
        Tx tx = {.store = store, .mode = mode, .limit = limit};
        err = tx_attempt(&tx, pool, work, context, &has_interfered, diag);
        if (err == ERR_OK) {
            atomic_fetch_add(mode == STORE_READ ? &store->reads : &store->writes, 1);
            return ERR_OK;
        }
        if (!has_interfered || attempt == STORE_ATTEMPTS_MAX)
            break;
        backoff(&limit, attempt, &prng);
        err = limit_check(&limit, NULL) == ERR_OK ? ERR_OK : ERR_BUSY;
        if (err == ERR_OK)
            atomic_fetch_add(&store->retries, 1);
    }
    atomic_fetch_add(&store->failures, 1);
    return err;
}

// --- The store as a whole ---------------------------------------------------------------------

static void pool_figures(Pool *pool, StoreFigures *io_figures) {
    pthread_mutex_lock(&pool->lock);
    io_figures->connections += pool->count;
    for (const Link *link = pool->busy; link != NULL; link = link->next)
        io_figures->busy++;
    io_figures->waits += pool->waits;
    io_figures->wait_ns += pool->wait_ns;
    pthread_mutex_unlock(&pool->lock);
}

void store_figures(Store *store, StoreFigures *ret) {
    *ret = (StoreFigures){.driver = store->database.inner->name,
                          .reads = atomic_load(&store->reads),
                          .writes = atomic_load(&store->writes),
                          .failures = atomic_load(&store->failures),
                          .retries = atomic_load(&store->retries),
                          .reconnects = atomic_load(&store->reconnects),
                          .was_unclean = store->database.was_unclean};
    pool_figures(&store->writers, ret);
    pool_figures(&store->readers, ret);
}

Err store_backup(Store *store, const char *path, const StoreRequest *request, Diag *diag) {
    Diag own;
    if (diag == NULL)
        diag = &own;
    StoreLimit limit = limit_of(store, request);
    if (store->database.inner->backup == NULL)
        return diag_set(diag, ERR_UNSUPPORTED,
                        N_("A PostgreSQL database is backed up by its own tools: pg_dump, or "
                           "pg_basebackup with an archive of the write-ahead log."));
    return store->database.inner->backup(&store->database, path, &limit, diag);
}

Err store_check(Store *store, const StoreRequest *request, Diag *diag) {
    Diag own;
    if (diag == NULL)
        diag = &own;
    StoreLimit limit = limit_of(store, request);
    if (request == NULL || request->deadline_ns == 0)
        limit.deadline_ns = INT64_MAX; // it takes as long as the file is large
    const Driver *driver = store->database.inner;
    return driver->check == NULL ? ERR_OK : driver->check(&store->database, &limit, diag);
}
