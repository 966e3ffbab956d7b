// The route table: patterns, typed parameters, methods, and the rows that it refuses.
#include "web/route.h"

#include "t.h"

static Err nothing(WebRequest *request, WebReply *reply, Diag *diag) {
    return ERR_OK;
}
#define GET_ROW(path) \
    WEB_ROUTE(GET, path, SIGNED_IN, PURPOSE_NONE, CSRF_NONE, 0, WEB_UNLOGGED, 0, nothing)
#define POST_ROW(path) \
    WEB_ROUTE(POST, path, SIGNED_IN, PURPOSE_NONE, CSRF_FORM, 1000, WEB_UNLOGGED, 0, nothing)
#define ID "0123456789abcdefghjkmnpqrs"

static Err table_of(const WebRoute *rows, size_t count, RouteTable **ret) {
    RouteRows part = {rows, count};
    return route_table_new(&part, 1, ret, NULL);
}

TEST(finds_by_part_and_type)
{
    const WebRoute rows[] = {GET_ROW("/"),
                             GET_ROW("/cases"),
                             POST_ROW("/cases"),
                             GET_ROW("/cases/{id}"),
                             GET_ROW("/cases/new"),
                             GET_ROW("/cases/{id}/items/{item}"),
                             GET_ROW("/ledger/{index:number}"),
                             GET_ROW("/static/{name:word}")};
    _cleanup_(route_table_freep) RouteTable *table = NULL;
    REQUIRE(table_of(rows, 8, &table) == ERR_OK);
    CHECK_INT(route_table_count(table), 8);
    RouteMatch match;
    route_table_find(table, WEB_GET, STR("/"), &match);
    CHECK(match.route == &rows[0]);
    route_table_find(table, WEB_GET, STR("/cases/new"), &match);
    CHECK(match.route == &rows[4]);
    route_table_find(table, WEB_GET, STR("/cases/" ID), &match);
    CHECK(match.route == &rows[3]);
    CHECK_STR(match.params[0].name, "id");
    CHECK_STR(match.params[0].value, ID);
    route_table_find(table, WEB_GET,
                     STR("/cases/" ID "/items/1"
                         "123456789abcdefghjkmnpqrs"),
                     &match);
    CHECK(match.route == &rows[5]);
    CHECK_INT(match.param_count, 2);
    CHECK_STR(match.params[1].name, "item");
    route_table_find(table, WEB_GET, STR("/ledger/17"), &match);
    CHECK(match.route == &rows[6]);
    route_table_find(table, WEB_POST, STR("/cases"), &match);
    CHECK(match.route == &rows[2]);
    CHECK_INT(match.methods, 1 << WEB_GET | 1 << WEB_POST);
    route_table_find(table, WEB_DELETE, STR("/cases"), &match);
    CHECK(match.route == NULL && match.methods != 0);
}

TEST(what_does_not_fit_is_not_found)
{
    const WebRoute rows[] = {GET_ROW("/cases/{id}"), GET_ROW("/ledger/{index:number}"),
                             GET_ROW("/static/{name:word}")};
    _cleanup_(route_table_freep) RouteTable *table = NULL;
    REQUIRE(table_of(rows, 3, &table) == ERR_OK);
    static const char *const WRONG[] = {"",
                                        "cases",
                                        "/",
                                        "/cases",
                                        "/cases/",
                                        "/cases/x",
                                        ("/cases/" ID "/"),
                                        ("//cases/" ID),
                                        "/ledger/-1",
                                        "/ledger/1x",
                                        "/ledger/9999999999999999999",
                                        "/ledger/",
                                        "/static/..",
                                        "/static/.x",
                                        "/static/a b",
                                        "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p"};
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        RouteMatch match;
        route_table_find(table, WEB_GET, str_from(WRONG[i]), &match);
        if (match.route != NULL || match.methods != 0)
            t_fail(__FILE__, __LINE__, "%s is found", WRONG[i]);
    }
}

TEST(refuses_rows_that_protect_nothing)
{
    RouteTable *table = NULL;
    WebRoute row = GET_ROW("/x");
    row.permission_row = 0;
    CHECK_ERR(table_of(&row, 1, &table), ERR_INVALID);
    row = POST_ROW("/x");
    row.csrf = CSRF_NONE;
    CHECK_ERR(table_of(&row, 1, &table), ERR_INVALID);
    row = GET_ROW("/x");
    row.csrf = CSRF_FORM;
    CHECK_ERR(table_of(&row, 1, &table), ERR_INVALID);
    row = GET_ROW("/x");
    row.handler = NULL;
    CHECK_ERR(table_of(&row, 1, &table), ERR_INVALID);
    const WebRoute twice[] = {GET_ROW("/x/{a}"), GET_ROW("/x/{b}")};
    CHECK_ERR(table_of(twice, 2, &table), ERR_INVALID);
    const WebRoute paths[] = {GET_ROW("x"), GET_ROW("/{a"), GET_ROW("/{a:path}"), GET_ROW("/a b"),
                              GET_ROW("/../x")};
    for (size_t i = 0; i < 5; i++)
        CHECK_ERR(table_of(&paths[i], 1, &table), ERR_INVALID);
    CHECK(table == NULL);
}
