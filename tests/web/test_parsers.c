// The small parsers: targets, forms, multipart bodies, header values, addresses; rates and proofs.
#include "crypto/hmac.h"
#include "t.h"
#include "web/address.h"
#include "web/form.h"
#include "web/guard.h"
#include "web/gzip.h"
#include "web/header_value.h"
#include "web/limits.h"
#include "web/multipart.h"
#include "web/proof.h"
#include "web/rate.h"
#include "web/target.h"

TEST(targets)
{
    static const struct {
        const char *raw, *path, *query;
        Err err;
    } CASES[] = {{"/", "/", "", ERR_OK},
                 {"/a/b?c=d&e", "/a/b", "c=d&e", ERR_OK},
                 {"/a%20b", "/a b", "", ERR_OK},
                 {"/%C3%A4/", "/\xC3\xA4/", "", ERR_OK},
                 {"/a??b", "/a", "?b", ERR_OK},
                 {"", NULL, NULL, ERR_SYNTAX},
                 {"a", NULL, NULL, ERR_SYNTAX},
                 {"*", NULL, NULL, ERR_SYNTAX},
                 {"http://x/", NULL, NULL, ERR_SYNTAX},
                 {"//x", NULL, NULL, ERR_SYNTAX},
                 {"/a//b", NULL, NULL, ERR_SYNTAX},
                 {"/..", NULL, NULL, ERR_SYNTAX},
                 {"/a/%2E%2e/b", NULL, NULL, ERR_SYNTAX},
                 {"/a/./b", NULL, NULL, ERR_SYNTAX},
                 {"/a%2Fb", NULL, NULL, ERR_SYNTAX},
                 {"/a%5cb", NULL, NULL, ERR_SYNTAX},
                 {"/a%", NULL, NULL, ERR_SYNTAX},
                 {"/a%4", NULL, NULL, ERR_SYNTAX},
                 {"/a%4g", NULL, NULL, ERR_SYNTAX},
                 {"/a b", NULL, NULL, ERR_SYNTAX},
                 {"/%00", NULL, NULL, ERR_ENCODING},
                 {"/%0A", NULL, NULL, ERR_ENCODING},
                 {"/%C2%85", NULL, NULL, ERR_ENCODING},
                 {"/%C0%AF", NULL, NULL, ERR_ENCODING},
                 {"/%ED%A0%80", NULL, NULL, ERR_ENCODING}};
    _cleanup_(arena_freep) Arena *arena = arena_new(1 << 20);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Target target;
        Err err = target_parse(str_from(CASES[i].raw), arena, &target);
        if (err != CASES[i].err)
            t_fail(__FILE__, __LINE__, "%s gives %s", CASES[i].raw, err_name(err));
        if (err == ERR_OK) {
            CHECK_STR(target.path, CASES[i].path);
            CHECK_STR(target.query, CASES[i].query);
        }
    }
    CHECK(target_is_local(STR("/a?b=c#d")) && target_is_local(STR("/")));
    static const char *const ELSEWHERE[] = {"",      "a",    "//a",      "/\\a",
                                            "/a\\b", "/a b", "http://a", "/a\nb"};
    for (size_t i = 0; i < sizeof ELSEWHERE / sizeof *ELSEWHERE; i++)
        CHECK(!target_is_local(str_from(ELSEWHERE[i])));
}

