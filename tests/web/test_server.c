// The server from outside: answers, keep-alive, pipelining, languages, compression, headers, files,
// streams, slow routes, graceful stop.
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "client.h"
#include "web/static_files.h"

#define HOST "Host: localhost\r\n"

TEST(answers_and_keeps_the_connection)
{
    Fixture fixture;
    Answer answer;
    fixture_start(&fixture, NULL);
    int fd = client_connect(fixture.port);
    for (int i = 0; i < 3; i++) {
        CHECK(client_send(fd, STR("GET / HTTP/1.1\r\n" HOST "\r\n")));
        client_read(fd, &answer);
        CHECK_INT(answer.status, 200);
        CHECK_STR(answer.body, "hello\n");
        CHECK(!answer.is_closed);
        CHECK_STR(answer_header(&answer, "Cache-Control"), "no-store");
        answer_done(&answer);
    }
    // A page that is not there, and a form without a token, do not end the connection either.
    CHECK(client_send(fd, STR("GET /nothing HTTP/1.1\r\n" HOST "\r\n")));
    client_read(fd, &answer);
    CHECK_INT(answer.status, 404);
    CHECK(!answer.is_closed);
    answer_done(&answer);
    CHECK(client_send(fd, STR("GET / HTTP/1.1\r\n" HOST "\r\n")));
    client_read(fd, &answer);
    CHECK_INT(answer.status, 200);
    answer_done(&answer);
    close(fd);
    fixture_stop(&fixture);
}

TEST(pipelined_requests_are_answered_in_order)
{
    Fixture fixture;
    Answer answer;
    fixture_start(&fixture, NULL);
    int fd = client_connect(fixture.port);
    CHECK(client_send(fd, STR("GET / HTTP/1.1\r\n" HOST "\r\nGET /slow HTTP/1.1\r\n" HOST
                              "\r\nGET /nothing HTTP/1.1\r\n" HOST "\r\nHEAD / HTTP/1.1\r\n" HOST
                              "\r\n")));
    const int expected[] = {200, 200, 404};
    const char *bodies[] = {"hello\n", "slow\n", NULL};
    for (int i = 0; i < 3; i++) {
        client_read(fd, &answer);
        CHECK_INT(answer.status, expected[i]);
        if (bodies[i] != NULL)
            CHECK_STR(answer.body, bodies[i]);
        answer_done(&answer);
    }
    close(fd);
    fixture_stop(&fixture);
}

TEST(methods)
{
    Fixture fixture;
    Answer answer;
    fixture_start(&fixture, NULL);
    client_ask(&fixture, &answer, "DELETE / HTTP/1.1\r\n" HOST "\r\n");
    CHECK_INT(answer.status, 405);
    CHECK_STR(answer_header(&answer, "Allow"), "OPTIONS, GET, HEAD");
    answer_done(&answer);
    client_ask(&fixture, &answer, "BREW /vote HTTP/1.1\r\n" HOST "\r\n");
    CHECK_INT(answer.status, 405);
    CHECK_STR(answer_header(&answer, "Allow"), "OPTIONS, POST");
    answer_done(&answer);
    client_ask(&fixture, &answer, "OPTIONS /vote HTTP/1.1\r\n" HOST "\r\n");
    CHECK_INT(answer.status, 204);
    CHECK_STR(answer_header(&answer, "Allow"), "OPTIONS, POST");
    answer_done(&answer);
    CHECK_INT(client_status(&fixture, "OPTIONS /nothing HTTP/1.1\r\n" HOST "\r\n"), 404);
    CHECK_INT(client_status(&fixture, "TRACE /cases HTTP/1.1\r\n" HOST "\r\n"), 405);
    CHECK_INT(client_status(&fixture, "CONNECT localhost:80 HTTP/1.1\r\n" HOST "\r\n"), 400);
    CHECK_INT(client_status(&fixture, "GET / HTTP/1.0\r\n" HOST "\r\n"), 200);
    fixture_stop(&fixture);
}

