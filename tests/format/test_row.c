// Row setters: what is rejected, what is kept, and where it is said to be.
#include "format/row.h"
#include "t.h"

typedef struct Fixture {
    FormatReport report;
    Row row;
} Fixture;

static void fixture_done(Fixture *fixture) {
    row_done(&fixture->row);
}

#define FIXTURE(name) \
    _cleanup_(fixture_done) Fixture name = {0}; \
    REQUIRE(row_init(&name.row, &name.report) == ERR_OK); \
    row_begin(&name.row, 100)

TEST(a_bad_hash_is_counted_with_its_place_and_the_row_stays)
{
    FIXTURE(f);
    row_md5(&f.row, STR("900150983cd24fb0d6963f7d28e17f721"), 123);
    row_sha1(&f.row, STR(" A9993E364706816ABA3E25717850C26C9CD0D89D\n"), 150);
    CHECK(row_finish(&f.row));
    CHECK_INT(f.row.entry.has, ENTRY_SHA1);
    CHECK_INT(f.row.entry.sha1[0], 0xA9);
    CHECK_INT(f.report.rejected[REJECT_BAD_MD5], 1);
    CHECK_INT(f.report.places[REJECT_BAD_MD5][0].offset, 123);
    CHECK_INT(f.report.places[REJECT_BAD_MD5][0].record, 1);
    CHECK_INT(f.report.accepted, 1);
}

TEST(hashes_of_the_empty_file_are_rejected)
{
    FIXTURE(f);
    row_md5(&f.row, STR("D41D8CD98F00B204E9800998ECF8427E"), 1);
    row_sha1(&f.row, STR("da39a3ee5e6b4b0d3255bfef95601890afd80709"), 2);
    row_sha256(&f.row, STR("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"), 3);
    CHECK(!row_finish(&f.row));
    CHECK_INT(f.report.rejected[REJECT_EMPTY_FILE], 3);
    CHECK_INT(f.report.rejected[REJECT_NO_HASH], 1);
    CHECK_INT(f.report.places[REJECT_NO_HASH][0].offset, 100);
}

TEST(only_the_first_places_are_kept_and_all_are_counted)
{
    FIXTURE(f);
    for (int i = 0; i < 9; i++)
        row_digest(&f.row, STR("abc"), i);
    CHECK_INT(f.report.rejected[REJECT_BAD_HASH], 9);
    CHECK_INT(f.report.places[REJECT_BAD_HASH][REJECT_PLACES - 1].offset, REJECT_PLACES - 1);
}

TEST(flags_in_all_spellings)
{
    static const struct {
        const char *text;
        Tri value;
    } CASES[] = {{"true", TRI_YES}, {"True", TRI_YES},  {"TRUE", TRI_YES},     {"false", TRI_NO},
                 {"False", TRI_NO}, {"", TRI_UNKNOWN},  {"null", TRI_UNKNOWN}, {"Y", TRI_YES},
                 {"N", TRI_NO},     {" yes ", TRI_YES}, {"No", TRI_NO},        {"1", TRI_YES},
                 {"0", TRI_NO}};
    FIXTURE(f);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Tri value = TRI_UNKNOWN;
        row_flag(&f.row, &value, str_from(CASES[i].text), 0);
        CHECK_INT(value, CASES[i].value);
    }
    CHECK_INT(f.report.rejected[REJECT_BAD_FLAG], 0);
    Tri value = TRI_YES;
    row_flag(&f.row, &value, STR("maybe"), 5);
    CHECK_INT(value, TRI_YES);
    CHECK_INT(f.report.rejected[REJECT_BAD_FLAG], 1);
}

TEST(pdq_in_hex_and_base64_and_never_of_low_quality)
{
    FIXTURE(f);
    row_pdq(&f.row, STR("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="), 49, 0);
    CHECK_INT(f.report.rejected[REJECT_LOW_QUALITY], 1);
    row_pdq(&f.row, STR("AAAA"), PDQ_QUALITY_UNKNOWN, 0);
    CHECK_INT(f.report.rejected[REJECT_BAD_PDQ], 1);
    row_pdq(&f.row, STR("/wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE="), 50, 0);
    CHECK_INT(f.row.entry.pdq.bytes[0], 0xFF);
    CHECK_INT(f.row.entry.pdq.bytes[31], 1);
    CHECK_INT(f.row.entry.pdq_quality, 50);
    row_begin(&f.row, 0);
    row_pdq(&f.row, STR("ff00000000000000000000000000000000000000000000000000000000000001"), 255,
            0);
    CHECK_INT(f.row.entry.pdq.bytes[31], 1);
    CHECK(row_finish(&f.row));
}

TEST(text_that_is_not_utf8_is_repaired_and_counted)
{
    FIXTURE(f);
    CHECK_STR(row_text(&f.row, STR("caf\xE9!"), 7), "caf\xEF\xBF\xBD!");
    CHECK_INT(f.report.rejected[REJECT_BAD_TEXT], 1);
    CHECK_INT(f.report.places[REJECT_BAD_TEXT][0].offset, 7);
}

TEST(paths_that_lead_outside)
{
    CHECK(path_leads_out(STR("..\\x"), false));
    CHECK(path_leads_out(STR("a/../x"), false));
    CHECK(path_leads_out(STR("a\\.."), false));
    CHECK(path_leads_out(STR("C:\\x"), false));
    CHECK(path_leads_out(STR("/etc"), true));
    CHECK(!path_leads_out(STR("/DCIM/a"), false));
    CHECK(!path_leads_out(STR("a..b/..c/d.."), false));
    CHECK(!path_leads_out(STR("VIC_Files\\a.png"), true));
    CHECK(!path_leads_out(STR(""), true));
}

TEST(a_tombstone_needs_an_id_only)
{
    FIXTURE(f);
    f.row.entry.has = ENTRY_DELETED;
    CHECK(!row_finish(&f.row));
    row_begin(&f.row, 0);
    f.row.entry.has = ENTRY_DELETED;
    f.row.entry.id = row_text(&f.row, STR("x1"), 0);
    CHECK(row_finish(&f.row));
}
