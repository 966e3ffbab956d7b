// The server under test, with hooks that know four people, and the raw client.
#include "client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"

const uint8_t CLIENT_KEY[32] = "a key that only tests know......";
_Atomic int client_handled, client_refused, client_slow_running;
char client_last_refusal[64], client_last_log[1024];

static Err find_session(void *context, WebRequest *request, Str token, WebActor *ret, Diag *diag) {
    if (str_is(token, "broken"))
        return diag_set(diag, ERR_IO, N_("The store does not answer"));
    if (!str_is(token, "analyst") && !str_is(token, "trainer") && !str_is(token, "gated"))
        return ERR_AUTH;
    ret->is_signed_in = true;
    ret->permissions =
        permissions_of(str_is(token, "trainer") ? ROLE_BIT(ROLE_TRAINER) : ROLE_BIT(ROLE_ANALYST));
    memset(ret->person.bytes, token.ptr[0], sizeof ret->person.bytes);
    ret->purpose = str_is(token, "trainer") ? (Str){0} : STR("victim-identification");
    ret->gate = str_is(token, "gated") ? "/enrol" : NULL;
    return ERR_OK;
}

static Err find_token(void *context, WebRequest *request, Str token, WebActor *ret, Diag *diag) {
    if (!str_is(token, "api-analyst"))
        return ERR_AUTH;
    ret->is_signed_in = true;
    ret->permissions = PERMISSION_BIT(PERMISSION_MATCH_ASK);
    ret->purpose = STR("api");
    return ERR_OK;
}

static Err fill_frame(void *context, WebRequest *request, WebFrame *io_frame, Diag *diag) {
    io_frame->links[0] = (FrameLink){.path = "/page", .label = STR("Desk"), .count = 3};
    io_frame->link_count = 1;
    io_frame->sign_out_path = "/sign-out";
    if (request_actor(request)->is_signed_in)
        io_frame->person = STR("Person");
    return ERR_OK;
}

static pthread_mutex_t told_lock = PTHREAD_MUTEX_INITIALIZER;

static void note_refusal(void *context, const WebRefusal *refusal) {
    pthread_mutex_lock(&told_lock);
    snprintf(client_last_refusal, sizeof client_last_refusal, "%s", refusal->reason);
    pthread_mutex_unlock(&told_lock);
    atomic_fetch_add(&client_refused, 1);
}

static void log_access(void *context, Str line) {
    pthread_mutex_lock(&told_lock);
    snprintf(client_last_log, sizeof client_last_log, "%.*s", STR_ARG(line));
    pthread_mutex_unlock(&told_lock);
}

static Err answer_text(WebReply *reply, Str text) {
    atomic_fetch_add(&client_handled, 1);
    strbuf_put(reply_out(reply), text);
    reply_document(reply, "text/plain; charset=utf-8");
    return ERR_OK;
}

static Err show_hello(WebRequest *request, WebReply *reply, Diag *diag) {
    return answer_text(reply, STR("hello\n"));
}

static Err show_page(WebRequest *request, WebReply *reply, Diag *diag) {
    StrBuf *out = reply_out(reply);
    atomic_fetch_add(&client_handled, 1);
    strbuf_put_text(out, "<h1>Page</h1><p>");
    for (int i = 0; i < 50; i++)
        strbuf_put_text(out, "The same words again and again. ");
    Str query;
    if (request_query(request, "q", &query))
        html_put_text(out, request_lang(request), query);
    strbuf_put_text(out, "</p>");
    reply_page(reply, STR("Page"));
    return ERR_OK;
}

static Err show_address(WebRequest *request, WebReply *reply, Diag *diag) {
    return answer_text(reply, request_address(request));
}

static Err take_form(WebRequest *request, WebReply *reply, Diag *diag) {
    Str text;
    if (!request_field(request, "text", &text))
        text = STR("none");
    return answer_text(reply, text);
}

