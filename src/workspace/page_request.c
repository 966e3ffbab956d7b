// Texts, times and forms of pages.
#include "workspace/page_request.h"

#include <stdio.h>

#include "base/clock.h"
#include "workspace/limits.h"

Workspace *page_workspace(const WebRequest *request) {
    return request_context(request);
}
Records *page_records(const WebRequest *request) {
    return page_workspace(request)->records;
}

Actor page_actor(const WebRequest *request) {
    const WebActor *who = request_actor(request);
    const PageAsker *asker = who->own;
    Actor actor = asker->actor;
    actor.purpose = who->purpose;
    return actor;
}

const Session *page_session(const WebRequest *request) {
    const PageAsker *asker = request_actor(request)->own;
    return asker == NULL ? NULL : asker->session;
}

Str page_copy(WebRequest *request, Str text) {
    return text.len == 0 ? (Str){0} : arena_copy(request_arena(request), text);
}

static Str kept(WebRequest *request, const StrBuf *text) {
    return strbuf_err(text) == ERR_OK ? page_copy(request, strbuf_str(text)) : (Str){0};
}

Str page_tr(WebRequest *request, const char *msgid) {
    return msgid == NULL ? (Str){0} : tr(request_lang(request), NULL, msgid);
}

Str page_message(WebRequest *request, const char *msgid, MsgArgs args) {
    _cleanup_strbuf_ StrBuf text = STRBUF(PAGE_SENTENCE_MAX);
    tr_put(&text, request_lang(request), NULL, msgid, args);
    return kept(request, &text);
}

Str page_plural(WebRequest *request, const char *one_msgid, const char *other_msgid, int64_t n) {
    _cleanup_strbuf_ StrBuf text = STRBUF(PAGE_SENTENCE_MAX);
    trn_put(&text, request_lang(request), NULL, one_msgid, other_msgid, n, MSG_NONE);
    return kept(request, &text);
}

Str page_diag(WebRequest *request, const Diag *diag) {
    _cleanup_strbuf_ StrBuf text = STRBUF(PAGE_SENTENCE_MAX);
    tr_diag(&text, request_lang(request), diag);
    return kept(request, &text);
}

Str page_id(WebRequest *request, const Identifier *id) {
    char text[IDENTIFIER_CHARS + 1];
    identifier_text(id, text);
    return page_copy(request, str_of(text, IDENTIFIER_CHARS));
}

Str page_number(WebRequest *request, int64_t number) {
    char text[32];
    snprintf(text, sizeof text, "%lld", (long long)number);
    return page_copy(request, str_from(text));
}

Str page_path(WebRequest *request, const char *pattern, const Identifier *id) {
    _cleanup_strbuf_ StrBuf path = STRBUF(PAGE_SENTENCE_MAX);
    Str head, tail = {0};
    if (!str_cut(str_from(pattern), '*', &head, &tail))
        head = str_from(pattern);
    strbuf_put(&path, head);
    identifier_put(&path, id);
    strbuf_put(&path, tail);
    return kept(request, &path);
}

PageTime page_time(int64_t utc_ms) {
    PageTime time = {0};
    if (utc_ms <= 0)
        return time;
    int year, month, day;
    int64_t minutes = utc_ms / 60000, of_day = minutes % 1440;
    date_from_days(minutes / 1440, &year, &month, &day);
    if (year > 9999)
        return time;
    snprintf(time.text, sizeof time.text, "%04d-%02d-%02d %02d:%02d UTC", year % 10000, month % 100,
             day % 100, (int)(of_day / 60), (int)(of_day % 60));
    snprintf(time.machine, sizeof time.machine, "%04d-%02d-%02dT%02d:%02dZ", year % 10000,
             month % 100, day % 100, (int)(of_day / 60), (int)(of_day % 60));
    return time;
}

