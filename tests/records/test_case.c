// Cases: states, who sees them, viewings in the ledger, erasure by two people.
#include "items_fixture.h"
#include "records/approval.h"
#include "records/erasure.h"
#include "records/retention.h"

static const RoleSet ANALYST = ROLE_BIT(ROLE_ANALYST);
static const RoleSet SENIOR = ROLE_BIT(ROLE_SENIOR_ANALYST);
static const RoleSet SUPERVISOR = ROLE_BIT(ROLE_SUPERVISOR);

TEST(content_is_sealed_and_shown_to_its_unit_only)
{
    _cleanup_records_ RecordsFixture f = {0};
    CaseFile file, *list;
    size_t count;
    REQUIRE(records_fixture_open(&f, NULL));
    Actor analyst = fixture_person_made(&f, f.unit, ANALYST);
    Identifier other_unit = fixture_unit_made(&f, "MA");
    Actor other = fixture_person_made(&f, other_unit, ANALYST);
    Actor admin = fixture_person_made(&f, f.unit, ROLE_BIT(ROLE_ADMINISTRATOR));
    Identifier id = fixture_case_made(&f, &analyst);
    CHECK_ERR(case_get(f.records, &analyst, &id, f.memory, &file, NULL), ERR_STATE);
    CHECK_OK(case_view_record(f.records, &analyst, &id, NULL));
    CHECK_OK(case_get(f.records, &analyst, &id, f.memory, &file, NULL));
    CHECK_STR(file.facts.title, "Lamps and chairs");
    CHECK_STR(file.facts.summary, "A case of tests.");
    CHECK_STR(file.tlp, "red");
    CHECK_INT(file.state, STATE_CASE_OPEN);
    CHECK(file.is_own && !file.is_exercise);
    CHECK(!fixture_ledger_contains(&f, "Lamps"));
    CHECK(!fixture_ledger_contains(&f, "T-"));
    CHECK_INT(fixture_count(f.log.store, STR("SELECT count(*) FROM cases WHERE title IS NULL OR "
                                             "length(title) < 20")),
              0);
    // Another unit's, as if it were not there; nor for whoever has no case data.
    CHECK_ERR(case_view_record(f.records, &other, &id, NULL), ERR_NOT_FOUND);
    CHECK_ERR(case_view_record(f.records, &admin, &id, NULL), ERR_PERMISSION);
    CHECK_ERR(case_list(f.records, &admin, &(CaseFilter){.state = STATE_COUNT}, f.memory, &list,
                        &count, NULL),
              ERR_PERMISSION);
    CHECK_OK(case_list(f.records, &other, &(CaseFilter){.state = STATE_COUNT}, f.memory, &list,
                       &count, NULL));
    CHECK_INT(count, 0);
    Actor chief = fixture_person_made(&f, f.unit, SUPERVISOR);
    CHECK_ERR(case_share(f.records, &analyst, &id, &other_unit, true, NULL), ERR_PERMISSION);
    CHECK_OK(case_share(f.records, &chief, &id, &other_unit, true, NULL));
    CHECK_OK(case_list(f.records, &other, &(CaseFilter){.state = STATE_COUNT}, f.memory, &list,
                       &count, NULL));
    REQUIRE(count == 1);
    CHECK(!list[0].is_own);
    CHECK_STR(list[0].facts.title, "Lamps and chairs");
    CHECK_OK(case_view_record(f.records, &other, &id, NULL));
    CHECK_OK(case_share(f.records, &chief, &id, &other_unit, false, NULL));
    CHECK_ERR(case_view_record(f.records, &other, &id, NULL), ERR_NOT_FOUND);
    CHECK_ERR(case_get(f.records, &other, &id, f.memory, &file, NULL), ERR_NOT_FOUND);
}

