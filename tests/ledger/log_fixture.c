// A ledger in a database for tests.
#include "log_fixture.h"

#include <unistd.h>

#include "ledger/verify.h"

Identifier made_identifier(uint8_t number) {
    Identifier id = {{1}};
    id.bytes[15] = number;
    return id;
}

Err log_fixture_open_log(LogFixture *fixture, Diag *diag) {
    LedgerLogOptions options = {.signer = &fixture->signer,
                                .ring_path = fixture->ring,
                                .node_key = &fixture->node_key,
                                .folder = fixture->folder,
                                .is_exercise = fixture->is_exercise};
    return ledger_log_open(fixture->store, &options, &fixture->log, diag);
}

static bool said(Err err, const Diag *diag) {
    CHECK_OK(err);
    if (err != ERR_OK)
        fixture_print(diag);
    return err == ERR_OK;
}

bool log_fixture_reopen(LogFixture *fixture, StoreFault *fault) {
    StoreOptions options = {.fault = fault};
    Diag diag = {0};
    log_fixture_close(fixture);
    fixture->store = fixture_reopen(&options);
    return fixture->store != NULL && said(log_fixture_open_log(fixture, &diag), &diag);
}

bool log_fixture_open(LogFixture *fixture, StoreFault *fault) {
    static int number;
    StoreOptions options = {.fault = fault};
    LedgerDraft opened = {.unit = made_identifier(7), .count = 1};
    Diag diag = {0};
    number++;
    snprintf(fixture->ring, sizeof fixture->ring, "%s/ring-%d", t_folder(), number);
    snprintf(fixture->folder, sizeof fixture->folder, "%s/ledger-%d", t_folder(), number);
    fixture->store = fixture_open(&options);
    if (fixture->store == NULL)
        return false;
    seal_key_make(&fixture->node_key);
    opened.kind = fixture->is_exercise ? LEDGER_EXERCISE_OPENED : LEDGER_LEDGER_OPENED;
    return said(
               note_keygen(STR("node.example/ledger"), NOTE_KEY_SIGNATURE, &fixture->signer, &diag),
               &diag) &&
           said(ring_file_create(fixture->ring, &fixture->node_key, &diag), &diag) &&
           said(store_upgrade(fixture->store, &LEDGER_SCHEMA, 1, NULL, &diag), &diag) &&
           said(log_fixture_open_log(fixture, &diag), &diag) &&
           said(ledger_log_note(fixture->log, NULL, &opened, NULL, &diag), &diag);
}

void log_fixture_close(LogFixture *fixture) {
    ledger_log_free(fixture->log);
    store_free(fixture->store);
    fixture->log = NULL;
    fixture->store = NULL;
}

LedgerDraft made_view(uint8_t number, Str payload) {
    return (LedgerDraft){.kind = LEDGER_CASE_VIEWED,
                         .person = made_identifier((uint8_t)(1 + number % 5)),
                         .unit = made_identifier(7),
                         .case_ = made_identifier((uint8_t)(100 + number)),
                         .purpose = STR("victim-identification"),
                         .count = 1,
                         .payload = payload};
}

uint64_t log_fixture_view(LogFixture *fixture, uint8_t number, Str payload) {
    LedgerDraft draft = made_view(number, payload);
    uint64_t index = UINT64_MAX;
    Diag diag = {0};
    said(ledger_log_note(fixture->log, NULL, &draft, &index, &diag), &diag);
    return index;
}

typedef struct Erasing {
    LedgerLog *log;
    LedgerRange entries;
} Erasing;

static Err erase_work(Tx *tx, void *context, Diag *diag) {
    const Erasing *erasing = context;
    LedgerDraft draft = {.unit = made_identifier(7), .purpose = STR("retention")};
    LedgerErasure erasure = {.entries = &erasing->entries, .entry_count = 1};
    return ledger_log_erase(erasing->log, tx, &draft, &erasure, NULL, diag);
}

Err log_fixture_erase(LogFixture *fixture, uint64_t first, uint64_t last) {
    Erasing erasing = {fixture->log, {first, last}};
    return store_run(fixture->store, STORE_QUEUED, NULL, erase_work, &erasing, NULL);
}

bool log_fixture_says(LogFixture *fixture, uint64_t index, const char *expected) {
    _cleanup_strbuf_ StrBuf payload = STRBUF(PAYLOAD_MAX + 1);
    Diag diag = {0};
    Err err = ledger_log_payload_open(fixture->log, NULL, index, &payload, &diag);
    if (err != ERR_OK)
        fixture_print(&diag);
    return err == ERR_OK && str_is(strbuf_str(&payload), expected);
}

Err log_fixture_payload_err(LogFixture *fixture, uint64_t index) {
    _cleanup_strbuf_ StrBuf payload = STRBUF(PAYLOAD_MAX + 1);
    return ledger_log_payload_open(fixture->log, NULL, index, &payload, NULL);
}

bool log_fixture_verifies(LogFixture *fixture, LedgerLogCheck *ret) {
    LedgerVerifyOptions options = {.log = &fixture->signer.verifier};
    LedgerReport report;
    Diag diag = {0};
    *ret = (LedgerLogCheck){0};
    return said(ledger_log_publish(fixture->log, NULL, &diag), &diag) &&
           said(ledger_verify(fixture->folder, &options, &report, &diag), &diag) &&
           said(ledger_log_verify(fixture->log, NULL, ret, UINT64_MAX, &diag), &diag) &&
           ret->is_done;
}
