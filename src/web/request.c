// What handlers read of a request.
#include "web/request.h"

#include "base/encoding.h"
#include "base/utf8.h"
#include "crypto/random.h"
#include "web/exchange.h"

void *request_context(const WebRequest *request) {
    return request->server->hooks.context;
}

Arena *request_arena(WebRequest *request) {
    return request->arena;
}

const WebRoute *request_route(const WebRequest *request) {
    return request->match.route;
}

const WebActor *request_actor(const WebRequest *request) {
    return &request->actor;
}

bool request_may(const WebRequest *request, Permission permission) {
    return permission_is_public(permission) ||
           (request->actor.is_signed_in &&
            (request->actor.permissions & PERMISSION_BIT(permission)) != 0);
}

const Lang *request_lang(const WebRequest *request) {
    return request->lang;
}

Str request_id(const WebRequest *request) {
    return str_from(request->id);
}

Str request_path(const WebRequest *request) {
    return request->target.path;
}

Str request_target(const WebRequest *request) {
    return request->target.raw;
}

Str request_address(const WebRequest *request) {
    return str_from(request->address);
}

Str request_user_agent(const WebRequest *request) {
    enum { SHOWN_MAX = 256 };
    Str agent = request->facts.user_agent;
    return utf8_is_valid(agent) ? (Str){agent.ptr, utf8_cut(agent, SHOWN_MAX)} : (Str){0};
}

Str request_origin(const WebRequest *request) {
    StrBuf text = STRBUF(HOST_MAX + 32);
    strbuf_put_text(&text, request->server->is_https ? "https://" : "http://");
    strbuf_put(&text, request->facts.host_value);
    Str origin = strbuf_err(&text) == ERR_OK
                     ? arena_copy(((WebRequest *)(uintptr_t)request)->arena, strbuf_str(&text))
                     : (Str){0};
    strbuf_done(&text);
    return origin;
}

bool request_wants_json(const WebRequest *request) {
    const WebRoute *route = request->match.route;
    if (route != NULL && route->csrf == CSRF_TOKEN)
        return true;
    Str accept = request->facts.accept;
    return header_accepts(accept, STR("application/json")) &&
           !header_accepts(accept, STR("text/html"));
}

Str request_param(const WebRequest *request, const char *name) {
    for (size_t i = 0; i < request->match.param_count; i++)
        if (str_is(request->match.params[i].name, name))
            return request->match.params[i].value;
    return (Str){0};
}

Identifier request_param_id(const WebRequest *request, const char *name) {
    Identifier id = {{0}};
    (void)identifier_parse_exact(request_param(request, name), &id);
    return id;
}

uint64_t request_param_number(const WebRequest *request, const char *name) {
    uint64_t number = 0;
    (void)str_to_u64(request_param(request, name), &number);
    return number;
}

bool request_query(const WebRequest *request, const char *name, Str *ret) {
    return field_find(&request->query, str_from(name), 0, ret);
}

bool request_field(const WebRequest *request, const char *name, Str *ret) {
    return field_find(&request->form, str_from(name), 0, ret);
}

bool request_query_at(const WebRequest *request, const char *name, size_t n, Str *ret) {
    return field_find(&request->query, str_from(name), n, ret);
}

bool request_field_at(const WebRequest *request, const char *name, size_t n, Str *ret) {
    return field_find(&request->form, str_from(name), n, ret);
}

static bool each(const FieldList *list, size_t index, Str *ret_name, Str *ret_value) {
    if (index >= list->len)
        return false;
    *ret_name = list->items[index].name;
    *ret_value = list->items[index].value;
    return true;
}

bool request_query_each(const WebRequest *request, size_t index, Str *ret_name, Str *ret_value) {
    return each(&request->query, index, ret_name, ret_value);
}

bool request_field_each(const WebRequest *request, size_t index, Str *ret_name, Str *ret_value) {
    return each(&request->form, index, ret_name, ret_value);
}

static Err field_refuse(const char *name, Diag *diag, const char *msgid) {
    (void)diag_set(diag, ERR_INVALID, msgid);
    diag_arg(diag, "field", str_from(name));
    return ERR_INVALID;
}

Err request_field_id(const WebRequest *request, const char *name, Identifier *ret, Diag *diag) {
    Str text;
    if (!request_field(request, name, &text) || !identifier_parse_exact(text, ret))
        return field_refuse(name, diag, N_("The field {field} must hold an identifier"));
    return ERR_OK;
}

Err request_field_number(const WebRequest *request, const char *name, int64_t min, int64_t max,
                         int64_t *ret, Diag *diag) {
    Str text;
    int64_t number;
    if (!request_field(request, name, &text) || !str_to_i64(str_trim(text), &number))
        return field_refuse(name, diag, N_("The field {field} must hold a whole number"));
    if (number < min || number > max)
        return field_refuse(name, diag, N_("The number in the field {field} is out of its range"));
    *ret = number;
    return ERR_OK;
}

WebUpload *request_upload(WebRequest *request, const char *field) {
    for (size_t i = 0; i < request->file_count; i++)
        if (str_is(request->files[i].upload.field, field))
            return &request->files[i].upload;
    return NULL;
}

Str request_body(const WebRequest *request) {
    return strbuf_str(&request->body);
}

Str request_content_type(const WebRequest *request) {
    return str_from(request->content_type);
}

bool request_header(const WebRequest *request, const char *name, Str *ret) {
    for (size_t i = 0; i < request->header_count; i++)
        if (str_equal_ascii_nocase(request->headers[i].name, str_from(name))) {
            *ret = request->headers[i].value;
            return true;
        }
    return false;
}

Str request_csrf(WebRequest *request) {
    Str bound_to = request->session;
    if (bound_to.len == 0 && request->visitor.len == 0) {
        uint8_t bytes[16];
        random_bytes(bytes, sizeof bytes);
        hex_encode(bytes, sizeof bytes, request->visitor_text);
        request->visitor = str_of(request->visitor_text, 2 * sizeof bytes);
        request->is_visitor_new = true;
    }
    if (bound_to.len == 0)
        bound_to = request->visitor;
    if (request->csrf_text[0] == '\0')
        csrf_make(request->server->csrf_key, bound_to, request->csrf_text);
    return str_from(request->csrf_text);
}

Str request_session(const WebRequest *request) {
    return request->session;
}

Str request_next(const WebRequest *request, const char *otherwise) {
    Str next;
    if ((request_field(request, "next", &next) || request_query(request, "next", &next)) &&
        target_is_local(next))
        return next;
    return str_from(otherwise);
}
