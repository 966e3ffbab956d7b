// The option parser: every way to write an option, and every refusal.
#include "cli/options.h"

#include "t.h"

typedef struct Target {
    bool is_loud, is_quick;
    const char *name;
    int64_t jobs;
    TextList lists;
} Target;

static bool looks_like_list(const char *argument) {
    return str_has_suffix(str_from(argument), STR(".list"));
}

static const Option OPTIONS[] = {
    {"loud", 'l', OPTION_FLAG, offsetof(Target, is_loud), NULL, "x"},
    {"quick", 'q', OPTION_FLAG, offsetof(Target, is_quick), NULL, "x"},
    {"name", 'n', OPTION_TEXT, offsetof(Target, name), "NAME", "x"},
    {"jobs", 'j', OPTION_NUMBER, offsetof(Target, jobs), "N", "x", 1, 64},
    {"least", 0, OPTION_NUMBER, offsetof(Target, jobs), "N", "x", 5, INT64_MAX},
    {"list", 0, OPTION_TEXTS, offsetof(Target, lists), "LIST", "x", .takes = looks_like_list},
    {"one", 0, OPTION_TEXTS, offsetof(Target, lists), "LIST", "x"},
    {0},
};
static const Command COMMAND = {.name = "try",
                                .operands = "PATH…",
                                .operands_min = 1,
                                .operands_max = 2,
                                .options = OPTIONS,
                                .options_size = sizeof(Target)};

static Target target;
static GlobalOptions globals;
static char *operands[400];
static int operand_count;
static Diag diag;

static Err parse(int argc, const char *const *argv) {
    memset(&target, 0, sizeof target);
    globals = (GlobalOptions){0};
    operand_count = -1;
    diag_set(&diag, ERR_OK, NULL);
    return options_parse(&COMMAND, argc, (char **)(uintptr_t)argv, &target, &globals, operands,
                         &operand_count, &diag);
}
#define PARSE(...) \
    parse((int)(sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *)), \
          (const char *[]){__VA_ARGS__})

static const char *said(void) {
    static char text[500];
    StrBuf out = STRBUF(sizeof text - 1);
    tr_diag(&out, lang_get(STR("en")), &diag);
    snprintf(text, sizeof text, "%s", strbuf_text(&out));
    strbuf_done(&out);
    return text;
}

TEST(options_in_every_form)
{
    CHECK_OK(PARSE("a", "--loud", "--name", "x", "b", "-j", "4"));
    CHECK(target.is_loud && !target.is_quick && target.jobs == 4 && operand_count == 2);
    CHECK_STR(str_from(target.name), "x");
    CHECK_STR(str_from(operands[1]), "b");
    CHECK_OK(PARSE("-lqj4", "--name=--jobs", "a"));
    CHECK(target.is_loud && target.is_quick && target.jobs == 4);
    CHECK_STR(str_from(target.name), "--jobs");
    CHECK_OK(PARSE("-n-l", "a"));
    CHECK_STR(str_from(target.name), "-l");
    CHECK(!target.is_loud);
    CHECK_OK(PARSE("--", "--loud", "-"));
    CHECK(!target.is_loud && operand_count == 2);
    CHECK_OK(PARSE("-", "--lang", "fr"));
    CHECK_STR(str_from(globals.lang), "fr");
    CHECK_STR(str_from(operands[0]), "-");
    CHECK_OK(PARSE("--name=", "a"));
    CHECK_STR(str_from(target.name), "");
}

TEST(lists_take_what_looks_like_one)
{
    CHECK_OK(PARSE("--list", "a", "b.list", "c.list", "d", "--list=e.list", "f.list"));
    CHECK_INT(target.lists.len, 5);
    CHECK_INT(operand_count, 1);
    CHECK_STR(str_from(target.lists.items[4]), "f.list");
    CHECK_OK(PARSE("--one", "a.list", "b.list"));
    CHECK_INT(target.lists.len, 1);
    CHECK_OK(PARSE("--list", "a.list", "--", "b.list"));
    CHECK_INT(target.lists.len, 1);
    static const char *many[600];
    for (int i = 0; i < 600; i++)
        many[i] = i % 2 == 0 ? "--one" : "x";
    CHECK_ERR(parse(600, many), ERR_LIMIT);
}

TEST(help_ends_the_checks)
{
    CHECK_OK(PARSE("--help"));
    CHECK(globals.wants_help);
    CHECK_OK(PARSE("-h", "--nonsense"));
    CHECK(globals.wants_help);
}

TEST(refusals_say_what_to_do)
{
    CHECK_ERR(PARSE("--lood", "a"), ERR_INVALID);
    CHECK_STR(str_from(said()), "There is no option --lood. Did you mean --loud?");
    CHECK_ERR(PARSE("--zzzzzz=3", "a"), ERR_INVALID);
    CHECK_STR(str_from(said()),
              "There is no option --zzzzzz. “seventh help try” lists the options.");
    CHECK_ERR(PARSE("-lé", "a"), ERR_INVALID);
    CHECK_STR(str_from(said()), "There is no option -é. “seventh help try” lists the options.");
    CHECK_ERR(PARSE("-\xff"), ERR_INVALID);
    CHECK_ERR(PARSE("--loud=yes", "a"), ERR_INVALID);
    CHECK_STR(str_from(said()), "The option --loud takes no value.");
    CHECK_ERR(PARSE("a", "-j"), ERR_INVALID);
    CHECK_STR(str_from(said()), "The option -j needs a value.");
    CHECK_ERR(PARSE("a", "-j", "65"), ERR_INVALID);
    CHECK_STR(str_from(said()), "The option --jobs needs a whole number from 1 to 64, not “65”.");
    CHECK_ERR(PARSE("a", "--jobs=4x"), ERR_INVALID);
    CHECK_ERR(PARSE("a", "--jobs", "99999999999999999999"), ERR_INVALID);
    CHECK_ERR(PARSE("a", "--least", "-1"), ERR_INVALID);
    CHECK_STR(str_from(said()), "The option --least needs a whole number of at least 5, not “-1”.");
    CHECK_ERR(PARSE("-l"), ERR_INVALID);
    CHECK_STR(str_from(said()),
              "Something is missing after “seventh try”. “seventh help try” shows what it needs.");
    CHECK_ERR(PARSE("a", "b", "c"), ERR_INVALID);
    CHECK_STR(str_from(said()),
              "“c” is one argument too many. “seventh help try” shows what the command takes.");
}
