// Transactions and statements, on either database.
#include <math.h>
#include <pthread.h>

#include "base/clock.h"
#include "fixture.h"

static const char *values_table(void) {
    return fixture_is_postgres()
               ? "CREATE TABLE vals (id BIGINT PRIMARY KEY, number BIGINT, fraction DOUBLE "
                 "PRECISION, words TEXT COLLATE \"C\", raw BYTEA)"
               : "CREATE TABLE vals (id INTEGER PRIMARY KEY, number INTEGER, fraction REAL, "
                 "words TEXT, raw BLOB) STRICT";
}

static Str insert_sql(void) {
    return STR("INSERT INTO vals (id, number, fraction, words, raw) "
               "VALUES (:id, :number, :fraction, :words, :raw)");
}

static Store *values_open(const StoreOptions *options) {
    Store *store = fixture_open(options);
    if (store != NULL)
        CHECK_OK(fixture_execute(store, values_table()));
    return store;
}

static Err round_trip(Tx *tx, void *context, Diag *diag) {
    static const int64_t NUMBERS[] = {0, 1, -1, INT64_MAX, INT64_MIN};
    static const double FRACTIONS[] = {0.0, 0.1, -1e300, 5e-324, INFINITY};
    static const Str TEXTS[] = {
        {"", 0}, {"a", 1}, {"محمد", 8}, {"'; DROP TABLE vals --", 21}, {":a", 2}};
    static const Str BYTES[] = {{"", 0}, {"\0", 1}, {"\xFF\x00\xFE", 3}, {"'", 1}, {"\\x00", 4}};
    (void)context;
    for (int i = 0; i < 5; i++)
        TRY(tx_run(tx, insert_sql(),
                   BINDS(bind_int64("id", i), bind_int64("number", NUMBERS[i]),
                         bind_real64("fraction", FRACTIONS[i]), bind_text("words", TEXTS[i]),
                         bind_bytes("raw", BYTES[i])),
                   NULL, diag));
    TRY(tx_run(tx, insert_sql(), BINDS(bind_int64("id", 5), bind_null("words")), NULL, diag));
    _cleanup_stmt_ Stmt *rows = NULL;
    TRY(tx_query(tx, STR("SELECT id, number, fraction, words, raw FROM vals ORDER BY id"),
                 BIND_NONE, &rows, diag));
    int seen = 0;
    for (; stmt_next(rows); seen++) {
        CHECK_INT(stmt_columns(rows), 5);
        CHECK_INT(stmt_int64(rows, 0), seen);
        if (seen == 5) {
            for (int c = 1; c < 5; c++)
                CHECK(stmt_is_null(rows, c));
            CHECK_INT(stmt_int64(rows, 1), 0);
            CHECK_STR(stmt_text(rows, 3), "");
        } else {
            CHECK(stmt_int64(rows, 1) == NUMBERS[seen]);
            CHECK(stmt_real64(rows, 2) == FRACTIONS[seen]);
            CHECK(stmt_type(rows, 3) == STORE_TEXT && str_equal(stmt_text(rows, 3), TEXTS[seen]));
            CHECK(stmt_type(rows, 4) == STORE_BYTES && str_equal(stmt_bytes(rows, 4), BYTES[seen]));
        }
    }
    CHECK_INT(seen, 6);
    return tx_err(tx, diag);
}

TEST(values_come_back_as_they_went_in)
{
    _cleanup_(store_freep) Store *store = values_open(NULL);
    REQUIRE(store != NULL);
    Diag diag = {0};
    CHECK_OK(store_run(store, STORE_WRITE, NULL, round_trip, NULL, &diag));
    CHECK_INT(fixture_count(store, STR("SELECT count(*) FROM vals")), 6);
}

// A work that runs one statement with one value.
typedef struct One {
    Str sql;
    Bind bind;
    Err answer; // what the work returns when the statement went well
    int64_t changed;
    int runs;
} One;

static Err one_work(Tx *tx, void *context, Diag *diag) {
    One *one = context;
    one->runs++;
    TRY(tx_run(tx, one->sql, one->bind.name == NULL ? BIND_NONE : BINDS(one->bind), &one->changed,
               diag));
    return one->answer;
}

