// The catalogue: locale negotiation, placeholders, plurals, isolates, hostile arguments, errors.
#include "language/catalogue.h"

#include "t.h"

static const char *filled(const char *tag, const char *msgid, MsgArgs args) {
    static char text[1024];
    StrBuf out = STRBUF(sizeof text - 1);
    tr_put(&out, lang_get(str_from(tag)), NULL, msgid, args);
    snprintf(text, sizeof text, "%s", strbuf_text(&out));
    strbuf_done(&out);
    return text;
}

TEST(locale_is_the_nearest_there_is)
{
    static const char *const ROWS[][2] = {
        {"en", "en"},
        {"", "en"},
        {"C", "en"},
        {"POSIX", "en"},
        {"C.UTF-8", "en"},
        {"fr", "fr"},
        {"fr_FR.UTF-8", "fr-FR"},
        {"fr-CA", "fr-CA"},
        {"FR", "fr"},
        {"ar_MA@x", "ar-MA"},
        {"ar-Arab-EG", "ar-EG"},
        {"tlh", "en"},
        {"fr-Latn", "fr"},
        {"fr-ZZ", "fr"},
        {"en-XA", "en-XA"},
        {"ar-xb", "ar-XB"},
        {"en-GB", "en-GB"},
        {"\x1b[31m", "en"},
        {"fr/../../etc", "en"},
        {"ar_EG.UTF-8", "ar-EG"},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++)
        CHECK_STR(str_from(lang_tag(lang_get(str_from(ROWS[i][0])))), ROWS[i][1]);
    CHECK(lang_get(STR("fr")) == lang_get(STR("fr")));
    CHECK(lang_exists(STR("fr-BE")) && lang_exists(STR("en-US")) && !lang_exists(STR("tlh")));
    CHECK(lang_is_rtl(lang_get(STR("ar"))) && !lang_is_rtl(lang_get(STR("fr"))));
    char hostile[300];
    memset(hostile, 'a', sizeof hostile);
    CHECK_STR(str_from(lang_tag(lang_get(str_of(hostile, sizeof hostile)))), "en");
}

TEST(placeholders_are_filled)
{
    CHECK_STR(str_from(filled("en", "{a} and {b}, {a}",
                              MSG_ARGS(msg_text("a", STR("x")), msg_text("b", STR("y"))))),
              "x and y, x");
    CHECK_STR(str_from(filled("en", "{{a}} {unknown} {", MSG_ARGS(msg_text("a", STR("x"))))),
              "{a} {unknown} {");
    CHECK_STR(str_from(filled("en", "}} } {}", MSG_NONE)), "} } {}");
    CHECK_STR(str_from(filled("en", "{n}", MSG_ARGS(msg_int("n", -1234567)))), "-1,234,567");
    CHECK_STR(str_from(filled("en", "{n}", MSG_ARGS(msg_int("n", INT64_MIN)))),
              "-9,223,372,036,854,775,808");
    CHECK_STR(str_from(filled("fr", "{n}", MSG_ARGS(msg_int("n", 1234567)))),
              "1\u202f234\u202f567");
    CHECK_STR(str_from(filled("ar-EG", "{n}", MSG_ARGS(msg_int("n", 1234)))), "١٬٢٣٤");
    CHECK_STR(str_from(filled("ar-MA", "{n}", MSG_ARGS(msg_int("n", 1234)))), "1.234");
    CHECK_STR(str_from(filled("en-IN", "{n}", MSG_ARGS(msg_int("n", 12345678)))), "1,23,45,678");
    CHECK_STR(str_from(filled("en", "{n}", MSG_ARGS(msg_bytes("n", 999)))), "999 bytes");
    CHECK_STR(str_from(filled("en", "{n}", MSG_ARGS(msg_bytes("n", 1230000)))), "1.23 MB");
    CHECK_STR(str_from(filled("en", "{n}", MSG_ARGS(msg_bytes("n", 999999)))), "1 MB");
    CHECK_STR(str_from(filled("fr", "{n}", MSG_ARGS(msg_bytes("n", 1500000000)))), "1,5\u202fGo");
    CHECK_STR(str_from(filled("en", "{n}", MSG_ARGS(msg_percent("n", 0.125)))), "12.5%");
}

TEST(arguments_cannot_act_on_the_terminal_or_reorder_the_line)
{
    CHECK_STR(str_from(filled("en", "{f}", MSG_ARGS(msg_ident("f", STR("a\x1b[2Jb\n\t\x7f"))))),
              "a\\x1B[2Jb\\n\\t\\x7F");
    CHECK_STR(str_from(filled("en", "{f}", MSG_ARGS(msg_text("f", STR("a\u202egpj.exe\u2069"))))),
              "a\\u202Egpj.exe\\u2069");
    CHECK_STR(str_from(filled("en", "{f}", MSG_ARGS(msg_text("f", STR("\xff\xc3(\xe2\x82"))))),
              "\\xFF\\xC3(\\xE2\\x82");
    CHECK_STR(
        str_from(filled("en", "{f}", MSG_ARGS(msg_text("f", STR("\xc2\x9b\x33\x31m\xc2\x85"))))),
        "\\x9B31m\\x85");
    CHECK_STR(
        str_from(filled("en", "{f}", MSG_ARGS(msg_text("f", STR("na\u00efve \ufffd \u200c"))))),
        "na\u00efve \ufffd \u200c");
    CHECK_STR(str_from(filled("en", "{f}", MSG_ARGS(msg_text("f", STR("{f}"))))), "{f}");
}

