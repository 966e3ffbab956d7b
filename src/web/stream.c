// Event streams: the library asks for bytes; when there is no news the connection is suspended
// until the janitor's next tick.
#include "base/clock.h"
#include "web/exchange.h"

enum { EVENT_BLOCK = 8192, EVENTS_MAX = 256 << 10 };

typedef struct Stream {
    WebServer *server;
    WebConnection *connection;
    StreamNext *next;
    void (*done)(void *state);
    void *state;
    StrBuf pending;
    size_t sent; // of pending
    int64_t last_ms, ends_ms;
    bool is_over;
} Stream;

void event_put(StrBuf *out, const char *name, Str data) {
    if (name != NULL)
        strbuf_printf(out, "event: %s\n", name);
    Str line;
    for (bool has_more = true; has_more;) {
        has_more = str_cut(data, '\n', &line, &data);
        if (!has_more)
            line = data;
        strbuf_put_text(out, "data: ");
        // A lone carriage return would end the line for a browser, too.
        for (size_t i = 0; i < line.len; i++)
            if (line.ptr[i] != '\r')
                strbuf_put_byte(out, line.ptr[i]);
        strbuf_put_byte(out, '\n');
    }
    strbuf_put_byte(out, '\n');
}

// Fills pending when there is news, or a comment when there was none for long.
static Err stream_fill(Stream *stream, int64_t now) {
    strbuf_clear(&stream->pending);
    stream->sent = 0;
    if (now >= stream->ends_ms)
        stream->is_over = true;
    else
        TRY(stream->next(stream->state, &stream->pending, &stream->is_over));
    if (stream->pending.len == 0 && !stream->is_over &&
        now - stream->last_ms >= WEB_STREAM_BEAT_SECONDS * 1000)
        strbuf_put_text(&stream->pending, ":\n\n");
    if (stream->pending.len > 0)
        stream->last_ms = now;
    return strbuf_err(&stream->pending);
}

static ssize_t stream_read(void *context, uint64_t offset, char *ret_bytes, size_t capacity) {
    Stream *stream = context;
    if (stream->sent == stream->pending.len) {
        if (stream->is_over || atomic_load(&stream->server->is_stopping))
            return MHD_CONTENT_READER_END_OF_STREAM;
        if (stream_fill(stream, now_ms()) != ERR_OK)
            return MHD_CONTENT_READER_END_WITH_ERROR;
    }
    size_t left = stream->pending.len - stream->sent;
    if (left > 0) {
        size_t n = left < capacity ? left : capacity;
        memcpy(ret_bytes, stream->pending.ptr + stream->sent, n);
        stream->sent += n;
        return (ssize_t)n;
    }
    if (stream->is_over)
        return MHD_CONTENT_READER_END_OF_STREAM;
    pthread_mutex_lock(&stream->server->lock);
    bool is_stopping = atomic_load(&stream->server->is_stopping);
    if (!is_stopping) {
        MHD_suspend_connection(stream->connection->library);
        stream->connection->is_waiting = true;
    }
    pthread_mutex_unlock(&stream->server->lock);
    return is_stopping ? MHD_CONTENT_READER_END_OF_STREAM : 0;
}

static void stream_free(void *context) {
    Stream *stream = context;
    if (stream->done != NULL)
        stream->done(stream->state);
    atomic_fetch_sub(&stream->server->streams, 1);
    strbuf_done(&stream->pending);
    free(stream);
}

void streams_wake(WebServer *server) {
    pthread_mutex_lock(&server->lock);
    for (WebConnection *at = server->connections; at != NULL; at = at->next)
        if (at->is_waiting) {
            at->is_waiting = false;
            MHD_resume_connection(at->library);
        }
    pthread_mutex_unlock(&server->lock);
}

struct MHD_Response *stream_response(WebRequest *request) {
    WebReply *reply = &request->reply;
    WebServer *server = request->server;
    Stream *stream = calloc(1, sizeof *stream);
    if (stream == NULL)
        return NULL;
    int64_t now = now_ms();
    *stream = (Stream){.server = server,
                       .connection = request->connection,
                       .next = reply->next,
                       .done = reply->stream_done,
                       .state = reply->stream_state,
                       .pending = STRBUF(EVENTS_MAX),
                       .last_ms = now,
                       .ends_ms = now + WEB_STREAM_SECONDS * INT64_C(1000)};
    atomic_fetch_add(&server->streams, 1);
    struct MHD_Response *response = MHD_create_response_from_callback(
        MHD_SIZE_UNKNOWN, EVENT_BLOCK, stream_read, stream, stream_free);
    if (response == NULL) {
        stream->done = NULL; // the reply still has it
        stream_free(stream);
        return NULL;
    }
    reply->stream_done = NULL;
    return response;
}
