// Fills the page frame and wraps what the handler wrote.
#include "web/frame.h"

#include "generated/page_frame.h"
#include "web/exchange.h"

const char *session_cookie(const WebServer *server) {
    return server->is_https ? "__Host-session" : "session";
}

const char *visitor_cookie(const WebServer *server) {
    return server->is_https ? "__Host-visitor" : "visitor";
}

const char *flash_cookie(const WebServer *server) {
    return server->is_https ? "__Host-flash" : "flash";
}

// The flash message that this visitor was left with, which is then used up. The text is a msgid
// that this node signed, so that nobody can write on our pages through the cookie.
static void take_flash(WebRequest *request, WebFrame *frame) {
    static const char *const CLASSES[] = {"flash flash-done", "flash flash-note",
                                          "flash flash-problem"};
    Str value;
    char flash_msgid[WEB_FLASH_MAX + 1];
    if (!cookie_find(request->facts.cookie, str_from(flash_cookie(request->server)), &value))
        return;
    StrBuf opened = STRBUF(WEB_FLASH_MAX);
    bool holds = signed_open(&opened, request->server->flash_key, STR("seventh/flash/v1"), value) &&
                 strbuf_err(&opened) == ERR_OK && opened.len > 1 && opened.ptr[0] >= '0' &&
                 opened.ptr[0] <= '0' + FLASH_PROBLEM;
    if (holds) {
        FlashKind kind = (FlashKind)(opened.ptr[0] - '0');
        memcpy(flash_msgid, opened.ptr + 1, opened.len); // with its NUL
        frame->flash = arena_copy(request->arena, tr(request->lang, NULL, flash_msgid));
        frame->flash_class = CLASSES[kind];
        frame->flash_role = kind == FLASH_PROBLEM ? "alert" : "status";
    }
    strbuf_done(&opened);
    reply_cookie(&request->reply, flash_cookie(request->server), (Str){0}, 0, "Lax", true);
}

static void mark_current(const WebRequest *request, WebFrame *frame) {
    size_t best = frame->link_count, best_len = 0;
    for (size_t i = 0; i < frame->link_count; i++) {
        Str path = str_from(frame->links[i].path);
        Str rest = str_from_index(request->target.path, path.len);
        bool is_part = str_has_prefix(request->target.path, path) &&
                       (rest.len == 0 || rest.ptr[0] == '/' || path.len == 1);
        // The first page is only itself.
        if (path.len == 1 && rest.len > 0)
            is_part = false;
        if (is_part && path.len > best_len) {
            best = i;
            best_len = path.len;
        }
    }
    if (best < frame->link_count)
        frame->links[best].is_current = true;
}

static void put_languages(const WebRequest *request, WebFrame *frame) {
    const WebServer *server = request->server;
    Str now = str_from(lang_tag(request->lang));
    bool has_current = false;
    for (size_t i = 0; i < server->language_count; i++) {
        frame->languages[i] = server->languages[i];
        frame->languages[i].is_current = str_is(now, server->languages[i].tag);
        has_current |= frame->languages[i].is_current;
    }
    // "fr-BE" is shown as French.
    for (size_t i = 0; i < server->language_count && !has_current; i++) {
        Str tag = str_from(server->languages[i].tag);
        has_current = str_has_prefix(now, tag) && now.len > tag.len && now.ptr[tag.len] == '-';
        frame->languages[i].is_current = has_current;
    }
    frame->language_count = server->language_count;
}

Err reply_frame(WebReply *reply, Diag *diag) {
    WebRequest *request = reply->request;
    WebServer *server = request->server;
    const WebHooks *hooks = &server->hooks;
    WebFrame *frame = ARENA_NEW(request->arena, WebFrame);
    if (frame == NULL)
        return diag_set(diag, arena_err(request->arena), N_("Not enough memory"));
    frame->title = reply->title;
    frame->product = server->options.product;
    // A page that says what is broken must not need what may be broken.
    if (hooks->fill_frame != NULL && reply->status < 500)
        TRY(hooks->fill_frame(hooks->context, request, frame, diag));
    mark_current(request, frame);
    put_languages(request, frame);
    take_flash(request, frame);
    frame->csrf = request_csrf(request);
    frame->next = request->method == WEB_GET ? request->target.raw : STR("/");
    frame->request_id = request_id(request);
    frame->style = static_url("workspace.css");
    frame->script = static_url("workspace.js");
    frame->icon = static_url("icon.svg");
    template_page_frame(&reply->framed, request->lang, frame, (SafeHtml){strbuf_str(&reply->out)});
    return strbuf_err(&reply->framed);
}
