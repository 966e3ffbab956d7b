// The life of the server, and the library's callbacks: first call, body, last call.
//
// An answer is queued on the handler's second call: queued on the first, the library closes the
// connection afterwards, since it has not looked yet whether a body follows. What the guard refuses
// is answered on the first call for that very reason.
#include "web/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <time.h>

#include "base/clock.h"
#include "language/locale_name.h"
#include "web/exchange.h"

// From 0.9.77.2 on the library itself can refuse folded headers and bare line feeds.
#if MHD_VERSION >= 0x00097702
#define STRICTNESS MHD_OPTION_CLIENT_DISCIPLINE_LVL, 1
#else
#define STRICTNESS MHD_OPTION_STRICT_FOR_CLIENT, 1
#endif

static enum MHD_Result collect_header(void *context, enum MHD_ValueKind kind, const char *key,
                                      size_t key_size, const char *value, size_t value_size) {
    WebRequest *request = context;
    // One too many is seen by the guard.
    if (request->header_count < WEB_HEADERS_MAX)
        request->headers[request->header_count] =
            (GuardHeader){str_of(key, key_size), str_of(value, value_size)};
    request->header_count++;
    return request->header_count <= WEB_HEADERS_MAX ? MHD_YES : MHD_NO;
}

static void method_read(WebRequest *request, Str method) {
    request->is_head = str_is(method, "HEAD");
    request->is_options = str_is(method, "OPTIONS");
    request->is_known_method = request->is_head;
    for (int i = 0; i < WEB_METHOD_COUNT; i++)
        if (str_is(method, web_method_name((WebMethod)i))) {
            request->method = (WebMethod)i;
            request->is_known_method = true;
        }
}

static void *on_target(void *context, const char *target, struct MHD_Connection *library) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(library, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    WebConnection *connection = info == NULL ? NULL : info->socket_context;
    if (connection == NULL)
        return NULL;
    if (connection->request == NULL)
        connection->request = request_new(connection);
    WebRequest *request = connection->request;
    if (request == NULL)
        return NULL;
    request->stage = STAGE_HEAD;
    // The library changes its own copy; one byte too many tells the guard.
    Str raw = str_of(target, strnlen(target, WEB_TARGET_MAX + 1));
    request->raw_target = arena_copy(request->arena, raw);
    return request;
}

static void work(void *job, int worker) {
    WebRequest *request = job;
    WebServer *server = request->server;
    exchange_answer(request);
    MHD_resume_connection(request->connection->library);
    atomic_fetch_sub(&server->slow, 1);
}

// Suspends the connection and hands the request to a worker; without room there it is told to come
// back.
static bool work_later(WebRequest *request) {
    WebServer *server = request->server;
    int waiting = atomic_fetch_add(&server->slow, 1);
    if (atomic_load(&server->is_cutting) || waiting >= WEB_SLOW_WAITING_MAX) {
        atomic_fetch_sub(&server->slow, 1);
        exchange_refuse(request, 503, "busy", N_("Too many people are working at once."));
        return false;
    }
    request->stage = STAGE_WORKING;
    MHD_suspend_connection(request->connection->library);
    // Never waits: the queue holds more than WEB_SLOW_WAITING_MAX.
    if (work_queue_push(server->workers, request))
        return true;
    MHD_resume_connection(request->connection->library);
    atomic_fetch_sub(&server->slow, 1);
    exchange_refuse(request, 503, "busy", N_("Too many people are working at once."));
    return false;
}

static enum MHD_Result answer(WebRequest *request) {
    connection_deadline(request->connection, 0);
    if (exchange_is_slow(request) && work_later(request))
        return MHD_YES;
    exchange_answer(request);
    return reply_send(request);
}

static enum MHD_Result on_head(WebRequest *request, struct MHD_Connection *library,
                               const char *method, const char *version) {
    WebServer *server = request->server;
    atomic_fetch_add(&server->running, 1);
    request->version = str_from(version);
    method_read(request, str_from(method));
    (void)MHD_get_connection_values_n(library, MHD_HEADER_KIND, collect_header, request);
    exchange_head(request);
    request->stage = STAGE_BODY;
    // What is ambiguous, and a body that nobody wants, ends the connection.
    bool must_close =
        request->is_refused_early || (request->refused.status != 0 && request->facts.has_body);
    if (must_close || request->refused.status == 400)
        return answer(request);
    connection_deadline(request->connection,
                        server->options.body_seconds +
                            (int64_t)(request->facts.length / WEB_BODY_BYTES_PER_SECOND));
    return MHD_YES;
}

