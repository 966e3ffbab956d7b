// The VICS reader: dialects, and each trap of the field by name.
#include "base/file.h"
#include "format/date.h"
#include "format/vics_members.h"
#include "t.h"
#include "vics_fixture.h"

TEST(every_member_name_is_found)
{
    for (int member = 1; member < VICS_MEMBERS; member++) {
        Str name = vics_member_name((VicsMember)member);
        CHECK_INT(vics_member_find(name), member);
        char upper[64];
        for (size_t i = 0; i < name.len; i++)
            upper[i] =
                (char)(name.ptr[i] >= 'a' && name.ptr[i] <= 'z' ? name.ptr[i] - 32 : name.ptr[i]);
        CHECK_INT(vics_member_find(str_of(upper, name.len)), member);
    }
    CHECK_INT(vics_member_find(STR("")), VICS_UNKNOWN);
    CHECK_INT(vics_member_find(STR("MD6")), VICS_UNKNOWN);
}

#define CONTEXT_20(region, set) \
    "\"@odata.context\":\"http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/" region \
    "/$metadata#" set "\""
#define CONTEXT_1(version, set) \
    "\"odata.metadata\":\"http://github.com/ICMEC/ProjectVic/DataModels/" version ".xml#" set "\""
#define HASH_SET(records) "{" CONTEXT_20("US", "Media") ",\"value\":[" records "]}"
#define MD5_A "900150983CD24FB0D6963F7D28E17F72"
#define MD5_B "0CC175B9C0F1B6A831C399E269772661"
#define SHA1_A "A9993E364706816ABA3E25717850C26C9CD0D89D"

TEST(every_version_and_region_is_known_by_its_envelope)
{
    static const struct {
        const char *text;
        FormatKind kind;
        bool is_case;
        const char *scheme, *version, *category;
    } CASES[] = {
        {"{" CONTEXT_1("1.1", "Media") ",\"value\":[{\"MediaID\":1,\"Category\":5,\"MD5\":\"" MD5_A
                                       "\"}]}",
         FORMAT_VICS11, false, "vic-us-legacy", "1.1", "5"},
        {"{" CONTEXT_1("1.2", "Media") ",\"value\":[{\"MediaID\":1,\"Category\":1,\"MD5\":\"" MD5_A
                                       "\"}]}",
         FORMAT_VICS12, false, "vic-us-legacy", "1.2", "1"},
        {"{" CONTEXT_1("1.3", "Cases") ",\"value\":[{\"CaseID\":\"x\",\"Media\":[{\"MediaID\":1,"
                                       "\"Category\":2,\"MD5\":\"" MD5_A "\"}]}]}",
         FORMAT_VICS13, true, "vic-us-legacy", "1.3", "2"},
        {"{" CONTEXT_20("US", "Media") ",\"value\":[{\"MediaID\":1,\"Category\":1,\"MD5\":\"" MD5_A
                                       "\"}]}",
         FORMAT_VICS20, false, "vic-us", "2.0", "1"},
        {"{" CONTEXT_20("UK",
                        "Media") ",\"value\":[{\"MediaID\":1,\"Category\":\"A\",\"MD5\":\"" MD5_A
                                 "\"}]}",
         FORMAT_VICS20, false, "vics-uk", "2.0", "A"},
        {"{" CONTEXT_20("CUSTOM", "Cases") ",\"value\":[{\"CaseNumber\":\"1\",\"Media\":[{"
                                           "\"Category\":7,\"MD5\":\"" MD5_A "\"}]}]}",
         FORMAT_VICS20, true, "vics-custom", "2.0", "7"},
        {"{" CONTEXT_20("Default", "Media") ",\"value\":[{\"MD5\":\"" MD5_A "\",\"MediaID\":1}]}",
         FORMAT_VICS20, false, "vics-default", "2.0", ""},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        VICS_READ(vics, str_from(CASES[i].text));
        CHECK_INT(vics.report.kind, CASES[i].kind);
        CHECK_INT(vics.report.is_case, CASES[i].is_case);
        REQUIRE(vics.count == 1);
        CHECK_STR(vics.entries[0].scheme, CASES[i].scheme);
        CHECK_STR(vics.entries[0].scheme_version, CASES[i].version);
        CHECK_STR(vics.entries[0].category, CASES[i].category);
    }
}

