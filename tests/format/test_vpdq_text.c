// Videos from text: the public form, one record a file, and the lines of `seventh hash --json`.
#include "list_check.h"

#define HASH_B "f0f0cccc3333aaaa555396966969f00f0ff0c33cac5a5aa53cc369960ff033cc"

TEST(a_file_is_one_video)
{
    LIST(list,
         STR("# frames\r\n0,100," PDQ_A ",0.000\r\n25,49," HASH_B ",1.001\r\n"
             "50,0," PDQ_A ",2.002\r\n"),
         FORMAT_VPDQ_TEXT);
    CHECK(list_next(&list));
    CHECK_INT(list.entry.has, ENTRY_VPDQ);
    CHECK_STR(list.entry.id, "list");
    CHECK_STR(list.entry.media_type, "video");
    REQUIRE(list.entry.frame_count == 3);
    CHECK_INT(list.entry.frames[1].number, 25);
    CHECK_INT(list.entry.frames[1].quality, 49);
    CHECK_INT(list.entry.frames[2].time_ms, 2002);
    CHECK_STR(list_hex(list.entry.frames[1].hash.bytes, PDQ_BYTES), HASH_B);
    CHECK(!list_next(&list));
    CHECK_INT(format_report(list.reader)->records, 1);
}

TEST(all_three_forms_are_known)
{
    LIST(python, STR("0," PDQ_A ",100,0.0\n1," HASH_B ",77,1.0\n"), FORMAT_VPDQ_TEXT);
    CHECK(list_next(&python));
    REQUIRE(python.entry.frame_count == 2);
    CHECK_INT(python.entry.frames[1].quality, 77);
    LIST(compact, STR(PDQ_A ",100,0.000\n" HASH_B ",60,1.000"), FORMAT_VPDQ_TEXT);
    CHECK(list_next(&compact));
    REQUIRE(compact.entry.frame_count == 2);
    CHECK_INT(compact.entry.frames[1].number, 1);
}

TEST(hashes_with_other_columns_are_no_video)
{
    LIST(pdq, STR(PDQ_A ",100,name\n" PDQ_A ",60,other\n"), FORMAT_PDQ_TEXT);
    LIST(numbers, STR(PDQ_A ",100,7\n" PDQ_A ",60,8\n"), FORMAT_PDQ_TEXT);
    LIST(table, STR("id,quality,pdq,length\n1,100," PDQ_A ",7.5\n"), FORMAT_CSV);
}

TEST(a_bad_line_costs_that_picture)
{
    LIST(list,
         STR("0,100," PDQ_A ",0.000\n1,100," PDQ_A ",1.000\n2,101," PDQ_A
             ",2.000\nnothing\n4,100," PDQ_A ",4.000\n"),
         FORMAT_VPDQ_TEXT);
    CHECK(list_next(&list));
    CHECK_INT(list.entry.frame_count, 3);
    CHECK_REJECTED(list, BAD_FRAME, 2);
    CHECK_PLACE(list, BAD_FRAME, 1, 3 * 77, 1);
    CHECK(!list_next(&list));
}

#define FRAME(number, hash, time) \
    "{\"frame\":" number ",\"quality\":88,\"hash\":\"" hash "\",\"time\":" time "}"

TEST(own_lines_keep_everything)
{
    LIST(list,
         STR("{\"path\":\"a/b.mp4\",\"size\":17,\"media_type\":\"video/mp4\",\"width\":160,"
             "\"height\":120,\"sha256\":\"" SHA256_ABC "\",\"duration\":2.500,\"vpdq\":"
             "[" FRAME("0", PDQ_A, "0.000") "," FRAME(
                 "25", HASH_B, "1.001") "]}\n\n"
                                        "{\"path\":\"c.jpg\",\"size\":3,\"media_type\":\"image/"
                                        "jpeg\",\"md5\":\"" MD5_ABC "\",\"pdq\":\"" PDQ_A
                                        "\",\"quality\":90,\"id\":\"7\",\"scheme\":\"vic-us\","
                                        "\"category\":\"1\"}\n"),
         FORMAT_OWN_LINES);
    CHECK(list_next(&list));
    CHECK_INT(list.entry.has, ENTRY_SHA256 | ENTRY_SIZE | ENTRY_DIMENSIONS | ENTRY_VPDQ);
    CHECK_INT(list.entry.height, 120);
    CHECK_STR(list.entry.media_type, "video/mp4");
    REQUIRE(list.entry.frame_count == 2 && list.entry.location_count == 1);
    CHECK_STR(list.entry.locations[0].path, "a/b.mp4");
    CHECK_INT(list.entry.frames[1].number, 25);
    CHECK_INT(list.entry.frames[1].time_ms, 1001);
    CHECK_INT(list.entry.frames[1].quality, 88);
    CHECK(list_next(&list));
    CHECK_INT(list.entry.has, ENTRY_MD5 | ENTRY_SIZE | ENTRY_PDQ);
    CHECK_INT(list.entry.pdq_quality, 90);
    CHECK_STR(list.entry.id, "7");
    CHECK_STR(list.entry.category, "1");
    CHECK_INT(list.entry.frame_count, 0);
    CHECK(!list_next(&list));
    CHECK_INT(format_report(list.reader)->records, 2);
}

TEST(a_damaged_own_line_costs_that_line)
{
#define GOOD "{\"path\":\"c\",\"size\":3,\"md5\":\"" MD5_ABC "\"}\n"
    LIST(list,
         STR(GOOD "{\"path\":\"c\",\"vpdq\":[" FRAME(
             "0", PDQ_A,
             "0.000") ",{]}\n" GOOD
                      "{\"path\":\"c\",\"size\":3,\"vpdq\":[1,[2],{\"hash\":\"x\"}," FRAME(
                          "-1", PDQ_A, "0.000") "," FRAME("1", PDQ_A,
                                                          "0.5") "]} \n" GOOD
                                                                 "{\"path\":\"c\",\"md5\":\"9001"),
         FORMAT_OWN_LINES);
    CHECK_INT(list_rest(&list), 4);
    CHECK_REJECTED(list, DAMAGED, 1);
    CHECK_REJECTED(list, TRUNCATED, 1);
    CHECK_REJECTED(list, BAD_FRAME, 4);
    CHECK_PLACE(list, DAMAGED, 0, (int64_t)sizeof GOOD - 1, 2);
}

TEST(a_line_longer_than_any_buffer)
{
    _cleanup_strbuf_ StrBuf text = STRBUF(8 << 20);
    strbuf_put_text(&text, "{\"path\":\"long.mkv\",\"size\":1,\"vpdq\":[");
    for (int i = 0; i < 20000; i++)
        strbuf_printf(&text, "%s" FRAME("%d", PDQ_A, "%d.040"), i > 0 ? "," : "", i, i);
    strbuf_put_text(&text, "]}\n" GOOD);
    CHECK_OK(strbuf_err(&text));
    LIST(list, strbuf_str(&text), FORMAT_OWN_LINES);
    CHECK(list_next(&list));
    REQUIRE(list.entry.frame_count == 20000);
    CHECK_INT(list.entry.frames[19999].time_ms, 19999040);
    CHECK(list_next(&list));
    CHECK_INT(list.entry.has, ENTRY_MD5 | ENTRY_SIZE);
    CHECK(!list_next(&list));
}
