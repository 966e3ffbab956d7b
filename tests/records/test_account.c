// Accounts and sessions: signing in, its failures, second factors, links, tokens.
#include "base/encoding.h"
#include "crypto/totp.h"
#include "records/api_token.h"
#include "records_fixture.h"

#define PASSWORD "a lamp on the table"

static Err enter(RecordsFixture *f, const char *name, const char *password, const char *code,
                 Session *ret, SessionToken *ret_token) {
    SignIn given = {.name = str_from(name),
                    .password = str_from(password),
                    .code = str_from(code),
                    .device = {STR("Browser 1.0")}};
    return sign_in(f->records, &given, ret, ret_token, NULL);
}

static void factor_is_free(RecordsFixture *f) {
    Actor admin = fixture_person_made(f, f->unit, ROLE_BIT(ROLE_ADMINISTRATOR));
    CHECK_OK(policy_set(f->records, &admin, POLICY_SECOND_FACTOR, 0, NULL));
}

// The code of the offered factor at the fixture's time.
static void code_now(const FactorOffer *offer, char ret[16]) {
    uint8_t secret[TOTP_SECRET_MAX];
    size_t n = 0;
    CHECK(base32_decode(str_from(offer->secret), secret, sizeof secret, &n));
    CHECK_OK(totp_code(str_of(secret, n), (uint64_t)(fixture_now_ms / 1000 / TOTP_STEP_SECONDS),
                       TOTP_DIGITS, ret, NULL));
}

TEST(a_link_sets_a_password_once)
{
    _cleanup_records_ RecordsFixture f = {0};
    REQUIRE(records_fixture_open(&f, NULL));
    PersonFacts facts = {
        .unit = f.unit, .pseudonym = STR("Heron"), .language = STR("fr"), .roles = 1};
    Identifier id;
    char token[TOKEN_TEXT_MAX], name[RECORDS_NAME_MAX + 1];
    CHECK_OK(person_create(f.records, &f.program, &facts, &id, NULL));
    CHECK_OK(link_make(f.records, &f.program, &id, token, NULL));
    CHECK_OK(link_check(f.records, str_from(token), NULL, name, NULL));
    CHECK_STR(str_from(name), "Heron");
    CHECK_ERR(link_use(f.records, str_from(token), STR("short"), NULL, NULL), ERR_INVALID);
    CHECK_ERR(link_use(f.records, str_from(token), STR("aaaaaaaaaaaaaaaa"), NULL, NULL),
              ERR_INVALID);
    CHECK_OK(link_use(f.records, str_from(token), STR(PASSWORD), NULL, NULL));
    CHECK_ERR(link_use(f.records, str_from(token), STR(PASSWORD), NULL, NULL), ERR_AUTH);
    Person person;
    CHECK_OK(person_get(f.records, &f.program, &id, f.memory, &person, NULL));
    CHECK_INT(person.state, STATE_PERSON_ACTIVE);
    // A newer link ends the former one; and none lives for ever.
    char second[TOKEN_TEXT_MAX];
    CHECK_OK(link_make(f.records, &f.program, &id, token, NULL));
    CHECK_OK(link_make(f.records, &f.program, &id, second, NULL));
    CHECK_ERR(link_check(f.records, str_from(token), NULL, name, NULL), ERR_AUTH);
    fixture_now_ms += FIXTURE_DAY_MS;
    CHECK_ERR(link_use(f.records, str_from(second), STR(PASSWORD), NULL, NULL), ERR_AUTH);
    CHECK_ERR(link_use(f.records, STR("no token"), STR(PASSWORD), NULL, NULL), ERR_AUTH);
    CHECK(!fixture_ledger_contains(&f, token));
}

