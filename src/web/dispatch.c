// The one loop that enforces the rows of the route table: a request passes the checks below in
// their order, or is refused by the first that it does not pass. Handlers are called from here
// only.
#include "base/clock.h"
#include "web/exchange.h"

void exchange_refuse(WebRequest *request, int status, const char *reason, const char *msgid) {
    request->refused = (GuardVerdict){.status = status, .reason = reason, .msgid = msgid};
}

bool exchange_csrf_holds(const WebRequest *request, Str token) {
    Str bound_to = request->session.len > 0 ? request->session : request->visitor;
    return bound_to.len > 0 && csrf_holds(request->server->csrf_key, bound_to, token);
}

static void choose_language(WebRequest *request) {
    Str tag = request->actor.locale;
    if ((tag.len > 0 && lang_exists(tag)) ||
        (cookie_find(request->facts.cookie, STR(LANGUAGE_COOKIE), &tag) && lang_exists(tag)) ||
        accept_language_choose(request->facts.accept_language, lang_exists, &tag))
        request->lang = lang_get(tag);
    else
        request->lang = request->server->default_lang;
}

static void check_guard(WebRequest *request) {
    WebServer *server = request->server;
    request->refused = guard_check(request->version, request->headers, request->header_count,
                                   server->hosts, server->host_count, &request->facts);
    if (request->refused.status == 0 && server->knows_layout)
        request->refused =
            guard_check_lines(request->version, request->headers, request->header_count);
    request->is_refused_early = request->refused.status != 0;
    choose_language(request);
    request->client = address_forwarded(&server->proxies, &request->connection->peer,
                                        request->facts.forwarded_for);
    address_text(&request->client, request->address);
}

static void check_target(WebRequest *request) {
    Err err = target_parse(request->raw_target, request->arena, &request->target);
    if (err == ERR_LIMIT)
        exchange_refuse(request, 414, "long-target", N_("The address of the page is too long."));
    else if (err != ERR_OK)
        exchange_refuse(request, 400, "target", N_("The address of the page cannot be."));
    else if (form_parse(request->target.query, request->arena, &request->query) != ERR_OK)
        exchange_refuse(request, 400, "query", N_("The address of the page cannot be."));
    if (err != ERR_OK) {
        request->target = (Target){.raw = STR("/"), .path = STR("/")};
        request->is_refused_early = true;
    }
}

static void check_route(WebRequest *request) {
    route_table_find(request->server->routes, request->method, request->target.path,
                     &request->match);
    if (request->match.methods == 0)
        exchange_refuse(request, 404, "no-page",
                        N_("There is no such page. It may have been moved, "
                           "or the address is not complete."));
    else if (!request->is_options && (!request->is_known_method || request->match.route == NULL))
        exchange_refuse(request, 405, "method", N_("That cannot be done with this page."));
}

static void refuse_rate(WebRequest *request, const char *reason, uint32_t seconds) {
    request->retry_seconds = seconds;
    exchange_refuse(request, 429, reason,
                    N_("Too many requests in a short time. Wait a little and try again."));
}

static void check_address_rate(WebRequest *request) {
    const WebRoute *route = request->match.route;
    WebServer *server = request->server;
    if (route != NULL && (route->flags & WEB_UNLIMITED) != 0)
        return;
    WebAddress group = address_group(&request->client);
    uint32_t wait = rate_take(server->address_rates, group.bytes, now_ms());
    if (wait > 0) {
        refuse_rate(request, "rate", wait);
        return;
    }
    if (route == NULL || (route->flags & WEB_STRICT_RATE) == 0 || route->method == WEB_GET)
        return;
    wait = rate_take(server->strict_rates, group.bytes, now_ms());
    if (wait > 0)
        refuse_rate(request, "strict-rate", wait);
}

static Str bearer_of(const WebRequest *request) {
    Str value = request->facts.authorization, scheme, token;
    if (!str_cut(value, ' ', &scheme, &token) || !str_equal_ascii_nocase(scheme, STR("Bearer")))
        return (Str){0};
    return str_trim(token);
}

static void failed(WebRequest *request, Err err) {
    if (request->diag.msgid == NULL)
        (void)diag_set(&request->diag, err, N_("Something went wrong here"));
    request->diag.err = err;
    exchange_refuse(request, err_http_status(err), "error", NULL);
}

