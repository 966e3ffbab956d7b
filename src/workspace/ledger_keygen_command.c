// `seventh ledger keygen`: a pair of keys for a ledger or for a witness.
#include "base/file.h"
#include "crypto/secret.h"
#include "workspace/commands.h"
#include "workspace/ledger_keys.h"

#include <errno.h>
#include <sys/stat.h>

typedef struct LedgerKeygenOptions {
    const char *public;
    bool is_witness;
} LedgerKeygenOptions;

static const Option LEDGER_KEYGEN_OPTIONS[] = {
    {.name = "witness",
     .letter = 'w',
     .kind = OPTION_FLAG,
     .offset = offsetof(LedgerKeygenOptions, is_witness),
     .help = N_("A key for witnessing other units' ledgers, not for a ledger of one's own")},
    {.name = "public",
     .letter = 'p',
     .kind = OPTION_TEXT,
     .offset = offsetof(LedgerKeygenOptions, public),
     .value = N_("PUBKEY"),
     .help = N_("The file for the public key; SECKEY.pub unless given")},
    {0},
};

// A lost ledger key cannot be had again: nothing is ever replaced.
static Err absent_check(const char *path, Diag *diag) {
    struct stat status;
    if (lstat(path, &status) != 0)
        return errno == ENOENT ? ERR_OK : diag_errno(diag, errno, path);
    diag_set(diag, ERR_EXISTS, N_("{file} exists already. Choose another name."));
    diag_file(diag, str_from(path));
    return ERR_EXISTS;
}

static Err ledger_keygen_run(CommandContext *context, const void *untyped, Diag *diag) {
    const LedgerKeygenOptions *options = untyped;
    _cleanup_note_signer_ NoteSigner signer = {0};
    _cleanup_secret_strbuf_ StrBuf secret = STRBUF(NOTE_KEY_TEXT_MAX);
    _cleanup_strbuf_ StrBuf public = STRBUF(NOTE_KEY_TEXT_MAX), line = STRBUF(1 << 16),
                            beside = STRBUF(1 << 16);
    const char *secret_path = context->operands[1];
    strbuf_put_text(&beside, secret_path);
    strbuf_put_text(&beside, ".pub");
    const char *public_path = options->public != NULL ? options->public : strbuf_text(&beside);
    TRY(absent_check(secret_path, diag));
    TRY(absent_check(public_path, diag));
    TRY(note_keygen(str_from(context->operands[0]),
                    options->is_witness ? NOTE_KEY_COSIGNATURE : NOTE_KEY_SIGNATURE, &signer,
                    diag));
    if (strbuf_reserve(&secret, NOTE_KEY_TEXT_MAX) == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    note_signer_put(&secret, &signer);
    strbuf_put_byte(&secret, '\n');
    note_verifier_put(&public, &signer.verifier);
    strbuf_put_byte(&public, '\n');
    if (strbuf_err(&secret) != ERR_OK || strbuf_err(&public) != ERR_OK)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    TRY(file_replace(secret_path, strbuf_str(&secret), true, diag));
    TRY(file_replace(public_path, strbuf_str(&public), false, diag));
    tr_put(&line, context->lang, NULL,
           "The secret key is in {secret}: keep it to yourself. The public key is in {public}: "
           "give it to whoever is to check what was signed.",
           MSG_ARGS(msg_ident("secret", str_from(secret_path)),
                    msg_ident("public", str_from(public_path))));
    ledger_say(context, &line);
    return ERR_OK;
}

const Command ledger_keygen_command = {
    .name = "ledger keygen",
    .summary = N_("Make a pair of keys for a ledger or a witness"),
    .operands = N_("NAME SECKEY"),
    .operands_min = 2,
    .operands_max = 2,
    .options = LEDGER_KEYGEN_OPTIONS,
    .options_size = sizeof(LedgerKeygenOptions),
    .run = ledger_keygen_run,
    .description = N_(
        "The name stands beside every signature and is best written like an address that belongs "
        "to the unit, such as unit.example/ledger. The keys are those of signed notes "
        "(c2sp.org/signed-note). A node makes its own key when it is set up; inspectors and "
        "partner "
        "units make theirs with --witness."),
};