static enum MHD_Result on_body(WebRequest *request, const char *bytes, size_t *io_size) {
    size_t size = *io_size;
    *io_size = 0;
    if (request->facts.is_chunked) {
        // A body of unknown length earns its time by arriving.
        int64_t began = request->began_ns / 1000000;
        int64_t until = began + 1000 * (int64_t)(request->server->options.body_seconds +
                                                 request->received / WEB_BODY_BYTES_PER_SECOND);
        atomic_store_explicit(&request->connection->deadline_ms, until, memory_order_relaxed);
    }
    if (request->refused.status == 0)
        (void)body_take(request, str_of(bytes, size));
    else
        request->received += size;
    // The answer can only be given at the end; who sends on and on does not get one.
    return request->refused.status == 0 ||
                   request->received <= request->match.route->body_max + WEB_OVERRUN_BYTES
               ? MHD_YES
               : MHD_NO;
}

static enum MHD_Result on_access(void *context, struct MHD_Connection *library, const char *url,
                                 const char *method, const char *version, const char *upload_data,
                                 size_t *upload_data_size, void **io_request) {
    WebRequest *request = *io_request;
    if (request == NULL || request->raw_target.ptr == NULL)
        return MHD_NO; // out of memory
    switch (request->stage) {
    case STAGE_HEAD:
        return on_head(request, library, method, version);
    case STAGE_BODY:
        if (*upload_data_size > 0)
            return on_body(request, upload_data, upload_data_size);
        return answer(request);
    case STAGE_ANSWER:
        return reply_send(request);
    case STAGE_WORKING:
    case STAGE_SENDING:
        break;
    }
    return MHD_YES;
}

// "time method pattern status bytes microseconds request": the pattern, not the path, and no
// address.
static void log_access(WebRequest *request, int64_t nanoseconds, uint64_t bytes) {
    const WebHooks *hooks = &request->server->hooks;
    if (hooks->log_access == NULL)
        return;
    StrBuf line = STRBUF(1024);
    timestamp_put(&line, clock_utc_ms());
    const WebRoute *route = request->match.route;
    strbuf_printf(&line, " %s %s %d %llu %lld %s",
                  !request->is_known_method ? "-"
                  : request->is_head        ? "HEAD"
                                            : web_method_name(request->method),
                  route == NULL ? "-" : route->path, request->reply.status,
                  (unsigned long long)bytes, (long long)(nanoseconds / 1000), request->id);
    if (strbuf_err(&line) == ERR_OK)
        hooks->log_access(hooks->context, strbuf_str(&line));
    strbuf_done(&line);
}

static void on_completed(void *context, struct MHD_Connection *library, void **io_request,
                         enum MHD_RequestTerminationCode code) {
    WebRequest *request = *io_request;
    *io_request = NULL;
    if (request == NULL)
        return;
    WebServer *server = request->server;
    WebConnection *connection = request->connection;
    if (request->stage != STAGE_HEAD) {
        int64_t nanoseconds = clock_monotonic_ns() - request->began_ns;
        uint64_t bytes =
            request->reply.kind == REPLY_FD ? request->reply.size : request->reply.body.len;
        metrics_request(server->metrics,
                        request->match.route == NULL ? METRICS_NO_ROUTE
                                                     : (long)request->match.index,
                        request->reply.status, bytes, nanoseconds);
        log_access(request, nanoseconds, bytes);
        atomic_fetch_sub(&server->running, 1);
    }
    request_reset(request);
    connection_deadline(connection, server->options.header_seconds);
}

static size_t keep_encoded(void *context, struct MHD_Connection *library, char *text) {
    return strlen(text); // decoding is ours (target.c, form.c)
}

