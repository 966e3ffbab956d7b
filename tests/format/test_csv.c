// Rows and fields of delimited text: quotes, encodings, places, and what damage costs.
#include "format/csv.h"
#include "format/limits.h"
#include "t.h"

typedef struct Table {
    MemorySource source;
    CsvReader *reader;
    CsvRow row;
} Table;

static void table_done(Table *table) {
    csv_reader_free(table->reader);
}

#define TABLE(name, content, delimiter) \
    _cleanup_(table_done) Table name = {0}; \
    memory_source_init(&name.source, content, STR("table")); \
    REQUIRE(csv_reader_new(&name.source.source, delimiter, &name.reader) == ERR_OK)

static bool table_next(Table *table) {
    bool has = false;
    CHECK_OK(csv_next(table->reader, &table->row, &has, NULL));
    return has;
}

// The row's fields with bars between them.
static Str joined(const Table *table) {
    static char text[4096];
    size_t n = 0;
    for (size_t i = 0; i < table->row.count; i++) {
        if (i > 0)
            text[n++] = '|';
        memcpy(text + n, table->row.fields[i].ptr, table->row.fields[i].len);
        n += table->row.fields[i].len;
    }
    return str_of(text, n);
}

#define CHECK_ROW(table, expected, at) \
    do { \
        CHECK(table_next(&table)); \
        CHECK_STR(joined(&table), expected); \
        CHECK_INT(table.row.offset, at); \
    } while (0)

TEST(fields_are_split_and_unquoted)
{
    TABLE(t, STR("a,b,,c\r\n\"x\",\"y \"\"z\"\"\",\"1,2\"\r\n,\n"), ',');
    CHECK_ROW(t, "a|b||c", 0);
    CHECK_ROW(t, "x|y \"z\"|1,2", 8);
    CHECK_ROW(t, "|", 29);
    CHECK(!table_next(&t));
}

TEST(a_line_end_inside_quotes_belongs_to_the_field)
{
    TABLE(t, STR("1;\"two\r\nlines\n\";3\n\n  \nnext"), ';');
    CHECK_ROW(t, "1|two\r\nlines\n|3", 0);
    CHECK_ROW(t, "next", 22);
    CHECK(!table_next(&t));
}

TEST(old_line_ends_and_no_line_end)
{
    TABLE(t, STR("a,b\rc,d\re"), ',');
    CHECK_ROW(t, "a|b", 0);
    CHECK_ROW(t, "c|d", 4);
    CHECK_ROW(t, "e", 8);
    CHECK(!table_next(&t));
}

TEST(marks_and_utf16_keep_places_in_bytes_of_the_file)
{
    TABLE(marked,
          STR("\xEF\xBB\xBF"
              "a\tb\nc"),
          '\t');
    CHECK_ROW(marked, "a|b", 3);
    CHECK_ROW(marked, "c", 7);
    // U+1F600 takes four bytes in either encoding, é two.
    TABLE(wide, STR("\xFF\xFE\x3D\xD8\x00\xDE,\0\xE9\0\n\0c\0"), ',');
    CHECK_ROW(wide, "\xF0\x9F\x98\x80|\xC3\xA9", 2);
    CHECK_ROW(wide, "c", 12);
    CHECK(!table_next(&wide));
    TABLE(big, STR("\xFE\xFF\0a\0,\0b\0\n\0c"), ',');
    CHECK_ROW(big, "a|b", 2);
    CHECK_ROW(big, "c", 10);
}

TEST(a_quote_that_does_not_close_costs_its_line_only)
{
    TABLE(t, STR("\"a,b\nc,d\ne,f\n"), ',');
    CHECK_ROW(t, "\"a|b", 0);
    CHECK_INT(t.row.fault, CSV_CUT_OFF);
    CHECK_ROW(t, "c|d", 5);
    CHECK_INT(t.row.fault, CSV_WHOLE);
    CHECK_ROW(t, "e|f", 9);
    CHECK(!table_next(&t));
}

TEST(text_behind_a_closing_quote_is_a_fault)
{
    TABLE(t, STR("\"a\"b,c\n\"d\" ,e\n"), ',');
    CHECK_ROW(t, "\"a\"b|c", 0);
    CHECK_INT(t.row.fault, CSV_BAD_QUOTE);
    CHECK_ROW(t, "d|e", 7);
    CHECK_INT(t.row.fault, CSV_WHOLE);
}

TEST(rows_and_columns_beyond_the_limit_are_passed_over)
{
    _cleanup_strbuf_ StrBuf content = STRBUF(8 << 20);
    strbuf_put_text(&content, "a,b\n");
    for (int i = 0; i < 3 * (TEXT_LINE_MAX / 8); i++)
        strbuf_put_text(&content, "12345678");
    strbuf_put_text(&content, "\nc,d\n");
    uint64_t many = content.len;
    for (int i = 0; i <= CSV_COLUMNS_MAX; i++)
        strbuf_put_text(&content, "x,");
    strbuf_put_text(&content, "\ne\n");
    TABLE(t, strbuf_str(&content), ',');
    CHECK_ROW(t, "a|b", 0);
    CHECK_ROW(t, "", 4);
    CHECK_INT(t.row.fault, CSV_TOO_LONG);
    CHECK_ROW(t, "c|d", many - 4);
    CHECK_ROW(t, "", many);
    CHECK_INT(t.row.fault, CSV_TOO_LONG);
    CHECK(table_next(&t));
    CHECK_STR(joined(&t), "e");
}

TEST(the_delimiter_of_a_line)
{
    CHECK_INT(csv_delimiter_of(STR("a;b;c,d")), ';');
    CHECK_INT(csv_delimiter_of(STR("a\tb")), '\t');
    CHECK_INT(csv_delimiter_of(STR("\"a;b;c\",d")), ',');
    CHECK_INT(csv_delimiter_of(STR("a")), ',');
}

TEST(fields_written_come_back_and_formulas_are_disarmed)
{
    _cleanup_strbuf_ StrBuf out = STRBUF(1000);
    csv_put_field(&out, STR("plain"), ',');
    strbuf_put_byte(&out, ',');
    csv_put_field(&out, STR("a \"b\", c\n"), ',');
    strbuf_put_byte(&out, ',');
    csv_put_field(&out, STR("=1+1"), ',');
    CHECK_STR(strbuf_str(&out), "plain,\"a \"\"b\"\", c\n\",\"'=1+1\"");
    TABLE(t, strbuf_str(&out), ',');
    CHECK_ROW(t, "plain|a \"b\", c\n|'=1+1", 0);
}
