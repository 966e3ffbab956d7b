// The ledger in its database: order, payloads, finding, publishing, verifying.
#include <pthread.h>
#include <unistd.h>

#include "ledger/verify.h"
#include "log_fixture.h"

TEST(entries_are_appended_read_and_verified)
{
    _cleanup_log_ LogFixture fixture = {0};
    LedgerRow rows[8];
    size_t count;
    LedgerLogCheck check;
    REQUIRE(log_fixture_open(&fixture, NULL));
    CHECK_INT(log_fixture_view(&fixture, 1, STR("first look")), 1);
    CHECK_INT(log_fixture_view(&fixture, 2, STR("")), 2);
    CHECK_OK(ledger_log_read(fixture.log, NULL, 0, rows, 8, &count, NULL));
    REQUIRE(count == 3);
    CHECK_STR(str_from(rows[0].entry.kind), "ledger-opened");
    CHECK_STR(str_from(rows[1].entry.kind), "case-viewed");
    CHECK_INT(rows[2].entry.index, 2);
    Identifier wanted = made_identifier(102);
    CHECK(identifier_equal(&rows[2].entry.case_, &wanted));
    CHECK_INT(rows[1].payload, LEDGER_PAYLOAD_KEPT);
    CHECK(log_fixture_says(&fixture, 1, "first look"));
    CHECK(log_fixture_says(&fixture, 2, ""));
    CHECK_ERR(log_fixture_payload_err(&fixture, 3), ERR_NOT_FOUND);
    CHECK(log_fixture_verifies(&fixture, &check));
    CHECK_INT(check.next, 3);
    CHECK_INT(check.size, 3);
    CHECK_INT(check.erased + check.recovered, 0);
    REQUIRE(log_fixture_reopen(&fixture, NULL));
    CHECK(log_fixture_says(&fixture, 1, "first look"));
    CHECK_INT(log_fixture_view(&fixture, 3, STR("x")), 3);
    CHECK(log_fixture_verifies(&fixture, &check));
}

TEST(a_ledger_is_opened_once_and_first)
{
    _cleanup_log_ LogFixture fixture = {.is_exercise = true};
    LedgerDraft opened = {.kind = LEDGER_EXERCISE_OPENED, .unit = made_identifier(7)};
    Diag diag = {0};
    REQUIRE(log_fixture_open(&fixture, NULL));
    CHECK_ERR(ledger_log_note(fixture.log, NULL, &opened, NULL, &diag), ERR_STATE);
    opened.kind = LEDGER_LEDGER_OPENED;
    CHECK_ERR(ledger_log_note(fixture.log, NULL, &opened, NULL, &diag), ERR_STATE);
    // An exercise stays one.
    ledger_log_free(TAKE(fixture.log));
    fixture.is_exercise = false;
    CHECK_ERR(log_fixture_open_log(&fixture, &diag), ERR_CONFLICT);
    fixture.is_exercise = true;
    CHECK_OK(log_fixture_open_log(&fixture, &diag));
    // Another ledger's key.
    ledger_log_free(TAKE(fixture.log));
    NoteSigner other;
    CHECK_OK(note_keygen(STR("node.example/ledger"), NOTE_KEY_SIGNATURE, &other, NULL));
    fixture.signer = other;
    CHECK_ERR(log_fixture_open_log(&fixture, &diag), ERR_CONFLICT);
}

