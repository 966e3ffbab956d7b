// Tables: alignment by display width, shortening, directions, hostile cells.
#include "cli/table.h"

#include "t.h"

static void fill(Table *table) {
    table_column(table, "File", TABLE_START);
    table_column(table, "Size", TABLE_END);
    table_cell_ident(table, STR("/a/b.jpg"));
    table_cell_int(table, 1234);
    table_cell_ident(table, STR("/写真/é\x1b.jpg"));
    table_cell_int(table, 5);
}

TEST(columns_align_by_display_width)
{
    StrBuf out = STRBUF(1000);
    Table *table = table_new(lang_get(STR("en")), 0);
    fill(table);
    CHECK_OK(table_put(table, &out));
    CHECK_STR(strbuf_str(&out), "File              Size\n"
                                "/a/b.jpg         1,234\n"
                                "/写真/é\\x1B.jpg      5\n");
    table_free(table);
    strbuf_done(&out);
}

TEST(long_cells_are_shortened_on_a_terminal)
{
    StrBuf out = STRBUF(1000);
    Table *table = table_new(lang_get(STR("en")), 24);
    table_column(table, NULL, TABLE_START);
    table_column(table, NULL, TABLE_START);
    table_column(table, NULL, TABLE_END);
    table_cell_ident(table, STR("/a/very/long/path/to/写真.jpg"));
    table_cell_text(table, STR("words that are long"));
    table_cell_bytes(table, 5);
    CHECK_OK(table_put(table, &out));
    CHECK_STR(strbuf_str(&out), "…真.jpg   words t…  5 bytes\n");
    table_free(table);
    strbuf_done(&out);
}

TEST(rows_run_from_the_right_where_the_language_does)
{
    StrBuf out = STRBUF(1000);
    Table *table = table_new(lang_get(STR("ar-MA")), 0);
    fill(table);
    CHECK_OK(table_put(table, &out));
    CHECK(str_has_prefix(strbuf_str(&out), STR("\u200f\u2068")));
    CHECK(str_find(strbuf_str(&out), STR("\n\u200f\u2068/a/b.jpg\u2069 ")) > 0);
    CHECK(str_find(strbuf_str(&out), STR("\u20681.234\u2069\n")) > 0);
    table_free(table);
    strbuf_done(&out);
}

TEST(failures_are_kept)
{
    StrBuf out = STRBUF(1000);
    Table *table = table_new(lang_get(STR("en")), 0);
    for (int i = 0; i < 20; i++)
        table_column(table, "x", TABLE_START);
    CHECK_ERR(table_put(table, &out), ERR_LIMIT);
    table_free(table);
    strbuf_done(&out);
}
