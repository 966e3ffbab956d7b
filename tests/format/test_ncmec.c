// NCMEC hash-sharing XML: entries, tombstones, damage that costs one record, refused entities.
#include "list_check.h"

#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<queryResult xmlns=\"urn:x\">\n"
#define IMAGE(id, body) "<image><id>" id "</id>" body "</image>\n"
#define PRINTS(body) "<fingerprints>" body "</fingerprints>"
#define MD5_PRINT PRINTS("<md5>" MD5_ABC "</md5>")

TEST(entries_with_everything)
{
    LIST(list,
         STR(HEAD
             "<images count=\"1\"><image><member id=\"42\">Example &amp; Co</member>"
             "<timestamp>2026-01-02T15:00:00Z</timestamp><id>image1</id>"
             "<classification> a1 </classification><unknown><md5>zz</md5></unknown>" PRINTS(
                 "<md5>" MD5_ABC "</md5><sha1>" SHA1_ABC "</sha1><sha256>" SHA256_ABC
                 "</sha256><pdq>" PDQ_A
                 "</pdq><tmk-pdqf>x</tmk-pdqf>") "<feedback><negativeFeedback "
                                                 "type=\"Sha1\"><members><member id=\"9\">Other"
                                                 "</member></members><id>no</id></"
                                                 "negativeFeedback></feedback></image></images>"
                                                 "<videos><video><id>v1</id><member "
                                                 "id=\"7\"/><classification>C9"
                                                 "</classification>" MD5_PRINT
                                                 "</video><deletedVideo><id>v2</id>"
                                                 "</deletedVideo><deletedImage/></"
                                                 "videos><paging><next>/x?a=1&amp;b=2</next>"
                                                 "</paging></queryResult>"),
         FORMAT_NCMEC_XML);
    CHECK(list_next(&list));
    CHECK_STR(list.entry.id, "image1");
    CHECK_STR(list.entry.issuer, "Example & Co");
    CHECK_STR(list.entry.updated, "2026-01-02T15:00:00Z");
    CHECK_STR(list.entry.scheme, "esp-industry");
    CHECK_STR(list.entry.scheme_version, "1");
    CHECK_STR(list.entry.category, "A1");
    CHECK_STR(list.entry.media_type, "image");
    CHECK_INT(list.entry.has, ENTRY_MD5 | ENTRY_SHA1 | ENTRY_SHA256 | ENTRY_PDQ);
    CHECK(list_next(&list));
    CHECK_STR(list.entry.id, "v1");
    CHECK_STR(list.entry.issuer, "7");
    CHECK_STR(list.entry.category, "");
    CHECK_STR(list.entry.media_type, "video");
    CHECK(list_next(&list));
    CHECK_STR(list.entry.id, "v2");
    CHECK_INT(list.entry.has, ENTRY_DELETED);
    CHECK(!list_next(&list));
    CHECK_REJECTED(list, BAD_CATEGORY, 1);
    CHECK_REJECTED(list, NO_HASH, 1); // a deletion of nothing
    CHECK_REJECTED(list, DAMAGED, 0);
    CHECK_REJECTED(list, TRUNCATED, 0);
    CHECK_INT(format_report(list.reader)->records, 4);
}

TEST(prefixes_and_photodna_in_both_forms)
{
    _cleanup_strbuf_ StrBuf xml = STRBUF(10000);
    uint8_t bytes[144];
    memset(bytes, 0x5A, sizeof bytes);
    strbuf_put_text(&xml, "<h:queryResult xmlns:h='urn:x'><h:image><h:id>1</h:id><h:fingerprints>"
                          "<h:md5>" MD5_ABC "</h:md5><h:pdna>");
    base64_put(&xml, bytes, sizeof bytes);
    strbuf_put_text(&xml, "</h:pdna></h:fingerprints></h:image><h:image><h:id>2</h:id>"
                          "<h:fingerprints><h:pdna>");
    hex_put(&xml, bytes, sizeof bytes);
    strbuf_put_text(&xml, "</h:pdna><h:sha1>" SHA1_ABC "</h:sha1></h:fingerprints></h:image>"
                          "</h:queryResult>");
    LIST(list, strbuf_str(&xml), FORMAT_NCMEC_XML);
    for (int i = 0; i < 2; i++) {
        CHECK(list_next(&list));
        CHECK((list.entry.has & ENTRY_PHOTODNA) != 0);
        CHECK_INT(list.entry.photodna[143], 0x5A);
    }
    CHECK(!list_next(&list));
}

TEST(damage_in_a_record_costs_that_record)
{
    const char *text = HEAD "<images>" IMAGE(
        "1",
        MD5_PRINT) "<image><id>2</id><fingerprints><md5>" MD5_ABC
                   "</mdfive></fingerprints></image>\n" IMAGE(
                       "3",
                       MD5_PRINT) "<image><id>4 & 5</id></image>" IMAGE("6",
                                                                        MD5_PRINT) "</images></"
                                                                                   "queryResult>";
    LIST(list, str_from(text), FORMAT_NCMEC_XML);
    CHECK(list_next(&list));
    CHECK_STR(list.entry.id, "1");
    CHECK(list_next(&list));
    CHECK_STR(list.entry.id, "3");
    CHECK(list_next(&list));
    CHECK_STR(list.entry.id, "6");
    CHECK(!list_next(&list));
    CHECK_REJECTED(list, DAMAGED, 2);
    CHECK_INT(format_report(list.reader)->records, 5);
    // The parser says the place behind `</` and behind `& `.
    int64_t at = strstr(text, "</mdfive") - text;
    int64_t said = format_report(list.reader)->places[REJECT_DAMAGED][0].offset;
    CHECK(said >= at && said <= at + 2);
    at = strstr(text, "& 5") - text;
    said = format_report(list.reader)->places[REJECT_DAMAGED][1].offset;
    CHECK(said >= at && said <= at + 2);
    CHECK_INT(format_report(list.reader)->places[REJECT_DAMAGED][1].record, 4);
}

