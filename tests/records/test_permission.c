// Roles and permissions: the rules that the tables must keep whatever rows are added.
#include "records/permission.h"
#include "t.h"

static bool holds(Role role, Permission permission) {
    return permission_holds(ROLE_BIT(role), permission);
}

// What shows something of a case.
static const Permission CASE_DATA[] = {
    PERMISSION_CASE_VIEW,   PERMISSION_CASE_EDIT,       PERMISSION_CASE_CLOSE,
    PERMISSION_CASE_SEARCH, PERMISSION_ITEM_IMPORT,     PERMISSION_ITEM_EDIT,
    PERMISSION_ITEM_VOTE,   PERMISSION_ITEM_ADJUDICATE, PERMISSION_ITEM_REVEAL,
    PERMISSION_EXPORT_MAKE, PERMISSION_CASE_ASSIGN,     PERMISSION_RECORD_ERASE};

TEST(roles_without_case_data_have_none)
{
    static const Role ROLES[] = {ROLE_INDUSTRY_PARTNER, ROLE_TRAINER,    ROLE_WELLBEING_OFFICER,
                                 ROLE_AUDITOR,          ROLE_TRANSLATOR, ROLE_ADMINISTRATOR};
    for (size_t i = 0; i < sizeof ROLES / sizeof ROLES[0]; i++)
        for (size_t j = 0; j < sizeof CASE_DATA / sizeof CASE_DATA[0]; j++)
            if (holds(ROLES[i], CASE_DATA[j]))
                t_fail(__FILE__, __LINE__, "%s holds %s", role_id(ROLES[i]),
                       permission_id(CASE_DATA[j]));
}

TEST(each_duty_has_its_role)
{
    CHECK(holds(ROLE_SENIOR_ANALYST, PERMISSION_ITEM_ADJUDICATE));
    CHECK(!holds(ROLE_ANALYST, PERMISSION_ITEM_ADJUDICATE));
    CHECK(!holds(ROLE_SUPERVISOR, PERMISSION_ITEM_ADJUDICATE));
    CHECK(holds(ROLE_RELEASER, PERMISSION_LIST_RELEASE));
    CHECK(!holds(ROLE_SUPERVISOR, PERMISSION_LIST_RELEASE));
    CHECK(holds(ROLE_INDUSTRY_PARTNER, PERMISSION_MATCH_ASK));
    CHECK(holds(ROLE_AUDITOR, PERMISSION_LEDGER_VIEW));
    CHECK(!holds(ROLE_AUDITOR, PERMISSION_PERSON_EDIT));
    CHECK(!holds(ROLE_ADMINISTRATOR, PERMISSION_LEDGER_EXPORT));
    CHECK(holds(ROLE_TRANSLATOR, PERMISSION_LABEL_EDIT));
}

TEST(the_industry_partner_matches_and_answers_only)
{
    for (int i = 0; i < PERMISSION_COUNT; i++)
        if (holds(ROLE_INDUSTRY_PARTNER, (Permission)i))
            CHECK(permission_roles((Permission)i) == ROLES_ALL || i == PERMISSION_MATCH_ASK ||
                  i == PERMISSION_MATCH_FEEDBACK);
}

TEST(roles_add_up)
{
    RoleSet both = ROLE_BIT(ROLE_ANALYST) | ROLE_BIT(ROLE_ADMINISTRATOR);
    CHECK(permission_holds(both, PERMISSION_CASE_VIEW));
    CHECK(permission_holds(both, PERMISSION_PERSON_EDIT));
    CHECK(!permission_holds(both, PERMISSION_LIST_RELEASE));
    CHECK(permissions_of(both) ==
          (permissions_of(ROLE_BIT(ROLE_ANALYST)) | permissions_of(ROLE_BIT(ROLE_ADMINISTRATOR))));
    CHECK(permission_holds(0, PERMISSION_SIGNED_IN));
    CHECK(!permission_holds(0, PERMISSION_CASE_VIEW));
}

TEST(only_one_permission_is_public)
{
    for (int i = 0; i < PERMISSION_COUNT; i++)
        CHECK(permission_is_public((Permission)i) == (i == PERMISSION_PUBLIC));
}

TEST(every_permission_has_a_holder_and_every_identifier_is_found)
{
    for (int i = 0; i < PERMISSION_COUNT; i++) {
        Permission found;
        CHECK(permission_roles((Permission)i) != 0);
        REQUIRE(permission_find(str_from(permission_id((Permission)i)), &found));
        CHECK_INT(found, i);
    }
    for (int i = 0; i < ROLE_COUNT; i++) {
        Role found;
        REQUIRE(role_find(str_from(role_id((Role)i)), &found));
        CHECK_INT(found, i);
    }
    Role role;
    CHECK(!role_find(STR("captain"), &role));
}
