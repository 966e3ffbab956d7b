// Recomputing a published ledger.
#include "ledger/verify.h"

#include "base/utf8.h"

typedef struct Verifier {
    TileFolder folder;
    TileSource source;
    const LedgerVerifyOptions *options;
    LedgerReport report;
    TileBuilder builder;
    Str computed; // of the tile or bundle whose partial files are compared now
} Verifier;

static void name_file(const Verifier *verifier, const TileName *name, Diag *diag) {
    _cleanup_strbuf_ StrBuf path = STRBUF(LEDGER_PATH_MAX);
    strbuf_put_text(&path, verifier->folder.path);
    strbuf_put_byte(&path, '/');
    tile_path_put(&path, name);
    diag_file(diag, strbuf_str(&path));
}

static Err name_file_of(Err err, const Verifier *verifier, const TileName *name, Diag *diag) {
    if (err != ERR_OK && diag != NULL && diag->file[0] == '\0')
        name_file(verifier, name, diag);
    return err;
}

static Err content_fault(const Verifier *verifier, const TileName *name, uint64_t index,
                         size_t offset, Diag *diag) {
    diag_set(diag, ERR_CORRUPT,
             name->level == TILE_ENTRIES
                 ? N_("The entries in {file} are not those in its other files, from byte {offset}.")
             : name->level == 0
                 ? N_("Entry {index} does not fit its hash in {file} at byte {offset}.")
                 : N_("The hash in {file} at byte {offset} is not that of the entries from {index} "
                      "on."));
    diag_arg_int(diag, "index", (int64_t)index);
    diag_place(diag, (int64_t)offset, -1);
    name_file(verifier, name, diag);
    return ERR_CORRUPT;
}

// The first `width` hashes of the computed tile against what stands in the file of this name.
static Err tile_compare(void *context, const TileName *name, Diag *diag) {
    const Verifier *verifier = context;
    _cleanup_strbuf_ StrBuf there = STRBUF(FOREIGN_BUNDLE_BYTES_MAX);
    Str computed = verifier->computed;
    TRY(name_file_of(verifier->source.read(verifier->source.context, name, &there, diag), verifier,
                     name, diag));
    size_t n = there.len < computed.len ? there.len : computed.len;
    for (size_t i = 0; i < n; i++) {
        if (there.ptr[i] == computed.ptr[i])
            continue;
        size_t at = i / SHA256_SIZE;
        uint64_t covers = name->level <= 0 ? 1 : UINT64_C(1) << (8 * name->level);
        size_t offset = name->level == TILE_ENTRIES ? i : at * SHA256_SIZE;
        return content_fault(verifier, name, (name->index * TILE_WIDTH + at) * covers, offset,
                             diag);
    }
    if (there.len > computed.len)
        return content_fault(verifier, name, name->index * TILE_WIDTH, computed.len, diag);
    return ERR_OK;
}

// A finished tile against its file, and against all partial ones that stand beside it.
static Err tile_check(void *context, const TileName *name, Str hashes, Diag *diag) {
    Verifier *verifier = context;
    verifier->computed = hashes;
    TRY(tile_compare(verifier, name, diag));
    return tile_folder_each_partial(&verifier->folder, name->level, name->index, tile_compare,
                                    verifier, diag);
}

static Err entry_check(Verifier *verifier, Str leaf, uint64_t index, Diag *diag) {
    LedgerEntry entry;
    if (verifier->options->is_foreign)
        return ERR_OK;
    TRY(ledger_entry_parse(leaf, &entry, diag));
    if (entry.index != index)
        return diag_set(diag, ERR_CORRUPT,
                        N_("Entry {index} in {file} at byte {offset} says it has another number."));
    if (index == 0)
        verifier->report.first_ms = entry.utc_ms;
    verifier->report.last_ms = entry.utc_ms;
    LedgerKind kind;
    if (index == 0 && ledger_kind_find(str_from(entry.kind), &kind))
        verifier->report.is_exercise = kind == LEDGER_EXERCISE_OPENED;
    if (verifier->options->entry != NULL)
        return verifier->options->entry(verifier->options->context, &entry, leaf, diag);
    return ERR_OK;
}

static Err bundle_check(Verifier *verifier, uint64_t index, unsigned width, Diag *diag) {
    TileName name = {.level = TILE_ENTRIES, .index = index, .width = width};
    _cleanup_strbuf_ StrBuf bundle = STRBUF(FOREIGN_BUNDLE_BYTES_MAX);
    TRY(name_file_of(verifier->source.read(verifier->source.context, &name, &bundle, diag),
                     verifier, &name, diag));
    Str rest = strbuf_str(&bundle), leaf;
    for (uint64_t at = index * TILE_WIDTH; entry_bundle_next(&rest, &leaf); at++) {
        MerkleHash hash;
        merkle_leaf(leaf, &hash);
        Err err = entry_check(verifier, leaf, at, diag);
        if (err == ERR_OK)
            err = tile_builder_add(&verifier->builder, &hash, diag);
        if (err != ERR_OK && diag != NULL && diag->file[0] == '\0') {
            diag_arg_int(diag, "index", (int64_t)at);
            diag_place(diag, leaf.ptr - 2 - bundle.ptr, -1);
            name_file(verifier, &name, diag);
        }
        TRY(err);
    }
    // Older partial bundles must be the beginning of this one; they are cut where theirs ends.
    verifier->computed = strbuf_str(&bundle);
    return tile_folder_each_partial(&verifier->folder, TILE_ENTRIES, index, tile_compare, verifier,
                                    diag);
}