TEST(the_known_good_set_for_caid)
{
    VICS_READ(vics, STR("{" CONTEXT_1("1.2",
                                      "Media") ",\"value\":[{\"odata.id\":\"Media(1)\","
                                               "\"MediaFiles\":[{\"MD5\":\"" MD5_A
                                               "\",\"FileName\":\"a.txt\","
                                               "\"FilePath\":\"p\"}],\"MediaID\":0,\"MD5\":\"" MD5_A
                                               "\",\"Category\":8,"
                                               "\"MediaSize\":\"3\"}]}"));
    REQUIRE(vics.count == 1);
    CHECK_STR(vics.entries[0].scheme, "nist-caid");
    CHECK_STR(vics.entries[0].scheme_version, "1.2");
    CHECK_STR(vics.entries[0].category, "8");
    CHECK((vics.entries[0].has & ENTRY_KNOWN_GOOD) != 0);
    CHECK_INT(vics.report.kind, FORMAT_VICS12);
}

TEST(the_callers_scheme_wins)
{
    VicsFixture vics;
    vics_read(&vics, STR(HASH_SET("{\"MediaID\":1,\"Category\":4,\"MD5\":\"" MD5_A "\"}")), 4096, 0,
              STR("local-unit"), STR("3"));
    REQUIRE(vics.count == 1);
    CHECK_STR(vics.entries[0].scheme, "local-unit");
    CHECK_STR(vics.entries[0].scheme_version, "3");
    vics_done(&vics);
}

TEST(a_case_gives_its_media_with_places_and_facts)
{
    VICS_READ(
        vics,
        STR("{" CONTEXT_20(
            "US",
            "Cases") ",\"value\":[{\"CaseID\":\"c\",\"CaseNumber\":"
                     "\"1\",\"ContactOrganization\":\"Example Police\",\"TotalMediaFiles\":77,"
                     "\"CaseMetadata\":[{\"CaseID\":\"c\",\"PropertyName\":\"Make\","
                     "\"PropertyValue\":\"no\"}],\"Media\":[{\"MediaID\":12345678901,\"MD5\":"
                     "\"" MD5_A "\",\"SHA1\":\"" SHA1_A
                     "\",\"MediaSize\":3,\"MimeType\":\"image/png\","
                     "\"VictimIdentified\":\"true\",\"OffenderIdentified\":false,"
                     "\"IsDistributed\":\"\",\"IsSuspected\":null,\"SelfGenerated\":\"False\","
                     "\"Series\":\"SYNTH\",\"Tags\":\"a,b\",\"DateUpdated\":\"2026-01-15\","
                     "\"Exifs\":[{\"PropertyName\":\"Make\",\"PropertyValue\":\"ExampleCam\"},"
                     "{\"PropertyName\":\"Lat/Lon\",\"PropertyValue\":\"41.5/-2.25\"}],"
                     "\"Segments\":[{\"MD5\":\"x\",\"SegmentIndex\":0,\"Category\":3}],"
                     "\"MediaFiles\":[{\"MD5\":\"x\",\"FileName\":\"a.png\",\"FilePath\":"
                     "\"C:\\\\DCIM\\\\a.png\",\"SourceID\":\"EX-1\",\"Deleted\":\"true\","
                     "\"Unallocated\":false},{\"FileName\":\"b.png\",\"FilePath\":\"/b\"}]}],"
                     "\"Later\":1}]}"));
    REQUIRE(vics.count == 1);
    const ListEntry *entry = &vics.entries[0];
    CHECK_STR(entry->id, "12345678901");
    CHECK_INT(entry->has, ENTRY_MD5 | ENTRY_SHA1 | ENTRY_SIZE);
    CHECK_INT(entry->size, 3);
    CHECK_STR(entry->category, "");
    CHECK_STR(entry->scheme, "vic-us");
    CHECK_STR(entry->media_type, "image/png");
    CHECK_INT(entry->victim_identified, TRI_YES);
    CHECK_INT(entry->offender_identified, TRI_NO);
    CHECK_INT(entry->is_distributed, TRI_UNKNOWN);
    CHECK_INT(entry->is_suspected, TRI_UNKNOWN);
    CHECK_INT(entry->is_self_generated, TRI_NO);
    CHECK_STR(entry->series, "SYNTH");
    CHECK_STR(entry->issuer, "Example Police");
    CHECK_STR(entry->updated, "2026-01-15");
    REQUIRE(entry->location_count == 2);
    CHECK_STR(entry->locations[0].path, "C:\\DCIM\\a.png");
    CHECK_STR(entry->locations[0].source_id, "EX-1");
    CHECK_INT(entry->locations[0].is_deleted, TRI_YES);
    CHECK_INT(entry->locations[0].is_unallocated, TRI_NO);
    CHECK_STR(entry->locations[1].name, "b.png");
    CHECK_STR(vics_fact(entry, "Make"), "ExampleCam");
    CHECK_STR(vics_fact(entry, "GPSLatitude"), "41.500000");
    CHECK_STR(vics_fact(entry, "GPSLongitude"), "-2.250000");
    CHECK_INT(vics.report.records, 1);
    CHECK_INT(vics_rejected(&vics), 0);
}

