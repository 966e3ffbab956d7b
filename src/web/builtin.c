// The routes that the web room itself has: health, metrics, embedded files, the choice of language.
#include "crypto/secret.h"
#include "web/exchange.h"

static Err answer_line(WebReply *reply, int status, const char *line) {
    reply_status(reply, status);
    reply_document(reply, "text/plain; charset=utf-8");
    strbuf_put_text(reply_out(reply), line);
    return ERR_OK;
}

// The process runs and answers.
static Err health_live(WebRequest *request, WebReply *reply, Diag *diag) {
    return answer_line(reply, 200, "live\n");
}

// It can do its work: the store answers, and it is not about to stop.
static Err health_ready(WebRequest *request, WebReply *reply, Diag *diag) {
    const WebHooks *hooks = &request->server->hooks;
    bool is_ready = !atomic_load(&request->server->is_stopping) &&
                    (hooks->is_ready == NULL || hooks->is_ready(hooks->context, NULL) == ERR_OK);
    return answer_line(reply, is_ready ? 200 : 503, is_ready ? "ready\n" : "not ready\n");
}

static bool may_read_metrics(const WebRequest *request) {
    const WebServer *server = request->server;
    Str value = request->facts.authorization, scheme, token, wanted = server->options.metrics_token;
    if (address_in(&server->metrics_addresses, &request->client))
        return true;
    return wanted.len > 0 && str_cut(value, ' ', &scheme, &token) &&
           str_equal_ascii_nocase(scheme, STR("Bearer")) && token.len == wanted.len &&
           secret_equal(token.ptr, wanted.ptr, wanted.len);
}

// To everybody else it is not there.
static Err metrics_show(WebRequest *request, WebReply *reply, Diag *diag) {
    WebServer *server = request->server;
    if (!may_read_metrics(request))
        return diag_set(diag, ERR_NOT_FOUND,
                        N_("There is no such page. It may have been moved, or "
                           "the address is not complete."));
    pthread_mutex_lock(&server->lock);
    size_t connections = server->connection_count;
    pthread_mutex_unlock(&server->lock);
    reply_document(reply, "text/plain; version=0.0.4; charset=utf-8");
    metrics_put(server->metrics, reply_out(reply), connections, atomic_load(&server->streams),
                atomic_load(&server->slow));
    if (server->hooks.put_metrics != NULL)
        server->hooks.put_metrics(server->hooks.context, reply_out(reply));
    return ERR_OK;
}

static Err static_show(WebRequest *request, WebReply *reply, Diag *diag) {
    const StaticFile *file = static_find(request_param(request, "name"));
    if (file == NULL)
        return diag_set(diag, ERR_NOT_FOUND,
                        N_("There is no such page. It may have been moved, or "
                           "the address is not complete."));
    reply_static(reply, file);
    return ERR_OK;
}

static Err language_set(WebRequest *request, WebReply *reply, Diag *diag) {
    const WebHooks *hooks = &request->server->hooks;
    Str tag;
    if (!request_field(request, "language", &tag) || !lang_exists(tag))
        return diag_set(diag, ERR_INVALID, N_("The pages do not exist in that language"));
    if (hooks->set_language != NULL && request->actor.is_signed_in)
        TRY(hooks->set_language(hooks->context, request, tag, diag));
    reply_redirect(reply, request_next(request, "/"));
    reply_language(reply, tag);
    return ERR_OK;
}

const WebRoute BUILTIN_ROUTES[] = {
    WEB_ROUTE(GET, "/health/live", PUBLIC, PURPOSE_NONE, CSRF_NONE, 0, WEB_UNLOGGED, WEB_UNLIMITED,
              health_live),
    WEB_ROUTE(GET, "/health/ready", PUBLIC, PURPOSE_NONE, CSRF_NONE, 0, WEB_UNLOGGED, WEB_UNLIMITED,
              health_ready),
    WEB_ROUTE(GET, "/metrics", PUBLIC, PURPOSE_NONE, CSRF_TOKEN, 0, WEB_UNLOGGED, 0, metrics_show),
    WEB_ROUTE(GET, "/static/{name:word}", PUBLIC, PURPOSE_NONE, CSRF_NONE, 0, WEB_UNLOGGED,
              WEB_UNLIMITED, static_show),
    WEB_ROUTE(POST, "/language", PUBLIC, PURPOSE_NONE, CSRF_FORM, 4096, WEB_UNLOGGED, WEB_UNGATED,
              language_set),
};
const size_t BUILTIN_ROUTE_COUNT = sizeof BUILTIN_ROUTES / sizeof *BUILTIN_ROUTES;
