// Erasure: what was erased cannot be opened by anything that is left, every proof still verifies,
// and a stop at any point between its two halves is made up for.
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <unistd.h>

#include "ledger/verify.h"
#include "log_fixture.h"

typedef struct Sealed {
    uint64_t index;
    StrBuf bytes;
    uint8_t commitment[COMMITMENT_BYTES];
} Sealed;

// What a backup has of the entry: the sealed payload and the leaf.
static Err sealed_read(Tx *tx, void *context, Diag *diag) {
    Sealed *sealed = context;
    LedgerEntry entry;
    _cleanup_stmt_ Stmt *rows = NULL;
    strbuf_clear(&sealed->bytes);
    TRY(tx_query(tx,
                 STR("SELECT l.leaf, p.sealed FROM ledger_leaves l JOIN ledger_payloads p ON "
                     "p.entry = l.entry WHERE l.entry = :entry"),
                 BINDS(bind_int64("entry", (int64_t)sealed->index)), &rows, diag));
    if (stmt_next(rows)) {
        TRY(ledger_entry_parse(stmt_text(rows, 0), &entry, diag));
        memcpy(sealed->commitment, entry.commitment, sizeof sealed->commitment);
        strbuf_put(&sealed->bytes, stmt_bytes(rows, 1));
    }
    return tx_err(tx, diag);
}

// Opening it with the ring that is in the file now.
static Err open_with_file(const LogFixture *fixture, const Sealed *sealed) {
    _cleanup_(key_ring_freep) KeyRing *ring = NULL;
    _cleanup_strbuf_ StrBuf payload = STRBUF(PAYLOAD_MAX + 1);
    TRY(ring_file_load(fixture->ring, &fixture->node_key, &ring, NULL));
    return ledger_payload_open(ring, sealed->index, strbuf_str(&sealed->bytes), sealed->commitment,
                               &payload, NULL);
}

TEST(an_erased_payload_is_opened_by_nothing_and_proofs_still_verify)
{
    _cleanup_log_ LogFixture fixture = {0};
    Sealed sealed = {.index = 5, .bytes = STRBUF(PAYLOAD_MAX + 100)};
    LedgerLogCheck check;
    LedgerRow rows[16];
    size_t count;
    REQUIRE(log_fixture_open(&fixture, NULL));
    for (uint8_t i = 0; i < 9; i++)
        log_fixture_view(&fixture, i, STR("who and what"));
    CHECK(log_fixture_verifies(&fixture, &check));
    CHECK_OK(store_run(fixture.store, STORE_READ, NULL, sealed_read, &sealed, NULL));
    CHECK(sealed.bytes.len > 0);
    CHECK_OK(open_with_file(&fixture, &sealed));
    CHECK_OK(log_fixture_erase(&fixture, 4, 6));
    CHECK_ERR(log_fixture_payload_err(&fixture, 5), ERR_NOT_FOUND);
    CHECK_OK(ledger_log_erase_finish(fixture.log, NULL));
    CHECK_ERR(open_with_file(&fixture, &sealed), ERR_NOT_FOUND);
    CHECK_INT(ledger_log_erasures(fixture.log, NULL), 1);
    CHECK_ERR(log_fixture_payload_err(&fixture, 6), ERR_NOT_FOUND);
    CHECK(log_fixture_says(&fixture, 3, "who and what"));
    CHECK(log_fixture_says(&fixture, 7, "who and what"));
    CHECK(log_fixture_says(&fixture, 10, "{\"entries\":[[4,6]],\"slots\":[]}"));
    CHECK_OK(ledger_log_read(fixture.log, NULL, 0, rows, 16, &count, NULL));
    REQUIRE(count == 11);
    CHECK_INT(rows[5].payload, LEDGER_PAYLOAD_ERASED);
    CHECK_STR(str_from(rows[5].entry.kind), "case-viewed");
    CHECK_STR(str_from(rows[10].entry.kind), "record-erased");
    CHECK_INT(rows[10].entry.count, 3);
    CHECK(log_fixture_verifies(&fixture, &check));
    CHECK_INT(check.erased, 3);
    // The proof of an erased entry, from what is published.
    TileFolder folder = {fixture.folder};
    _cleanup_tile_reader_ TileReader reader;
    _cleanup_strbuf_ StrBuf note = STRBUF(NOTE_MAX), leaf = STRBUF(LEAF_MAX);
    Checkpoint checkpoint;
    MerkleProof proof;
    MerkleHash hash;
    CHECK_OK(tile_folder_checkpoint(&folder, &note, NULL));
    CHECK_OK(checkpoint_open(strbuf_str(&note), &fixture.signer.verifier, &checkpoint, NULL, NULL));
    tile_reader_begin(&reader, tile_folder_source(&folder), checkpoint.size);
    CHECK_OK(merkle_inclusion_make(tile_reader_nodes(&reader), 5, checkpoint.size, &proof, NULL));
    CHECK_OK(ledger_entry_put(&leaf, &rows[5].entry, NULL));
    merkle_leaf(strbuf_str(&leaf), &hash);
    CHECK(merkle_inclusion_fits(&hash, 5, checkpoint.size, &proof, &checkpoint.root));
    REQUIRE(log_fixture_reopen(&fixture, NULL));
    CHECK_ERR(log_fixture_payload_err(&fixture, 5), ERR_NOT_FOUND);
    CHECK(log_fixture_verifies(&fixture, &check));
    strbuf_done(&sealed.bytes);
}