TEST(a_viewing_needs_a_purpose_and_is_one_entry_for_some_minutes)
{
    _cleanup_records_ RecordsFixture f = {0};
    REQUIRE(records_fixture_open(&f, NULL));
    Actor analyst = fixture_person_made(&f, f.unit, ANALYST);
    Identifier id = fixture_case_made(&f, &analyst);
    Actor aimless = analyst;
    aimless.purpose = (Str){0};
    CHECK_ERR(case_view_record(f.records, &aimless, &id, NULL), ERR_INVALID);
    aimless.purpose = STR("Not A Purpose");
    CHECK_ERR(case_view_record(f.records, &aimless, &id, NULL), ERR_INVALID);
    CHECK_OK(case_view_record(f.records, &analyst, &id, NULL));
    CHECK_OK(case_view_record(f.records, &analyst, &id, NULL));
    CHECK_INT(fixture_entries_of(&f, LEDGER_CASE_VIEWED), 1);
    Actor again = analyst;
    again.purpose = STR("court-request");
    CHECK_OK(case_view_record(f.records, &again, &id, NULL));
    CHECK_INT(fixture_entries_of(&f, LEDGER_CASE_VIEWED), 2);
    fixture_now_ms += 5 * FIXTURE_MINUTE_MS;
    CHECK_OK(case_view_record(f.records, &analyst, &id, NULL));
    CHECK_INT(fixture_entries_of(&f, LEDGER_CASE_VIEWED), 3);
}

TEST(cases_move_as_their_table_says)
{
    _cleanup_records_ RecordsFixture f = {0};
    REQUIRE(records_fixture_open(&f, NULL));
    Actor analyst = fixture_person_made(&f, f.unit, ANALYST);
    Actor senior = fixture_person_made(&f, f.unit, SENIOR);
    Identifier id = fixture_case_made(&f, &analyst);
    CHECK_ERR(case_move(f.records, &analyst, &id, STATE_CASE_ARCHIVED, NULL), ERR_STATE);
    CHECK_OK(case_move(f.records, &analyst, &id, STATE_CASE_ACTIVE, NULL));
    CHECK(fixture_newest_says(&f, "\"from\":\"open\",\"to\":\"active\""));
    CHECK_ERR(case_move(f.records, &analyst, &id, STATE_CASE_CLOSED, NULL), ERR_PERMISSION);
    CHECK_OK(case_move(f.records, &senior, &id, STATE_CASE_CLOSED, NULL));
    CHECK_ERR(case_move(f.records, &senior, &id, STATE_CASE_ERASED, NULL), ERR_INVALID);
    CHECK_ERR(case_move(f.records, &senior, &id, STATE_CASE_MERGED, NULL), ERR_INVALID);
    CaseFacts facts = {.number = STR("N"), .title = STR("t"), .legal_basis = STR("national-law")};
    CHECK_ERR(case_set(f.records, &analyst, &id, &facts, NULL), ERR_STATE);
    CHECK_OK(case_move(f.records, &senior, &id, STATE_CASE_ACTIVE, NULL));
    CHECK_OK(case_set(f.records, &analyst, &id, &facts, NULL));
    Identifier second;
    CHECK_ERR(case_open(f.records, &analyst, &facts, &second, NULL), ERR_EXISTS);
    facts.legal_basis = STR("");
    CHECK_ERR(case_set(f.records, &analyst, &id, &facts, NULL), ERR_INVALID);
}

// Every pair of states of every machine: allowed exactly where the table has a row.
TEST(no_step_leads_out_of_its_machine)
{
    for (int from = 0; from < STATE_COUNT; from++)
        for (int to = 0; to < STATE_COUNT; to++)
            if (state_may_move((State)from, (State)to, NULL)) {
                CHECK_INT(state_machine((State)from), state_machine((State)to));
                CHECK(from != to);
            }
    CHECK(!state_may_move(STATE_CASE_ERASED, STATE_CASE_OPEN, NULL));
    CHECK(!state_may_move(STATE_APPROVAL_REFUSED, STATE_APPROVAL_GIVEN, NULL));
    CHECK(!state_may_move(STATE_VOTE_WITHDRAWN, STATE_VOTE_CAST, NULL));
    CHECK(!state_may_move(STATE_CERTIFICATE_REVOKED, STATE_CERTIFICATE_ACTIVE, NULL));
}

