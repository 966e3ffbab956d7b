// The answer as the library sends it: headers that every answer has, compression where it tells
// nothing, and the body without another copy.
#include <stdio.h>

#include "web/exchange.h"
#include "web/gzip.h"

// No script, style, frame or picture from anywhere else, none inline; forms only to this site.
static const char PAGE_POLICY[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'";
static const char DATA_POLICY[] = "default-src 'none'; base-uri 'none'; form-action 'none'; "
                                  "frame-ancestors 'none'; sandbox";

static void add(struct MHD_Response *response, const char *name, const char *value) {
    // Out of memory for a header is out of memory for the answer soon enough.
    (void)MHD_add_response_header(response, name, value);
}

static void add_security(const WebRequest *request, struct MHD_Response *response) {
    const WebReply *reply = &request->reply;
    bool is_page = reply->content_type != NULL &&
                   str_has_prefix(str_from(reply->content_type), STR("text/html")) &&
                   reply->file_name.ptr == NULL;
    add(response, "Content-Security-Policy", is_page ? PAGE_POLICY : DATA_POLICY);
    add(response, "X-Content-Type-Options", "nosniff");
    // "no-referrer" would make browsers send "Origin: null" with our own forms.
    add(response, "Referrer-Policy", "same-origin");
    add(response, "Cross-Origin-Resource-Policy", "same-origin");
    if (is_page) {
        add(response, "Cross-Origin-Opener-Policy", "same-origin");
        add(response, "X-Frame-Options", "DENY");
        add(response, "Permissions-Policy",
            "camera=(), microphone=(), geolocation=(), display-capture=(), payment=(), usb=()");
        add(response, "X-Robots-Tag", "noindex, nofollow");
    }
    if (request->server->is_https)
        add(response, "Strict-Transport-Security", "max-age=31536000");
}

static void add_cache(const WebReply *reply, struct MHD_Response *response) {
    char text[64];
    if (reply->kind == REPLY_FILE) {
        add(response, "Cache-Control", "public, max-age=31536000, immutable");
    } else if (reply->is_public_cache) {
        snprintf(text, sizeof text, "public, max-age=%lld", (long long)reply->cache_seconds);
        add(response, "Cache-Control", text);
    } else {
        add(response, "Cache-Control", "no-store");
    }
}

// RFC 6266: a plain name for old clients, the whole in UTF-8 for others.
static void add_disposition(WebRequest *request, struct MHD_Response *response) {
    Str name = request->reply.file_name;
    StrBuf text = STRBUF(8 * WEB_FILE_NAME_MAX);
    strbuf_put_text(&text, "attachment; filename=\"");
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool is_plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                        (c >= 'a' && c <= 'z') || c == '.' || c == '-' || c == '_' || c == ' ';
        strbuf_put_byte(&text, is_plain ? c : '_');
    }
    strbuf_put_text(&text, "\"; filename*=UTF-8''");
    for (size_t i = 0; i < name.len; i++) {
        unsigned char c = (unsigned char)name.ptr[i];
        bool is_plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                        (c >= 'a' && c <= 'z') || c == '.' || c == '-' || c == '_';
        if (is_plain)
            strbuf_put_byte(&text, (char)c);
        else
            strbuf_printf(&text, "%%%02X", c);
    }
    add(response, "Content-Disposition",
        strbuf_err(&text) == ERR_OK ? strbuf_text(&text) : "attachment");
    strbuf_done(&text);
}

static void add_own(WebRequest *request, struct MHD_Response *response) {
    WebReply *reply = &request->reply;
    if (reply->content_type != NULL)
        add(response, "Content-Type", reply->content_type);
    if (reply->location.len > 0)
        add(response, "Location", reply->location.ptr);
    if (reply->file_name.ptr != NULL)
        add_disposition(request, response);
    if (reply->is_packed)
        add(response, "Content-Encoding", "gzip");
    if (reply->kind == REPLY_FILE || reply->is_packed || reply->is_public_cache)
        add(response, "Vary", "Accept-Encoding, Accept-Language");
    if (reply->kind == REPLY_PAGE)
        add(response, "Content-Language", lang_tag(request->lang));
    if (reply->kind == REPLY_STREAM)
        add(response, "X-Accel-Buffering", "no"); // nginx would hold events back
    for (size_t i = 0; i < reply->header_count; i++)
        add(response, reply->headers[i].name, reply->headers[i].value.ptr);
}

// BREACH: who can make a browser ask, sees the size of the answer on the line and controls a part
// of it learns what else stands in it. So an answer to somebody signed in, or one that holds a
// token, is compressed only when the sender chose nothing that could stand in it: no query, no
// form.
static bool may_pack(const WebRequest *request) {
    const WebReply *reply = &request->reply;
    const WebRoute *route = request->match.route;
    if (reply->body.len < WEB_GZIP_MIN || reply->content_type == NULL || route == NULL ||
        (route->flags & WEB_GZIP_NEVER) != 0 ||
        !header_accepts(request->facts.accept_encoding, STR("gzip")))
        return false;
    Str type = str_from(reply->content_type);
    bool is_text =
        str_has_prefix(type, STR("text/")) || str_has_prefix(type, STR("application/json"));
    bool is_echo = request->target.query.len > 0 || request->facts.has_body;
    return is_text && !is_echo;
}

static void choose_body(WebRequest *request) {
    WebReply *reply = &request->reply;
    if (reply->kind == REPLY_FILE) {
        const StaticFile *file = reply->file;
        reply->is_packed =
            file->packed != NULL && header_accepts(request->facts.accept_encoding, STR("gzip"));
        reply->body = reply->is_packed ? str_of(file->packed, file->packed_size)
                                       : str_of(file->bytes, file->size);
        return;
    }
    reply->body = reply->kind == REPLY_PAGE   ? strbuf_str(&reply->framed)
                  : reply->kind == REPLY_BODY ? strbuf_str(&reply->out)
                                              : (Str){0};
    if (may_pack(request) && gzip_put(&reply->packed, reply->body) == ERR_OK) {
        reply->body = strbuf_str(&reply->packed);
        reply->is_packed = true;
    }
}

static struct MHD_Response *response_make(WebRequest *request) {
    WebReply *reply = &request->reply;
    if (reply->kind == REPLY_STREAM)
        return stream_response(request);
    if (reply->kind == REPLY_FD) {
        struct MHD_Response *response = MHD_create_response_from_fd64(reply->size, reply->fd);
        if (response != NULL)
            reply->fd = -1; // the library closes it
        return response;
    }
    choose_body(request);
    // The body is the request's and stays until the library says that the request is over.
    return MHD_create_response_from_buffer(reply->body.len, (void *)(uintptr_t)reply->body.ptr,
                                           MHD_RESPMEM_PERSISTENT);
}

enum MHD_Result reply_send(WebRequest *request) {
    WebReply *reply = &request->reply;
    struct MHD_Response *response = response_make(request);
    if (response == NULL)
        return MHD_NO;
    add_security(request, response);
    add_cache(reply, response);
    add_own(request, response);
    if (atomic_load(&request->server->is_stopping))
        add(response, "Connection", "close");
    uint64_t size = reply->kind == REPLY_FD ? reply->size : reply->body.len;
    connection_deadline(request->connection, reply->kind == REPLY_STREAM
                                                 ? 0
                                                 : (int64_t)(request->server->options.body_seconds +
                                                             size / WEB_BODY_BYTES_PER_SECOND));
    request->stage = STAGE_SENDING;
    enum MHD_Result result =
        MHD_queue_response(request->connection->library, (unsigned)reply->status, response);
    MHD_destroy_response(response);
    return result;
}
