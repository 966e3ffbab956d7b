// Routes as rows of data, and the table that finds the row of a request.
//
// A row says everything about a route: who may use it, whether a purpose must be chosen, how a
// change proves that it is meant, how large its body may be, what stands in the ledger, and the
// handler. One loop (dispatch.c) enforces rows; a handler is only reached through it. Tests, the
// OpenAPI description and the metrics enumerate the same rows.
//
// Patterns: "/cases/{id}/items/{item}". A part in braces is an identifier (26 characters);
// "{index:number}" is a whole number, "{name:word}" is 1–64 of a–z, A–Z, 0–9, "-", "_" and ".", not
// beginning with a dot. What does not fit is 404. Literal parts win over parameters.
#pragma once
#include "base/cleanup.h"
#include "base/err.h"
#include "ledger/kind.h"
#include "records/permission.h"
#include "web/limits.h"

typedef struct WebRequest WebRequest;
typedef struct WebReply WebReply;

// HEAD is answered wherever GET is, OPTIONS everywhere.
typedef enum WebMethod {
    WEB_GET,
    WEB_POST,
    WEB_PUT,
    WEB_PATCH,
    WEB_DELETE,
    WEB_METHOD_COUNT
} WebMethod;

typedef enum WebPurposeRule { PURPOSE_NONE, PURPOSE_REQUIRED } WebPurposeRule;

// How the sender is known, and how a change proves that its own page sent it.
typedef enum WebCsrfRule {
    CSRF_NONE, // GET only. The session cookie says who asks
    CSRF_FORM, // session cookie, and the form's field "csrf" (or the header X-CSRF-Token); before a
               // session is there, the token is bound to a visitor cookie instead
    CSRF_TOKEN, // "Authorization: Bearer …" says who asks; cookies are not looked at
} WebCsrfRule;

enum WebRouteFlag {
    WEB_SLOW = 1,        // may take longer than a few milliseconds: runs on a worker thread
    WEB_UPLOAD = 2,      // a multipart form whose files go to the spool folder (request_upload)
    WEB_UNGATED = 4,     // also for who must first do something else (WebActor.gate)
    WEB_STRICT_RATE = 8, // sign-in, codes: few a minute from one address
    WEB_GZIP_NEVER = 16, // holds a secret beside what the sender chose
    WEB_UNLIMITED = 32,  // not counted against the sender's rate (health, static files)
};

enum { WEB_UNLOGGED = -1 }; // for WEB_ROUTE's ledger column

typedef Err WebHandler(WebRequest *request, WebReply *reply, Diag *diag);

typedef struct WebRoute {
    WebMethod method;
    const char *path;
    int permission_row; // Permission + 1; 0 is an incomplete row, with which no server starts
    WebPurposeRule purpose;
    WebCsrfRule csrf;
    uint64_t body_max; // bytes; 0: none is taken
    int ledger;        // the LedgerKind that a success enters, or WEB_UNLOGGED
    unsigned flags;
    WebHandler *handler;
} WebRoute;

// WEB_ROUTE(GET, "/cases/{id}", CASE_VIEW, PURPOSE_REQUIRED, CSRF_NONE, 0, LEDGER_CASE_VIEWED, 0,
// case_show)
#define WEB_ROUTE(method_, path_, permission_, purpose_, csrf_, body_max_, ledger_, flags_, \
                  handler_) \
    ((WebRoute){.method = WEB_##method_, \
                .path = "" path_, \
                .permission_row = PERMISSION_##permission_ + 1, \
                .purpose = (purpose_), \
                .csrf = (csrf_), \
                .body_max = (body_max_), \
                .ledger = (ledger_), \
                .flags = (flags_), \
                .handler = (handler_)})

static inline Permission route_permission(const WebRoute *route) {
    return (Permission)(route->permission_row - 1);
}
const char *web_method_name(WebMethod method);

// A parameter of the path as sent; views into the path.
typedef struct RouteMatch {
    const WebRoute *route; // NULL: no such path, or not with this method
    unsigned methods;      // bit 1 << WebMethod: what the path has; 0: no such path
    size_t index;          // of the row in the table
    size_t param_count;
    struct {
        Str name, value;
    } params[WEB_PARAMS_MAX];
} RouteMatch;

typedef struct RouteTable RouteTable;
// Several arrays of rows become one table; rows are borrowed. ERR_INVALID, with path and reason: an
// incomplete row, a change without proof, a pattern that does not parse, the same row twice.
typedef struct RouteRows {
    const WebRoute *rows;
    size_t count;
} RouteRows;
Err route_table_new(const RouteRows *parts, size_t part_count, RouteTable **ret,
                    Diag *diag) MUST_CHECK;
void route_table_free(RouteTable *table);
DEFINE_CLEANUP(RouteTable *, route_table_free);
size_t route_table_count(const RouteTable *table);
const WebRoute *route_table_at(const RouteTable *table, size_t index);
// path: decoded and checked (target.h), beginning with "/". Any thread.
void route_table_find(const RouteTable *table, WebMethod method, Str path, RouteMatch *ret);