TEST(forms)
{
    _cleanup_(arena_freep) Arena *arena = arena_new(8 << 20);
    FieldList list = {0};
    Str value;
    CHECK_OK(form_parse(STR("a=1&b=x+y%2B%0D%0Az&&a=2&c&=d&e=f=g"), arena, &list));
    CHECK_INT(list.len, 6);
    CHECK(field_find(&list, STR("a"), 1, &value));
    CHECK_STR(value, "2");
    CHECK(field_find(&list, STR("b"), 0, &value));
    CHECK_STR(value, "x y+\nz");
    CHECK(field_find(&list, STR("e"), 0, &value));
    CHECK_STR(value, "f=g");
    CHECK(!field_find(&list, STR("a"), 2, &value) && !field_find(&list, STR("x"), 0, &value));
    list = (FieldList){0};
    CHECK_ERR(form_parse(STR("a=%G0"), arena, &list), ERR_SYNTAX);
    CHECK_ERR(form_parse(STR("a=%FF"), arena, &list), ERR_ENCODING);
    CHECK_ERR(form_parse(STR("a=%1B[1m"), arena, &list), ERR_ENCODING);
    CHECK_INT(list.len, 0);
    StrBuf many = STRBUF(1 << 20);
    for (int i = 0; i <= WEB_FIELDS_MAX; i++)
        strbuf_put_text(&many, "a&");
    CHECK_ERR(form_parse(strbuf_str(&many), arena, &list), ERR_LIMIT);
    strbuf_done(&many);
}

typedef struct Parts {
    StrBuf text;
} Parts;

static Err part_begin(void *context, const MultipartPart *part) {
    strbuf_printf(context, "[%.*s%s%.*s:", STR_ARG(part->name), part->is_file ? "@" : "",
                  STR_ARG(part->file_name));
    return ERR_OK;
}

static Err part_data(void *context, Str bytes) {
    strbuf_put(context, bytes);
    return ERR_OK;
}

static Err part_end(void *context) {
    strbuf_put_byte(context, ']');
    return ERR_OK;
}

// Fed in pieces of `step` bytes.
static Err parts_of(const char *body, size_t step, StrBuf *out) {
    const MultipartSink sink = {out, part_begin, part_data, part_end};
    Multipart multipart;
    Err err = multipart_init(&multipart, STR("xx"), &sink);
    strbuf_clear(out);
    for (Str rest = str_from(body); rest.len > 0 && err == ERR_OK;
         rest = str_from_index(rest, step))
        err = multipart_feed(&multipart, (Str){rest.ptr, rest.len < step ? rest.len : step});
    if (err == ERR_OK)
        err = multipart_finish(&multipart);
    multipart_done(&multipart);
    return err;
}

#define D "Content-Disposition: form-data; "
TEST(multipart_bodies)
{
    static const struct {
        const char *body, *parts;
        Err err;
    } CASES[] = {
        {"--xx\r\n" D "name=\"a\"\r\n\r\nb\r\n--xx--\r\n", "[a:b]", ERR_OK},
        {"--xx\r\n" D "name=a\r\n\r\n\r\n--xx--", "[a:]", ERR_OK},
        {"--xx\r\n" D "name=\"a\"; filename=\"\"\r\nContent-Type: x/y\r\n\r\nb\r\n--xx--\r\n",
         "[a@:b]", ERR_OK},
        {"--xx\r\n" D "filename=\"q\\\"%22;x\"; name=\"a\"\r\n\r\n\r\n-\r\n--x\r\n--xx\r\n" D
         "name=\"c\"\r\n\r\nd\r\n--xx--\r\n",
         "[a@q\"\";x:\r\n-\r\n--x][c:d]", ERR_OK},
        {"--xx--\r\n", "", ERR_OK},
        {"", "", ERR_TRUNCATED},
        {"--xx\r\n" D "name=\"a\"\r\n\r\nb\r\n--xx", "", ERR_TRUNCATED},
        {"--xx\r\n" D "name=\"a\"\r\n\r\nb", "", ERR_TRUNCATED},
        {"preamble\r\n--xx--\r\n", "", ERR_SYNTAX},
        {"--xx\r\n" D "name=\"a\"\r\n\r\nb\r\n--xx-x", "", ERR_SYNTAX},
        {"--xx\r\n" D "name=\"a\"\r\n\r\nb\r\n--xx--more", "", ERR_SYNTAX},
        {"--xx\r\n" D "filename=\"a\"\r\n\r\nb\r\n--xx--\r\n", "", ERR_SYNTAX},
        {"--xx\r\n" D "name=\"\"\r\n\r\nb\r\n--xx--\r\n", "", ERR_SYNTAX},
        {"--xx\r\n" D "name=\"a\"; name=\"b\"\r\n\r\nb\r\n--xx--\r\n", "", ERR_SYNTAX},
        {"--xx\r\n" D "name=\"a\r\n\r\nb\r\n--xx--\r\n", "", ERR_SYNTAX},
        {"--xx\r\nContent-Type: a/b\r\n\r\nb\r\n--xx--\r\n", "", ERR_SYNTAX},
        {"--xx\r\n" D "name=\"a\"\r\n" D "name=\"a\"\r\n\r\nb\r\n--xx--\r\n", "", ERR_SYNTAX},
        {"--xx\r\n" D "name=\"a\"\r\n folded\r\n\r\nb\r\n--xx--\r\n", "", ERR_SYNTAX},
        {"--xx\r\n" D "name=\"\xFF\"\r\n\r\nb\r\n--xx--\r\n", "", ERR_ENCODING},
        {"--xx\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nb\r\n--xx--\r\n", "",
         ERR_SYNTAX},
    };
    StrBuf out = STRBUF(1 << 16);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        for (size_t step = 1; step < 200; step = step * 2 + 1) {
            Err err = parts_of(CASES[i].body, step, &out);
            if (err != CASES[i].err)
                t_fail(__FILE__, __LINE__, "%s in steps of %zu gives %s", CASES[i].body, step,
                       err_name(err));
            if (err == ERR_OK)
                CHECK_STR(strbuf_str(&out), CASES[i].parts);
        }
    strbuf_done(&out);
    Multipart multipart;
    const MultipartSink sink = {0};
    CHECK_ERR(multipart_init(&multipart, STR(""), &sink), ERR_SYNTAX);
    CHECK_ERR(multipart_init(&multipart, STR("a b"), &sink), ERR_SYNTAX);
}

