// Lists, exports and exposure: what leaves needs two people, agreed votes, a legal basis.
#include "items_fixture.h"
#include "records/approval.h"
#include "records/certificate.h"
#include "records/exposure.h"
#include "records/hash_list.h"

static const RoleSet ANALYST = ROLE_BIT(ROLE_ANALYST);
static const Str CONDITIONS[] = {{"intelligence-only", 17}, {"no-onward-transfer", 18}};

typedef struct Scene {
    RecordsFixture f;
    Actor chief, second, releaser, here, there;
    Identifier case_, items[3], unit2;
} Scene;

static bool scene_open(Scene *s) {
    Item *items;
    if (!records_fixture_open(&s->f, NULL))
        return false;
    s->unit2 = fixture_unit_made(&s->f, "MA");
    s->chief = fixture_person_made(&s->f, s->f.unit, ROLE_BIT(ROLE_SUPERVISOR));
    s->second = fixture_person_made(&s->f, s->f.unit, ROLE_BIT(ROLE_SUPERVISOR));
    s->releaser = fixture_person_made(&s->f, s->f.unit, ROLE_BIT(ROLE_RELEASER));
    s->here = fixture_person_made(&s->f, s->f.unit, ANALYST);
    s->there = fixture_person_made(&s->f, s->unit2, ANALYST);
    s->case_ = fixture_case_made(&s->f, &s->here);
    CHECK_OK(case_share(s->f.records, &s->chief, &s->case_, &s->unit2, true, NULL));
    fixture_import(&s->f, &s->here, &s->case_, 1, 3);
    if (fixture_items(&s->f, &s->here, &s->case_, &items) != 3)
        return false;
    for (int i = 0; i < 3; i++)
        s->items[i] = items[i].uid;
    return true;
}

static void scene_close(Scene *s) {
    records_fixture_close(&s->f);
}

static void vote(Scene *s, const Actor *actor, int item, const char *scheme, const char *code) {
    Category category = {str_from(scheme), {0}, str_from(code)};
    if (str_has_prefix(category.scheme, STR("local-")))
        category.version = STR("1");
    CHECK_OK(vote_cast(s->f.records, actor, &s->case_, &s->items[item], &category, NULL, NULL));
}

static Err ask_and_give(Scene *s, const Actor *asker, ApprovalKind kind, const Identifier *subject,
                        const uint8_t digest[SHA256_SIZE]) {
    ApprovalFacts facts = {.kind = kind, .subject = *subject};
    Identifier id;
    memcpy(facts.digest, digest, SHA256_SIZE);
    TRY(approval_ask(s->f.records, asker, &facts, &id, NULL));
    return approval_decide(s->f.records, &s->second, &id, true, NULL);
}

static DisclosureFacts disclosure_to(Identifier unit) {
    return (DisclosureFacts){.to_unit = unit,
                             .legal_basis = STR("mutual-assistance"),
                             .conditions = CONDITIONS,
                             .condition_count = 2};
}

TEST(a_list_of_others_is_used_after_two_people_looked)
{
    _cleanup_(scene_close) Scene s = {0};
    REQUIRE(scene_open(&s));
    Records *records = s.f.records;
    HashListFacts facts = {.name = STR("known"),
                           .issuer = STR("partner"),
                           .version = 1,
                           .entries = 500,
                           .digest = {1}};
    Identifier first, next;
    CHECK_ERR(list_propose(records, &s.here, &facts, &first, NULL), ERR_PERMISSION);
    CHECK_OK(list_propose(records, &s.chief, &facts, &first, NULL));
    CHECK_ERR(list_propose(records, &s.chief, &facts, &next, NULL), ERR_EXISTS);
    CHECK_ERR(list_activate(records, &s.chief, &first, NULL), ERR_PERMISSION);
    uint8_t other[SHA256_SIZE] = {9};
    CHECK_OK(ask_and_give(&s, &s.chief, APPROVAL_LIST_IMPORT, &first, other));
    CHECK_ERR(list_activate(records, &s.chief, &first, NULL), ERR_PERMISSION); // another file
    CHECK_OK(ask_and_give(&s, &s.chief, APPROVAL_LIST_IMPORT, &first, facts.digest));
    CHECK_OK(list_activate(records, &s.chief, &first, NULL));
    CHECK_ERR(list_activate(records, &s.chief, &first, NULL), ERR_STATE);
    facts.version = 2;
    CHECK_OK(list_propose(records, &s.chief, &facts, &next, NULL));
    CHECK_OK(ask_and_give(&s, &s.chief, APPROVAL_LIST_IMPORT, &next, facts.digest));
    CHECK_OK(list_activate(records, &s.chief, &next, NULL));
    HashList *lists;
    size_t count;
    CHECK_OK(hash_list_all(records, &s.here, s.f.memory, &lists, &count, NULL));
    REQUIRE(count == 2);
    CHECK_INT(lists[0].state, STATE_LIST_HELD);
    CHECK_INT(lists[1].state, STATE_LIST_RETIRED);
}

