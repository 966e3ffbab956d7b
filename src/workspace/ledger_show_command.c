// `seventh ledger show`: the entries of a published ledger, verified while they are read.
#include "base/clock.h"
#include "base/encoding.h"
#include "cli/table.h"
#include "ledger/verify.h"
#include "workspace/commands.h"
#include "workspace/ledger_filter.h"
#include "workspace/ledger_keys.h"

typedef struct LedgerShowOptions {
    LedgerFilterOptions filter;
    const char *key;
    bool wants_json;
} LedgerShowOptions;

static const Option LEDGER_SHOW_OPTIONS[] = {
    LEDGER_FILTER_ROWS(LedgerShowOptions, filter),
    {.name = "key",
     .letter = 'k',
     .kind = OPTION_TEXT,
     .offset = offsetof(LedgerShowOptions, key),
     .value = N_("PUBKEY"),
     .help = N_("The public key of the ledger: a file, or the key itself")},
    {.name = "json",
     .kind = OPTION_FLAG,
     .offset = offsetof(LedgerShowOptions, wants_json),
     .help = N_("Write one JSON object a line")},
    {0},
};

typedef struct Showing {
    const CommandContext *context;
    LedgerFilter filter;
    Table *table; // NULL: JSON
    StrBuf text;  // of JSON
} Showing;

static void identifier_cell(Table *table, const Identifier *id) {
    char text[IDENTIFIER_CHARS + 1] = "";
    if (!identifier_is_none(id))
        identifier_text(id, text);
    table_cell_ident(table, str_from(text));
}

static void row_put(Showing *showing, const LedgerEntry *entry) {
    _cleanup_strbuf_ StrBuf time = STRBUF(64);
    LedgerKind kind;
    Str label = str_from(entry->kind);
    if (ledger_kind_find(label, &kind)) {
        const char *label_msgid = ledger_kind_row(kind)->label;
        label = tr(showing->context->lang, NULL, label_msgid);
    }
    timestamp_put(&time, entry->utc_ms);
    table_cell_int(showing->table, (int64_t)entry->index);
    table_cell_ident(showing->table, strbuf_str(&time));
    table_cell_text(showing->table, label);
    identifier_cell(showing->table, &entry->person);
    identifier_cell(showing->table, &entry->unit);
    table_cell_ident(showing->table, str_from(entry->purpose));
    identifier_cell(showing->table, &entry->case_);
    table_cell_int(showing->table, (int64_t)entry->count);
}

static void json_identifier(StrBuf *out, const char *key, const Identifier *id) {
    char text[IDENTIFIER_CHARS + 1];
    if (identifier_is_none(id))
        return;
    identifier_text(id, text);
    strbuf_printf(out, ",\"%s\":\"%s\"", key, text);
}

// All values are of alphabets that need no escaping: the entry's form is strict.
static void json_put(StrBuf *out, const LedgerEntry *entry) {
    strbuf_printf(out, "{\"index\":%llu,\"time\":\"", (unsigned long long)entry->index);
    timestamp_put(out, entry->utc_ms);
    strbuf_printf(out, "\",\"kind\":\"%s\"", entry->kind);
    json_identifier(out, "person", &entry->person);
    json_identifier(out, "unit", &entry->unit);
    if (entry->purpose[0] != '\0')
        strbuf_printf(out, ",\"purpose\":\"%s\"", entry->purpose);
    json_identifier(out, "case", &entry->case_);
    strbuf_printf(out, ",\"count\":%llu,\"commitment\":\"", (unsigned long long)entry->count);
    base64_put(out, entry->commitment, sizeof entry->commitment);
    strbuf_put_text(out, "\"}\n");
}

static Err entry_show(void *context, const LedgerEntry *entry, Str leaf, Diag *diag) {
    (void)leaf;
    Showing *showing = context;
    if (!ledger_filter_wants(&showing->filter, entry))
        return ERR_OK;
    if (showing->table != NULL)
        row_put(showing, entry);
    else
        json_put(&showing->text, entry);
    return strbuf_err(&showing->text) == ERR_OK
               ? ERR_OK
               : diag_set(diag, strbuf_err(&showing->text),
                          N_("That is more than can be shown at once. Ask for fewer entries."));
}

static Table *table_begin(const CommandContext *context) {
    Table *table = table_new(context->lang, context->is_terminal ? context->columns : 0);
    if (table == NULL)
        return NULL;
    table_column(table, N_("Entry"), TABLE_END);
    table_column(table, N_("Time"), TABLE_START);
    table_column(table, N_("What"), TABLE_START);
    table_column(table, N_("Person"), TABLE_START);
    table_column(table, N_("Unit"), TABLE_START);
    table_column(table, N_("Purpose"), TABLE_START);
    table_column(table, N_("Case"), TABLE_START);
    table_column(table, N_("Count"), TABLE_END);
    return table;
}

static Err ledger_show_run(CommandContext *context, const void *untyped, Diag *diag) {
    const LedgerShowOptions *options = untyped;
    _cleanup_(table_freep) Table *table = NULL;
    NoteVerifier log;
    LedgerReport report;
    Showing showing = {.context = context, .text = STRBUF(INSPECTION_BYTES_MAX)};
    LedgerVerifyOptions verify = {.entry = entry_show, .context = &showing};
    TRY(ledger_filter_read(&options->filter, &showing.filter, diag));
    if (options->key != NULL) {
        TRY(ledger_key_load(options->key, &log, diag));
        verify.log = &log;
    }
    if (!options->wants_json && (table = table_begin(context)) == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    showing.table = table;
    Err err = ledger_verify(context->operands[0], &verify, &report, diag);
    if (err == ERR_OK && table != NULL)
        err = table_print(table, context->out);
    else if (err == ERR_OK)
        fwrite(strbuf_text(&showing.text), 1, showing.text.len, context->out);
    strbuf_done(&showing.text);
    return err;
}

const Command ledger_show_command = {
    .name = "ledger show",
    .summary = N_("Show the entries of a ledger"),
    .operands = N_("LEDGER"),
    .operands_min = 1,
    .operands_max = 1,
    .options = LEDGER_SHOW_OPTIONS,
    .options_size = sizeof(LedgerShowOptions),
    .run = ledger_show_run,
    .description = N_("The whole ledger is verified first; nothing is shown of one that is not "
                      "whole. Persons, units and cases stand as their identifiers: an entry never "
                      "holds a name or content."),
};
