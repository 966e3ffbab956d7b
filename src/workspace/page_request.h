// What handlers of pages do again and again: who asks, texts in the request's language and memory,
// times, forms. One thread at a time, as a request.
#pragma once
#include "records/account.h"
#include "records/person.h"
#include "workspace/page_parts.h"
#include "workspace/workspace.h"

// WebActor.own, filled by the hooks.
typedef struct PageAsker {
    Actor actor;
    const Session *session; // NULL: an API token asks
} PageAsker;

Workspace *page_workspace(const WebRequest *request);
Records *page_records(const WebRequest *request);
// Whoever is signed in, with the purpose chosen. Only behind a permission other than PUBLIC.
Actor page_actor(const WebRequest *request);
// NULL when an API token asks.
const Session *page_session(const WebRequest *request);

// Texts in the request's memory; "" when there is none left.
Str page_tr(WebRequest *request, const char *msgid); // msgid marked N_()
Str page_message(WebRequest *request, const char *msgid, MsgArgs args);
Str page_plural(WebRequest *request, const char *one_msgid, const char *other_msgid, int64_t n);
Str page_diag(WebRequest *request, const Diag *diag);
Str page_id(WebRequest *request, const Identifier *id);
Str page_copy(WebRequest *request, Str text);
Str page_number(WebRequest *request, int64_t number); // Latin digits, for addresses
// A path with an identifier in place of the one '*'.
Str page_path(WebRequest *request, const char *pattern, const Identifier *id);

// UTC; 0 gives none.
PageTime page_time(int64_t utc_ms);
// How far a deadline is: "in 2 days", "3 hours late".
Str page_clock(WebRequest *request, int64_t due_ms, int64_t now_ms, bool *ret_is_late);

// A form for this answer. why: NULL, or what its last sending came to. has_errors is set when the
// sentence belongs beside a field (page_field).
PageForm page_form(WebRequest *request, const Diag *why);
// A field as it was sent, with the sentence when why speaks of it.
PageField page_field(WebRequest *request, const char *name, const Diag *why);
// Whether the sender can put it right, so that the form is shown again rather than an error page.
bool page_is_answerable(Err err);
// The whole number in the query, `otherwise` when there is none that fits.
int64_t page_query_number(const WebRequest *request, const char *name, int64_t max,
                          int64_t otherwise);
// Rows first … first + shown − 1 of all; base ends with ? or &.
PageTurn page_turn(WebRequest *request, const char *base, int64_t first, size_t shown, size_t all);
Str page_query(const WebRequest *request, const char *name);
Str page_sent(const WebRequest *request, const char *name);
// Ends a handler that filled reply_out: the failure of a template, else the page.
Err page_end(WebReply *reply, Str title, Diag *diag) MUST_CHECK;