TEST(wrong_name_password_and_state_look_the_same)
{
    _cleanup_records_ RecordsFixture f = {0};
    REQUIRE(records_fixture_open(&f, NULL));
    Session session;
    SessionToken token;
    Identifier id = fixture_account_made(&f, "Heron", PASSWORD, ROLE_BIT(ROLE_ANALYST));
    fixture_account_made(&f, "Root", PASSWORD, ROLE_BIT(ROLE_ADMINISTRATOR));
    Diag wrong = {0}, unknown = {0}, gone = {0};
    SignIn given = {.name = STR("heron"), .password = STR("not this one at all")};
    CHECK_ERR(sign_in(f.records, &given, &session, &token, &wrong), ERR_AUTH);
    given.name = STR("nobody");
    CHECK_ERR(sign_in(f.records, &given, &session, &token, &unknown), ERR_AUTH);
    CHECK_OK(enter(&f, "HERON", PASSWORD, "", &session, &token));
    CHECK_OK(person_move(f.records, &f.program, &id, STATE_PERSON_SUSPENDED, NULL));
    CHECK_ERR(session_find(f.records, str_from(token.text), NULL, &session, NULL), ERR_AUTH);
    given = (SignIn){.name = STR("Heron"), .password = STR(PASSWORD)};
    CHECK_ERR(sign_in(f.records, &given, &session, &token, &gone), ERR_AUTH);
    CHECK_STR(str_from(wrong.msgid), unknown.msgid);
    CHECK_STR(str_from(wrong.msgid), gone.msgid);
    given.name = STR("\xff\xfe");
    CHECK_ERR(sign_in(f.records, &given, &session, &token, &gone), ERR_AUTH);
    given.name = STR("");
    CHECK_ERR(sign_in(f.records, &given, &session, &token, &gone), ERR_AUTH);
}

TEST(failures_are_answered_ever_more_slowly_known_name_or_not)
{
    _cleanup_records_ RecordsFixture f = {0};
    REQUIRE(records_fixture_open(&f, NULL));
    Session session;
    SessionToken token;
    fixture_account_made(&f, "Heron", PASSWORD, ROLE_BIT(ROLE_ANALYST));
    const char *const names[] = {"Heron", "Nobody"};
    for (int i = 0; i < 2; i++) {
        for (int j = 0; j < 5; j++)
            CHECK_ERR(enter(&f, names[i], "not this one at all", "", &session, &token), ERR_AUTH);
        CHECK_ERR(enter(&f, names[i], PASSWORD, "", &session, &token), ERR_BUSY);
        fixture_now_ms += 1000;
        CHECK_ERR(enter(&f, names[i], "not this one at all", "", &session, &token), ERR_AUTH);
        fixture_now_ms += 1000;
        CHECK_ERR(enter(&f, names[i], PASSWORD, "", &session, &token), ERR_BUSY); // now two seconds
        fixture_now_ms += 1000;
    }
    CHECK_OK(enter(&f, "Heron", PASSWORD, "", &session, &token));
    // Success forgets them.
    CHECK_ERR(enter(&f, "Heron", "not this one at all", "", &session, &token), ERR_AUTH);
    CHECK_OK(enter(&f, "Heron", PASSWORD, "", &session, &token));
}

