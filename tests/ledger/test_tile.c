// Tiles: names and widths as the specification's examples have them, builder and reader against the
// tree itself, bundles.
#include "ledger/tile.h"

#include "t.h"

static void check_path(int level, uint64_t index, unsigned width, const char *expected) {
    TileName name = {.level = level, .index = index, .width = width}, back;
    _cleanup_strbuf_ StrBuf path = STRBUF(TILE_PATH_MAX);
    tile_path_put(&path, &name);
    CHECK_STR(strbuf_str(&path), expected);
    CHECK(tile_path_parse(str_from(expected), &back));
    CHECK(back.level == level && back.index == index && back.width == width);
}

TEST(paths_are_those_of_the_specification)
{
    check_path(0, 1234067, 256, "tile/0/x001/x234/067");
    check_path(0, 0, 256, "tile/0/000");
    check_path(1, 0, 17, "tile/1/000.p/17");
    check_path(TILE_ENTRIES, 999, 255, "tile/entries/999.p/255");
    check_path(TILE_ENTRIES, 1000, 256, "tile/entries/x001/000");
    check_path(7, 1000000, 1, "tile/7/x001/x000/000.p/1");
}

TEST(other_paths_are_refused)
{
    static const char *const BAD[] = {"tile/0/1",         "tile/0/0000",     "tile/0/x000/001",
                                      "tile/8/000",       "tile/00/000",     "tile/0/000.p/0",
                                      "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p/",
                                      "tile/entry/000",   "tile/0/001/000",  "tile/0/",
                                      "tile/0/x001",      "tile/0/../000",   "tile/0/-01",
                                      "tile/0/000.p/1/2", "tile/0/+01",      "",
                                      "tile/0/x001/x234", "tile//000",       "tile/0/000/"};
    TileName name;
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
        if (tile_path_parse(str_from(BAD[i]), &name))
            t_fail(__FILE__, __LINE__, "%s was accepted", BAD[i]);
}

// The specification's example: 70,000 entries are 273 full and one partial tile of 112 hashes, then
// 1 and 17, then 1.
TEST(widths_are_those_of_the_specification)
{
    CHECK_INT(tile_width(0, 272, 70000), 256);
    CHECK_INT(tile_width(0, 273, 70000), 112);
    CHECK_INT(tile_width(0, 274, 70000), 0);
    CHECK_INT(tile_width(1, 0, 70000), 256);
    CHECK_INT(tile_width(1, 1, 70000), 17);
    CHECK_INT(tile_width(2, 0, 70000), 1);
    CHECK_INT(tile_width(3, 0, 70000), 0);
    CHECK_INT(tile_width(0, 0, 256), 256);
    CHECK_INT(tile_width(0, 1, 256), 0);
    CHECK_INT(tile_width(1, 0, 256), 1);
    CHECK_INT(tile_width(TILE_ENTRIES, 0, 5), 5);
    CHECK_INT(tile_width(0, 0, 0), 0);
    CHECK_INT(tile_width(0, UINT64_MAX, 70000), 0);
}

// Tiles as built, by level and index; the last of each wins.
enum { KEPT_LEVELS = 3, KEPT_TILES = 300 };
typedef struct Kept {
    uint8_t hashes[KEPT_LEVELS][KEPT_TILES][TILE_BYTES];
    unsigned width[KEPT_LEVELS][KEPT_TILES];
} Kept;

static Err keep(void *context, const TileName *name, Str hashes, Diag *diag) {
    (void)diag;
    Kept *kept = context;
    if (name->level >= KEPT_LEVELS || name->index >= KEPT_TILES)
        return ERR_LIMIT;
    memcpy(kept->hashes[name->level][name->index], hashes.ptr, hashes.len);
    kept->width[name->level][name->index] = name->width;
    return ERR_OK;
}

static Err give(void *context, const TileName *name, StrBuf *out, Diag *diag) {
    (void)diag;
    const Kept *kept = context;
    if (kept->width[name->level][name->index] < name->width)
        return ERR_NOT_FOUND;
    strbuf_put(out,
               str_of(kept->hashes[name->level][name->index], (size_t)name->width * SHA256_SIZE));
    return strbuf_err(out);
}

static Err reader_root_beyond(TileReader *reader, uint64_t size) {
    MerkleReader nodes = tile_reader_nodes(reader);
    MerkleHash hash;
    return nodes.node(nodes.source, 0, size, &hash, NULL);
}

TEST(nodes_read_from_tiles_give_the_tree)
{
    static const uint64_t SIZES[] = {1,   2,    255,   256,   257,   511,
                                     512, 1000, 65535, 65536, 65537, 70000};
    Kept *kept = calloc(1, sizeof *kept);
    TileBuilder *builder = calloc(1, sizeof *builder);
    REQUIRE(kept != NULL && builder != NULL);
    builder->sink = (TileSink){.tile = keep, .context = kept};
    for (size_t s = 0; s < sizeof SIZES / sizeof *SIZES; s++) {
        uint64_t size = SIZES[s];
        while (builder->tree.size < size) {
            uint64_t index = builder->tree.size;
            MerkleHash leaf;
            merkle_leaf(str_of(&index, sizeof index), &leaf);
            CHECK_OK(tile_builder_add(builder, &leaf, NULL));
        }
        CHECK_OK(tile_builder_flush(builder, NULL));
        _cleanup_tile_reader_ TileReader reader;
        MerkleHash root, read, leaf;
        MerkleProof proof;
        tile_reader_begin(&reader, (TileSource){.read = give, .context = kept}, size);
        merkle_tree_root(&builder->tree, &root);
        CHECK_OK(merkle_root(tile_reader_nodes(&reader), size, &read, NULL));
        CHECK(merkle_equal(&root, &read));
        for (uint64_t index = 0; index < size; index += 1 + size / 7) {
            merkle_leaf(str_of(&index, sizeof index), &leaf);
            CHECK_OK(merkle_inclusion_make(tile_reader_nodes(&reader), index, size, &proof, NULL));
            CHECK(merkle_inclusion_fits(&leaf, index, size, &proof, &root));
        }
        CHECK_ERR(reader_root_beyond(&reader, size), ERR_RANGE);
    }
    free(kept);
    free(builder);
}

TEST(bundles_give_their_entries_back)
{
    _cleanup_strbuf_ StrBuf bundle = STRBUF(1 << 20);
    Str rest, entry;
    CHECK_OK(entry_bundle_put(&bundle, STR("one"), NULL));
    CHECK_OK(entry_bundle_put(&bundle, (Str){0}, NULL));
    CHECK_OK(entry_bundle_put(&bundle, STR("three"), NULL));
    CHECK_INT(bundle.len, 2 + 3 + 2 + 2 + 5);
    CHECK(entry_bundle_at(strbuf_str(&bundle), 2, &entry));
    CHECK_STR(entry, "three");
    CHECK(!entry_bundle_at(strbuf_str(&bundle), 3, &entry));
    for (size_t cut = 0; cut < bundle.len; cut++) {
        rest = str_of(bundle.ptr, cut);
        int n = 0;
        while (entry_bundle_next(&rest, &entry))
            n++;
        CHECK(n < 3);
    }
    char *big = calloc(1, 65536);
    REQUIRE(big != NULL);
    CHECK_ERR(entry_bundle_put(&bundle, str_of(big, 65536), NULL), ERR_LIMIT);
    CHECK_OK(entry_bundle_put(&bundle, str_of(big, 65535), NULL));
    free(big);
}
