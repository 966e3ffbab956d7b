// `seventh lang status`: how far each language is translated and reviewed.
#include "cli/table.h"
#include "workspace/commands.h"

typedef struct LangStatusOptions {
    bool wants_json;
} LangStatusOptions;

static const Option LANG_STATUS_OPTIONS[] = {
    {.name = "json",
     .kind = OPTION_FLAG,
     .offset = offsetof(LangStatusOptions, wants_json),
     .help = N_("Write one JSON object a line")},
    {0},
};

static void print_json(FILE *out, const LangStatus *status) {
    fprintf(out,
            "{\"locale\":\"%s\",\"messages\":%lld,\"translated\":%lld,\"drafted\":%lld,"
            "\"reviewed\":%lld}\n",
            status->tag, (long long)status->messages, (long long)status->translated,
            (long long)(status->translated - status->reviewed), (long long)status->reviewed);
}

static Err lang_status_run(CommandContext *context, const void *untyped, Diag *diag) {
    const LangStatusOptions *options = untyped;
    Table _cleanup_(table_freep) *table =
        table_new(context->lang, context->is_terminal ? context->columns : 0);
    if (table == NULL)
        return diag_set(diag, ERR_NOMEM, NULL);
    table_column(table, N_("Language"), TABLE_START);
    table_column(table, N_("Messages"), TABLE_END);
    table_column(table, N_("Translated"), TABLE_END);
    table_column(table, N_("Share"), TABLE_END);
    table_column(table, N_("Reviewed"), TABLE_END);
    for (size_t i = 0; i < lang_status_count(); i++) {
        LangStatus status = lang_status(i);
        if (status.is_pseudo)
            continue;
        if (options->wants_json) {
            print_json(context->out, &status);
            continue;
        }
        table_cell_ident(table, str_from(status.tag));
        table_cell_int(table, status.messages);
        table_cell_int(table, status.translated);
        table_cell_percent(table, (double)status.translated / (double)status.messages);
        table_cell_int(table, status.reviewed);
    }
    Err err = options->wants_json ? ERR_OK : table_print(table, context->out);
    return err == ERR_OK ? ERR_OK : diag_set(diag, err, NULL);
}

const Command lang_status_command = {
    .name = "lang status",
    .summary = N_("Show how far each language is translated and reviewed"),
    .options = LANG_STATUS_OPTIONS,
    .options_size = sizeof(LangStatusOptions),
    .run = lang_status_run,
    .description = N_("A message is drafted until a native reader has reviewed it. Messages that a "
                      "language lacks are shown in English."),
};