TEST(a_draft_must_follow_the_rule_of_its_kind)
{
    _cleanup_log_ LogFixture fixture = {0};
    REQUIRE(log_fixture_open(&fixture, NULL));
    LedgerDraft draft = made_view(1, STR(""));
    draft.purpose = STR("");
    CHECK_ERR(ledger_log_note(fixture.log, NULL, &draft, NULL, NULL), ERR_INVALID);
    draft = made_view(1, STR(""));
    draft.case_ = (Identifier){0};
    CHECK_ERR(ledger_log_note(fixture.log, NULL, &draft, NULL, NULL), ERR_INVALID);
    draft = made_view(1, STR(""));
    draft.purpose = STR("Not A Word");
    CHECK_ERR(ledger_log_note(fixture.log, NULL, &draft, NULL, NULL), ERR_INVALID);
    draft = made_view(1, STR(""));
    draft.kind = LEDGER_KINDS;
    CHECK_ERR(ledger_log_note(fixture.log, NULL, &draft, NULL, NULL), ERR_INVALID);
    char *large = calloc(1, PAYLOAD_MAX + 1);
    draft = made_view(1, str_of(large, PAYLOAD_MAX + 1));
    CHECK_ERR(ledger_log_note(fixture.log, NULL, &draft, NULL, NULL), ERR_LIMIT);
    draft.payload.len--;
    CHECK_OK(ledger_log_note(fixture.log, NULL, &draft, NULL, NULL));
    free(large);
    CHECK_INT(fixture_count(fixture.store, STR("SELECT size FROM ledger_head")), 2);
    LedgerLogCheck check;
    CHECK(log_fixture_verifies(&fixture, &check));
}

static Err append_wrongly(Tx *tx, void *context, Diag *diag) {
    LedgerDraft draft = made_view(1, STR(""));
    return ledger_log_append(context, tx, &draft, NULL, diag);
}

static Err append_and_fail(Tx *tx, void *context, Diag *diag) {
    LedgerDraft draft = made_view(1, STR(""));
    TRY(ledger_log_append(context, tx, &draft, NULL, diag));
    return ERR_CONFLICT;
}

TEST(only_a_queued_transaction_that_commits_has_an_entry)
{
    _cleanup_log_ LogFixture fixture = {0};
    REQUIRE(log_fixture_open(&fixture, NULL));
    CHECK_ERR(store_run(fixture.store, STORE_WRITE, NULL, append_wrongly, fixture.log, NULL),
              ERR_INTERNAL);
    CHECK_ERR(store_run(fixture.store, STORE_QUEUED, NULL, append_and_fail, fixture.log, NULL),
              ERR_CONFLICT);
    CHECK_INT(fixture_count(fixture.store, STR("SELECT count(*) FROM ledger_leaves")), 1);
    CHECK_INT(log_fixture_view(&fixture, 1, STR("")), 1);
}

TEST(entries_are_found_newest_first)
{
    _cleanup_log_ LogFixture fixture = {0};
    LedgerRow rows[16];
    size_t count;
    REQUIRE(log_fixture_open(&fixture, NULL));
    for (uint8_t i = 0; i < 20; i++)
        log_fixture_view(&fixture, i % 4, STR("v"));
    LedgerFilter filter = {.kind = LEDGER_KINDS, .case_ = made_identifier(102)};
    CHECK_OK(ledger_log_find(fixture.log, NULL, &filter, rows, 3, &count, NULL));
    REQUIRE(count == 3);
    CHECK_INT(rows[0].entry.index, 19);
    CHECK_INT(rows[2].entry.index, 11);
    filter.before = rows[2].entry.index;
    CHECK_OK(ledger_log_find(fixture.log, NULL, &filter, rows, 16, &count, NULL));
    CHECK_INT(count, 2);
    filter = (LedgerFilter){.kind = LEDGER_LEDGER_OPENED};
    CHECK_OK(ledger_log_find(fixture.log, NULL, &filter, rows, 16, &count, NULL));
    REQUIRE(count == 1);
    CHECK_INT(rows[0].entry.index, 0);
    filter = (LedgerFilter){.kind = LEDGER_CASE_VIEWED,
                            .person = made_identifier(2),
                            .unit = made_identifier(7),
                            .from_ms = 1,
                            .to_ms = INT64_C(1) << 52};
    CHECK_OK(ledger_log_find(fixture.log, NULL, &filter, rows, 16, &count, NULL));
    CHECK_INT(count, 5);
    filter.to_ms = 2;
    CHECK_OK(ledger_log_find(fixture.log, NULL, &filter, rows, 16, &count, NULL));
    CHECK_INT(count, 0);
    CHECK_ERR(ledger_log_find(fixture.log, NULL, &filter, rows, 501, &count, NULL), ERR_LIMIT);
}

