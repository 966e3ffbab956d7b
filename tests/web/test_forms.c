// Who may send what: sessions, roles, gates, purposes, CSRF tokens, forms and files.
#include <stdatomic.h>
#include <unistd.h>

#include "client.h"

#define HOST "Host: localhost\r\n"
#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"

// The token that a page shows to this cookie ("session=analyst").
static void token_for(const Fixture *fixture, const char *cookie, char ret[129]) {
    Answer answer;
    ret[0] = '\0';
    client_ask(fixture, &answer, "GET /page HTTP/1.1\r\n" HOST "Cookie: %s\r\n\r\n", cookie);
    if (!answer_csrf(&answer, ret))
        t_fail(__FILE__, __LINE__, "no token for %s", cookie);
    answer_done(&answer);
}

static int post(const Fixture *fixture, const char *path, const char *headers, const char *body) {
    Answer answer;
    client_ask(fixture, &answer, "POST %s HTTP/1.1\r\n" HOST FORM "%sContent-Length: %zu\r\n\r\n%s",
               path, headers, strlen(body), body);
    int status = answer.status;
    answer_done(&answer);
    return status;
}

TEST(who_may_see_what)
{
    static const struct {
        const char *target, *cookie;
        int status;
        const char *location;
    } CASES[] = {
        {"/cases", "", 303, "/sign-in?next=%2Fcases"},
        {"/cases?x=1", "session=nobody", 303, "/sign-in?next=%2Fcases%3Fx%3D1"},
        {"/cases", "session=analyst", 200, NULL},
        {"/cases", "session=trainer", 403, NULL},
        {"/cases", "session=analyst; session=analyst", 303, "/sign-in?next=%2Fcases"},
        {"/cases", "session=gated", 303, "/enrol?next=%2Fcases"},
        {"/enrol", "session=gated", 200, NULL},
        {"/plain", "session=trainer", 200, NULL},
        {"/page", "session=nobody", 200, NULL},
    };
    Fixture fixture;
    fixture_start(&fixture, NULL);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Answer answer;
        client_ask(&fixture, &answer, "GET %s HTTP/1.1\r\n" HOST "Cookie: %s\r\n\r\n",
                   CASES[i].target, CASES[i].cookie);
        if (answer.status != CASES[i].status)
            t_fail(__FILE__, __LINE__, "%s with %s gives %d, expected %d", CASES[i].target,
                   CASES[i].cookie, answer.status, CASES[i].status);
        if (CASES[i].location != NULL)
            CHECK_STR(answer_header(&answer, "Location"), CASES[i].location);
        answer_done(&answer);
    }
    // A cookie is no token and a token is no cookie.
    CHECK_INT(client_status(&fixture, "POST /api/match HTTP/1.1\r\n" HOST
                                      "Cookie: session=analyst\r\nContent-Length: 1\r\n\r\nx"),
              401);
    CHECK_INT(client_status(&fixture, "GET /cases HTTP/1.1\r\n" HOST
                                      "Authorization: Bearer api-analyst\r\n\r\n"),
              303);
    CHECK_INT(client_status(&fixture,
                            "POST /api/match HTTP/1.1\r\n" HOST
                            "Authorization: Bearer api-analyst\r\nContent-Length: 1\r\n\r\nx"),
              200);
    fixture_stop(&fixture);
}

