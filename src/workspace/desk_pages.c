// The desk: what waits for whoever is signed in, by clock; and the approvals.
#include "generated/approvals_page.h"
#include "generated/desk_page.h"
#include "records/approval.h"
#include "records/case.h"
#include "workspace/desk_views.h"
#include "workspace/limits.h"
#include "workspace/page_request.h"
#include "workspace/pages.h"

typedef struct Waiting {
    DeskLine line;
    int64_t due_ms; // 0: none
} Waiting;

typedef struct Desk {
    WebRequest *request;
    Actor actor;
    int64_t now_ms;
    Waiting rows[DESK_ROWS_MAX];
    size_t len;
    uint64_t more;
} Desk;

static void desk_add(Desk *desk, Str href, Str what, Str about, int64_t since_ms, int64_t due_ms) {
    if (desk->len >= DESK_ROWS_MAX) {
        desk->more++;
        return;
    }
    Waiting *row = &desk->rows[desk->len++];
    *row = (Waiting){.line = {.href = href,
                              .what = what,
                              .about = about,
                              .since = page_time(since_ms),
                              .due = page_time(due_ms),
                              .look = "soft"},
                     .due_ms = due_ms};
    bool is_late = false;
    if (due_ms > 0)
        row->line.clock = page_clock(desk->request, due_ms, desk->now_ms, &is_late);
    if (is_late)
        row->line.look = "late";
}

static Err desk_approvals(Desk *desk, Diag *diag) {
    Approval *all;
    size_t count;
    if (!actor_may(&desk->actor, PERMISSION_APPROVAL_GIVE))
        return ERR_OK;
    TRY(approval_list(page_records(desk->request), &desk->actor, false,
                      request_arena(desk->request), &all, &count, diag));
    for (size_t i = 0; i < count; i++)
        if (!all[i].is_own && !all[i].is_over)
            desk_add(desk, STR("/approvals"),
                     page_tr(desk->request, approval_kind_label(all[i].kind)), all[i].remark,
                     all[i].made_ms, all[i].until_ms);
    return ERR_OK;
}

static void desk_case(Desk *desk, const CaseFile *file) {
    WebRequest *request = desk->request;
    Str href = page_path(request, "/cases/*", &file->uid);
    if (file->disputed > 0 && actor_may(&desk->actor, PERMISSION_ITEM_ADJUDICATE))
        desk_add(desk, page_path(request, "/cases/*?show=disputed", &file->uid),
                 page_plural(request, "Decide one dispute", "Decide {n} disputes", file->disputed),
                 file->facts.number, file->changed_ms, 0);
    if (file->unreviewed > 0 && actor_may(&desk->actor, PERMISSION_ITEM_VOTE))
        desk_add(desk, href,
                 page_plural(request, "Vote on one item", "Vote on {n} items", file->unreviewed),
                 file->facts.number, file->changed_ms, 0);
    if (file->review_ms < desk->now_ms && file->is_own)
        desk_add(desk, href, page_tr(request, N_("Review whether the case is still needed")),
                 file->facts.number, file->made_ms, file->review_ms);
}

static Err desk_cases(Desk *desk, Diag *diag) {
    CaseFile *files;
    size_t count;
    if (!actor_may(&desk->actor, PERMISSION_CASE_VIEW))
        return ERR_OK;
    CaseFilter filter = {.state = STATE_COUNT};
    TRY(case_list(page_records(desk->request), &desk->actor, &filter, request_arena(desk->request),
                  &files, &count, diag));
    for (size_t i = 0; i < count; i++)
        desk_case(desk, &files[i]);
    return ERR_OK;
}

// The nearest deadline first; what has none comes last, in the order it was found.
static int by_clock(const void *a, const void *b) {
    int64_t left = ((const Waiting *)a)->due_ms, right = ((const Waiting *)b)->due_ms;
    left = left == 0 ? INT64_MAX : left;
    right = right == 0 ? INT64_MAX : right;
    return left < right ? -1 : left > right;
}

Err desk_show(WebRequest *request, WebReply *reply, Diag *diag) {
    Desk *desk = ARENA_NEW(request_arena(request), Desk);
    DeskLine *lines = ARENA_ARRAY(request_arena(request), DeskLine, DESK_ROWS_MAX);
    if (desk == NULL || lines == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    desk->request = request;
    desk->actor = page_actor(request);
    desk->now_ms = records_now_ms(page_records(request));
    TRY(desk_approvals(desk, diag));
    TRY(desk_cases(desk, diag));
    qsort(desk->rows, desk->len, sizeof desk->rows[0], by_clock);
    for (size_t i = 0; i < desk->len; i++)
        lines[i] = desk->rows[i].line;
    DeskView page = {.rows = lines,
                     .count = desk->len,
                     .more = desk->more,
                     .may_open_case = request_may(request, PERMISSION_CASE_EDIT),
                     .may_see_cases = request_may(request, PERMISSION_CASE_VIEW)};
    template_desk_page(reply_out(reply), request_lang(request), &page);
    return page_end(reply, page_tr(request, N_("Desk")), diag);
}

static const char *approval_look(const Approval *approval) {
    if (approval->is_over || approval->state == STATE_APPROVAL_REFUSED)
        return "bad";
    return approval->state == STATE_APPROVAL_ASKED ? "hold" : "good";
}

Err approvals_show(WebRequest *request, WebReply *reply, Diag *diag) {
    Actor actor = page_actor(request);
    Approval *all;
    size_t count;
    TRY(approval_list(page_records(request), &actor, true, request_arena(request), &all, &count,
                      diag));
    ApprovalLine *lines = ARENA_ARRAY(request_arena(request), ApprovalLine, count + 1);
    if (lines == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    size_t shown = count < PAGE_ROWS ? count : PAGE_ROWS;
    for (size_t i = 0; i < shown; i++) {
        bool is_open = all[i].state == STATE_APPROVAL_ASKED && !all[i].is_over;
        lines[i] = (ApprovalLine){
            .id = page_id(request, &all[i].uid),
            .what = page_tr(request, approval_kind_label(all[i].kind)),
            .about = page_id(request, &all[i].subject),
            .asker = all[i].asker_name,
            .reason = all[i].remark,
            .asked = page_time(all[i].made_ms),
            .expires = page_time(all[i].until_ms),
            .state = {approval_look(&all[i]), all[i].is_over && all[i].state == STATE_APPROVAL_ASKED
                                                  ? page_tr(request, N_("too late"))
                                                  : page_tr(request, state_label(all[i].state))},
            .may_answer = is_open && !all[i].is_own,
        };
    }
    ApprovalsView page = {.form = page_form(request, NULL), .rows = lines, .count = shown};
    template_approvals_page(reply_out(reply), request_lang(request), &page);
    return page_end(reply, page_tr(request, N_("Approvals")), diag);
}

Err approval_do(WebRequest *request, WebReply *reply, Diag *diag) {
    Actor actor = page_actor(request);
    Identifier approval = request_param_id(request, "id");
    Str answer = page_sent(request, "answer");
    if (!str_is(answer, "agree") && !str_is(answer, "refuse"))
        return diag_set(diag, ERR_INVALID, N_("Agree or refuse."));
    TRY(approval_decide(page_records(request), &actor, &approval, str_is(answer, "agree"), diag));
    reply_flash(reply, FLASH_DONE, N_("Your answer was noted."));
    reply_redirect(reply, STR("/approvals"));
    return ERR_OK;
}