// Who asks: by bearer token on CSRF_TOKEN rows, by session cookie on all others; never both.
static void check_who(WebRequest *request) {
    const WebHooks *hooks = &request->server->hooks;
    Err err = ERR_OK;
    Str token = {0};
    if (request->match.route != NULL && request->match.route->csrf == CSRF_TOKEN) {
        token = bearer_of(request);
        if (token.len > 0 && hooks->find_token != NULL)
            err =
                hooks->find_token(hooks->context, request, token, &request->actor, &request->diag);
    } else {
        (void)cookie_find(request->facts.cookie, str_from(visitor_cookie(request->server)),
                          &request->visitor);
        if (cookie_find(request->facts.cookie, str_from(session_cookie(request->server)), &token) &&
            token.len > 0 && hooks->find_session != NULL)
            err = hooks->find_session(hooks->context, request, token, &request->actor,
                                      &request->diag);
        request->has_stale_session = err == ERR_AUTH;
        if (err == ERR_OK && request->actor.is_signed_in)
            request->session = token;
    }
    if (err == ERR_AUTH) {
        request->actor = (WebActor){0};
        request->diag = (Diag){0};
    } else if (err != ERR_OK) {
        request->actor = (WebActor){0};
        failed(request, err);
    }
    choose_language(request);
}

static void check_person_rate(WebRequest *request) {
    const WebRoute *route = request->match.route;
    if (!request->actor.is_signed_in || identifier_is_none(&request->actor.person) ||
        (route->flags & WEB_UNLIMITED) != 0)
        return;
    uint32_t wait = rate_take(request->server->person_rates, request->actor.person.bytes, now_ms());
    if (wait > 0)
        refuse_rate(request, "person-rate", wait);
}

static void check_permission(WebRequest *request) {
    Permission permission = route_permission(request->match.route);
    if (request_may(request, permission))
        return;
    if (!request->actor.is_signed_in)
        exchange_refuse(request, 401, "not-signed-in", N_("You must sign in first."));
    else
        exchange_refuse(request, 403, "permission",
                        N_("Your role does not allow this. If you need it for your work, ask the "
                           "administrator of your unit."));
}

static void check_gate(WebRequest *request) {
    const WebActor *actor = &request->actor;
    if (actor->gate != NULL && (request->match.route->flags & WEB_UNGATED) == 0)
        exchange_refuse(request, 403, "gate",
                        N_("Something else must be done first, for the safety of your account."));
}

static void check_purpose(WebRequest *request) {
    if (request->match.route->purpose == PURPOSE_REQUIRED && request->actor.purpose.len == 0)
        exchange_refuse(request, 403, "purpose",
                        N_("Choose first for which purpose you are working."));
}

// A browser says where a form comes from; what does not say it must show its token anyway.
static void check_origin(WebRequest *request) {
    const GuardFacts *facts = &request->facts;
    if (request->match.route->csrf != CSRF_FORM)
        return;
    Str site = facts->fetch_site, scheme, host = {0};
    bool is_foreign = site.len > 0 && !str_is(site, "same-origin") && !str_is(site, "none");
    if (facts->origin.len > 0) {
        ptrdiff_t at = str_find(facts->origin, STR("://"));
        scheme = (Str){facts->origin.ptr, at < 0 ? 0 : (size_t)at};
        host = at < 0 ? (Str){0} : str_from_index(facts->origin, scheme.len + 3);
        is_foreign |= !str_equal_ascii_nocase(host, facts->host_value);
    }
    if (is_foreign)
        exchange_refuse(request, 403, "origin",
                        N_("The form was sent from a page of another site."));
}

static void check_body(WebRequest *request) {
    if (request->is_options) {
        if (request->facts.has_body)
            exchange_refuse(request, 413, "body",
                            N_("What was sent is larger than this page takes."));
        return;
    }
    if (request->facts.has_body && !body_begin(request))
        request->is_refused_early = true;
}

typedef struct Check {
    void (*run)(WebRequest *request);
    bool needs_route;
} Check;
static const Check HEAD_CHECKS[] = {
    {check_guard, false},        {check_target, false}, {check_route, false},
    {check_address_rate, false}, {check_who, true},     {check_person_rate, true},
    {check_permission, true},    {check_gate, true},    {check_purpose, true},
    {check_origin, true},        {check_body, false},
};

void exchange_head(WebRequest *request) {
    Identifier id = identifier_make();
    identifier_text(&id, request->id);
    request->began_ns = clock_monotonic_ns();
    for (size_t i = 0; i < sizeof HEAD_CHECKS / sizeof *HEAD_CHECKS; i++) {
        if (!HEAD_CHECKS[i].needs_route || request->match.route != NULL)
            HEAD_CHECKS[i].run(request);
        if (request->refused.status != 0)
            return;
    }
}

// The last check, when the body is there.
static void check_csrf(WebRequest *request) {
    Str token = request->facts.csrf_token;
    if (request->match.route->csrf != CSRF_FORM || request->is_csrf_proven)
        return;
    if (token.ptr == NULL)
        (void)field_find(&request->form, STR("csrf"), 0, &token);
    request->is_csrf_proven = exchange_csrf_holds(request, token);
    if (!request->is_csrf_proven)
        exchange_refuse(request, 403, "csrf",
                        N_("The form is too old, or it was not sent from a page of this site. Go "
                           "back, reload the page and send it again."));
}

