// An attacker's list, as raw bytes on the socket: smuggling, foreign hosts, floods, slow clients,
// malformed requests.
#include <poll.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "client.h"

#define HOST "Host: localhost\r\n"
#define CHECK_STATUS(fixture, request, expected) \
    do { \
        int status_ = client_status(&(fixture), (request)); \
        if (status_ != (expected)) \
            t_fail(__FILE__, __LINE__, "%.80s gives %d, expected %d", (request), status_, \
                   (expected)); \
    } while (0)

TEST(ambiguous_requests_are_refused)
{
    static const char *const AMBIGUOUS[] = {
        // Two lengths, a length with chunks, chunks that are not quite chunks.
        "POST /api/match HTTP/1.1\r\n" HOST "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "POST /api/match HTTP/1.1\r\n" HOST "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
        "POST /api/match HTTP/1.1\r\n" HOST "Content-Length: 5, 5\r\n\r\nhello",
        "POST /api/match HTTP/1.1\r\n" HOST "Content-Length: +5\r\n\r\nhello",
        "POST /api/match HTTP/1.1\r\n" HOST "Content-Length: 0x5\r\n\r\nhello",
        "POST /api/match HTTP/1.1\r\n" HOST "Content-Length: -1\r\n\r\n",
        "POST /api/match HTTP/1.1\r\n" HOST "Content-Length: 99999999999999999999\r\n\r\n",
        "POST /api/match HTTP/1.1\r\n" HOST
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /api/match HTTP/1.1\r\n" HOST
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        "POST /api/match HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "POST /api/match HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        "POST /api/match HTTP/1.1\r\n" HOST "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "POST /api/match HTTP/1.1\r\n" HOST
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /api/match HTTP/1.1\r\n" HOST
        "Transfer-Encoding: chunked\r\nTransfer-encoding: x\r\n\r\n0\r\n\r\n",
        "POST /api/match HTTP/1.0\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        // A header name that another reader trims or joins.
        "POST /api/match HTTP/1.1\r\n" HOST "Content-Length : 5\r\n\r\nhello",
        "POST /api/match HTTP/1.1\r\n" HOST "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        "POST /api/match HTTP/1.1\r\n" HOST "Content\tLength: 5\r\n\r\nhello",
        "GET / HTTP/1.1\r\n" HOST "Na(me: x\r\n\r\n",
        "GET / HTTP/1.1\r\n" HOST "N\xC3\xA4me: x\r\n\r\n",
        "GET / HTTP/1.1\r\n" HOST "X: a\x01"
        "b\r\n\r\n",
        "GET / HTTP/1.1\r\n" HOST "X: a\x7F"
        "b\r\n\r\n",
        // Hosts.
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\n" HOST HOST "\r\n",
        "GET / HTTP/1.1\r\n" HOST "Host: evil.example\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost:80:80\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost/evil\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: evil@localhost\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost evil\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost:99999\r\n\r\n",
        "GET / HTTP/1.1\r\nHost:\r\n\r\n",
        // Targets.
        "GET http://evil.example/ HTTP/1.1\r\n" HOST "\r\n",
        "GET http://localhost/ HTTP/1.1\r\n" HOST "\r\n",
        "GET //evil.example/ HTTP/1.1\r\n" HOST "\r\n",
        "GET localhost HTTP/1.1\r\n" HOST "\r\n",
        "GET * HTTP/1.1\r\n" HOST "\r\n",
        "GET /a/../page HTTP/1.1\r\n" HOST "\r\n",
        "GET /%2e%2e/page HTTP/1.1\r\n" HOST "\r\n",
        "GET /page%00 HTTP/1.1\r\n" HOST "\r\n",
        "GET /page%0d%0aX:y HTTP/1.1\r\n" HOST "\r\n",
        "GET /page?q=%0aX%zz HTTP/1.1\r\n" HOST "\r\n",
        "GET /page?q=%ff HTTP/1.1\r\n" HOST "\r\n",
        "GET /page\\..\\x HTTP/1.1\r\n" HOST "\r\n",
        "GET /page#x HTTP/1.1\r\n" HOST "\r\n",
        "GET /\xC3\xA4 HTTP/1.1\r\n" HOST "\r\n",
        // Twice what may be there once.
        "GET / HTTP/1.1\r\n" HOST "Cookie: a=b\r\nCookie: c=d\r\n\r\n",
        "GET / HTTP/1.1\r\n" HOST "Authorization: a\r\nAuthorization: b\r\n\r\n",
        "GET / HTTP/1.1\r\n" HOST "X-Forwarded-For: 1.1.1.1\r\nX-Forwarded-For: 2.2.2.2\r\n\r\n",
    };
    Fixture fixture;
    fixture_start(&fixture, NULL);
    for (size_t i = 0; i < sizeof AMBIGUOUS / sizeof *AMBIGUOUS; i++) {
        // Something hides behind it: if the first were taken, the second would be answered as well.
        StrBuf bytes = STRBUF(4096);
        strbuf_put_text(&bytes, AMBIGUOUS[i]);
        strbuf_put_text(&bytes, "GET /page HTTP/1.1\r\n" HOST "\r\n");
        int fd = client_connect(fixture.port);
        Answer answer, second;
        (void)client_send(fd, strbuf_str(&bytes));
        (void)shutdown(fd, SHUT_WR);
        client_read(fd, &answer);
        if (answer.status != 400 && answer.status != 0 && answer.status != 413)
            t_fail(__FILE__, __LINE__, "%.90s gives %d", AMBIGUOUS[i], answer.status);
        client_read(fd, &second);
        if (second.status != 0)
            t_fail(__FILE__, __LINE__, "%.90s: what hides behind it gives %d", AMBIGUOUS[i],
                   second.status);
        answer_done(&answer);
        answer_done(&second);
        strbuf_done(&bytes);
        close(fd);
    }
    CHECK_INT(atomic_load(&client_handled), 0);
    fixture_stop(&fixture);
}