static Err listen_at(WebServer *server, Diag *diag) {
    WebAddress address;
    const char *text = server->options.address;
    char shown[ADDRESS_TEXT_MAX + 8];
    if (!address_parse(str_from(text), &address))
        return diag_set(diag, ERR_INVALID, N_("The address to listen at must be a numeric one"));
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(server->options.port)};
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(server->options.port)};
    bool is_v4 = inet_pton(AF_INET, text, &v4.sin_addr) == 1;
    memcpy(&v6.sin6_addr, address.bytes, 16);
    const struct sockaddr *at = is_v4 ? (const void *)&v4 : (const void *)&v6;
    socklen_t size = is_v4 ? sizeof v4 : sizeof v6;
    _cleanup_close_ int fd =
        socket(is_v4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const int one = 1;
    bool is_open = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0 &&
                   bind(fd, at, size) == 0 && listen(fd, WEB_BACKLOG) == 0;
    union {
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } bound = {0};
    size = sizeof bound;
    if (is_open && getsockname(fd, (struct sockaddr *)&bound, &size) == 0) {
        server->port = ntohs(is_v4 ? bound.v4.sin_port : bound.v6.sin6_port);
        server->listen_fd = TAKE_FD(fd);
        return ERR_OK;
    }
    Err err = errno == EADDRINUSE ? ERR_EXISTS : errno == EACCES ? ERR_PERMISSION : ERR_IO;
    snprintf(shown, sizeof shown, "%s", text);
    (void)diag_set(diag, err,
                   err == ERR_EXISTS
                       ? N_("Another program already answers at {address}, port {port}")
                       : N_("It is not possible to answer at {address}, port {port}"));
    diag_arg(diag, "address", str_from(shown));
    diag_arg_int(diag, "port", server->options.port);
    return err;
}

static Err addresses_read(const WebTexts *texts, WebAddress *items, AddressList *ret, Diag *diag) {
    if (texts->len > WEB_PROXIES_MAX)
        return diag_set(diag, ERR_LIMIT, N_("Too many addresses are configured"));
    for (size_t i = 0; i < texts->len; i++)
        if (!address_parse(texts->items[i], &items[i])) {
            (void)diag_set(diag, ERR_INVALID, N_("{address} is not a numeric address"));
            diag_arg(diag, "address", texts->items[i]);
            return ERR_INVALID;
        }
    *ret = (AddressList){items, texts->len};
    return ERR_OK;
}

static Err hosts_read(WebServer *server, Diag *diag) {
    const WebOptions *options = &server->options;
    WebAddress address;
    if (options->hosts.len > WEB_HOSTS_MAX)
        return diag_set(diag, ERR_LIMIT, N_("Too many names of the server are configured"));
    for (size_t i = 0; i < options->hosts.len; i++)
        server->hosts[server->host_count++] = options->hosts.items[i];
    if (address_parse(str_from(options->address), &address) && address_is_loopback(&address)) {
        server->hosts[server->host_count++] = STR("localhost");
        server->hosts[server->host_count++] = STR("127.0.0.1");
        server->hosts[server->host_count++] = STR("[::1]");
    }
    return ERR_OK;
}

static void languages_read(WebServer *server) {
    for (size_t i = 0; i < lang_status_count() && server->language_count < FRAME_LANGUAGES_MAX;
         i++) {
        LangStatus status = lang_status(i);
        if (status.is_pseudo)
            continue;
        StrBuf name = STRBUF(FRAME_LANGUAGE_NAME_MAX - 1);
        locale_name_put(&name, status.tag);
        char *kept = server->language_names[server->language_count];
        snprintf(kept, FRAME_LANGUAGE_NAME_MAX, "%s",
                 strbuf_err(&name) == ERR_OK ? strbuf_text(&name) : status.tag);
        server->languages[server->language_count++] = (FrameLanguage){
            .tag = status.tag,
            .name = str_from(kept),
            .direction = lang_is_rtl(lang_get(str_from(status.tag))) ? "rtl" : "ltr"};
        strbuf_done(&name);
    }
}

