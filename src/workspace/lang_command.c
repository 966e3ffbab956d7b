// `seventh lang status`: how far each language is translated and reviewed.
#include "language/number.h"
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

static Err lang_status_run(CommandContext *context, const void *untyped, Diag *diag) {
    const LangStatusOptions *options = untyped;
    StrBuf _cleanup_strbuf_ line = STRBUF(1 << 16);
    for (size_t i = 0; i < lang_status_count(); i++) {
        LangStatus status = lang_status(i);
        if (status.is_pseudo)
            continue;
        strbuf_clear(&line);
        if (options->wants_json)
            strbuf_printf(
                &line,
                "{\"locale\":\"%s\",\"messages\":%lld,\"translated\":%lld,\"drafted\":%lld,"
                "\"reviewed\":%lld}",
                status.tag, (long long)status.messages, (long long)status.translated,
                (long long)(status.translated - status.reviewed), (long long)status.reviewed);
        else
            tr_put(&line, context->lang, NULL,
                   "{locale}: {translated} of {messages} messages translated, {reviewed} reviewed",
                   MSG_ARGS(msg_ident("locale", str_from(status.tag)),
                            msg_int("translated", status.translated),
                            msg_int("messages", status.messages),
                            msg_int("reviewed", status.reviewed)));
        if (strbuf_err(&line) != ERR_OK)
            return diag_set(diag, strbuf_err(&line), NULL);
        fprintf(context->out, "%s\n", strbuf_text(&line));
    }
    return ERR_OK;
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