TEST(a_second_factor_is_forced_and_each_code_works_once)
{
    _cleanup_records_ RecordsFixture f = {0};
    REQUIRE(records_fixture_open(&f, NULL));
    Session session;
    SessionToken token, next;
    FactorOffer offer;
    char code[16], codes[RECORDS_RECOVERY_CODES][RECOVERY_CODE_CHARS];
    fixture_account_made(&f, "Heron", PASSWORD, ROLE_BIT(ROLE_ANALYST));
    CHECK_OK(enter(&f, "Heron", PASSWORD, "", &session, &token));
    CHECK(session.needs_factor);
    CHECK(!actor_may(&session.actor, PERMISSION_CASE_VIEW));
    CHECK(actor_may(&session.actor, PERMISSION_SIGNED_IN));
    CHECK_ERR(factor_confirm(f.records, &session.actor, STR("000000"), codes, &next, NULL),
              ERR_STATE);
    CHECK_OK(factor_offer(f.records, &session.actor, STR("Seventh"), &offer, NULL));
    CHECK(str_has_prefix(str_from(offer.uri), STR("otpauth://totp/")));
    CHECK_ERR(factor_confirm(f.records, &session.actor, STR("12345"), codes, &next, NULL),
              ERR_AUTH);
    code_now(&offer, code);
    CHECK_OK(factor_confirm(f.records, &session.actor, str_from(code), codes, &next, NULL));
    // Elevation gives another token.
    CHECK_ERR(session_find(f.records, str_from(token.text), NULL, &session, NULL), ERR_AUTH);
    CHECK_OK(session_find(f.records, str_from(next.text), NULL, &session, NULL));
    CHECK(!session.needs_factor);
    CHECK(actor_may(&session.actor, PERMISSION_CASE_VIEW));
    // The code that enrolled is used up.
    CHECK_ERR(enter(&f, "Heron", PASSWORD, code, &session, &token), ERR_AUTH);
    CHECK_ERR(enter(&f, "Heron", PASSWORD, "", &session, &token), ERR_AUTH);
    fixture_now_ms += 30000;
    code_now(&offer, code);
    CHECK_OK(enter(&f, "Heron", PASSWORD, code, &session, &token));
    CHECK(!session.needs_factor);
    CHECK_ERR(enter(&f, "Heron", PASSWORD, code, &session, &next), ERR_AUTH);
    // A recovery code, as people type it, once.
    int64_t left;
    char typed[32];
    snprintf(typed, sizeof typed, " %.4s-%.4s-%.4s ", codes[3], codes[3] + 4, codes[3] + 8);
    CHECK_OK(enter(&f, "Heron", PASSWORD, typed, &session, &token));
    CHECK_ERR(enter(&f, "Heron", PASSWORD, typed, &session, &next), ERR_AUTH);
    CHECK_OK(session_find(f.records, str_from(token.text), NULL, &session, NULL));
    CHECK_OK(recovery_codes_left(f.records, &session.actor, &left, NULL));
    CHECK_INT(left, RECORDS_RECOVERY_CODES - 1);
    CHECK(!fixture_ledger_contains(&f, offer.secret));
    CHECK(!fixture_ledger_contains(&f, codes[0]));
}

TEST(a_factor_is_replaced_only_from_a_session_that_showed_it)
{
    _cleanup_records_ RecordsFixture f = {0};
    REQUIRE(records_fixture_open(&f, NULL));
    Session session, early;
    SessionToken token, other;
    FactorOffer offer;
    char code[16], codes[RECORDS_RECOVERY_CODES][RECOVERY_CODE_CHARS];
    Identifier id = fixture_account_made(&f, "Heron", PASSWORD, ROLE_BIT(ROLE_ANALYST));
    fixture_account_made(&f, "Root", PASSWORD, ROLE_BIT(ROLE_ADMINISTRATOR));
    factor_is_free(&f);
    CHECK_OK(enter(&f, "Heron", PASSWORD, "", &early, &other));
    CHECK(!early.needs_factor);
    CHECK_OK(enter(&f, "Heron", PASSWORD, "", &session, &token));
    CHECK_OK(factor_offer(f.records, &session.actor, STR("Seventh"), &offer, NULL));
    code_now(&offer, code);
    CHECK_OK(factor_confirm(f.records, &session.actor, str_from(code), codes, &token, NULL));
    // The other session, from before the factor, has ended with the enrolment.
    CHECK_ERR(session_find(f.records, str_from(other.text), NULL, &early, NULL), ERR_AUTH);
    CHECK_ERR(factor_offer(f.records, &early.actor, STR("Seventh"), &offer, NULL), ERR_AUTH);
    CHECK_OK(factor_reset(f.records, &f.program, &id, NULL));
    CHECK_ERR(session_find(f.records, str_from(token.text), NULL, &session, NULL), ERR_AUTH);
    CHECK_OK(enter(&f, "Heron", PASSWORD, "", &session, &token));
}