TEST(cookies)
{
    Str value;
    CHECK(cookie_find(STR("a=b; session=xyz; c=d"), STR("session"), &value));
    CHECK_STR(value, "xyz");
    CHECK(cookie_find(STR("session="), STR("session"), &value) && value.len == 0);
    CHECK(!cookie_find(STR("asession=x; session2=y"), STR("session"), &value));
    CHECK(!cookie_find(STR("session=a; session=b"), STR("session"), &value));
    CHECK(!cookie_find(STR("session"), STR("session"), &value));
    CHECK(!cookie_find((Str){0}, STR("session"), &value));
}

static bool has_ar_or_fr(Str tag) {
    return str_is(tag, "ar") || str_has_prefix(tag, STR("fr"));
}

TEST(languages)
{
    static const struct {
        const char *header, *chosen;
    } CASES[] = {{"fr", "fr"},         {"en, fr-BE;q=0.3, ar;q=0.31", "ar"},
                 {"ar,fr", "ar"},      {"fr;q=0.001", "fr"},
                 {"fr;q=0", NULL},     {"fr;q=1.001", NULL},
                 {"fr;q=x, ar", "ar"}, {"", NULL},
                 {"*", NULL},          {";;;,,,q=1", NULL},
                 {"fr ; q=0.5", "fr"}, {"f\x01r, ar;q=0.1", "ar"}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Str chosen = {0};
        bool found = accept_language_choose(str_from(CASES[i].header), has_ar_or_fr, &chosen);
        CHECK_INT(found, CASES[i].chosen != NULL);
        if (found && CASES[i].chosen != NULL)
            CHECK_STR(chosen, CASES[i].chosen);
    }
}