TEST(balanced_isolates_stay_and_others_are_shown)
{
    static const char *const ROWS[][2] = {
        {"a \u2068b\u2069", "a \u2068b\u2069"},
        {"\u2068a\u2068b\u2069\u2069", "\u2068a\u2068b\u2069\u2069"},
        {"a\u2068b", "a\\u2068b"},
        {"a\u2069b\u2068", "a\\u2069b\\u2068"},
        {"\u2067a\u2069", "\\u2067a\\u2069"},
        {"\u2068\u202ea\u2069", "\u2068\\u202Ea\u2069"},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++)
        CHECK_STR(str_from(filled("en", "{f}", MSG_ARGS(msg_text("f", str_from(ROWS[i][0]))))),
                  ROWS[i][1]);
}

TEST(identifiers_are_isolated_where_directions_meet)
{
    CHECK_STR(str_from(filled("en", "{f}!", MSG_ARGS(msg_ident("f", STR("a.jpg"))))), "a.jpg!");
    CHECK_STR(str_from(filled("en", "{f}!", MSG_ARGS(msg_ident("f", STR("صورة.jpg"))))),
              "\u2068صورة.jpg\u2069!");
    CHECK_STR(str_from(filled("ar", "{f}!", MSG_ARGS(msg_ident("f", STR("a.jpg"))))),
              "\u2068a.jpg\u2069!");
    CHECK_STR(str_from(filled("ar", "{f}!", MSG_ARGS(msg_text("f", STR("صورة"))))), "صورة!");
}

TEST(html_is_escaped_and_isolated)
{
    StrBuf out = STRBUF(1000);
    tr_put_html(&out, lang_get(STR("ar")), NULL, "<b>{f}",
                MSG_ARGS(msg_ident("f", STR("<script>\"'&\n"))));
    CHECK_STR(strbuf_str(&out), "&lt;b&gt;<bdi>&lt;script&gt;&quot;&#39;&amp;\\n</bdi>");
    strbuf_done(&out);
}

TEST(plural_falls_back_to_english)
{
    StrBuf out = STRBUF(1000);
    trn_put(&out, lang_get(STR("en")), NULL, "{n} thing in {p}", "{n} things in {p}", 1,
            MSG_ARGS(msg_ident("p", STR("x"))));
    trn_put(&out, lang_get(STR("fr")), NULL, "; {n} thing", "; {n} things", 0, MSG_NONE);
    CHECK_STR(strbuf_str(&out), "1 thing in x; 0 things");
    strbuf_done(&out);
}

TEST(pseudo_locale_is_complete)
{
    for (size_t i = 0; i < lang_status_count(); i++) {
        LangStatus status = lang_status(i);
        CHECK(status.messages > 20);
        if (status.is_pseudo)
            CHECK_INT(status.translated, status.messages);
    }
    Str text = tr(lang_get(STR("en-XA")), NULL, "Interrupted.");
    CHECK(str_has_prefix(text, STR("⟦Îñţéŕŕûþţéð")));
}

TEST(diag_names_its_place)
{
    StrBuf out = STRBUF(1000);
    Diag diag;
    const Lang *en = lang_get(STR("en"));
    diag_set(&diag, ERR_SYNTAX, "Bad {what}.");
    diag_arg(&diag, "what", STR("x\x1b"));
    tr_diag(&out, en, &diag);
    strbuf_put_byte(&out, '|');
    diag_file(&diag, STR("a{message}b"));
    tr_diag(&out, en, &diag);
    strbuf_put_byte(&out, '|');
    diag_place(&diag, 12345, 7);
    tr_diag(&out, en, &diag);
    strbuf_put_byte(&out, '|');
    diag_errno(&diag, 2, "/x");
    tr_diag(&out, en, &diag);
    strbuf_put_byte(&out, '|');
    diag_set(&diag, ERR_TIMEOUT, NULL);
    tr_diag(&out, en, &diag);
    CHECK_STR(strbuf_str(&out), "Bad x\\x1B.|a{message}b: Bad x\\x1B.|"
                                "a{message}b, record 7, byte 12345: Bad x\\x1B.|/x does not exist.|"
                                "It took too long.");
    strbuf_done(&out);
}

TEST(translations_are_used)
{
    CHECK_STR(tr(lang_get(STR("fr-BE")), NULL, "Interrupted."), "Interrompu.");
    CHECK_STR(
        str_from(filled("fr", "{file} does not exist.", MSG_ARGS(msg_ident("file", STR("a"))))),
        "a n’existe pas.");
    CHECK_STR(
        str_from(filled("ar-MA", "{file} does not exist.", MSG_ARGS(msg_ident("file", STR("a"))))),
        "\u2068a\u2069 غير موجود.");
}