static void defaults_fill(WebOptions *options) {
    const struct {
        uint32_t *at, preset;
    } numbers[] = {{&options->connections, WEB_CONNECTIONS_MAX},
                   {&options->address_connections, WEB_ADDRESS_CONNECTIONS_MAX},
                   {&options->header_seconds, WEB_HEADER_SECONDS},
                   {&options->body_seconds, WEB_BODY_SECONDS},
                   {&options->idle_seconds, WEB_IDLE_SECONDS},
                   {&options->address_rate, WEB_ADDRESS_RATE},
                   {&options->address_burst, WEB_ADDRESS_BURST},
                   {&options->person_rate, WEB_PERSON_RATE},
                   {&options->person_burst, WEB_PERSON_BURST},
                   {&options->strict_per_minute, WEB_STRICT_RATE_PER_MINUTE}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (*numbers[i].at == 0)
            *numbers[i].at = numbers[i].preset;
    if (options->address == NULL)
        options->address = "127.0.0.1";
    if (options->product == NULL)
        options->product = "Seventh";
    if (options->threads <= 0)
        options->threads = processor_count();
    if (options->threads > WEB_THREADS_MAX)
        options->threads = WEB_THREADS_MAX;
    if (options->workers <= 0)
        options->workers = processor_count() * 2 > 4 ? processor_count() * 2 : 4;
    if (options->workers > WEB_WORKERS_MAX)
        options->workers = WEB_WORKERS_MAX;
}

static Err routes_read(WebServer *server, Diag *diag) {
    enum { PARTS_MAX = 32 };
    RouteRows parts[PARTS_MAX];
    const WebOptions *options = &server->options;
    if (options->route_parts >= PARTS_MAX)
        return diag_set(diag, ERR_LIMIT, N_("There are too many tables of routes"));
    if (options->route_parts > 0)
        memcpy(parts, options->routes, options->route_parts * sizeof *parts);
    parts[options->route_parts] = (RouteRows){BUILTIN_ROUTES, BUILTIN_ROUTE_COUNT};
    TRY(route_table_new(parts, options->route_parts + 1, &server->routes, diag));
    return metrics_new(server->routes, &server->metrics);
}

static Err rates_new(WebServer *server) {
    const WebOptions *options = &server->options;
    TRY(rate_table_new(options->address_rate * 60, options->address_burst, &server->address_rates));
    TRY(rate_table_new(options->person_rate * 60, options->person_burst, &server->person_rates));
    return rate_table_new(options->strict_per_minute, WEB_STRICT_BURST, &server->strict_rates);
}

Err web_server_new(const WebOptions *options, WebServer **ret, Diag *diag) {
    _cleanup_(web_server_freep) WebServer *server = calloc(1, sizeof *server);
    if (server == NULL)
        return diag_set(diag, ERR_NOMEM, N_("Not enough memory"));
    pthread_mutex_init(&server->lock, NULL);
    server->listen_fd = -1;
    server->options = *options;
    server->hooks = options->hooks;
    defaults_fill(&server->options);
    if ((options->tls_certificate == NULL) != (options->tls_key == NULL))
        return diag_set(diag, ERR_INVALID,
                        N_("A certificate needs its key, and a key its certificate"));
    server->is_https = options->is_https || options->tls_key != NULL;
    server->default_lang =
        lang_get(options->default_locale.len > 0 ? options->default_locale : STR("en"));
    hmac_make(options->key, STR("seventh/web/csrf"), (Str){0}, server->csrf_key);
    hmac_make(options->key, STR("seventh/web/flash"), (Str){0}, server->flash_key);
    languages_read(server);
    server->knows_layout = guard_knows_layout(MHD_get_version());
    TRY(addresses_read(&options->proxies, server->proxy_items, &server->proxies, diag));
    TRY(addresses_read(&options->metrics_addresses, server->metrics_items,
                       &server->metrics_addresses, diag));
    TRY(hosts_read(server, diag));
    TRY(routes_read(server, diag));
    TRY(rates_new(server));
    TRY(listen_at(server, diag));
    *ret = TAKE(server);
    return ERR_OK;
}

static void be_silent(void *context, const char *format, va_list arguments) {
    // The library's messages name what clients sent; they are counted elsewhere and not written.
}

static Err daemon_start(WebServer *server, Diag *diag) {
    const WebOptions *options = &server->options;
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_TURBO | MHD_ALLOW_SUSPEND_RESUME |
                     MHD_USE_ERROR_LOG;
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)options->tls_key},
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)options->tls_certificate},
        {MHD_OPTION_HTTPS_PRIORITIES, 0,
         (void *)(uintptr_t) "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%SERVER_PRECEDENCE"},
        {MHD_OPTION_END, 0, NULL}};
    if (options->tls_key != NULL)
        flags |= MHD_USE_TLS;
    else
        tls[0] = tls[3];
    // A pool of one is not a pool to the library.
    struct MHD_OptionItem pool[] = {{MHD_OPTION_THREAD_POOL_SIZE, options->threads, NULL},
                                    {MHD_OPTION_END, 0, NULL}};
    if (options->threads < 2)
        pool[0] = pool[1];
    unsigned connections = options->connections + (unsigned)options->threads * 4;
    server->daemon = MHD_start_daemon(
        flags, 0, connection_admit, server, on_access, server, MHD_OPTION_EXTERNAL_LOGGER,
        be_silent, NULL, MHD_OPTION_LISTEN_SOCKET, server->listen_fd, MHD_OPTION_CONNECTION_LIMIT,
        connections, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)WEB_CONNECTION_MEMORY,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)options->idle_seconds,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_NOTIFY_COMPLETED, on_completed, server,
        MHD_OPTION_NOTIFY_CONNECTION, connection_notify, server, MHD_OPTION_URI_LOG_CALLBACK,
        on_target, server, MHD_OPTION_UNESCAPE_CALLBACK, keep_encoded, NULL, MHD_OPTION_ARRAY, tls,
        MHD_OPTION_ARRAY, pool, MHD_OPTION_END);
    if (server->daemon == NULL)
        return diag_set(
            diag, ERR_INVALID,
            options->tls_key != NULL
                ? N_("The server cannot start: the certificate and its key do not fit, or "
                     "cannot be read")
                : N_("The server cannot start: too few threads or descriptors"));
    return ERR_OK;
}