TEST(only_agreed_protective_items_of_two_countries_go_to_industry)
{
    _cleanup_(scene_close) Scene s = {0};
    REQUIRE(scene_open(&s));
    Records *records = s.f.records;
    Actor also = fixture_person_made(&s.f, fixture_unit_made(&s.f, "FR"), ANALYST);
    Actor *voters[] = {&s.here, &s.there};
    HashListFacts facts = {
        .name = STR("ours"), .issuer = STR("us"), .version = 1, .audience = LIST_FOR_INDUSTRY};
    Identifier list;
    CHECK_ERR(list_build_record(records, &s.releaser, &facts, s.items, 1, &list, NULL), ERR_STATE);
    vote(&s, &s.here, 0, "vic-us", "1");
    CHECK_ERR(list_build_record(records, &s.releaser, &facts, s.items, 1, &list, NULL), ERR_STATE);
    CHECK_OK(case_share(records, &s.chief, &s.case_, &also.unit_id, true, NULL));
    vote(&s, &also, 0, "vic-us", "1"); // agreed, by two units of one country
    CHECK_ERR(list_build_record(records, &s.releaser, &facts, s.items, 1, &list, NULL), ERR_STATE);
    facts.audience = LIST_FOR_UNITS;
    CHECK_OK(list_build_record(records, &s.releaser, &facts, s.items, 1, &list, NULL));
    facts.audience = LIST_FOR_INDUSTRY;
    facts.version = 2;
    vote(&s, &s.there, 0, "vic-us", "1");
    CHECK_OK(list_build_record(records, &s.releaser, &facts, s.items, 1, &list, NULL));
    // Harmless, or of a scheme without a parent: never.
    for (int i = 0; i < 2; i++)
        vote(&s, voters[i], 1, "vic-us", "0");
    facts.version = 3;
    CHECK_ERR(list_build_record(records, &s.releaser, &facts, s.items + 1, 1, &list, NULL),
              ERR_STATE);
    CHECK_ERR(list_build_record(records, &s.releaser, &facts, s.items, 2, &list, NULL), ERR_STATE);
    CHECK_INT(fixture_count(s.f.log.store, STR("SELECT count(*) FROM lists")), 2); // nothing half
    SchemeCodeFacts codes[] = {{STR("x"), STR("Bare"), 3}, {STR("y"), STR("Mapped"), 3}};
    Mapping mapping = {{{0}, {0}, STR("y")},
                       {STR("vic-us"), STR("2.0"), STR("1")},
                       MAPPING_BROADER,
                       true,
                       STR("us"),
                       STR("2026-11-24")};
    SchemeFacts scheme = {STR("local-test"), STR("1"), STR("Test"), {0}, codes, 2, &mapping, 1};
    CHECK_ERR(scheme_define(records, &s.here, &scheme, NULL), ERR_PERMISSION);
    CHECK_OK(scheme_define(records, &s.chief, &scheme, NULL));
    CHECK_ERR(scheme_define(records, &s.chief, &scheme, NULL), ERR_EXISTS);
    for (int i = 0; i < 2; i++)
        vote(&s, voters[i], 2, "local-test", "x");
    CHECK_ERR(list_build_record(records, &s.releaser, &facts, s.items + 2, 1, &list, NULL),
              ERR_STATE);
    for (int i = 0; i < 2; i++)
        vote(&s, voters[i], 2, "local-test", "y");
    CHECK_OK(list_build_record(records, &s.releaser, &facts, s.items + 2, 1, &list, NULL));
}