TEST(hosts_types_and_lists)
{
    char buffer[HOST_MAX + 1];
    Str host, port, value;
    CHECK(host_split(STR("Example.ORG:8443"), buffer, &host, &port));
    CHECK_STR(host, "example.org");
    CHECK_STR(port, "8443");
    CHECK(host_split(STR("[::1]:80"), buffer, &host, &port));
    CHECK_STR(host, "[::1]");
    CHECK(host_split(STR("a."), buffer, &host, &port));
    CHECK_STR(host, "a");
    static const char *const WRONG[] = {"",    ":80",       "a:",     "a:0",    "a:65536",
                                        "a b", "a/b",       "[::1",   "[::1]x", "a:1:2",
                                        "a_b", "a\xC3\xA4", "[::1]:", "user@a"};
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++)
        if (host_split(str_from(WRONG[i]), buffer, &host, &port))
            t_fail(__FILE__, __LINE__, "%s is taken", WRONG[i]);
    CHECK_STR(content_type_of(STR(" Text/HTML ; charset=x"), buffer), "text/html");
    CHECK_INT(content_type_of(STR("text"), buffer).len, 0);
    CHECK(content_type_parameter(STR("a/b; x=1; Boundary=\"c d\""), STR("boundary"), &value));
    CHECK_STR(value, "c d");
    CHECK(!content_type_parameter(STR("a/b; boundary=\"c"), STR("boundary"), &value));
    CHECK(!content_type_parameter(STR("a/b; boundary="), STR("boundary"), &value));
    CHECK(header_accepts(STR("br, GZIP;q=0.1"), STR("gzip")));
    CHECK(!header_accepts(STR("gzip;q=0, br"), STR("gzip")) &&
          !header_accepts(STR("*"), STR("gzip")));
}

TEST(addresses)
{
    WebAddress address, other;
    char text[ADDRESS_TEXT_MAX];
    static const struct {
        const char *text, *shown;
    } CASES[] = {{"192.0.2.1", "192.0.2.1"},
                 {"192.0.2.1:80", "192.0.2.1"},
                 {"2001:db8::1", "2001:db8::1"},
                 {"[2001:db8::1]:80", "2001:db8::1"},
                 {"[2001:db8::1]", "2001:db8::1"},
                 {"::ffff:192.0.2.1", "192.0.2.1"},
                 {"", NULL},
                 {"x", NULL},
                 {"192.0.2", NULL},
                 {"192.0.2.1:x", NULL},
                 {"[::1", NULL},
                 {"192.0.2.1:65536", NULL},
                 {"unknown", NULL},
                 {"_hidden", NULL}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        bool is_read = address_parse(str_from(CASES[i].text), &address);
        if (is_read != (CASES[i].shown != NULL))
            t_fail(__FILE__, __LINE__, "%s: %d", CASES[i].text, is_read);
        if (is_read) {
            address_text(&address, text);
            CHECK_STR(str_from(text), CASES[i].shown);
        }
    }
    CHECK(address_parse(STR("2001:db8:1:2:3:4:5:6"), &address));
    CHECK(address_parse(STR("2001:db8:1:2:ffff::"), &other));
    address = address_group(&address);
    other = address_group(&other);
    CHECK(address_equal(&address, &other));
    CHECK(address_parse(STR("127.3.2.1"), &address) && address_is_loopback(&address));
    CHECK(address_parse(STR("::1"), &address) && address_is_loopback(&address));
    CHECK(address_parse(STR("128.0.0.1"), &address) && !address_is_loopback(&address));
}

TEST(rates)
{
    _cleanup_(rate_table_freep) RateTable *table = NULL;
    uint8_t key[16] = {1}, other[16] = {2};
    REQUIRE(rate_table_new(60, 5, &table) == ERR_OK);
    for (int i = 0; i < 5; i++)
        CHECK_INT(rate_take(table, key, 1000), 0);
    CHECK_INT(rate_take(table, key, 1000), 1);
    CHECK_INT(rate_take(table, other, 1000), 0);
    CHECK_INT(rate_take(table, key, 1999), 1);
    CHECK_INT(rate_take(table, key, 2000), 0);
    CHECK_INT(rate_take(table, key, 2000), 1);
    for (int i = 0; i < 5; i++)
        CHECK_INT(rate_take(table, key, INT64_MAX / 2), 0);
    CHECK_INT(rate_take(table, key, INT64_MAX / 2), 1);
    // Many others do not make it forget whoever is here all the time.
    for (uint32_t i = 0; i < 100000; i++) {
        uint8_t many[16] = {0};
        memcpy(many, &i, sizeof i);
        many[15] = 7;
        (void)rate_take(table, many, 1);
    }
    CHECK_INT(rate_take(table, key, INT64_MAX / 2), 1);
}