TEST(trap_01_byte_order_marks_and_utf16)
{
    Str plain = STR(HASH_SET("{\"MediaID\":1,\"MD5\":\"" MD5_A "\",\"Series\":\"\xC3\xA9\"}"));
    StrBuf marked = STRBUF(1 << 16);
    strbuf_put(&marked, STR("\xEF\xBB\xBF"));
    strbuf_put(&marked, plain);
    StrBuf little = STRBUF(1 << 16), big = STRBUF(1 << 16);
    vics_utf16_put(&little, plain, false);
    vics_utf16_put(&big, plain, true);
    const Str ALL[] = {plain, strbuf_str(&marked), strbuf_str(&little), strbuf_str(&big)};
    for (size_t i = 0; i < 4; i++) {
        VICS_READ(vics, ALL[i]);
        REQUIRE(vics.count == 1);
        CHECK_STR(vics.entries[0].series, "\xC3\xA9");
        CHECK_INT(vics.report.kind, FORMAT_VICS20);
    }
    strbuf_done(&marked);
    strbuf_done(&little);
    strbuf_done(&big);
}

TEST(trap_02_a_long_document_is_a_stream)
{
    // A thumbnail of megabytes, never held; see format/vics_large for gigabytes.
    StrBuf text = STRBUF(16 << 20);
    strbuf_put(&text, STR("{" CONTEXT_20("US", "Media") ",\"value\":[{\"MediaID\":1,"
                                                        "\"Miniature\":\""));
    for (int i = 0; i < 400000; i++)
        strbuf_put(&text, STR("AAAABBBBCCCCDDDD"));
    strbuf_put(&text, STR("\",\"MD5\":\"" MD5_A "\"},{\"MediaID\":2,\"MD5\":\"" MD5_B "\"}]}"));
    VICS_READ(vics, strbuf_str(&text));
    CHECK_INT(vics.count, 2);
    CHECK_INT(vics_rejected(&vics), 0);
    strbuf_done(&text);
}

TEST(trap_03_booleans_in_every_spelling)
{
    static const struct {
        const char *text;
        Tri value;
    } CASES[] = {{"true", TRI_YES},      {"\"true\"", TRI_YES}, {"\"True\"", TRI_YES},
                 {"false", TRI_NO},      {"\"false\"", TRI_NO}, {"\"False\"", TRI_NO},
                 {"\"\"", TRI_UNKNOWN},  {"null", TRI_UNKNOWN}, {"1", TRI_YES},
                 {"\"true\"\"", TRI_YES}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char text[1024];
        snprintf(text, sizeof text, HASH_SET("{\"VictimIdentified\":%s,\"MD5\":\"" MD5_A "\"}"),
                 CASES[i].text);
        VICS_READ(vics, str_from(text));
        REQUIRE(vics.count == 1);
        CHECK_INT(vics.entries[0].victim_identified, CASES[i].value);
    }
}

TEST(trap_04_sizes_and_categories_as_numbers_or_text)
{
    static const struct {
        const char *members, *category;
        long long size; // -1: none
    } CASES[] = {{"\"MediaSize\":7,\"Category\":1", "1", 7},
                 {"\"MediaSize\":\"7\",\"Category\":\"1\"", "1", 7},
                 {"\"MediaSize\":null,\"Category\":null", "", -1},
                 {"\"MediaSize\":\"\",\"Category\":\"\"", "", -1},
                 {"\"X\":[]", "", -1},
                 {"\"MediaSize\":18446744073709551615,\"Category\":\"null\"", "", -2},
                 {"\"MediaSize\":1.5,\"Category\":\" 2 \"", "2", -1}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char text[1024];
        snprintf(text, sizeof text, HASH_SET("{\"MD5\":\"" MD5_A "\",%s}"), CASES[i].members);
        VICS_READ(vics, str_from(text));
        REQUIRE(vics.count == 1);
        CHECK_STR(vics.entries[0].category, CASES[i].category);
        CHECK_INT((vics.entries[0].has & ENTRY_SIZE) != 0, CASES[i].size != -1);
        if (CASES[i].size >= 0)
            CHECK_INT(vics.entries[0].size, CASES[i].size);
        CHECK_INT(vics.report.rejected[REJECT_BAD_NUMBER], i == 6);
    }
}