TEST(the_published_ledger_grows_with_the_database)
{
    _cleanup_log_ LogFixture fixture = {0};
    LedgerLogCheck check;
    REQUIRE(log_fixture_open(&fixture, NULL));
    for (int round = 0; round < 6; round++) {
        for (int i = 0; i < 60; i++)
            log_fixture_view(&fixture, (uint8_t)i, STR("v"));
        uint64_t size = 0;
        CHECK_OK(ledger_log_publish(fixture.log, &size, NULL));
        CHECK_INT(size, 1 + (round + 1) * 60);
        if (round == 2)
            REQUIRE(log_fixture_reopen(&fixture, NULL));
    }
    CHECK(log_fixture_verifies(&fixture, &check));
    CHECK_INT(check.next, 361);
    // In steps, with entries added between: those are checked to the end of the beginning.
    LedgerLogCheck steps = {0};
    for (int i = 0; !steps.is_done && i < 50; i++) {
        CHECK_OK(ledger_log_verify(fixture.log, NULL, &steps, 25, NULL));
        log_fixture_view(&fixture, 1, STR("w"));
    }
    CHECK(steps.is_done);
    CHECK_INT(steps.next, 361);
}

TEST(a_leaf_reader_reads_in_any_order)
{
    _cleanup_log_ LogFixture fixture = {0};
    LedgerLeafReader reader;
    REQUIRE(log_fixture_open(&fixture, NULL));
    for (int i = 0; i < 300; i++)
        log_fixture_view(&fixture, (uint8_t)i, STR("v"));
    ledger_leaf_reader_begin(&reader, fixture.store);
    LeafSource source = ledger_leaf_reader_source(&reader);
    static const uint64_t ORDER[] = {0, 1, 299, 5, 4, 260, 261, 3, 300};
    for (size_t i = 0; i < sizeof ORDER / sizeof ORDER[0]; i++) {
        _cleanup_strbuf_ StrBuf leaf = STRBUF(LEAF_MAX);
        LedgerEntry entry;
        CHECK_OK(source.read(source.context, ORDER[i], &leaf, NULL));
        CHECK_OK(ledger_entry_parse(strbuf_str(&leaf), &entry, NULL));
        CHECK_INT(entry.index, ORDER[i]);
    }
    _cleanup_strbuf_ StrBuf leaf = STRBUF(LEAF_MAX);
    CHECK_ERR(source.read(source.context, 301, &leaf, NULL), ERR_CORRUPT);
    ledger_leaf_reader_done(&reader);
}

// Whoever changes the database behind our back is found out, with the entry.
TEST(changes_in_the_database_are_found)
{
    static const char *const CHANGES[] = {
        "UPDATE ledger_leaves SET leaf = replace(leaf, 'count 1', 'count 2') WHERE entry = 3",
        "UPDATE ledger_leaves SET kind = 'search-run' WHERE entry = 3",
        "UPDATE ledger_leaves SET at_ms = at_ms + 1 WHERE entry = 3",
        "UPDATE ledger_leaves SET case_id = NULL WHERE entry = 3",
        "UPDATE ledger_leaves SET person = unit WHERE entry = 3",
        ("UPDATE ledger_payloads SET sealed = (SELECT p.sealed FROM ledger_payloads p WHERE "
         "p.entry = 2) WHERE entry = 3"),
        "DELETE FROM ledger_payloads WHERE entry = 3",
    };
    for (size_t i = 0; i < sizeof CHANGES / sizeof CHANGES[0]; i++) {
        _cleanup_log_ LogFixture fixture = {0};
        LedgerLogCheck check;
        Diag diag = {0};
        REQUIRE(log_fixture_open(&fixture, NULL));
        for (uint8_t number = 0; number < 5; number++)
            log_fixture_view(&fixture, number, STR("payload"));
        CHECK(log_fixture_verifies(&fixture, &check));
        CHECK_OK(fixture_execute(fixture.store, CHANGES[i]));
        check = (LedgerLogCheck){0};
        Err err = ledger_log_verify(fixture.log, NULL, &check, UINT64_MAX, &diag);
        CHECK_ERR(err, i == 0 ? ERR_CONFLICT : ERR_CORRUPT);
        if (i > 0)
            CHECK_STR(str_from(diag.args[0].text), "3");
    }
}

