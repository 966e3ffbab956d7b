// `seventh ledger export`: entries of a ledger as one page that checks itself, for an overseer.
#include "workspace/commands.h"
#include "workspace/inspection_page.h"
#include "workspace/ledger_filter.h"
#include "workspace/ledger_keys.h"

typedef struct LedgerExportOptions {
    LedgerFilterOptions filter;
    const char *key, *earlier, *out;
    TextList witnesses;
    bool may_replace;
} LedgerExportOptions;

static const Option LEDGER_EXPORT_OPTIONS[] = {
    LEDGER_FILTER_ROWS(LedgerExportOptions, filter),
    {.name = "key",
     .letter = 'k',
     .kind = OPTION_TEXT,
     .offset = offsetof(LedgerExportOptions, key),
     .value = N_("PUBKEY"),
     .help = N_("The public key of the ledger: a file, or the key itself")},
    {.name = "witness",
     .letter = 'w',
     .kind = OPTION_TEXTS,
     .offset = offsetof(LedgerExportOptions, witnesses),
     .value = N_("PUBKEY"),
     .help = N_("The public key of a witness; may be given several times")},
    {.name = "earlier",
     .letter = 'e',
     .kind = OPTION_TEXT,
     .offset = offsetof(LedgerExportOptions, earlier),
     .value = N_("CHECKPOINT"),
     .help = N_("A checkpoint kept from before, which the ledger must continue")},
    {.name = "output",
     .letter = 'o',
     .kind = OPTION_TEXT,
     .offset = offsetof(LedgerExportOptions, out),
     .value = N_("OUT"),
     .help = N_("The page to write; the standard output unless given")},
    {.name = "force",
     .kind = OPTION_FLAG,
     .offset = offsetof(LedgerExportOptions, may_replace),
     .help = N_("Replace the output when it exists")},
    {0},
};

static bool is_wanted(void *context, const LedgerEntry *entry) {
    return ledger_filter_wants(context, entry);
}

static Err ledger_export_run(CommandContext *context, const void *untyped, Diag *diag) {
    const LedgerExportOptions *options = untyped;
    _cleanup_strbuf_ StrBuf earlier = STRBUF(NOTE_MAX), data = STRBUF(INSPECTION_BYTES_MAX),
                            page = STRBUF(INSPECTION_BYTES_MAX), line = STRBUF(1 << 16);
    LedgerWitnessKeys witnesses;
    LedgerFilter filter;
    NoteVerifier log;
    uint64_t count = 0;
    if (options->key == NULL)
        return diag_set(diag, ERR_INVALID, N_("Give the ledger's public key with --key."));
    TRY(ledger_filter_read(&options->filter, &filter, diag));
    TRY(ledger_key_load(options->key, &log, diag));
    TRY(ledger_witness_keys_load(&options->witnesses, &witnesses, diag));
    if (options->earlier != NULL)
        TRY(ledger_checkpoint_load(options->earlier, &earlier, diag));
    InspectionPlan plan = {.log = &log,
                           .witnesses = witnesses.keys,
                           .witness_count = witnesses.count,
                           .earlier = strbuf_str(&earlier),
                           .wants = is_wanted,
                           .context = &filter};
    TRY(inspection_put(&data, context->operands[0], &plan, &count, diag));
    TRY(inspection_page_put(&page, context->lang, strbuf_str(&data), diag));
    TRY(ledger_output_write(context, options->out, options->may_replace, strbuf_str(&page), diag));
    if (options->out == NULL)
        return ERR_OK;
    trn_put(&line, context->lang, NULL, "{file} holds {n} entry with its proof.",
            "{file} holds {n} entries with their proofs.", (int64_t)count,
            MSG_ARGS(msg_ident("file", str_from(options->out))));
    ledger_say(context, &line);
    return ERR_OK;
}

const Command ledger_export_command = {
    .name = "ledger export",
    .summary = N_("Write entries of a ledger as a page that checks itself"),
    .operands = N_("LEDGER"),
    .operands_min = 1,
    .operands_max = 1,
    .options = LEDGER_EXPORT_OPTIONS,
    .options_size = sizeof(LedgerExportOptions),
    .run = ledger_export_run,
    .description = N_(
        "The page is for inspectors: one file that opens in any browser, without network. It shows "
        "the entries and checks their proofs and, where the browser can, the signatures; seventh "
        "ledger verify checks the same file. The ledger is verified first."),
};
