// The summary of a scan on the terminal: what was found, what is left to do.
#include "cli/table.h"
#include "language/number.h"
#include "language/safe_text.h"
#include "workspace/item_json.h"
#include "workspace/scan_labels.h"

enum { SUMMARY_ROWS = 12, SUMMARY_MAX = 8 << 20 };

typedef struct Summary {
    const ScanOutput *output;
    const Lang *lang;
    int columns;
    StrBuf text;
} Summary;

static void put_heading(Summary *summary, Str heading) {
    strbuf_put_byte(&summary->text, '\n');
    strbuf_put(&summary->text, heading);
    strbuf_put_byte(&summary->text, '\n');
}

static Err put_table(Summary *summary, Table *table, Diag *diag) {
    Err err = table_put(table, &summary->text);
    return err == ERR_OK ? err : diag_set(diag, err, N_("There is not enough memory."));
}

static Table *table_begin(Summary *summary) {
    Table *table = table_new(summary->lang, summary->columns);
    if (table == NULL)
        summary->text.failed = ERR_NOMEM;
    return table;
}

static void put_intro(Summary *summary) {
    const ScanTotals *totals = &summary->output->assessment->totals;
    trn_put(&summary->text, summary->lang, NULL, "One file examined, {bytes}.",
            "{n} files examined, {bytes}.", (int64_t)totals->files,
            MSG_ARGS(msg_bytes("bytes", (int64_t)totals->bytes)));
    if (totals->members > 0) {
        strbuf_put_byte(&summary->text, ' ');
        trn_put(&summary->text, summary->lang, NULL, "One of them lies in an archive.",
                "{n} of them lie in archives.", (int64_t)totals->members, MSG_NONE);
    }
    strbuf_put_byte(&summary->text, '\n');
}

