// The connections there are: how many from one address, and the deadline of each. A janitor thread
// shuts down whoever is too slow (the library's own time-out only sees silence, and one byte every
// few seconds is not silence) and wakes event streams.
#include <errno.h>
#include <sys/socket.h>
#include <time.h>

#include "base/clock.h"
#include "web/exchange.h"

enum { KEEP_MAX = 256 << 10 }; // of a buffer kept for the next request

int64_t now_ms(void) {
    return clock_monotonic_ns() / 1000000;
}

WebRequest *request_new(WebConnection *connection) {
    WebRequest *request = calloc(1, sizeof *request);
    if (request == NULL)
        return NULL;
    request->arena = arena_new(WEB_ARENA_MAX);
    if (request->arena == NULL) {
        free(request);
        return NULL;
    }
    request->server = connection->server;
    request->connection = connection;
    request->reply.request = request;
    request->reply.fd = -1;
    request->reply.out = request->reply.framed = request->reply.packed = STRBUF(WEB_REPLY_MAX);
    return request;
}

static void keep_or_free(StrBuf *buf) {
    if (buf->capacity > KEEP_MAX)
        strbuf_done(buf);
    else
        strbuf_clear(buf);
}

void request_reset(WebRequest *request) {
    body_done(request);
    reply_reset(&request->reply);
    keep_or_free(&request->reply.out);
    keep_or_free(&request->reply.framed);
    keep_or_free(&request->reply.packed);
    keep_or_free(&request->body);
    StrBuf body = request->body;
    WebReply reply = request->reply;
    arena_reset(request->arena);
    // The headers are overwritten before they are read; everything else begins at zero.
    Arena *arena = request->arena;
    WebServer *server = request->server;
    WebConnection *connection = request->connection;
    memset(request, 0, offsetof(WebRequest, headers));
    memset(&request->header_count, 0, sizeof *request - offsetof(WebRequest, header_count));
    request->arena = arena;
    request->server = server;
    request->connection = connection;
    request->body = body;
    request->reply = reply;
}

void request_free(WebRequest *request) {
    if (request == NULL)
        return;
    body_done(request);
    reply_reset(&request->reply);
    reply_done(&request->reply);
    strbuf_done(&request->body);
    arena_free(request->arena);
    free(request);
}

void connection_deadline(WebConnection *connection, int64_t seconds) {
    int64_t at = seconds == 0 ? 0 : now_ms() + seconds * 1000;
    atomic_store_explicit(&connection->deadline_ms, at, memory_order_relaxed);
}

enum MHD_Result connection_admit(void *context, const struct sockaddr *socket_address,
                                 socklen_t size) {
    WebServer *server = context;
    WebAddress peer = address_of(socket_address), group = address_group(&peer);
    size_t count = 0;
    bool is_proxy = address_in(&server->proxies, &peer);
    if (atomic_load(&server->is_stopping))
        return MHD_NO;
    pthread_mutex_lock(&server->lock);
    bool is_full = server->connection_count >= server->options.connections;
    if (!is_proxy)
        for (WebConnection *at = server->connections; at != NULL; at = at->next) {
            WebAddress other = address_group(&at->peer);
            count += address_equal(&group, &other);
        }
    pthread_mutex_unlock(&server->lock);
    bool is_admitted = !is_full && (is_proxy || count < server->options.address_connections);
    if (!is_admitted)
        metrics_refusal(server->metrics, is_full ? "connections" : "address-connections");
    return is_admitted ? MHD_YES : MHD_NO;
}

static void connection_begin(WebServer *server, struct MHD_Connection *library, void **io_context) {
    WebConnection *connection = calloc(1, sizeof *connection);
    *io_context = connection;
    if (connection == NULL)
        return; // every request on it is refused (server.c)
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(library, MHD_CONNECTION_INFO_CONNECTION_FD);
    connection->fd = info == NULL ? -1 : info->connect_fd;
    info = MHD_get_connection_info(library, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    if (info != NULL && info->client_addr != NULL)
        connection->peer = address_of(info->client_addr);
    connection->server = server;
    connection->library = library;
    connection_deadline(connection, server->options.header_seconds);
    pthread_mutex_lock(&server->lock);
    connection->next = server->connections;
    if (connection->next != NULL)
        connection->next->previous = connection;
    server->connections = connection;
    server->connection_count++;
    pthread_mutex_unlock(&server->lock);
}

// The library closes the descriptor only afterwards, so nobody shuts down another's.
static void connection_end(WebServer *server, WebConnection *connection) {
    pthread_mutex_lock(&server->lock);
    if (connection->previous != NULL)
        connection->previous->next = connection->next;
    else
        server->connections = connection->next;
    if (connection->next != NULL)
        connection->next->previous = connection->previous;
    server->connection_count--;
    pthread_mutex_unlock(&server->lock);
    request_free(connection->request);
    free(connection);
}

void connection_notify(void *context, struct MHD_Connection *library, void **io_context,
                       enum MHD_ConnectionNotificationCode code) {
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        connection_begin(context, library, io_context);
    } else if (*io_context != NULL) {
        connection_end(context, *io_context);
        *io_context = NULL;
    }
}

// all: also those within their time.
void connections_cut(WebServer *server, bool all) {
    int64_t now = now_ms();
    pthread_mutex_lock(&server->lock);
    for (WebConnection *at = server->connections; at != NULL; at = at->next) {
        int64_t deadline = atomic_load_explicit(&at->deadline_ms, memory_order_relaxed);
        bool is_late = deadline != 0 && deadline < now;
        if (!all && !is_late)
            continue;
        (void)shutdown(at->fd, SHUT_RDWR);
        // Once is enough.
        if (is_late) {
            atomic_store_explicit(&at->deadline_ms, 0, memory_order_relaxed);
            metrics_refusal(server->metrics, "slow-client");
        }
    }
    pthread_mutex_unlock(&server->lock);
}

void *connection_janitor(void *context) {
    WebServer *server = context;
    const struct timespec tick = {.tv_nsec = WEB_STREAM_TICK_MS * 1000000L};
    while (!atomic_load(&server->janitor_ends)) {
        (void)clock_nanosleep(CLOCK_MONOTONIC, 0, &tick, NULL);
        connections_cut(server, false);
        streams_wake(server);
    }
    return NULL;
}