// Where a page that cannot be shown sends its reader instead; NULL: an error is shown.
static const char *way_out(const WebRequest *request) {
    const WebOptions *options = &request->server->options;
    bool is_page = request->method == WEB_GET && !request_wants_json(request);
    if (!is_page)
        return NULL;
    if (strcmp(request->refused.reason, "not-signed-in") == 0)
        return options->sign_in_path;
    if (strcmp(request->refused.reason, "gate") == 0)
        return request->actor.gate;
    if (strcmp(request->refused.reason, "purpose") == 0)
        return options->purpose_path;
    return NULL;
}

static void redirect_with_next(WebRequest *request, const char *path) {
    StrBuf to = STRBUF(4 * WEB_TARGET_MAX);
    strbuf_put_text(&to, path);
    strbuf_put_text(&to, strchr(path, '?') == NULL ? "?next=" : "&next=");
    html_put_url_part_str(&to, request->lang, request->target.raw);
    if (strbuf_err(&to) != ERR_OK || to.len > WEB_TARGET_MAX)
        strbuf_truncate(&to, strlen(path));
    reply_redirect(&request->reply, strbuf_str(&to));
    strbuf_done(&to);
}

static void answer_refused(WebRequest *request) {
    const WebHooks *hooks = &request->server->hooks;
    const GuardVerdict *refused = &request->refused;
    const char *elsewhere = way_out(request);
    metrics_refusal(request->server->metrics, refused->reason);
    if (elsewhere != NULL) {
        redirect_with_next(request, elsewhere);
        return;
    }
    if (refused->msgid != NULL) {
        (void)diag_set(&request->diag, ERR_INVALID, refused->msgid);
        request->diag.arg_count = 0;
    }
    if (hooks->note_refusal != NULL) {
        const WebRefusal note = {.reason = refused->reason,
                                 .status = refused->status,
                                 .route = request->match.route,
                                 .address = request_address(request),
                                 .actor = request->actor.is_signed_in ? &request->actor : NULL};
        hooks->note_refusal(hooks->context, &note);
    }
    if (refused->status >= 500 && hooks->log_error != NULL)
        hooks->log_error(hooks->context, request_id(request), &request->diag);
    reply_error(&request->reply, refused->status, refused->reason, &request->diag);
}

static void put_allow(WebRequest *request) {
    StrBuf allow = STRBUF(128);
    strbuf_put_text(&allow, "OPTIONS");
    for (int i = 0; i < WEB_METHOD_COUNT; i++)
        if ((request->match.methods & 1u << i) != 0) {
            strbuf_printf(&allow, ", %s", web_method_name((WebMethod)i));
            if (i == WEB_GET)
                strbuf_put_text(&allow, ", HEAD");
        }
    reply_header(&request->reply, "Allow", strbuf_str(&allow));
    strbuf_done(&allow);
}

static Err run_handler(WebRequest *request) {
    WebReply *reply = &request->reply;
    TRY(request->match.route->handler(request, reply, &request->diag));
    TRY(strbuf_err(&reply->out));
    if (reply->kind == REPLY_STREAM && atomic_load(&request->server->streams) >= WEB_STREAMS_MAX)
        return diag_set(&request->diag, ERR_BUSY, N_("Too many pages wait for news at once"));
    if (reply->kind == REPLY_PAGE)
        TRY(reply_frame(reply, &request->diag));
    return ERR_OK;
}

static void put_cookies(WebRequest *request) {
    WebReply *reply = &request->reply;
    if (request->is_visitor_new)
        reply_cookie(reply, visitor_cookie(request->server), request->visitor, 24 * 3600, "Strict",
                     true);
    bool has_own = false;
    for (size_t i = 0; i < reply->header_count; i++)
        has_own |=
            strcmp(reply->headers[i].name, "Set-Cookie") == 0 &&
            str_has_prefix(reply->headers[i].value, str_from(session_cookie(request->server)));
    if (request->has_stale_session && !has_own)
        reply_session_clear(reply);
}

bool exchange_is_slow(const WebRequest *request) {
    const WebRoute *route = request->match.route;
    return request->refused.status == 0 && !request->is_options && route != NULL &&
           ((route->flags & WEB_SLOW) != 0 || route->csrf == CSRF_FORM);
}

void exchange_answer(WebRequest *request) {
    WebReply *reply = &request->reply;
    request->stage = STAGE_ANSWER;
    reply->status = 200;
    if (request->refused.status == 0 && request->facts.has_body && !request->is_options)
        (void)body_finish(request);
    if (request->refused.status == 0 && !request->is_options)
        check_csrf(request);
    if (request->refused.status == 0 && !request->is_options) {
        Err err = run_handler(request);
        if (err != ERR_OK) {
            reply_reset(reply);
            failed(request, err);
        }
    } else if (request->refused.status == 0) {
        reply->status = 204;
    }
    if (request->refused.status != 0)
        answer_refused(request);
    if (request->is_options || reply->status == 405)
        put_allow(request);
    put_cookies(request);
}