TEST(other_refusals_have_their_status)
{
    static const Str HOSTS[] = {{"seventh.example", 15}};
    Fixture fixture;
    fixture_start(&fixture, &(WebOptions){.hosts = {HOSTS, 1}});
    CHECK_STATUS(fixture, "GET / HTTP/1.1\r\nHost: Seventh.Example.:8443\r\n\r\n", 200);
    CHECK_STATUS(fixture, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 200);
    CHECK_STATUS(fixture, "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421);
    CHECK_STATUS(fixture, "GET / HTTP/1.1\r\nHost: xseventh.example\r\n\r\n", 421);
    CHECK_STATUS(fixture, "GET / HTTP/1.1\r\nHost: 127.0.0.2\r\n\r\n", 421);
    CHECK_STATUS(fixture, "GET / HTTP/1.1\r\n" HOST "Expect: wonders\r\n\r\n", 417);
    CHECK_STATUS(fixture,
                 "POST /api/match HTTP/1.1\r\n" HOST "Content-Encoding: gzip\r\nContent-Length: "
                 "1\r\n\r\nx",
                 415);
    CHECK_STATUS(fixture, "GET / HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc", 413);
    CHECK_STATUS(fixture, "POST /nothing HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc", 404);
    fixture_stop(&fixture);
}

// Others read these differently from the library: they are refused although it takes them.
TEST(folded_headers_bare_line_feeds_and_nuls_are_refused)
{
    static const Str FOLDED[] = {
        STR("GET /page HTTP/1.1\r\n" HOST "X: a\r\n b\r\n\r\n"),
        STR("GET /page HTTP/1.1\r\n" HOST "X: a\r\n\tb\r\nY: c\r\n\r\n"),
        STR("GET /page HTTP/1.1\r\n" HOST "X: a\r\n \r\n\r\n"),
        STR("GET /page HTTP/1.1\r\n X: a\r\n" HOST "\r\n"),
        STR("GET /page HTTP/1.1\nHost: localhost\n\n"),
        STR("GET /page HTTP/1.1\n" HOST "\r\n"),
        STR("GET /page HTTP/1.1\r\n" HOST "X: a\r\n Host: evil.example\r\n\r\n"),
        STR("GET /page HTTP/1.1\r\n" HOST "X: a\nHost: evil.example\r\n\r\n"),
        STR("GET /page HTTP/1.1\r\n" HOST "X: a\nY: b\r\n\r\n"),
        STR("GET /page HTTP/1.1\r\n" HOST "X: a\0b\r\nY: c\r\n\r\n"),
        STR("GET /page HTTP/1.1\r\n" HOST ": x\r\nY: c\r\n\r\n"),
        STR("GET /page HTTP/1.1\r\nHo: localhost\r\n st\r\n\r\n"),
        STR("POST /api/match HTTP/1.1\r\n" HOST
            "X: a\nContent-Length: 5\nContent-Length: 6\r\n\r\nhello"),
        STR("POST /api/match HTTP/1.1\r\n" HOST "Content-Len: 5\r\n gth\r\n\r\nhello"),
        STR("POST /api/match HTTP/1.1\r\n" HOST
            "Content-Length: 5\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n"),
    };
    Fixture fixture;
    fixture_start(&fixture, NULL);
    for (size_t i = 0; i < sizeof FOLDED / sizeof *FOLDED; i++) {
        Answer answer;
        client_ask_bytes(&fixture, &answer, FOLDED[i]);
        if (answer.status != 400 && answer.status != 0)
            t_fail(__FILE__, __LINE__, "%.*s gives %d", STR_ARG(FOLDED[i]), answer.status);
        answer_done(&answer);
    }
    // Blanks around a value are nobody's problem.
    CHECK_STATUS(fixture, "GET / HTTP/1.1\r\nHost:localhost\r\nX: \t  y \t\r\nY:\r\nZ: \r\n\r\n",
                 200);
    CHECK_INT(atomic_load(&client_handled), 1);
    fixture_stop(&fixture);
}

static void put_many(StrBuf *out, const char *text, int count) {
    for (int i = 0; i < count; i++)
        strbuf_put_text(out, text);
}

TEST(floods_of_headers_and_targets)
{
    Fixture fixture;
    StrBuf request = STRBUF(1 << 20);
    Answer answer;
    fixture_start(&fixture, &(WebOptions){.header_seconds = 1});
    strbuf_put_text(&request, "GET / HTTP/1.1\r\n" HOST);
    put_many(&request, "X: y\r\n", 100);
    strbuf_put_text(&request, "\r\n");
    client_ask_bytes(&fixture, &answer, strbuf_str(&request));
    CHECK_INT(answer.status, 431);
    answer_done(&answer);
    strbuf_clear(&request);
    strbuf_put_text(&request, "GET / HTTP/1.1\r\n" HOST "X: ");
    put_many(&request, "0123", 2500);
    strbuf_put_text(&request, "\r\n\r\n");
    client_ask_bytes(&fixture, &answer, strbuf_str(&request));
    CHECK_INT(answer.status, 431);
    answer_done(&answer);
    strbuf_clear(&request);
    strbuf_put_text(&request, "GET /?");
    put_many(&request, "x123", 1200);
    strbuf_put_text(&request, " HTTP/1.1\r\n" HOST "\r\n");
    client_ask_bytes(&fixture, &answer, strbuf_str(&request));
    CHECK_INT(answer.status, 414);
    answer_done(&answer);
    // More pieces than the connection's memory holds: no answer, but an end.
    strbuf_clear(&request);
    strbuf_put_text(&request, "GET /?");
    put_many(&request, "x&", 2000);
    strbuf_put_text(&request, " HTTP/1.1\r\n" HOST "\r\n");
    client_ask_bytes(&fixture, &answer, strbuf_str(&request));
    CHECK(answer.status == 0 || answer.status >= 400);
    answer_done(&answer);
    // Headers without an end: the connection's memory is its limit.
    int fd = client_connect(fixture.port);
    bool is_open = client_send(fd, STR("GET / HTTP/1.1\r\n" HOST));
    for (int i = 0; i < 20000 && is_open; i++)
        is_open = client_send(fd, STR("X-Header-Of-The-Flood: again and again\r\n"));
    CHECK(!is_open);
    close(fd);
    CHECK_INT(client_status(&fixture, "GET / HTTP/1.1\r\n" HOST "\r\n"), 200);
    strbuf_done(&request);
    fixture_stop(&fixture);
}

TEST(floods_of_bodies)
{
    Fixture fixture;
    Answer answer;
    fixture_start(&fixture, NULL);
    // Said to be too large: refused before a byte of it is read.
    client_ask(&fixture, &answer,
               "POST /api/match HTTP/1.1\r\n" HOST
               "Authorization: Bearer api-analyst\r\nContent-Length: 2000000\r\n\r\n");
    CHECK_INT(answer.status, 413);
    answer_done(&answer);
    // Nobody unknown sends anything at all.
    client_ask(&fixture, &answer,
               "POST /api/match HTTP/1.1\r\n" HOST "Content-Length: 1000000\r\n\r\n");
    CHECK_INT(answer.status, 401);
    answer_done(&answer);
    // Without a length, until it is too much.
    int fd = client_connect(fixture.port);
    static char block[16 + (64 << 10)];
    size_t len = (size_t)snprintf(block, 16, "10000\r\n");
    memset(block + len, 'x', 64 << 10);
    memcpy(block + len + (64 << 10), "\r\n", 2);
    bool is_open = client_send(fd, STR("POST /api/match HTTP/1.1\r\n" HOST
                                       "Authorization: Bearer api-analyst\r\n"
                                       "Transfer-Encoding: chunked\r\n\r\n"));
    int sent = 0;
    for (; sent < 4000 && is_open; sent++)
        is_open = client_send(fd, str_of(block, len + (64 << 10) + 2));
    CHECK(!is_open && sent < 500);
    close(fd);
    // A little too much is told.
    fd = client_connect(fixture.port);
    CHECK(client_send(fd, STR("POST /api/match HTTP/1.1\r\n" HOST
                              "Authorization: Bearer api-analyst\r\n"
                              "Transfer-Encoding: chunked\r\n\r\n")));
    for (int i = 0; i < 17; i++)
        CHECK(client_send(fd, str_of(block, len + (64 << 10) + 2)));
    CHECK(client_send(fd, STR("0\r\n\r\n")));
    client_read(fd, &answer);
    CHECK_INT(answer.status, 413);
    answer_done(&answer);
    close(fd);
    CHECK_INT(atomic_load(&client_handled), 0);
    fixture_stop(&fixture);
}

// Waits until the other side closes; the time that took in milliseconds.
static int64_t wait_for_close(int fd, const char *drip) {
    int64_t began = clock_monotonic_ns();
    char byte;
    for (;;) {
        struct pollfd ready = {.fd = fd, .events = POLLIN};
        if (poll(&ready, 1, 100) > 0 && recv(fd, &byte, 1, 0) <= 0)
            break;
        if (*drip != '\0' && !client_send(fd, str_of(drip++, 1)))
            break;
        if (clock_monotonic_ns() - began > INT64_C(15000000000))
            break;
    }
    return (clock_monotonic_ns() - began) / 1000000;
}

TEST(slow_clients_are_cut_whatever_they_drip)
{
    static const char DRIP[] =
        "GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    Fixture fixture;
    fixture_start(&fixture, &(WebOptions){.header_seconds = 1, .body_seconds = 1});
    int silent = client_connect(fixture.port), head = client_connect(fixture.port),
        body = client_connect(fixture.port);
    CHECK(client_send(body,
                      STR("POST /api/match HTTP/1.1\r\n" HOST
                          "Authorization: Bearer api-analyst\r\nContent-Length: 1000\r\n\r\n")));
    CHECK(wait_for_close(head, DRIP) < 4000);
    CHECK(wait_for_close(silent, "") < 4000);
    CHECK(wait_for_close(body, DRIP) < 4000);
    close(silent);
    close(head);
    close(body);
    CHECK_INT(client_status(&fixture, "GET / HTTP/1.1\r\n" HOST "\r\n"), 200);
    fixture_stop(&fixture);
}

TEST(one_address_has_so_many_connections)
{
    enum { LIMIT = 8 };
    int fds[LIMIT];
    Fixture fixture;
    Answer answer;
    fixture_start(&fixture, &(WebOptions){.address_connections = LIMIT});
    for (int i = 0; i < LIMIT; i++) {
        fds[i] = client_connect(fixture.port);
        CHECK(client_send(fds[i], STR("GET / HTTP/1.1\r\n" HOST "\r\n")));
        client_read(fds[i], &answer);
        CHECK_INT(answer.status, 200);
        answer_done(&answer);
    }
    CHECK_INT(client_status(&fixture, "GET / HTTP/1.1\r\n" HOST "\r\n"), 0);
    for (int i = 0; i < LIMIT; i++)
        close(fds[i]);
    int status = 0;
    for (int i = 0; i < 100 && status == 0; i++) {
        usleep(10000);
        status = client_status(&fixture, "GET / HTTP/1.1\r\n" HOST "\r\n");
    }
    CHECK_INT(status, 200);
    fixture_stop(&fixture);
}

TEST(rates_are_limited)
{
    Fixture fixture;
    Answer answer;
    int refused = 0;
    fixture_start(&fixture,
                  &(WebOptions){.address_rate = 1, .address_burst = 10, .person_rate = 100});
    for (int i = 0; i < 14; i++) {
        client_ask(&fixture, &answer, "GET / HTTP/1.1\r\n" HOST "\r\n");
        refused += answer.status == 429 && answer_header(&answer, "Retry-After").len > 0;
        answer_done(&answer);
    }
    CHECK(refused >= 3);
    // Whoever watches over the server is not refused.
    CHECK_INT(client_status(&fixture, "GET /health/live HTTP/1.1\r\n" HOST "\r\n"), 200);
    fixture_stop(&fixture);
    refused = 0;
    fixture_start(&fixture, NULL);
    for (int i = 0; i < 14; i++)
        refused += client_status(&fixture, "POST /sign-in HTTP/1.1\r\n" HOST "\r\n") == 429;
    CHECK(refused >= 1);
    CHECK_INT(client_status(&fixture, "GET /sign-in HTTP/1.1\r\n" HOST "\r\n"), 200);
    fixture_stop(&fixture);
}

// Edits of good requests: bits flipped, spans removed, doubled, replaced by telling bytes.
static void spoil(Prng *prng, StrBuf *request) {
    static const char TELLING[] = "\r\n \t:;,=%?#/\\\"\0\x7F\x80\xFF"
                                  "0a-+";
    for (uint64_t edits = 1 + prng_below(prng, 4); edits > 0 && request->len > 1; edits--) {
        size_t at = (size_t)prng_below(prng, request->len);
        size_t span = 1 + (size_t)prng_below(prng, request->len - at < 16 ? request->len - at : 16);
        if (prng_below(prng, 4) == 0) {
            memmove(request->ptr + at, request->ptr + at + span, request->len - at - span);
            strbuf_truncate(request, request->len - span);
        } else if (prng_below(prng, 3) == 0) {
            char copy[16];
            memcpy(copy, request->ptr + at, span);
            strbuf_put(request, str_of(copy, span));
        } else if (prng_below(prng, 2) == 0) {
            request->ptr[at] ^= (char)(1 << prng_below(prng, 8));
        } else {
            request->ptr[at] = TELLING[prng_below(prng, sizeof TELLING - 1)];
        }
    }
}

TEST(malformed_requests)
{
    static const char *const SEEDS[] = {
        "GET /page?q=1&r=%41 HTTP/1.1\r\n" HOST "Accept-Language: fr;q=0.5, ar\r\n"
        "Cookie: session=analyst; language=fr\r\n\r\n",
        "POST /vote HTTP/1.1\r\n" HOST "Cookie: session=analyst\r\nContent-Type: "
        "application/x-www-form-urlencoded\r\nContent-Length: 11\r\n\r\ntext=a+b%21",
        "POST /import HTTP/1.1\r\n" HOST "Cookie: session=analyst\r\nX-CSRF-Token: 0\r\n"
        "Content-Type: multipart/form-data; boundary=xx\r\nContent-Length: 71\r\n\r\n"
        "--xx\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nvalue\r\n--xx--\r\n",
        "POST /api/match HTTP/1.1\r\n" HOST "Authorization: Bearer api-analyst\r\n"
        "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    };
    const bool is_soak = getenv("SEVENTH_SOAK") != NULL;
    const int count = is_soak ? 10000 : 500;
    Prng prng = {t_seed()};
    Fixture fixture;
    fixture_start(&fixture, &(WebOptions){.header_seconds = 1, .body_seconds = 1});
    for (int i = 0; i < count; i++) {
        StrBuf request = STRBUF(1 << 16);
        Answer answer;
        strbuf_put_text(&request, SEEDS[prng_below(&prng, sizeof SEEDS / sizeof *SEEDS)]);
        spoil(&prng, &request);
        int fd = client_connect(fixture.port);
        REQUIRE(fd >= 0);
        (void)client_send(fd, strbuf_str(&request));
        // Nothing more comes: whatever waits for more gives up.
        (void)shutdown(fd, SHUT_WR);
        client_read(fd, &answer);
        if (answer.status >= 500 && answer.status != 505)
            t_fail(__FILE__, __LINE__, "%d for %.*s", answer.status, STR_ARG(strbuf_str(&request)));
        answer_done(&answer);
        strbuf_done(&request);
        close(fd);
    }
    // Nothing without a token was ever taken, and the server is well.
    CHECK_INT(client_status(&fixture, "GET / HTTP/1.1\r\n" HOST "\r\n"), 200);
    fixture_stop(&fixture);
}
