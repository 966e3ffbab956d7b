// Units, people, roles, certificates, policies: who may change what, and that the ledger says so.
#include "records/certificate.h"
#include "records_fixture.h"

static const RoleSet ADMIN = ROLE_BIT(ROLE_ADMINISTRATOR);
static const RoleSet ANALYST = ROLE_BIT(ROLE_ANALYST);

TEST(a_unit_is_kept_as_it_was_said)
{
    _cleanup_records_ RecordsFixture f = {0};
    Unit unit, *units;
    size_t count;
    REQUIRE(records_fixture_open(&f, NULL));
    CHECK_OK(unit_get(f.records, &f.program, &f.unit, f.memory, &unit, NULL));
    CHECK_STR(unit.facts.name, "Unit of tests");
    CHECK_STR(unit.facts.country, "FR");
    CHECK_INT(unit.facts.language_count, 2);
    CHECK_STR(unit.facts.languages[1], "ar");
    CHECK_INT(unit.facts.closes_min, 1080);
    CHECK(unit.is_own);
    Identifier other = fixture_unit_made(&f, "MA");
    UnitFacts facts = unit.facts;
    facts.country = STR("Morocco");
    CHECK_ERR(unit_set(f.records, &f.program, &other, &facts, NULL), ERR_INVALID);
    facts.country = STR("MA");
    facts.language_count = 1;
    CHECK_OK(unit_set(f.records, &f.program, &other, &facts, NULL));
    CHECK_OK(unit_list(f.records, &f.program, f.memory, &units, &count, NULL));
    CHECK_INT(count, 2);
    CHECK_INT(fixture_entries_of(&f, LEDGER_UNIT_CHANGED), 3);
    CHECK_ERR(unit_close(f.records, &f.program, &f.unit, NULL), ERR_STATE);
    CHECK_OK(unit_close(f.records, &f.program, &other, NULL));
    CHECK_ERR(unit_close(f.records, &f.program, &other, NULL), ERR_STATE);
    CHECK(!fixture_ledger_contains(&f, "Unit of tests"));
    Identifier again;
    CHECK_ERR(unit_create(f.records, &f.program, &facts, true, &again, NULL), ERR_EXISTS);
}

TEST(people_have_a_pseudonym_once)
{
    _cleanup_records_ RecordsFixture f = {0};
    REQUIRE(records_fixture_open(&f, NULL));
    PersonFacts facts = {
        .unit = f.unit, .pseudonym = STR("Falcon"), .language = STR("fr"), .roles = ANALYST};
    Identifier id, other;
    CHECK_OK(person_create(f.records, &f.program, &facts, &id, NULL));
    facts.pseudonym = STR(" fALCON ");
    int64_t entries = fixture_entries(&f);
    CHECK_ERR(person_create(f.records, &f.program, &facts, &other, NULL), ERR_EXISTS);
    CHECK_INT(fixture_entries(&f), entries); // what failed is not in the ledger
    Person person;
    CHECK_OK(person_get(f.records, &f.program, &id, f.memory, &person, NULL));
    CHECK_STR(person.pseudonym, "Falcon");
    CHECK_INT(person.roles, ANALYST);
    CHECK_INT(person.state, STATE_PERSON_INVITED);
    CHECK_OK(person_find(f.records, &f.program, STR("FALCON"), &other, NULL));
    CHECK(identifier_equal(&id, &other));
    CHECK(!fixture_ledger_contains(&f, "alcon"));
    facts.pseudonym = STR("a\nb");
    CHECK_ERR(person_create(f.records, &f.program, &facts, &other, NULL), ERR_INVALID);
}

TEST(only_administrators_change_people_and_nobody_themselves)
{
    _cleanup_records_ RecordsFixture f = {0};
    REQUIRE(records_fixture_open(&f, NULL));
    Actor admin = fixture_person_made(&f, f.unit, ADMIN);
    Actor second = fixture_person_made(&f, f.unit, ADMIN);
    Actor analyst = fixture_person_made(&f, f.unit, ANALYST);
    CHECK_ERR(person_roles_set(f.records, &analyst, &admin.person_id, 0, NULL), ERR_PERMISSION);
    CHECK_ERR(person_roles_set(f.records, &analyst, &analyst.person_id, ROLES_ALL, NULL),
              ERR_PERMISSION);
    CHECK_ERR(person_roles_set(f.records, &admin, &admin.person_id, ROLES_ALL, NULL),
              ERR_PERMISSION);
    CHECK_ERR(person_move(f.records, &admin, &admin.person_id, STATE_PERSON_LEFT, NULL),
              ERR_PERMISSION);
    CHECK_OK(person_roles_set(f.records, &admin, &analyst.person_id,
                              ANALYST | ROLE_BIT(ROLE_RELEASER), NULL));
    CHECK_INT(fixture_entries_of(&f, LEDGER_ROLE_CHANGED), 1);
    CHECK(fixture_newest_says(&f, "releaser"));
    // The node stays governable.
    CHECK_OK(person_move(f.records, &admin, &second.person_id, STATE_PERSON_SUSPENDED, NULL));
    CHECK_ERR(person_roles_set(f.records, &f.program, &admin.person_id, 0, NULL), ERR_STATE);
    CHECK_ERR(person_move(f.records, &f.program, &admin.person_id, STATE_PERSON_LEFT, NULL),
              ERR_STATE);
}

