// Private to the room: one request with its answer, from the first header to the last byte, and
// what the server holds for all of them.
//
// An exchange belongs to its connection and is used again by the next request on it. At any moment
// one thread works on it: the connection's, or (while the connection is suspended) one worker.
#pragma once
#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/arena.h"
#include "base/workqueue.h"
#include "web/address.h"
#include "web/form.h"
#include "web/guard.h"
#include "web/metrics.h"
#include "web/multipart.h"
#include "web/proof.h"
#include "web/rate.h"
#include "web/server.h"
#include "web/static_files.h"
#include "web/target.h"

typedef struct WebConnection WebConnection;

typedef enum Stage {
    STAGE_HEAD,    // the library has told of the request line
    STAGE_BODY,    // headers were taken; a body may come
    STAGE_WORKING, // a worker has it, the connection is suspended
    STAGE_ANSWER,  // the answer is made
    STAGE_SENDING
} Stage;

typedef enum ReplyKind {
    REPLY_EMPTY,
    REPLY_PAGE,
    REPLY_BODY, // reply_out as it is
    REPLY_FILE, // embedded
    REPLY_FD,
    REPLY_STREAM
} ReplyKind;

struct WebReply {
    WebRequest *request;
    ReplyKind kind;
    int status;
    StrBuf out, framed, packed; // as the handler wrote it; in the page frame; compressed
    Str body;                   // what is sent: a view of one of them
    JsonWriter json;
    Str title;
    const char *content_type;
    Str file_name; // of a download
    const StaticFile *file;
    int fd;
    uint64_t size; // of fd
    struct {
        const char *name;
        Str value;
    } headers[WEB_REPLY_HEADERS_MAX];
    size_t header_count;
    int64_t cache_seconds;
    bool is_public_cache, is_packed, has_error_page;
    Str location;
    StreamNext *next;
    void (*stream_done)(void *state);
    void *stream_state;
};

typedef struct BodyFile {
    WebUpload upload;
    bool is_open;
} BodyFile;

struct WebRequest {
    WebServer *server;
    WebConnection *connection;
    Arena *arena;
    Stage stage;
    int64_t began_ns;
    char id[IDENTIFIER_CHARS + 1];
    Str raw_target, method_text, version;
    Target target;
    bool is_head, is_options, is_known_method, is_refused_early;
    WebMethod method;
    GuardHeader headers[WEB_HEADERS_MAX];
    size_t header_count;
    GuardFacts facts;
    RouteMatch match;
    WebAddress client;
    char address[ADDRESS_TEXT_MAX];
    WebActor actor;
    Str session; // token of the cookie, once the hook has found it
    Str visitor; // of the visitor's cookie, or made by request_csrf
    bool is_visitor_new, has_stale_session;
    char visitor_text[33], csrf_text[CSRF_CHARS + 1];
    const Lang *lang;
    char content_type[CONTENT_TYPE_MAX + 1];
    FieldList query, form;
    // Body.
    uint64_t received;
    StrBuf body;
    bool is_form, is_multipart, is_csrf_proven;
    Multipart multipart;
    BodyFile files[WEB_UPLOADS_MAX];
    size_t file_count;
    Str part_name;
    StrBuf part_text;
    size_t form_bytes;
    // Why it is refused; refused.status 0: it is not.
    GuardVerdict refused;
    uint32_t retry_seconds;
    Diag diag;
    WebReply reply;
};

// A TCP connection; owned by the registry from its start to its end.
struct WebConnection {
    WebServer *server;
    struct MHD_Connection *library;
    int fd;
    WebAddress peer;
    _Atomic int64_t deadline_ms; // monotonic; 0: none. Past it the socket is shut down
    WebRequest *request;         // kept between requests
    WebConnection *next, *previous;
    // While an event stream waits for its next tick.
    bool is_waiting;
};

struct WebServer {
    WebOptions options;
    WebHooks hooks;
    RouteTable *routes;
    Str hosts[WEB_HOSTS_MAX + 3];
    size_t host_count;
    WebAddress proxy_items[WEB_PROXIES_MAX], metrics_items[WEB_PROXIES_MAX];
    AddressList proxies, metrics_addresses;
    bool is_https;     // as the client sees it
    bool knows_layout; // of the library's buffer (guard_check_lines)
    int listen_fd;
    uint16_t port;
    struct MHD_Daemon *daemon;
    WorkQueue *workers;
    RateTable *address_rates, *person_rates, *strict_rates;
    Metrics *metrics;
    uint8_t csrf_key[HMAC_KEY_BYTES], flash_key[HMAC_KEY_BYTES];
    const Lang *default_lang;
    FrameLanguage languages[FRAME_LANGUAGES_MAX];
    char language_names[FRAME_LANGUAGES_MAX][FRAME_LANGUAGE_NAME_MAX];
    size_t language_count;
    pthread_mutex_t lock; // of the list of connections
    WebConnection *connections;
    size_t connection_count;
    pthread_t janitor;
    bool has_janitor;
    _Atomic bool is_stopping, is_cutting, janitor_ends;
    _Atomic int running, slow, streams;
};

// dispatch.c: the one loop that enforces rows.
void exchange_head(WebRequest *request);   // guard, route, rates, who asks, permission
void exchange_answer(WebRequest *request); // proof, handler, reply or error page
bool exchange_is_slow(const WebRequest *request);
// Whether the token proves that a page of ours, shown to this session or visitor, sent the form.
bool exchange_csrf_holds(const WebRequest *request, Str token);
void exchange_refuse(WebRequest *request, int status, const char *reason, const char *msgid);

// body.c: the body as it arrives. False: it was refused.
bool body_begin(WebRequest *request);
bool body_take(WebRequest *request, Str bytes);
bool body_finish(WebRequest *request);
void body_done(WebRequest *request);

// reply.c
void reply_reset(WebReply *reply); // keeps memory
void reply_done(WebReply *reply);
void reply_cookie(WebReply *reply, const char *name, Str value, int64_t seconds,
                  const char *same_site, bool is_script_hidden);
void reply_static(WebReply *reply, const StaticFile *file);
// frame.c: wraps reply->out; ERR_OK or why it cannot.
Err reply_frame(WebReply *reply, Diag *diag) MUST_CHECK;
// error_page.c: replaces whatever was built by what the refusal or error says.
void reply_error(WebReply *reply, int status, const char *reason, const Diag *diag);
// send.c: hands the answer to the library.
enum MHD_Result reply_send(WebRequest *request);
// stream.c
struct MHD_Response *stream_response(WebRequest *request);
void streams_wake(WebServer *server);
// connection.c
WebRequest *request_new(WebConnection *connection);
void request_reset(WebRequest *request); // ready for the next
void request_free(WebRequest *request);
int64_t now_ms(void);
void connection_deadline(WebConnection *connection, int64_t seconds); // from now; 0: none
enum MHD_Result connection_admit(void *server, const struct sockaddr *address, socklen_t size);
void connection_notify(void *server, struct MHD_Connection *library, void **io_context,
                       enum MHD_ConnectionNotificationCode code);
void *connection_janitor(void *server); // a thread
void connections_cut(WebServer *server, bool all);
// handshake with the library (server.c)
extern const WebRoute BUILTIN_ROUTES[];
extern const size_t BUILTIN_ROUTE_COUNT;

const char *session_cookie(const WebServer *server);
const char *visitor_cookie(const WebServer *server);
const char *flash_cookie(const WebServer *server);
#define LANGUAGE_COOKIE "language"