TEST(speaks_the_readers_language)
{
    static const struct {
        const char *headers, *lang;
    } CASES[] = {
        {"", "lang=\"en\" dir=\"ltr\""},
        {"Accept-Language: ar\r\n", "lang=\"ar\" dir=\"rtl\""},
        {"Accept-Language: xx, fr;q=0.5, ar;q=0.8\r\n", "lang=\"ar\" dir=\"rtl\""},
        {"Accept-Language: fr;q=0.9, ar;q=0.8\r\n", "lang=\"fr\" dir=\"ltr\""},
        {"Accept-Language: fr;q=0, ar;q=0.1\r\n", "lang=\"ar\" dir=\"rtl\""},
        {"Accept-Language: ar\r\nCookie: language=fr\r\n", "lang=\"fr\" dir=\"ltr\""},
        {"Accept-Language: ,;q=,*\r\nCookie: language=xx\r\n", "lang=\"en\" dir=\"ltr\""},
    };
    Fixture fixture;
    fixture_start(&fixture, NULL);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Answer answer;
        client_ask(&fixture, &answer, "GET /nothing HTTP/1.1\r\n" HOST "%s\r\n", CASES[i].headers);
        CHECK_INT(answer.status, 404);
        if (!answer_has(&answer, CASES[i].lang))
            t_fail(__FILE__, __LINE__, "%s gives no %s", CASES[i].headers, CASES[i].lang);
        answer_done(&answer);
    }
    fixture_stop(&fixture);
}

TEST(compresses_only_where_it_tells_nothing)
{
    static const struct {
        const char *target, *accept;
        bool is_packed;
    } CASES[] = {
        {"/page", "gzip", true},      {"/page?q=x", "gzip", false}, {"/page", "br", false},
        {"/page", "gzip;q=0", false}, {"/", "gzip", false},
    };
    Fixture fixture;
    fixture_start(&fixture, NULL);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Answer answer;
        client_ask(&fixture, &answer, "GET %s HTTP/1.1\r\n" HOST "Accept-Encoding: %s\r\n\r\n",
                   CASES[i].target, CASES[i].accept);
        CHECK_INT(answer.status, 200);
        CHECK_INT(str_is(answer_header(&answer, "Content-Encoding"), "gzip"), CASES[i].is_packed);
        if (CASES[i].is_packed)
            CHECK(answer.body.len < 1500 && (unsigned char)answer.body.ptr[0] == 0x1F);
        answer_done(&answer);
    }
    fixture_stop(&fixture);
}

TEST(every_page_carries_the_security_headers)
{
    Fixture fixture;
    Answer answer;
    fixture_start(&fixture, &(WebOptions){.is_https = true});
    const char *targets[] = {"/page", "/nothing", "/health/live", "/download"};
    for (size_t i = 0; i < 4; i++) {
        client_ask(&fixture, &answer, "GET %s HTTP/1.1\r\n" HOST "\r\n", targets[i]);
        CHECK(str_find(answer_header(&answer, "Content-Security-Policy"),
                       STR("default-src 'none'")) == 0);
        CHECK(!answer_has(&answer, "unsafe-"));
        CHECK_STR(answer_header(&answer, "X-Content-Type-Options"), "nosniff");
        CHECK_STR(answer_header(&answer, "Referrer-Policy"), "same-origin");
        CHECK_STR(answer_header(&answer, "Strict-Transport-Security"), "max-age=31536000");
        CHECK_STR(answer_header(&answer, "Cache-Control"), "no-store");
        // A script without a source would be inline.
        CHECK(str_find(answer.body, STR("<script>")) < 0 &&
              str_find(answer.body, STR("style=")) < 0);
        answer_done(&answer);
    }
    client_ask(&fixture, &answer, "GET /page HTTP/1.1\r\n" HOST "\r\n");
    CHECK(answer_has(&answer, "Set-Cookie: __Host-visitor="));
    CHECK(answer_has(&answer, "; Path=/; Max-Age=86400; SameSite=Strict; HttpOnly; Secure\r\n"));
    answer_done(&answer);
    client_ask(&fixture, &answer, "GET /download HTTP/1.1\r\n" HOST "\r\n");
    CHECK_STR(answer_header(&answer, "Content-Disposition"),
              "attachment; filename=\"r__sum__ _x_.csv\"; "
              "filename*=UTF-8''r%C3%A9sum%C3%A9%20%22x%22.csv");
    answer_done(&answer);
    fixture_stop(&fixture);
}

