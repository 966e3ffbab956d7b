// Votes and consensus: quorum by distinct units, disputes, adjudication by another, lone units.
#include <pthread.h>

#include "items_fixture.h"
#include "records/certificate.h"

static const RoleSet ANALYST = ROLE_BIT(ROLE_ANALYST);
static const RoleSet SENIOR = ROLE_BIT(ROLE_SENIOR_ANALYST);

typedef struct Scene {
    RecordsFixture f;
    Actor chief, here, here2, there, senior;
    Identifier case_, item, unit2;
} Scene;

static bool scene_open(Scene *s) {
    Item *items;
    if (!records_fixture_open(&s->f, NULL))
        return false;
    s->unit2 = fixture_unit_made(&s->f, "MA");
    s->chief = fixture_person_made(&s->f, s->f.unit, ROLE_BIT(ROLE_SUPERVISOR));
    s->here = fixture_person_made(&s->f, s->f.unit, ANALYST);
    s->here2 = fixture_person_made(&s->f, s->f.unit, ANALYST);
    s->senior = fixture_person_made(&s->f, s->f.unit, SENIOR);
    s->there = fixture_person_made(&s->f, s->unit2, ANALYST);
    s->case_ = fixture_case_made(&s->f, &s->here);
    CHECK_OK(case_share(s->f.records, &s->chief, &s->case_, &s->unit2, true, NULL));
    fixture_import(&s->f, &s->here, &s->case_, 1, 1);
    if (fixture_items(&s->f, &s->here, &s->case_, &items) != 1)
        return false;
    s->item = items[0].uid;
    return true;
}

static void scene_close(Scene *s) {
    records_fixture_close(&s->f);
}

static State vote(Scene *s, const Actor *actor, const char *scheme, const char *code) {
    Category category = {str_from(scheme), {0}, str_from(code)};
    State consensus = STATE_COUNT;
    Diag diag = {0};
    Err err = vote_cast(s->f.records, actor, &s->case_, &s->item, &category, &consensus, &diag);
    CHECK_OK(err);
    if (err != ERR_OK)
        fixture_print(&diag);
    return consensus;
}

static Err adjudicate(Scene *s, const Actor *actor, const char *code) {
    Category category = {STR("vic-us"), STR("2.0"), str_from(code)};
    return item_adjudicate(s->f.records, actor, &s->case_, &s->item, &category, NULL);
}

static Item item_of(Scene *s) {
    return fixture_item(&s->f, &s->here, &s->case_, &s->item);
}

TEST(two_units_make_it_agreed_two_people_of_one_do_not)
{
    _cleanup_(scene_close) Scene s = {0};
    REQUIRE(scene_open(&s));
    CHECK_INT(vote(&s, &s.here, "vic-us", "1"), STATE_CONSENSUS_PROVISIONAL);
    CHECK_INT(item_of(&s).state, STATE_ITEM_IN_REVIEW);
    CHECK_INT(vote(&s, &s.here2, "vic-us", "1"), STATE_CONSENSUS_PROVISIONAL);
    CHECK_INT(vote(&s, &s.there, "vic-us", "1"), STATE_CONSENSUS_AGREED);
    Item item = item_of(&s);
    CHECK_INT(item.state, STATE_ITEM_CATEGORISED);
    CHECK_STR(item.category.scheme, "vic-us");
    CHECK_STR(item.category.version, "2.0");
    CHECK_STR(item.category.code, "1");
    CHECK_INT(fixture_entries_of(&s.f, LEDGER_VOTE_CAST), 3);
    CHECK(fixture_newest_says(&s.f, "\"consensus\""));
    // Withdrawn: the quorum is gone.
    State now;
    CHECK_OK(vote_withdraw(s.f.records, &s.there, &s.case_, &s.item, &now, NULL));
    CHECK_INT(now, STATE_CONSENSUS_PROVISIONAL);
    CHECK_ERR(vote_withdraw(s.f.records, &s.there, &s.case_, &s.item, &now, NULL), ERR_NOT_FOUND);
    CHECK_OK(vote_withdraw(s.f.records, &s.here, &s.case_, &s.item, &now, NULL));
    CHECK_OK(vote_withdraw(s.f.records, &s.here2, &s.case_, &s.item, &now, NULL));
    CHECK_INT(now, STATE_CONSENSUS_NONE);
    CHECK_INT(item_of(&s).category.code.len, 0);
}

