// Pages with which one signs in and out: password, sign-in link, one-time codes, purpose.
#include "generated/enrol_page.h"
#include "generated/new_password_page.h"
#include "generated/purpose_page.h"
#include "generated/recovery_codes_page.h"
#include "generated/sign_in_page.h"
#include "workspace/account_views.h"
#include "workspace/limits.h"
#include "workspace/page_request.h"
#include "workspace/pages.h"
#include "workspace/purpose.h"
#include "workspace/qr_code.h"

static Err sign_in_page(WebRequest *request, WebReply *reply, const Diag *why, Diag *diag) {
    SignInView page = {.form = page_form(request, why),
                       .name = page_field(request, "name", why),
                       .next = request_next(request, "/")};
    Str with = page_query(request, "with"), unused;
    page.wants_recovery = str_is(with, "recovery") || request_field(request, "recovery", &unused);
    if (why != NULL)
        reply_status(reply, err_http_status(why->err));
    template_sign_in_page(reply_out(reply), request_lang(request), &page);
    return page_end(reply, page_tr(request, N_("Sign in")), diag);
}

Err sign_in_show(WebRequest *request, WebReply *reply, Diag *diag) {
    if (page_session(request) != NULL) {
        reply_redirect(reply, request_next(request, "/"));
        return ERR_OK;
    }
    return sign_in_page(request, reply, NULL, diag);
}

// The new session's cookie.
static void session_begin(WebRequest *request, WebReply *reply, const Session *session,
                          const SessionToken *token) {
    int64_t left = session->end_ms - records_now_ms(page_records(request));
    reply_session(reply, str_from(token->text), left > 0 ? left / 1000 : 0);
}

