// A server on a free port with routes of all kinds, and a client that speaks raw bytes to it.
#pragma once
#include "base/strbuf.h"
#include "t.h"
#include "web/server.h"

// A session that the hooks know: the token is the person's name.
//     analyst     signed in, purpose chosen, may vote
//     trainer     signed in, no purpose
//     gated       signed in, must go to /enrol first
//     token: "api-analyst"
extern const uint8_t CLIENT_KEY[32];

typedef struct Fixture {
    WebServer *server;
    uint16_t port;
} Fixture;

// Options may be NULL; routes, hooks, key and spool folder are filled in.
void fixture_start(Fixture *fixture, const WebOptions *options);
void fixture_stop(Fixture *fixture);

// How many times a handler ran, and requests that hooks were told of.
extern _Atomic int client_handled, client_refused;
extern _Atomic int client_slow_running;
extern char client_last_refusal[64];
extern char client_last_log[1024];

int client_connect(uint16_t port);
// Sends; false when the other side is gone.
bool client_send(int fd, Str bytes);
// Reads one whole answer (by its length, chunks, or until the end when is_last). 0 when there is
// none.
typedef struct Answer {
    int status;
    StrBuf all; // head and body
    Str body;
    bool is_closed; // "Connection: close" or the end
} Answer;
void client_read(int fd, Answer *ret);
void answer_done(Answer *answer);
// The value of a header; {NULL, 0} when absent.
Str answer_header(const Answer *answer, const char *name);
// Whether any header line begins with this text, whatever else it holds.
bool answer_has(const Answer *answer, const char *text);
// A request on a connection of its own. Placeholders as of printf.
void client_ask(const Fixture *fixture, Answer *ret, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void client_ask_bytes(const Fixture *fixture, Answer *ret, Str bytes);
// The value of the hidden field csrf in a page, and of a cookie that an answer sets.
bool answer_csrf(const Answer *answer, char ret[129]);
bool answer_cookie(const Answer *answer, const char *name, char *ret, size_t capacity);
// The status of a request on a connection of its own; 0: closed without an answer.
int client_status(const Fixture *fixture, const char *request);