TEST(cases_are_assigned_merged_and_transferred)
{
    _cleanup_records_ RecordsFixture f = {0};
    CaseFile file;
    Item *items;
    REQUIRE(records_fixture_open(&f, NULL));
    Actor analyst = fixture_person_made(&f, f.unit, ANALYST);
    Actor chief = fixture_person_made(&f, f.unit, SUPERVISOR);
    Identifier other_unit = fixture_unit_made(&f, "MA");
    Actor other = fixture_person_made(&f, other_unit, ANALYST);
    Identifier a = fixture_case_made(&f, &analyst), b = fixture_case_made(&f, &analyst);
    CHECK_OK(case_assign(f.records, &chief, &a, &analyst.person_id, NULL));
    CHECK_ERR(case_assign(f.records, &chief, &a, &other.person_id, NULL), ERR_STATE);
    CHECK_ERR(case_assign(f.records, &analyst, &a, &analyst.person_id, NULL), ERR_PERMISSION);
    fixture_import(&f, &analyst, &a, 1, 3);
    fixture_import(&f, &analyst, &b, 3, 2);
    CHECK_ERR(case_merge(f.records, &chief, &a, &a, NULL), ERR_INVALID);
    CHECK_OK(case_merge(f.records, &chief, &a, &b, NULL));
    CHECK_INT(fixture_items(&f, &analyst, &b, &items), 4);
    CHECK_OK(case_view_record(f.records, &analyst, &a, NULL));
    CHECK_OK(case_get(f.records, &analyst, &a, f.memory, &file, NULL));
    CHECK_INT(file.state, STATE_CASE_MERGED);
    CHECK(identifier_equal(&file.other, &b));
    CHECK_ERR(case_move(f.records, &chief, &a, STATE_CASE_ACTIVE, NULL), ERR_STATE);
    CHECK_OK(case_transfer(f.records, &chief, &b, &other_unit, NULL));
    CHECK_OK(case_view_record(f.records, &other, &b, NULL));
    CHECK_ERR(case_transfer(f.records, &chief, &b, &other_unit, NULL), ERR_STATE);
}

TEST(a_search_is_in_the_ledger_without_what_was_sought)
{
    _cleanup_records_ RecordsFixture f = {0};
    CaseFile *list;
    size_t count;
    REQUIRE(records_fixture_open(&f, NULL));
    Actor analyst = fixture_person_made(&f, f.unit, ANALYST);
    CaseFacts facts = {.number = STR("A%1"), .title = STR("t"), .legal_basis = STR("national-law")};
    Identifier id;
    CHECK_OK(case_open(f.records, &analyst, &facts, &id, NULL));
    facts.number = STR("AB1");
    CHECK_OK(case_open(f.records, &analyst, &facts, &id, NULL));
    CHECK_OK(case_search(f.records, &analyst, STR("A%"), f.memory, &list, &count, NULL));
    CHECK_INT(count, 1);
    CHECK_OK(case_search(f.records, &analyst, STR("A"), f.memory, &list, &count, NULL));
    CHECK_INT(count, 2);
    CHECK_INT(fixture_entries_of(&f, LEDGER_SEARCH_RUN), 2);
    CHECK(!fixture_ledger_contains(&f, "A%"));
}