TEST(a_dispute_is_decided_by_a_senior_who_never_voted_on_it)
{
    _cleanup_(scene_close) Scene s = {0};
    REQUIRE(scene_open(&s));
    vote(&s, &s.here, "vic-us", "1");
    CHECK_ERR(adjudicate(&s, &s.senior, "1"), ERR_STATE); // nothing is disputed
    CHECK_INT(vote(&s, &s.there, "vic-us", "0"), STATE_CONSENSUS_DISPUTED);
    CHECK_INT(item_of(&s).state, STATE_ITEM_DISPUTED);
    CHECK_ERR(adjudicate(&s, &s.here, "1"), ERR_PERMISSION);
    Actor voter = fixture_person_made(&s.f, s.f.unit, SENIOR);
    CHECK_INT(vote(&s, &voter, "vic-us", "1"), STATE_CONSENSUS_DISPUTED);
    CHECK_OK(vote_withdraw(s.f.records, &voter, &s.case_, &s.item, NULL, NULL));
    CHECK_ERR(adjudicate(&s, &voter, "1"), ERR_PERMISSION); // withdrawn does not make impartial
    CHECK_ERR(adjudicate(&s, &s.senior, "9"), ERR_INVALID);
    CHECK_OK(adjudicate(&s, &s.senior, "1"));
    Item item = item_of(&s);
    CHECK_INT(item.state, STATE_ITEM_ADJUDICATED);
    CHECK_INT(item.consensus, STATE_CONSENSUS_ADJUDICATED);
    CHECK_STR(item.category.code, "1");
    // A later vote with it changes nothing; against it, the dispute is open again.
    CHECK_INT(vote(&s, &s.here2, "vic-us", "1"), STATE_CONSENSUS_ADJUDICATED);
    CHECK_INT(vote(&s, &s.there, "vic-us", "0"), STATE_CONSENSUS_DISPUTED);
    CHECK_INT(item_of(&s).state, STATE_ITEM_DISPUTED);
    CHECK_INT(vote(&s, &s.there, "vic-us", "1"), STATE_CONSENSUS_AGREED);
}

TEST(a_second_vote_supersedes_the_first)
{
    _cleanup_(scene_close) Scene s = {0};
    Vote *votes;
    size_t count;
    REQUIRE(scene_open(&s));
    vote(&s, &s.here, "vic-us", "1");
    CHECK_INT(vote(&s, &s.there, "vic-us", "2"), STATE_CONSENSUS_DISPUTED);
    CHECK_INT(vote(&s, &s.here, "vic-us", "2"), STATE_CONSENSUS_AGREED);
    CHECK_OK(item_votes(s.f.records, &s.here, &s.case_, &s.item, s.f.memory, &votes, &count, NULL));
    REQUIRE(count == 3);
    CHECK_INT(votes[0].state, STATE_VOTE_CAST);
    CHECK_INT(votes[2].state, STATE_VOTE_SUPERSEDED);
    // Who has not voted does not see how others did.
    CHECK_OK(case_view_record(s.f.records, &s.here2, &s.case_, NULL));
    CHECK_OK(
        item_votes(s.f.records, &s.here2, &s.case_, &s.item, s.f.memory, &votes, &count, NULL));
    CHECK_INT(count, 0);
    CHECK_OK(case_view_record(s.f.records, &s.senior, &s.case_, NULL));
    CHECK_OK(
        item_votes(s.f.records, &s.senior, &s.case_, &s.item, s.f.memory, &votes, &count, NULL));
    CHECK_INT(count, 3);
}

TEST(a_lone_unit_votes_provisionally_whatever_the_quorum)
{
    _cleanup_(scene_close) Scene s = {0};
    REQUIRE(scene_open(&s));
    Actor admin = fixture_person_made(&s.f, s.f.unit, ROLE_BIT(ROLE_ADMINISTRATOR));
    CHECK_OK(policy_set(s.f.records, &admin, POLICY_QUORUM, 1, NULL));
    CHECK_INT(vote(&s, &s.there, "vic-us", "1"), STATE_CONSENSUS_PROVISIONAL); // one person there
    CHECK_INT(vote(&s, &s.here, "vic-us", "1"), STATE_CONSENSUS_AGREED);
    CHECK_OK(vote_withdraw(s.f.records, &s.there, &s.case_, &s.item, NULL, NULL));
    CHECK_INT(item_of(&s).consensus, STATE_CONSENSUS_AGREED); // three people vote here
}

