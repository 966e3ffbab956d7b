// Tiles: the files in which a transparency log's hashes and entries are published
// (c2sp.org/tlog-tiles). Names and widths, building them from leaves, reading nodes back out of
// them, and bundles of entries. Nothing here touches a file; tile_folder.h does.
#pragma once
#include "base/cleanup.h"
#include "base/strbuf.h"
#include "ledger/merkle.h"

enum { TILE_ENTRIES = -1 }; // level of a bundle of entries

typedef struct TileName {
    int level;      // 0 … TILE_LEVELS − 1, or TILE_ENTRIES
    uint64_t index; // of the tile within its level
    unsigned width; // 1 … TILE_WIDTH; below TILE_WIDTH the tile is partial
} TileName;

// tile/0/x001/x234/067, tile/entries/000.p/17
void tile_path_put(StrBuf *out, const TileName *name);
// Exactly what tile_path_put writes; false, output untouched, on anything else.
bool tile_path_parse(Str path, TileName *ret);
// How wide this tile is in a tree of `size` entries; 0 when it does not exist there.
unsigned tile_width(int level, uint64_t index, uint64_t size);

// Takes leaf hashes in order and gives finished tiles of all levels to a sink.
typedef struct TileSink {
    Err (*tile)(void *context, const TileName *name, Str hashes, Diag *diag);
    void *context;
} TileSink;
typedef struct TileLevel {
    uint8_t hashes[TILE_BYTES];
    unsigned width; // of the last, unfinished tile
    uint64_t index; // its index
} TileLevel;
typedef struct TileBuilder {
    MerkleTree tree;
    TileLevel levels[TILE_LEVELS];
    TileSink sink;
} TileBuilder;
Err tile_builder_add(TileBuilder *builder, const MerkleHash *leaf, Diag *diag) MUST_CHECK;
// Gives the unfinished tiles. More leaves may follow.
Err tile_builder_flush(const TileBuilder *builder, Diag *diag) MUST_CHECK;

// Where tiles are read: `read` appends the first `width` hashes or entries of the tile, ERR_CORRUPT
// when it is shorter, ERR_NOT_FOUND when it is not there.
typedef struct TileSource {
    Err (*read)(void *context, const TileName *name, StrBuf *out, Diag *diag);
    void *context;
} TileSource;

// Nodes of the tree of `size` entries, read from its tiles; keeps one tile a level.
typedef struct TileReader {
    TileSource source;
    uint64_t size;
    struct {
        TileName name;
        StrBuf hashes;
        bool is_loaded;
    } kept[TILE_LEVELS];
} TileReader;
void tile_reader_begin(TileReader *reader, TileSource source, uint64_t size);
void tile_reader_done(TileReader *reader);
#define _cleanup_tile_reader_ _cleanup_(tile_reader_done)
MerkleReader tile_reader_nodes(TileReader *reader);

// A bundle: entries one after the other, each behind its length in two bytes, big-endian. ERR_LIMIT
// for an entry of more than 65,535 bytes.
Err entry_bundle_put(StrBuf *out, Str entry, Diag *diag) MUST_CHECK;
// Takes the next entry off *io_rest; false when it is cut short (or at the end).
bool entry_bundle_next(Str *io_rest, Str *ret_entry);
// The entry number `at` of the bundle.
bool entry_bundle_at(Str bundle, unsigned at, Str *ret_entry);
