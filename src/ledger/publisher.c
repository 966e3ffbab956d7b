// From leaves to tiles, then to the checkpoint.
#include "ledger/publisher.h"

struct LedgerPublisher {
    char *path;
    TileFolder folder;
    NoteSigner signer;
    LeafSource leaves;
    bool is_started; // a checkpoint stands in the folder
    bool is_broken;
    StrBuf bundle; // entries of the unfinished bundle
    TileBuilder builder;
};

void ledger_publisher_free(LedgerPublisher *publisher) {
    if (publisher == NULL)
        return;
    note_signer_wipe(&publisher->signer);
    strbuf_done(&publisher->bundle);
    free(publisher->path);
    free(publisher);
}

uint64_t ledger_published(const LedgerPublisher *publisher) {
    return publisher->builder.tree.size;
}

static Err tile_give(void *context, const TileName *name, Str hashes, Diag *diag) {
    const LedgerPublisher *publisher = context;
    return tile_folder_write(&publisher->folder, name, hashes, diag);
}

static Err tail_damaged(const LedgerPublisher *publisher, Diag *diag) {
    diag_set(diag, ERR_CORRUPT, N_("The published ledger in {file} does not fit its checkpoint."));
    diag_file(diag, str_from(publisher->path));
    return ERR_CORRUPT;
}

// The unfinished tiles of the published size become the builder's, and give the tree's peaks.
static Err levels_load(LedgerPublisher *publisher, uint64_t size, Diag *diag) {
    TileSource source = tile_folder_source(&publisher->folder);
    TileBuilder *builder = &publisher->builder;
    builder->tree.size = size;
    for (int level = 0; level < TILE_LEVELS; level++) {
        _cleanup_strbuf_ StrBuf hashes = STRBUF(TILE_BYTES);
        TileLevel *at = &builder->levels[level];
        uint64_t count = size >> (8 * level);
        at->index = count / TILE_WIDTH;
        at->width = (unsigned)(count % TILE_WIDTH);
        if (at->width == 0)
            continue;
        TileName name = {.level = level, .index = at->index, .width = at->width};
        TRY(source.read(source.context, &name, &hashes, diag));
        memcpy(at->hashes, hashes.ptr, hashes.len);
        unsigned before = 0;
        for (int bit = 7; bit >= 0; bit--) {
            if ((at->width >> bit & 1) == 0)
                continue;
            merkle_complete(at->hashes + (size_t)before * SHA256_SIZE, (size_t)1 << bit,
                            &builder->tree.peaks[8 * level + bit]);
            before += 1u << bit;
        }
    }
    return ERR_OK;
}

// The last bundle against the tiles and against the leaves; it becomes the publisher's when it is
// unfinished.
static Err bundle_load(LedgerPublisher *publisher, uint64_t size, Diag *diag) {
    TileSource source = tile_folder_source(&publisher->folder);
    uint64_t first = (size - 1) / TILE_WIDTH * TILE_WIDTH;
    TileName name = {
        .level = TILE_ENTRIES, .index = first / TILE_WIDTH, .width = (unsigned)(size - first)};
    _cleanup_strbuf_ StrBuf bundle = STRBUF(FOREIGN_BUNDLE_BYTES_MAX), hashes = STRBUF(TILE_BYTES);
    TRY(source.read(source.context, &name, &bundle, diag));
    name.level = 0;
    TRY(source.read(source.context, &name, &hashes, diag));
    Str rest = strbuf_str(&bundle), entry;
    for (unsigned i = 0; i < name.width; i++) {
        _cleanup_strbuf_ StrBuf leaf = STRBUF(LEAF_MAX);
        MerkleHash hash;
        if (!entry_bundle_next(&rest, &entry))
            return tail_damaged(publisher, diag);
        merkle_leaf(entry, &hash);
        if (memcmp(hash.bytes, hashes.ptr + (size_t)i * SHA256_SIZE, SHA256_SIZE) != 0)
            return tail_damaged(publisher, diag);
        TRY(publisher->leaves.read(publisher->leaves.context, first + i, &leaf, diag));
        if (!str_equal(entry, strbuf_str(&leaf))) {
            diag_set(diag, ERR_CONFLICT,
                     N_("Entry {index} of the ledger is not the one that was published."));
            diag_arg_int(diag, "index", (int64_t)(first + i));
            return ERR_CONFLICT;
        }
    }
    if (name.width < TILE_WIDTH)
        strbuf_put(&publisher->bundle, strbuf_str(&bundle));
    return strbuf_err(&publisher->bundle) == ERR_OK
               ? ERR_OK
               : diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
}

