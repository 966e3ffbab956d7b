// What accounts need: password hashes, one-time codes, identifiers.
#include "t.h"
#include "crypto/identifier.h"
#include "crypto/password_hash.h"
#include "crypto/totp.h"

// A test vector of the Argon2 reference code: "password", "somesalt", 64 MiB, two passes.
static const char REFERENCE[] =
    "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

TEST(the_reference_hash_verifies)
{
    bool fits = false;
    CHECK_OK(password_hash_check(REFERENCE, STR("password"), &fits, NULL));
    CHECK(fits);
    CHECK_OK(password_hash_check(REFERENCE, STR("Password"), &fits, NULL));
    CHECK(!fits);
}

TEST(a_password_hash_knows_its_cost)
{
    PasswordCost small = {.memory_bytes = PASSWORD_MEMORY_MIN, .passes = 2};
    char text[PASSWORD_HASH_MAX];
    bool fits = false;
    CHECK_OK(password_hash_make(STR("correct"), small, text, NULL));
    CHECK_OK(password_hash_check(text, STR("correct"), &fits, NULL));
    CHECK(fits);
    CHECK(!password_hash_is_outdated(text, small));
    CHECK(password_hash_is_outdated(text, (PasswordCost){UINT64_C(64) << 20, 3}));
    CHECK(password_hash_is_outdated(text, (PasswordCost){PASSWORD_MEMORY_MIN, 3}));
    CHECK(!password_hash_is_outdated(REFERENCE, small));
    CHECK(password_hash_is_outdated("", small));
}

TEST(hashes_that_are_none_or_too_dear_are_refused)
{
    static const char *const BAD[] = {
        "", "$argon2id$", "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$AAAA",
        "$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        ("$argon2id$v=19$m=65536,t=2000,p=1$c29tZXNhbHQ$"
         "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")};
    bool fits;
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
        CHECK_ERR(password_hash_check(BAD[i], STR("password"), &fits, NULL), ERR_CORRUPT);
    char text[PASSWORD_HASH_MAX], longer[PASSWORD_MAX + 1] = {0};
    CHECK_ERR(password_hash_make(STR("x"), (PasswordCost){1 << 20, 1}, text, NULL), ERR_RANGE);
    CHECK_ERR(password_hash_make(str_of(longer, sizeof longer), password_cost_for(0), text, NULL),
              ERR_LIMIT);
}

TEST(cost_follows_the_machine)
{
    CHECK_INT(password_cost_for(UINT64_C(8) << 30).memory_bytes, 64 << 20);
    CHECK_INT(password_cost_for(UINT64_C(4) << 30).memory_bytes, 64 << 20);
    CHECK_INT(password_cost_for(UINT64_C(2) << 30).memory_bytes, 32 << 20);
    CHECK_INT(password_cost_for(UINT64_C(1) << 30).memory_bytes, PASSWORD_MEMORY_MIN);
    CHECK_INT(password_cost_for(0).passes, 10);
}

// RFC 6238, appendix B.
TEST(one_time_codes_are_those_of_the_rfc)
{
    static const struct {
        int64_t seconds;
        const char *code;
    } VECTORS[] = {{59, "94287082"},         {1111111109, "07081804"}, {1111111111, "14050471"},
                   {1234567890, "89005924"}, {2000000000, "69279037"}, {20000000000, "65353130"}};
    char code[9];
    for (size_t i = 0; i < sizeof VECTORS / sizeof *VECTORS; i++) {
        CHECK_OK(totp_code(STR("12345678901234567890"), (uint64_t)VECTORS[i].seconds / 30, 8, code,
                           NULL));
        CHECK_STR(str_from(code), VECTORS[i].code);
    }
}

TEST(a_code_works_once_and_near_its_time)
{
    Str secret = STR("12345678901234567890");
    int64_t step = 0;
    // 287082 is the code of second 59, step 1.
    CHECK_OK(totp_check(secret, STR("287082"), 59, 1, -1, &step, NULL));
    CHECK_INT(step, 1);
    CHECK_OK(totp_check(secret, STR("287082"), 89, 1, -1, &step, NULL));
    CHECK_INT(step, 1);
    CHECK_OK(totp_check(secret, STR("287082"), 120, 1, -1, &step, NULL));
    CHECK_INT(step, -1);
    CHECK_OK(totp_check(secret, STR("287082"), 89, 0, -1, &step, NULL));
    CHECK_INT(step, -1);
    CHECK_OK(totp_check(secret, STR("287082"), 59, 1, 1, &step, NULL)); // used
    CHECK_INT(step, -1);
    CHECK_OK(totp_check(secret, STR("287082"), 59, 1, 5, &step, NULL)); // later one used
    CHECK_INT(step, -1);
    CHECK_OK(totp_check(secret, STR("28708"), 59, 1, -1, &step, NULL));
    CHECK_INT(step, -1);
    CHECK_OK(totp_check(secret, STR("2870820"), 59, 1, -1, &step, NULL));
    CHECK_INT(step, -1);
    CHECK_OK(totp_check(secret, STR("287083"), 59, 1, -1, &step, NULL));
    CHECK_INT(step, -1);
}

TEST(the_address_of_a_secret_is_escaped)
{
    _cleanup_strbuf_ StrBuf uri = STRBUF(1024);
    totp_uri_put(&uri, STR("Unit 7"), STR("a&b"), STR("12345678901234567890"));
    CHECK_STR(strbuf_str(&uri), "otpauth://totp/Unit%207:a%26b?secret="
                                "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Unit%207");
}

TEST(identifiers_have_one_written_form)
{
    Identifier id = identifier_make(), back;
    char text[IDENTIFIER_CHARS + 1];
    CHECK(!identifier_is_none(&id));
    identifier_text(&id, text);
    CHECK_INT(strlen(text), IDENTIFIER_CHARS);
    CHECK(identifier_parse_exact(str_from(text), &back));
    CHECK(identifier_equal(&id, &back));
    Identifier all = {.bytes = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                0xFF, 0xFF, 0xFF, 0xFF, 0xFF}};
    identifier_text(&all, text);
    CHECK_STR(str_from(text), "7zzzzzzzzzzzzzzzzzzzzzzzzz");
    CHECK(!identifier_parse(STR("8zzzzzzzzzzzzzzzzzzzzzzzzz"), &back));
    CHECK(!identifier_parse(STR("7zzzzzzzzzzzzzzzzzzzzzzzz"), &back));
    CHECK(!identifier_parse(STR("7zzzzzzzzzzzzzzzzzzzzzzzzu"), &back));
    CHECK(identifier_parse(STR("0OoIiLl1ABCDEFGHJKMNPQRSTV"), &back));
    CHECK(!identifier_parse_exact(STR("0OoIiLl1ABCDEFGHJKMNPQRSTV"), &back));
    identifier_text(&back, text);
    CHECK_STR(str_from(text), "00011111abcdefghjkmnpqrstv");
}