TEST(nothing_changes_without_the_token)
{
    Fixture fixture;
    char token[129], other[129], body[512], headers[512];
    fixture_start(&fixture, NULL);
    token_for(&fixture, "session=analyst", token);
    token_for(&fixture, "session=trainer", other);
    const char *cookie = "Cookie: session=analyst\r\n";
    CHECK_INT(post(&fixture, "/vote", cookie, "text=x"), 403);
    CHECK_INT(post(&fixture, "/vote", cookie, "text=x&csrf="), 403);
    snprintf(body, sizeof body, "text=x&csrf=%s", other);
    CHECK_INT(post(&fixture, "/vote", cookie, body), 403); // another session's
    snprintf(body, sizeof body, "text=x&csrf=%s", token);
    body[strlen(body) - 1] ^= 1;
    CHECK_INT(post(&fixture, "/vote", cookie, body), 403);
    CHECK_INT(atomic_load(&client_handled), 2); // the two pages
    CHECK_INT(post(&fixture, "/vote?csrf=0", cookie, ""), 403);
    snprintf(body, sizeof body, "text=x&csrf=%s", token);
    CHECK_INT(post(&fixture, "/vote", cookie, body), 200);
    CHECK_INT(post(&fixture, "/vote", "", body), 401); // no session
    CHECK_INT(post(&fixture, "/vote", "Cookie: session=nobody\r\n", body), 401);
    snprintf(headers, sizeof headers, "%sX-CSRF-Token: %s\r\n", cookie, token);
    CHECK_INT(post(&fixture, "/vote", headers, "text=x"), 200);
    // The token is right, but the browser says that the form comes from elsewhere.
    static const char *const FOREIGN[] = {
        "Origin: http://evil.example\r\n", "Origin: null\r\n", "Sec-Fetch-Site: cross-site\r\n",
        "Sec-Fetch-Site: same-site\r\n", "Origin: http://localhost.evil.example\r\n"};
    for (size_t i = 0; i < sizeof FOREIGN / sizeof *FOREIGN; i++) {
        snprintf(headers, sizeof headers, "%s%s", cookie, FOREIGN[i]);
        CHECK_INT(post(&fixture, "/vote", headers, body), 403);
    }
    snprintf(headers, sizeof headers,
             "%sOrigin: http://localhost\r\nSec-Fetch-Site: same-origin\r\n", cookie);
    CHECK_INT(post(&fixture, "/vote", headers, body), 200);
    // A lower role, with its own good token.
    snprintf(body, sizeof body, "text=x&csrf=%s", other);
    CHECK_INT(post(&fixture, "/vote", "Cookie: session=trainer\r\n", body), 403);
    CHECK_STR(str_from(client_last_refusal), "permission");
    // Another kind of body is no way around the form.
    Answer answer;
    client_ask(&fixture, &answer,
               "POST /vote HTTP/1.1\r\n" HOST "%sContent-Type: text/plain\r\nContent-Length: "
               "6\r\n\r\ntext=x",
               cookie);
    CHECK_INT(answer.status, 415);
    answer_done(&answer);
    fixture_stop(&fixture);
}

TEST(tokens_differ_each_time_and_before_a_session_too)
{
    Fixture fixture;
    Answer answer;
    char first[129], second[129], visitor[64], body[512], headers[256];
    fixture_start(&fixture, NULL);
    token_for(&fixture, "session=analyst", first);
    token_for(&fixture, "session=analyst", second);
    CHECK(strcmp(first, second) != 0);
    client_ask(&fixture, &answer, "GET /sign-in HTTP/1.1\r\n" HOST "\r\n");
    CHECK(answer_csrf(&answer, first));
    CHECK(answer_cookie(&answer, "visitor", visitor, sizeof visitor));
    answer_done(&answer);
    snprintf(body, sizeof body, "name=analyst&csrf=%s", first);
    CHECK_INT(post(&fixture, "/sign-in", "", body), 403); // without its cookie
    snprintf(headers, sizeof headers, "Cookie: visitor=0%.31s\r\n", visitor);
    CHECK_INT(post(&fixture, "/sign-in", headers, body), 403);
    client_ask(&fixture, &answer,
               "POST /sign-in HTTP/1.1\r\n" HOST FORM
               "Cookie: visitor=%s\r\nContent-Length: %zu\r\n\r\n%s",
               visitor, strlen(body), body);
    CHECK_INT(answer.status, 303);
    CHECK(answer_has(&answer, "Set-Cookie: session=analyst; Path=/; Max-Age=3600; SameSite=Lax; "
                              "HttpOnly\r\n"));
    answer_done(&answer);
    // A session that an attacker planted is not taken over: it is unknown and cleared.
    client_ask(&fixture, &answer, "GET /page HTTP/1.1\r\n" HOST "Cookie: session=planted\r\n\r\n");
    CHECK(answer_has(&answer, "Set-Cookie: session=; Path=/; Max-Age=0;"));
    answer_done(&answer);
    // A visitor's token does not serve the session that follows.
    snprintf(headers, sizeof headers, "Cookie: visitor=%s; session=analyst\r\n", visitor);
    CHECK_INT(post(&fixture, "/vote", headers, body), 403);
    fixture_stop(&fixture);
}

