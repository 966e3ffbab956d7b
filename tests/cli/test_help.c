// Help pages against golden text, in three languages and a pseudo-locale.
#include "cli/help.h"

#include "t.h"

static const Option OPTIONS[] = {
    {"json", 0, OPTION_FLAG, 0, NULL, "Write one JSON object a line"},
    {"list", 'l', OPTION_TEXTS, 0, "X9-Y",
     "Untranslated words that are long enough to need a second line here"},
    {0},
};
static const Command FIRST = {.name = "try",
                              .summary = "Try something",
                              .operands = "Z9",
                              .options = OPTIONS,
                              .description = "One paragraph.\n\nAnother paragraph."};
static const Command SECOND = {.name = "try again", .summary = "Try again"};

static void page(StrBuf *out, const char *tag, const Command *command) {
    static const Command *const ROWS[] = {&FIRST, &SECOND};
    strbuf_clear(out);
    if (command != NULL)
        help_put_command(out, lang_get(str_from(tag)), command, 60);
    else
        help_put_overview(out, lang_get(str_from(tag)), (CommandTable){ROWS, 2}, NULL, 60);
    CHECK_OK(strbuf_err(out));
}

TEST(english)
{
    StrBuf out = STRBUF(100000);
    page(&out, "en", &FIRST);
    CHECK_STR(strbuf_str(&out),
              "Usage: seventh try [OPTION…] Z9\n\nTry something\n\nOne paragraph.\n\n"
              "Another paragraph.\n\nOptions:\n"
              "      --json        Write one JSON object a line\n"
              "  -l, --list X9-Y…  Untranslated words that are long enough\n"
              "                    to need a second line here\n"
              "      --lang TAG    Speak this language, e.g. fr or ar-MA,\n"
              "                    instead of that of the environment\n"
              "  -h, --help        Show this help\n");
    page(&out, "en", &SECOND);
    CHECK(str_has_prefix(
        strbuf_str(&out),
        STR("Usage: seventh try again\n\nTry again\n\nOptions:\n      --lang TAG  ")));
    page(&out, "en", NULL);
    CHECK(str_find(strbuf_str(&out),
                   STR("\n  try        Try something\n  try again  Try again\n")) > 0);
    strbuf_done(&out);
}

TEST(french)
{
    StrBuf out = STRBUF(100000);
    page(&out, "fr", &FIRST);
    CHECK_STR(strbuf_str(&out),
              "Utilisation\u00a0: seventh try [OPTION…] Z9\n\nTry something\n\nOne paragraph.\n\n"
              "Another paragraph.\n\nOptions\u00a0:\n"
              "      --json        Écrire un objet JSON par ligne\n"
              "  -l, --list X9-Y…  Untranslated words that are long enough\n"
              "                    to need a second line here\n"
              "      --lang CODE   Parler cette langue, par exemple fr ou\n"
              "                    ar-MA, au lieu de celle de\n"
              "                    l’environnement\n"
              "  -h, --help        Afficher cette aide\n");
    strbuf_done(&out);
}

TEST(arabic_isolates_what_is_typed)
{
    StrBuf out = STRBUF(100000);
    page(&out, "ar", &SECOND);
    CHECK_STR(strbuf_str(&out),
              "الاستعمال: \u2068seventh try again\u2069\n\nTry again\n\nالخيارات:\n"
              "  \u2068    --lang رمز\u2069  استعمال هذه اللغة، مثل fr أو ar-MA، بدلًا\n"
              "                  من لغة البيئة\n"
              "  \u2068-h, --help\u2069      عرض هذه المساعدة\n");
    page(&out, "ar", NULL);
    CHECK(str_find(strbuf_str(&out), STR("\n  \u2068try\u2069        Try something\n")) > 0);
    strbuf_done(&out);
}
