// Lists of the digest tools and of hashdeep: the forms of a line, names, remarks, what is rejected.
#include "list_check.h"

TEST(gnu_lines)
{
    LIST(list,
         STR(SHA256_ABC "  pictures/one two.jpg\r\n" SHA256_ABC " *bin.dat\n# remark\n"
                        "; remark\n\\" SHA256_ABC "  a\\\\b\\nc\n" MD5_ABC "  -\n" SHA1_ABC
                        " short\n"),
         FORMAT_DIGEST_LINES);
    CHECK(list_next(&list));
    CHECK_INT(list.entry.has, ENTRY_SHA256);
    REQUIRE(list.entry.location_count == 1);
    CHECK_STR(list.entry.locations[0].path, "pictures/one two.jpg");
    CHECK_STR(list.entry.locations[0].name, "one two.jpg");
    CHECK(list_next(&list));
    CHECK_STR(list.entry.locations[0].name, "bin.dat");
    CHECK_STR(list.entry.locations[0].path, "");
    CHECK(list_next(&list));
    CHECK_STR(list.entry.locations[0].path, "a\\b\nc");
    CHECK(list_next(&list));
    CHECK_INT(list.entry.has, ENTRY_MD5);
    CHECK_INT(list.entry.location_count, 0);
    CHECK(list_next(&list));
    CHECK_INT(list.entry.has, ENTRY_SHA1);
    CHECK_STR(list.entry.locations[0].name, "short");
    CHECK(!list_next(&list));
    CHECK_INT(format_report(list.reader)->records, 5);
}

TEST(bsd_lines)
{
    LIST(list,
         STR("MD5 (a (1).jpg) = " MD5_ABC "\nSHA1(b)= " SHA1_ABC "\nSHA256 (c) = " SHA256_ABC
             "\nRMD160 (d) = " SHA1_ABC "\n"),
         FORMAT_DIGEST_LINES);
    CHECK(list_next(&list));
    CHECK_STR(list.entry.locations[0].name, "a (1).jpg");
    CHECK_INT(list.entry.has, ENTRY_MD5);
    CHECK(list_next(&list));
    CHECK_INT(list.entry.has, ENTRY_SHA1);
    CHECK(list_next(&list));
    CHECK_INT(list.entry.has, ENTRY_SHA256);
    CHECK(!list_next(&list));
    CHECK_REJECTED(list, BAD_HASH, 1); // as long as SHA-1, and not it
    CHECK_REJECTED(list, NO_HASH, 1);
}

TEST(sizes_in_front)
{
    LIST(list, STR("        12  " MD5_ABC "  a\n 3000000000  " MD5_ABC "  /x/b\n"),
         FORMAT_DIGEST_LINES);
    CHECK(list_next(&list));
    CHECK_INT(list.entry.size, 12);
    CHECK(list_next(&list));
    CHECK_INT(list.entry.size, 3000000000);
    CHECK_STR(list.entry.locations[0].path, "/x/b");
}

TEST(bad_lines_are_counted_with_their_places)
{
    LIST(list,
         STR(MD5_ABC "  a\nmd5sum: b: no such file\n" MD5_ABC "0  c\n"
                     "d41d8cd98f00b204e9800998ecf8427e  empty\n" MD5_ABC "  d\xFF\n"),
         FORMAT_DIGEST_LINES);
    CHECK_INT(list_rest(&list), 2);
    CHECK_REJECTED(list, DAMAGED, 1);
    CHECK_PLACE(list, DAMAGED, 0, 36, 2);
    CHECK_REJECTED(list, BAD_HASH, 1);
    CHECK_PLACE(list, BAD_HASH, 0, 60, 3);
    CHECK_REJECTED(list, EMPTY_FILE, 1);
    CHECK_REJECTED(list, BAD_TEXT, 1);
    CHECK_REJECTED(list, NO_HASH, 2);
}

TEST(hashdeep_with_any_columns)
{
    LIST(list,
         STR("%%%% HASHDEEP-1.0\n%%%% size,md5,sha256,filename\n## Invoked from: /x\n## \n"
             "3," MD5_ABC "," SHA256_ABC ",C:\\a, b.txt\n"
             "x," MD5_ABC "," SHA256_ABC ",c\n"
             "5," MD5_ABC "\n"
             "%%%% size,md5,sha1,tiger,filename\n7," MD5_ABC "," SHA1_ABC ",zz,d\n"),
         FORMAT_HASHDEEP);
    CHECK(list_next(&list));
    CHECK_INT(list.entry.has, ENTRY_SIZE | ENTRY_MD5 | ENTRY_SHA256);
    CHECK_INT(list.entry.size, 3);
    CHECK_STR(list.entry.locations[0].path, "C:\\a, b.txt");
    CHECK_STR(list.entry.locations[0].name, "a, b.txt");
    CHECK(list_next(&list));
    CHECK_INT(list.entry.has, ENTRY_MD5 | ENTRY_SHA256);
    CHECK(list_next(&list));
    CHECK_INT(list.entry.has, ENTRY_SIZE | ENTRY_MD5);
    CHECK(list_next(&list));
    CHECK_INT(list.entry.has, ENTRY_SIZE | ENTRY_MD5 | ENTRY_SHA1);
    CHECK(!list_next(&list));
    CHECK_REJECTED(list, BAD_NUMBER, 1);
    CHECK_REJECTED(list, BAD_COLUMNS, 1);
    CHECK_REJECTED(list, BAD_PATH, 0); // absolute paths are what hashdeep writes
}