TEST(redirects_stay_on_this_site)
{
    static const struct {
        const char *next, *location;
    } CASES[] = {{"%2Fcases%3Fa%3Db", "/cases?a=b"},
                 {"https%3A%2F%2Fevil.example", "/page"},
                 {"%2F%2Fevil.example", "/page"},
                 {"%2F%5Cevil.example", "/page"},
                 {"%2Fx%0D%0ASet-Cookie%3A+a", "/page"},
                 {"javascript%3Aalert(1)", "/page"},
                 {"", "/page"},
                 {"%2Fx%0Ay", "/page"}};
    Fixture fixture;
    char token[129], body[1024];
    fixture_start(&fixture, NULL);
    token_for(&fixture, "session=analyst", token);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Answer answer;
        snprintf(body, sizeof body, "next=%s&csrf=%s", CASES[i].next, token);
        client_ask(&fixture, &answer,
                   "POST /back HTTP/1.1\r\n" HOST FORM
                   "Cookie: session=analyst\r\nContent-Length: %zu\r\n\r\n%s",
                   strlen(body), body);
        CHECK_INT(answer.status, 303);
        CHECK_STR(answer_header(&answer, "Location"), CASES[i].location);
        answer_done(&answer);
    }
    fixture_stop(&fixture);
}

TEST(flash_messages_are_signed_and_shown_once)
{
    Fixture fixture;
    Answer answer;
    char token[129], flash[512];
    fixture_start(&fixture, NULL);
    token_for(&fixture, "session=analyst", token);
    client_ask(&fixture, &answer,
               "POST /back HTTP/1.1\r\n" HOST FORM
               "Cookie: session=analyst\r\nContent-Length: 133\r\n\r\ncsrf=%s",
               token);
    CHECK(answer_cookie(&answer, "flash", flash, sizeof flash));
    answer_done(&answer);
    client_ask(&fixture, &answer,
               "GET /page HTTP/1.1\r\n" HOST "Accept-Language: fr\r\nCookie: flash=%s\r\n\r\n",
               flash);
    CHECK(answer_has(&answer, "class=\"flash flash-done\" role=\"status\""));
    CHECK(answer_has(&answer, "Set-Cookie: flash=; Path=/; Max-Age=0;"));
    answer_done(&answer);
    flash[70] = flash[70] == '0' ? '1' : '0';
    client_ask(&fixture, &answer, "GET /page HTTP/1.1\r\n" HOST "Cookie: flash=%s\r\n\r\n", flash);
    CHECK(!answer_has(&answer, "class=\"flash"));
    answer_done(&answer);
    fixture_stop(&fixture);
}

TEST(the_language_can_be_chosen)
{
    Fixture fixture;
    Answer answer;
    char token[129], body[512];
    fixture_start(&fixture, NULL);
    token_for(&fixture, "session=analyst", token);
    snprintf(body, sizeof body, "language=ar&next=%%2Fcases&csrf=%s", token);
    client_ask(&fixture, &answer,
               "POST /language HTTP/1.1\r\n" HOST FORM
               "Cookie: session=analyst\r\nContent-Length: %zu\r\n\r\n%s",
               strlen(body), body);
    CHECK_INT(answer.status, 303);
    CHECK_STR(answer_header(&answer, "Location"), "/cases");
    CHECK(answer_has(&answer, "Set-Cookie: language=ar; Path=/;"));
    answer_done(&answer);
    snprintf(body, sizeof body, "language=xx&csrf=%s", token);
    CHECK_INT(post(&fixture, "/language", "Cookie: session=analyst\r\n", body), 400);
    fixture_stop(&fixture);
}

