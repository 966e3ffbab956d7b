// Records for tests.
#include "records_fixture.h"

#include "records/change.h"

int64_t fixture_now_ms = INT64_C(1790000000000);

static int64_t now_ms(void) {
    return fixture_now_ms;
}

static bool said(Err err, const Diag *diag) {
    CHECK_OK(err);
    if (err != ERR_OK)
        fixture_print(diag);
    return err == ERR_OK;
}

Err records_fixture_open_records(RecordsFixture *fixture, Diag *diag) {
    RecordsOptions options = {.store = fixture->log.store,
                              .ledger = fixture->log.log,
                              .unit = made_identifier(7),
                              .node = made_identifier(8),
                              .is_exercise = fixture->log.is_exercise,
                              .key = fixture->log.node_key,
                              .password_cost = {PASSWORD_MEMORY_MIN, 1},
                              .now_ms = now_ms};
    TRY(records_open(&options, &fixture->records, diag));
    fixture->program = actor_program(fixture->records);
    return ERR_OK;
}

static UnitFacts unit_facts(const char *country) {
    return (UnitFacts){.name = STR("Unit of tests"),
                       .kind = UNIT_POLICE,
                       .country = str_from(country),
                       .time_zone = STR("Europe/Paris"),
                       .days = 31,
                       .opens_min = 480,
                       .closes_min = 1080,
                       .languages = {STR("fr"), STR("ar")},
                       .language_count = 2};
}

bool records_fixture_open(RecordsFixture *fixture, StoreFault *fault) {
    const StoreSchema schemas[] = {LEDGER_SCHEMA, RECORDS_SCHEMA};
    UnitFacts facts = unit_facts("FR");
    Diag diag = {0};
    fixture->memory = arena_new(64 << 20);
    return fixture->memory != NULL && log_fixture_open(&fixture->log, fault) &&
           said(store_upgrade(fixture->log.store, schemas, 2, NULL, &diag), &diag) &&
           said(records_fixture_open_records(fixture, &diag), &diag) &&
           said(unit_create(fixture->records, &fixture->program, &facts, true, &fixture->unit,
                            &diag),
                &diag);
}

void records_fixture_close(RecordsFixture *fixture) {
    records_free(fixture->records);
    fixture->records = NULL;
    log_fixture_close(&fixture->log);
    arena_free(fixture->memory);
    fixture->memory = NULL;
}

Identifier fixture_unit_made(RecordsFixture *fixture, const char *country) {
    UnitFacts facts = unit_facts(country);
    Identifier id = {0};
    Diag diag = {0};
    said(unit_create(fixture->records, &fixture->program, &facts, false, &id, &diag), &diag);
    return id;
}

static Err activate(Tx *tx, void *context, Diag *diag) {
    Actor *actor = context;
    Bind uid = bind_id("uid", &actor->person_id);
    TRY(tx_run(tx, STR("UPDATE people SET state = 'active' WHERE uid = :uid"), BINDS(uid), NULL,
               diag));
    TRY(tx_int64(tx, STR("SELECT unit FROM people WHERE uid = :uid"), BINDS(uid), NULL,
                 &actor->unit, diag));
    return tx_int64(tx, STR("SELECT id FROM people WHERE uid = :uid"), BINDS(uid), NULL,
                    &actor->person, diag);
}

static Identifier person_made(RecordsFixture *fixture, const char *name, Identifier unit,
                              RoleSet roles) {
    PersonFacts facts = {
        .unit = unit, .pseudonym = str_from(name), .language = STR("fr"), .roles = roles};
    Identifier id = {0};
    Diag diag = {0};
    said(person_create(fixture->records, &fixture->program, &facts, &id, &diag), &diag);
    return id;
}

Actor fixture_person_made(RecordsFixture *fixture, Identifier unit, RoleSet roles) {
    static int number;
    char name[32];
    Diag diag = {0};
    snprintf(name, sizeof name, "officer %d", ++number);
    Actor actor = {.person_id = person_made(fixture, name, unit, roles),
                   .unit_id = unit,
                   .roles = roles,
                   .permissions = permissions_of(roles),
                   .purpose = STR("victim-identification")};
    said(store_run(fixture->log.store, STORE_WRITE, NULL, activate, &actor, &diag), &diag);
    return actor;
}

Identifier fixture_account_made(RecordsFixture *fixture, const char *name, const char *password,
                                RoleSet roles) {
    Identifier id = person_made(fixture, name, fixture->unit, roles);
    char token[TOKEN_TEXT_MAX];
    Diag diag = {0};
    said(link_make(fixture->records, &fixture->program, &id, token, &diag), &diag);
    said(link_use(fixture->records, str_from(token), str_from(password), NULL, &diag), &diag);
    return id;
}

Identifier fixture_case_made(RecordsFixture *fixture, const Actor *actor) {
    static int number;
    char text[32];
    Identifier id = {0};
    Diag diag = {0};
    snprintf(text, sizeof text, "T-%d", ++number);
    CaseFacts facts = {.number = str_from(text),
                       .title = STR("Lamps and chairs"),
                       .summary = STR("A case of tests."),
                       .legal_basis = STR("national-law")};
    said(case_open(fixture->records, actor, &facts, &id, &diag), &diag);
    return id;
}

int64_t fixture_entries(RecordsFixture *fixture) {
    uint64_t size = 0;
    CHECK_OK(ledger_log_size(fixture->log.log, NULL, &size, NULL));
    return (int64_t)size;
}

int64_t fixture_entries_of(RecordsFixture *fixture, LedgerKind kind) {
    LedgerFilter filter = {.kind = kind};
    static LedgerRow rows[LEDGER_PAGE_MAX];
    size_t count = 0;
    CHECK_OK(ledger_log_find(fixture->log.log, NULL, &filter, rows, LEDGER_PAGE_MAX, &count, NULL));
    return (int64_t)count;
}

static bool entry_contains(RecordsFixture *fixture, uint64_t index, const char *text) {
    _cleanup_strbuf_ StrBuf payload = STRBUF(PAYLOAD_MAX + 1);
    LedgerRow row;
    size_t count = 0;
    if (ledger_log_payload_open(fixture->log.log, NULL, index, &payload, NULL) == ERR_OK &&
        str_find(strbuf_str(&payload), str_from(text)) >= 0)
        return true;
    strbuf_clear(&payload);
    return ledger_log_read(fixture->log.log, NULL, index, &row, 1, &count, NULL) == ERR_OK &&
           count == 1 && ledger_entry_put(&payload, &row.entry, NULL) == ERR_OK &&
           str_find(strbuf_str(&payload), str_from(text)) >= 0;
}

bool fixture_newest_says(RecordsFixture *fixture, const char *text) {
    return entry_contains(fixture, (uint64_t)fixture_entries(fixture) - 1, text);
}

bool fixture_ledger_contains(RecordsFixture *fixture, const char *text) {
    int64_t size = fixture_entries(fixture);
    for (int64_t i = 0; i < size; i++)
        if (entry_contains(fixture, (uint64_t)i, text))
            return true;
    return false;
}