TEST(trap_05_dates_of_every_kind)
{
    static const struct {
        const char *text;
        int64_t ms; // -1: none
    } CASES[] = {
        {"2026-01-02T03:04:05Z", 1767323045000},
        {"2026-01-02T03:04:05.8300Z", 1767323045830},
        {"2026-01-02T03:04:05.1234567Z", 1767323045123},
        {"2026-01-02T03:04:05-05:00", 1767341045000},
        {"2026-01-02T03:04:05+01:00Z", 1767319445000},
        {"2026-01-02T03:04:05.1234567+01:00", 1767319445123},
        {"2026-01-02T03:04:05", 1767323045000},
        {"2026-01-02 03:04:05", 1767323045000},
        {"2026-01-02T03:04Z", 1767323040000},
        {"/Date(1767323045000)/", 1767323045000},
        {"/Date(1767323045000+0100)/", 1767323045000},
        {"/Date(-1)/", -1 - 1000000},
        {"1/2/2026 3:04:05 AM", 1767323045000},
        {"1/2/2026 12:04:05 AM", 1767312245000},
        {"1/2/2026 12:04:05 PM", 1767355445000},
        {"01/02/2026 11:04:05 pm", 1767395045000},
        {"2026:01:02 03:04:05", 1767323045000},
        {"2026-01-02", 1767312000000},
        {" 1/2/2026 ", 1767312000000},
        {"2024-02-29", 1709164800000},
        {"2026-02-29", -1},
        {"2026-13-01", -1},
        {"13/13/2026", -1},
        {"2026-01-02T25:00:00Z", -1},
        {"2026-01-02T03:04:05X", -1},
        {"1/2/2026 13:04:05 AM", -1},
        {"/Date()/", -1},
        {"/Date(12+99)/", -1},
        {"yesterday", -1},
        {"", -1},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        DateTime date = {.utc_ms = 7};
        bool is_date = date_parse(str_from(CASES[i].text), &date);
        if (is_date != (CASES[i].ms != -1) ||
            (is_date && CASES[i].ms != -1000001 && date.utc_ms != CASES[i].ms))
            t_fail(__FILE__, __LINE__, "%s gives %d %lld", CASES[i].text, is_date,
                   (long long)date.utc_ms);
    }
    DateTime date;
    CHECK(date_parse(STR("2026-01-02T03:04:05+01:00Z"), &date));
    CHECK(date.has_offset && date.has_time && date.offset_minutes == 60);
    VICS_READ(vics, STR(HASH_SET("{\"MD5\":\"" MD5_A "\",\"DateUpdated\":\"some day\"}")));
    REQUIRE(vics.count == 1);
    CHECK_STR(vics.entries[0].updated, "some day");
    CHECK_INT(vics.report.rejected[REJECT_BAD_DATE], 1);
}

TEST(trap_06_a_hash_of_wrong_length_costs_itself)
{
    VICS_READ(vics, STR(HASH_SET("{\"MediaID\":1,\"MD5\":\"" MD5_A "0\",\"SHA1\":\"" SHA1_A "\"},"
                                 "{\"MediaID\":2,\"MD5\":\"" MD5_A "0\"},"
                                 "{\"MediaID\":3,\"MD5\":\"900150983cd24fb0d6963f7d28e17f72\"}")));
    REQUIRE(vics.count == 2);
    CHECK_INT(vics.entries[0].has, ENTRY_SHA1);
    CHECK_STR(vics.entries[1].id, "3");
    CHECK_INT(vics.entries[1].md5[0], 0x90);
    CHECK_INT(vics.report.records, 3);
    CHECK_INT(vics.report.rejected[REJECT_BAD_MD5], 2);
    CHECK_INT(vics.report.rejected[REJECT_NO_HASH], 1);
    CHECK_INT(vics.report.places[REJECT_BAD_MD5][1].record, 2);
}

TEST(trap_07_hashes_of_the_empty_file)
{
    VICS_READ(vics, STR(HASH_SET("{\"MD5\":\"D41D8CD98F00B204E9800998ECF8427E\",\"SHA1\":"
                                 "\"DA39A3EE5E6B4B0D3255BFEF95601890AFD80709\"},"
                                 "{\"MD5\":\"" MD5_A "\"}")));
    CHECK_INT(vics.count, 1);
    CHECK_INT(vics.report.rejected[REJECT_EMPTY_FILE], 2);
    CHECK_INT(vics.report.rejected[REJECT_NO_HASH], 1);
}

