// The reading of statements: parameters are found where both databases see them, and only there.
#include "base/strbuf.h"
#include "store/query.h"
#include "t.h"

typedef struct Accepted {
    const char *sql, *numbered, *params; // names joined by spaces
} Accepted;

static const Accepted ACCEPTED[] = {
    {"SELECT 1", "SELECT 1", ""},
    {"SELECT :a, :b, :a", "SELECT $1, $2, $1", "a b"},
    {"SELECT ':a' WHERE x=:x", "SELECT ':a' WHERE x=$1", "x"},
    {"SELECT 'it''s :a', :b", "SELECT 'it''s :a', $1", "b"},
    {"SELECT \":a\"\"\" FROM t WHERE y = :y", "SELECT \":a\"\"\" FROM t WHERE y = $1", "y"},
    {"SELECT 1 -- :a 'x\n, :b", "SELECT 1 -- :a 'x\n, $1", "b"},
    {"SELECT /* :a ' */ :b", "SELECT /* :a ' */ $1", "b"},
    {"SELECT 1-:a", "SELECT 1-$1", "a"},
    {"SELECT 6/:a", "SELECT 6/$1", "a"},
    {"SELECT (:a_1)", "SELECT ($1)", "a_1"},
    {"SELECT ''", "SELECT ''", ""},
    {"SELECT 'back\\' || :a", "SELECT 'back\\' || $1", "a"},
    {"SELECT 'Ä؟漢' -- é", "SELECT 'Ä؟漢' -- é", ""},
};

TEST(parameters_are_found_and_numbered)
{
    for (size_t i = 0; i < sizeof ACCEPTED / sizeof ACCEPTED[0]; i++) {
        Query query = {0};
        CHECK_OK(query_parse(str_from(ACCEPTED[i].sql), &query, NULL));
        CHECK_STR(str_from(query.numbered), ACCEPTED[i].numbered);
        char names[256] = "";
        for (int p = 0; p < query.param_count; p++)
            snprintf(names + strlen(names), sizeof names - strlen(names), "%s%.*s",
                     p > 0 ? " " : "", STR_ARG(query.params[p]));
        CHECK_STR(str_from(names), ACCEPTED[i].params);
        query_done(&query);
    }
}

TEST(what_the_databases_read_differently_is_refused)
{
    static const char *const REFUSED[] = {
        "",
        "  \n-- nothing\n/* at all */",
        "SELECT 1; DROP TABLE t",
        "SELECT 1;",
        "SELECT ?",
        "SELECT ?1",
        "SELECT $1",
        "SELECT @a",
        "SELECT #a",
        "SELECT [a]",
        "SELECT `a`",
        "SELECT E'\\' , :a , '",
        "SELECT x'00'",
        "SELECT U&'\\0061'",
        "SELECT u&\"a\"",
        "SELECT $$ :a $$",
        "SELECT a::text",
        "SELECT :a::text",
        "SELECT :a:b",
        "SELECT :a(b)",
        "SELECT :aB",
        "SELECT :A",
        "SELECT :1",
        "SELECT :1a",
        "SELECT : a",
        "SELECT :a$b",
        "SELECT :a\xC3\xA9",
        "SELECT \xC3\xA9",
        "SELECT /* /* */ :a */ 1",
        "SELECT /* ",
        "SELECT /*/",
        "SELECT 'a",
        "SELECT 'a''",
        "SELECT \"a",
        "SELECT \"\"",
        "SELECT 1 -- a\r, :a",
        "SELECT\r1",
        "SELECT\v1",
        "SELECT\f1",
        "SELECT \\ 1",
        "SELECT '\xFF'",
        "SELECT :a_name_that_is_much_too_long_to_be_the_name_of_a_parameter",
    };
    for (size_t i = 0; i < sizeof REFUSED / sizeof REFUSED[0]; i++) {
        Query query = {0};
        Diag diag;
        Err err = query_parse(str_from(REFUSED[i]), &query, &diag);
        if (err != ERR_INTERNAL)
            t_fail(__FILE__, __LINE__, "accepted: %s", REFUSED[i]);
        CHECK(query.sql == NULL);
        query_done(&query);
    }
    CHECK_ERR(query_parse(STR("SELECT '\0'"), &(Query){0}, NULL), ERR_INTERNAL);
}

TEST(a_statement_has_limits)
{
    static char text[STORE_SQL_MAX + 2];
    memset(text, ' ', sizeof text);
    memcpy(text, "SELECT 1", 8);
    Query query = {0};
    CHECK_OK(query_parse(str_of(text, STORE_SQL_MAX), &query, NULL));
    query_done(&query);
    CHECK_ERR(query_parse(str_of(text, STORE_SQL_MAX + 1), &query, NULL), ERR_INTERNAL);
    StrBuf many = STRBUF(1 << 16);
    strbuf_put_text(&many, "SELECT 0");
    for (int i = 0; i < STORE_PARAMS_MAX; i++)
        strbuf_printf(&many, ", :p%d", i);
    CHECK_OK(query_parse(strbuf_str(&many), &query, NULL));
    CHECK_INT(query.param_count, STORE_PARAMS_MAX);
    CHECK_INT(query_param(&query, "p63"), 63);
    CHECK_INT(query_param(&query, "p64"), -1);
    query_done(&query);
    strbuf_put_text(&many, ", :more");
    CHECK_ERR(query_parse(strbuf_str(&many), &query, NULL), ERR_INTERNAL);
    strbuf_done(&many);
}
