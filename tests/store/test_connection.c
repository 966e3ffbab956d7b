// Connections that are lost: on PostgreSQL only, where a server can end them.
#include "fixture.h"
#include "store/postgres.h"

static const char TABLE[] = "CREATE TABLE vals (id BIGINT PRIMARY KEY)";

typedef struct One {
    const char *sql;
    Store *other;      // whose connections are ended within the transaction
    bool ends_at_last; // after the statement, so that COMMIT meets a dead connection
} One;

static Err end_others(Tx *tx, void *context, Diag *diag) {
    (void)context;
    return tx_run(
        tx,
        STR("SELECT count(pg_terminate_backend(pid, 2000)) FROM pg_stat_activity WHERE pid "
            "<> pg_backend_pid() AND backend_type = 'client backend'"),
        BIND_NONE, NULL, diag);
}

static Err one_work(Tx *tx, void *context, Diag *diag) {
    One *one = context;
    if (one->other != NULL && !one->ends_at_last)
        CHECK_OK(store_run(one->other, STORE_READ, NULL, end_others, NULL, NULL));
    TRY(tx_run(tx, str_from(one->sql), BIND_NONE, NULL, diag));
    if (one->other != NULL && one->ends_at_last)
        CHECK_OK(store_run(one->other, STORE_READ, NULL, end_others, NULL, NULL));
    return ERR_OK;
}

static bool is_elsewhere(void) {
    if (!fixture_is_postgres())
        t_skip("only a server can end connections");
    return !fixture_is_postgres();
}

TEST(connections_that_died_idle_are_replaced)
{
    if (is_elsewhere())
        return;
    Store *store = fixture_open(NULL), *other = fixture_reopen(NULL);
    REQUIRE(store != NULL && other != NULL);
    CHECK_OK(fixture_execute(store, TABLE));
    CHECK_OK(store_run(other, STORE_READ, NULL, end_others, NULL, NULL));
    CHECK_INT(fixture_count(store, STR("SELECT count(*) FROM vals")), 0);
    StoreFigures figures;
    store_figures(store, &figures);
    CHECK_INT(figures.reconnects, 1);
    CHECK_INT(figures.failures, 0);
    store_free(store);
    store_free(other);
}

TEST(a_connection_lost_in_a_transaction_is_told)
{
    if (is_elsewhere())
        return;
    Store *store = fixture_open(NULL), *other = fixture_reopen(NULL);
    REQUIRE(store != NULL && other != NULL);
    CHECK_OK(fixture_execute(store, TABLE));
    One one = {.sql = "INSERT INTO vals (id) VALUES (1)", .other = other};
    Diag diag = {0};
    CHECK_ERR(store_run(store, STORE_WRITE, NULL, one_work, &one, &diag), ERR_IO);
    CHECK_INT(fixture_count(store, STR("SELECT count(*) FROM vals")), 0);
    const char *before = diag.msgid;
    one.ends_at_last = true;
    CHECK_ERR(store_run(store, STORE_WRITE, NULL, one_work, &one, &diag), ERR_IO);
    CHECK(before != NULL && diag.msgid != NULL && strcmp(before, diag.msgid) != 0);
    one.other = NULL;
    one.sql = "DELETE FROM vals";
    CHECK_OK(store_run(store, STORE_WRITE, NULL, one_work, &one, &diag));
    store_free(store);
    store_free(other);
}

static Err widen(Tx *tx, void *context, Diag *diag) {
    (void)context;
    _cleanup_stmt_ Stmt *rows = NULL;
    TRY(tx_query(tx, STR("SELECT * FROM vals"), BIND_NONE, &rows, diag));
    while (stmt_next(rows))
        continue;
    return tx_err(tx, diag);
}

// A statement prepared before another process changed the table's columns.
TEST(a_table_may_change_under_a_prepared_statement)
{
    Store *store = fixture_open(NULL), *other = fixture_reopen(NULL);
    REQUIRE(store != NULL && other != NULL);
    CHECK_OK(fixture_execute(store, TABLE));
    CHECK_OK(store_run(store, STORE_READ, NULL, widen, NULL, NULL));
    CHECK_OK(fixture_execute(other, "ALTER TABLE vals ADD COLUMN more BIGINT"));
    CHECK_OK(store_run(store, STORE_READ, NULL, widen, NULL, NULL));
    store_free(store);
    store_free(other);
}

TEST(a_server_is_backed_up_by_its_own_tools)
{
    if (is_elsewhere())
        return;
    _cleanup_(store_freep) Store *store = fixture_open(NULL);
    REQUIRE(store != NULL);
    CHECK_ERR(store_backup(store, "never", NULL, NULL), ERR_UNSUPPORTED);
}

TEST(a_server_that_is_not_there_is_told)
{
    Store *store = NULL;
    Diag diag = {0};
    CHECK_ERR(
        store_open(STR("postgresql:///none?host=/nowhere/at/all&user=nobody"), NULL, &store, &diag),
        ERR_IO);
    CHECK(store == NULL && diag.arg_count == 3);
    CHECK_ERR(store_open(STR("postgresql://me:secret@[bad"), NULL, &store, &diag), ERR_INVALID);
    CHECK_INT(diag.arg_count, 0); // nothing of the address, which holds a password
}

TEST(another_machine_must_prove_who_it_is)
{
    static const char *const PROTECTED[] = {
        "postgresql://db.example/seventh",
        "postgres://me@192.0.2.1:5433/seventh",
        "postgresql:///seventh?host=db.example",
        "postgresql://localhost,db.example/seventh",
        "postgresql:///seventh?host=localhost&hostaddr=192.0.2.1",
        "postgresql://[2001:db8::1]/x"};
    static const char *const FREE[] = {"postgresql:///seventh",
                                       "postgresql:///seventh?host=/run/postgresql",
                                       "postgresql://localhost/seventh",
                                       "postgresql://127.0.0.1,[::1]/seventh",
                                       "postgresql://db.example/seventh?sslmode=require",
                                       "postgresql://[bad"};
    for (size_t i = 0; i < sizeof PROTECTED / sizeof PROTECTED[0]; i++)
        CHECK(pg_needs_protection(PROTECTED[i]));
    for (size_t i = 0; i < sizeof FREE / sizeof FREE[0]; i++)
        CHECK(!pg_needs_protection(FREE[i]));
}