TEST(embedded_files_are_kept_for_ever_and_nothing_else_is_served)
{
    Fixture fixture;
    Answer answer;
    fixture_start(&fixture, NULL);
    REQUIRE(STATIC_FILE_COUNT > 0);
    Str url = static_url(STATIC_FILES[0].name);
    client_ask(&fixture, &answer, "GET %.*s HTTP/1.1\r\n" HOST "\r\n", STR_ARG(url));
    CHECK_INT(answer.status, 200);
    CHECK_INT(answer.body.len, STATIC_FILES[0].size);
    CHECK_STR(answer_header(&answer, "Cache-Control"), "public, max-age=31536000, immutable");
    answer_done(&answer);
    static const char *const WRONG[] = {"/static/",
                                        "/static/..",
                                        "/static/../server.c",
                                        "/static/%2e%2e/server.c",
                                        "/static/..%2fserver.c",
                                        "/static/..%5cserver.c",
                                        "/static/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
                                        "/static//etc/passwd",
                                        "/static/%00",
                                        "/static/icon.svg",
                                        "/static/..;/x",
                                        "/static/%c0%ae%c0%ae/x",
                                        "/static/.%252e/x"};
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        client_ask(&fixture, &answer, "GET %s HTTP/1.1\r\n" HOST "\r\n", WRONG[i]);
        if (answer.status != 404 && answer.status != 400)
            t_fail(__FILE__, __LINE__, "%s gives %d", WRONG[i], answer.status);
        answer_done(&answer);
    }
    fixture_stop(&fixture);
}

TEST(an_error_drops_what_was_built)
{
    Fixture fixture;
    Answer answer;
    fixture_start(&fixture, NULL);
    client_ask(&fixture, &answer, "GET /fail HTTP/1.1\r\n" HOST "\r\n");
    CHECK_INT(answer.status, 409);
    CHECK(!answer_has(&answer, "secret half"));
    CHECK(answer_has(&answer, "Somebody else was faster"));
    answer_done(&answer);
    client_ask(&fixture, &answer, "GET /fail HTTP/1.1\r\n" HOST "Accept: application/json\r\n\r\n");
    CHECK_INT(answer.status, 409);
    CHECK(answer_has(&answer, "{\"error\":{\"id\":\"conflict\",\"status\":409,"));
    answer_done(&answer);
    // A broken store: a page without what comes from it.
    client_ask(&fixture, &answer, "GET /page HTTP/1.1\r\n" HOST "Cookie: session=broken\r\n\r\n");
    CHECK_INT(answer.status, 500);
    CHECK(answer_has(&answer, "The store does not answer"));
    answer_done(&answer);
    fixture_stop(&fixture);
}

TEST(events_arrive)
{
    Fixture fixture;
    Answer answer;
    fixture_start(&fixture, NULL);
    client_ask(&fixture, &answer, "GET /events HTTP/1.1\r\n" HOST "\r\n");
    CHECK_INT(answer.status, 200);
    CHECK_STR(answer_header(&answer, "Content-Type"), "text/event-stream; charset=utf-8");
    CHECK(answer_has(&answer, "event: step\ndata: one\ndata: two\n\n"));
    answer_done(&answer);
    fixture_stop(&fixture);
}

TEST(health_and_metrics)
{
    static const Str SELF[] = {{"127.0.0.1", 9}};
    Fixture fixture;
    Answer answer;
    fixture_start(&fixture, NULL);
    CHECK_INT(client_status(&fixture, "GET /health/live HTTP/1.1\r\n" HOST "\r\n"), 200);
    CHECK_INT(client_status(&fixture, "GET /health/ready HTTP/1.1\r\n" HOST "\r\n"), 200);
    CHECK_INT(client_status(&fixture, "GET /metrics HTTP/1.1\r\n" HOST "\r\n"), 404);
    fixture_stop(&fixture);
    fixture_start(&fixture, &(WebOptions){.metrics_token = STR("secret")});
    CHECK_INT(client_status(&fixture, "GET /metrics HTTP/1.1\r\n" HOST
                                      "Authorization: Bearer secreT\r\n\r\n"),
              404);
    CHECK_INT(client_status(&fixture, "GET /metrics HTTP/1.1\r\n" HOST
                                      "Authorization: Bearer secret\r\n\r\n"),
              200);
    fixture_stop(&fixture);
    fixture_start(&fixture, &(WebOptions){.metrics_addresses = {SELF, 1}});
    CHECK_INT(client_status(&fixture, "GET /cases HTTP/1.1\r\n" HOST "\r\n"), 303);
    // A request is counted when its answer has left, which may be after the client has read it.
    bool is_counted = false;
    for (int i = 0; i < 1000 && !is_counted; i++) {
        if (i > 0) {
            answer_done(&answer);
            usleep(10000);
        }
        client_ask(&fixture, &answer, "GET /metrics HTTP/1.1\r\n" HOST "\r\n");
        is_counted = answer_has(&answer, "seventh_http_requests_total{method=\"GET\","
                                         "route=\"/cases\",status=\"3xx\"} 1\n");
    }
    CHECK_INT(answer.status, 200);
    CHECK(is_counted);
    CHECK(answer_has(&answer, "seventh_http_refusals_total{reason=\"not-signed-in\"} 1\n"));
    answer_done(&answer);
    fixture_stop(&fixture);
}

