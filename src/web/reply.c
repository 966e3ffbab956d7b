// Building an answer.
#include "web/reply.h"

#include <assert.h>
#include <unistd.h>

#include "base/encoding.h"
#include "base/utf8.h"
#include "web/exchange.h"

void reply_reset(WebReply *reply) {
    if (reply->fd >= 0)
        close(reply->fd);
    if (reply->stream_done != NULL)
        reply->stream_done(reply->stream_state);
    WebReply fresh = {.request = reply->request,
                      .status = 200,
                      .out = reply->out,
                      .framed = reply->framed,
                      .packed = reply->packed,
                      .fd = -1};
    strbuf_clear(&fresh.out);
    strbuf_clear(&fresh.framed);
    strbuf_clear(&fresh.packed);
    *reply = fresh;
}

void reply_done(WebReply *reply) {
    strbuf_done(&reply->out);
    strbuf_done(&reply->framed);
    strbuf_done(&reply->packed);
}

void reply_status(WebReply *reply, int status) {
    reply->status = status;
}

StrBuf *reply_out(WebReply *reply) {
    return &reply->out;
}

static Str keep(WebReply *reply, Str text) {
    return arena_copy(reply->request->arena, text);
}

void reply_page(WebReply *reply, Str title) {
    reply->kind = REPLY_PAGE;
    reply->title = keep(reply, title);
    reply->content_type = "text/html; charset=utf-8";
}

void reply_document(WebReply *reply, const char *content_type) {
    reply->kind = REPLY_BODY;
    reply->content_type = content_type;
}

JsonWriter *reply_json(WebReply *reply) {
    reply_document(reply, "application/json; charset=utf-8");
    json_writer_init(&reply->json, &reply->out);
    return &reply->json;
}

void reply_redirect(WebReply *reply, Str path) {
    assert(target_is_local(path));
    // Where assertions are compiled out, nobody is sent elsewhere either.
    reply->kind = REPLY_EMPTY;
    reply->status = 303;
    reply->location = target_is_local(path) ? keep(reply, path) : STR("/");
    strbuf_clear(&reply->out);
}

static bool value_is_plain(Str value) {
    for (size_t i = 0; i < value.len; i++)
        if ((unsigned char)value.ptr[i] < 0x20 || value.ptr[i] == 0x7F)
            return false;
    return true;
}

void reply_header(WebReply *reply, const char *name, Str value) {
    if (reply->header_count >= WEB_REPLY_HEADERS_MAX || !value_is_plain(value))
        return;
    // With a NUL behind, as the library wants it.
    Str kept = keep(reply, value);
    if (kept.ptr == NULL)
        return;
    reply->headers[reply->header_count].name = name;
    reply->headers[reply->header_count++].value = kept;
}

void reply_cookie(WebReply *reply, const char *name, Str value, int64_t seconds,
                  const char *same_site, bool is_script_hidden) {
    StrBuf text = STRBUF(4096);
    strbuf_printf(&text, "%s=", name);
    strbuf_put(&text, value);
    strbuf_printf(&text, "; Path=/; Max-Age=%lld; SameSite=%s", (long long)seconds, same_site);
    if (is_script_hidden)
        strbuf_put_text(&text, "; HttpOnly");
    if (reply->request->server->is_https)
        strbuf_put_text(&text, "; Secure");
    if (strbuf_err(&text) == ERR_OK)
        reply_header(reply, "Set-Cookie", strbuf_str(&text));
    strbuf_done(&text);
}

void reply_session(WebReply *reply, Str token, int64_t seconds) {
    reply_cookie(reply, session_cookie(reply->request->server), token, seconds, "Lax", true);
}

void reply_session_clear(WebReply *reply) {
    reply_cookie(reply, session_cookie(reply->request->server), (Str){0}, 0, "Lax", true);
}

void reply_language(WebReply *reply, Str tag) {
    enum { A_YEAR = 365 * 24 * 3600 };
    if (lang_exists(tag) && is_token(tag))
        reply_cookie(reply, LANGUAGE_COOKIE, tag, A_YEAR, "Lax", true);
}

void reply_flash(WebReply *reply, FlashKind kind, const char *msgid) {
    enum { FLASH_SECONDS = 60 };
    StrBuf text = STRBUF(WEB_FLASH_MAX), value = STRBUF(4096);
    strbuf_put_byte(&text, (char)('0' + kind));
    strbuf_put_text(&text, msgid);
    if (strbuf_err(&text) == ERR_OK) {
        WebServer *server = reply->request->server;
        signed_put(&value, server->flash_key, STR("seventh/flash/v1"), strbuf_str(&text));
        reply_cookie(reply, flash_cookie(server), strbuf_str(&value), FLASH_SECONDS, "Lax", true);
    }
    strbuf_done(&text);
    strbuf_done(&value);
}

void reply_cache_public(WebReply *reply, int64_t seconds) {
    reply->is_public_cache = true;
    reply->cache_seconds = seconds;
}

void reply_download(WebReply *reply, const char *content_type, Str file_name) {
    reply->kind = REPLY_BODY;
    reply->content_type = content_type;
    reply->file_name = keep(reply, file_name);
}

void reply_download_fd(WebReply *reply, const char *content_type, Str file_name, int fd,
                       uint64_t size) {
    if (reply->fd >= 0)
        close(reply->fd);
    reply->kind = REPLY_FD;
    reply->content_type = content_type;
    reply->file_name = keep(reply, file_name);
    reply->fd = fd;
    reply->size = size;
}

void reply_stream(WebReply *reply, StreamNext *next, void (*done)(void *state), void *state) {
    reply->kind = REPLY_STREAM;
    reply->content_type = "text/event-stream; charset=utf-8";
    reply->next = next;
    reply->stream_done = done;
    reply->stream_state = state;
}

void reply_static(WebReply *reply, const StaticFile *file) {
    reply->kind = REPLY_FILE;
    reply->content_type = file->content_type;
    reply->file = file;
}