Err web_server_start(WebServer *server, Diag *diag) {
    TRY(work_queue_new(server->options.workers, WEB_SLOW_WAITING_MAX + 1, work, &server->workers,
                       diag));
    TRY(daemon_start(server, diag));
    if (pthread_create(&server->janitor, NULL, connection_janitor, server) != 0)
        return diag_set(diag, ERR_LIMIT,
                        N_("The server cannot start: too few threads or descriptors"));
    server->has_janitor = true;
    return ERR_OK;
}

uint16_t web_server_port(const WebServer *server) {
    return server->port;
}

const RouteTable *web_server_routes(const WebServer *server) {
    return server->routes;
}

static void wait_for(_Atomic int *count, int64_t until_ms) {
    const struct timespec pause = {.tv_nsec = 2000000};
    while (atomic_load(count) > 0 && now_ms() < until_ms)
        (void)clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, NULL);
}

void web_server_stop(WebServer *server, int seconds) {
    if (server->daemon == NULL)
        return;
    pthread_mutex_lock(&server->lock);
    atomic_store(&server->is_stopping, true);
    pthread_mutex_unlock(&server->lock);
    (void)MHD_quiesce_daemon(server->daemon);
    wait_for(&server->running, now_ms() + seconds * INT64_C(1000));
    atomic_store(&server->is_cutting, true);
    connections_cut(server, true);
    // A handler that runs cannot be cut; its work is finished before its connection goes.
    wait_for(&server->slow, INT64_MAX);
    if (server->has_janitor) {
        atomic_store(&server->janitor_ends, true);
        (void)pthread_join(server->janitor, NULL);
        server->has_janitor = false;
    }
    streams_wake(server);
    MHD_stop_daemon(server->daemon);
    server->daemon = NULL;
}

void web_server_free(WebServer *server) {
    if (server == NULL)
        return;
    web_server_stop(server, 0);
    work_queue_free(server->workers);
    if (server->listen_fd >= 0)
        close(server->listen_fd);
    rate_table_free(server->address_rates);
    rate_table_free(server->person_rates);
    rate_table_free(server->strict_rates);
    metrics_free(server->metrics);
    route_table_free(server->routes);
    pthread_mutex_destroy(&server->lock);
    free(server);
}
