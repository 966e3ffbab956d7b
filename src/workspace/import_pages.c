// Pages of an import: choosing the file, following how far it is, with or without scripts.
#include <stdio.h>
#include <stdlib.h>

#include "generated/import_page.h"
#include "generated/import_progress_page.h"
#include "records/case.h"
#include "workspace/case_views.h"
#include "workspace/import_job.h"
#include "workspace/limits.h"
#include "workspace/page_request.h"
#include "workspace/pages.h"

static Err case_of(WebRequest *request, Identifier *ret_id, CaseFile *ret, Diag *diag) {
    Actor actor = page_actor(request);
    *ret_id = request_param_id(request, "id");
    TRY(case_view_record(page_records(request), &actor, ret_id, diag));
    return case_get(page_records(request), &actor, ret_id, request_arena(request), ret, diag);
}

static uint64_t size_max(const WebRequest *request) {
    return (uint64_t)config_number(page_workspace(request)->config, CONFIG_upload_max);
}

static Err import_page(WebRequest *request, WebReply *reply, const Diag *why, Diag *diag) {
    Identifier id;
    CaseFile file;
    TRY(case_of(request, &id, &file, diag));
    ImportView page = {.form = page_form(request, why),
                       .case_id = page_id(request, &id),
                       .case_number = file.facts.number,
                       .size_max = size_max(request)};
    if (why != NULL) {
        page.form.error = (Str){0};
        page.form.has_errors = true;
        page.file.error = page_diag(request, why);
        reply_status(reply, err_http_status(why->err));
    }
    template_import_page(reply_out(reply), request_lang(request), &page);
    return page_end(reply, page_tr(request, N_("Import items")), diag);
}

Err import_new_show(WebRequest *request, WebReply *reply, Diag *diag) {
    return import_page(request, reply, NULL, diag);
}

Err import_do(WebRequest *request, WebReply *reply, Diag *diag) {
    Actor actor = page_actor(request);
    Workspace *workspace = page_workspace(request);
    Identifier case_, import;
    CaseFile file;
    Diag why = {0};
    TRY(case_of(request, &case_, &file, diag));
    WebUpload *upload = request_upload(request, "file");
    Err err = ERR_OK;
    if (upload == NULL || upload->size == 0)
        err = diag_set(&why, ERR_INVALID, N_("Choose a file that is not empty."));
    else if (upload->size > size_max(request))
        err = diag_set(&why, ERR_LIMIT, N_("The file is larger than this node takes."));
    if (err != ERR_OK)
        return import_page(request, reply, &why, diag);
    int fd = upload->fd;
    upload->fd = -1;
    err = import_begin(workspace->imports, &actor, &case_, upload->name, fd, upload->size, &import,
                       &why);
    if (page_is_answerable(err))
        return import_page(request, reply, &why, diag);
    if (err != ERR_OK) {
        *diag = why;
        return err;
    }
    _cleanup_strbuf_ StrBuf path = STRBUF(4096);
    strbuf_put_text(&path, "/cases/");
    identifier_put(&path, &case_);
    strbuf_put_text(&path, "/imports/");
    identifier_put(&path, &import);
    TRY(strbuf_err(&path));
    reply_redirect(reply, page_copy(request, strbuf_str(&path)));
    return ERR_OK;
}

static Err state_of(WebRequest *request, ImportState *ret, Diag *diag) {
    Identifier case_ = request_param_id(request, "id"), id = request_param_id(request, "import");
    Actor actor = page_actor(request);
    TRY(import_state(page_workspace(request)->imports, &id, &case_, ret, diag));
    // Its name may say something: only for whoever began it.
    return identifier_equal(&ret->person, &actor.person_id)
               ? ERR_OK
               : diag_set(diag, ERR_NOT_FOUND, N_("There is no such import, or it is over."));
}

static int permille(const ImportState *state) {
    if (state->stage >= IMPORT_DONE)
        return 1000;
    return state->bytes_all == 0 ? 0 : (int)(state->bytes_done * 1000 / (state->bytes_all + 1));
}

Err import_show(WebRequest *request, WebReply *reply, Diag *diag) {
    static const struct {
        const char *look, *label;
    } STAGES[] = {[IMPORT_WAITING] = {"", N_("waiting")},
                  [IMPORT_RUNNING] = {"on", N_("running")},
                  [IMPORT_DONE] = {"good", N_("done")},
                  [IMPORT_FAILED] = {"bad", N_("failed")}};
    Identifier id;
    CaseFile file;
    ImportState *state = ARENA_NEW(request_arena(request), ImportState);
    if (state == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    TRY(case_of(request, &id, &file, diag));
    TRY(state_of(request, state, diag));
    ImportProgressView page = {
        .id = page_id(request, &state->id),
        .case_id = page_id(request, &id),
        .case_number = file.facts.number,
        .name = str_from(state->name),
        .state = {STAGES[state->stage].look, page_tr(request, STAGES[state->stage].label)},
        .records = state->records,
        .items = state->items,
        .added = state->added,
        .rejected = state->rejected,
        .permille = permille(state),
        .is_over = state->stage >= IMPORT_DONE,
        .has_failed = state->stage == IMPORT_FAILED};
    if (page.has_failed)
        page.problem = page_diag(request, &state->why);
    template_import_progress_page(reply_out(reply), request_lang(request), &page);
    return page_end(reply, page_tr(request, N_("Import")), diag);
}

// What a stream of progress looks at; outlives its request.
typedef struct Following {
    ImportDesk *desk;
    Identifier id, case_;
    int told; // permille of the last event
} Following;

static Err following_next(void *context, StrBuf *out, bool *ret_is_over) {
    Following *following = context;
    ImportState state;
    char text[160];
    if (import_state(following->desk, &following->id, &following->case_, &state, NULL) != ERR_OK) {
        *ret_is_over = true;
        return ERR_OK;
    }
    bool is_over = state.stage >= IMPORT_DONE;
    if (permille(&state) != following->told || is_over) {
        following->told = permille(&state);
        snprintf(text, sizeof text, "{\"permille\":%d,\"records\":%llu,\"rejected\":%llu}",
                 following->told, (unsigned long long)state.records,
                 (unsigned long long)state.rejected);
        event_put(out, is_over ? "over" : "progress", str_from(text));
    }
    *ret_is_over = is_over;
    return ERR_OK;
}

Err import_events(WebRequest *request, WebReply *reply, Diag *diag) {
    ImportState *state = ARENA_NEW(request_arena(request), ImportState);
    Following *following = calloc(1, sizeof *following);
    Err err = state == NULL || following == NULL
                  ? diag_set(diag, ERR_NOMEM, N_("There is not enough memory."))
                  : state_of(request, state, diag);
    if (err != ERR_OK) {
        free(following);
        return err;
    }
    *following = (Following){.desk = page_workspace(request)->imports,
                             .id = state->id,
                             .case_ = state->case_,
                             .told = -1};
    reply_stream(reply, following_next, free, following);
    return ERR_OK;
}
