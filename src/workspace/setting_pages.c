// The page of one's own settings: language, password, devices.
#include "generated/settings_page.h"
#include "workspace/account_views.h"
#include "workspace/page_request.h"
#include "workspace/pages.h"

static Err roles_choose(WebRequest *request, RoleSet held, PageChoices *ret, Diag *diag) {
    PageChoice *roles = ARENA_ARRAY(request_arena(request), PageChoice, ROLE_COUNT);
    if (roles == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    for (int i = 0; i < ROLE_COUNT; i++)
        if ((held & ROLE_BIT(i)) != 0)
            roles[ret->len++] = (PageChoice){str_from(role_id((Role)i)),
                                             page_tr(request, role_label((Role)i)), true};
    ret->items = roles;
    return ERR_OK;
}

static Err sessions_lay_out(WebRequest *request, const Actor *actor, SettingsView *io_page,
                            Diag *diag) {
    Arena *arena = request_arena(request);
    Session *sessions;
    size_t count;
    TRY(session_list(page_records(request), actor, arena, &sessions, &count, diag));
    SessionLine *lines = ARENA_ARRAY(arena, SessionLine, count + 1);
    if (lines == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    for (size_t i = 0; i < count; i++)
        lines[i] = (SessionLine){.id = page_id(request, &sessions[i].uid),
                                 .device = sessions[i].agent[0] == '\0'
                                               ? page_tr(request, N_("unknown device"))
                                               : str_from(sessions[i].agent),
                                 .begun = page_time(sessions[i].made_ms),
                                 .seen = page_time(sessions[i].seen_ms),
                                 .is_this = sessions[i].id == page_session(request)->id};
    io_page->sessions = lines;
    io_page->session_count = count;
    return ERR_OK;
}

static Err settings_page(WebRequest *request, WebReply *reply, const Diag *why, Diag *diag) {
    Actor actor = page_actor(request);
    Records *records = page_records(request);
    Person person;
    int64_t left;
    SettingsView page = {.form = page_form(request, why),
                         .old_password.error = page_field(request, "present", why).error,
                         .password.error = page_field(request, "password", why).error,
                         .again.error = page_field(request, "again", why).error,
                         .least = RECORDS_PASSWORD_MIN};
    TRY(person_get(records, &actor, &actor.person_id, request_arena(request), &person, diag));
    TRY(recovery_codes_left(records, &actor, &left, diag));
    TRY(roles_choose(request, person.roles, &page.roles, diag));
    TRY(sessions_lay_out(request, &actor, &page, diag));
    page.name = person.pseudonym;
    page.unit = person.unit_name;
    page.has_code = person.has_factor;
    page.recovery_left = (uint64_t)left;
    if (why != NULL)
        reply_status(reply, err_http_status(why->err));
    template_settings_page(reply_out(reply), request_lang(request), &page);
    return page_end(reply, page_tr(request, N_("Settings")), diag);
}

Err settings_show(WebRequest *request, WebReply *reply, Diag *diag) {
    return settings_page(request, reply, NULL, diag);
}

Err password_do(WebRequest *request, WebReply *reply, Diag *diag) {
    Actor actor = page_actor(request);
    Diag why = {0};
    Err err = ERR_OK;
    Str password = page_sent(request, "password");
    if (!str_equal(password, page_sent(request, "again"))) {
        err = diag_set(&why, ERR_INVALID, N_("This is not the same password."));
        diag_arg(&why, "field", STR("again"));
    }
    if (err == ERR_OK)
        err = password_set(page_records(request), &actor, page_sent(request, "present"), password,
                           &why);
    if (page_is_answerable(err))
        return settings_page(request, reply, &why, diag);
    if (err != ERR_OK) {
        *diag = why;
        return err;
    }
    reply_flash(reply, FLASH_DONE, N_("The password was changed."));
    reply_redirect(reply, STR("/settings"));
    return ERR_OK;
}

Err session_end_do(WebRequest *request, WebReply *reply, Diag *diag) {
    Actor actor = page_actor(request);
    Identifier session = request_param_id(request, "session");
    TRY(session_revoke(page_records(request), &actor, &session, diag));
    reply_flash(reply, FLASH_DONE, N_("The device was signed out."));
    reply_redirect(reply, STR("/settings"));
    return ERR_OK;
}