TEST(trap_08_rows_of_one_md5_all_come)
{
    VICS_READ(
        vics,
        STR(HASH_SET("{\"MediaID\":1,\"MD5\":\"" MD5_A "\",\"MediaFiles\":[{\"FilePath\":\"a\"}]},"
                     "{\"MediaID\":2,\"MD5\":\"" MD5_A "\",\"MediaFiles\":[{\"FilePath\":\"b\"},"
                     "{\"FilePath\":\"c\"}]}")));
    REQUIRE(vics.count == 2);
    CHECK_INT(vics.entries[0].location_count, 1);
    CHECK_INT(vics.entries[1].location_count, 2);
    CHECK_STR(vics.entries[1].locations[1].path, "c");
}

TEST(trap_09_totals_and_precategorised_marks_are_not_trusted)
{
    VICS_READ(vics,
              STR("{" CONTEXT_20(
                  "US", "Cases") ",\"value\":[{\"TotalMediaFiles\":99,"
                                 "\"TotalPrecategorized\":99,\"Media\":[{\"MD5\":\"" MD5_A "\","
                                 "\"IsPrecategorized\":\"true\",\"PrecategorizationSource\":\"x\","
                                 "\"Category\":null}]}]}"));
    REQUIRE(vics.count == 1);
    CHECK_INT(vics.report.records, 1);
    CHECK_STR(vics.entries[0].category, "");
}

TEST(trap_10_the_verdict_may_stand_on_the_second_row)
{
    VICS_READ(vics, STR(HASH_SET("{\"MD5\":\"" MD5_A "\",\"Category\":null},"
                                 "{\"MD5\":\"" MD5_A "\",\"Category\":1}")));
    REQUIRE(vics.count == 2);
    CHECK_STR(vics.entries[0].category, "");
    CHECK_STR(vics.entries[1].category, "1");
}

TEST(trap_11_metadata_vocabularies)
{
    static const struct {
        const char *properties; // name=value;…
        const char *fact, *value;
    } CASES[] = {
        {"Lat/Lon=41.5/-2.25", "GPSLatitude", "41.500000"},
        {"Lat/Lon=41.5/-2.25", "GPSLongitude", "-2.250000"},
        {"Latitude=41.5;Latitude Reference=North", "GPSLatitude", "41.500000"},
        {"Latitude=41, 53, 2.44;Latitude Reference=N", "GPSLatitude", "41.884011"},
        {"Latitude Reference=S;Latitude=41, 53, 2.44", "GPSLatitude", "-41.884011"},
        {"Latitude=41, 53, 2.44;Latitude Reference=x", "GPSLatitude", ""},
        {"Latitude=41, 53, 2.44;Latitude Reference=0", "GPSLatitude", ""},
        {"Latitude=41, 53, 2.44", "GPSLatitude", ""},
        {"Latitude=41.5;Latitude Reference=E", "GPSLatitude", ""},
        {"Latitude=-41.5;Latitude Reference=N", "GPSLatitude", ""},
        {"Latitude=-41.5;Latitude Reference=S", "GPSLatitude", "-41.500000"},
        {"Longitude=87, 37, 30;Longitude Reference=West", "GPSLongitude", "-87.625000"},
        {"GPSLatitude=41/1, 53/1, 244/100;GPSLatitudeRef=N", "GPSLatitude", "41.884011"},
        {"GPS Latitude=41 deg 53' 2.44\\\" N", "GPSLatitude", "41.884011"},
        {"GPS Latitude=41\xC2\xB0 53\xE2\x80\xB2 2.44\xE2\x80\xB3 S", "GPSLatitude", "-41.884011"},
        {"Latitude=91;Latitude Reference=N", "GPSLatitude", ""},
        {"Latitude=41, 63, 0;Latitude Reference=N", "GPSLatitude", ""},
        {"Latitude=none", "GPSLatitude", ""},
        {"Longitude=180.0", "GPSLongitude", "180.000000"},
        {"EXIF:Make=ExampleCam", "Make", "ExampleCam"},
        {"Camera Make= ExampleCam ", "Make", "ExampleCam"},
        {"Exif.Image.Model=One", "Model", "One"},
        {"Camera Model=One;Model=Two", "Model", "One"},
        {"Body Serial Number=123", "SerialNumber", "123"},
        {"Date Taken=2026:01:02 03:04:05", "DateTimeOriginal", "2026:01:02 03:04:05"},
        {"Software=Painter 1", "Software", "Painter 1"},
        {"Artist=nobody", "Artist", ""},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        _cleanup_strbuf_ StrBuf text = STRBUF(8192);
        strbuf_put(&text, STR("{" CONTEXT_20("US", "Media") ",\"value\":[{\"MD5\":\"" MD5_A
                                                            "\",\"Exifs\":["));
        Str rest = str_from(CASES[i].properties), one, name, value;
        for (bool is_last = false, is_first = true; !is_last; is_first = false) {
            is_last = !str_cut(rest, ';', &one, &rest);
            if (is_last)
                one = rest;
            REQUIRE(str_cut(one, '=', &name, &value));
            strbuf_printf(&text, "%s{\"PropertyName\":\"%.*s\",\"PropertyValue\":\"%.*s\"}",
                          is_first ? "" : ",", STR_ARG(name), STR_ARG(value));
        }
        strbuf_put(&text, STR("]}]}"));
        VICS_READ(vics, strbuf_str(&text));
        REQUIRE(vics.count == 1);
        Str fact = vics_fact(&vics.entries[0], CASES[i].fact);
        if (!str_is(fact, CASES[i].value))
            t_fail(__FILE__, __LINE__, "%s: %s is \"%.*s\", expected \"%s\"", CASES[i].properties,
                   CASES[i].fact, STR_ARG(fact), CASES[i].value);
    }
}

