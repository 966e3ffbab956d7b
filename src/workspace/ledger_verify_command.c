// `seventh ledger verify`: whether a published ledger, an inspection file or a proof is whole, and
// whose signatures it bears.
#include <sys/stat.h>

#include "base/clock.h"
#include "base/encoding.h"
#include "base/file.h"
#include "ledger/inspection.h"
#include "workspace/commands.h"
#include "workspace/ledger_keys.h"

typedef struct LedgerVerifyCommandOptions {
    const char *key, *earlier;
    TextList witnesses;
} LedgerVerifyCommandOptions;

static const Option LEDGER_VERIFY_OPTIONS[] = {
    {.name = "key",
     .letter = 'k',
     .kind = OPTION_TEXT,
     .offset = offsetof(LedgerVerifyCommandOptions, key),
     .value = N_("PUBKEY"),
     .help = N_("The public key of the ledger: a file, or the key itself")},
    {.name = "witness",
     .letter = 'w',
     .kind = OPTION_TEXTS,
     .offset = offsetof(LedgerVerifyCommandOptions, witnesses),
     .value = N_("PUBKEY"),
     .help = N_("The public key of a witness; may be given several times")},
    {.name = "earlier",
     .letter = 'e',
     .kind = OPTION_TEXT,
     .offset = offsetof(LedgerVerifyCommandOptions, earlier),
     .value = N_("CHECKPOINT"),
     .help = N_("A checkpoint kept from before, which the ledger must continue")},
    {0},
};

typedef struct Check {
    const CommandContext *context;
    const NoteVerifier *log; // NULL: not given
    LedgerWitnessKeys witnesses;
    Str earlier;
} Check;

static void say_signed(const Check *check, Str origin, bool is_checked) {
    _cleanup_strbuf_ StrBuf line = STRBUF(1 << 16);
    MsgArgs args = MSG_ARGS(msg_ident("name", origin));
    if (is_checked)
        tr_put(&line, check->context->lang, NULL, "It is signed by {name}.", args);
    else
        tr_put(&line, check->context->lang, NULL,
               "The signature of {name} was not checked: give the ledger's public key with --key.",
               args);
    ledger_say(check->context, &line);
}

static void say_witness(const Check *check, const NoteVerifier *witness,
                        const LedgerWitnessed *witnessed) {
    _cleanup_strbuf_ StrBuf line = STRBUF(1 << 16), time = STRBUF(64);
    MsgArg name = msg_ident("name", str_from(witness->name));
    if (witnessed->is_there && witness->kind == NOTE_KEY_COSIGNATURE) {
        timestamp_put(&time, (int64_t)witnessed->seconds * 1000);
        tr_put(&line, check->context->lang, NULL, "{name} witnessed it at {time}.",
               MSG_ARGS(name, msg_ident("time", strbuf_str(&time))));
    } else if (witnessed->is_there) {
        tr_put(&line, check->context->lang, NULL, "{name} signed it as well.", MSG_ARGS(name));
    } else {
        tr_put(&line, check->context->lang, NULL, "{name} has not witnessed this state of it.",
               MSG_ARGS(name));
    }
    ledger_say(check->context, &line);
}

static Err folder_verify(const Check *check, const char *path, Diag *diag) {
    _cleanup_strbuf_ StrBuf line = STRBUF(1 << 16);
    LedgerVerifyOptions options = {.log = check->log,
                                   .witnesses = check->witnesses.keys,
                                   .witness_count = check->witnesses.count,
                                   .earlier = check->earlier};
    LedgerReport report;
    TRY(ledger_verify(path, &options, &report, diag));
    trn_put(&line, check->context->lang, NULL, "{file} is whole: {n} entry.",
            "{file} is whole: {n} entries.", (int64_t)report.size,
            MSG_ARGS(msg_ident("file", str_from(path))));
    ledger_say(check->context, &line);
    if (report.is_exercise) {
        strbuf_clear(&line);
        strbuf_put(&line, tr(check->context->lang, NULL, "It is the ledger of an exercise."));
        ledger_say(check->context, &line);
    }
    say_signed(check, str_from(report.origin), report.is_signed);
    for (size_t i = 0; i < check->witnesses.count; i++)
        say_witness(check, &check->witnesses.keys[i], &report.witnessed[i]);
    return ERR_OK;
}

