// Names, builder and reader of tiles.
#include "ledger/tile.h"

void tile_path_put(StrBuf *out, const TileName *name) {
    uint64_t group[7];
    int groups = 0;
    strbuf_put_text(out, "tile/");
    if (name->level == TILE_ENTRIES)
        strbuf_put_text(out, "entries");
    else
        strbuf_put_i64(out, name->level);
    for (uint64_t rest = name->index; groups == 0 || rest > 0; rest /= 1000)
        group[groups++] = rest % 1000;
    while (groups-- > 0)
        strbuf_printf(out, groups > 0 ? "/x%03u" : "/%03u", (unsigned)group[groups]);
    if (name->width < TILE_WIDTH)
        strbuf_printf(out, ".p/%u", name->width);
}

static bool index_parse(Str text, uint64_t *ret) {
    uint64_t index = 0;
    Str element, rest = text;
    bool is_last = false;
    for (int groups = 0; !is_last; groups++) {
        uint64_t number;
        is_last = !str_cut(rest, '/', &element, &rest);
        if (is_last)
            element = rest;
        if (!is_last && (element.len == 0 || element.ptr[0] != 'x'))
            return false;
        Str digits = is_last ? element : str_from_index(element, 1);
        if (digits.len != 3 || groups > 5 || !str_to_u64(digits, &number) ||
            (groups == 0 && !is_last && number == 0))
            return false;
        index = index * 1000 + number;
    }
    *ret = index;
    return true;
}

bool tile_path_parse(Str path, TileName *ret) {
    TileName name = {.width = TILE_WIDTH};
    Str kind, rest;
    uint64_t level, width;
    if (!str_has_prefix(path, STR("tile/")) || !str_cut(str_from_index(path, 5), '/', &kind, &rest))
        return false;
    if (str_is(kind, "entries"))
        name.level = TILE_ENTRIES;
    else if (kind.len == 1 && str_to_u64(kind, &level) && level < TILE_LEVELS)
        name.level = (int)level;
    else
        return false;
    ptrdiff_t partial = str_find(rest, STR(".p/"));
    if (partial >= 0) {
        Str digits = str_from_index(rest, (size_t)partial + 3);
        if (digits.len == 0 || digits.ptr[0] == '0' || !str_to_u64(digits, &width) ||
            width >= TILE_WIDTH)
            return false;
        name.width = (unsigned)width;
        rest.len = (size_t)partial;
    }
    if (!index_parse(rest, &name.index))
        return false;
    *ret = name;
    return true;
}

unsigned tile_width(int level, uint64_t index, uint64_t size) {
    uint64_t hashes = level <= 0 ? size : level < TILE_LEVELS ? size >> (8 * level) : 0;
    uint64_t before = index * TILE_WIDTH;
    if (index > hashes / TILE_WIDTH || hashes <= before)
        return 0;
    return hashes - before < TILE_WIDTH ? (unsigned)(hashes - before) : TILE_WIDTH;
}

static Err level_give(const TileBuilder *builder, int level, Diag *diag) {
    const TileLevel *at = &builder->levels[level];
    TileName name = {.level = level, .index = at->index, .width = at->width};
    return builder->sink.tile(builder->sink.context, &name,
                              str_of(at->hashes, (size_t)at->width * SHA256_SIZE), diag);
}

Err tile_builder_add(TileBuilder *builder, const MerkleHash *leaf, Diag *diag) {
    MerkleHash up = *leaf;
    merkle_tree_add(&builder->tree, leaf);
    for (int level = 0; level < TILE_LEVELS; level++) {
        TileLevel *at = &builder->levels[level];
        memcpy(at->hashes + (size_t)at->width * SHA256_SIZE, up.bytes, SHA256_SIZE);
        at->width++;
        if (at->width < TILE_WIDTH)
            break;
        TRY(level_give(builder, level, diag));
        merkle_complete(at->hashes, TILE_WIDTH, &up);
        at->width = 0;
        at->index++;
    }
    return ERR_OK;
}

Err tile_builder_flush(const TileBuilder *builder, Diag *diag) {
    for (int level = 0; level < TILE_LEVELS; level++)
        if (builder->levels[level].width > 0)
            TRY(level_give(builder, level, diag));
    return ERR_OK;
}

void tile_reader_begin(TileReader *reader, TileSource source, uint64_t size) {
    *reader = (TileReader){.source = source, .size = size};
    for (int level = 0; level < TILE_LEVELS; level++)
        reader->kept[level].hashes = STRBUF(TILE_BYTES);
}

void tile_reader_done(TileReader *reader) {
    for (int level = 0; level < TILE_LEVELS; level++)
        strbuf_done(&reader->kept[level].hashes);
}

static Err reader_node(void *source, int level, uint64_t index, MerkleHash *ret, Diag *diag) {
    TileReader *reader = source;
    int tile_level = level / 8, height = level % 8;
    uint64_t first = index << height, tile_index = first / TILE_WIDTH;
    size_t count = (size_t)1 << height, offset = (size_t)(first % TILE_WIDTH);
    unsigned width =
        tile_level < TILE_LEVELS ? tile_width(tile_level, tile_index, reader->size) : 0;
    if (offset + count > width)
        return diag_set(diag, ERR_RANGE, N_("The ledger has no such entry."));
    StrBuf *hashes = &reader->kept[tile_level].hashes;
    TileName *kept = &reader->kept[tile_level].name;
    if (!reader->kept[tile_level].is_loaded || kept->index != tile_index) {
        *kept = (TileName){.level = tile_level, .index = tile_index, .width = width};
        reader->kept[tile_level].is_loaded = false;
        strbuf_clear(hashes);
        TRY(reader->source.read(reader->source.context, kept, hashes, diag));
        if (hashes->len != (size_t)width * SHA256_SIZE)
            return diag_set(diag, ERR_CORRUPT, N_("A tile of the ledger has the wrong size."));
        reader->kept[tile_level].is_loaded = true;
    }
    merkle_complete((const uint8_t *)hashes->ptr + offset * SHA256_SIZE, count, ret);
    return ERR_OK;
}

MerkleReader tile_reader_nodes(TileReader *reader) {
    return (MerkleReader){.node = reader_node, .source = reader};
}

Err entry_bundle_put(StrBuf *out, Str entry, Diag *diag) {
    if (entry.len > 65535)
        return diag_set(diag, ERR_LIMIT, N_("An entry is too long for the ledger."));
    strbuf_put_byte(out, (char)(entry.len >> 8));
    strbuf_put_byte(out, (char)(entry.len & 255));
    strbuf_put(out, entry);
    return strbuf_err(out) == ERR_OK
               ? ERR_OK
               : diag_set(diag, strbuf_err(out), N_("There is not enough memory."));
}

bool entry_bundle_next(Str *io_rest, Str *ret_entry) {
    if (io_rest->len < 2)
        return false;
    size_t n = (size_t)(unsigned char)io_rest->ptr[0] << 8 | (unsigned char)io_rest->ptr[1];
    if (n > io_rest->len - 2)
        return false;
    *ret_entry = str_of(io_rest->ptr + 2, n);
    *io_rest = str_from_index(*io_rest, 2 + n);
    return true;
}

bool entry_bundle_at(Str bundle, unsigned at, Str *ret_entry) {
    Str rest = bundle, entry;
    for (unsigned i = 0; i <= at; i++)
        if (!entry_bundle_next(&rest, &entry))
            return false;
    *ret_entry = entry;
    return true;
}
