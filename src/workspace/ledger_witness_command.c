// `seventh ledger witness`: signs that another unit's ledger only grew since it was last seen.
#include <sys/stat.h>

#include "base/file.h"
#include "ledger/publisher.h"
#include "ledger/witness.h"
#include "workspace/commands.h"
#include "workspace/ledger_keys.h"
#include "workspace/source_date.h"

typedef struct LedgerWitnessOptions {
    const char *secret, *state, *out;
    TextList keys;
    bool may_attach, may_replace;
} LedgerWitnessOptions;

static const Option LEDGER_WITNESS_OPTIONS[] = {
    {.name = "secret",
     .letter = 's',
     .kind = OPTION_TEXT,
     .offset = offsetof(LedgerWitnessOptions, secret),
     .value = N_("SECKEY"),
     .help = N_("The witness's secret key; witness.key unless given")},
    {.name = "key",
     .letter = 'k',
     .kind = OPTION_TEXTS,
     .offset = offsetof(LedgerWitnessOptions, keys),
     .value = N_("PUBKEY"),
     .help = N_("The public key of a ledger that is witnessed; may be given several times")},
    {.name = "state",
     .kind = OPTION_TEXT,
     .offset = offsetof(LedgerWitnessOptions, state),
     .value = N_("FOLDER"),
     .help = N_("Where the witness keeps what it signed last; witness-state unless given")},
    {.name = "attach",
     .letter = 'a',
     .kind = OPTION_FLAG,
     .offset = offsetof(LedgerWitnessOptions, may_attach),
     .help = N_("Add the signature to the checkpoint in the ledger's folder")},
    {.name = "output",
     .letter = 'o',
     .kind = OPTION_TEXT,
     .offset = offsetof(LedgerWitnessOptions, out),
     .value = N_("OUT"),
     .help = N_("The file to write; the standard output unless given")},
    {.name = "force",
     .kind = OPTION_FLAG,
     .offset = offsetof(LedgerWitnessOptions, may_replace),
     .help = N_("Replace the output when it exists")},
    {0},
};

static void ledger_witness_preset(void *untyped) {
    *(LedgerWitnessOptions *)untyped =
        (LedgerWitnessOptions){.secret = "witness.key", .state = "witness-state"};
}

// What the ledger's node would have asked, made from its published folder.
static Err request_make(const Witness *witness, const char *folder, StrBuf *out, Diag *diag) {
    TileFolder tiles = {folder};
    _cleanup_strbuf_ StrBuf note = STRBUF(NOTE_MAX);
    _cleanup_tile_reader_ TileReader reader;
    Checkpoint checkpoint;
    MerkleProof proof = {0};
    uint64_t last;
    tile_reader_begin(&reader, tile_folder_source(&tiles), 0);
    TRY(tile_folder_checkpoint(&tiles, &note, diag));
    TRY(checkpoint_open(strbuf_str(&note), NULL, &checkpoint, NULL, diag));
    TRY(witness_last_size(witness, checkpoint.origin, &last, diag));
    reader.size = checkpoint.size;
    if (last <= checkpoint.size)
        TRY(merkle_consistency_make(tile_reader_nodes(&reader), last, checkpoint.size, &proof,
                                    diag));
    return witness_request_put(out, last, &proof, strbuf_str(&note), diag);
}

static Err ledger_witness_run(CommandContext *context, const void *untyped, Diag *diag) {
    const LedgerWitnessOptions *options = untyped;
    const char *path = context->operands[0];
    _cleanup_note_signer_ NoteSigner signer = {0};
    _cleanup_strbuf_ StrBuf body = STRBUF(WITNESS_REQUEST_MAX), line = STRBUF(NOTE_MAX);
    LedgerWitnessKeys logs;
    WitnessRequest request;
    struct stat status;
    uint64_t last;
    int64_t now_ms;
    if (options->keys.len == 0)
        return diag_set(diag, ERR_INVALID,
                        N_("Give the public key of the ledger with --key: a witness signs only for "
                           "ledgers that it knows."));
    TRY(ledger_witness_keys_load(&options->keys, &logs, diag));
    TRY(ledger_secret_load(options->secret, &signer, diag));
    TRY(source_date_ms(&now_ms, diag));
    Witness witness = {.folder = options->state, .signer = &signer};
    bool is_folder = stat(path, &status) == 0 && S_ISDIR(status.st_mode);
    if (is_folder)
        TRY(request_make(&witness, path, &body, diag));
    else
        TRY(file_read_all(path, &body, diag));
    TRY(witness_request_parse(strbuf_str(&body), &request, diag));
    TRY(witness_sign(&witness, logs.keys, logs.count, &request, (uint64_t)(now_ms / 1000), &line,
                     &last, diag));
    if (options->may_attach && is_folder) {
        TileFolder tiles = {path};
        TRY(ledger_checkpoint_cosign(&tiles, &signer.verifier, 1, strbuf_str(&line), diag));
        if (options->out == NULL)
            return ERR_OK;
    }
    return ledger_output_write(context, options->out, options->may_replace, strbuf_str(&line),
                               diag);
}

const Command ledger_witness_command = {
    .name = "ledger witness",
    .summary = N_("Sign, as a witness, that another unit's ledger only grew"),
    .operands = N_("LEDGER"),
    .operands_min = 1,
    .operands_max = 1,
    .options = LEDGER_WITNESS_OPTIONS,
    .options_size = sizeof(LedgerWitnessOptions),
    .preset = ledger_witness_preset,
    .run = ledger_witness_run,
    .description = N_(
        "The operand is the folder of a published ledger, or a file made by seventh ledger prove "
        "--since. The witness signs when the ledger continues what it signed last, and remembers "
        "that; it refuses a ledger that went back or shows another history. The output is a line "
        "that the ledger's unit adds to its checkpoint (c2sp.org/tlog-cosignature)."),
};