static Err run_one(Store *store, StoreMode mode, One *one, Diag *diag) {
    *diag = (Diag){0};
    return store_run(store, mode, NULL, one_work, one, diag);
}

TEST(a_failed_function_changes_nothing)
{
    _cleanup_(store_freep) Store *store = values_open(NULL);
    REQUIRE(store != NULL);
    Diag diag;
    One one = {.sql = STR("INSERT INTO vals (id) VALUES (1)"), .answer = ERR_CONFLICT};
    CHECK_ERR(run_one(store, STORE_WRITE, &one, &diag), ERR_CONFLICT);
    CHECK_INT(one.runs, 1);
    CHECK_INT(one.changed, 1);
    CHECK_INT(fixture_count(store, STR("SELECT count(*) FROM vals")), 0);
    one.answer = ERR_OK;
    CHECK_OK(run_one(store, STORE_QUEUED, &one, &diag));
    CHECK_ERR(run_one(store, STORE_WRITE, &one, &diag), ERR_EXISTS);
    one.sql = STR("DELETE FROM vals");
    CHECK_OK(run_one(store, STORE_WRITE, &one, &diag));
    CHECK_INT(one.changed, 1);
    CHECK_OK(run_one(store, STORE_WRITE, &one, &diag));
    CHECK_INT(one.changed, 0);
}

// Goes on after a failure, as no function should.
static Err stubborn_work(Tx *tx, void *context, Diag *diag) {
    (void)context;
    Err first = tx_run(tx, STR("INSERT INTO vals (id) VALUES (1)"), BIND_NONE, NULL, diag);
    Err second = tx_run(tx, STR("INSERT INTO vals (id) VALUES (1)"), BIND_NONE, NULL, NULL);
    Err third = tx_run(tx, STR("INSERT INTO vals (id) VALUES (2)"), BIND_NONE, NULL, NULL);
    CHECK_OK(first);
    CHECK_ERR(second, ERR_EXISTS);
    CHECK_ERR(third, ERR_EXISTS);
    return ERR_OK;
}

TEST(a_failed_statement_ends_the_transaction)
{
    _cleanup_(store_freep) Store *store = values_open(NULL);
    REQUIRE(store != NULL);
    Diag diag = {0};
    CHECK_ERR(store_run(store, STORE_WRITE, NULL, stubborn_work, NULL, &diag), ERR_EXISTS);
    CHECK(diag.msgid != NULL);
    CHECK_INT(fixture_count(store, STR("SELECT count(*) FROM vals")), 0);
}

TEST(hostile_text_never_reaches_the_database)
{
    _cleanup_(store_freep) Store *store = values_open(NULL);
    REQUIRE(store != NULL);
    Diag diag;
    static const Str BAD[] = {{"a\0b", 3}, {"\xC0\x80", 2}, {"\xED\xA0\x80", 3}, {"\xFF", 1}};
    for (size_t i = 0; i < 4; i++) {
        One one = {.sql = STR("INSERT INTO vals (id, words) VALUES (1, :words)"),
                   .bind = bind_text("words", BAD[i])};
        CHECK_ERR(run_one(store, STORE_WRITE, &one, &diag), ERR_ENCODING);
        CHECK_INT(diag.arg_count, 1);
    }
    One nan_one = {.sql = STR("INSERT INTO vals (id, fraction) VALUES (1, :f)"),
                   .bind = bind_real64("f", NAN)};
    CHECK_ERR(run_one(store, STORE_WRITE, &nan_one, &diag), ERR_RANGE);
    One unknown = {.sql = STR("INSERT INTO vals (id) VALUES (1)"), .bind = bind_int64("id", 1)};
    CHECK_ERR(run_one(store, STORE_WRITE, &unknown, &diag), ERR_INTERNAL);
    One wrong = {.sql = STR("INSERT INTO no_such_table (id) VALUES (1)")};
    CHECK_ERR(run_one(store, STORE_WRITE, &wrong, &diag), ERR_INTERNAL);
    One mistyped = {.sql = STR("INSERT INTO vals (id, number) VALUES (1, :n)"),
                    .bind = bind_text("n", STR("one"))};
    CHECK_ERR(run_one(store, STORE_WRITE, &mistyped, &diag), ERR_INTERNAL);
    static char large[(16 << 20) + 1];
    One long_one = {.sql = STR("INSERT INTO vals (id, raw) VALUES (1, :raw)"),
                    .bind = bind_bytes("raw", str_of(large, sizeof large))};
    CHECK_ERR(run_one(store, STORE_WRITE, &long_one, &diag), ERR_LIMIT);
    CHECK_INT(fixture_count(store, STR("SELECT count(*) FROM vals")), 0);
}