TEST(a_broken_opening_tag_is_counted_too)
{
    LIST(list,
         STR(HEAD "<images>" IMAGE("1", "<&>") "<image =><id>2</id>" MD5_PRINT "</image>" IMAGE(
             "3", MD5_PRINT) "</images></queryResult>"),
         FORMAT_NCMEC_XML);
    CHECK(list_next(&list));
    CHECK_STR(list.entry.id, "3");
    CHECK(!list_next(&list));
    CHECK_REJECTED(list, DAMAGED, 2);
    CHECK_INT(format_report(list.reader)->records, 2); // the second never began
}

TEST(a_missing_tail_keeps_what_was_read)
{
    LIST(in_record, STR(HEAD "<images>" IMAGE("1", MD5_PRINT) "<image><id>2</id><finger"),
         FORMAT_NCMEC_XML);
    CHECK_INT(list_rest(&in_record), 1);
    CHECK_REJECTED(in_record, TRUNCATED, 1);
    CHECK_INT(format_report(in_record.reader)->records, 2);
    LIST(between, STR(HEAD "<images>" IMAGE("1", MD5_PRINT)), FORMAT_NCMEC_XML);
    CHECK_INT(list_rest(&between), 1);
    CHECK_REJECTED(between, TRUNCATED, 1);
    CHECK_INT(format_report(between.reader)->records, 1);
}

TEST(several_pages_in_one_file)
{
    LIST(list,
         STR(HEAD IMAGE("1", MD5_PRINT) "</queryResult>\n" HEAD IMAGE(
             "2", MD5_PRINT) "</queryResult>" HEAD
                             "<images>" IMAGE("3", MD5_PRINT) "</images></queryResult>"),
         FORMAT_NCMEC_XML);
    CHECK_INT(list_rest(&list), 3);
    CHECK_REJECTED(list, DAMAGED, 0);
    CHECK_REJECTED(list, TRUNCATED, 0);
}

TEST(encodings)
{
    LIST(latin,
         STR("<?xml version=\"1.0\" encoding=\"windows-1252\"?><queryResult><image><id>1</id>"
             "<member>\xE9</member>" MD5_PRINT "</image></queryResult>"),
         FORMAT_NCMEC_XML);
    CHECK(list_next(&latin));
    CHECK_STR(latin.entry.issuer, "\xC3\xA9");
    LIST(mislabelled,
         STR("<?xml version=\"1.0\" encoding=\"utf-16\"?><queryResult>" IMAGE("1", MD5_PRINT)
                 IMAGE("2", MD5_PRINT) "</queryResult>"),
         FORMAT_NCMEC_XML);
    CHECK_INT(list_rest(&mislabelled), 2);
    CHECK_REJECTED(mislabelled, DAMAGED, 0);
    static const char PLAIN[] = HEAD IMAGE("1", MD5_PRINT) "<image><id></image></queryResult>";
    _cleanup_strbuf_ StrBuf wide = STRBUF(10000);
    strbuf_put_text(&wide, "\xFF\xFE");
    for (size_t i = 0; i + 1 < sizeof PLAIN; i++) {
        strbuf_put_byte(&wide, PLAIN[i]);
        strbuf_put_byte(&wide, '\0');
    }
    LIST(utf16, strbuf_str(&wide), FORMAT_NCMEC_XML);
    CHECK_INT(list_rest(&utf16), 1);
    CHECK_REJECTED(utf16, DAMAGED, 1);
    CHECK_PLACE(utf16, DAMAGED, 0, -1, 2);
}

TEST(entities_of_its_own_are_refused)
{
    LIST(list,
         STR("<?xml version=\"1.0\"?><!DOCTYPE queryResult [<!ENTITY a \"aaaaaaaaaa\">"
             "<!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">]><queryResult><image><id>&b;</id>"
             "</image></queryResult>"),
         FORMAT_NCMEC_XML);
    bool has;
    CHECK_ERR(format_next(list.reader, &list.entry, &has, &list.diag), ERR_UNSUPPORTED);
    CHECK(strstr(list.diag.msgid, "DOCTYPE") != NULL);
}

TEST(tokens_depth_and_values_without_end_are_bounded)
{
    _cleanup_strbuf_ StrBuf xml = STRBUF(16 << 20);
    strbuf_put_text(&xml, HEAD "<image><id>1</id><x>");
    for (int i = 0; i < 100000; i++)
        strbuf_put_text(&xml, "<y>");
    strbuf_put_text(&xml, IMAGE("2", MD5_PRINT) "<image><id>");
    for (int i = 0; i < 10000; i++)
        strbuf_put_text(&xml, "long");
    strbuf_put_text(&xml, "</id>" MD5_PRINT "</image><!-- ");
    for (int i = 0; i < 1 << 19; i++)
        strbuf_put_text(&xml, "no end ");
    strbuf_put_text(&xml, IMAGE("4", MD5_PRINT));
    LIST(list, strbuf_str(&xml), FORMAT_NCMEC_XML);
    CHECK(list_next(&list));
    CHECK_STR(list.entry.id, "2");
    CHECK(list_next(&list));
    CHECK_STR(list.entry.id, "");
    CHECK(list_next(&list));
    CHECK_STR(list.entry.id, "4");
    CHECK(!list_next(&list));
    CHECK(format_report(list.reader)->rejected[REJECT_DAMAGED] >= 2);
}