TEST(trap_12_old_writers_that_did_not_escape)
{
    VICS_READ(vics,
              STR(HASH_SET("{\"MediaID\":1,\"MD5\":\"" MD5_A "\",\"Series\":\"a \"b\" c\"},"
                           "{\"MediaID\":2,\"MD5\":\"" MD5_A
                           "\",\"RelativeFilePath\":\"Vic\\Files\\a.jpg\"},"
                           "{\"MediaID\":3,\"MD5\":\"" MD5_A "\",\"VictimIdentified\":\"true\"\"},"
                           "{\"MediaID\":4,\"MD5\":\"" MD5_A "\",\"Series\":\"x\ty\"},"
                           "{\"MediaID\":5,\"MD5\":\"" MD5_A "\",\"Series\":x},"
                           "{\"MediaID\":6,\"MD5\":\"" MD5_A "\",\"MediaFiles\":[{\"MD5\":\"" MD5_A
                           "\",\"FileName\":\"a},{\"MD5\":\"" MD5_A "\",\"FileName\":\"b\"}]},"
                           "{\"MediaID\":7,\"MD5\":\"" MD5_A "\"}")));
    REQUIRE(vics.count == 5);
    CHECK_STR(vics.entries[0].series, "a \"b\" c");
    CHECK_STR(vics.entries[1].locations[0].path, "Vic\\Files\\a.jpg");
    CHECK_STR(vics.entries[1].locations[0].name, "a.jpg");
    CHECK_INT(vics.entries[2].victim_identified, TRI_YES);
    CHECK_STR(vics.entries[3].series, "x\ty");
    CHECK_STR(vics.entries[4].id, "7");
    CHECK_INT(vics.report.records, 7);
    CHECK_INT(vics.report.rejected[REJECT_DAMAGED], 2);
    CHECK_INT(vics.report.rejected[REJECT_BAD_TEXT], 4);
    CHECK_INT(vics.report.places[REJECT_DAMAGED][0].record, 5);
    CHECK(vics.report.places[REJECT_DAMAGED][0].offset > 0);
}

TEST(two_records_that_ran_into_one_are_refused)
{
    VICS_READ(vics, STR(HASH_SET("{\"MediaID\":1,\"Category\":1,\"MD5\":\"" MD5_A
                                 "\",\"MediaID\":2,\"Category\":0,\"MD5\":\"" MD5_B "\"},"
                                 "{\"MediaID\":3,\"MD5\":\"" MD5_A "\",\"MD5\":\"" MD5_A "\"},"
                                 "{\"MD5\":\"" MD5_A "\",\"MD5\":\"" MD5_B "\"}")));
    REQUIRE(vics.count == 1);
    CHECK_STR(vics.entries[0].id, "3");
    CHECK_INT(vics.report.rejected[REJECT_DAMAGED], 2);
}

