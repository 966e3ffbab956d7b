// The shipped category schemes: found by id and version, and consistent among themselves.
#include "format/scheme.h"
#include "t.h"

TEST(schemes_are_found_by_id_and_version)
{
    CHECK(scheme_find(STR("vic-us"), STR("")) != NULL);
    CHECK(scheme_find(STR("vic-us"), STR("2.0")) != NULL);
    CHECK(scheme_find(STR("vic-us"), STR("9")) == NULL);
    CHECK_STR(str_from(scheme_find(STR("nsrl"), STR(""))->version), "3");
    CHECK(scheme_find(STR("local-unit"), STR("")) == NULL);
    CHECK(scheme_is_local(STR("local-unit")));
    CHECK(!scheme_is_local(STR("local-")));
    CHECK(!scheme_is_local(STR("vic-us")));
}

TEST(codes_are_answered_for_shipped_schemes_only)
{
    CHECK_INT(scheme_has_code(STR("vic-us"), STR("2.0"), STR("4")), SCHEME_HAS);
    CHECK_INT(scheme_has_code(STR("vic-us"), STR("2.0"), STR("5")), SCHEME_HAS_NOT);
    CHECK_INT(scheme_has_code(STR("vic-us-legacy"), STR(""), STR("5")), SCHEME_HAS);
    CHECK_INT(scheme_has_code(STR("esp-industry"), STR("1"), STR("a2")), SCHEME_HAS);
    CHECK_INT(scheme_has_code(STR("inhope-ucs"), STR("3"), STR("anything")), SCHEME_UNKNOWN);
    CHECK_INT(scheme_has_code(STR("vic-us"), STR("3.0"), STR("5")), SCHEME_UNKNOWN);
    CHECK_INT(scheme_has_code(STR("local-unit"), STR(""), STR("x")), SCHEME_UNKNOWN);
}

TEST(every_code_belongs_to_a_scheme_and_stands_once)
{
    size_t schemes, codes;
    const Scheme *scheme = scheme_all(&schemes);
    const SchemeCode *code = scheme_code_all(&codes);
    for (size_t i = 0; i < codes; i++) {
        CHECK(scheme_find(str_from(code[i].id), str_from(code[i].version)) != NULL);
        CHECK(code[i].label[0] != '\0');
        CHECK(scheme_code_find(str_from(code[i].id), str_from(code[i].version),
                               str_from(code[i].code)) == &code[i]);
    }
    for (size_t i = 0; i < schemes; i++) {
        CHECK(scheme_find(str_from(scheme[i].id), str_from(scheme[i].version)) == &scheme[i]);
        size_t own = 0;
        for (size_t c = 0; c < codes; c++)
            own += strcmp(code[c].id, scheme[i].id) == 0;
        CHECK(scheme[i].is_open == (own == 0));
    }
}
