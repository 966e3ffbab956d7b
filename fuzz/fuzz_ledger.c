// Any bytes as what a ledger is made of: checkpoints, tile paths, bundles, entries, proofs,
// requests to witnesses.
#include "ledger/entry.h"
#include "ledger/tile.h"
#include "ledger/tlog_proof.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// What is read must be what would be written.
static void same_or_trap(const StrBuf *written, Str text) {
    if (written->failed == ERR_OK && !str_equal(strbuf_str(written), text))
        __builtin_trap();
}

static void entry_try(Str leaf) {
    LedgerEntry entry;
    if (ledger_entry_parse(leaf, &entry, NULL) != ERR_OK ||
        ledger_entry_check(&entry, NULL) != ERR_OK)
        return;
    StrBuf again = STRBUF(LEAF_MAX);
    if (ledger_entry_put(&again, &entry, NULL) == ERR_OK)
        same_or_trap(&again, leaf);
    strbuf_done(&again);
}

static void texts_try(Str text) {
    Checkpoint checkpoint;
    TlogProof proof;
    WitnessRequest request;
    StrBuf again = STRBUF(1 << 20);
    if (checkpoint_parse(text, &checkpoint, NULL) == ERR_OK && checkpoint.extensions.len == 0 &&
        checkpoint_put(&again, checkpoint.origin, checkpoint.size, &checkpoint.root, NULL) ==
            ERR_OK)
        same_or_trap(&again, text);
    strbuf_clear(&again);
    if (checkpoint_open(text, NULL, &checkpoint, NULL, NULL) == ERR_OK &&
        checkpoint.origin.len == 0)
        __builtin_trap();
    if (witness_request_parse(text, &request, NULL) == ERR_OK &&
        witness_request_put(&again, request.old_size, &request.proof, request.checkpoint, NULL) ==
            ERR_OK)
        same_or_trap(&again, text);
    strbuf_clear(&again);
    if (tlog_proof_parse(text, &proof, NULL) == ERR_OK && proof.extra.len == 0 &&
        tlog_proof_put(&again, proof.extra, proof.index, &proof.proof, proof.checkpoint, NULL) ==
            ERR_OK &&
        !str_has_prefix(text, STR("c2sp.org/tlog-proof@v1\nextra ")))
        same_or_trap(&again, text);
    strbuf_done(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Str text = str_of(data, size), rest = text, entry;
    TileName name;
    if (tile_path_parse(text, &name)) {
        StrBuf again = STRBUF(TILE_PATH_MAX);
        tile_path_put(&again, &name);
        same_or_trap(&again, text);
        strbuf_done(&again);
    }
    while (entry_bundle_next(&rest, &entry))
        entry_try(entry);
    entry_try(text);
    texts_try(text);
    return 0;
}