TEST(two_people_erase_a_case_and_nothing_of_it_can_be_read_again)
{
    _cleanup_records_ RecordsFixture f = {0};
    REQUIRE(records_fixture_open(&f, NULL));
    Actor analyst = fixture_person_made(&f, f.unit, ANALYST);
    Actor chief = fixture_person_made(&f, f.unit, SUPERVISOR);
    Actor second = fixture_person_made(&f, f.unit, SUPERVISOR);
    Identifier gone = fixture_case_made(&f, &analyst), kept = fixture_case_made(&f, &analyst);
    fixture_import(&f, &analyst, &gone, 1, 4);
    fixture_import(&f, &analyst, &kept, 4, 2); // one item is in both
    Item *items;
    fixture_items(&f, &analyst, &gone, &items);
    Category category = {STR("vic-us"), STR("2.0"), STR("0")};
    CHECK_OK(vote_cast(f.records, &analyst, &gone, &items[0].uid, &category, NULL, NULL));
    CHECK_OK(case_move(f.records, &chief, &gone, STATE_CASE_CLOSED, NULL));
    CHECK_ERR(case_erase(f.records, &chief, &gone, NULL), ERR_PERMISSION);
    ApprovalFacts facts = {.kind = APPROVAL_ERASURE, .subject = gone, .case_ = gone};
    erasure_digest(&gone, facts.digest);
    Identifier approval;
    CHECK_OK(approval_ask(f.records, &chief, &facts, &approval, NULL));
    CHECK_ERR(case_erase(f.records, &chief, &gone, NULL), ERR_PERMISSION);
    CHECK_ERR(approval_decide(f.records, &chief, &approval, true, NULL), ERR_PERMISSION);
    CHECK_ERR(approval_decide(f.records, &analyst, &approval, true, NULL), ERR_PERMISSION);
    CHECK_OK(approval_decide(f.records, &second, &approval, true, NULL));
    int64_t imports = fixture_entries_of(&f, LEDGER_ITEMS_IMPORTED);
    CHECK_OK(case_erase(f.records, &chief, &gone, NULL));
    CHECK_INT(fixture_entries_of(&f, LEDGER_ITEMS_IMPORTED), imports); // the entries stand
    CHECK_ERR(case_view_record(f.records, &analyst, &gone, NULL), ERR_NOT_FOUND);
    CHECK_INT(fixture_count(f.log.store, STR("SELECT count(*) FROM items")), 2);
    CHECK_INT(fixture_count(f.log.store, STR("SELECT count(*) FROM votes")), 0);
    CHECK_INT(fixture_count(f.log.store, STR("SELECT count(*) FROM cases WHERE title IS NOT NULL")),
              1);
    // Payloads of its entries are gone, those of the other case are not.
    LedgerFilter filter = {.kind = LEDGER_ITEMS_IMPORTED, .case_ = gone};
    LedgerRow row;
    size_t count;
    CHECK_OK(ledger_log_find(f.log.log, NULL, &filter, &row, 1, &count, NULL));
    REQUIRE(count == 1);
    CHECK_INT(row.payload, LEDGER_PAYLOAD_ERASED);
    filter.case_ = kept;
    CHECK_OK(ledger_log_find(f.log.log, NULL, &filter, &row, 1, &count, NULL));
    CHECK_INT(row.payload, LEDGER_PAYLOAD_KEPT);
    LedgerLogCheck check;
    CHECK(log_fixture_verifies(&f.log, &check));
    // What comes back with a backup goes again when the records are opened.
    CHECK_OK(fixture_execute(f.log.store, "UPDATE cases SET state = 'closed' WHERE title IS NULL"));
    records_free(f.records);
    CHECK_OK(records_fixture_open_records(&f, NULL));
    CHECK_INT(fixture_count(f.log.store, STR("SELECT count(*) FROM cases WHERE state = 'erased'")),
              1);
}

