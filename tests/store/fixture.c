// Opening databases for the tests of the store.
#include "fixture.h"

#include <unistd.h>

#include "store/tx.h"

static char address[4096];

bool fixture_is_postgres(void) {
    const char *given = getenv("SEVENTH_STORE");
    return given != NULL && given[0] != '\0';
}

Str fixture_address(void) {
    return str_from(address);
}

void fixture_print(const Diag *diag) {
    printf("# %s: %s", err_name(diag->err), diag->msgid);
    for (int i = 0; i < diag->arg_count; i++)
        printf(" {%s: %s}", diag->args[i].name, diag->args[i].text);
    printf("\n");
}

static Err execute(Tx *tx, void *context, Diag *diag) {
    return tx_execute(tx, context, diag);
}

Err fixture_execute(Store *store, const char *sql) {
    Diag diag = {0};
    Err err = store_run(store, STORE_WRITE, NULL, execute, (void *)(uintptr_t)sql, &diag);
    if (err != ERR_OK)
        fixture_print(&diag);
    return err;
}

Store *fixture_reopen(const StoreOptions *options) {
    Store *store = NULL;
    Diag diag = {0};
    Err err = store_open(fixture_address(), options, &store, &diag);
    CHECK_OK(err);
    if (err != ERR_OK)
        fixture_print(&diag);
    return store;
}

static void file_fresh(void) {
    static int number;
    snprintf(address, sizeof address, "%s/store-%d.db", t_folder(), ++number);
}

Store *fixture_open(const StoreOptions *options) {
    if (!fixture_is_postgres()) {
        file_fresh();
        return fixture_reopen(options);
    }
    snprintf(address, sizeof address, "%s", getenv("SEVENTH_STORE"));
    Store *store = fixture_reopen(NULL);
    if (store == NULL)
        return NULL;
    CHECK_OK(fixture_execute(store, "DROP SCHEMA public CASCADE; CREATE SCHEMA public"));
    store_free(store);
    return fixture_reopen(options);
}

typedef struct Counting {
    Str sql;
    int64_t number;
} Counting;

static Err count_work(Tx *tx, void *context, Diag *diag) {
    Counting *counting = context;
    return tx_int64(tx, counting->sql, BIND_NONE, NULL, &counting->number, diag);
}

int64_t fixture_count(Store *store, Str sql) {
    Counting counting = {sql, -1};
    Diag diag = {0};
    if (store_run(store, STORE_READ, NULL, count_work, &counting, &diag) != ERR_OK) {
        fixture_print(&diag);
        return -1;
    }
    return counting.number;
}