TEST(a_reading_transaction_cannot_write)
{
    _cleanup_(store_freep) Store *store = values_open(NULL);
    REQUIRE(store != NULL);
    Diag diag;
    One one = {.sql = STR("INSERT INTO vals (id) VALUES (1)")};
    CHECK_ERR(run_one(store, STORE_READ, &one, &diag), ERR_INTERNAL);
    CHECK_INT(fixture_count(store, STR("SELECT count(*) FROM vals")), 0);
}

static Err wrong_column(Tx *tx, void *context, Diag *diag) {
    (void)context;
    _cleanup_stmt_ Stmt *rows = NULL;
    bool has_row;
    TRY(tx_query(tx, STR("SELECT CAST('a' AS TEXT)"), BIND_NONE, &rows, diag));
    TRY(stmt_step(rows, &has_row, diag));
    CHECK_INT(stmt_int64(rows, 0), 0);
    return ERR_OK;
}

TEST(a_column_of_another_type_is_an_error)
{
    _cleanup_(store_freep) Store *store = fixture_open(NULL);
    REQUIRE(store != NULL);
    CHECK_ERR(store_run(store, STORE_READ, NULL, wrong_column, NULL, NULL), ERR_INTERNAL);
}

// SQLite takes what another program wrote for text; sums are of another type on PostgreSQL.
TEST(what_no_type_of_ours_is_comes_not_through)
{
    _cleanup_(store_freep) Store *store = values_open(NULL);
    REQUIRE(store != NULL);
    Diag diag;
    One one = {.sql = STR("SELECT sum(number) FROM vals")};
    if (fixture_is_postgres()) {
        CHECK_ERR(run_one(store, STORE_READ, &one, &diag), ERR_INTERNAL);
    } else {
        one.sql = STR("SELECT words FROM vals");
        CHECK_OK(fixture_execute(store,
                                 "INSERT INTO vals (id, words) VALUES (1, CAST(X'61FF' AS TEXT))"));
        CHECK_ERR(run_one(store, STORE_READ, &one, &diag), ERR_CORRUPT);
    }
    CHECK(diag.msgid != NULL && diag.arg_count == 2);
}

static Err large_work(Tx *tx, void *context, Diag *diag) {
    static char large[8 << 20];
    (void)context;
    TRY(tx_run(tx, insert_sql(),
               BINDS(bind_int64("id", 1), bind_bytes("raw", str_of(large, sizeof large))), NULL,
               diag));
    _cleanup_stmt_ Stmt *rows = NULL;
    TRY(tx_query(
        tx,
        STR("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100) "
            "SELECT raw FROM vals, n"),
        BIND_NONE, &rows, diag));
    while (stmt_next(rows))
        CHECK_INT(stmt_bytes(rows, 0).len, sizeof large);
    return tx_err(tx, diag);
}

// What a statement may return is bounded, and what goes past it ends like any failure.
TEST(an_answer_may_be_too_large)
{
    _cleanup_(store_freep) Store *store = values_open(NULL);
    REQUIRE(store != NULL);
    Diag diag = {0};
    CHECK_ERR(store_run(store, STORE_WRITE, NULL, large_work, NULL, &diag), ERR_LIMIT);
    CHECK(diag.msgid != NULL);
    CHECK_INT(fixture_count(store, STR("SELECT count(*) FROM vals")), 0);
}

