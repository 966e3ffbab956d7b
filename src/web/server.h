// The HTTP server: threads that read and write (epoll), worker threads for slow routes, the guard,
// the route table, and hooks through which it learns about sessions. It knows no front.
//
// Life: web_server_new opens the socket and checks the table; the process may then confine itself
// (sandbox/server.h), since no thread runs yet; web_server_start; web_server_stop from any thread
// (not a handler); web_server_free. Hooks and handlers are called from many threads at once.
#pragma once
#include "web/frame.h"
#include "web/reply.h"
#include "web/route.h"

typedef struct WebRefusal {
    const char *reason; // stable identifier: "csrf", "permission", "rate", "host", "two-lengths" …
    int status;
    const WebRoute *route; // may be NULL
    Str address;
    const WebActor *actor; // may be NULL
} WebRefusal;

typedef struct WebHooks {
    void *context;
    // The session of a token (cookie), or of an API token. ERR_AUTH: there is none (any more). Fill
    // only what is known; allocate in request_arena.
    Err (*find_session)(void *context, WebRequest *request, Str token, WebActor *ret, Diag *diag);
    Err (*find_token)(void *context, WebRequest *request, Str token, WebActor *ret, Diag *diag);
    // The page frame: navigation, name of the person, marks. Called once for each page.
    Err (*fill_frame)(void *context, WebRequest *request, WebFrame *io_frame, Diag *diag);
    // The person chose a language (POST /language); the cookie is set anyway.
    Err (*set_language)(void *context, WebRequest *request, Str tag, Diag *diag);
    Err (*is_ready)(void *context, Diag *diag);      // GET /health/ready
    void (*put_metrics)(void *context, StrBuf *out); // further lines in Prometheus' text form
    void (*log_access)(void *context, Str line);     // one line without line feed
    void (*log_error)(void *context, Str request_id, const Diag *diag); // of answers from 500 on
    void (*note_refusal)(void *context, const WebRefusal *refusal);
} WebHooks; // any function may be NULL

typedef struct WebTexts {
    const Str *items;
    size_t len;
} WebTexts;

typedef struct WebOptions {
    const char *address; // numeric; NULL: 127.0.0.1
    uint16_t port;       // 0: any that is free
    int threads;         // 0: one a processor
    int workers;         // for slow routes; 0: four, or two a processor
    WebTexts hosts;      // names (without port) in Host that are served; localhost and loopback
                         // addresses besides, when the address is loopback
    WebTexts proxies;    // numeric addresses whose X-Forwarded-For is taken
    bool is_https;       // the client's side is TLS although ours is not (behind a proxy)
    const char *tls_certificate, *tls_key; // PEM texts; both or neither
    const char *spool_folder;              // for uploads; NULL: none are taken
    uint8_t key[32];                       // of the node: signs CSRF tokens and flash messages
    const RouteRows *routes;
    size_t route_parts;
    WebHooks hooks;
    const char *sign_in_path; // GET pages send visitors there (?next=…); NULL: 401
    const char *purpose_path; // the same when a purpose must be chosen first; NULL: 403
    const char *product;      // shown in the frame; NULL: "Seventh"
    Str default_locale;       // empty: English
    // /metrics: answered to these addresses, or with this bearer token; by default to nobody.
    WebTexts metrics_addresses;
    Str metrics_token;
    // 0: the default in limits.h. For tests, and for the operator.
    uint32_t connections, address_connections, header_seconds, body_seconds, idle_seconds;
    uint32_t address_rate, address_burst, person_rate, person_burst, strict_per_minute;
} WebOptions;

typedef struct WebServer WebServer;
// Options are copied; rows, texts and hooks are borrowed for the server's life. ERR_EXISTS: the
// port is taken; ERR_INVALID: see route_table_new, or a setting that cannot be.
Err web_server_new(const WebOptions *options, WebServer **ret, Diag *diag) MUST_CHECK;
Err web_server_start(WebServer *server, Diag *diag) MUST_CHECK;
uint16_t web_server_port(const WebServer *server);
const RouteTable *web_server_routes(const WebServer *server);
// No new connection; running requests are finished within `seconds`, then cut off. Blocks.
void web_server_stop(WebServer *server, int seconds);
void web_server_free(WebServer *server); // stops at once when it still runs
DEFINE_CLEANUP(WebServer *, web_server_free);
