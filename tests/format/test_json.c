// The reader's tokens, offsets and tolerance; the writer's text.
#include "base/strbuf.h"
#include "format/json.h"
#include "pieces.h"
#include "t.h"

// Reads a document and writes its tokens as one line: { k:key s:text n:1 t f z } [ ] $, or !error
// with the offset. Tolerant readers resume at array_depth after an error when it is not 0.
static void tokens_put(StrBuf *out, Str text, size_t piece, bool is_tolerant, int array_depth) {
    PieceSource source;
    piece_source_init(&source, text, piece, 0);
    JsonOptions options = {.is_tolerant = is_tolerant};
    _cleanup_(json_reader_freep) JsonReader *reader = NULL;
    REQUIRE(json_reader_new(&source.source, &options, &reader) == ERR_OK);
    JsonToken token = JSON_NULL;
    while (token != JSON_END) {
        static const char SIGNS[] = "${}[]kSntfz";
        Str value;
        Diag diag = {0};
        Err err = json_next(reader, &token, &value, &diag);
        if (err != ERR_OK) {
            strbuf_printf(out, "!%s@%d ", err_name(err), (int)diag.offset);
            bool has_more = false;
            if (array_depth == 0)
                return;
            CHECK_OK(json_resume(reader, array_depth, &has_more, &diag));
            if (!has_more)
                return;
            strbuf_put(out, STR("> "));
            continue;
        }
        strbuf_put_byte(out, SIGNS[token]);
        if (token == JSON_KEY || token == JSON_STRING || token == JSON_NUMBER) {
            strbuf_put_byte(out, ':');
            strbuf_put(out, value);
        }
        strbuf_put_byte(out, ' ');
    }
}

static void check_tokens(Str text, bool is_tolerant, int array_depth, const char *expected) {
    for (size_t piece = 1; piece < 5000; piece = piece * 3) {
        _cleanup_strbuf_ StrBuf out = STRBUF(1 << 20);
        tokens_put(&out, text, piece, is_tolerant, array_depth);
        CHECK_STR(str_trim(strbuf_str(&out)), expected);
    }
}

#define STRICT(text, expected) check_tokens(STR(text), false, 0, expected)
#define TOLERANT(text, expected) check_tokens(STR(text), true, 0, expected)
#define RESUMED(text, expected) check_tokens(STR(text), true, 1, expected)

TEST(tokens_of_a_document)
{
    STRICT("{ \"a\" : [1, -2.5e3, \"x\\u00e9\\n\", true, false, null, {}, []], \"b\":\"\" }",
           "{ k:a [ n:1 n:-2.5e3 S:x\xC3\xA9\n t f z { } [ ] ] k:b S: } $");
    STRICT("7", "n:7 $");
    STRICT("\"\\uD83D\\uDE00\"", "S:\xF0\x9F\x98\x80 $");
}

TEST(offsets_are_of_the_raw_stream)
{
    STRICT("\xEF\xBB\xBF[1,x]", "[ n:1 !syntax@6");
    STRICT("\xFF\xFE[\0\"\0\xE9\0\"\0,\0x\0]\0", "[ S:\xC3\xA9 !syntax@12");
    STRICT("\xFE\xFF\0[\0\"\xD8\x3D\xDE\x00\0\"\0,\0x\0]", "[ S:\xF0\x9F\x98\x80 !syntax@14");
}

TEST(an_unescaped_quote_is_text_when_nothing_fits_behind_it)
{
    TOLERANT("{\"a\":\"x \"y\" z\",\"b\":1}", "{ k:a S:x \"y\" z k:b n:1 } $");
    TOLERANT("{\"a\":\"x \"y\", z\",\"b\":1}", "{ k:a S:x \"y\", z k:b n:1 } $");
    TOLERANT("{\"a\":\"x \"y\"\"}", "{ k:a S:x \"y\" } $");
    TOLERANT("[\"x \"y\" z\", \"b\"]", "[ S:x \"y\" z S:b ] $");
    TOLERANT("{\"a\":\"2\" pipe\"}", "{ k:a S:2\" pipe } $");
}

TEST(a_string_without_its_closing_quote_ends_before_the_next_member)
{
    TOLERANT("{\"a\":\"x,\n\"b\":2}", "{ k:a S:x k:b n:2 } $");
    TOLERANT("{\"a\":\"x, \"b\":\"y\"}", "{ k:a S:x k:b S:y } $");
}

TEST(a_word_in_two_pairs_of_quotes)
{ TOLERANT("{\"a\":\"true\"\",\"b\":\"False\"\"}", "{ k:a S:true k:b S:False } $"); }

