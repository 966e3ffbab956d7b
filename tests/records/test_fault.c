// Failing statements: each state change is all or nothing, with its ledger entry, whichever
// statement fails.
#include "items_fixture.h"
#include "store/fault.h"

typedef struct Scene {
    RecordsFixture *f;
    Actor admin, analyst, other;
    Identifier unit2, case_, item;
    int number;
} Scene;

typedef Err Act(Scene *s, Diag *diag);

static Err act_unit(Scene *s, Diag *diag) {
    UnitFacts facts = {.name = STR("Another"),
                       .country = STR("SN"),
                       .time_zone = STR("Africa/Dakar"),
                       .languages = {STR("fr")},
                       .language_count = 1};
    Identifier id;
    return unit_create(s->f->records, &s->f->program, &facts, false, &id, diag);
}

static Err act_person(Scene *s, Diag *diag) {
    char name[32];
    snprintf(name, sizeof name, "swept %d", s->number);
    PersonFacts facts = {
        .unit = s->f->unit, .pseudonym = str_from(name), .language = STR("fr"), .roles = ROLES_ALL};
    Identifier id;
    return person_create(s->f->records, &s->admin, &facts, &id, diag);
}

static Err act_case(Scene *s, Diag *diag) {
    char number[32];
    snprintf(number, sizeof number, "F-%d", s->number);
    CaseFacts facts = {
        .number = str_from(number), .title = STR("t"), .legal_basis = STR("national-law")};
    Identifier id;
    return case_open(s->f->records, &s->analyst, &facts, &id, diag);
}

static Err act_import(Scene *s, Diag *diag) {
    ItemDraft drafts[2] = {made_draft(1000 + s->number, 7, ITEM_UNKNOWN),
                           made_draft(1, 7, ITEM_KNOWN)};
    MadeItems items = {drafts, 2, 0, -1, 0};
    ItemStream stream = made_stream(&items);
    ImportResult result;
    return items_import(s->f->records, &s->analyst, &s->case_, &stream, &result, diag);
}

static Err act_vote(Scene *s, Diag *diag) {
    Category category = {STR("vic-us"), STR("2.0"), s->number % 2 == 0 ? STR("1") : STR("2")};
    return vote_cast(s->f->records, s->number % 3 == 0 ? &s->other : &s->analyst, &s->case_,
                     &s->item, &category, NULL, diag);
}

// What all tables hold together, as one number.
static int64_t rows_sum(RecordsFixture *f) {
    static const char *const COUNTS[] = {
        "SELECT count(*) FROM units",        "SELECT count(*) FROM unit_languages",
        "SELECT count(*) FROM people",       "SELECT count(*) FROM accounts",
        "SELECT count(*) FROM person_roles", "SELECT count(*) FROM cases",
        "SELECT count(*) FROM items",        "SELECT count(*) FROM case_items",
        "SELECT count(*) FROM locations",    "SELECT count(*) FROM imports",
        "SELECT count(*) FROM votes",        "SELECT count(*) FROM votes WHERE state = 'cast'"};
    int64_t sum = 0;
    for (size_t i = 0; i < sizeof COUNTS / sizeof COUNTS[0]; i++)
        sum = sum * 31 + fixture_count(f->log.store, str_from(COUNTS[i]));
    return sum;
}

// Fails the n-th statement or step for n = 0, 1, 2… until the act goes through.
static void sweep(Scene *s, Act *act, StoreFault *fault) {
    for (int n = 0; n < 2000; n++) {
        Diag diag = {0};
        int64_t rows = rows_sum(s->f), entries = fixture_entries(s->f);
        s->number++;
        store_fault_arm(fault, STORE_FAULT_START | STORE_FAULT_STEP | STORE_FAULT_COMMIT, n, false,
                        ERR_IO);
        Err err = act(s, &diag);
        if (store_fault_disarm(fault) == 0) {
            CHECK_OK(err);
            CHECK_INT(fixture_entries(s->f), entries + 1);
            CHECK(n > 3);
            return;
        }
        CHECK_ERR(err, ERR_IO);
        CHECK(diag.msgid != NULL);
        CHECK_INT(rows_sum(s->f), rows);
        CHECK_INT(fixture_entries(s->f), entries);
    }
    CHECK(!"the act never went through");
}

TEST(whichever_statement_fails_nothing_is_half_written)
{
    _cleanup_records_ RecordsFixture f = {0};
    StoreFault fault = {0};
    Item *items;
    REQUIRE(records_fixture_open(&f, &fault));
    Scene s = {.f = &f};
    s.unit2 = fixture_unit_made(&f, "MA");
    s.admin = fixture_person_made(&f, f.unit, ROLE_BIT(ROLE_ADMINISTRATOR));
    s.analyst = fixture_person_made(&f, f.unit, ROLE_BIT(ROLE_ANALYST));
    s.other = fixture_person_made(&f, s.unit2, ROLE_BIT(ROLE_ANALYST));
    Actor chief = fixture_person_made(&f, f.unit, ROLE_BIT(ROLE_SUPERVISOR));
    s.case_ = fixture_case_made(&f, &s.analyst);
    CHECK_OK(case_share(f.records, &chief, &s.case_, &s.unit2, true, NULL));
    fixture_import(&f, &s.analyst, &s.case_, 1, 1);
    REQUIRE(fixture_items(&f, &s.analyst, &s.case_, &items) == 1);
    s.item = items[0].uid;
    Act *const ACTS[] = {act_unit, act_person, act_case, act_import, act_vote};
    for (size_t i = 0; i < sizeof ACTS / sizeof ACTS[0]; i++)
        sweep(&s, ACTS[i], &fault);
    LedgerLogCheck check;
    CHECK(log_fixture_verifies(&f.log, &check));
}
