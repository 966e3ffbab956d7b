// The VICS reader at the edges: pieces of every size, a document cut at every byte, and input made
// to hurt. What is read never depends on the pieces.
#include "base/clock.h"
#include "format/limits.h"
#include "t.h"
#include "vics_fixture.h"

#define MD5_A "900150983CD24FB0D6963F7D28E17F72"
#define HEAD \
    "{\"@odata.context\":\"http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/US/" \
    "$metadata#Cases\",\"value\":[{\"CaseID\":\"c\",\"ContactOrganization\":\"X\",\"Media\":["

static const char DOCUMENT[] =
    "\xEF\xBB\xBF" HEAD "{\"MediaID\":1,\"Category\":1,\"MD5\":\"" MD5_A
    "\",\"Series\":\"a\\u00e9\\ud83d\\ude00 \xC3\xA9\","
    "\"Miniature\":\"////\",\"MediaFiles\":[{\"FileName\":\"x\",\"FilePath\":\"a\\\\b\"}]},\n  "
    "{\"MediaID\":2,\"MD5\":\"" MD5_A "\",\"Series\":\"a \"b\" c\",\"IsDistributed\":\"true\"\"},"
    "{\"MediaID\":3,\"MD5\":\"" MD5_A "\",\"Series\":oops,\"Exifs\":[{\"PropertyName\":\"Make\","
    "\"PropertyValue\":\"Cam\"}]},{\"MediaID\":4,\"MD5\":\"" MD5_A "\",\"Series\":\"caf\xE9\"},"
    "{\"MediaID\":5,\"MD5\":\"" MD5_A
    "\",\"RelativeFilePath\":\"C:\\Users\\\",\"Category\":2}]}]}\n";

static void dump_in_pieces(StrBuf *out, Str text, size_t piece, uint64_t seed) {
    VicsFixture vics;
    vics_read(&vics, text, piece, seed, (Str){0}, (Str){0});
    vics_dump(out, &vics);
    vics_done(&vics);
}

static void check_pieces(Str text) {
    _cleanup_strbuf_ StrBuf whole = STRBUF(64 << 20);
    dump_in_pieces(&whole, text, SIZE_MAX, 0);
    for (size_t piece = 1; piece <= 17; piece++) {
        _cleanup_strbuf_ StrBuf cut = STRBUF(64 << 20);
        dump_in_pieces(&cut, text, piece, 0);
        CHECK_STR(strbuf_str(&cut), strbuf_text(&whole));
    }
    for (uint64_t seed = t_seed(); seed < t_seed() + 20; seed++) {
        _cleanup_strbuf_ StrBuf cut = STRBUF(64 << 20);
        dump_in_pieces(&cut, text, 300, seed);
        CHECK_STR(strbuf_str(&cut), strbuf_text(&whole));
    }
}

TEST(pieces_of_every_size_read_the_same)
{
    Str text = str_of(DOCUMENT, sizeof DOCUMENT - 1);
    check_pieces(text);
    _cleanup_strbuf_ StrBuf wide = STRBUF(1 << 20);
    vics_utf16_put(&wide, str_from_index(text, 3), false);
    check_pieces(strbuf_str(&wide));
}

// Records of all lengths around the window's, so that every kind of token meets its edge.
TEST(tokens_at_the_edge_of_the_window)
{
    for (size_t shift = 0; shift < 400; shift += 7) {
        _cleanup_strbuf_ StrBuf text = STRBUF(4 << 20), whole = STRBUF(64 << 20),
                                cut = STRBUF(64 << 20);
        strbuf_put(&text, STR(HEAD));
        while (text.len < JSON_WINDOW - 1200)
            strbuf_put(&text, STR("{\"MediaID\":1,\"MD5\":\"" MD5_A "\"},"));
        strbuf_put(&text, STR("{\"Tags\":\""));
        while (text.len < JSON_WINDOW - 700 + shift)
            strbuf_put_byte(&text, 'x');
        strbuf_put(&text, STR("\",\"MD5\":\"" MD5_A "\"},"));
        strbuf_put(&text, str_from_index(str_of(DOCUMENT, sizeof DOCUMENT - 1), sizeof HEAD + 2));
        dump_in_pieces(&whole, strbuf_str(&text), SIZE_MAX, 0);
        dump_in_pieces(&cut, strbuf_str(&text), 1000, 1);
        REQUIRE(str_equal(strbuf_str(&cut), strbuf_str(&whole)));
        CHECK(str_find(strbuf_str(&whole), STR("series=a \"b\" c")) > 0);
    }
}

TEST(a_document_cut_at_every_byte_is_read_up_to_there)
{
    for (size_t n = 0; n < sizeof DOCUMENT - 1; n++) {
        // An exact copy, so that a read past the end is seen.
        _cleanup_free_ char *copy = malloc(n + 1);
        REQUIRE(copy != NULL);
        memcpy(copy, DOCUMENT, n);
        VicsFixture vics;
        vics_read(&vics, str_of(copy, n), SIZE_MAX, 0, (Str){0}, (Str){0});
        CHECK(vics.err == ERR_OK || vics.err == ERR_UNSUPPORTED);
        CHECK(vics.report.records <= 5 && vics.count <= vics.report.records);
        if (vics.report.kind == FORMAT_VICS20 && n < sizeof DOCUMENT - 4)
            CHECK(vics.report.rejected[REJECT_TRUNCATED] + vics.report.rejected[REJECT_DAMAGED] >
                  0);
        vics_done(&vics);
    }
}