static Err take_files(WebRequest *request, WebReply *reply, Diag *diag) {
    WebUpload *upload = request_upload(request, "file");
    StrBuf content = STRBUF(1 << 20);
    Str text = STR("none");
    atomic_fetch_add(&client_handled, 1);
    reply_document(reply, "text/plain; charset=utf-8");
    (void)request_field(request, "text", &text);
    strbuf_printf(reply_out(reply), "%.*s", STR_ARG(text));
    if (upload != NULL) {
        TRY(fd_read_all(upload->fd, &content, diag));
        strbuf_printf(reply_out(reply), "|%.*s|%llu|%.*s", STR_ARG(upload->name),
                      (unsigned long long)upload->size, STR_ARG(strbuf_str(&content)));
    }
    strbuf_done(&content);
    return ERR_OK;
}

static Err take_back(WebRequest *request, WebReply *reply, Diag *diag) {
    reply_redirect(reply, request_next(request, "/page"));
    reply_flash(reply, FLASH_DONE, N_("You must sign in"));
    return ERR_OK;
}

static Err sign_in(WebRequest *request, WebReply *reply, Diag *diag) {
    Str name;
    if (!request_field(request, "name", &name))
        return diag_set(diag, ERR_AUTH, N_("The name or the password is wrong"));
    reply_redirect(reply, STR("/page"));
    reply_session(reply, name, 3600);
    return ERR_OK;
}

static Err match_ask(WebRequest *request, WebReply *reply, Diag *diag) {
    JsonWriter *json = reply_json(reply);
    atomic_fetch_add(&client_handled, 1);
    json_object_begin(json);
    json_key(json, "bytes");
    json_u64(json, request_body(request).len);
    json_object_end(json);
    return ERR_OK;
}

static Err be_slow(WebRequest *request, WebReply *reply, Diag *diag) {
    const struct timespec pause = {.tv_nsec = 400000000};
    atomic_fetch_add(&client_slow_running, 1);
    nanosleep(&pause, NULL);
    atomic_fetch_sub(&client_slow_running, 1);
    return answer_text(reply, STR("slow\n"));
}

static Err fail(WebRequest *request, WebReply *reply, Diag *diag) {
    strbuf_put_text(reply_out(reply), "secret half of an answer");
    return diag_set(diag, ERR_CONFLICT, N_("Somebody else was faster"));
}

static Err stream_next(void *state, StrBuf *out, bool *ret_is_over) {
    int *count = state;
    event_put(out, "step", STR("one\ntwo"));
    *ret_is_over = ++*count >= 3;
    return ERR_OK;
}

static Err stream_show(WebRequest *request, WebReply *reply, Diag *diag) {
    int *count = calloc(1, sizeof *count);
    if (count == NULL)
        return ERR_NOMEM;
    reply_stream(reply, stream_next, free, count);
    return ERR_OK;
}

static Err download(WebRequest *request, WebReply *reply, Diag *diag) {
    strbuf_put_text(reply_out(reply), "a,b\n");
    reply_download(reply, "text/csv; charset=utf-8", STR("r\xC3\xA9sum\xC3\xA9 \"x\".csv"));
    return ERR_OK;
}

#define ROW(method, path, permission, purpose, csrf, body, flags, handler) \
    WEB_ROUTE(method, path, permission, purpose, csrf, body, WEB_UNLOGGED, flags, handler)
