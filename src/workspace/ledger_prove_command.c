// `seventh ledger prove`: proof files that an entry is in a ledger, or that it continues an earlier
// size (what a witness is asked to sign).
#include "ledger/tile_folder.h"
#include "ledger/tlog_proof.h"
#include "workspace/commands.h"
#include "workspace/ledger_keys.h"

typedef struct LedgerProveOptions {
    int64_t entry, since;
    const char *out;
    bool may_replace;
} LedgerProveOptions;

static const Option LEDGER_PROVE_OPTIONS[] = {
    {.name = "entry",
     .letter = 'n',
     .kind = OPTION_NUMBER,
     .offset = offsetof(LedgerProveOptions, entry),
     .value = N_("INDEX"),
     .help = N_("Prove that this entry is in the ledger, counted from 0"),
     .min = 0,
     .max = INT64_C(1) << 48},
    {.name = "since",
     .kind = OPTION_NUMBER,
     .offset = offsetof(LedgerProveOptions, since),
     .value = N_("SIZE"),
     .help = N_("Prove that the ledger continues the one of so many entries"),
     .min = 0,
     .max = INT64_C(1) << 48},
    {.name = "output",
     .letter = 'o',
     .kind = OPTION_TEXT,
     .offset = offsetof(LedgerProveOptions, out),
     .value = N_("OUT"),
     .help = N_("The file to write; the standard output unless given")},
    {.name = "force",
     .kind = OPTION_FLAG,
     .offset = offsetof(LedgerProveOptions, may_replace),
     .help = N_("Replace the output when it exists")},
    {0},
};

static void ledger_prove_preset(void *untyped) {
    *(LedgerProveOptions *)untyped = (LedgerProveOptions){.entry = -1, .since = -1};
}

typedef struct Published {
    TileFolder tiles;
    StrBuf note;
    Checkpoint checkpoint;
    TileReader reader;
} Published;

static void published_done(Published *published) {
    strbuf_done(&published->note);
    tile_reader_done(&published->reader);
}

static Err published_read(Published *published, Diag *diag) {
    TRY(tile_folder_checkpoint(&published->tiles, &published->note, diag));
    TRY(checkpoint_open(strbuf_str(&published->note), NULL, &published->checkpoint, NULL, diag));
    published->reader.size = published->checkpoint.size;
    return ERR_OK;
}

static Err proof_unfit(Diag *diag) {
    return diag_set(diag, ERR_CORRUPT,
                    N_("The tiles do not fit the checkpoint. Check the ledger with: seventh ledger "
                       "verify"));
}

static Err entry_prove(Published *published, uint64_t index, StrBuf *out, Diag *diag) {
    _cleanup_strbuf_ StrBuf bundle = STRBUF(FOREIGN_BUNDLE_BYTES_MAX);
    const Checkpoint *checkpoint = &published->checkpoint;
    TileSource source = tile_folder_source(&published->tiles);
    MerkleProof proof;
    MerkleHash hash;
    Str leaf;
    TRY(merkle_inclusion_make(tile_reader_nodes(&published->reader), index, checkpoint->size,
                              &proof, diag));
    TileName name = {.level = TILE_ENTRIES, .index = index / TILE_WIDTH};
    name.width = tile_width(TILE_ENTRIES, name.index, checkpoint->size);
    TRY(source.read(source.context, &name, &bundle, diag));
    if (!entry_bundle_at(strbuf_str(&bundle), index % TILE_WIDTH, &leaf))
        return proof_unfit(diag);
    merkle_leaf(leaf, &hash);
    if (!merkle_inclusion_fits(&hash, index, checkpoint->size, &proof, &checkpoint->root))
        return proof_unfit(diag);
    return tlog_proof_put(out, leaf, index, &proof, strbuf_str(&published->note), diag);
}

static Err since_prove(Published *published, uint64_t old_size, StrBuf *out, Diag *diag) {
    MerkleProof proof;
    TRY(merkle_consistency_make(tile_reader_nodes(&published->reader), old_size,
                                published->checkpoint.size, &proof, diag));
    return witness_request_put(out, old_size, &proof, strbuf_str(&published->note), diag);
}

static Err ledger_prove_run(CommandContext *context, const void *untyped, Diag *diag) {
    const LedgerProveOptions *options = untyped;
    _cleanup_(published_done)
        Published published = {.tiles = {context->operands[0]}, .note = STRBUF(NOTE_MAX)};
    _cleanup_strbuf_ StrBuf out = STRBUF(TLOG_PROOF_MAX + (1 << 20));
    if ((options->entry < 0) == (options->since < 0))
        return diag_set(diag, ERR_INVALID,
                        N_("Say what to prove: give either --entry or --since."));
    tile_reader_begin(&published.reader, tile_folder_source(&published.tiles), 0);
    TRY(published_read(&published, diag));
    if (options->entry >= 0)
        TRY(entry_prove(&published, (uint64_t)options->entry, &out, diag));
    else
        TRY(since_prove(&published, (uint64_t)options->since, &out, diag));
    return ledger_output_write(context, options->out, options->may_replace, strbuf_str(&out), diag);
}

const Command ledger_prove_command = {
    .name = "ledger prove",
    .summary = N_("Write a proof that an entry is in a ledger, or that the ledger only grew"),
    .operands = N_("LEDGER"),
    .operands_min = 1,
    .operands_max = 1,
    .options = LEDGER_PROVE_OPTIONS,
    .options_size = sizeof(LedgerProveOptions),
    .preset = ledger_prove_preset,
    .run = ledger_prove_run,
    .description = N_(
        "With --entry the proof holds the entry, its place in the tree and the signed checkpoint "
        "(c2sp.org/tlog-proof); seventh ledger verify checks it anywhere. With --since the output "
        "is what a witness is asked to sign (c2sp.org/tlog-witness); seventh ledger witness takes "
        "it, so that it can be carried on a disk."),
};
