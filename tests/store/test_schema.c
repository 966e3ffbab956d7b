// Schema steps on a database: applying, comparing, refusing, resuming.
#include <pthread.h>

#include "fixture.h"
#include "store/schema.h"

static const StoreStep UNITS[] = {
    {1, "table units (id int64 primary key generated, code text not null unique, kind text not "
        "null in ('police', 'hotline'), parent int64 references units, level int64 in (1, 2), "
        "index (kind, code))"},
    {2, "add units (country text not null default 'xx', closed_ms int64) "
        "index units (country) "
        "run { INSERT INTO units (code, kind) VALUES ('first', 'police') }"},
    {3, "allow units kind ('police', 'hotline', 'industry') unique units (country, code)"},
};
static const StoreStep SEATS[] = {
    {1, "table seats (unit int64 not null references units on delete cascade, person int64, "
        "primary key (unit, person)) search words"},
    {2, "table gone (id int64 primary key)"},
    {3, "drop gone"},
};
static const StoreSchema SCHEMAS[] = {{"units", UNITS, 3}, {"seats", SEATS, 3}};

static Err upgrade(Store *store, const StoreSchema *schemas, int count, int expected) {
    Diag diag = {0};
    int applied = -1;
    Err err = store_upgrade(store, schemas, count, &applied, &diag);
    if (err == ERR_OK)
        CHECK_INT(applied, expected);
    else
        CHECK(diag.msgid != NULL);
    if (err == ERR_INTERNAL)
        fixture_print(&diag);
    return err;
}

typedef struct One {
    const char *sql;
    int64_t changed;
} One;

static Err one_work(Tx *tx, void *context, Diag *diag) {
    One *one = context;
    return tx_run(tx, str_from(one->sql), BIND_NONE, &one->changed, diag);
}

static Err run(Store *store, const char *sql) {
    One one = {.sql = sql};
    Diag diag = {0};
    Err err = store_run(store, STORE_WRITE, NULL, one_work, &one, &diag);
    if (err == ERR_INTERNAL)
        fixture_print(&diag);
    return err;
}

TEST(steps_are_applied_once)
{
    Store *store = fixture_open(NULL);
    REQUIRE(store != NULL);
    CHECK_ERR(store_schema_check(store, SCHEMAS, 2, NULL), ERR_STATE);
    CHECK_OK(upgrade(store, SCHEMAS, 2, 6));
    CHECK_OK(upgrade(store, SCHEMAS, 2, 0));
    CHECK_OK(store_schema_check(store, SCHEMAS, 2, NULL));
    CHECK_INT(fixture_count(store, STR("SELECT count(*) FROM units WHERE country = 'xx'")), 1);
    store_free(store);
    store = fixture_reopen(NULL);
    REQUIRE(store != NULL);
    CHECK_OK(upgrade(store, SCHEMAS, 2, 0));
    CHECK_INT(fixture_count(store, STR("SELECT count(*) FROM store_steps")), 6);
    store_free(store);
}

TEST(constraints_hold_alike)
{
    _cleanup_(store_freep) Store *store = fixture_open(NULL);
    REQUIRE(store != NULL);
    CHECK_OK(upgrade(store, SCHEMAS, 2, 6));
    CHECK_OK(run(store, "INSERT INTO units (code, kind) VALUES ('a', 'industry')"));
    CHECK_ERR(run(store, "INSERT INTO units (code, kind) VALUES ('a', 'police')"), ERR_EXISTS);
    CHECK_ERR(run(store, "INSERT INTO units (code, kind) VALUES ('b', 'other')"), ERR_RANGE);
    CHECK_ERR(run(store, "UPDATE units SET kind = 'other' WHERE code = 'a'"), ERR_RANGE);
    CHECK_ERR(run(store, "UPDATE units SET level = 3"), ERR_RANGE);
    CHECK_OK(run(store, "UPDATE units SET level = NULL"));
    CHECK_ERR(run(store, "INSERT INTO units (code) VALUES ('c')"), ERR_RANGE);
    CHECK_ERR(run(store, "INSERT INTO units (code, kind, parent) VALUES ('d', 'police', 99)"),
              ERR_CONFLICT);
    CHECK_OK(run(store, "INSERT INTO units (id, code, kind) VALUES (50, 'e', 'police')"));
    CHECK_OK(run(store, "INSERT INTO seats (unit, person) VALUES (50, 1), (50, 2)"));
    CHECK_ERR(run(store, "INSERT INTO seats (unit, person) VALUES (50, 1)"), ERR_EXISTS);
    CHECK_ERR(run(store, "INSERT INTO seats (unit) VALUES (50)"), ERR_RANGE);
    CHECK_OK(run(store, "DELETE FROM units WHERE id = 50"));
    CHECK_INT(fixture_count(store, STR("SELECT count(*) FROM seats")), 0);
    CHECK_OK(run(store, "INSERT INTO units (code, kind) VALUES ('a', 'police') ON CONFLICT (code) "
                        "DO UPDATE SET kind = excluded.kind"));
    CHECK_OK(run(store, "INSERT INTO units (code, kind) VALUES ('a', 'police') ON CONFLICT DO "
                        "NOTHING"));
}