TEST(members_in_unusual_places_are_no_damage)
{
    VICS_READ(
        vics,
        STR("{" CONTEXT_20(
            "US",
            "Cases") ",\"value\":[{\"Comments\":\"x\",\"Tags\":\"y\","
                     "\"DateUpdated\":\"2026-01-01\",\"CaseID\":\"c\",\"Media\":[{\"MediaID\":1,"
                     "\"MD5\":\"" MD5_A "\",\"MediaFiles\":[{\"MediaID\":1,\"FileName\":\"x\"},"
                     "{\"MediaSize\":5,\"SHA1\":\"" SHA1_A "\",\"FileName\":\"y\"}]},"
                     "{\"Series\":\"s\",\"MediaID\":2,\"MD5\":\"" MD5_B
                     "\"}],\"Series\":\"z\"}]}"));
    REQUIRE(vics.count == 2);
    CHECK_INT(vics.report.records, 2);
    CHECK_INT(vics_rejected(&vics), 0);
    CHECK_INT(vics.entries[0].location_count, 2);
    CHECK_STR(vics.entries[1].series, "s");
}

TEST(cases_and_media_in_one_list_after_damage)
{
    VICS_READ(vics,
              STR("{\"value\":[{\"CaseID\":\"c\",\"Media\":[{\"MediaID\":1,\"MD5\":\"" MD5_A
                  "\"}]},{\"MediaID\":2,\"MD5\":\"" MD5_A "\",x},{\"MediaID\":3,\"MD5\":\"" MD5_A
                  "\"},{\"CaseID\":\"d\",\"Media\":[{\"MediaID\":4,\"MD5\":\"" MD5_A
                  "\",x},{\"MediaID\":5,\"MD5\":\"" MD5_A "\"}]}]}"));
    REQUIRE(vics.count == 3);
    CHECK_STR(vics.entries[2].id, "5");
    CHECK_INT(vics.report.rejected[REJECT_DAMAGED], 2);
}

TEST(an_envelope_at_the_end_of_a_long_file_is_found)
{
    StrBuf text = STRBUF(1 << 20);
    strbuf_put(&text, STR("{\"value\":[{\"MediaID\":1,\"Category\":1,\"MD5\":\"" MD5_A "\"}"));
    while (text.len < 3 * FORMAT_WINDOW)
        strbuf_put(&text, STR(",{\"MediaID\":2,\"Category\":1,\"MD5\":\"" MD5_A "\"}"));
    strbuf_put(&text, STR("]," CONTEXT_20("US", "Media") "}"));
    char path[4096];
    snprintf(path, sizeof path, "%s/late.json", t_folder());
    REQUIRE(file_replace(path, strbuf_str(&text), false, NULL) == ERR_OK);
    _cleanup_close_ int fd = -1;
    REQUIRE(file_open_read(path, &fd, NULL) == ERR_OK);
    FdSource source;
    fd_source_init(&source, fd, STR("late"));
    FormatInput input = {.source = &source.source, .fd = fd};
    _cleanup_(format_freep) FormatReader *reader = NULL;
    REQUIRE(format_open(&input, &reader, NULL) == ERR_OK);
    ListEntry entry;
    bool has = true;
    uint64_t count = 0;
    for (; has; count += has) {
        REQUIRE(format_next(reader, &entry, &has, NULL) == ERR_OK);
        if (has)
            CHECK_STR(entry.scheme, "vic-us");
    }
    CHECK_INT(count, format_report(reader)->records);
    CHECK(count > 2000);
    strbuf_done(&text);
}

TEST(trap_13_photodna_is_carried_and_nothing_else)
{
    char zeros[193] = {0};
    memset(zeros, 'A', 192);
    char text[2048];
    snprintf(text, sizeof text,
             HASH_SET("{\"MediaID\":1,\"PhotoDNA\":\"%s\",\"MD5\":\"" MD5_A "\"},"
                      "{\"MediaID\":2,\"PhotoDNA\":\"%s\"},"
                      "{\"MediaID\":3,\"PhotoDNA\":\"AAAA\",\"MD5\":\"" MD5_A "\"},"
                      "{\"MediaID\":4,\"MD5\":\"" MD5_A "\",\"AlternativeHashes\":[{\"HashValue\":"
                      "\"%s\",\"MD5\":\"x\",\"HashName\":\"photodna\"},{\"HashName\":\"Other\","
                      "\"HashValue\":\"zz\"},{\"HashName\":\"PDQ\",\"HashValue\":"
                      "\"/wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE=\"}]}"),
             zeros, zeros, zeros);
    VICS_READ(vics, str_from(text));
    REQUIRE(vics.count == 3);
    CHECK_INT(vics.entries[0].has, ENTRY_MD5 | ENTRY_PHOTODNA);
    CHECK(vics.entries[0].photodna != NULL && vics.entries[0].photodna[143] == 0);
    CHECK_INT(vics.entries[1].has, ENTRY_MD5);
    CHECK_INT(vics.entries[2].has, ENTRY_MD5 | ENTRY_PHOTODNA | ENTRY_PDQ);
    CHECK_INT(vics.entries[2].pdq.bytes[31], 1);
    CHECK_INT(vics.report.rejected[REJECT_BAD_PHOTODNA], 1);
    CHECK_INT(vics.report.rejected[REJECT_NO_HASH], 1);
}