TEST(sessions_end_when_unused_when_old_and_when_told)
{
    _cleanup_records_ RecordsFixture f = {0};
    REQUIRE(records_fixture_open(&f, NULL));
    Session session, found, *list;
    SessionToken token, second, former;
    size_t count;
    factor_is_free(&f);
    fixture_account_made(&f, "Heron", PASSWORD, ROLE_BIT(ROLE_ANALYST));
    CHECK_OK(enter(&f, "Heron", PASSWORD, "", &session, &token));
    fixture_now_ms += 29 * FIXTURE_MINUTE_MS;
    CHECK_OK(session_find(f.records, str_from(token.text), NULL, &found, NULL));
    fixture_now_ms += 29 * FIXTURE_MINUTE_MS; // the visit counted
    CHECK_OK(session_find(f.records, str_from(token.text), NULL, &found, NULL));
    fixture_now_ms += 30 * FIXTURE_MINUTE_MS;
    CHECK_ERR(session_find(f.records, str_from(token.text), NULL, &found, NULL), ERR_AUTH);
    // However busy, twelve hours are the end.
    CHECK_OK(enter(&f, "Heron", PASSWORD, "", &session, &token));
    for (int i = 0; i < 12 * 3; i++) {
        CHECK_OK(session_find(f.records, str_from(token.text), NULL, &found, NULL));
        fixture_now_ms += 20 * FIXTURE_MINUTE_MS;
    }
    CHECK_ERR(session_find(f.records, str_from(token.text), NULL, &found, NULL), ERR_AUTH);
    // Signing in takes the place of the token that the browser had.
    CHECK_OK(enter(&f, "Heron", PASSWORD, "", &session, &former));
    SignIn given = {.name = STR("Heron"),
                    .password = STR(PASSWORD),
                    .former_token = str_from(former.text),
                    .device = {STR("Other\x07 browser")}};
    CHECK_OK(sign_in(f.records, &given, &session, &token, NULL));
    CHECK_ERR(session_find(f.records, str_from(former.text), NULL, &found, NULL), ERR_AUTH);
    CHECK_STR(str_from(session.agent), "Other browser");
    CHECK_OK(enter(&f, "Heron", PASSWORD, "", &found, &second));
    CHECK_OK(session_list(f.records, &session.actor, f.memory, &list, &count, NULL));
    CHECK_INT(count, 2);
    CHECK_OK(session_revoke(f.records, &session.actor, &found.uid, NULL));
    CHECK_ERR(session_find(f.records, str_from(second.text), NULL, &found, NULL), ERR_AUTH);
    // Nobody revokes another's.
    fixture_account_made(&f, "Crane", PASSWORD, ROLE_BIT(ROLE_ANALYST));
    CHECK_OK(enter(&f, "Crane", PASSWORD, "", &found, &second));
    CHECK_ERR(session_revoke(f.records, &found.actor, &session.uid, NULL), ERR_NOT_FOUND);
    CHECK_OK(session_find(f.records, str_from(token.text), NULL, &session, NULL));
    CHECK_OK(sessions_sweep(f.records, NULL));
    CHECK_INT(fixture_count(f.log.store, STR("SELECT count(*) FROM sessions")), 2);
    // An actor whose session has ended changes nothing any more.
    CHECK_OK(session_revoke(f.records, &session.actor, &session.uid, NULL));
    CHECK_ERR(person_language_set(f.records, &session.actor, STR("ar"), NULL), ERR_AUTH);
}

