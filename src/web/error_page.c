// Errors as pages and as JSON, in the reader's language.
#include <stdio.h>

#include "generated/error_page.h"
#include "web/error_view.h"
#include "web/exchange.h"

typedef struct ErrorText {
    int status;
    const char *heading_msgid, *advice_msgid; // the advice may be NULL
} ErrorText;

static const ErrorText TEXTS[] = {
    {400, N_("The request cannot be understood"),
     N_("Go back and try again. If it happens again, tell whoever runs this server.")},
    {401, N_("You must sign in"), NULL},
    {403, N_("This is not allowed"), NULL},
    {404, N_("There is nothing here"),
     N_("Go back to where you came from, or begin at the first page.")},
    {405, N_("This cannot be done here"), NULL},
    {409, N_("Somebody else was faster"),
     N_("Go back, reload the page to see how things stand now, and decide again.")},
    {413, N_("That is too large"), NULL},
    {414, N_("The address is too long"), NULL},
    {415, N_("This kind of data is not taken"), NULL},
    {417, N_("The request cannot be understood"), NULL},
    {421, N_("This is not the server you asked for"), NULL},
    {422, N_("What was sent cannot be used"), NULL},
    {429, N_("Too many requests"), NULL},
    {431, N_("The request cannot be understood"), NULL},
    {500, N_("Something went wrong here"),
     N_("Nothing was changed. Try again; if it happens again, give whoever runs this server the "
        "number at the foot of this page.")},
    {502, N_("A helper program failed"),
     N_("Nothing was changed. Try again; if it happens again, give whoever runs this server the "
        "number at the foot of this page.")},
    {503, N_("The server is busy"), N_("Wait a little and try again.")},
    {504, N_("It took too long"), N_("Wait a little and try again.")},
    {505, N_("The request cannot be understood"), NULL},
    {507, N_("There is no space left"), N_("Tell whoever runs this server.")},
};

static const ErrorText *text_of(int status) {
    const ErrorText *fallback = NULL;
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++) {
        if (TEXTS[i].status == status)
            return &TEXTS[i];
        if (TEXTS[i].status == (status < 500 ? 400 : 500))
            fallback = &TEXTS[i];
    }
    return fallback;
}

// {"error": {"id": "csrf", "status": 403, "message": "…", "request": "…"}}
static void put_problem(WebReply *reply, int status, const char *reason, Str sentence) {
    JsonWriter *json = reply_json(reply);
    json_object_begin(json);
    json_key(json, "error");
    json_object_begin(json);
    json_key(json, "id");
    json_text(json, reason);
    json_key(json, "status");
    json_i64(json, status);
    json_key(json, "message");
    json_str(json, sentence);
    json_key(json, "request");
    json_str(json, request_id(reply->request));
    json_object_end(json);
    json_object_end(json);
    strbuf_put_byte(&reply->out, '\n');
}

static void put_page(WebReply *reply, int status, Str sentence, bool wants_sign_in) {
    const WebRequest *request = reply->request;
    const ErrorText *text = text_of(status);
    char code[12];
    snprintf(code, sizeof code, "%d", status);
    const ErrorView view = {
        .code = str_from(code),
        .heading = tr(request->lang, NULL, text->heading_msgid),
        .sentence = sentence,
        .advice =
            text->advice_msgid == NULL ? (Str){0} : tr(request->lang, NULL, text->advice_msgid),
        .sign_in_path = wants_sign_in ? request->server->options.sign_in_path : NULL};
    template_error_page(&reply->out, request->lang, &view);
    reply_page(reply, view.heading);
    // Without a frame an error is still told: in its own words, as plain text.
    if (strbuf_err(&reply->out) == ERR_OK && reply_frame(reply, NULL) == ERR_OK)
        return;
    strbuf_clear(&reply->framed);
    strbuf_clear(&reply->out);
    reply_document(reply, "text/plain; charset=utf-8");
    strbuf_put(&reply->out, view.heading);
    strbuf_put_byte(&reply->out, '\n');
}

void reply_error(WebReply *reply, int status, const char *reason, const Diag *diag) {
    WebRequest *request = reply->request;
    StrBuf sentence = STRBUF(8192);
    bool is_class = strcmp(reason, "error") == 0;
    reply_reset(reply);
    reply->status = status;
    if (diag->msgid != NULL)
        tr_diag(&sentence, request->lang, diag);
    if (request_wants_json(request))
        put_problem(reply, status, is_class ? err_name(diag->err) : reason, strbuf_str(&sentence));
    else
        put_page(reply, status, strbuf_str(&sentence), status == 401);
    strbuf_done(&sentence);
    reply->status = status;
    if (status == 401 && request->match.route != NULL && request->match.route->csrf == CSRF_TOKEN)
        reply_header(reply, "WWW-Authenticate", STR("Bearer"));
    if (status == 429 || status == 503) {
        char seconds[16];
        snprintf(seconds, sizeof seconds, "%u",
                 request->retry_seconds > 0 ? request->retry_seconds : 2);
        reply_header(reply, "Retry-After", str_from(seconds));
    }
}
