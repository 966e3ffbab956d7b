// What the server asks about visitors: whose session or token it is, what stands around a page.
#include "records/api_token.h"
#include "workspace/page_request.h"
#include "workspace/purpose.h"

static const char ENROL_PATH[] = "/settings/one-time-codes";
static const char PURPOSE_COOKIE[] = "seventh-purpose=";

// The purpose that the browser remembers; only one that exists counts.
static Str purpose_remembered(const WebRequest *request) {
    Str rest = {0}, one;
    if (!request_header(request, "cookie", &rest))
        return (Str){0};
    while (rest.len > 0) {
        Str tail = {0};
        if (!str_cut(rest, ';', &one, &tail))
            one = rest;
        one = str_trim(one);
        if (str_has_prefix(one, str_from(PURPOSE_COOKIE))) {
            const Purpose *purpose = purpose_find(str_from_index(one, sizeof PURPOSE_COOKIE - 1));
            return purpose == NULL ? (Str){0} : str_from(purpose->identifier);
        }
        rest = tail;
    }
    return (Str){0};
}

static Err session_hook(void *context, WebRequest *request, Str token, WebActor *ret, Diag *diag) {
    Workspace *workspace = context;
    Session *session = ARENA_NEW(request_arena(request), Session);
    PageAsker *asker = ARENA_NEW(request_arena(request), PageAsker);
    if (session == NULL || asker == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    TRY(session_find(workspace->records, token, NULL, session, diag));
    asker->actor = session->actor;
    asker->session = session;
    *ret = (WebActor){.is_signed_in = true,
                      .permissions = session->actor.permissions,
                      .person = session->person,
                      .locale = str_from(session->language),
                      .purpose = purpose_remembered(request),
                      .gate = session->needs_factor ? ENROL_PATH : NULL,
                      .own = asker};
    return ERR_OK;
}

static Err token_hook(void *context, WebRequest *request, Str token, WebActor *ret, Diag *diag) {
    Workspace *workspace = context;
    PageAsker *asker = ARENA_NEW(request_arena(request), PageAsker);
    Str purpose = {0};
    if (asker == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    TRY(api_token_find(workspace->records, token, NULL, &asker->actor, diag));
    const Purpose *known =
        request_header(request, "x-purpose", &purpose) ? purpose_find(purpose) : NULL;
    *ret = (WebActor){.is_signed_in = true,
                      .permissions = asker->actor.permissions,
                      .person = asker->actor.person_id,
                      .purpose = known == NULL ? (Str){0} : str_from(known->identifier),
                      .own = asker};
    return ERR_OK;
}

typedef struct Destination {
    const char *path;
    const char *label_msgid;
    Permission permission;
} Destination;

static const Destination DESTINATIONS[] = {
    {"/", N_("Desk"), PERMISSION_SIGNED_IN},
    {"/cases", N_("Cases"), PERMISSION_CASE_VIEW},
    {"/approvals", N_("Approvals"), PERMISSION_APPROVAL_GIVE},
    {"/people", N_("People"), PERMISSION_PERSON_VIEW},
    {"/units", N_("Units"), PERMISSION_UNIT_VIEW},
    {"/ledger", N_("Ledger"), PERMISSION_LEDGER_VIEW},
};

static Err frame_hook(void *context, WebRequest *request, WebFrame *io_frame, Diag *diag) {
    Workspace *workspace = context;
    (void)diag;
    const Session *session = page_session(request);
    if (session != NULL && request_actor(request)->is_signed_in) {
        for (size_t i = 0; i < sizeof DESTINATIONS / sizeof DESTINATIONS[0]; i++)
            if (request_may(request, DESTINATIONS[i].permission) && !session->needs_factor)
                io_frame->links[io_frame->link_count++] =
                    (FrameLink){.path = DESTINATIONS[i].path,
                                .label = page_tr(request, DESTINATIONS[i].label_msgid)};
        io_frame->person = str_from(session->pseudonym);
        io_frame->account_path = "/settings";
        io_frame->sign_out_path = "/sign-out";
    }
    io_frame->is_exercise = records_is_exercise(workspace->records);
    if (io_frame->is_exercise)
        io_frame->marks[io_frame->mark_count++] =
            page_tr(request, N_("Exercise: everything here is made up, and stays apart for ever."));
    return ERR_OK;
}

static Err language_hook(void *context, WebRequest *request, Str tag, Diag *diag) {
    Workspace *workspace = context;
    if (page_session(request) == NULL)
        return ERR_OK;
    Actor actor = page_actor(request);
    return person_language_set(workspace->records, &actor, tag, diag);
}

static Err ready_hook(void *context, Diag *diag) {
    Workspace *workspace = context;
    uint64_t size;
    return ledger_log_size(node_log(workspace->node), NULL, &size, diag);
}

static void metrics_hook(void *context, StrBuf *out) {
    Workspace *workspace = context;
    StoreFigures figures;
    store_figures(node_store(workspace->node), &figures);
    strbuf_printf(
        out,
        "# TYPE seventh_store_reads_total counter\nseventh_store_reads_total %llu\n"
        "# TYPE seventh_store_writes_total counter\nseventh_store_writes_total %llu\n"
        "# TYPE seventh_store_failures_total counter\nseventh_store_failures_total %llu\n",
        (unsigned long long)figures.reads, (unsigned long long)figures.writes,
        (unsigned long long)figures.failures);
}

WebHooks workspace_hooks(Workspace *workspace) {
    return (WebHooks){.context = workspace,
                      .find_session = session_hook,
                      .find_token = token_hook,
                      .fill_frame = frame_hook,
                      .set_language = language_hook,
                      .is_ready = ready_hook,
                      .put_metrics = metrics_hook};
}
