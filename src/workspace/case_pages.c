// Pages of cases: the list, opening one, one with its items.
#include "generated/case_new_page.h"
#include "generated/case_page.h"
#include "generated/cases_page.h"
#include "workspace/item_pages.h"
#include "workspace/page_request.h"
#include "workspace/pages.h"

static const char *case_look(State state) {
    switch (state) {
    case STATE_CASE_OPEN:
    case STATE_CASE_ACTIVE:
        return "on";
    case STATE_CASE_PENDING:
    case STATE_CASE_SUSPENDED:
        return "hold";
    default:
        return "";
    }
}

static CaseLine case_lay_out(WebRequest *request, const CaseFile *file) {
    return (CaseLine){
        .id = page_id(request, &file->uid),
        .number = file->facts.number,
        .title = file->facts.title,
        .state = {case_look(file->state), page_tr(request, state_label(file->state))},
        .items = (uint64_t)file->items,
        .open = (uint64_t)(file->unreviewed + file->disputed),
        .assigned = file->assignee_name,
        .changed = page_time(file->changed_ms),
        .review = page_time(file->review_ms),
    };
}

// The tabs above the list: all that is worked on, mine, what is due, and the states one leaves
// things in.
static const struct {
    const char *id, *label;
    State state;
} TABS[] = {{"", N_("Being worked on"), STATE_COUNT},
            {"mine", N_("Mine"), STATE_COUNT},
            {"due", N_("Due for review"), STATE_COUNT},
            {"closed", N_("Closed"), STATE_CASE_CLOSED},
            {"archived", N_("Archived"), STATE_CASE_ARCHIVED}};
enum { TAB_COUNT = sizeof TABS / sizeof TABS[0] };

