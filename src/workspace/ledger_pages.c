// The page of the ledger: its state, a verification on request, its entries.
#include "base/encoding.h"
#include "generated/ledger_page.h"
#include "ledger/kind.h"
#include "workspace/holding_views.h"
#include "workspace/page_request.h"
#include "workspace/pages.h"
#include "workspace/purpose.h"

enum { VERIFY_STEP = 4096, NAMES_MAX = 64 };

static Err kinds_offer(WebRequest *request, LedgerKind chosen, PageChoices *ret, Diag *diag) {
    PageChoice *kinds = ARENA_ARRAY(request_arena(request), PageChoice, LEDGER_KINDS + 1);
    if (kinds == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    kinds[ret->len++] =
        (PageChoice){STR(""), page_tr(request, N_("Everything")), chosen == LEDGER_KINDS};
    for (int i = 0; i < LEDGER_KINDS; i++)
        kinds[ret->len++] =
            (PageChoice){str_from(ledger_kind_row((LedgerKind)i)->identifier),
                         page_tr(request, ledger_kind_row((LedgerKind)i)->label), i == (int)chosen};
    ret->items = kinds;
    return ERR_OK;
}

static Str purpose_label(WebRequest *request, const char *identifier) {
    const Purpose *purpose = purpose_find(str_from(identifier));
    return purpose == NULL ? page_copy(request, str_from(identifier))
                           : page_tr(request, purpose->label);
}

// An identifier as it stands in the ledger; nothing for none.
static Str id_or_nothing(WebRequest *request, const Identifier *id) {
    return identifier_is_none(id) ? (Str){0} : page_id(request, id);
}

static Err rows_lay_out(WebRequest *request, const LedgerFilter *filter, LedgerView *io_page,
                        Diag *diag) {
    LedgerLog *log = node_log(page_workspace(request)->node);
    LedgerRow *rows = ARENA_ARRAY(request_arena(request), LedgerRow, PAGE_ROWS);
    LedgerLine *lines = ARENA_ARRAY(request_arena(request), LedgerLine, PAGE_ROWS);
    size_t count;
    if (rows == NULL || lines == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    TRY(ledger_log_find(log, NULL, filter, rows, PAGE_ROWS, &count, diag));
    for (size_t i = 0; i < count; i++) {
        const LedgerEntry *entry = &rows[i].entry;
        LedgerKind kind;
        lines[i] = (LedgerLine){
            .index = entry->index,
            .time = page_time(entry->utc_ms),
            .what = ledger_kind_find(str_from(entry->kind), &kind)
                        ? page_tr(request, ledger_kind_row(kind)->label)
                        : page_copy(request, str_from(entry->kind)),
            .kind = page_copy(request, str_from(entry->kind)),
            .person = id_or_nothing(request, &entry->person),
            .unit = id_or_nothing(request, &entry->unit),
            .purpose = purpose_label(request, entry->purpose),
            .case_ = id_or_nothing(request, &entry->case_),
            .things = entry->count,
        };
    }
    io_page->rows = lines;
    io_page->count = count;
    if (count == PAGE_ROWS && lines[count - 1].index > 0) {
        _cleanup_strbuf_ StrBuf href = STRBUF(4096);
        strbuf_put_text(&href, "/ledger?before=");
        strbuf_put_u64(&href, lines[count - 1].index);
        strbuf_put_text(&href, "&kind=");
        strbuf_put(&href, page_query(request, "kind"));
        TRY(strbuf_err(&href));
        io_page->older = page_copy(request, strbuf_str(&href));
    }
    return ERR_OK;
}

static Err ledger_page(WebRequest *request, WebReply *reply, LedgerView *page, Diag *diag) {
    Node *node = page_workspace(request)->node;
    LedgerKind kind = LEDGER_KINDS;
    (void)ledger_kind_find(page_query(request, "kind"), &kind);
    LedgerFilter filter = {.kind = kind,
                           .before = (uint64_t)page_query_number(request, "before", INT64_MAX, 0)};
    _cleanup_strbuf_ StrBuf key = STRBUF(4096);
    page->form = page_form(request, NULL);
    page->origin = str_from(node_identity(node)->name);
    note_verifier_put(&key, node_verifier(node));
    TRY(strbuf_err(&key));
    page->key = page_copy(request, strbuf_str(&key));
    TRY(ledger_log_size(node_log(node), NULL, &page->size, diag));
    TRY(kinds_offer(request, kind, &page->kinds, diag));
    TRY(rows_lay_out(request, &filter, page, diag));
    template_ledger_page(reply_out(reply), request_lang(request), page);
    return page_end(reply, page_tr(request, N_("Ledger")), diag);
}

Err ledger_show(WebRequest *request, WebReply *reply, Diag *diag) {
    LedgerView page = {0};
    return ledger_page(request, reply, &page, diag);
}

// Every entry of the database against the signed checkpoint.
Err ledger_verify_do(WebRequest *request, WebReply *reply, Diag *diag) {
    LedgerLog *log = node_log(page_workspace(request)->node);
    LedgerLogCheck *check = ARENA_NEW(request_arena(request), LedgerLogCheck);
    LedgerView page = {0};
    Diag why = {0};
    uint64_t published;
    if (check == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    TRY(ledger_log_publish(log, &published, diag));
    Err err = ERR_OK;
    while (err == ERR_OK && !check->is_done)
        err = ledger_log_verify(log, NULL, check, VERIFY_STEP, &why);
    if (err == ERR_OK) {
        _cleanup_strbuf_ StrBuf root = STRBUF(256);
        page.verified = (PageState){
            "good", page_plural(request, "One entry was checked; it is as it was signed.",
                                "{n} entries were checked; all are as they were signed.",
                                (int64_t)check->size)};
        base64_put(&root, check->root.bytes, sizeof check->root.bytes);
        TRY(strbuf_err(&root));
        page.root = page_copy(request, strbuf_str(&root));
    } else if (err == ERR_CORRUPT || err == ERR_CONFLICT) {
        page.verified = (PageState){"bad", page_tr(request, N_("The ledger does not verify."))};
        page.verified_detail = page_diag(request, &why);
    } else {
        *diag = why;
        return err;
    }
    return ledger_page(request, reply, &page, diag);
}