// One statement inside the loop of another of the same text; both end well.
static Err nested_work(Tx *tx, void *context, Diag *diag) {
    int64_t *pairs = context;
    Str sql = STR("SELECT id FROM vals ORDER BY id");
    *pairs = 0;
    _cleanup_stmt_ Stmt *outer = NULL;
    TRY(tx_query(tx, sql, BIND_NONE, &outer, diag));
    while (stmt_next(outer)) {
        _cleanup_stmt_ Stmt *inner = NULL;
        TRY(tx_query(tx, sql, BIND_NONE, &inner, diag));
        while (stmt_next(inner))
            (*pairs)++;
    }
    return tx_err(tx, diag);
}

TEST(statements_may_be_nested)
{
    _cleanup_(store_freep) Store *store = values_open(NULL);
    REQUIRE(store != NULL);
    Diag diag;
    One one = {.sql = STR("INSERT INTO vals (id) VALUES (1), (2), (3)")};
    CHECK_OK(run_one(store, STORE_WRITE, &one, &diag));
    CHECK_INT(one.changed, 3);
    int64_t pairs = 0;
    CHECK_OK(store_run(store, STORE_READ, NULL, nested_work, &pairs, NULL));
    CHECK_INT(pairs, 9);
}

// More texts than are kept, each twice; and types that change for one text.
static Err many_texts(Tx *tx, void *context, Diag *diag) {
    (void)context;
    for (int i = 0; i < 2 * (STORE_STATEMENTS_MAX + 10); i++) {
        char sql[64];
        snprintf(sql, sizeof sql, "SELECT id + %d FROM vals WHERE id = :id",
                 i % (STORE_STATEMENTS_MAX + 10));
        bool has;
        int64_t number;
        TRY(tx_int64(tx, str_from(sql), BINDS(bind_int64("id", 7)), &has, &number, diag));
        CHECK(!has);
    }
    Str update = STR("UPDATE vals SET words = :words WHERE number = :number");
    TRY(tx_run(tx, update, BIND_NONE, NULL, diag));
    TRY(tx_run(tx, update, BINDS(bind_text("words", STR("a")), bind_int64("number", 1)), NULL,
               diag));
    return tx_run(tx, update, BINDS(bind_null("words"), bind_int64("number", 1)), NULL, diag);
}

TEST(prepared_statements_are_kept_within_bounds)
{
    _cleanup_(store_freep) Store *store = values_open(NULL);
    REQUIRE(store != NULL);
    Diag diag = {0};
    for (int i = 0; i < 2; i++)
        CHECK_OK(store_run(store, STORE_WRITE, NULL, many_texts, NULL, &diag));
}

static Err inner_transaction(Tx *tx, void *context, Diag *diag) {
    (void)tx;
    One one = {.sql = STR("SELECT 1")};
    return store_run(context, STORE_READ, NULL, one_work, &one, diag);
}

TEST(a_transaction_may_not_begin_another)
{
    _cleanup_(store_freep) Store *store = fixture_open(NULL);
    REQUIRE(store != NULL);
    CHECK_ERR(store_run(store, STORE_WRITE, NULL, inner_transaction, store, NULL), ERR_INTERNAL);
}

static Str endless_sql(void) {
    return STR(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000) "
        "SELECT CAST(max(i) AS BIGINT) FROM n");
}

static Err endless_work(Tx *tx, void *context, Diag *diag) {
    (void)context;
    int64_t number;
    return tx_int64(tx, endless_sql(), BIND_NONE, NULL, &number, diag);
}

TEST(a_request_ends_at_its_deadline)
{
    _cleanup_(store_freep) Store *store = fixture_open(NULL);
    REQUIRE(store != NULL);
    StoreRequest request = {.deadline_ns = clock_monotonic_ns() + 200000000};
    CHECK_ERR(store_run(store, STORE_READ, &request, endless_work, NULL, NULL), ERR_TIMEOUT);
    CHECK_ERR(store_run(store, STORE_READ, &request, endless_work, NULL, NULL), ERR_TIMEOUT);
    CHECK_INT(fixture_count(store, STR("SELECT 1")), 1); // the connection is of use again
}

typedef struct Canceller {
    atomic_bool is_cancelled;
} Canceller;

static void *cancel_soon(void *context) {
    Canceller *canceller = context;
    struct timespec pause = {.tv_nsec = 100000000};
    nanosleep(&pause, NULL);
    atomic_store(&canceller->is_cancelled, true);
    return NULL;
}