static const WebRoute ROUTES[] = {
    ROW(GET, "/", PUBLIC, PURPOSE_NONE, CSRF_NONE, 0, 0, show_hello),
    ROW(GET, "/page", PUBLIC, PURPOSE_NONE, CSRF_NONE, 0, 0, show_page),
    ROW(GET, "/address", PUBLIC, PURPOSE_NONE, CSRF_NONE, 0, 0, show_address),
    ROW(GET, "/sign-in", PUBLIC, PURPOSE_NONE, CSRF_NONE, 0, 0, show_page),
    ROW(POST, "/sign-in", PUBLIC, PURPOSE_NONE, CSRF_FORM, 4096, WEB_STRICT_RATE, sign_in),
    ROW(GET, "/cases", CASE_VIEW, PURPOSE_REQUIRED, CSRF_NONE, 0, 0, show_page),
    ROW(GET, "/plain", SIGNED_IN, PURPOSE_NONE, CSRF_NONE, 0, 0, show_page),
    ROW(GET, "/enrol", SIGNED_IN, PURPOSE_NONE, CSRF_NONE, 0, WEB_UNGATED, show_page),
    ROW(POST, "/vote", ITEM_VOTE, PURPOSE_NONE, CSRF_FORM, 64 << 10, 0, take_form),
    ROW(POST, "/import", ITEM_IMPORT, PURPOSE_NONE, CSRF_FORM, 1 << 20, WEB_UPLOAD, take_files),
    ROW(POST, "/back", SIGNED_IN, PURPOSE_NONE, CSRF_FORM, 4096, 0, take_back),
    ROW(POST, "/api/match", MATCH_ASK, PURPOSE_NONE, CSRF_TOKEN, 1 << 20, 0, match_ask),
    ROW(GET, "/slow", PUBLIC, PURPOSE_NONE, CSRF_NONE, 0, WEB_SLOW, be_slow),
    ROW(GET, "/fail", PUBLIC, PURPOSE_NONE, CSRF_NONE, 0, 0, fail),
    ROW(GET, "/events", PUBLIC, PURPOSE_NONE, CSRF_NONE, 0, 0, stream_show),
    ROW(GET, "/download", PUBLIC, PURPOSE_NONE, CSRF_NONE, 0, 0, download),
};
static const RouteRows PARTS[] = {{ROUTES, sizeof ROUTES / sizeof *ROUTES}};

void fixture_start(Fixture *fixture, const WebOptions *options) {
    WebOptions filled = options == NULL ? (WebOptions){0} : *options;
    Diag diag = {0};
    memcpy(filled.key, CLIENT_KEY, sizeof filled.key);
    filled.routes = PARTS;
    filled.route_parts = 1;
    filled.threads = filled.threads == 0 ? 2 : filled.threads;
    filled.spool_folder = t_folder();
    filled.sign_in_path = "/sign-in";
    filled.purpose_path = "/purpose";
    filled.hooks = (WebHooks){.find_session = find_session,
                              .find_token = find_token,
                              .fill_frame = fill_frame,
                              .log_access = log_access,
                              .note_refusal = note_refusal};
    if (filled.address_rate == 0) {
        filled.address_rate = filled.person_rate = 1000000;
        filled.address_burst = filled.person_burst = 1000000;
    }
    client_handled = client_refused = 0;
    if (web_server_new(&filled, &fixture->server, &diag) != ERR_OK ||
        web_server_start(fixture->server, &diag) != ERR_OK) {
        printf("Bail out! the server does not start: %s\n", diag.msgid == NULL ? "" : diag.msgid);
        exit(1);
    }
    fixture->port = web_server_port(fixture->server);
}

void fixture_stop(Fixture *fixture) {
    web_server_stop(fixture->server, 2);
    web_server_free(fixture->server);
    fixture->server = NULL;
}

int client_connect(uint16_t port) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};
    const struct timeval patience = {.tv_sec = 20};
    const int one = 1;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(fd, (const void *)&at, sizeof at) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

bool client_send(int fd, Str bytes) {
    while (bytes.len > 0) {
        ssize_t n = send(fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);
        if (n <= 0)
            return false;
        bytes = str_from_index(bytes, (size_t)n);
    }
    return true;
}

static bool read_more(int fd, StrBuf *all, size_t want) {
    char *room = strbuf_reserve(all, want);
    ssize_t n = room == NULL ? -1 : recv(fd, room, want, 0);
    strbuf_commit(all, n > 0 ? (size_t)n : 0);
    return n > 0;
}

// Byte by byte up to the blank line, so that nothing of the next answer is taken.
static bool read_head(int fd, StrBuf *all) {
    while (!str_has_suffix(strbuf_str(all), STR("\r\n\r\n")))
        if (all->len > 65536 || !read_more(fd, all, 1))
            return false;
    return true;
}

