// Pool: a bounded set of connections, handed out in the order of asking.
//
// A Link is a connection with the statements prepared on it; whoever holds it is alone with it.
// All functions may be called from any thread, except that a Link belongs to its holder.
#pragma once
#include <pthread.h>

#include "store/driver.h"

// A statement prepared on one connection.
typedef struct Prepared {
    uint64_t hash; // of the text
    uint64_t used_at;
    Query query;
    DriverStmt *stmt;
    bool is_in_use;
    bool is_kept; // in the link's cache; otherwise it ends with its use
} Prepared;

typedef struct Link {
    Conn *conn;
    Prepared *prepared[STORE_STATEMENTS_MAX];
    int prepared_count;
    uint64_t uses;
    pthread_t holder;
    struct Link *next; // in the pool's idle or busy list
} Link;

// The statement of this text, from the cache or made now. It is given back by link_put_back.
Err link_prepare(Link *link, Str sql, Prepared **ret, Diag *diag) MUST_CHECK;
void link_put_back(Link *link, Prepared *prepared);

typedef struct PoolWaiter PoolWaiter;
typedef struct Pool {
    pthread_mutex_t lock;
    Database *database;
    bool may_write;
    int limit;
    int count; // connections there are or that are being made
    Link *idle;
    Link *busy;
    PoolWaiter *first; // in order of arrival
    PoolWaiter **last;
    uint64_t waits, wait_ns;
} Pool;

void pool_init(Pool *pool, Database *database, bool may_write, int limit);
// Nothing may be held.
void pool_done(Pool *pool);
// ERR_BUSY when none comes free before the limit; ERR_INTERRUPTED; or why connecting failed.
// ERR_INTERNAL when this thread holds one already.
Err pool_take(Pool *pool, const StoreLimit *limit, Link **ret, Diag *diag) MUST_CHECK;
// Back into the pool, or closed when its connection is lost.
void pool_give(Pool *pool, Link *link);
// Closes the connections that nobody holds: when one was found dead, so may be the others.
void pool_drop_idle(Pool *pool);
bool pool_is_held_by(Pool *pool, pthread_t thread);
