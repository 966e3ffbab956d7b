// Want of memory anywhere in the store: told as such, nothing leaked, nothing half done.
#include <unistd.h>

#include "fault.h"
#include "fixture.h"
#include "store/schema.h"
#include "store/search.h"

static const StoreStep STEPS[] = {{1, "table units (id int64 primary key generated, code text not "
                                      "null in ('a', 'b')) search words"}};
static const StoreSchema SCHEMA[] = {{"units", STEPS, 1}};

static Err work(Tx *tx, void *context, Diag *diag) {
    static const Str TOKENS[] = {{"red", 3}, {"lamp", 4}};
    SearchTerm term = {{"la", 2}, true};
    SearchHit hits[4];
    size_t found;
    int64_t id;
    (void)context;
    TRY(tx_int64(tx, STR("INSERT INTO units (code) VALUES (:code) RETURNING id"),
                 BINDS(bind_text("code", STR("a"))), NULL, &id, diag));
    TRY(search_put(tx, "words", id, TOKENS, 2, diag));
    return search_find(tx, "words", &term, 1, 0, hits, 4, &found, diag);
}

static Err open_and_use(void) {
    _cleanup_(store_freep) Store *store = NULL;
    char path[4096];
    Diag diag;
    snprintf(path, sizeof path, "%s/fault.db", t_folder());
    TRY(store_open(str_from(path), NULL, &store, &diag));
    TRY(store_upgrade(store, SCHEMA, 1, NULL, &diag));
    TRY(store_run(store, STORE_WRITE, NULL, work, NULL, &diag));
    snprintf(path, sizeof path, "%s/fault.copy", t_folder());
    return store_backup(store, path, NULL, &diag);
}

TEST(the_store_survives_want_of_memory)
{ FAULT_SWEEP(open_and_use); }