// The last entry's place in the whole tree, which the edge alone does not show when its tile is
// full.
static Err last_entry_check(LedgerPublisher *publisher, const Checkpoint *checkpoint, Diag *diag) {
    _cleanup_tile_reader_ TileReader reader;
    MerkleProof proof;
    MerkleHash leaf;
    tile_reader_begin(&reader, tile_folder_source(&publisher->folder), checkpoint->size);
    MerkleReader nodes = tile_reader_nodes(&reader);
    TRY(merkle_inclusion_make(nodes, checkpoint->size - 1, checkpoint->size, &proof, diag));
    TRY(nodes.node(nodes.source, 0, checkpoint->size - 1, &leaf, diag));
    return merkle_inclusion_fits(&leaf, checkpoint->size - 1, checkpoint->size, &proof,
                                 &checkpoint->root)
               ? ERR_OK
               : tail_damaged(publisher, diag);
}

static Err tail_load(LedgerPublisher *publisher, Diag *diag) {
    _cleanup_strbuf_ StrBuf note = STRBUF(NOTE_MAX);
    Checkpoint checkpoint;
    MerkleHash root;
    char path[LEDGER_PATH_MAX];
    Err err = tile_folder_checkpoint(&publisher->folder, &note, diag);
    if (err == ERR_NOT_FOUND)
        return ERR_OK;
    TRY(err);
    err = checkpoint_open(strbuf_str(&note), &publisher->signer.verifier, &checkpoint, NULL, diag);
    if (err != ERR_OK) {
        if (tile_folder_path(&publisher->folder, STR("checkpoint"), path, NULL) == ERR_OK)
            diag_file(diag, str_from(path));
        return err;
    }
    if (!str_is(checkpoint.origin, publisher->signer.verifier.name))
        return tail_damaged(publisher, diag);
    TRY(levels_load(publisher, checkpoint.size, diag));
    merkle_tree_root(&publisher->builder.tree, &root);
    if (!merkle_equal(&root, &checkpoint.root))
        return tail_damaged(publisher, diag);
    if (checkpoint.size > 0) {
        TRY(bundle_load(publisher, checkpoint.size, diag));
        TRY(last_entry_check(publisher, &checkpoint, diag));
    }
    publisher->is_started = true;
    return ERR_OK;
}