Err sign_in_do(WebRequest *request, WebReply *reply, Diag *diag) {
    Str code = page_sent(request, "code"), recovery = page_sent(request, "recovery");
    SignIn wanted = {.name = page_sent(request, "name"),
                     .password = page_sent(request, "password"),
                     .code = str_trim(recovery.len > 0 ? recovery : code),
                     .device.agent = request_user_agent(request),
                     .former_token = request_session(request)};
    Session *session = ARENA_NEW(request_arena(request), Session);
    SessionToken token;
    Diag why = {0};
    if (session == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    Err err = sign_in(page_records(request), &wanted, session, &token, &why);
    if (page_is_answerable(err))
        return sign_in_page(request, reply, &why, diag);
    if (err != ERR_OK) {
        *diag = why;
        return err;
    }
    session_begin(request, reply, session, &token);
    reply_redirect(reply, request_next(request, "/"));
    return ERR_OK;
}

Err sign_out_do(WebRequest *request, WebReply *reply, Diag *diag) {
    Actor actor = page_actor(request);
    const Session *session = page_session(request);
    if (session != NULL) {
        Err err = session_revoke(page_records(request), &actor, &session->uid, diag);
        if (err != ERR_OK && err != ERR_NOT_FOUND)
            return err;
    }
    reply_session_clear(reply);
    reply_redirect(reply, STR("/sign-in"));
    return ERR_OK;
}

static Err new_password_page(WebRequest *request, WebReply *reply, Str token, const char *pseudonym,
                             const Diag *why, Diag *diag) {
    NewPasswordView page = {.form = page_form(request, why),
                            .password = page_field(request, "password", why),
                            .again = page_field(request, "again", why),
                            .token = token,
                            .name = str_from(pseudonym),
                            .least = RECORDS_PASSWORD_MIN};
    if (why != NULL)
        reply_status(reply, err_http_status(why->err));
    template_new_password_page(reply_out(reply), request_lang(request), &page);
    return page_end(reply, page_tr(request, N_("Choose a password")), diag);
}

Err link_show(WebRequest *request, WebReply *reply, Diag *diag) {
    char pseudonym[RECORDS_NAME_MAX + 1];
    Str token = page_query(request, "token");
    TRY(link_check(page_records(request), token, NULL, pseudonym, diag));
    return new_password_page(request, reply, token, pseudonym, NULL, diag);
}

Err link_do(WebRequest *request, WebReply *reply, Diag *diag) {
    char pseudonym[RECORDS_NAME_MAX + 1];
    Str token = page_sent(request, "token"), password = page_sent(request, "password");
    Diag why = {0};
    TRY(link_check(page_records(request), token, NULL, pseudonym, diag));
    Err err = ERR_OK;
    if (!str_equal(password, page_sent(request, "again"))) {
        err = diag_set(&why, ERR_INVALID, N_("This is not the same password."));
        diag_arg(&why, "field", STR("again"));
    }
    if (err == ERR_OK)
        err = link_use(page_records(request), token, password, NULL, &why);
    if (page_is_answerable(err))
        return new_password_page(request, reply, token, pseudonym, &why, diag);
    if (err != ERR_OK) {
        *diag = why;
        return err;
    }
    Session *session = ARENA_NEW(request_arena(request), Session);
    SessionToken session_token;
    SignIn wanted = {.name = str_from(pseudonym),
                     .password = password,
                     .device.agent = request_user_agent(request)};
    if (session == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    // Whoever has an authenticator already shows it on the ordinary page.
    if (sign_in(page_records(request), &wanted, session, &session_token, NULL) == ERR_OK) {
        session_begin(request, reply, session, &session_token);
        reply_redirect(reply, STR("/"));
    } else {
        reply_flash(reply, FLASH_DONE, N_("The password is set. Sign in with it."));
        reply_redirect(reply, STR("/sign-in"));
    }
    return ERR_OK;
}

// JBSW Y3DP …: read and typed in groups of four.
static Str secret_grouped(WebRequest *request, Str secret) {
    _cleanup_strbuf_ StrBuf text = STRBUF(256);
    for (size_t i = 0; i < secret.len; i++) {
        if (i > 0 && i % 4 == 0 && secret.ptr[i] != ' ')
            strbuf_put_byte(&text, ' ');
        if (secret.ptr[i] != ' ')
            strbuf_put_byte(&text, secret.ptr[i]);
    }
    return strbuf_err(&text) == ERR_OK ? page_copy(request, strbuf_str(&text)) : (Str){0};
}

static Err enrol_page(WebRequest *request, WebReply *reply, Str uri, Str secret, const Diag *why,
                      Diag *diag) {
    _cleanup_strbuf_ StrBuf path = STRBUF(QR_PATH_MAX);
    EnrolView page = {.form = page_form(request, why),
                      .code = page_field(request, "code", why),
                      .uri = uri,
                      .secret = secret_grouped(request, secret),
                      .is_forced = page_session(request)->needs_factor};
    TRY(qr_path_put(uri, &path, &page.qr_size, diag));
    page.qr_path = strbuf_text(&path);
    if (why != NULL)
        reply_status(reply, err_http_status(why->err));
    template_enrol_page(reply_out(reply), request_lang(request), &page);
    return page_end(reply, page_tr(request, N_("Set up one-time codes")), diag);
}

Err enrol_show(WebRequest *request, WebReply *reply, Diag *diag) {
    FactorOffer offer;
    Actor actor = page_actor(request);
    TRY(factor_offer(page_records(request), &actor, STR("Seventh"), &offer, diag));
    return enrol_page(request, reply, page_copy(request, str_from(offer.uri)),
                      page_copy(request, str_from(offer.secret)), NULL, diag);
}

Err enrol_do(WebRequest *request, WebReply *reply, Diag *diag) {
    char codes[RECORDS_RECOVERY_CODES][RECOVERY_CODE_CHARS];
    Str shown[RECORDS_RECOVERY_CODES];
    SessionToken token;
    Diag why = {0};
    Actor actor = page_actor(request);
    Str uri = page_sent(request, "uri");
    Err err = factor_confirm(page_records(request), &actor, str_trim(page_sent(request, "code")),
                             codes, &token, &why);
    if (page_is_answerable(err) && str_has_prefix(uri, STR("otpauth://totp/")) &&
        uri.len <= QR_TEXT_MAX)
        return enrol_page(request, reply, uri, page_sent(request, "secret"), &why, diag);
    if (err != ERR_OK) {
        *diag = why;
        return err;
    }
    int64_t left = page_session(request)->end_ms - records_now_ms(page_records(request));
    reply_session(reply, str_from(token.text), left > 0 ? left / 1000 : 0);
    for (size_t i = 0; i < RECORDS_RECOVERY_CODES; i++)
        shown[i] = str_from(codes[i]);
    RecoveryCodesView page = {.codes = shown, .count = RECORDS_RECOVERY_CODES, .next = STR("/")};
    template_recovery_codes_page(reply_out(reply), request_lang(request), &page);
    return page_end(reply, page_tr(request, N_("Keep these recovery codes")), diag);
}

Err purpose_show(WebRequest *request, WebReply *reply, Diag *diag) {
    size_t count;
    const Purpose *all = purpose_all(&count);
    PageChoice *choices = ARENA_ARRAY(request_arena(request), PageChoice, count);
    if (choices == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    for (size_t i = 0; i < count; i++)
        choices[i] = (PageChoice){
            .value = str_from(all[i].identifier),
            .label = page_tr(request, all[i].label),
            .is_chosen = str_is(request_actor(request)->purpose, all[i].identifier),
        };
    PurposeView page = {.form = page_form(request, NULL),
                        .purposes = {choices, count},
                        .next = request_next(request, "/")};
    template_purpose_page(reply_out(reply), request_lang(request), &page);
    return page_end(reply, page_tr(request, N_("Purpose")), diag);
}

Err purpose_do(WebRequest *request, WebReply *reply, Diag *diag) {
    const Purpose *purpose = purpose_find(page_sent(request, "purpose"));
    if (purpose == NULL)
        return purpose_show(request, reply, diag);
    _cleanup_strbuf_ StrBuf cookie = STRBUF(256);
    strbuf_printf(&cookie, "seventh-purpose=%s; Path=/; HttpOnly; SameSite=Lax%s",
                  purpose->identifier, page_workspace(request)->is_secure ? "; Secure" : "");
    TRY(strbuf_err(&cookie));
    reply_header(reply, "Set-Cookie", page_copy(request, strbuf_str(&cookie)));
    reply_redirect(reply, request_next(request, "/"));
    return ERR_OK;
}