TEST(voting_needs_its_role_case_certificate_and_code)
{
    _cleanup_(scene_close) Scene s = {0};
    REQUIRE(scene_open(&s));
    Category category = {STR("vic-us"), STR("2.0"), STR("1")};
    Records *records = s.f.records;
    CHECK_ERR(vote_cast(records, &s.chief, &s.case_, &s.item, &category, NULL, NULL),
              ERR_PERMISSION);
    Actor stranger = fixture_person_made(&s.f, fixture_unit_made(&s.f, "SN"), ANALYST);
    CHECK_ERR(vote_cast(records, &stranger, &s.case_, &s.item, &category, NULL, NULL),
              ERR_NOT_FOUND);
    Identifier other = fixture_case_made(&s.f, &s.here);
    CHECK_ERR(vote_cast(records, &s.here, &other, &s.item, &category, NULL, NULL), ERR_NOT_FOUND);
    category.code = STR("7");
    CHECK_ERR(vote_cast(records, &s.here, &s.case_, &s.item, &category, NULL, NULL), ERR_INVALID);
    category = (Category){STR("nonsense"), STR(""), STR("1")};
    CHECK_ERR(vote_cast(records, &s.here, &s.case_, &s.item, &category, NULL, NULL), ERR_INVALID);
    category = (Category){STR("vic-us"), STR("2.0"), STR("1")};
    Actor admin = fixture_person_made(&s.f, s.f.unit, ROLE_BIT(ROLE_ADMINISTRATOR));
    Actor trainer = fixture_person_made(&s.f, s.f.unit, ROLE_BIT(ROLE_TRAINER));
    Identifier certificate;
    CHECK_OK(policy_set(records, &admin, POLICY_CERTIFICATES, 1, NULL));
    CHECK_ERR(vote_cast(records, &s.here, &s.case_, &s.item, &category, NULL, NULL),
              ERR_PERMISSION);
    CHECK_OK(certificate_create(records, &trainer, &s.here.person_id, CERTIFICATE_VOTING,
                                fixture_now_ms, fixture_now_ms + FIXTURE_DAY_MS, &certificate,
                                NULL));
    CHECK_ERR(vote_cast(records, &s.here, &s.case_, &s.item, &category, NULL, NULL),
              ERR_PERMISSION); // pending
    CHECK_OK(certificate_move(records, &trainer, &certificate, STATE_CERTIFICATE_ACTIVE, NULL));
    CHECK_OK(vote_cast(records, &s.here, &s.case_, &s.item, &category, NULL, NULL));
    fixture_now_ms += FIXTURE_DAY_MS;
    CHECK_ERR(vote_cast(records, &s.here, &s.case_, &s.item, &category, NULL, NULL),
              ERR_PERMISSION);
    CHECK_OK(policy_set(records, &admin, POLICY_CERTIFICATES, 0, NULL));
    CHECK_OK(case_move(records, &s.chief, &s.case_, STATE_CASE_CLOSED, NULL));
    CHECK_ERR(vote_cast(records, &s.here, &s.case_, &s.item, &category, NULL, NULL), ERR_STATE);
}

TEST(votes_in_different_schemes_meet_through_mappings)
{
    _cleanup_(scene_close) Scene s = {0};
    REQUIRE(scene_open(&s));
    vote(&s, &s.here, "interpol-baseline", "YES");
    CHECK_INT(vote(&s, &s.there, "iccam", "baseline"), STATE_CONSENSUS_AGREED); // exact
    CHECK_INT(vote(&s, &s.there, "iccam", "not-illegal"), STATE_CONSENSUS_DISPUTED);
    CHECK_INT(vote(&s, &s.there, "hotline", "confirmed"), STATE_CONSENSUS_PROVISIONAL); // unknown
    // The narrower code of a broader one agrees with nobody, and opposes nobody.
    CHECK_INT(vote(&s, &s.there, "vic-us", "1"), STATE_CONSENSUS_PROVISIONAL);
    CHECK_INT(vote(&s, &s.there, "vic-us", "0"), STATE_CONSENSUS_DISPUTED);
}

typedef struct Voter {
    Scene *scene;
    const Actor *actor;
    Err err;
} Voter;

static void *vote_many(void *context) {
    Voter *voter = context;
    static const char *const CODES[] = {"1", "2"};
    for (int i = 0; i < 10 && voter->err == ERR_OK; i++) {
        Category category = {STR("vic-us"), STR("2.0"), str_from(CODES[i % 2])};
        voter->err = vote_cast(voter->scene->f.records, voter->actor, &voter->scene->case_,
                               &voter->scene->item, &category, NULL, NULL);
    }
    return NULL;
}

TEST(votes_at_the_same_time_count_each_once)
{
    _cleanup_(scene_close) Scene s = {0};
    REQUIRE(scene_open(&s));
    Voter voters[3] = {{&s, &s.here, ERR_OK}, {&s, &s.here2, ERR_OK}, {&s, &s.there, ERR_OK}};
    pthread_t threads[3];
    for (int i = 0; i < 3; i++)
        pthread_create(&threads[i], NULL, vote_many, &voters[i]);
    for (int i = 0; i < 3; i++) {
        pthread_join(threads[i], NULL);
        CHECK_OK(voters[i].err);
    }
    CHECK_INT(fixture_count(s.f.log.store, STR("SELECT count(*) FROM votes")), 30);
    CHECK_INT(fixture_count(s.f.log.store, STR("SELECT count(*) FROM votes WHERE state = 'cast'")),
              3);
    CHECK_INT(fixture_entries_of(&s.f, LEDGER_VOTE_CAST), 30);
    CHECK_INT(item_of(&s).consensus, STATE_CONSENSUS_AGREED); // all ended with the same
    CHECK_STR(item_of(&s).category.code, "2");
    LedgerLogCheck check;
    CHECK(log_fixture_verifies(&s.f.log, &check));
}