TEST(unescaped_backslashes_are_text)
{
    TOLERANT("{\"a\":\"C:\\Users\\x\\name\",\"b\":1}", "{ k:a S:C:\\Users\\x\\name k:b n:1 } $");
    TOLERANT("{\"a\":\"C:\\Temp\\\",\"b\":1}", "{ k:a S:C:\\Temp\\ k:b n:1 } $");
    TOLERANT("[{\"a\":\"C:\\Temp\\\"},{\"a\":\"D:\\Top\\\"}]",
             "[ { k:a S:C:\\Temp\\ } { k:a S:D:\\Top\\ } ] $");
    // Escapes that are right stay so, whatever they hold.
    TOLERANT("{\"a\":\"{\\\"x\\\":\\\"y\\\",\\\"z\\\":1},{\\\"x\\\":2}\",\"b\":\"\\\\\"}",
             "{ k:a S:{\"x\":\"y\",\"z\":1},{\"x\":2} k:b S:\\ } $");
}

TEST(control_characters_commas_and_words)
{
    TOLERANT("{\"a\":\"x\ty\nz\",\"b\":1,}", "{ k:a S:x\ty\nz k:b n:1 } $");
    TOLERANT("[1,,2,]", "[ n:1 n:2 ] $");
    TOLERANT("{\"a\":,\"b\":}", "{ k:a z k:b z } $");
    TOLERANT("[True,FALSE,None,NaN,007]", "[ t f z z n:007 ] $");
    TOLERANT("[1\x01,\x02"
             "2]\x1a",
             "[ n:1 n:2 ] $");
}

TEST(bytes_that_are_not_utf8_are_replaced)
{
    TOLERANT("[\"caf\xE9\",\"\\ud800x\\n\",\"\xE9\\\"\"]",
             "[ S:caf\xEF\xBF\xBD S:\xEF\xBF\xBDx\n S:\xEF\xBF\xBD\" ] $");
}

TEST(valid_text_is_the_same_to_a_tolerant_reader)
{
    static const char *const TEXTS[] = {
        "{\"a\":\"b\\\"}, {\\\"c\\\": 1\",\"d\":\"\\\",\",\"\":\"x\\\\\"}",
        "{\"a\":\"\\\"\",\"}\":\"]\",\"b\\\\\":\",\",\"c\":\":\"}",
        "[\"\\\"\",\",\",\":\",\"}\",\"]\",\"[{\",[\"\\\\\"],{\",\":\"\\\\\"}]",
        "{\"a\" \n:\t\"b\"  , \"x\\\"y\" : [ \"c\" ] }",
        "{\"k1\":\"\\\",\",\"b\":\"c\"}",
        "{\"k\":\"{\\\"MediaID\\\":1}\",\"l\":{\"MediaID\":2}}",
    };
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++) {
        _cleanup_strbuf_ StrBuf strict = STRBUF(1 << 16), tolerant = STRBUF(1 << 16);
        tokens_put(&strict, str_from(TEXTS[i]), 4096, false, 0);
        tokens_put(&tolerant, str_from(TEXTS[i]), 4096, true, 0);
        CHECK(str_find_byte(strbuf_str(&strict), '!') < 0);
        CHECK_STR(strbuf_str(&tolerant), strbuf_text(&strict));
    }
}

TEST(damage_costs_its_own_element)
{
    RESUMED("[{\"a\":1},{\"a\":x},{\"a\":3}]", "[ { k:a n:1 } { k:a !syntax@14 > { k:a n:3 } ] $");
    RESUMED("[{\"a\":{\"b\":[x]}},{\"a\":3}]", "[ { k:a { k:b [ !syntax@12 > { k:a n:3 } ] $");
    // A brace too few, a brace too many, a bracket too many.
    RESUMED("[{\"a\":1 \"b\":2},{\"a\":3}]", "[ { k:a n:1 !syntax@8 > { k:a n:3 } ] $");
    RESUMED("[{\"a\":1]},{\"a\":3}]", "[ { k:a n:1 !syntax@7 > { k:a n:3 } ] $");
    // A string that is not closed before the end of its line or before its object's end;
    // without a guess what follows the latter looks like its inside.
    RESUMED("[{\"a\":\"x\n\"b\":2},\n{\"a\":3}]", "[ { k:a !syntax@8 > { k:a n:3 } ] $");
    RESUMED("[{\"a\":\"x},\n{\"a\":3}]", "[ { k:a !syntax@11");
    // The array ends in the damaged element.
    RESUMED("[{\"a\":1},{\"a\":x}]", "[ { k:a n:1 } { k:a !syntax@14");
    RESUMED("[{\"a\":1},{\"a\":\"x", "[ { k:a n:1 } { k:a !truncated@16");
}

static JsonGuess guess_by_id(void *context, Str first_key, Str second_key) {
    (void)context, (void)second_key;
    if (str_is(first_key, "ID"))
        return JSON_IS_ELEMENT;
    return str_is(first_key, "in") ? JSON_IS_INNER : JSON_IS_UNKNOWN;
}