static Err page_verify(const Check *check, const char *path, Str page, Diag *diag) {
    _cleanup_strbuf_ StrBuf line = STRBUF(1 << 16);
    Inspection inspection;
    Str data;
    TRY(inspection_find(page, &data, diag));
    TRY(inspection_verify(data, check->log, NULL, NULL, &inspection, diag));
    trn_put(&line, check->context->lang, NULL,
            "{file} is whole: {n} entry, proven to be of a ledger of {size}.",
            "{file} is whole: {n} entries, proven to be of a ledger of {size}.",
            (int64_t)inspection.entries,
            MSG_ARGS(msg_ident("file", str_from(path)), msg_int("size", (int64_t)inspection.size)));
    ledger_say(check->context, &line);
    say_signed(check, str_from(inspection.origin), check->log != NULL);
    for (size_t i = 0; i < inspection.witness_count; i++)
        say_witness(check, &inspection.witnesses[i], &inspection.witnessed[i]);
    return ERR_OK;
}

static Err proof_verify(const Check *check, const char *path, Str text, Diag *diag) {
    _cleanup_strbuf_ StrBuf line = STRBUF(1 << 16);
    uint8_t leaf[65536];
    size_t n;
    TlogProof proof;
    Checkpoint checkpoint;
    MerkleHash hash;
    TRY(tlog_proof_parse(text, &proof, diag));
    TRY(checkpoint_open(proof.checkpoint, check->log, &checkpoint, NULL, diag));
    if (proof.extra.len == 0 || !base64_decode(proof.extra, leaf, sizeof leaf, &n))
        return diag_set(diag, ERR_SYNTAX, N_("{file} does not bring the entry that it proves."));
    merkle_leaf(str_of(leaf, n), &hash);
    if (!merkle_inclusion_fits(&hash, proof.index, checkpoint.size, &proof.proof,
                               &checkpoint.root)) {
        diag_set(diag, ERR_CORRUPT,
                 N_("Entry {index} is not one of the ledger's: its proof does not fit."));
        diag_arg_int(diag, "index", (int64_t)proof.index);
        return ERR_CORRUPT;
    }
    tr_put(&line, check->context->lang, NULL,
           "{file} proves entry {index} of a ledger of {size} entries.",
           MSG_ARGS(msg_ident("file", str_from(path)), msg_int("index", (int64_t)proof.index),
                    msg_int("size", (int64_t)checkpoint.size)));
    ledger_say(check->context, &line);
    say_signed(check, checkpoint.origin, check->log != NULL);
    return ERR_OK;
}

static Err verify(const Check *check, const char *path, Diag *diag) {
    _cleanup_strbuf_ StrBuf file = STRBUF(INSPECTION_BYTES_MAX);
    struct stat status;
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
        return folder_verify(check, path, diag);
    TRY(file_read_all(path, &file, diag));
    Err err = str_has_prefix(strbuf_str(&file), STR("c2sp.org/tlog-proof@v1\n"))
                  ? proof_verify(check, path, strbuf_str(&file), diag)
                  : page_verify(check, path, strbuf_str(&file), diag);
    if (err != ERR_OK)
        diag_file(diag, str_from(path));
    return err;
}

static Err ledger_verify_run(CommandContext *context, const void *untyped, Diag *diag) {
    const LedgerVerifyCommandOptions *options = untyped;
    _cleanup_strbuf_ StrBuf earlier = STRBUF(NOTE_MAX);
    NoteVerifier log;
    Check check = {.context = context};
    if (options->key != NULL) {
        TRY(ledger_key_load(options->key, &log, diag));
        check.log = &log;
    }
    TRY(ledger_witness_keys_load(&options->witnesses, &check.witnesses, diag));
    if (options->earlier != NULL)
        TRY(ledger_checkpoint_load(options->earlier, &earlier, diag));
    check.earlier = strbuf_str(&earlier);
    for (int i = 0; i < context->operand_count; i++)
        TRY(verify(&check, context->operands[i], diag));
    return ERR_OK;
}

const Command ledger_verify_command = {
    .name = "ledger verify",
    .summary = N_("Check that a ledger is whole, and its signatures"),
    .operands = N_("LEDGER…"),
    .operands_min = 1,
    .operands_max = -1,
    .options = LEDGER_VERIFY_OPTIONS,
    .options_size = sizeof(LedgerVerifyCommandOptions),
    .run = ledger_verify_run,
    .description =
        N_("For the folder of a published ledger everything is computed anew from its entries and "
           "compared with every file; the first fault is told with its place. With --earlier the "
           "ledger must also continue a checkpoint that was kept from before: a ledger that went "
           "back, or shows another history, is found out. Inspection files (ledger export) and "
           "proofs (ledger prove) are checked as well."),
};