TEST(a_request_can_be_cancelled)
{
    _cleanup_(store_freep) Store *store = fixture_open(NULL);
    REQUIRE(store != NULL);
    Canceller canceller = {0};
    pthread_t thread;
    REQUIRE(pthread_create(&thread, NULL, cancel_soon, &canceller) == 0);
    StoreRequest request = {.is_cancelled = &canceller.is_cancelled};
    CHECK_ERR(store_run(store, STORE_WRITE, &request, endless_work, NULL, NULL), ERR_INTERRUPTED);
    pthread_join(thread, NULL);
    CHECK_INT(fixture_count(store, STR("SELECT 1")), 1);
}

// --- Many threads -----------------------------------------------------------------------------

enum { THREADS = 6, ROUNDS = 20 };

typedef struct Contender {
    Store *store;
    StoreMode mode;
    Err err;
    int64_t last;
} Contender;

// Reads a number and writes it back one greater: an update is lost unless transactions are
// serializable.
static Err increment(Tx *tx, void *context, Diag *diag) {
    Contender *contender = context;
    int64_t number;
    TRY(tx_int64(tx, STR("SELECT number FROM vals WHERE id = 1"), BIND_NONE, NULL, &number, diag));
    TRY(tx_run(tx, STR("UPDATE vals SET number = :number WHERE id = 1"),
               BINDS(bind_int64("number", number + 1)), NULL, diag));
    contender->last = number + 1;
    return ERR_OK;
}

static Err look(Tx *tx, void *context, Diag *diag) {
    int64_t *number = context;
    return tx_int64(tx, STR("SELECT number FROM vals WHERE id = 1"), BIND_NONE, NULL, number, diag);
}

static void *contend(void *context) {
    Contender *contender = context;
    for (int i = 0; i < ROUNDS && contender->err == ERR_OK; i++) {
        int64_t seen;
        contender->err =
            store_run(contender->store, contender->mode, NULL, increment, contender, NULL);
        if (contender->err == ERR_OK)
            contender->err = store_run(contender->store, STORE_READ, NULL, look, &seen, NULL);
        if (contender->err == ERR_OK && seen < contender->last)
            contender->err = ERR_INTERNAL; // what was committed is seen by who comes after
    }
    return NULL;
}