TEST(a_guess_finds_elements_where_nesting_is_upset)
{
    Str text = STR("[{\"ID\":1,\"m\":[{\"in\":1},{\"in\":\"2}]},{\"ID\":2},{\"ID\":3,\"m\":[}},"
                   "{\"ID\":4]}},{\"ID\":5}]");
    MemorySource source;
    memory_source_init(&source, text, STR(""));
    JsonOptions options = {.is_tolerant = true, .guess = guess_by_id};
    _cleanup_(json_reader_freep) JsonReader *reader = NULL;
    REQUIRE(json_reader_new(&source.source, &options, &reader) == ERR_OK);
    _cleanup_strbuf_ StrBuf ids = STRBUF(100);
    JsonToken token = JSON_NULL;
    bool is_id = false, has_more = true;
    while (token != JSON_END && has_more) {
        Str value;
        Err err = json_next(reader, &token, &value, NULL);
        if (err != ERR_OK) {
            CHECK_OK(json_resume(reader, 1, &has_more, NULL));
            continue;
        }
        if (is_id)
            strbuf_put(&ids, value);
        is_id = token == JSON_KEY && str_is(value, "ID");
    }
    CHECK_STR(strbuf_str(&ids), "12345");
}

TEST(a_sequence_of_lines_loses_only_the_bad_line)
{
    MemorySource source;
    memory_source_init(&source, STR("{\"a\":1}\n{\"a\":x\n\n{\"a\":3}\n"), STR(""));
    JsonOptions options = {.is_tolerant = true, .is_sequence = true};
    _cleanup_(json_reader_freep) JsonReader *reader = NULL;
    REQUIRE(json_reader_new(&source.source, &options, &reader) == ERR_OK);
    JsonToken token = JSON_NULL;
    int sum = 0, errors = 0;
    while (token != JSON_END) {
        Str value;
        bool has_more;
        if (json_next(reader, &token, &value, NULL) != ERR_OK) {
            errors++;
            CHECK_OK(json_resume(reader, 0, &has_more, NULL));
            CHECK(has_more);
        } else if (token == JSON_NUMBER) {
            sum += value.ptr[0] - '0';
        }
    }
    CHECK_INT(sum, 4);
    CHECK_INT(errors, 1);
}

TEST(skipping_passes_whole_values)
{
    MemorySource source;
    memory_source_init(&source, STR("{\"a\":{\"x\":[1,{}]},\"b\":[[]],\"c\":\"s\",\"d\":4}"),
                       STR(""));
    JsonOptions options = {0};
    _cleanup_(json_reader_freep) JsonReader *reader = NULL;
    REQUIRE(json_reader_new(&source.source, &options, &reader) == ERR_OK);
    JsonToken token;
    Str value;
    CHECK_OK(json_next(reader, &token, &value, NULL));
    for (int i = 0; i < 3; i++) {
        CHECK_OK(json_next(reader, &token, &value, NULL));
        CHECK_INT(token, JSON_KEY);
        CHECK_INT(value.ptr[0], 'a' + i);
        if (i == 1)
            CHECK_OK(json_next(reader, &token, &value, NULL));
        CHECK_OK(json_skip(reader, NULL));
        CHECK_INT(json_depth(reader), 1);
    }
    CHECK_OK(json_next(reader, &token, &value, NULL));
    CHECK_STR(value, "d");
}

TEST(repairs_are_counted_with_their_place)
{
    MemorySource source;
    memory_source_init(&source, STR("{\"a\":\"x\",\"b\":\"y\tz\"}"), STR(""));
    JsonOptions options = {.is_tolerant = true};
    _cleanup_(json_reader_freep) JsonReader *reader = NULL;
    REQUIRE(json_reader_new(&source.source, &options, &reader) == ERR_OK);
    JsonToken token = JSON_NULL;
    while (token != JSON_END)
        REQUIRE(json_next(reader, &token, NULL, NULL) == ERR_OK);
    uint64_t offset = 0;
    CHECK_INT(json_repairs(reader, &offset), 1);
    CHECK_INT(offset, 13);
}

TEST(what_the_writer_writes)
{
    _cleanup_strbuf_ StrBuf out = STRBUF(4096);
    JsonWriter json;
    json_writer_init(&json, &out);
    json_object_begin(&json);
    json_key(&json, "a");
    json_array_begin(&json);
    json_i64(&json, -1);
    json_u64(&json, UINT64_MAX);
    json_bool(&json, true);
    json_null(&json);
    json_text(&json, NULL);
    json_array_end(&json);
    json_key(&json, "b\"");
    json_str(&json, STR("x\"\\/\n\x01\x7F\xC3\xA9\xFF"));
    json_key(&json, "h");
    json_hex(&json, (const uint8_t *)"\x01\xAB", 2);
    json_key(&json, "o");
    json_object_begin(&json);
    json_object_end(&json);
    json_key(&json, "r");
    json_raw(&json, STR("[1]"));
    json_object_end(&json);
    CHECK_STR(strbuf_str(&out),
              "{\"a\":[-1,18446744073709551615,true,null,null],"
              "\"b\\\"\":\"x\\\"\\\\/\\n\\u0001\\u007f\xC3\xA9\xEF\xBF\xBD\",\"h\":\"01ab\","
              "\"o\":{},\"r\":[1]}");
}