TEST(a_stop_between_the_halves_is_made_up_for)
{
    _cleanup_log_ LogFixture fixture = {0};
    Sealed sealed = {.index = 1, .bytes = STRBUF(PAYLOAD_MAX + 100)};
    LedgerLogCheck check;
    uint64_t at_open = 0;
    REQUIRE(log_fixture_open(&fixture, NULL));
    log_fixture_view(&fixture, 1, STR("gone"));
    log_fixture_view(&fixture, 2, STR("kept"));
    CHECK_OK(store_run(fixture.store, STORE_READ, NULL, sealed_read, &sealed, NULL));
    CHECK_OK(log_fixture_erase(&fixture, 1, 1));
    // Committed, and verified as such before it is finished.
    CHECK(log_fixture_verifies(&fixture, &check));
    CHECK_OK(open_with_file(&fixture, &sealed));
    REQUIRE(log_fixture_reopen(&fixture, NULL));
    CHECK_INT(ledger_log_erasures(fixture.log, &at_open), 1);
    CHECK_INT(at_open, 1);
    CHECK_ERR(open_with_file(&fixture, &sealed), ERR_NOT_FOUND);
    CHECK(log_fixture_says(&fixture, 2, "kept"));
    CHECK(log_fixture_verifies(&fixture, &check));
    // Again: nothing is left to do.
    REQUIRE(log_fixture_reopen(&fixture, NULL));
    ledger_log_erasures(fixture.log, &at_open);
    CHECK_INT(at_open, 0);
    strbuf_done(&sealed.bytes);
}

TEST(a_ring_that_cannot_be_written_keeps_the_erasure_to_be_done)
{
    _cleanup_log_ LogFixture fixture = {0};
    struct rlimit old, none;
    Diag diag = {0};
    REQUIRE(log_fixture_open(&fixture, NULL));
    log_fixture_view(&fixture, 1, STR("gone"));
    CHECK_OK(log_fixture_erase(&fixture, 1, 1));
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &old);
    none = (struct rlimit){.rlim_cur = 16, .rlim_max = old.rlim_max};
    setrlimit(RLIMIT_FSIZE, &none);
    Err err = ledger_log_erase_finish(fixture.log, &diag);
    setrlimit(RLIMIT_FSIZE, &old);
    CHECK_ERR(err, ERR_LIMIT); // EFBIG, in the place of ENOSPC
    CHECK(diag.msgid != NULL);
    CHECK_INT(ledger_log_erasures(fixture.log, NULL), 0);
    CHECK_OK(ledger_log_erase_finish(fixture.log, NULL));
    CHECK_INT(ledger_log_erasures(fixture.log, NULL), 1);
}