static void contention(StoreMode mode) {
    StoreOptions options = {.connections = 3};
    _cleanup_(store_freep) Store *store = values_open(&options);
    REQUIRE(store != NULL);
    Diag diag;
    One one = {.sql = STR("INSERT INTO vals (id, number) VALUES (1, 0)")};
    CHECK_OK(run_one(store, STORE_WRITE, &one, &diag));
    pthread_t threads[THREADS];
    Contender contenders[THREADS];
    for (int i = 0; i < THREADS; i++) {
        contenders[i] = (Contender){.store = store, .mode = mode};
        REQUIRE(pthread_create(&threads[i], NULL, contend, &contenders[i]) == 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        CHECK_OK(contenders[i].err);
    }
    CHECK_INT(fixture_count(store, STR("SELECT number FROM vals")), THREADS * ROUNDS);
    StoreFigures figures;
    store_figures(store, &figures);
    CHECK_INT(figures.busy, 0);
    CHECK(figures.connections <= 4);
    CHECK(figures.waits > 0);
    CHECK_INT(figures.failures, 0);
    CHECK_INT(figures.writes, THREADS * ROUNDS + 2);
    if (fixture_is_postgres() && mode == STORE_WRITE)
        CHECK(figures.retries > 0);
    if (mode == STORE_QUEUED)
        CHECK_INT(figures.retries, 0);
}

TEST(threads_that_interfere_lose_no_update)
{ contention(STORE_WRITE); }

TEST(queued_writers_need_no_retry)
{ contention(STORE_QUEUED); }

typedef struct Holder {
    Store *store;
    atomic_bool has_begun, is_cancelled;
    Err err;
} Holder;

static Err hold_work(Tx *tx, void *context, Diag *diag) {
    Holder *holder = context;
    atomic_store(&holder->has_begun, true);
    return endless_work(tx, NULL, diag);
}

static void *hold(void *context) {
    Holder *holder = context;
    StoreRequest request = {.is_cancelled = &holder->is_cancelled};
    holder->err = store_run(holder->store, STORE_WRITE, &request, hold_work, holder, NULL);
    return NULL;
}

TEST(who_waits_too_long_for_a_connection_is_told)
{
    StoreOptions options = {.connections = 1};
    _cleanup_(store_freep) Store *store = values_open(&options);
    REQUIRE(store != NULL);
    Holder holder = {.store = store};
    pthread_t thread;
    REQUIRE(pthread_create(&thread, NULL, hold, &holder) == 0);
    while (!atomic_load(&holder.has_begun))
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    StoreRequest request = {.deadline_ns = clock_monotonic_ns() + 100000000};
    One one = {.sql = STR("DELETE FROM vals")};
    CHECK_ERR(store_run(store, STORE_WRITE, &request, one_work, &one, NULL), ERR_BUSY);
    CHECK_INT(one.runs, 0);
    atomic_store(&holder.is_cancelled, true);
    pthread_join(thread, NULL);
    CHECK_ERR(holder.err, ERR_INTERRUPTED);
    CHECK_OK(store_run(store, STORE_WRITE, NULL, one_work, &one, NULL));
}

// --- Failing statements -----------------------------------------------------------------------

static Err fault_work(Tx *tx, void *context, Diag *diag) {
    int *runs = context;
    (*runs)++;
    for (int i = 0; i < 3; i++)
        TRY(tx_run(tx, insert_sql(), BINDS(bind_int64("id", i)), NULL, diag));
    int64_t count;
    TRY(tx_int64(tx, STR("SELECT count(*) FROM vals"), BIND_NONE, NULL, &count, diag));
    return count == 3 ? ERR_OK : ERR_INTERNAL;
}

// Each event of a transaction fails in turn: it changes nothing, and the next one goes well.
static void fault_sweep_of(Err err, bool is_lasting, Err expected) {
    StoreFault fault = {0};
    StoreOptions options = {.fault = &fault, .connections = 2};
    _cleanup_(store_freep) Store *store = values_open(&options);
    REQUIRE(store != NULL);
    for (int64_t n = 0;; n++) {
        int runs = 0;
        Diag diag = {0};
        store_fault_arm(&fault, STORE_FAULT_ALL, n, is_lasting, err);
        Err got = store_run(store, STORE_WRITE, NULL, fault_work, &runs, &diag);
        int64_t hits = store_fault_disarm(&fault);
        CHECK_INT(fixture_count(store, STR("SELECT count(*) FROM vals")), got == ERR_OK ? 3 : 0);
        if (hits == 0) {
            CHECK_OK(got);
            CHECK(n > 8);
            break;
        }
        CHECK_ERR(got, expected);
        CHECK(got == ERR_OK || diag.msgid != NULL);
        One clean = {.sql = STR("DELETE FROM vals")};
        CHECK_OK(run_one(store, STORE_WRITE, &clean, &diag));
    }
}

TEST(each_statement_may_fail)
{
    fault_sweep_of(ERR_IO, false, ERR_IO);
    fault_sweep_of(ERR_FULL, true, ERR_FULL);
}

TEST(what_fails_by_interference_is_tried_again)
{ fault_sweep_of(ERR_BUSY, false, ERR_OK); }

TEST(patience_has_an_end)
{
    StoreFault fault = {0};
    StoreOptions options = {.fault = &fault};
    _cleanup_(store_freep) Store *store = values_open(&options);
    REQUIRE(store != NULL);
    int runs = 0;
    StoreRequest request = {.deadline_ns = clock_monotonic_ns() + 1000000000};
    store_fault_arm(&fault, STORE_FAULT_COMMIT, 0, true, ERR_BUSY);
    CHECK_ERR(store_run(store, STORE_WRITE, &request, fault_work, &runs, NULL), ERR_BUSY);
    store_fault_disarm(&fault);
    CHECK(runs > 2 && runs <= STORE_ATTEMPTS_MAX);
    CHECK_INT(fixture_count(store, STR("SELECT count(*) FROM vals")), 0);
}