TEST(another_form_of_an_applied_step_is_refused)
{
    static const StoreStep CHANGED[] = {{1, "table units (id int64 primary key)"}};
    static const StoreStep BEFORE[] = {{1, "table units (id int64 primary key, code text)"}};
    _cleanup_(store_freep) Store *store = fixture_open(NULL);
    REQUIRE(store != NULL);
    CHECK_OK(upgrade(store, (const StoreSchema[]){{"units", BEFORE, 1}}, 1, 1));
    CHECK_ERR(upgrade(store, (const StoreSchema[]){{"units", CHANGED, 1}}, 1, 0), ERR_CONFLICT);
}

TEST(an_older_program_refuses_a_newer_database)
{
    _cleanup_(store_freep) Store *store = fixture_open(NULL);
    REQUIRE(store != NULL);
    CHECK_OK(upgrade(store, SCHEMAS, 2, 6));
    CHECK_ERR(upgrade(store, (const StoreSchema[]){{"units", UNITS, 2}, SCHEMAS[1]}, 2, 0),
              ERR_UNSUPPORTED);
    CHECK_ERR(upgrade(store, SCHEMAS, 1, 0), ERR_UNSUPPORTED); // a room that it does not know
    CHECK_ERR(store_schema_check(store, SCHEMAS, 1, NULL), ERR_UNSUPPORTED);
    CHECK_INT(fixture_count(store, STR("SELECT count(*) FROM store_steps")), 6);
}

TEST(a_wrong_step_changes_nothing)
{
    static const StoreStep WRONG[] = {
        {1, "table things (id int64 primary key) run { INSERT INTO missing (id) VALUES (1) }"}};
    static const StoreStep GAP[] = {{2, "table things (id int64 primary key)"}};
    static const StoreStep TIGHT[] = {{1, "table things (id int64 primary key, kind text in ('a', "
                                          "'b')) run { INSERT INTO things (id, kind) VALUES (1, "
                                          "'b') }"},
                                      {2, "allow things kind ('a')"}};
    _cleanup_(store_freep) Store *store = fixture_open(NULL);
    REQUIRE(store != NULL);
    CHECK_ERR(upgrade(store, (const StoreSchema[]){{"things", WRONG, 1}}, 1, 0), ERR_INTERNAL);
    CHECK_ERR(upgrade(store, (const StoreSchema[]){{"things", GAP, 1}}, 1, 0), ERR_INTERNAL);
    CHECK_ERR(upgrade(store, (const StoreSchema[]){{"things", TIGHT, 2}}, 1, 0), ERR_RANGE);
    CHECK_INT(fixture_count(store, STR("SELECT count(*) FROM store_steps")), 1);
    CHECK_INT(fixture_count(store, STR("SELECT count(*) FROM things")), 1);
}

// Whatever fails, and wherever: the next start brings the database to its state.
TEST(an_interrupted_upgrade_goes_on)
{
    int64_t sweeps = 0;
    for (int64_t n = 0;; n++) {
        StoreFault fault = {0};
        StoreOptions options = {.fault = &fault};
        _cleanup_(store_freep) Store *store = fixture_open(&options);
        REQUIRE(store != NULL);
        store_fault_arm(&fault, STORE_FAULT_ALL, n, true, ERR_IO);
        int applied;
        Err err = store_upgrade(store, SCHEMAS, 2, &applied, NULL);
        if (store_fault_disarm(&fault) == 0) {
            CHECK_OK(err);
            break;
        }
        sweeps++;
        CHECK_ERR(err, ERR_IO);
        CHECK_OK(store_upgrade(store, SCHEMAS, 2, &applied, NULL));
        CHECK_OK(store_schema_check(store, SCHEMAS, 2, NULL));
        CHECK_INT(fixture_count(store, STR("SELECT count(*) FROM units")), 1);
        if (fixture_is_postgres())
            n += 6; // each round there makes a schema anew
    }
    CHECK(sweeps > 10);
}

typedef struct Starter {
    Err err;
    int applied;
} Starter;

static void *start(void *context) {
    Starter *starter = context;
    Store *store = NULL;
    starter->err = store_open(fixture_address(), NULL, &store, NULL);
    if (starter->err == ERR_OK)
        starter->err = store_upgrade(store, SCHEMAS, 2, &starter->applied, NULL);
    store_free(store);
    return NULL;
}

TEST(those_who_start_at_once_apply_each_step_once)
{
    enum { STARTERS = 4 };
    store_free(fixture_open(NULL));
    pthread_t threads[STARTERS];
    Starter starters[STARTERS] = {0};
    int applied = 0;
    for (int i = 0; i < STARTERS; i++)
        REQUIRE(pthread_create(&threads[i], NULL, start, &starters[i]) == 0);
    for (int i = 0; i < STARTERS; i++) {
        pthread_join(threads[i], NULL);
        CHECK_OK(starters[i].err);
        applied += starters[i].applied;
    }
    CHECK_INT(applied, 6);
}