TEST(what_is_reflected_stays_text)
{
    Fixture fixture;
    Answer answer;
    fixture_start(&fixture, NULL);
    client_ask(&fixture, &answer,
               "GET /page?q=%%3Cscript%%3Ealert(1)%%3C/script%%3E%%22%%27 HTTP/1.1\r\n" HOST
               "\r\n");
    CHECK_INT(answer.status, 200);
    CHECK(!answer_has(&answer, "<script>alert") && answer_has(&answer, "&lt;script&gt;alert(1)"));
    answer_done(&answer);
    client_ask(&fixture, &answer, "GET /%%3Cscript%%3E?%%3Cscript%%3E HTTP/1.1\r\n" HOST "\r\n");
    CHECK(!answer_has(&answer, "<script>"));
    answer_done(&answer);
    fixture_stop(&fixture);
}

static int upload(const Fixture *fixture, const char *parts, Answer *ret) {
    client_ask(fixture, ret,
               "POST /import HTTP/1.1\r\n" HOST "Cookie: session=analyst\r\nContent-Type: "
               "multipart/form-data; boundary=\"xYx\"\r\nContent-Length: %zu\r\n\r\n%s",
               strlen(parts), parts);
    return ret->status;
}

#define PART(headers, content) \
    "--xYx\r\nContent-Disposition: form-data; " headers "\r\n\r\n" content "\r\n"
TEST(files_are_taken_from_our_own_forms_only)
{
    Fixture fixture;
    Answer answer;
    char token[129], parts[2048];
    fixture_start(&fixture, NULL);
    token_for(&fixture, "session=analyst", token);
    int before = atomic_load(&client_handled);
    // The token behind the file, wrong, or missing.
    snprintf(parts, sizeof parts,
             PART("name=\"file\"; filename=\"a\"", "data")
                 PART("name=\"csrf\"", "%s") "--xYx--\r\n",
             token);
    CHECK_INT(upload(&fixture, parts, &answer), 403);
    answer_done(&answer);
    CHECK_INT(upload(&fixture, PART("name=\"csrf\"", "0") "--xYx--\r\n", &answer), 403);
    answer_done(&answer);
    CHECK_INT(upload(&fixture, PART("name=\"text\"", "0") "--xYx--\r\n", &answer), 403);
    answer_done(&answer);
    CHECK_INT(atomic_load(&client_handled), before);
    snprintf(parts, sizeof parts,
             PART("name=\"csrf\"", "%s") PART("name=\"text\"", "two\r\nlines")
                 PART("name=\"file\"; filename=\"../../x %%22y%%22.json\"",
                      "--xY\r\n--xYdata\r\n") "--xYx--\r\n",
             token);
    CHECK_INT(upload(&fixture, parts, &answer), 200);
    CHECK_STR(answer.body, "two\nlines|../../x \"y\".json|16|--xY\r\n--xYdata\r\n");
    answer_done(&answer);
    // Cut off before its end.
    snprintf(parts, sizeof parts, PART("name=\"csrf\"", "%s") "--xYx\r\n", token);
    CHECK_INT(upload(&fixture, parts, &answer), 400);
    answer_done(&answer);
    // A file where none is taken.
    snprintf(parts, sizeof parts,
             PART("name=\"csrf\"", "%s") PART("name=\"f\"; filename=\"a\"", "x") "--xYx--\r\n",
             token);
    client_ask(&fixture, &answer,
               "POST /vote HTTP/1.1\r\n" HOST "Cookie: session=analyst\r\nContent-Type: "
               "multipart/form-data; boundary=xYx\r\nContent-Length: %zu\r\n\r\n%s",
               strlen(parts), parts);
    CHECK_INT(answer.status, 413);
    answer_done(&answer);
    fixture_stop(&fixture);
}