Str page_clock(WebRequest *request, int64_t due_ms, int64_t now_ms, bool *ret_is_late) {
    *ret_is_late = due_ms < now_ms;
    int64_t minutes = (*ret_is_late ? now_ms - due_ms : due_ms - now_ms) / 60000;
    int64_t hours = minutes / 60, days = hours / 24;
    if (*ret_is_late && days >= 2)
        return page_plural(request, "one day late", "{n} days late", days);
    if (*ret_is_late && hours >= 2)
        return page_plural(request, "one hour late", "{n} hours late", hours);
    if (*ret_is_late)
        return page_plural(request, "one minute late", "{n} minutes late", minutes);
    if (days >= 2)
        return page_plural(request, "in one day", "in {n} days", days);
    if (hours >= 2)
        return page_plural(request, "in one hour", "in {n} hours", hours);
    return page_plural(request, "in one minute", "in {n} minutes", minutes);
}

static Str diag_field(const Diag *why) {
    for (int i = 0; why != NULL && i < why->arg_count; i++)
        if (str_is(str_from(why->args[i].name), "field"))
            return str_from(why->args[i].text);
    return (Str){0};
}

PageForm page_form(WebRequest *request, const Diag *why) {
    PageForm form = {.csrf = request_csrf(request)};
    if (why == NULL || why->err == ERR_OK)
        return form;
    Str unused;
    Str field = diag_field(why);
    char name[PAGE_FIELD_NAME_MAX];
    snprintf(name, sizeof name, "%.*s", STR_ARG(field));
    if (field.len > 0 && request_field(request, name, &unused))
        form.has_errors = true;
    else
        form.error = page_diag(request, why);
    return form;
}

Str page_sent(const WebRequest *request, const char *name) {
    Str value = {0};
    (void)request_field(request, name, &value);
    return value;
}

Str page_query(const WebRequest *request, const char *name) {
    Str value = {0};
    (void)request_query(request, name, &value);
    return value;
}

PageField page_field(WebRequest *request, const char *name, const Diag *why) {
    PageField field = {.value = page_sent(request, name)};
    if (why != NULL && why->err != ERR_OK && str_is(diag_field(why), name))
        field.error = page_diag(request, why);
    return field;
}

bool page_is_answerable(Err err) {
    switch (err) {
    case ERR_INVALID:
    case ERR_SYNTAX:
    case ERR_ENCODING:
    case ERR_RANGE:
    case ERR_UNSUPPORTED:
    case ERR_EXISTS:
    case ERR_CONFLICT:
    case ERR_STATE:
    case ERR_AUTH:
    case ERR_BUSY:
    case ERR_PERMISSION:
        return true;
    default:
        return false;
    }
}

Err page_end(WebReply *reply, Str title, Diag *diag) {
    Err err = strbuf_err(reply_out(reply));
    if (err != ERR_OK)
        return diag_set(diag, err, N_("The page became too large."));
    reply_page(reply, title);
    return ERR_OK;
}

static Str turn_href(WebRequest *request, const char *base, int64_t from) {
    _cleanup_strbuf_ StrBuf href = STRBUF(PAGE_SENTENCE_MAX);
    strbuf_put_text(&href, base);
    strbuf_put_text(&href, "from=");
    strbuf_put_i64(&href, from);
    return kept(request, &href);
}

PageTurn page_turn(WebRequest *request, const char *base, int64_t first, size_t shown, size_t all) {
    PageTurn turn = {.first = (uint64_t)first + (shown > 0),
                     .last = (uint64_t)first + shown,
                     .all = all > PAGE_ROWS ? all : 0};
    if (first > 0)
        turn.before = turn_href(request, base, first > PAGE_ROWS ? first - PAGE_ROWS : 0);
    if ((uint64_t)first + shown < all)
        turn.after = turn_href(request, base, first + (int64_t)shown);
    return turn;
}

int64_t page_query_number(const WebRequest *request, const char *name, int64_t max,
                          int64_t otherwise) {
    int64_t number;
    Str text = page_query(request, name);
    return str_to_i64(text, &number) && number >= 0 && number <= max ? number : otherwise;
}