// --- Slots of records -------------------------------------------------------------------------

typedef struct SlotWork {
    LedgerLog *log;
    uint64_t slot;
    LedgerErasure erasure;
} SlotWork;

static Err slot_work(Tx *tx, void *context, Diag *diag) {
    SlotWork *work = context;
    LedgerDraft draft = made_view(1, STR(""));
    TRY(ledger_log_slot_take(work->log, tx, &work->slot, diag));
    return ledger_log_append(work->log, tx, &draft, NULL, diag);
}

static Err erasure_work(Tx *tx, void *context, Diag *diag) {
    SlotWork *work = context;
    LedgerDraft draft = {.unit = made_identifier(7), .purpose = STR("retention")};
    return ledger_log_erase(work->log, tx, &draft, &work->erasure, NULL, diag);
}

TEST(what_a_record_seals_is_erased_with_its_slot)
{
    _cleanup_log_ LogFixture fixture = {0};
    _cleanup_strbuf_ StrBuf sealed = STRBUF(1000), plain = STRBUF(1000);
    REQUIRE(log_fixture_open(&fixture, NULL));
    SlotWork first = {.log = fixture.log}, second = {.log = fixture.log};
    CHECK_OK(store_run(fixture.store, STORE_QUEUED, NULL, slot_work, &first, NULL));
    CHECK_OK(store_run(fixture.store, STORE_QUEUED, NULL, slot_work, &second, NULL));
    CHECK(first.slot != second.slot);
    CHECK_OK(ledger_log_seal(fixture.log, first.slot, STR("case/title 1"), STR("The red lamp"),
                             &sealed, NULL));
    CHECK_OK(ledger_log_unseal(fixture.log, first.slot, STR("case/title 1"), strbuf_str(&sealed),
                               &plain, NULL));
    CHECK_STR(strbuf_str(&plain), "The red lamp");
    CHECK_ERR(ledger_log_unseal(fixture.log, first.slot, STR("case/title 2"), strbuf_str(&sealed),
                                &plain, NULL),
              ERR_CORRUPT);
    CHECK_ERR(ledger_log_unseal(fixture.log, second.slot, STR("case/title 1"), strbuf_str(&sealed),
                                &plain, NULL),
              ERR_CORRUPT);
    // An entry's payload is not a record's content, even under its own slot.
    CHECK_ERR(
        ledger_log_unseal(fixture.log, first.slot, STR(""), strbuf_str(&sealed), &plain, NULL),
        ERR_CORRUPT);
    LedgerRange range = {first.slot, first.slot}, beyond = {first.slot, 1000}, none = {9, 9};
    SlotWork erasing = {.log = fixture.log, .erasure = {.slots = &beyond, .slot_count = 1}};
    CHECK_ERR(store_run(fixture.store, STORE_QUEUED, NULL, erasure_work, &erasing, NULL),
              ERR_RANGE);
    erasing.erasure = (LedgerErasure){.entries = &none, .entry_count = 1};
    CHECK_ERR(store_run(fixture.store, STORE_QUEUED, NULL, erasure_work, &erasing, NULL),
              ERR_NOT_FOUND);
    erasing.erasure = (LedgerErasure){0};
    CHECK_ERR(store_run(fixture.store, STORE_QUEUED, NULL, erasure_work, &erasing, NULL),
              ERR_INVALID);
    erasing.erasure = (LedgerErasure){.slots = &range, .slot_count = LEDGER_ERASE_MAX + 1};
    CHECK_ERR(store_run(fixture.store, STORE_QUEUED, NULL, erasure_work, &erasing, NULL),
              ERR_LIMIT);
    erasing.erasure = (LedgerErasure){.slots = &range, .slot_count = 1};
    CHECK(!ledger_log_is_erased(fixture.log, first.slot));
    CHECK_OK(store_run(fixture.store, STORE_QUEUED, NULL, erasure_work, &erasing, NULL));
    CHECK_OK(ledger_log_erase_finish(fixture.log, NULL));
    CHECK(ledger_log_is_erased(fixture.log, first.slot));
    CHECK(!ledger_log_is_erased(fixture.log, second.slot));
    CHECK_ERR(ledger_log_unseal(fixture.log, first.slot, STR("case/title 1"), strbuf_str(&sealed),
                                &plain, NULL),
              ERR_NOT_FOUND);
}