TEST(a_database_that_went_back_is_refused)
{
    _cleanup_log_ LogFixture fixture = {0};
    Diag diag = {0};
    REQUIRE(log_fixture_open(&fixture, NULL));
    for (uint8_t number = 0; number < 5; number++)
        log_fixture_view(&fixture, number, STR("payload"));
    CHECK_OK(ledger_log_publish(fixture.log, NULL, NULL));
    ledger_log_free(TAKE(fixture.log));
    CHECK_OK(fixture_execute(fixture.store, "DELETE FROM ledger_payloads WHERE entry = 5"));
    CHECK_OK(fixture_execute(fixture.store, "DELETE FROM ledger_leaves WHERE entry = 5"));
    CHECK_ERR(log_fixture_open_log(&fixture, &diag), ERR_CORRUPT);
    CHECK_OK(fixture_execute(fixture.store, "UPDATE ledger_head SET size = 5"));
    CHECK_ERR(log_fixture_open_log(&fixture, &diag), ERR_CONFLICT);
}

// --- Many at once -----------------------------------------------------------------------------

enum { THREADS = 8, APPENDS = 40 };
typedef struct Appender {
    LogFixture *fixture;
    uint8_t number;
    uint64_t indexes[APPENDS];
} Appender;

static void *append_many(void *context) {
    Appender *appender = context;
    for (int i = 0; i < APPENDS; i++) {
        char text[32];
        snprintf(text, sizeof text, "%d of %d", i, appender->number);
        LedgerDraft draft = made_view(appender->number, str_from(text));
        StoreRequest patient = {0};
        if (ledger_log_note(appender->fixture->log, &patient, &draft, &appender->indexes[i],
                            NULL) != ERR_OK)
            appender->indexes[i] = UINT64_MAX;
    }
    return NULL;
}

TEST(appends_of_many_threads_give_a_gapless_order)
{
    _cleanup_log_ LogFixture fixture = {0};
    Appender appenders[THREADS];
    pthread_t threads[THREADS];
    bool is_taken[1 + THREADS * APPENDS] = {true};
    LedgerLogCheck check;
    REQUIRE(log_fixture_open(&fixture, NULL));
    for (uint8_t i = 0; i < THREADS; i++) {
        appenders[i] = (Appender){.fixture = &fixture, .number = i};
        REQUIRE(pthread_create(&threads[i], NULL, append_many, &appenders[i]) == 0);
    }
    for (int i = 0; i < 20; i++) {
        CHECK_OK(ledger_log_publish(fixture.log, NULL, NULL));
        ledger_log_wait(fixture.log, 50);
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < THREADS; i++) {
        for (int n = 0; n < APPENDS; n++) {
            uint64_t index = appenders[i].indexes[n];
            REQUIRE(index < sizeof is_taken);
            CHECK(!is_taken[index]);
            CHECK(n == 0 || index > appenders[i].indexes[n - 1]);
            is_taken[index] = true;
        }
        char text[32];
        snprintf(text, sizeof text, "%d of %d", 7, i);
        CHECK(log_fixture_says(&fixture, appenders[i].indexes[7], text));
    }
    CHECK(log_fixture_verifies(&fixture, &check));
    CHECK_INT(check.next, 1 + THREADS * APPENDS);
}
