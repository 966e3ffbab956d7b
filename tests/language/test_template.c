// Compiled templates: golden output in two directions, and hostile values in every place.
#include "generated/sample.h"

#include "t.h"

static const SampleItem ITEMS[] = {{"a.jpg", 1234567, true}, {"<b>\x1b", 2, false}};

static Sample sample_of(const char *text) {
    Sample sample = {.title = str_from(text),
                     .link = text,
                     .id = text,
                     .count = 1234,
                     .bytes = 1500000,
                     .share = 0.25,
                     .is_open = true,
                     .list = {ITEMS, 2}};
    snprintf(sample.fixed, sizeof sample.fixed, "%.10s", text);
    return sample;
}

static void render(StrBuf *out, const char *tag, const Sample *sample) {
    strbuf_clear(out);
    template_sample(out, lang_get(str_from(tag)), sample);
    CHECK_OK(strbuf_err(out));
}

TEST(page_is_as_expected)
{
    StrBuf out = STRBUF(100000);
    Sample sample = sample_of("plain");
    render(&out, "en", &sample);
    CHECK_STR(strbuf_str(&out),
              "<!doctype html>\n<html lang=\"en\" dir=\"ltr\">\n<head>\n"
              "<title>Interrupted. plain</title>\n"
              "<style>\n    p { margin: 0 }\n  </style>\n</head>\n<body>\n"
              "<h1 title=\"plain\" hidden >plain</h1>\n<a href=\"plain\">plain</a>\n"
              "<a href=\"/item/plain?n=1234\" data-open=\"true\" data-n=\"1234\">"
              "<bdi translate=\"no\">plain</bdi></a>\n"
              "<img src=\"/x\" alt=\"plain does not exist.\">\n<p>1,234 1.5 MB 25% 0.25</p>\n"
              "<ul>\n<li>0: a.jpg does not exist. &#10003;</li>\n"
              "<li>1: &lt;b&gt;\\x1B does not exist. </li>\n<li>1,234,567</li>\n</ul>\n"
              "<pre>\n  { }  \n</pre>\n<p>Seventh 1,234 of plains</p>\n</body>\n</html>\n");
    sample.is_open = false;
    sample.count = 1;
    render(&out, "ar", &sample);
    CHECK(str_find(strbuf_str(&out), STR("<html lang=\"ar\" dir=\"rtl\">")) >= 0);
    CHECK(str_find(strbuf_str(&out), STR("<h1 title=\"plain\" >plain</h1>")) >= 0);
    CHECK(str_find(strbuf_str(&out), STR("alt=\"\u2068plain\u2069 ")) >= 0);
    CHECK(str_find(strbuf_str(&out), STR("<bdi>a.jpg</bdi> ")) >= 0);
    CHECK(str_find(strbuf_str(&out), STR("<p>1</p>")) >= 0);
    strbuf_done(&out);
}

// Nothing a value holds may open a tag, leave its attribute or run.
TEST(hostile_values_stay_inert)
{
    static const char *const VALUES[] = {"<script>alert(1)</script>",
                                         "\"><img src=x onerror=alert(1)>",
                                         "' onclick='x",
                                         "javascript:alert(1)",
                                         "JaVaScRiPt:alert(1)",
                                         " javascript:alert(1)",
                                         "java\tscript:alert(1)",
                                         "\x01javascript:alert(1)",
                                         "data:text/html,<script>",
                                         "vbscript:x",
                                         "//evil.example/<",
                                         "&#x6a;avascript:1",
                                         "</title><script>",
                                         "</style><script>",
                                         "--><script>",
                                         "{{= x}}",
                                         "\xff\xfe<",
                                         "`onload=1",
                                         "blob:x",
                                         "\u202ejavascript:x"};
    StrBuf out = STRBUF(100000);
    Sample plain = sample_of("plain");
    render(&out, "en", &plain);
    int tags = 0, quotes = 0;
    for (size_t i = 0; i < out.len; i++) {
        tags += out.ptr[i] == '<';
        quotes += out.ptr[i] == '"';
    }
    for (size_t v = 0; v < sizeof VALUES / sizeof VALUES[0]; v++) {
        Sample sample = sample_of(VALUES[v]);
        render(&out, "en", &sample);
        int tags_now = 0, quotes_now = 0;
        for (size_t i = 0; i < out.len; i++) {
            tags_now += out.ptr[i] == '<';
            quotes_now += out.ptr[i] == '"';
            CHECK(out.ptr[i] != '\'');
        }
        CHECK_INT(tags_now, tags);
        CHECK_INT(quotes_now, quotes);
        ptrdiff_t link = str_find(strbuf_str(&out), STR("<a href=\""));
        REQUIRE(link >= 0);
        Str url = str_from_index(strbuf_str(&out), (size_t)link + 9);
        url.len = (size_t)str_find_byte(url, '"');
        ptrdiff_t colon = str_find_byte(url, ':');
        CHECK(colon < 0 || str_is(url, "about:invalid") || str_find_byte(url, '/') < colon ||
              str_has_prefix(url, STR("&amp;#x6a;")));
    }
    strbuf_done(&out);
}

TEST(urls_that_are_allowed)
{
    static const char *const ROWS[][2] = {
        {"https://a.example/?x=1&y=2", "https://a.example/?x=1&amp;y=2"},
        {"HTTP://a", "HTTP://a"},
        {"mailto:a@b", "mailto:a@b"},
        {"/a:b", "/a:b"},
        {"?a:b", "?a:b"},
        {"#x", "#x"},
        {"", ""},
        {"a/b:c", "a/b:c"},
        {"ftp://x", "about:invalid"},
        {"a b", "about:invalid"},
        {"x\\y", "about:invalid"}};
    StrBuf out = STRBUF(1000);
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        strbuf_clear(&out);
        html_put_url(&out, lang_get(STR("en")), ROWS[i][0]);
        CHECK_STR(strbuf_str(&out), ROWS[i][1]);
    }
    strbuf_clear(&out);
    html_put_url_part(&out, lang_get(STR("en")), "a/b?c&d\"é");
    html_put_attribute(&out, lang_get(STR("ar")), -0.5);
    html_put_attribute(&out, lang_get(STR("ar")), 12345);
    CHECK_STR(strbuf_str(&out), "a%2Fb%3Fc%26d%22%C3%A9-0.512345");
    strbuf_done(&out);
}
