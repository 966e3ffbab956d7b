// Strict reading against the case families of the public JSON test suite (nst/JSONTestSuite),
// restated: 'y' must be accepted, 'n' refused, 'a' and 'r' are where RFC 8259 leaves the choice and
// we accept or refuse. Each case is read whole and a byte at a time.
#include "format/json.h"
#include "pieces.h"
#include "t.h"

typedef struct SuiteCase {
    char expected;
    const char *name;
    Str text;
} SuiteCase;

#define CASE(expected, name, text) {expected, name, {text, sizeof(text) - 1}},
static const SuiteCase CASES[] = {
#include "json_suite.def"
};
#undef CASE

static Err read_whole(Str text, size_t piece, Diag *diag) {
    PieceSource source;
    piece_source_init(&source, text, piece, 0);
    JsonOptions options = {0};
    _cleanup_(json_reader_freep) JsonReader *reader = NULL;
    TRY(json_reader_new(&source.source, &options, &reader));
    JsonToken token = JSON_NULL;
    while (token != JSON_END) {
        Str value;
        TRY(json_next(reader, &token, &value, diag));
    }
    return ERR_OK;
}

static void check_case(const SuiteCase *one) {
    bool is_good = one->expected == 'y' || one->expected == 'a';
    for (size_t piece = 1; piece < 100000; piece = piece * 7) {
        Diag diag = {0};
        Err err = read_whole(one->text, piece, &diag);
        if ((err == ERR_OK) != is_good)
            t_fail(__FILE__, __LINE__, "%c_%s in pieces of %zu gives %s", one->expected, one->name,
                   piece, err_name(err));
        if (err != ERR_OK && (diag.err != err || diag.offset < 0 ||
                              (size_t)diag.offset > one->text.len || diag.msgid == NULL))
            t_fail(__FILE__, __LINE__, "%s: no place", one->name);
    }
}

TEST(the_suite_is_accepted_and_refused_as_stated)
{
    CHECK(sizeof CASES / sizeof *CASES >= 200);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        check_case(&CASES[i]);
}

static Str repeated(StrBuf *buf, const char *what, size_t times) {
    strbuf_clear(buf);
    for (size_t i = 0; i < times; i++)
        strbuf_put_text(buf, what);
    return strbuf_str(buf);
}

TEST(nesting_has_a_ceiling_and_no_recursion)
{
    _cleanup_strbuf_ StrBuf buf = STRBUF(16 << 20);
    CHECK_ERR(read_whole(repeated(&buf, "[", 100000), 4096, NULL), ERR_LIMIT);
    CHECK_ERR(read_whole(repeated(&buf, "[{\"\":", 50000), 4096, NULL), ERR_LIMIT);
    CHECK_ERR(read_whole(repeated(&buf, "[", 1000000), 65536, NULL), ERR_LIMIT);
    repeated(&buf, "[", 500);
    for (int i = 0; i < 500; i++)
        strbuf_put_byte(&buf, ']');
    CHECK_OK(read_whole(strbuf_str(&buf), 4096, NULL));
}

TEST(a_string_past_the_ceiling_is_passed_and_reading_goes_on)
{
    _cleanup_strbuf_ StrBuf buf = STRBUF(16 << 20);
    strbuf_put(&buf, STR("[\""));
    for (int i = 0; i < 100000; i++)
        strbuf_put(&buf, STR("sixteen bytes a.\\n\xC3\xA9"));
    strbuf_put(&buf, STR("\",7]"));
    MemorySource source;
    memory_source_init(&source, strbuf_str(&buf), STR(""));
    JsonOptions options = {.string_ceiling = 1000};
    _cleanup_(json_reader_freep) JsonReader *reader = NULL;
    REQUIRE(json_reader_new(&source.source, &options, &reader) == ERR_OK);
    JsonToken token;
    Str text;
    Diag diag = {0};
    CHECK_OK(json_next(reader, &token, &text, &diag));
    CHECK_ERR(json_next(reader, &token, &text, &diag), ERR_LIMIT);
    CHECK_INT(diag.offset, 1);
    CHECK_OK(json_next(reader, &token, &text, &diag));
    CHECK_STR(text, "7");
    CHECK_OK(json_next(reader, &token, &text, &diag));
    CHECK_INT(token, JSON_ARRAY_END);
}

TEST(a_string_up_to_the_ceiling_is_held_across_windows)
{
    _cleanup_strbuf_ StrBuf buf = STRBUF(16 << 20);
    strbuf_put(&buf, STR("{\"a\":\""));
    for (int i = 0; i < 60000; i++)
        strbuf_put(&buf, STR("sixteen bytes a."));
    strbuf_put(&buf, STR("\"}"));
    MemorySource source;
    memory_source_init(&source, strbuf_str(&buf), STR(""));
    JsonOptions options = {0};
    _cleanup_(json_reader_freep) JsonReader *reader = NULL;
    REQUIRE(json_reader_new(&source.source, &options, &reader) == ERR_OK);
    JsonToken token;
    Str text = {0};
    for (int i = 0; i < 3; i++)
        CHECK_OK(json_next(reader, &token, &text, NULL));
    CHECK_INT(text.len, 960000);
    CHECK(memcmp(text.ptr + 959984, "sixteen bytes a.", 16) == 0);
}
