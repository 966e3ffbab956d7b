// Writing inspection data from a published ledger.
#include "ledger/inspection.h"

#include "base/encoding.h"
#include "base/vec.h"

typedef struct Gathering {
    const InspectionPlan *plan;
    VEC(uint64_t) wanted;
    StrBuf leaves; // of those wanted, as a bundle
} Gathering;

static Err entry_gather(void *context, const LedgerEntry *entry, Str leaf, Diag *diag) {
    Gathering *gathering = context;
    if (gathering->plan->wants != NULL && !gathering->plan->wants(gathering->plan->context, entry))
        return ERR_OK;
    if (gathering->wanted.len == INSPECTION_ENTRIES_MAX)
        return diag_set(diag, ERR_LIMIT,
                        N_("An inspection file holds at most 50,000 entries. Ask for fewer."));
    if (!vec_push(&gathering->wanted, entry->index))
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    return entry_bundle_put(&gathering->leaves, leaf, diag);
}

static void gathering_done(Gathering *gathering) {
    vec_done(&gathering->wanted);
    strbuf_done(&gathering->leaves);
}

static void line_put(StrBuf *out, const char *name, Str value) {
    strbuf_put_text(out, name);
    strbuf_put_byte(out, ' ');
    base64_put(out, (const uint8_t *)value.ptr, value.len);
    strbuf_put_byte(out, '\n');
}

static void hashes_put(StrBuf *out, const MerkleProof *proof) {
    if (proof->count == 0)
        strbuf_put_byte(out, '-');
    else
        base64_put(out, proof->hashes[0].bytes, proof->count * SHA256_SIZE);
    strbuf_put_byte(out, '\n');
}

static Err key_line_put(StrBuf *out, const char *name, const NoteVerifier *key, Diag *diag) {
    _cleanup_strbuf_ StrBuf text = STRBUF(NOTE_KEY_TEXT_MAX);
    note_verifier_put(&text, key);
    if (strbuf_err(&text) != ERR_OK)
        return diag_set(diag, strbuf_err(&text), N_("There is not enough memory."));
    line_put(out, name, strbuf_str(&text));
    return ERR_OK;
}

static Err earlier_put(StrBuf *out, const InspectionPlan *plan, MerkleReader nodes, uint64_t size,
                       Diag *diag) {
    Checkpoint earlier;
    MerkleProof proof;
    TRY(checkpoint_open(plan->earlier, plan->log, &earlier, NULL, diag));
    TRY(merkle_consistency_make(nodes, earlier.size, size, &proof, diag));
    line_put(out, "earlier", plan->earlier);
    strbuf_put_text(out, "consistency ");
    hashes_put(out, &proof);
    return ERR_OK;
}

static Err entries_put(StrBuf *out, const Gathering *gathering, MerkleReader nodes, uint64_t size,
                       Diag *diag) {
    Str rest = strbuf_str(&gathering->leaves), leaf;
    for (size_t i = 0; i < gathering->wanted.len && entry_bundle_next(&rest, &leaf); i++) {
        MerkleProof proof;
        TRY(merkle_inclusion_make(nodes, gathering->wanted.items[i], size, &proof, diag));
        strbuf_put_text(out, "entry ");
        base64_put(out, (const uint8_t *)leaf.ptr, leaf.len);
        strbuf_put_byte(out, ' ');
        hashes_put(out, &proof);
    }
    strbuf_printf(out, "end %zu\n", gathering->wanted.len);
    return strbuf_err(out) == ERR_OK
               ? ERR_OK
               : diag_set(diag, strbuf_err(out), N_("There is not enough memory."));
}

Err inspection_put(StrBuf *out, const char *folder, const InspectionPlan *plan, uint64_t *ret_count,
                   Diag *diag) {
    _cleanup_(gathering_done)
        Gathering gathering = {.plan = plan, .leaves = STRBUF(INSPECTION_BYTES_MAX)};
    LedgerVerifyOptions options = {.log = plan->log,
                                   .witnesses = plan->witnesses,
                                   .witness_count = plan->witness_count,
                                   .earlier = plan->earlier,
                                   .entry = entry_gather,
                                   .context = &gathering};
    TileFolder tiles = {folder};
    _cleanup_strbuf_ StrBuf note = STRBUF(NOTE_MAX);
    _cleanup_tile_reader_ TileReader reader;
    LedgerReport report;
    Checkpoint checkpoint;
    tile_reader_begin(&reader, tile_folder_source(&tiles), 0);
    TRY(ledger_verify(folder, &options, &report, diag));
    TRY(tile_folder_checkpoint(&tiles, &note, diag));
    TRY(checkpoint_open(strbuf_str(&note), plan->log, &checkpoint, NULL, diag));
    if (checkpoint.size < report.size)
        return diag_set(diag, ERR_CONFLICT, N_("The ledger was changed while it was read."));
    reader.size = checkpoint.size;
    MerkleReader nodes = tile_reader_nodes(&reader);
    strbuf_put_text(out, "seventh/inspection/v1\n");
    TRY(key_line_put(out, "key", plan->log, diag));
    for (size_t i = 0; i < plan->witness_count; i++)
        TRY(key_line_put(out, "witness", &plan->witnesses[i], diag));
    line_put(out, "checkpoint", strbuf_str(&note));
    if (plan->earlier.len > 0)
        TRY(earlier_put(out, plan, nodes, checkpoint.size, diag));
    TRY(entries_put(out, &gathering, nodes, checkpoint.size, diag));
    if (ret_count != NULL)
        *ret_count = gathering.wanted.len;
    return ERR_OK;
}
