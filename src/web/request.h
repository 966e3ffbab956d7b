// A request as a handler sees it: checked, decoded, within its limits. One thread at a time.
//
// All text is valid UTF-8 without control characters (line feeds and tabs may stand in form
// fields). Views live as long as the request.
#pragma once
#include "base/arena.h"
#include "crypto/identifier.h"
#include "language/catalogue.h"
#include "web/route.h"

// Who asks, as the hooks found out (server.h).
typedef struct WebActor {
    bool is_signed_in;
    PermissionSet permissions;
    Identifier person; // rates are counted by it
    Str locale;        // chosen by the person; empty: none
    Str purpose;       // chosen for this session or token; empty: none
    const char *gate;  // a path to which every page sends this person until something is done
                       // (WEB_UNGATED routes excepted), or NULL
    void *own;         // the hook's, in the request's arena
} WebActor;

// A file that came with the form, already in the spool folder without a name there: it is gone when
// fd is closed.
typedef struct WebUpload {
    Str field;
    Str name; // what the browser calls it; only to be shown
    int fd;   // at offset 0; owned by the request, TAKE_FD to keep it
    uint64_t size;
} WebUpload;

void *request_context(const WebRequest *request); // WebHooks.context
Arena *request_arena(WebRequest *request);
const WebRoute *request_route(const WebRequest *request);
const WebActor *request_actor(const WebRequest *request);
bool request_may(const WebRequest *request, Permission permission);
const Lang *request_lang(const WebRequest *request);
// 26 characters that also stand in the access log and on error pages.
Str request_id(const WebRequest *request);
Str request_path(const WebRequest *request); // decoded
// The path and query as sent: for coming back to where one was.
Str request_target(const WebRequest *request);
// The client's numeric address; a trusted proxy's word where there is one.
Str request_address(const WebRequest *request);
Str request_user_agent(const WebRequest *request); // cut, only to be shown; may be empty
// Scheme and host as the client typed them, such as "https://seventh.unit.example".
Str request_origin(const WebRequest *request);
bool request_wants_json(const WebRequest *request); // a CSRF_TOKEN route, or it asks for JSON

// Parameters of the path. The table has checked their form; asking for one that the row lacks gives
// the empty string, none and 0.
Str request_param(const WebRequest *request, const char *name);
Identifier request_param_id(const WebRequest *request, const char *name);
uint64_t request_param_number(const WebRequest *request, const char *name);

// The query (after "?") and the fields of a form. False, output untouched, when absent.
bool request_query(const WebRequest *request, const char *name, Str *ret);
bool request_field(const WebRequest *request, const char *name, Str *ret);
// The n-th of equal names, from 0.
bool request_query_at(const WebRequest *request, const char *name, size_t n, Str *ret);
bool request_field_at(const WebRequest *request, const char *name, size_t n, Str *ret);
// Every query or form field in order. False past the last.
bool request_query_each(const WebRequest *request, size_t index, Str *ret_name, Str *ret_value);
bool request_field_each(const WebRequest *request, size_t index, Str *ret_name, Str *ret_value);
// Form fields as values. ERR_INVALID with {field}: absent or not of this form.
Err request_field_id(const WebRequest *request, const char *name, Identifier *ret,
                     Diag *diag) MUST_CHECK;
Err request_field_number(const WebRequest *request, const char *name, int64_t min, int64_t max,
                         int64_t *ret, Diag *diag) MUST_CHECK;
// NULL when no file came in this field.
WebUpload *request_upload(WebRequest *request, const char *field);
// The body as it came, when it is no form (JSON, text).
Str request_body(const WebRequest *request);
Str request_content_type(const WebRequest *request); // lower case, without parameters
// False when absent.
bool request_header(const WebRequest *request, const char *name, Str *ret);

// The token for this answer's forms, as value of a hidden field "csrf"; another text each time.
Str request_csrf(WebRequest *request);
// The session's token as the cookie gave it; empty without a session. For rotating and revoking.
Str request_session(const WebRequest *request);
// A path of this site taken from a field or query ("next"); `otherwise` when it is absent or could
// lead elsewhere.
Str request_next(const WebRequest *request, const char *otherwise);