static Err put_totals(Summary *summary, Diag *diag) {
    const ScanTotals *totals = &summary->output->assessment->totals;
    _cleanup_(table_freep) Table *table = table_begin(summary);
    if (table == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    table_column(table, NULL, TABLE_START);
    table_column(table, NULL, TABLE_END);
    for (int class = 0; class < SCAN_CLASS_COUNT; class ++) {
        table_cell_text(table, scan_class_label(summary->lang, class));
        table_cell_int(table, (int64_t)totals->classes[class]);
    }
    table_cell_text(table, tr(summary->lang, "files", "Copies of files counted above"));
    table_cell_int(table, (int64_t)totals->duplicates);
    if (totals->links > 0) {
        table_cell_text(table, tr(summary->lang, "files", "Links, not followed"));
        table_cell_int(table, (int64_t)totals->links);
    }
    if (totals->special > 0) {
        table_cell_text(table,
                        tr(summary->lang, "files", "Devices, pipes and sockets, not opened"));
        table_cell_int(table, (int64_t)totals->special);
    }
    strbuf_put_byte(&summary->text, '\n');
    return put_table(summary, table, diag);
}

static Err put_known(Summary *summary, const KnownRows *rows, Diag *diag) {
    if (rows->rows.len == 0)
        return ERR_OK;
    put_heading(summary, tr(summary->lang, NULL, "What the lists know"));
    _cleanup_(table_freep) Table *table = table_begin(summary);
    if (table == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    table_column(table, N_("Class"), TABLE_START);
    table_column(table, N_("List"), TABLE_START);
    table_column(table, N_("Category"), TABLE_START);
    table_column(table, N_("Files"), TABLE_END);
    table_column(table, N_("Copies"), TABLE_END);
    _cleanup_strbuf_ StrBuf category = STRBUF(1 << 16);
    for (size_t i = 0; i < rows->rows.len; i++) {
        const KnownRow *row = &rows->rows.items[i];
        strbuf_clear(&category);
        known_row_category_put(&category, summary->lang, row);
        table_cell_text(table, scan_class_label(summary->lang, row->class));
        table_cell_ident(table, summary->output->lists[row->list].name);
        table_cell_text(table, strbuf_str(&category));
        table_cell_int(table, (int64_t)row->files);
        table_cell_int(table, (int64_t)row->copies);
    }
    return put_table(summary, table, diag);
}

static Err put_flags(Summary *summary, Diag *diag) {
    const ScanTotals *totals = &summary->output->assessment->totals;
    uint64_t any = 0;
    for (int flag = 0; flag < SCAN_FLAG_COUNT; flag++)
        any += totals->flags[flag];
    if (any == 0)
        return ERR_OK;
    put_heading(summary, tr(summary->lang, NULL, "Known files that deserve attention"));
    _cleanup_(table_freep) Table *table = table_begin(summary);
    if (table == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    table_column(table, NULL, TABLE_START);
    table_column(table, NULL, TABLE_END);
    for (int flag = 0; flag < SCAN_FLAG_COUNT; flag++) {
        if (totals->flags[flag] == 0)
            continue;
        table_cell_text(table, scan_flag_label(summary->lang, flag));
        table_cell_int(table, (int64_t)totals->flags[flag]);
    }
    return put_table(summary, table, diag);
}

// What is left for a person, in looks: a stack takes one.
static void put_work(Summary *summary) {
    const ScanTotals *totals = &summary->output->assessment->totals;
    StrBuf *text = &summary->text;
    strbuf_put_byte(text, '\n');
    uint64_t unknown = totals->classes[SCAN_UNKNOWN],
             looks = unknown - totals->stacked + totals->stacks;
    uint64_t probable = totals->classes[SCAN_PROBABLY_KNOWN],
             confirmations = probable - totals->known_stacked + totals->known_stacks;
    if (unknown == 0 && probable == 0) {
        strbuf_put(text, tr(summary->lang, NULL, "Nothing is left to look at."));
        strbuf_put_byte(text, '\n');
        return;
    }
    if (unknown > 0) {
        trn_put(
            text, summary->lang, NULL,
            "To look at: {files} files. As near-duplicates lie in stacks, one look is enough.",
            "To look at: {files} files. As near-duplicates lie in stacks, {n} looks are enough.",
            (int64_t)looks, MSG_ARGS(msg_int("files", (int64_t)unknown)));
        strbuf_put_byte(text, '\n');
    }
    if (probable > 0) {
        trn_put(text, summary->lang, NULL,
                "To confirm: {files} files that are near known ones, in one stack.",
                "To confirm: {files} files that are near known ones, in {n} stacks.",
                (int64_t)confirmations, MSG_ARGS(msg_int("files", (int64_t)probable)));
        strbuf_put_byte(text, '\n');
    }
}

static void put_problems(Summary *summary) {
    const CollectedFiles *files = summary->output->files;
    uint64_t all = summary->output->assessment->totals.problems_listed, shown = 0;
    if (all == 0)
        return;
    put_heading(summary, tr(summary->lang, NULL, "Problems"));
    for (size_t i = 0; i < files->items.len && shown < SUMMARY_ROWS; i++) {
        const ScanItem *item = files->items.items[i];
        if (item->problem == NULL)
            continue;
        shown++;
        strbuf_put_text(&summary->text, "  ");
        item_problem_put(&summary->text, summary->lang, scan_item_path(item), item->problem);
        strbuf_put_byte(&summary->text, '\n');
    }
    if (all == shown)
        return;
    strbuf_put_text(&summary->text, "  ");
    trn_put(&summary->text, summary->lang, NULL, "and one more, which --json and --report list.",
            "and {n} more, which --json and --report list.", (int64_t)(all - shown), MSG_NONE);
    strbuf_put_byte(&summary->text, '\n');
}

Err scan_summary_write(const ScanOutput *output, int columns, FILE *to, Diag *diag) {
    Summary summary = {
        .output = output, .lang = output->lang, .columns = columns, .text = STRBUF(SUMMARY_MAX)};
    KnownRows rows = {0};
    Err err = known_rows_make(output, &rows, diag);
    if (err == ERR_OK) {
        put_intro(&summary);
        err = put_totals(&summary, diag);
    }
    if (err == ERR_OK)
        err = put_known(&summary, &rows, diag);
    if (err == ERR_OK)
        err = put_flags(&summary, diag);
    if (err == ERR_OK) {
        put_problems(&summary);
        put_work(&summary);
        if (strbuf_err(&summary.text) != ERR_OK)
            err = diag_set(diag, strbuf_err(&summary.text), N_("There is not enough memory."));
    }
    if (err == ERR_OK)
        fwrite(summary.text.ptr, 1, summary.text.len, to);
    known_rows_done(&rows);
    strbuf_done(&summary.text);
    return err;
}