Err ledger_publisher_open(const char *folder, const NoteSigner *signer, LeafSource leaves,
                          LedgerPublisher **ret, Diag *diag) {
    _cleanup_(ledger_publisher_freep) LedgerPublisher *publisher = calloc(1, sizeof *publisher);
    if (publisher == NULL || (publisher->path = strdup(folder)) == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    publisher->folder.path = publisher->path;
    publisher->signer = *signer;
    publisher->leaves = leaves;
    publisher->bundle = STRBUF(FOREIGN_BUNDLE_BYTES_MAX);
    publisher->builder.sink = (TileSink){.tile = tile_give, .context = publisher};
    TRY(tail_load(publisher, diag));
    *ret = TAKE(publisher);
    return ERR_OK;
}

static Err bundle_give(LedgerPublisher *publisher, unsigned width, uint64_t index, Diag *diag) {
    TileName name = {.level = TILE_ENTRIES, .index = index, .width = width};
    return tile_folder_write(&publisher->folder, &name, strbuf_str(&publisher->bundle), diag);
}

static Err leaves_add(LedgerPublisher *publisher, uint64_t size, Diag *diag) {
    _cleanup_strbuf_ StrBuf leaf = STRBUF(LEAF_MAX);
    for (uint64_t index = publisher->builder.tree.size; index < size; index++) {
        MerkleHash hash;
        strbuf_clear(&leaf);
        TRY(publisher->leaves.read(publisher->leaves.context, index, &leaf, diag));
        TRY(entry_bundle_put(&publisher->bundle, strbuf_str(&leaf), diag));
        merkle_leaf(strbuf_str(&leaf), &hash);
        if ((index + 1) % TILE_WIDTH == 0) {
            TRY(bundle_give(publisher, TILE_WIDTH, index / TILE_WIDTH, diag));
            strbuf_clear(&publisher->bundle);
        }
        TRY(tile_builder_add(&publisher->builder, &hash, diag));
    }
    if (size % TILE_WIDTH != 0)
        TRY(bundle_give(publisher, size % TILE_WIDTH, size / TILE_WIDTH, diag));
    return tile_builder_flush(&publisher->builder, diag);
}

// Partial tiles that the old checkpoint needed and that are full now.
static void partials_drop(const LedgerPublisher *publisher, uint64_t old_size, uint64_t size) {
    for (int level = TILE_ENTRIES; level < TILE_LEVELS; level++) {
        uint64_t count = level <= 0 ? old_size : old_size >> (8 * level);
        uint64_t index = count / TILE_WIDTH;
        if (tile_width(level, index, size) == TILE_WIDTH)
            tile_folder_drop_partial(&publisher->folder, level, index);
    }
}

static Err publish(LedgerPublisher *publisher, uint64_t size, Diag *diag) {
    _cleanup_strbuf_ StrBuf note = STRBUF(NOTE_MAX);
    uint64_t old_size = publisher->builder.tree.size;
    MerkleHash root;
    TRY(leaves_add(publisher, size, diag));
    merkle_tree_root(&publisher->builder.tree, &root);
    TRY(checkpoint_sign(&note, &publisher->signer, size, &root, diag));
    TRY(tile_folder_checkpoint_replace(&publisher->folder, strbuf_str(&note), diag));
    publisher->is_started = true;
    partials_drop(publisher, old_size, size);
    return ERR_OK;
}

Err ledger_publish(LedgerPublisher *publisher, uint64_t size, Diag *diag) {
    uint64_t published = publisher->builder.tree.size;
    if (publisher->is_broken)
        return diag_set(diag, ERR_STATE,
                        N_("Publishing failed before; the ledger must be opened anew."));
    if (size < published || size > LEDGER_SIZE_MAX) {
        diag_set(diag, ERR_CONFLICT,
                 N_("The ledger went back: it had {earlier} entries and now has {later}."));
        diag_arg_int(diag, "earlier", (int64_t)published);
        diag_arg_int(diag, "later", (int64_t)size);
        return ERR_CONFLICT;
    }
    if (size == published && publisher->is_started)
        return ERR_OK;
    Err err = publish(publisher, size, diag);
    publisher->is_broken = err != ERR_OK;
    return err;
}

// Which of the witnesses signed with this line, or NULL.
static const NoteVerifier *witness_of(const NoteSignature *signature, const NoteVerifier *witnesses,
                                      size_t count) {
    for (size_t i = 0; i < count; i++)
        if (signature->id == witnesses[i].id && str_is(signature->name, witnesses[i].name))
            return &witnesses[i];
    return NULL;
}

static bool has_line_of(const Note *note, const NoteVerifier *witness) {
    for (size_t i = 0; i < note->signature_count; i++)
        if (witness_of(&note->signatures[i], witness, 1) != NULL)
            return true;
    return false;
}

Err ledger_checkpoint_cosign(TileFolder *folder, const NoteVerifier *witnesses, size_t count,
                             Str lines, Diag *diag) {
    _cleanup_strbuf_ StrBuf text = STRBUF(NOTE_MAX), claimed = STRBUF(NOTE_MAX),
                            out = STRBUF(NOTE_MAX);
    Note note, added;
    TRY(tile_folder_checkpoint(folder, &text, diag));
    TRY(note_parse(strbuf_str(&text), &note, diag));
    strbuf_put(&claimed, note.text);
    strbuf_put_byte(&claimed, '\n');
    strbuf_put(&claimed, lines);
    TRY(note_parse(strbuf_str(&claimed), &added, diag));
    for (size_t i = 0; i < added.signature_count; i++) {
        const NoteVerifier *witness = witness_of(&added.signatures[i], witnesses, count);
        if (witness == NULL)
            return diag_set(diag, ERR_SIGNATURE,
                            N_("This signature is not of one of the witnesses given."));
        TRY(note_verify(&added, witness, NULL, diag));
    }
    strbuf_put(&out, note.text);
    strbuf_put_byte(&out, '\n');
    for (size_t i = 0; i < note.signature_count; i++) {
        const NoteVerifier *witness = witness_of(&note.signatures[i], witnesses, count);
        if (witness == NULL || !has_line_of(&added, witness))
            strbuf_put(&out, note.signatures[i].line);
    }
    strbuf_put(&out, lines);
    TRY(note_parse(strbuf_str(&out), &note, diag));
    return tile_folder_checkpoint_replace(folder, strbuf_str(&out), diag);
}