TEST(a_release_needs_two_people_a_basis_an_open_country_and_is_recalled)
{
    _cleanup_(scene_close) Scene s = {0};
    REQUIRE(scene_open(&s));
    Records *records = s.f.records;
    HashListFacts facts = {.name = STR("ours"), .issuer = STR("us"), .version = 1};
    uint8_t digest[SHA256_SIZE] = {7};
    Identifier list;
    DisclosureFacts to = disclosure_to(s.unit2);
    vote(&s, &s.here, 0, "vic-us", "1");
    vote(&s, &s.there, 0, "vic-us", "1");
    CHECK_OK(list_build_record(records, &s.releaser, &facts, s.items, 1, &list, NULL));
    CHECK_ERR(list_release(records, &s.releaser, &list, &to, NULL), ERR_STATE); // not signed
    CHECK_ERR(list_sign_record(records, &s.chief, &list, digest, NULL), ERR_PERMISSION);
    CHECK_OK(list_sign_record(records, &s.releaser, &list, digest, NULL));
    CHECK_ERR(list_release(records, &s.releaser, &list, &to, NULL), ERR_PERMISSION);
    CHECK_OK(ask_and_give(&s, &s.releaser, APPROVAL_LIST_RELEASE, &list, digest));
    CHECK_ERR(list_release(records, &s.releaser, &list, &to, NULL), ERR_PERMISSION); // Morocco
    CHECK_OK(country_assess(records, &s.chief, STR("MA"), true, STR("ministry"),
                            fixture_now_ms + FIXTURE_DAY_MS, NULL));
    DisclosureFacts bare = to;
    bare.condition_count = 0;
    CHECK_ERR(list_release(records, &s.releaser, &list, &bare, NULL), ERR_INVALID);
    bare = to;
    bare.legal_basis = (Str){0};
    CHECK_ERR(list_release(records, &s.releaser, &list, &bare, NULL), ERR_INVALID);
    CHECK_OK(list_release(records, &s.releaser, &list, &to, NULL));
    CHECK(fixture_newest_says(&s.f, "no-onward-transfer"));
    CHECK_ERR(list_release(records, &s.releaser, &list, &to, NULL), ERR_EXISTS);
    CHECK_ERR(list_recall_acknowledge(records, &s.chief, &list, &s.unit2, NULL), ERR_STATE);
    CHECK_OK(list_recall(records, &s.chief, &list, NULL));
    HashList *lists;
    size_t count;
    CHECK_OK(hash_list_all(records, &s.chief, s.f.memory, &lists, &count, NULL));
    REQUIRE(count == 1);
    CHECK_INT(lists[0].unacknowledged, 1);
    CHECK_OK(list_recall_acknowledge(records, &s.chief, &list, &s.unit2, NULL));
    CHECK_OK(hash_list_all(records, &s.chief, s.f.memory, &lists, &count, NULL));
    CHECK_INT(lists[0].unacknowledged, 0);
    CHECK_ERR(list_release(records, &s.releaser, &list, &to, NULL), ERR_STATE);
}