TEST(the_access_log_names_nobody)
{
    Fixture fixture;
    Answer answer;
    fixture_start(&fixture, NULL);
    client_ask(&fixture, &answer, "GET /page?q=private HTTP/1.1\r\n" HOST "\r\n");
    answer_done(&answer);
    fixture_stop(&fixture);
    Str line = str_from(client_last_log);
    CHECK(str_find(line, STR(" GET /page 200 ")) > 0);
    CHECK(str_find(line, STR("private")) < 0 && str_find(line, STR("127.0.0.1")) < 0);
}

TEST(the_proxys_word_counts_only_from_a_proxy)
{
    static const Str PROXY[] = {{"127.0.0.1", 9}};
    static const struct {
        const char *forwarded, *expected;
    } CASES[] = {{"", "127.0.0.1"},
                 {"X-Forwarded-For: 192.0.2.7\r\n", "192.0.2.7"},
                 {"X-Forwarded-For: 198.51.100.1, 192.0.2.7\r\n", "192.0.2.7"},
                 {"X-Forwarded-For: 192.0.2.7, 127.0.0.1\r\n", "192.0.2.7"},
                 {"X-Forwarded-For: 192.0.2.7, nonsense\r\n", "127.0.0.1"},
                 {"X-Forwarded-For: [2001:db8::1]:99\r\n", "2001:db8::1"}};
    Fixture fixture;
    Answer answer;
    fixture_start(&fixture, NULL);
    client_ask(&fixture, &answer,
               "GET /address HTTP/1.1\r\n" HOST "X-Forwarded-For: 192.0.2.7\r\n\r\n");
    CHECK_STR(answer.body, "127.0.0.1");
    answer_done(&answer);
    fixture_stop(&fixture);
    fixture_start(&fixture, &(WebOptions){.proxies = {PROXY, 1}});
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        client_ask(&fixture, &answer, "GET /address HTTP/1.1\r\n" HOST "%s\r\n",
                   CASES[i].forwarded);
        CHECK_STR(answer.body, CASES[i].expected);
        answer_done(&answer);
    }
    fixture_stop(&fixture);
}

static void *stopper(void *context) {
    web_server_stop(((Fixture *)context)->server, 5);
    return NULL;
}

TEST(a_stop_finishes_what_runs)
{
    const struct timespec moment = {.tv_nsec = 5000000};
    Fixture fixture;
    Answer answer;
    pthread_t thread;
    fixture_start(&fixture, NULL);
    int idle = client_connect(fixture.port), fd = client_connect(fixture.port);
    CHECK(client_send(fd, STR("GET /slow HTTP/1.1\r\n" HOST "\r\n")));
    for (int i = 0; i < 400 && atomic_load(&client_slow_running) == 0; i++)
        nanosleep(&moment, NULL);
    CHECK_INT(atomic_load(&client_slow_running), 1);
    REQUIRE(pthread_create(&thread, NULL, stopper, &fixture) == 0);
    client_read(fd, &answer);
    CHECK_INT(answer.status, 200);
    CHECK_STR(answer.body, "slow\n");
    answer_done(&answer);
    pthread_join(thread, NULL);
    CHECK(!client_send(idle, STR("x")) || recv(idle, &(char){0}, 1, 0) <= 0);
    close(fd);
    close(idle);
    web_server_free(fixture.server);
}

TEST(a_taken_port_is_told)
{
    Fixture fixture;
    WebServer *second = NULL;
    Diag diag = {0};
    fixture_start(&fixture, NULL);
    WebOptions options = {.port = fixture.port};
    CHECK_ERR(web_server_new(&options, &second, &diag), ERR_EXISTS);
    options = (WebOptions){.address = "localhost"};
    CHECK_ERR(web_server_new(&options, &second, &diag), ERR_INVALID);
    options = (WebOptions){.tls_key = "x"};
    CHECK_ERR(web_server_new(&options, &second, &diag), ERR_INVALID);
    CHECK(second == NULL);
    fixture_stop(&fixture);
}
