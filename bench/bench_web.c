// A server with a trivial route and one for a session, for bench_web.sh to load. One thread
// answers; prints its port and runs until it is ended.
//
//     bench_web [THREADS]
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "web/server.h"

static Err find_session(void *context, WebRequest *request, Str token, WebActor *ret, Diag *diag) {
    if (!str_is(token, "bench"))
        return ERR_AUTH;
    ret->is_signed_in = true;
    ret->permissions = permissions_of(ROLE_BIT(ROLE_ANALYST));
    ret->purpose = STR("bench");
    return ERR_OK;
}

static Err fill_frame(void *context, WebRequest *request, WebFrame *io_frame, Diag *diag) {
    static const char *const PATHS[] = {"/page",   "/cases",  "/lists",
                                        "/ledger", "/people", "/settings"};
    for (size_t i = 0; i < sizeof PATHS / sizeof *PATHS; i++)
        io_frame->links[io_frame->link_count++] =
            (FrameLink){.path = PATHS[i], .label = STR("Link")};
    io_frame->person = STR("Person");
    io_frame->sign_out_path = "/sign-out";
    return ERR_OK;
}

static Err trivial(WebRequest *request, WebReply *reply, Diag *diag) {
    JsonWriter *json = reply_json(reply);
    json_object_begin(json);
    json_key(json, "known");
    json_bool(json, false);
    json_object_end(json);
    return ERR_OK;
}

// A page of some 20 kB.
static Err page(WebRequest *request, WebReply *reply, Diag *diag) {
    StrBuf *out = reply_out(reply);
    strbuf_put_text(out, "<h1>Case</h1><table>");
    for (int i = 0; i < 100; i++) {
        strbuf_printf(out, "<tr><th>%d</th><td>", i);
        html_put_text(out, request_lang(request),
                      STR("A location <with> some & signs that are escaped"));
        strbuf_put_text(out, "</td><td class=\"state\">Seen by two units, agreed</td></tr>");
    }
    strbuf_put_text(out, "</table>");
    reply_page(reply, STR("Case"));
    return ERR_OK;
}

#define ROW(method, path, permission, csrf, flags, handler) \
    WEB_ROUTE(method, path, permission, PURPOSE_NONE, csrf, 0, WEB_UNLOGGED, flags, handler)
static const WebRoute ROUTES[] = {
    ROW(GET, "/trivial", PUBLIC, CSRF_TOKEN, WEB_UNLIMITED, trivial),
    ROW(GET, "/page", CASE_VIEW, CSRF_NONE, WEB_UNLIMITED, page),
};

int main(int argc, char **argv) {
    const RouteRows parts[] = {{ROUTES, sizeof ROUTES / sizeof *ROUTES}};
    const WebOptions options = {.routes = parts,
                                .route_parts = 1,
                                .threads = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 1,
                                .address_connections = 4096,
                                .hooks = {.find_session = find_session, .fill_frame = fill_frame}};
    WebServer *server = NULL;
    sigset_t ends;
    int which;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ends, NULL);
    if (web_server_new(&options, &server, NULL) != ERR_OK ||
        web_server_start(server, NULL) != ERR_OK)
        return 1;
    printf("%u\n", web_server_port(server));
    fflush(stdout);
    (void)sigwait(&ends, &which);
    web_server_stop(server, 5);
    web_server_free(server);
    return 0;
}