static Err tabs_lay_out(WebRequest *request, CasesView *io_page, CaseFilter *ret_filter,
                        Diag *diag) {
    Str show = page_query(request, "show");
    PageTab *tabs = ARENA_ARRAY(request_arena(request), PageTab, TAB_COUNT);
    if (tabs == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    static const char *const HREFS[TAB_COUNT] = {"/cases", "/cases?show=mine", "/cases?show=due",
                                                 "/cases?show=closed", "/cases?show=archived"};
    for (int i = 0; i < TAB_COUNT; i++) {
        tabs[i] = (PageTab){.href = str_from(HREFS[i]),
                            .label = page_tr(request, TABS[i].label),
                            .is_current = str_is(show, TABS[i].id)};
        if (tabs[i].is_current)
            ret_filter->state = TABS[i].state;
    }
    ret_filter->is_mine = str_is(show, "mine");
    ret_filter->is_due = str_is(show, "due");
    io_page->tabs = tabs;
    io_page->tab_count = TAB_COUNT;
    return ERR_OK;
}

Err cases_show(WebRequest *request, WebReply *reply, Diag *diag) {
    Actor actor = page_actor(request);
    CaseFilter filter = {.state = STATE_COUNT};
    CaseFile *files;
    size_t count;
    CasesView page = {.form = page_form(request, NULL),
                      .may_open = request_may(request, PERMISSION_CASE_EDIT)};
    TRY(tabs_lay_out(request, &page, &filter, diag));
    filter.offset = page_query_number(request, "from", INT32_MAX, 0);
    TRY(case_list(page_records(request), &actor, &filter, request_arena(request), &files, &count,
                  diag));
    size_t shown = count < PAGE_ROWS ? count : PAGE_ROWS;
    CaseLine *lines = ARENA_ARRAY(request_arena(request), CaseLine, shown + 1);
    if (lines == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    for (size_t i = 0; i < shown; i++)
        lines[i] = case_lay_out(request, &files[i]);
    page.rows = lines;
    page.count = shown;
    page.turn = page_turn(request, "/cases?", filter.offset, shown, (size_t)filter.offset + count);
    template_cases_page(reply_out(reply), request_lang(request), &page);
    return page_end(reply, page_tr(request, N_("Cases")), diag);
}

static const struct {
    const char *id, *label;
} BASES[] = {{"national-law", N_("National criminal procedure")},
             {"mutual-assistance", N_("Request of another country")},
             {"police-cooperation", N_("Police cooperation")},
             {"hotline-mandate", N_("Mandate of a hotline")},
             {"training", N_("Training")}};
enum { BASIS_COUNT = sizeof BASES / sizeof BASES[0] };

static Str basis_label(WebRequest *request, Str basis) {
    for (int i = 0; i < BASIS_COUNT; i++)
        if (str_is(basis, BASES[i].id))
            return page_tr(request, BASES[i].label);
    return basis;
}

static Err case_new_page(WebRequest *request, WebReply *reply, const Diag *why, Diag *diag) {
    PageChoice *bases = ARENA_ARRAY(request_arena(request), PageChoice, BASIS_COUNT);
    if (bases == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    for (int i = 0; i < BASIS_COUNT; i++)
        bases[i] = (PageChoice){str_from(BASES[i].id), page_tr(request, BASES[i].label),
                                str_is(page_sent(request, "legal_basis"), BASES[i].id)};
    CaseNewView page = {.form = page_form(request, why),
                        .number = page_field(request, "number", why),
                        .title = page_field(request, "title", why),
                        .bases = {bases, BASIS_COUNT}};
    if (why != NULL)
        reply_status(reply, err_http_status(why->err));
    template_case_new_page(reply_out(reply), request_lang(request), &page);
    return page_end(reply, page_tr(request, N_("Open a case")), diag);
}

Err case_new_show(WebRequest *request, WebReply *reply, Diag *diag) {
    return case_new_page(request, reply, NULL, diag);
}

Err case_open_do(WebRequest *request, WebReply *reply, Diag *diag) {
    Actor actor = page_actor(request);
    Identifier id;
    Diag why = {0};
    CaseFacts facts = {.number = str_trim(page_sent(request, "number")),
                       .title = str_trim(page_sent(request, "title")),
                       .legal_basis = page_sent(request, "legal_basis")};
    Err err = case_open(page_records(request), &actor, &facts, &id, &why);
    if (page_is_answerable(err))
        return case_new_page(request, reply, &why, diag);
    if (err != ERR_OK) {
        *diag = why;
        return err;
    }
    reply_flash(reply, FLASH_DONE, N_("The case was opened."));
    reply_redirect(reply, page_path(request, "/cases/*", &id));
    return ERR_OK;
}

// States to which the case may go from here, by this person. Transfer, merging and erasing are
// other acts.
static Err moves_lay_out(WebRequest *request, const CaseFile *file, PageChoices *ret, Diag *diag) {
    PageChoice *moves = ARENA_ARRAY(request_arena(request), PageChoice, STATE_COUNT);
    if (moves == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    for (int i = 0; i < STATE_COUNT; i++) {
        Permission needed;
        State to = (State)i;
        if (to == STATE_CASE_TRANSFERRED || to == STATE_CASE_MERGED || to == STATE_CASE_ERASED ||
            !state_may_move(file->state, to, &needed) || !request_may(request, needed))
            continue;
        moves[ret->len++] = (PageChoice){state_text(to), page_tr(request, state_label(to)), false};
    }
    ret->items = moves;
    return ERR_OK;
}

// Units with which it can be shared.
static Err partners_lay_out(WebRequest *request, const Actor *actor, PageChoices *ret, Diag *diag) {
    Unit *units;
    size_t count;
    TRY(unit_list(page_records(request), actor, request_arena(request), &units, &count, diag));
    PageChoice *choices = ARENA_ARRAY(request_arena(request), PageChoice, count + 1);
    if (choices == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    for (size_t i = 0; i < count; i++)
        if (units[i].state == STATE_UNIT_ACTIVE && units[i].id != actor->unit)
            choices[ret->len++] =
                (PageChoice){page_id(request, &units[i].uid), units[i].facts.name, false};
    ret->items = choices;
    return ERR_OK;
}

static Err case_page(WebRequest *request, WebReply *reply, const Diag *why, Diag *diag) {
    Actor actor = page_actor(request);
    Records *records = page_records(request);
    Identifier id = request_param_id(request, "id");
    CaseFile file;
    TRY(case_view_record(records, &actor, &id, diag));
    TRY(case_get(records, &actor, &id, request_arena(request), &file, diag));
    CaseView page = {.form = page_form(request, why),
                     .info = case_lay_out(request, &file),
                     .basis = basis_label(request, file.facts.legal_basis),
                     .tlp = file.tlp,
                     .unit = file.unit_name,
                     .import_href = page_path(request, "/cases/*/imports/new", &id)};
    bool is_worked = file.state < STATE_CASE_CLOSED;
    page.may_import = is_worked && request_may(request, PERMISSION_ITEM_IMPORT);
    if (request_may(request, PERMISSION_CASE_EDIT))
        TRY(moves_lay_out(request, &file, &page.moves, diag));
    if (request_may(request, PERMISSION_CASE_EDIT) && file.is_own && is_worked)
        TRY(partners_lay_out(request, &actor, &page.partners, diag));
    TRY(items_lay_out(request, &actor, &file, &page, diag));
    if (why != NULL)
        reply_status(reply, err_http_status(why->err));
    template_case_page(reply_out(reply), request_lang(request), &page);
    return page_end(reply,
                    page_message(request, N_("Case {number}"),
                                 MSG_ARGS(msg_ident("number", file.facts.number))),
                    diag);
}

Err case_show(WebRequest *request, WebReply *reply, Diag *diag) {
    return case_page(request, reply, NULL, diag);
}

static Err case_answer(WebRequest *request, WebReply *reply, Err err, const Diag *why,
                       const char *done_msgid, Diag *diag) {
    Identifier id = request_param_id(request, "id");
    if (page_is_answerable(err))
        return case_page(request, reply, why, diag);
    if (err != ERR_OK) {
        *diag = *why;
        return err;
    }
    reply_flash(reply, FLASH_DONE, done_msgid);
    reply_redirect(reply, page_path(request, "/cases/*", &id));
    return ERR_OK;
}

Err case_move_do(WebRequest *request, WebReply *reply, Diag *diag) {
    Actor actor = page_actor(request);
    Identifier id = request_param_id(request, "id");
    State to;
    Diag why = {0};
    Err err = state_find(MACHINE_CASE, page_sent(request, "state"), &to)
                  ? case_move(page_records(request), &actor, &id, to, &why)
                  : diag_set(&why, ERR_INVALID, N_("There is no such state."));
    return case_answer(request, reply, err, &why, N_("The case was moved."), diag);
}

Err case_share_do(WebRequest *request, WebReply *reply, Diag *diag) {
    Actor actor = page_actor(request);
    Identifier id = request_param_id(request, "id"), unit;
    Diag why = {0};
    bool is_shared = !str_is(page_sent(request, "do"), "end");
    Err err = request_field_id(request, "unit", &unit, &why);
    if (err == ERR_OK)
        err = case_share(page_records(request), &actor, &id, &unit, is_shared, &why);
    return case_answer(request, reply, err, &why,
                       is_shared ? N_("The unit sees this case from now on.")
                                 : N_("The unit does not see this case any more."),
                       diag);
}