// Overlapping, touching and repeated ranges, of entries and slots together.
TEST(ranges_may_overlap)
{
    _cleanup_log_ LogFixture fixture = {0};
    LedgerLogCheck check;
    REQUIRE(log_fixture_open(&fixture, NULL));
    for (uint8_t i = 0; i < 20; i++)
        log_fixture_view(&fixture, i, STR("p"));
    LedgerRange entries[] = {{10, 12}, {3, 5}, {4, 7}, {12, 12}}, slots[] = {{6, 8}, {3, 3}};
    SlotWork work = {.log = fixture.log, .erasure = {entries, 4, slots, 2}};
    CHECK_OK(store_run(fixture.store, STORE_QUEUED, NULL, erasure_work, &work, NULL));
    CHECK_OK(store_run(fixture.store, STORE_QUEUED, NULL, erasure_work, &work, NULL)); // once more
    CHECK_OK(ledger_log_erase_finish(fixture.log, NULL));
    for (uint64_t i = 0; i <= 20; i++) {
        bool is_gone = (i >= 3 && i <= 8) || (i >= 10 && i <= 12);
        CHECK_ERR(log_fixture_payload_err(&fixture, i), is_gone ? ERR_NOT_FOUND : ERR_OK);
    }
    CHECK(log_fixture_verifies(&fixture, &check));
    CHECK_INT(check.erased, 9);
}

// --- Beside others ----------------------------------------------------------------------------

typedef struct Busy {
    LogFixture *fixture;
    atomic_bool is_over;
    atomic_int failures;
} Busy;

static void *work_beside(void *context) {
    Busy *busy = context;
    while (!atomic_load(&busy->is_over)) {
        LedgerDraft draft = made_view(3, STR("beside"));
        uint64_t index;
        if (ledger_log_note(busy->fixture->log, NULL, &draft, &index, NULL) != ERR_OK ||
            !log_fixture_says(busy->fixture, index, "beside"))
            atomic_fetch_add(&busy->failures, 1);
    }
    return NULL;
}

TEST(others_write_and_read_on_while_something_is_erased)
{
    _cleanup_log_ LogFixture fixture = {0};
    pthread_t threads[3];
    LedgerLogCheck check;
    REQUIRE(log_fixture_open(&fixture, NULL));
    for (uint8_t i = 0; i < 40; i++)
        log_fixture_view(&fixture, i, STR("p"));
    Busy busy = {.fixture = &fixture};
    for (int i = 0; i < 3; i++)
        REQUIRE(pthread_create(&threads[i], NULL, work_beside, &busy) == 0);
    for (uint64_t i = 1; i <= 40; i += 2) {
        CHECK_OK(log_fixture_erase(&fixture, i, i));
        CHECK_OK(ledger_log_erase_finish(fixture.log, NULL));
        CHECK_ERR(log_fixture_payload_err(&fixture, i), ERR_NOT_FOUND);
    }
    atomic_store(&busy.is_over, true);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    CHECK_INT(atomic_load(&busy.failures), 0);
    CHECK(log_fixture_verifies(&fixture, &check));
    CHECK_INT(check.erased, 20);
    CHECK_INT(ledger_log_erasures(fixture.log, NULL), 20);
}

// --- Failing statements -----------------------------------------------------------------------

static Err swept_work(Tx *tx, void *context, Diag *diag) {
    SlotWork *work = context;
    TRY(ledger_log_slot_take(work->log, tx, &work->slot, diag));
    TRY(tx_run(tx, STR("INSERT INTO things (slot) VALUES (:slot)"),
               BINDS(bind_int64("slot", (int64_t)work->slot)), NULL, diag));
    return erasure_work(tx, work, diag);
}