TEST(an_approval_is_for_one_thing_once_and_not_for_ever)
{
    _cleanup_records_ RecordsFixture f = {0};
    REQUIRE(records_fixture_open(&f, NULL));
    Actor analyst = fixture_person_made(&f, f.unit, ANALYST);
    Actor chief = fixture_person_made(&f, f.unit, SUPERVISOR);
    Actor second = fixture_person_made(&f, f.unit, SUPERVISOR);
    Identifier a = fixture_case_made(&f, &analyst), b = fixture_case_made(&f, &analyst), approval;
    CHECK_OK(case_move(f.records, &chief, &a, STATE_CASE_CLOSED, NULL));
    CHECK_OK(case_move(f.records, &chief, &b, STATE_CASE_CLOSED, NULL));
    ApprovalFacts facts = {.kind = APPROVAL_ERASURE, .subject = a, .case_ = a};
    erasure_digest(&a, facts.digest);
    CHECK_ERR(approval_ask(f.records, &analyst, &facts, &approval, NULL), ERR_PERMISSION);
    CHECK_OK(approval_ask(f.records, &chief, &facts, &approval, NULL));
    fixture_now_ms += 4 * (int64_t)FIXTURE_DAY_MS;
    CHECK_ERR(approval_decide(f.records, &second, &approval, true, NULL), ERR_STATE);
    CHECK_OK(approval_decide(f.records, &second, &approval, false, NULL));
    CHECK_ERR(approval_decide(f.records, &second, &approval, true, NULL), ERR_STATE);
    CHECK_OK(approval_ask(f.records, &chief, &facts, &approval, NULL));
    Approval *list;
    size_t count;
    CHECK_OK(approval_list(f.records, &second, false, f.memory, &list, &count, NULL));
    REQUIRE(count == 1);
    CHECK(!list[0].is_own);
    CHECK_OK(approval_decide(f.records, &second, &approval, true, NULL));
    CHECK_ERR(case_erase(f.records, &chief, &b, NULL), ERR_PERMISSION); // it was for the other
    CHECK_OK(case_erase(f.records, &chief, &a, NULL));
}

TEST(retention_gives_the_dates)
{
    _cleanup_records_ RecordsFixture f = {0};
    CaseFile file;
    CaseFile *list;
    size_t count;
    REQUIRE(records_fixture_open(&f, NULL));
    Actor admin = fixture_person_made(&f, f.unit, ROLE_BIT(ROLE_ADMINISTRATOR));
    Actor analyst = fixture_person_made(&f, f.unit, ANALYST);
    Actor chief = fixture_person_made(&f, f.unit, SUPERVISOR);
    RetentionRule rule = {10, 20};
    CHECK_ERR(retention_set(f.records, &admin, RETENTION_CASE, &rule, NULL), ERR_RANGE);
    rule.review_days = 2;
    CHECK_OK(retention_set(f.records, &admin, RETENTION_CASE, &rule, NULL));
    Identifier id = fixture_case_made(&f, &analyst);
    CHECK_OK(case_view_record(f.records, &analyst, &id, NULL));
    CHECK_OK(case_get(f.records, &analyst, &id, f.memory, &file, NULL));
    CHECK_INT(file.retain_ms - file.made_ms, 10 * (int64_t)FIXTURE_DAY_MS);
    CaseFilter due = {.state = STATE_COUNT, .is_due = true};
    CHECK_OK(case_list(f.records, &chief, &due, f.memory, &list, &count, NULL));
    CHECK_INT(count, 0);
    fixture_now_ms += 2 * (int64_t)FIXTURE_DAY_MS;
    CHECK_OK(case_list(f.records, &chief, &due, f.memory, &list, &count, NULL));
    CHECK_INT(count, 1);
    CHECK_ERR(case_review(f.records, &chief, &id, fixture_now_ms, fixture_now_ms + 1, NULL),
              ERR_RANGE);
    CHECK_OK(case_review(f.records, &chief, &id, fixture_now_ms + FIXTURE_DAY_MS,
                         fixture_now_ms + 2 * (int64_t)FIXTURE_DAY_MS, NULL));
    CHECK_OK(case_list(f.records, &chief, &due, f.memory, &list, &count, NULL));
    CHECK_INT(count, 0);
}