TEST(an_actor_is_checked_as_the_database_knows_them_now)
{
    _cleanup_records_ RecordsFixture f = {0};
    REQUIRE(records_fixture_open(&f, NULL));
    Actor admin = fixture_person_made(&f, f.unit, ADMIN);
    Actor second = fixture_person_made(&f, f.unit, ADMIN);
    PersonFacts facts = {.unit = f.unit, .pseudonym = STR("Owl"), .language = STR("fr")};
    Identifier id;
    CHECK_OK(person_roles_set(f.records, &admin, &second.person_id, ANALYST, NULL));
    // The actor still claims what they held when the request began.
    CHECK_ERR(person_create(f.records, &second, &facts, &id, NULL), ERR_PERMISSION);
    CHECK_OK(person_move(f.records, &admin, &second.person_id, STATE_PERSON_SUSPENDED, NULL));
    CHECK_ERR(person_create(f.records, &second, &facts, &id, NULL), ERR_AUTH);
    Actor nobody = {.unit_id = f.unit, .permissions = permissions_of(ROLES_ALL)};
    CHECK_ERR(person_create(f.records, &nobody, &facts, &id, NULL), ERR_AUTH);
    Actor stranger = admin; // says to be of another unit
    stranger.unit++;
    CHECK_ERR(person_create(f.records, &stranger, &facts, &id, NULL), ERR_AUTH);
    CHECK_OK(person_create(f.records, &admin, &facts, &id, NULL));
}

TEST(nobody_certifies_themselves)
{
    _cleanup_records_ RecordsFixture f = {0};
    REQUIRE(records_fixture_open(&f, NULL));
    Actor trainer = fixture_person_made(&f, f.unit, ROLE_BIT(ROLE_TRAINER));
    Actor analyst = fixture_person_made(&f, f.unit, ANALYST);
    Identifier id;
    int64_t from = fixture_now_ms, until = from + FIXTURE_DAY_MS;
    CHECK_ERR(certificate_create(f.records, &trainer, &trainer.person_id, CERTIFICATE_VOTING, from,
                                 until, &id, NULL),
              ERR_PERMISSION);
    CHECK_ERR(certificate_create(f.records, &analyst, &trainer.person_id, CERTIFICATE_VOTING, from,
                                 until, &id, NULL),
              ERR_PERMISSION);
    CHECK_OK(certificate_create(f.records, &trainer, &analyst.person_id, CERTIFICATE_VOTING, from,
                                until, &id, NULL));
    CHECK_ERR(certificate_move(f.records, &trainer, &id, STATE_CERTIFICATE_SUSPENDED, NULL),
              ERR_STATE);
    CHECK_OK(certificate_move(f.records, &trainer, &id, STATE_CERTIFICATE_ACTIVE, NULL));
    Certificate *list;
    size_t count;
    CHECK_OK(
        certificate_list(f.records, &analyst, &analyst.person_id, f.memory, &list, &count, NULL));
    REQUIRE(count == 1);
    CHECK_INT(list[0].state, STATE_CERTIFICATE_ACTIVE);
    fixture_now_ms += FIXTURE_DAY_MS;
    CHECK_OK(
        certificate_list(f.records, &analyst, &analyst.person_id, f.memory, &list, &count, NULL));
    CHECK_INT(list[0].state, STATE_CERTIFICATE_EXPIRED);
}

TEST(policies_have_bounds)
{
    _cleanup_records_ RecordsFixture f = {0};
    REQUIRE(records_fixture_open(&f, NULL));
    int64_t numbers[POLICY_COUNT];
    Actor analyst = fixture_person_made(&f, f.unit, ANALYST);
    Actor admin = fixture_person_made(&f, f.unit, ADMIN);
    CHECK_ERR(policy_set(f.records, &admin, POLICY_QUORUM, 0, NULL), ERR_RANGE);
    CHECK_ERR(policy_set(f.records, &analyst, POLICY_QUORUM, 3, NULL), ERR_PERMISSION);
    CHECK_OK(policies_get(f.records, &analyst, numbers, NULL));
    CHECK_INT(numbers[POLICY_QUORUM], 2);
    CHECK_OK(policy_set(f.records, &admin, POLICY_QUORUM, 3, NULL));
    CHECK_OK(policies_get(f.records, &analyst, numbers, NULL));
    CHECK_INT(numbers[POLICY_QUORUM], 3);
    CHECK_INT(fixture_entries_of(&f, LEDGER_SETTING_CHANGED), 1);
    CHECK(fixture_newest_says(&f, "quorum"));
    for (int i = 0; i < POLICY_COUNT; i++) {
        const PolicyRow *row = policy_row((Policy)i);
        Policy found;
        CHECK(row->initial >= row->least && row->initial <= row->greatest);
        CHECK(policy_find(str_from(row->identifier), &found) && (int)found == i);
    }
}
