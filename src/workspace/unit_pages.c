// The page of units.
#include "generated/units_page.h"
#include "workspace/page_request.h"
#include "workspace/pages.h"
#include "workspace/people_views.h"
#include "workspace/unit_form.h"

static Err unit_lay_out(WebRequest *request, const Unit *unit, UnitLine *ret, Diag *diag) {
    _cleanup_strbuf_ StrBuf hours = STRBUF(4096), languages = STRBUF(4096);
    unit_hours_put(&hours, &unit->facts);
    for (int i = 0; i < unit->facts.language_count; i++) {
        strbuf_put_text(&languages, i > 0 ? " " : "");
        strbuf_put(&languages, unit->facts.languages[i]);
    }
    if (strbuf_err(&hours) != ERR_OK || strbuf_err(&languages) != ERR_OK)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    *ret = (UnitLine){.id = page_id(request, &unit->uid),
                      .name = unit->facts.name,
                      .kind = page_tr(request, unit_kind_label(unit->facts.kind)),
                      .country = unit->facts.country,
                      .languages = page_copy(request, strbuf_str(&languages)),
                      .hours = page_copy(request, strbuf_str(&hours)),
                      .state = {unit->state == STATE_UNIT_ACTIVE ? "good" : "",
                                page_tr(request, state_label(unit->state))},
                      .people = (uint64_t)unit->people,
                      .is_own = unit->is_own};
    return ERR_OK;
}

static bool is_day_sent(const WebRequest *request, const char *identifier) {
    Str day;
    for (size_t i = 0; request_field_at(request, "day", i, &day); i++)
        if (str_is(day, identifier))
            return true;
    return false;
}

static Err choices_lay_out(WebRequest *request, bool is_sent, UnitsView *io_page, Diag *diag) {
    PageChoice *kinds = ARENA_ARRAY(request_arena(request), PageChoice, UNIT_KIND_COUNT);
    PageChoice *days = ARENA_ARRAY(request_arena(request), PageChoice, UNIT_DAYS);
    if (kinds == NULL || days == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    for (int i = 0; i < UNIT_KIND_COUNT; i++)
        kinds[i] = (PageChoice){str_from(unit_kind_id((UnitKind)i)),
                                page_tr(request, unit_kind_label((UnitKind)i)),
                                str_is(page_sent(request, "kind"), unit_kind_id((UnitKind)i))};
    for (int i = 0; i < UNIT_DAYS; i++)
        days[i] = (PageChoice){str_from(unit_day_id(i)), page_tr(request, unit_day_label(i)),
                               is_sent ? is_day_sent(request, unit_day_id(i)) : i < 5};
    io_page->kinds = (PageChoices){kinds, UNIT_KIND_COUNT};
    io_page->days = (PageChoices){days, UNIT_DAYS};
    return ERR_OK;
}

static Err units_page(WebRequest *request, WebReply *reply, const Diag *why, Diag *diag) {
    Actor actor = page_actor(request);
    Unit *units;
    size_t count;
    TRY(unit_list(page_records(request), &actor, request_arena(request), &units, &count, diag));
    UnitLine *lines = ARENA_ARRAY(request_arena(request), UnitLine, count + 1);
    if (lines == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    for (size_t i = 0; i < count; i++)
        TRY(unit_lay_out(request, &units[i], &lines[i], diag));
    UnitsView page = {.form = page_form(request, why),
                      .rows = lines,
                      .count = count,
                      .may_edit = request_may(request, PERMISSION_UNIT_EDIT),
                      .name = page_field(request, "name", why),
                      .country = page_field(request, "country", why),
                      .time_zone = page_field(request, "time_zone", why),
                      .languages = page_field(request, "languages", why),
                      .hours = page_field(request, "hours", why)};
    TRY(choices_lay_out(request, why != NULL, &page, diag));
    if (why != NULL)
        reply_status(reply, err_http_status(why->err));
    template_units_page(reply_out(reply), request_lang(request), &page);
    return page_end(reply, page_tr(request, N_("Units")), diag);
}

Err units_show(WebRequest *request, WebReply *reply, Diag *diag) {
    return units_page(request, reply, NULL, diag);
}

static Err facts_sent(const WebRequest *request, UnitFacts *ret, Diag *diag) {
    *ret = (UnitFacts){.name = page_sent(request, "name"),
                       .country = page_sent(request, "country"),
                       .time_zone = page_sent(request, "time_zone")};
    if (!unit_kind_find(page_sent(request, "kind"), &ret->kind))
        return diag_set(diag, ERR_INVALID, N_("There is no such kind of unit."));
    for (int i = 0; i < UNIT_DAYS; i++)
        if (is_day_sent(request, unit_day_id(i)))
            ret->days |= 1u << i;
    TRY(unit_languages_read(page_sent(request, "languages"), ret, diag));
    return unit_hours_read(page_sent(request, "hours"), &ret->opens_min, &ret->closes_min, diag);
}

Err unit_add_do(WebRequest *request, WebReply *reply, Diag *diag) {
    Actor actor = page_actor(request);
    UnitFacts facts;
    Identifier unit;
    Diag why = {0};
    Err err = facts_sent(request, &facts, &why);
    if (err == ERR_OK)
        err = unit_create(page_records(request), &actor, &facts, false, &unit, &why);
    if (page_is_answerable(err))
        return units_page(request, reply, &why, diag);
    if (err != ERR_OK) {
        *diag = why;
        return err;
    }
    reply_flash(reply, FLASH_DONE, N_("The unit was added."));
    reply_redirect(reply, STR("/units"));
    return ERR_OK;
}