static void name_checkpoint(const Verifier *verifier, Diag *diag) {
    char path[LEDGER_PATH_MAX];
    if (diag != NULL &&
        tile_folder_path(&verifier->folder, STR("checkpoint"), path, NULL) == ERR_OK)
        diag_file(diag, str_from(path));
}

static Err witnesses_check(Verifier *verifier, const Note *note, Diag *diag) {
    const LedgerVerifyOptions *options = verifier->options;
    for (size_t i = 0; i < options->witness_count && i < LEDGER_WITNESSES_MAX; i++) {
        LedgerWitnessed *witnessed = &verifier->report.witnessed[i];
        Err err = note_verify(note, &options->witnesses[i], &witnessed->seconds, diag);
        if (err != ERR_OK && err != ERR_NOT_FOUND)
            return err;
        witnessed->is_there = err == ERR_OK;
    }
    return ERR_OK;
}

// The log's history since the earlier checkpoint, by the tiles (which fit the root by now).
static Err earlier_check(Verifier *verifier, const Checkpoint *checkpoint, Diag *diag) {
    const LedgerVerifyOptions *options = verifier->options;
    _cleanup_tile_reader_ TileReader reader;
    Checkpoint earlier;
    MerkleProof proof = {0};
    tile_reader_begin(&reader, verifier->source, checkpoint->size);
    TRY(checkpoint_open(options->earlier, options->log, &earlier, NULL, diag));
    if (earlier.size <= checkpoint->size)
        TRY(merkle_consistency_make(tile_reader_nodes(&reader), earlier.size, checkpoint->size,
                                    &proof, diag));
    return checkpoint_continues(&earlier, checkpoint, &proof, diag);
}

static Err entries_check(Verifier *verifier, const Checkpoint *checkpoint, Diag *diag) {
    MerkleHash root;
    for (uint64_t done = 0; done < checkpoint->size; done += TILE_WIDTH)
        TRY(bundle_check(verifier, done / TILE_WIDTH,
                         tile_width(TILE_ENTRIES, done / TILE_WIDTH, checkpoint->size), diag));
    TRY(tile_builder_flush(&verifier->builder, diag));
    merkle_tree_root(&verifier->builder.tree, &root);
    if (!merkle_equal(&root, &checkpoint->root)) {
        diag_set(diag, ERR_CORRUPT,
                 N_("The checkpoint {file} is not that of the entries beside it."));
        name_checkpoint(verifier, diag);
        return ERR_CORRUPT;
    }
    return ERR_OK;
}

static Err verify(Verifier *verifier, Diag *diag) {
    _cleanup_strbuf_ StrBuf text = STRBUF(NOTE_MAX);
    Checkpoint checkpoint;
    Note note;
    TRY(tile_folder_checkpoint(&verifier->folder, &text, diag));
    Err err = checkpoint_open(strbuf_str(&text), verifier->options->log, &checkpoint, &note, diag);
    if (err == ERR_OK)
        err = witnesses_check(verifier, &note, diag);
    if (err == ERR_OK && verifier->options->log != NULL && !verifier->options->is_foreign &&
        !str_is(checkpoint.origin, verifier->options->log->name))
        err = diag_set(diag, ERR_SIGNATURE,
                       N_("The checkpoint {file} is of another ledger than its key."));
    if (err != ERR_OK) {
        name_checkpoint(verifier, diag);
        return err;
    }
    LedgerReport *report = &verifier->report;
    report->size = checkpoint.size;
    report->root = checkpoint.root;
    report->is_signed = verifier->options->log != NULL;
    size_t n = utf8_cut(checkpoint.origin, NOTE_NAME_MAX);
    memcpy(report->origin, checkpoint.origin.ptr, n);
    TRY(entries_check(verifier, &checkpoint, diag));
    return verifier->options->earlier.len == 0 ? ERR_OK
                                               : earlier_check(verifier, &checkpoint, diag);
}

Err ledger_verify(const char *folder, const LedgerVerifyOptions *options, LedgerReport *ret,
                  Diag *diag) {
    Verifier *verifier = calloc(1, sizeof *verifier);
    if (verifier == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    verifier->folder.path = folder;
    verifier->source = tile_folder_source(&verifier->folder);
    verifier->options = options;
    verifier->builder.sink = (TileSink){.tile = tile_check, .context = verifier};
    Err err = verify(verifier, diag);
    if (err == ERR_OK)
        *ret = verifier->report;
    free(verifier);
    return err;
}