TEST(an_export_in_bulk_or_of_red_to_others_needs_two_people)
{
    _cleanup_(scene_close) Scene s = {0};
    REQUIRE(scene_open(&s));
    Records *records = s.f.records;
    uint8_t digest[SHA256_SIZE] = {5};
    Identifier id;
    DisclosureFacts own = disclosure_to((Identifier){0}), out = disclosure_to(s.unit2);
    CHECK_ERR(export_make(records, &s.here, &s.case_, 3, digest, &own, &id, NULL), ERR_PERMISSION);
    CHECK_OK(export_make(records, &s.chief, &s.case_, 3, digest, &own, &id, NULL));
    CHECK_ERR(export_make(records, &s.chief, &s.case_, 101, digest, &own, &id, NULL),
              ERR_PERMISSION);
    CHECK_OK(country_assess(records, &s.chief, STR("MA"), true, STR("ministry"),
                            fixture_now_ms + FIXTURE_DAY_MS, NULL));
    CHECK_ERR(export_make(records, &s.chief, &s.case_, 3, digest, &out, &id, NULL), ERR_PERMISSION);
    CHECK_OK(ask_and_give(&s, &s.chief, APPROVAL_BULK_EXPORT, &s.case_, digest));
    CHECK_OK(export_make(records, &s.chief, &s.case_, 3, digest, &out, &id, NULL));
    CHECK_ERR(export_make(records, &s.chief, &s.case_, 3, digest, &out, &id, NULL),
              ERR_PERMISSION); // used once
    CHECK_OK(case_tlp_set(records, &s.chief, &s.case_, STR("amber"), NULL));
    CHECK_OK(export_make(records, &s.chief, &s.case_, 3, digest, &out, &id, NULL));
    fixture_now_ms += FIXTURE_DAY_MS; // the assessment is over
    CHECK_ERR(export_make(records, &s.chief, &s.case_, 3, digest, &out, &id, NULL), ERR_PERMISSION);
    Disclosure *list;
    size_t count;
    CHECK_OK(disclosure_list(records, &s.chief, &s.case_, s.f.memory, &list, &count, NULL));
    REQUIRE(count == 3);
    CHECK_STR(list[0].legal_basis, "mutual-assistance");
    CHECK_INT(list[0].condition_count, 2);
}

TEST(exposure_is_counted_first_limited_and_summed_only_over_many)
{
    _cleanup_(scene_close) Scene s = {0};
    REQUIRE(scene_open(&s));
    Records *records = s.f.records;
    Exposure own;
    ExposureSum sum;
    CHECK_ERR(item_reveal(records, &s.here, &s.case_, &s.items[0], NULL), ERR_PERMISSION);
    CHECK_OK(case_assign(records, &s.chief, &s.case_, &s.here.person_id, NULL));
    CHECK_ERR(exposure_limit_set(records, &s.here, &s.here.person_id, 1000, 100, NULL),
              ERR_PERMISSION);
    CHECK_OK(exposure_limit_set(records, &s.chief, &s.here.person_id, 2, 10, NULL));
    CHECK_OK(item_reveal(records, &s.here, &s.case_, &s.items[0], NULL));
    CHECK_OK(item_reveal(records, &s.here, &s.case_, &s.items[1], NULL));
    CHECK_ERR(item_reveal(records, &s.here, &s.case_, &s.items[2], NULL), ERR_LIMIT);
    CHECK_INT(fixture_entries_of(&s.f, LEDGER_ITEM_REVEALED), 2);
    CHECK_ERR(exposure_time_add(records, &s.here, -1, NULL), ERR_RANGE);
    CHECK_OK(exposure_time_add(records, &s.here, 90000, NULL));
    CHECK_OK(exposure_own(records, &s.here, &own, NULL));
    CHECK_INT(own.items, 2);
    CHECK_INT(own.milliseconds, 90000);
    int64_t day = fixture_now_ms / FIXTURE_DAY_MS;
    CHECK_ERR(exposure_sum(records, &s.here, day, day, &sum, NULL), ERR_PERMISSION);
    CHECK_OK(exposure_sum(records, &s.chief, day, day, &sum, NULL));
    CHECK(sum.is_suppressed && sum.items == 0);
    for (int i = 0; i < 4; i++) {
        Actor other = fixture_person_made(&s.f, s.f.unit, ANALYST);
        CHECK_OK(exposure_time_add(records, &other, 1000, NULL));
    }
    CHECK_OK(exposure_sum(records, &s.chief, day, day, &sum, NULL));
    CHECK(!sum.is_suppressed);
    CHECK_INT(sum.people, 5);
    CHECK_INT(sum.milliseconds, 94000);
    fixture_now_ms += FIXTURE_DAY_MS;
    CHECK_OK(item_reveal(records, &s.here, &s.case_, &s.items[2], NULL)); // another day
}