TEST(trap_14_paths_that_lead_outside)
{
    VICS_READ(vics,
              STR(HASH_SET("{\"MD5\":\"" MD5_A "\",\"RelativeFilePath\":\"..\\\\..\\\\x.jpg\"},"
                           "{\"MD5\":\"" MD5_A "\",\"RelativeFilePath\":\"C:\\\\x.jpg\"},"
                           "{\"MD5\":\"" MD5_A "\",\"RelativeFilePath\":\"a/x.jpg\"},"
                           "{\"MD5\":\"" MD5_A "\",\"MediaFiles\":[{\"FilePath\":"
                           "\"a\\\\..\\\\..\\\\b\"},{\"FilePath\":\"C:\\\\DCIM\\\\1.jpg\"}]}")));
    CHECK_INT(vics.count, 4);
    CHECK_INT(vics.report.rejected[REJECT_BAD_PATH], 3);
    CHECK_STR(vics.entries[0].locations[0].path, "..\\..\\x.jpg");
    CHECK_INT(vics.report.places[REJECT_BAD_PATH][1].record, 2);
}

TEST(trap_15_envelopes_out_of_order_and_with_more_members)
{
    static const char *const TEXTS[] = {
        "{\"value\":[{\"MediaID\":1,\"Category\":1,\"MD5\":\"" MD5_A
        "\"}]," CONTEXT_20("US", "Media") "}",
        "{\"x\":{\"y\":[1,{}]},\"$schema\":\"z\"," CONTEXT_20(
            "US",
            "Media") ",\"@odata.count\":1,\"value\":[{\"MediaID\":1,\"Category\":1,\"MD5\":\"" MD5_A
                     "\",\"New\":{\"a\":[1]}}],\"after\":null}",
    };
    for (size_t i = 0; i < 2; i++) {
        VICS_READ(vics, str_from(TEXTS[i]));
        REQUIRE(vics.count == 1);
        CHECK_INT(vics.report.kind, FORMAT_VICS20);
        CHECK_STR(vics.entries[0].scheme, "vic-us");
    }
}

TEST(without_an_envelope_the_shape_tells_and_no_scheme_is_guessed)
{
    static const struct {
        const char *text;
        FormatKind kind;
        bool is_case;
    } CASES[] = {
        {"[{\"MediaID\":1,\"Category\":1,\"MD5\":\"" MD5_A "\"}]", FORMAT_VICS20, false},
        {"{\"value\":[{\"MediaID\":1,\"Category\":1,\"MD5\":\"" MD5_A "\"}]}", FORMAT_VICS20,
         false},
        {"{\"CaseID\":\"c\",\"Media\":[{\"MediaID\":1,\"Category\":1,\"MD5\":\"" MD5_A "\"}]}",
         FORMAT_VICS20, true},
        {"[{\"CaseID\":\"c\",\"Media\":[{\"MediaID\":1,\"Category\":1,\"MD5\":\"" MD5_A "\"}]}]",
         FORMAT_VICS20, true},
        {"{\"value\":[{\"odata.id\":\"x\",\"MediaID\":1,\"Category\":1,\"MD5\":\"" MD5_A "\"}]}",
         FORMAT_VICS13, false},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        VICS_READ(vics, str_from(CASES[i].text));
        CHECK_INT(vics.report.kind, CASES[i].kind);
        CHECK_INT(vics.report.is_case, CASES[i].is_case);
        REQUIRE(vics.count == 1);
        CHECK_STR(vics.entries[0].scheme, "");
        CHECK_STR(vics.entries[0].category, "1");
    }
}

TEST(other_json_is_not_taken_for_vics)
{
    static const char *const TEXTS[] = {"{}",
                                        "[]",
                                        "[1,2]",
                                        "{\"MD5\":\"" MD5_A "\"}",
                                        "{\"MD5\":\"" MD5_A "\",\"SHA-1\":\"" SHA1_A "\"}\n",
                                        "{\"value\":[{\"id\":1}]}",
                                        "null",
                                        "{\"value\":"};
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++) {
        VicsFixture vics;
        vics_read(&vics, str_from(TEXTS[i]), 4096, 0, (Str){0}, (Str){0});
        CHECK(vics.report.kind != FORMAT_VICS20);
        vics_done(&vics);
    }
}
