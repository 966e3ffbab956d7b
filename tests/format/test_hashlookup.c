// hashlookup JSON lines: members, and lines that are no JSON.
#include "list_check.h"

TEST(members_in_any_order_and_of_any_kind)
{
    LIST(list,
         STR("{\"FileName\":\"./usr/a \\u00e9.txt\",\"FileSize\":\"17\",\"MD5\":"
             "\"900150983CD24FB0D6963F7D28E17F72\",\"SHA-1\":\"" SHA1_ABC "\",\"SHA-256\":"
             "\"" SHA256_ABC "\",\"ProductCode\":{\"MD5\":\"zz\"},\"parents\":[{\"SHA-1\":\"x\"}],"
             "\"source\":\"set\",\"KnownMalicious\":null}\r\n\n"
             "{\"SHA-1\":\"" SHA1_ABC "\",\"FileSize\":18,\"MD5\":null}\n"),
         FORMAT_HASHLOOKUP);
    CHECK(list_next(&list));
    CHECK_INT(list.entry.has, ENTRY_MD5 | ENTRY_SHA1 | ENTRY_SHA256 | ENTRY_SIZE);
    CHECK_STR(list_hex(list.entry.md5, 16), MD5_ABC);
    CHECK_INT(list.entry.size, 17);
    CHECK_STR(list.entry.issuer, "set");
    REQUIRE(list.entry.location_count == 1);
    CHECK_STR(list.entry.locations[0].name, "a \xC3\xA9.txt");
    CHECK(list_next(&list));
    CHECK_INT(list.entry.has, ENTRY_SHA1 | ENTRY_SIZE);
    CHECK_INT(list.entry.size, 18);
    CHECK(!list_next(&list));
}

TEST(a_bad_line_costs_that_line)
{
    LIST(list,
         STR("{\"MD5\":\"" MD5_ABC "\"}\n{\"MD5\":\"" MD5_ABC "\",}\n[1]\n{\"MD5\":\"" MD5_ABC
             "\"} x\n{\"MD5\":\"" MD5_ABC "\"}\n{\"MD5\":\"" MD5_ABC),
         FORMAT_HASHLOOKUP);
    CHECK_INT(list_rest(&list), 2);
    CHECK_REJECTED(list, DAMAGED, 3);
    CHECK_PLACE(list, DAMAGED, 0, 43 + 42, 2);
    CHECK_PLACE(list, DAMAGED, 1, 43 + 44, 3);
    CHECK_REJECTED(list, TRUNCATED, 1);
    CHECK_INT(format_report(list.reader)->records, 6);
}

TEST(bad_values_are_counted)
{
    LIST(list,
         STR("{\"MD5\":\"" MD5_ABC "0\",\"SHA-1\":\"" SHA1_ABC "\",\"FileSize\":\"many\"}\n"
             "{\"SHA-256\":\"\"}\n"),
         FORMAT_HASHLOOKUP);
    CHECK_INT(list_rest(&list), 1);
    CHECK_REJECTED(list, BAD_MD5, 1);
    CHECK_REJECTED(list, BAD_NUMBER, 1);
    CHECK_REJECTED(list, NO_HASH, 1);
    CHECK_PLACE(list, NO_HASH, 0, 113, 2);
}