TEST(a_new_password_ends_the_other_sessions)
{
    _cleanup_records_ RecordsFixture f = {0};
    REQUIRE(records_fixture_open(&f, NULL));
    Session here, there;
    SessionToken token, other;
    factor_is_free(&f);
    fixture_account_made(&f, "Heron", PASSWORD, ROLE_BIT(ROLE_ANALYST));
    CHECK_OK(enter(&f, "Heron", PASSWORD, "", &here, &token));
    CHECK_OK(enter(&f, "Heron", PASSWORD, "", &there, &other));
    CHECK_ERR(password_set(f.records, &here.actor, STR("wrong"), STR("a chair by the wall"), NULL),
              ERR_AUTH);
    CHECK_ERR(password_set(f.records, &here.actor, STR(PASSWORD), STR("Heron"), NULL), ERR_INVALID);
    CHECK_OK(password_set(f.records, &here.actor, STR(PASSWORD), STR("a chair by the wall"), NULL));
    CHECK_OK(session_find(f.records, str_from(token.text), NULL, &here, NULL));
    CHECK_ERR(session_find(f.records, str_from(other.text), NULL, &there, NULL), ERR_AUTH);
    CHECK_ERR(enter(&f, "Heron", PASSWORD, "", &there, &other), ERR_AUTH);
    CHECK_OK(enter(&f, "Heron", "a chair by the wall", "", &there, &other));
    CHECK(!fixture_ledger_contains(&f, "chair"));
}

TEST(tokens_allow_no_more_than_they_say_and_their_owner_may)
{
    _cleanup_records_ RecordsFixture f = {0};
    REQUIRE(records_fixture_open(&f, NULL));
    Actor admin = fixture_person_made(&f, f.unit, ROLE_BIT(ROLE_ADMINISTRATOR));
    Actor analyst = fixture_person_made(&f, f.unit, ROLE_BIT(ROLE_ANALYST)), found;
    char text[API_TOKEN_CHARS + 1];
    Identifier id;
    ApiTokenFacts facts = {.unit = f.unit,
                           .label = STR("upload filter"),
                           .permissions = PERMISSION_BIT(PERMISSION_MATCH_ASK) |
                                          PERMISSION_BIT(PERMISSION_CASE_VIEW),
                           .until_ms = fixture_now_ms + FIXTURE_DAY_MS};
    CHECK_ERR(api_token_make(f.records, &analyst, &facts, text, &id, NULL), ERR_PERMISSION);
    CHECK_ERR(api_token_make(f.records, &admin, &facts, text, &id, NULL), ERR_INVALID);
    facts.permissions = PERMISSION_BIT(PERMISSION_MATCH_ASK);
    CHECK_OK(api_token_make(f.records, &admin, &facts, text, &id, NULL));
    CHECK_OK(api_token_find(f.records, str_from(text), NULL, &found, NULL));
    CHECK(actor_may(&found, PERMISSION_MATCH_ASK));
    CHECK(!actor_may(&found, PERMISSION_SIGNED_IN));
    CHECK_INT(found.person, 0);
    CHECK_ERR(api_token_find(f.records, str_from(text + 3), NULL, &found, NULL), ERR_AUTH);
    CHECK_OK(api_token_revoke(f.records, &admin, &id, NULL));
    CHECK_ERR(api_token_find(f.records, str_from(text), NULL, &found, NULL), ERR_AUTH);
    // A person's: within their roles, also when these change.
    facts.person = analyst.person_id;
    facts.permissions =
        PERMISSION_BIT(PERMISSION_CASE_VIEW) | PERMISSION_BIT(PERMISSION_LIST_RELEASE);
    CHECK_OK(api_token_make(f.records, &admin, &facts, text, &id, NULL));
    CHECK_OK(api_token_find(f.records, str_from(text), NULL, &found, NULL));
    CHECK(actor_may(&found, PERMISSION_CASE_VIEW));
    CHECK(!actor_may(&found, PERMISSION_LIST_RELEASE));
    CHECK_OK(person_roles_set(f.records, &admin, &analyst.person_id, 0, NULL));
    CHECK_OK(api_token_find(f.records, str_from(text), NULL, &found, NULL));
    CHECK(!actor_may(&found, PERMISSION_CASE_VIEW));
    ApiToken *tokens;
    size_t count;
    CHECK_OK(api_token_list(f.records, &admin, f.memory, &tokens, &count, NULL));
    CHECK_INT(count, 1);
    CHECK(tokens[0].seen_ms > 0);
    fixture_now_ms += FIXTURE_DAY_MS;
    CHECK_ERR(api_token_find(f.records, str_from(text), NULL, &found, NULL), ERR_AUTH);
}