// The n-th event fails, for every n: then the thing, the entry, the payload's end and the note of
// what goes are all there or none of it.
static void sweep(StoreFaultKind kinds, bool is_lasting, Err err) {
    _cleanup_log_ LogFixture fixture = {0};
    StoreFault fault = {0};
    LedgerLogCheck check;
    REQUIRE(log_fixture_open(&fixture, &fault));
    CHECK_OK(fixture_execute(fixture.store, "CREATE TABLE things (slot BIGINT PRIMARY KEY)"));
    for (uint8_t i = 0; i < 60; i++)
        log_fixture_view(&fixture, i, STR("p"));
    int64_t done = 0, failed = 0;
    for (int64_t n = 0; n < 60; n++) {
        LedgerRange range = {(uint64_t)n + 1, (uint64_t)n + 1};
        SlotWork work = {.log = fixture.log, .erasure = {.entries = &range, .entry_count = 1}};
        store_fault_arm(&fault, kinds, n, is_lasting, err);
        Err got = store_run(fixture.store, STORE_QUEUED, NULL, swept_work, &work, NULL);
        int64_t hits = store_fault_disarm(&fault);
        CHECK(got == ERR_OK || got == err);
        done += got == ERR_OK;
        failed += got != ERR_OK;
        CHECK_INT(fixture_count(fixture.store, STR("SELECT count(*) FROM things")), done);
        CHECK_INT(fixture_count(fixture.store, STR("SELECT count(*) FROM ledger_leaves")),
                  61 + done);
        CHECK_INT(fixture_count(fixture.store, STR("SELECT size FROM ledger_head")), 61 + done);
        CHECK_INT(fixture_count(fixture.store, STR("SELECT count(*) FROM ledger_payloads")), 61);
        CHECK_INT(fixture_count(fixture.store, STR("SELECT count(*) FROM ledger_erasures")), done);
        if (hits == 0)
            break;
    }
    CHECK(done > 0);
    printf("# %lld failed, %lld done\n", (long long)failed, (long long)done);
    CHECK(failed >= (err == ERR_BUSY ? 0 : 10));
    CHECK_OK(ledger_log_erase_finish(fixture.log, NULL));
    CHECK(log_fixture_verifies(&fixture, &check));
    REQUIRE(log_fixture_reopen(&fixture, NULL));
    CHECK(log_fixture_verifies(&fixture, &check));
}

TEST(a_failing_statement_leaves_nothing_half_written)
{
    sweep(STORE_FAULT_ALL, false, ERR_IO);
    sweep(STORE_FAULT_ALL, true, ERR_FULL);
    sweep(STORE_FAULT_ALL, false, ERR_BUSY); // is tried again
}

// Opening and publishing with failing statements: an error or success, and all is well afterwards.
TEST(opening_and_publishing_survive_failing_statements)
{
    _cleanup_log_ LogFixture fixture = {0};
    StoreFault fault = {0};
    LedgerLogCheck check;
    REQUIRE(log_fixture_open(&fixture, &fault));
    for (uint8_t i = 0; i < 10; i++)
        log_fixture_view(&fixture, i, STR("p"));
    for (int64_t n = 0, hits = 1; hits > 0 && n < 100; n++) {
        CHECK_OK(log_fixture_erase(&fixture, 1, 1)); // something to be finished
        ledger_log_free(fixture.log);
        fixture.log = NULL;
        store_fault_arm(&fault, STORE_FAULT_ALL, n, false, ERR_IO);
        Err err = log_fixture_open_log(&fixture, NULL);
        if (err == ERR_OK)
            err = ledger_log_publish(fixture.log, NULL, NULL);
        hits = store_fault_disarm(&fault);
        CHECK(err == ERR_OK || err == ERR_IO);
        CHECK(hits > 0 || err == ERR_OK);
        if (fixture.log == NULL)
            CHECK_OK(log_fixture_open_log(&fixture, NULL));
        REQUIRE(fixture.log != NULL);
        CHECK_OK(ledger_log_publish(fixture.log, NULL, NULL));
    }
    CHECK(log_fixture_verifies(&fixture, &check));
}