// Whatever it is made of, a document is read in time proportional to its length.
static void check_hostile(const char *name, const char *head, const char *repeated, size_t bytes) {
    StrBuf text = STRBUF(64 << 20);
    strbuf_put_text(&text, head);
    while (text.len < bytes)
        strbuf_put_text(&text, repeated);
    int64_t start = clock_monotonic_ns();
    VicsFixture vics;
    vics_read(&vics, strbuf_str(&text), 65536, 0, (Str){0}, (Str){0});
    int64_t ms = (clock_monotonic_ns() - start) / 1000000;
    printf("# %s: %d ms for %zu bytes, %d records\n", name, (int)ms, text.len,
           (int)vics.report.records);
    CHECK(vics.err == ERR_OK);
    // Not a benchmark: quadratic time would be minutes.
    CHECK(ms < 8000);
    vics_done(&vics);
    strbuf_done(&text);
}

TEST(hostile_documents_end_soon)
{
    static const char OPEN[] = HEAD "{\"MediaID\":1,\"MD5\":\"" MD5_A "\",\"x\":";
    static const char IN_STRING[] = HEAD "{\"MediaID\":1,\"MD5\":\"" MD5_A "\",\"Series\":\"";
    static const struct {
        const char *name, *head, *repeated;
    } CASES[] = {
        {"arrays", OPEN, "["},
        {"objects", OPEN, "{\"a\":"},
        {"media in media", OPEN, "[{\"MD5\":"},
        {"closers", OPEN, "]}"},
        {"quotes", IN_STRING, "\" "},
        {"quotes and commas", IN_STRING, "\","},
        {"quotes, commas, names", IN_STRING, "\",\"a b c d e f g h i j k l m n o p\" "},
        {"spaces behind quotes", IN_STRING, "\"                                          x"},
        {"backslashes", IN_STRING, "\\"},
        {"escaped quotes", IN_STRING, "\\\""},
        {"escaped quotes and commas", IN_STRING, "\\\","},
        {"line feeds", IN_STRING, "\n"},
        {"line feeds and brackets", IN_STRING, "\n}\n]"},
        {"braces", IN_STRING, "{\""},
        {"record after record, none closed", HEAD, "{\"MediaID\":1,\"MD5\":\"x,"},
        {"commas", OPEN, ","},
        {"NULs", HEAD, "\x01"},
        {"digits", OPEN, "1"},
        {"words", HEAD, "null,"},
        {"names", HEAD, "\"MediaID\":"},
        {"not UTF-8", IN_STRING, "\xE9\xFF"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        check_hostile(CASES[i].name, CASES[i].head, CASES[i].repeated, 1000000);
}

TEST(nul_bytes_are_damage_like_any_other)
{
    _cleanup_strbuf_ StrBuf text = STRBUF(1 << 20);
    strbuf_put(&text,
               STR(HEAD "{\"MediaID\":1,\"MD5\":\"" MD5_A "\"},\0\0{\"MediaID\":2,\"MD5\":\"" MD5_A
                        "\",\"Series\":\"a\0b\"},{\"MediaID\":3,\"MD5\0\":\"" MD5_A
                        "\"},{\"MediaID\":4,\"MD5\":\"" MD5_A "\"}]}]}"));
    VICS_READ(vics, strbuf_str(&text));
    CHECK_INT(vics.report.records, 4);
    CHECK_INT(vics.count, 3);
    CHECK_INT(vics.report.rejected[REJECT_NO_HASH], 1);
}

TEST(a_record_with_more_places_than_the_limit_keeps_its_hash)
{
    StrBuf text = STRBUF(64 << 20);
    strbuf_put(&text, STR(HEAD "{\"MediaID\":1,\"MD5\":\"" MD5_A "\",\"MediaFiles\":["));
    for (int i = 0; i < ROW_LOCATIONS_MAX + 10; i++)
        strbuf_put(&text, STR("{\"FilePath\":\"a\"},"));
    strbuf_put(&text, STR("{\"FilePath\":\"a\"}]},{\"MediaID\":2,\"MD5\":\"" MD5_A "\"}]}]}"));
    VICS_READ(vics, strbuf_str(&text));
    CHECK_INT(vics.count, 2);
    CHECK_INT(vics.entries[0].location_count, ROW_LOCATIONS_MAX);
    CHECK_INT(vics.report.rejected[REJECT_DAMAGED], 1);
    strbuf_done(&text);
}

TEST(a_text_past_the_ceiling_costs_itself)
{
    StrBuf text = STRBUF(64 << 20);
    strbuf_put(&text, STR(HEAD "{\"MediaID\":1,\"MD5\":\"" MD5_A "\",\"Series\":\""));
    for (int i = 0; i < (2 << 20); i++)
        strbuf_put_byte(&text, 'a');
    strbuf_put(&text, STR("\",\"Category\":1},{\"MediaID\":2,\"MD5\":\"" MD5_A "\"}]}]}"));
    VICS_READ(vics, strbuf_str(&text));
    REQUIRE(vics.count == 2);
    CHECK_STR(vics.entries[0].series, "");
    CHECK_STR(vics.entries[0].category, "1");
    CHECK_INT(vics.report.rejected[REJECT_BAD_TEXT], 1);
    strbuf_done(&text);
}
