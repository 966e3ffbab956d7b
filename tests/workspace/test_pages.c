// Every page: small, escaped, each form with its token. With SEVENTH_PREVIEW=FOLDER the pages are
// written there, in English and Arabic, to be looked at.
#include "base/file.h"
#include "page_samples.h"
#include "t.h"

enum { PAGE_MAX = 60 << 10, FRAME_ROOM = 6 << 10 };

static size_t count_of(Str text, const char *part) {
    size_t count = 0;
    for (ptrdiff_t at; (at = str_find(text, str_from(part))) >= 0; count++)
        text = str_from_index(text, (size_t)at + strlen(part));
    return count;
}

TEST(a_page_stays_small)
{
    static const char *const TAGS[] = {"en", "fr", "ar"};
    for (size_t l = 0; l < 3; l++)
        for (size_t i = 0; i < PAGE_SAMPLE_COUNT; i++) {
            _cleanup_strbuf_ StrBuf out = STRBUF(4 << 20);
            PAGE_SAMPLES[i].put(&out, lang_get(str_from(TAGS[l])), (Str){0});
            CHECK_OK(strbuf_err(&out));
            if (out.len > PAGE_MAX - FRAME_ROOM)
                t_fail(__FILE__, __LINE__, "%s in %s: %zu bytes", PAGE_SAMPLES[i].name, TAGS[l],
                       out.len);
        }
}

TEST(what_people_typed_stays_text)
{
    static const char *const HOSTILE[] = {
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>",
        "' onfocus='alert(1)",       "javascript:alert(1)",
        "--><svg onload=alert(1)>",  "{= x}</textarea></title><b>"};
    for (size_t h = 0; h < sizeof HOSTILE / sizeof HOSTILE[0]; h++)
        for (size_t i = 0; i < PAGE_SAMPLE_COUNT; i++) {
            _cleanup_strbuf_ StrBuf out = STRBUF(4 << 20);
            PAGE_SAMPLES[i].put(&out, lang_get(STR("en")), str_from(HOSTILE[h]));
            Str page = strbuf_str(&out);
            CHECK_OK(strbuf_err(&out));
            CHECK(page.len > 0);
            if (count_of(page, "<script") + count_of(page, "<img") + count_of(page, "<svg onload") +
                    count_of(page, "href=\"javascript:") + count_of(page, "action=\"javascript:") +
                    count_of(page, "</textarea>") + count_of(page, "\" onfocus") +
                    count_of(page, "\"><b>") >
                0)
                t_fail(__FILE__, __LINE__, "%s lets through: %s", PAGE_SAMPLES[i].name, HOSTILE[h]);
        }
}

TEST(every_form_that_changes_something_has_a_token)
{
    for (size_t i = 0; i < PAGE_SAMPLE_COUNT; i++) {
        _cleanup_strbuf_ StrBuf out = STRBUF(4 << 20);
        PAGE_SAMPLES[i].put(&out, lang_get(STR("en")), (Str){0});
        Str page = strbuf_str(&out);
        if (count_of(page, "method=\"post\"") != count_of(page, "name=\"csrf\""))
            t_fail(__FILE__, __LINE__, "%s: a form without its token", PAGE_SAMPLES[i].name);
        CHECK_INT(count_of(page, "<h1"), 1);
        CHECK_INT(count_of(page, " style=") + count_of(page, " onclick"), 0);
        CHECK_INT(count_of(page, "<input") - count_of(page, "type=\"hidden\"") -
                      count_of(page, "aria-hidden=\"true\""),
                  count_of(page, "<label for=") - count_of(page, "<select") -
                      count_of(page, "<textarea"));
    }
}

// A frame for looking at the pages; the real one is the web room's.
static void preview_put(StrBuf *out, const Lang *lang, const char *name, Str inside) {
    strbuf_printf(
        out,
        "<!doctype html><html lang=\"%s\" dir=\"%s\"><head><meta charset=\"utf-8\"><meta "
        "name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>%s"
        "</title><link rel=\"stylesheet\" href=\"workspace.css\"></head><body class=\"exercise\">"
        "<a class=\"skip\" href=\"#main\">Skip</a><header class=\"bar\"><a "
        "class=\"product\" href=\"/\">Seventh</a><nav class=\"main\"><ul><li><a "
        "aria-current=\"page\" href=\"#\">Desk <span class=\"count\">7</span></a></li><li><a "
        "href=\"#\">Cases</a></li><li><a "
        "href=\"#\">Lists</a></li><li><a href=\"#\">Approvals</a></li><li><a "
        "href=\"#\">People</a></li><li><a href=\"#\">Units</a></li><li><a "
        "href=\"#\">Ledger</a></li></ul></nav><div class=\"who\"><a "
        "href=\"#\">a-417</a><form><button>Sign out</button></form></div></header>"
        "<p class=\"mark\">Exercise</p><main id=\"main\">",
        lang_tag(lang), lang_is_rtl(lang) ? "rtl" : "ltr", name);
    strbuf_put(out, inside);
    strbuf_put_text(out,
                    "</main><footer class=\"foot\"><form class=\"language\"><label "
                    "for=\"l\">Language</label><select id=\"l\"><option>English</option>"
                    "</select><button>Change</button></form><p>Seventh</p></footer></body></html>");
}

TEST(preview)
{
    const char *folder = getenv("SEVENTH_PREVIEW");
    if (folder == NULL) {
        t_skip("SEVENTH_PREVIEW is not set");
        return;
    }
    static const char *const TAGS[] = {"en", "ar"};
    for (size_t l = 0; l < 2; l++)
        for (size_t i = 0; i < PAGE_SAMPLE_COUNT; i++) {
            const Lang *lang = lang_get(str_from(TAGS[l]));
            _cleanup_strbuf_ StrBuf inside = STRBUF(4 << 20), out = STRBUF(4 << 20),
                                    path = STRBUF(4096);
            PAGE_SAMPLES[i].put(&inside, lang, (Str){0});
            preview_put(&out, lang, PAGE_SAMPLES[i].name, strbuf_str(&inside));
            strbuf_printf(&path, "%s/%s.%s.html", folder, PAGE_SAMPLES[i].name, TAGS[l]);
            CHECK_OK(file_replace(strbuf_text(&path), strbuf_str(&out), false, NULL));
        }
}
