// Pages of people: who they are, their roles, their accounts.
#include "generated/people_page.h"
#include "generated/person_page.h"
#include "records/unit.h"
#include "workspace/page_request.h"
#include "workspace/pages.h"
#include "workspace/people_views.h"

static const char *person_look(State state) {
    switch (state) {
    case STATE_PERSON_ACTIVE:
        return "good";
    case STATE_PERSON_SUSPENDED:
        return "bad";
    default:
        return "";
    }
}

static Err person_lay_out(WebRequest *request, const Person *person, PersonLine *ret, Diag *diag) {
    Str *roles = ARENA_ARRAY(request_arena(request), Str, ROLE_COUNT);
    if (roles == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    *ret = (PersonLine){
        .id = page_id(request, &person->uid),
        .name = person->pseudonym,
        .unit = person->unit_name,
        .roles = roles,
        .state = {person_look(person->state), page_tr(request, state_label(person->state))}};
    for (int i = 0; i < ROLE_COUNT; i++)
        if ((person->roles & ROLE_BIT(i)) != 0)
            roles[ret->role_count++] = page_tr(request, role_label((Role)i));
    return ERR_OK;
}

static Err roles_offer(WebRequest *request, RoleSet held, PageChoices *ret, Diag *diag) {
    PageChoice *roles = ARENA_ARRAY(request_arena(request), PageChoice, ROLE_COUNT);
    if (roles == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    for (int i = 0; i < ROLE_COUNT; i++)
        roles[i] = (PageChoice){str_from(role_id((Role)i)), page_tr(request, role_label((Role)i)),
                                (held & ROLE_BIT(i)) != 0};
    *ret = (PageChoices){roles, ROLE_COUNT};
    return ERR_OK;
}

// The ticked boxes.
static Err roles_sent(const WebRequest *request, RoleSet *ret, Diag *diag) {
    RoleSet roles = 0;
    Str identifier;
    Role role;
    for (size_t i = 0; request_field_at(request, "role", i, &identifier); i++) {
        if (!role_find(identifier, &role))
            return diag_set(diag, ERR_INVALID, N_("There is no such role."));
        roles |= ROLE_BIT(role);
    }
    *ret = roles;
    return ERR_OK;
}

static Err units_offer(WebRequest *request, const Actor *actor, PageChoices *ret, Diag *diag) {
    Unit *units;
    size_t count;
    TRY(unit_list(page_records(request), actor, request_arena(request), &units, &count, diag));
    PageChoice *choices = ARENA_ARRAY(request_arena(request), PageChoice, count + 1);
    if (choices == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    for (size_t i = 0; i < count; i++)
        if (units[i].state == STATE_UNIT_ACTIVE)
            choices[ret->len++] =
                (PageChoice){page_id(request, &units[i].uid), units[i].facts.name, units[i].is_own};
    ret->items = choices;
    return ERR_OK;
}

static Err people_page(WebRequest *request, WebReply *reply, const Diag *why, Diag *diag) {
    Actor actor = page_actor(request);
    Person *people;
    size_t count;
    TRY(person_list(page_records(request), &actor, NULL, request_arena(request), &people, &count,
                    diag));
    int64_t first = page_query_number(request, "from", (int64_t)count, 0);
    size_t shown = count - (size_t)first < PAGE_ROWS ? count - (size_t)first : PAGE_ROWS;
    PersonLine *lines = ARENA_ARRAY(request_arena(request), PersonLine, shown + 1);
    if (lines == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    for (size_t i = 0; i < shown; i++)
        TRY(person_lay_out(request, &people[(size_t)first + i], &lines[i], diag));
    PeopleView page = {.form = page_form(request, why),
                       .rows = lines,
                       .count = shown,
                       .turn = page_turn(request, "/people?", first, shown, count),
                       .may_edit = request_may(request, PERMISSION_PERSON_EDIT),
                       .name = page_field(request, "pseudonym", why)};
    if (page.may_edit) {
        RoleSet ticked = 0;
        (void)roles_sent(request, &ticked, NULL);
        TRY(units_offer(request, &actor, &page.units, diag));
        TRY(roles_offer(request, ticked, &page.roles, diag));
    }
    if (why != NULL)
        reply_status(reply, err_http_status(why->err));
    template_people_page(reply_out(reply), request_lang(request), &page);
    return page_end(reply, page_tr(request, N_("People")), diag);
}

Err people_show(WebRequest *request, WebReply *reply, Diag *diag) {
    return people_page(request, reply, NULL, diag);
}

static Err person_page(WebRequest *request, WebReply *reply, const Identifier *id, Str link,
                       const Diag *why, Diag *diag) {
    Actor actor = page_actor(request);
    Person person;
    TRY(person_get(page_records(request), &actor, id, request_arena(request), &person, diag));
    PersonView page = {.form = page_form(request, why),
                       .link = link,
                       .may_edit = request_may(request, PERMISSION_PERSON_EDIT),
                       .is_suspended = person.state == STATE_PERSON_SUSPENDED,
                       .has_left = person.state == STATE_PERSON_LEFT,
                       .has_factor = person.has_factor,
                       .is_self = identifier_equal(&person.uid, &actor.person_id)};
    TRY(person_lay_out(request, &person, &page.person, diag));
    TRY(roles_offer(request, person.roles, &page.roles, diag));
    if (why != NULL)
        reply_status(reply, err_http_status(why->err));
    template_person_page(reply_out(reply), request_lang(request), &page);
    return page_end(reply, person.pseudonym, diag);
}

// The sign-in link as the person types it.
static Err link_text(WebRequest *request, const Identifier *person, Str *ret, Diag *diag) {
    char token[TOKEN_TEXT_MAX];
    Actor actor = page_actor(request);
    _cleanup_strbuf_ StrBuf text = STRBUF(4096);
    TRY(link_make(page_records(request), &actor, person, token, diag));
    strbuf_put(&text, request_origin(request));
    strbuf_put_text(&text, "/first-sign-in?token=");
    strbuf_put_text(&text, token);
    TRY(strbuf_err(&text));
    *ret = page_copy(request, strbuf_str(&text));
    return ERR_OK;
}

Err person_add_do(WebRequest *request, WebReply *reply, Diag *diag) {
    Actor actor = page_actor(request);
    Identifier person;
    Diag why = {0};
    PersonFacts facts = {.pseudonym = page_sent(request, "pseudonym"),
                         .language = str_from(lang_tag(request_lang(request)))};
    Err err = request_field_id(request, "unit", &facts.unit, &why);
    if (err == ERR_OK)
        err = roles_sent(request, &facts.roles, &why);
    if (err == ERR_OK)
        err = person_create(page_records(request), &actor, &facts, &person, &why);
    if (page_is_answerable(err))
        return people_page(request, reply, &why, diag);
    if (err != ERR_OK) {
        *diag = why;
        return err;
    }
    Str link;
    TRY(link_text(request, &person, &link, diag));
    return person_page(request, reply, &person, link, NULL, diag);
}

Err person_show(WebRequest *request, WebReply *reply, Diag *diag) {
    Identifier person = request_param_id(request, "id");
    return person_page(request, reply, &person, (Str){0}, NULL, diag);
}

// After a change: the person's page anew, or the form with what was wrong.
static Err person_answer(WebRequest *request, WebReply *reply, const Identifier *person, Err err,
                         const Diag *why, Diag *diag) {
    if (page_is_answerable(err))
        return person_page(request, reply, person, (Str){0}, why, diag);
    if (err != ERR_OK) {
        *diag = *why;
        return err;
    }
    reply_flash(reply, FLASH_DONE, N_("The account was changed."));
    reply_redirect(reply, page_path(request, "/people/*", person));
    return ERR_OK;
}

Err person_roles_do(WebRequest *request, WebReply *reply, Diag *diag) {
    Actor actor = page_actor(request);
    Identifier person = request_param_id(request, "id");
    RoleSet roles = 0;
    Diag why = {0};
    Err err = roles_sent(request, &roles, &why);
    if (err == ERR_OK)
        err = person_roles_set(page_records(request), &actor, &person, roles, &why);
    return person_answer(request, reply, &person, err, &why, diag);
}

Err person_account_do(WebRequest *request, WebReply *reply, Diag *diag) {
    Actor actor = page_actor(request);
    Records *records = page_records(request);
    Identifier person = request_param_id(request, "id");
    Str what = page_sent(request, "do");
    Diag why = {0};
    Err err;
    if (str_is(what, "link")) {
        Str link;
        TRY(link_text(request, &person, &link, diag));
        return person_page(request, reply, &person, link, NULL, diag);
    }
    if (str_is(what, "suspend"))
        err = person_move(records, &actor, &person, STATE_PERSON_SUSPENDED, &why);
    else if (str_is(what, "open"))
        err = person_move(records, &actor, &person, STATE_PERSON_ACTIVE, &why);
    else if (str_is(what, "leave"))
        err = person_move(records, &actor, &person, STATE_PERSON_LEFT, &why);
    else if (str_is(what, "factor"))
        err = factor_reset(records, &actor, &person, &why);
    else
        err = diag_set(&why, ERR_INVALID, N_("There is no such change of an account."));
    return person_answer(request, reply, &person, err, &why, diag);
}