TEST(proofs)
{
    const uint8_t key[HMAC_KEY_BYTES] = {1}, other_key[HMAC_KEY_BYTES] = {2};
    char token[CSRF_CHARS + 1], again[CSRF_CHARS + 1];
    csrf_make(key, STR("session"), token);
    csrf_make(key, STR("session"), again);
    CHECK(strcmp(token, again) != 0);
    CHECK(csrf_holds(key, STR("session"), str_from(token)));
    CHECK(csrf_holds(key, STR("session"), str_from(again)));
    CHECK(!csrf_holds(key, STR("sessioN"), str_from(token)));
    CHECK(!csrf_holds(other_key, STR("session"), str_from(token)));
    CHECK(!csrf_holds(key, STR("session"), (Str){0}));
    CHECK(!csrf_holds(key, STR("session"), str_of(token, CSRF_CHARS - 1)));
    StrBuf value = STRBUF(4096), text = STRBUF(4096);
    signed_put(&value, key, STR("a"), STR("words"));
    CHECK(signed_open(&text, key, STR("a"), strbuf_str(&value)));
    CHECK_STR(strbuf_str(&text), "words");
    CHECK(!signed_open(&text, key, STR("b"), strbuf_str(&value)));
    strbuf_put_text(&value, "00");
    CHECK(!signed_open(&text, key, STR("a"), strbuf_str(&value)));
    strbuf_done(&value);
    strbuf_done(&text);
}

// The expected value is that of Python's hmac module for b"label\nHi There".
TEST(hmac)
{
    static const uint8_t EXPECTED[HMAC_BYTES] = {0xfe, 0x62, 0x87, 0x38, 0xad, 0x27, 0x8a, 0x80,
                                                 0xf6, 0x79, 0xa4, 0x5f, 0x42, 0xf3, 0xe5, 0xbb,
                                                 0x18, 0xf7, 0xcf, 0x91, 0x1b, 0x3c, 0x17, 0x3b,
                                                 0xff, 0x9a, 0x5b, 0x0f, 0x5e, 0x10, 0xc0, 0x6d};
    uint8_t key[HMAC_KEY_BYTES], mac[HMAC_BYTES];
    memset(key, 0x0b, sizeof key);
    hmac_make(key, STR("label"), STR("Hi There"), mac);
    CHECK(memcmp(mac, EXPECTED, sizeof mac) == 0);
}

TEST(compression)
{
    StrBuf out = STRBUF(1 << 16);
    char text[4096];
    memset(text, 'a', sizeof text);
    CHECK_OK(gzip_put(&out, str_of(text, sizeof text)));
    CHECK(out.len < 100);
    CHECK_ERR(gzip_put(&out, STR("short")), ERR_LIMIT);
    Prng prng = {t_seed()};
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)prng_next(&prng);
    CHECK_ERR(gzip_put(&out, str_of(text, sizeof text)), ERR_LIMIT);
    strbuf_done(&out);
}

TEST(the_guard_reads_the_layout)
{
    CHECK(guard_knows_layout("0.9.75") && !guard_knows_layout("1.0.1") && !guard_knows_layout(""));
    // As the library leaves them: NULs over colons and line ends.
    char good[] = "HTTP/1.1\0\0Host\0 a\0\0X\0\0\0\0\0";
    GuardHeader headers[] = {{{good + 10, 4}, {good + 16, 1}}, {{good + 19, 1}, {good + 21, 0}}};
    CHECK_INT(guard_check_lines(str_of(good, 8), headers, 2).status, 0);
    headers[1].name.ptr--;
    CHECK_INT(guard_check_lines(str_of(good, 8), headers, 2).status, 400);
    headers[1].name.ptr++;
    good[15] = 'x';
    CHECK_INT(guard_check_lines(str_of(good, 8), headers, 2).status, 400);
}