static void read_chunks(int fd, StrBuf *all) {
    for (;;) {
        size_t begin = all->len;
        while (!str_has_suffix(str_from_index(strbuf_str(all), begin), STR("\r\n")))
            if (!read_more(fd, all, 1))
                return;
        size_t size = strtoul(all->ptr + begin, NULL, 16) + 2;
        bool is_last = size == 2;
        while (size > 0) {
            size_t before = all->len;
            if (!read_more(fd, all, size))
                return;
            size -= all->len - before;
        }
        if (is_last)
            return;
    }
}

void client_read(int fd, Answer *ret) {
    *ret = (Answer){.all = STRBUF(8 << 20)};
    if (!read_head(fd, &ret->all)) {
        ret->is_closed = true;
        return;
    }
    size_t head = ret->all.len;
    ret->status = (int)strtol(ret->all.ptr + sizeof "HTTP/1.1 " - 1, NULL, 10);
    ret->is_closed = str_equal_ascii_nocase(answer_header(ret, "Connection"), STR("close"));
    Str length = answer_header(ret, "Content-Length");
    if (str_equal_ascii_nocase(answer_header(ret, "Transfer-Encoding"), STR("chunked")))
        read_chunks(fd, &ret->all);
    else if (length.ptr != NULL)
        for (size_t whole = head + strtoul(length.ptr, NULL, 10); ret->all.len < whole;)
            if (!read_more(fd, &ret->all, whole - ret->all.len))
                break;
    ret->body = str_from_index(strbuf_str(&ret->all), head);
}

void answer_done(Answer *answer) {
    strbuf_done(&answer->all);
}

Str answer_header(const Answer *answer, const char *name) {
    Str rest = strbuf_str(&answer->all), line, key, value;
    while (str_cut(rest, '\n', &line, &rest) && line.len > 1)
        if (str_cut(line, ':', &key, &value) && str_equal_ascii_nocase(key, str_from(name)))
            return str_trim(value);
    return (Str){0};
}

bool answer_has(const Answer *answer, const char *text) {
    return str_find(strbuf_str(&answer->all), str_from(text)) >= 0;
}

void client_ask_bytes(const Fixture *fixture, Answer *ret, Str bytes) {
    int fd = client_connect(fixture->port);
    *ret = (Answer){0};
    if (fd < 0)
        return;
    (void)client_send(fd, bytes);
    client_read(fd, ret);
    close(fd);
}

void client_ask(const Fixture *fixture, Answer *ret, const char *format, ...) {
    char text[16384];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    client_ask_bytes(fixture, ret, str_of(text, (size_t)len));
}

bool answer_csrf(const Answer *answer, char ret[129]) {
    ptrdiff_t at = str_find(answer->body, STR("name=\"csrf\" value=\""));
    Str rest = str_from_index(answer->body, (size_t)at + sizeof "name=\"csrf\" value=\"" - 1);
    if (at < 0 || rest.len < 128)
        return false;
    memcpy(ret, rest.ptr, 128);
    ret[128] = '\0';
    return true;
}

bool answer_cookie(const Answer *answer, const char *name, char *ret, size_t capacity) {
    char start[128];
    snprintf(start, sizeof start, "Set-Cookie: %s=", name);
    ptrdiff_t at = str_find(strbuf_str(&answer->all), str_from(start));
    if (at < 0)
        return false;
    Str value = str_from_index(strbuf_str(&answer->all), (size_t)at + strlen(start)), rest;
    if (!str_cut(value, ';', &value, &rest) || value.len >= capacity)
        return false;
    memcpy(ret, value.ptr, value.len);
    ret[value.len] = '\0';
    return true;
}

int client_status(const Fixture *fixture, const char *request) {
    Answer answer;
    client_ask_bytes(fixture, &answer, str_from(request));
    int status = answer.status;
    answer_done(&answer);
    return status;
}
