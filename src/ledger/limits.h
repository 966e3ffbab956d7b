// The named limits of the ledger room.
#pragma once

enum {
    LEAF_MAX = 1024,  // bytes of an encoded entry
    TILE_WIDTH = 256, // hashes of a full tile, entries of a full bundle
    TILE_BYTES = 32 * TILE_WIDTH,
    TILE_LEVELS = 8,    // 256^8 entries are more than there can be
    TILE_PATH_MAX = 96, // bytes of a tile's path within its folder
    BUNDLE_BYTES_MAX = TILE_WIDTH * (2 + LEAF_MAX),
    FOREIGN_BUNDLE_BYTES_MAX = TILE_WIDTH * (2 + 65535), // of any log
    MERKLE_LEVELS = 64,
    MERKLE_PROOF_MAX = 64,  // hashes of a proof; a consistency proof may have one more than levels
    LEDGER_PATH_MAX = 4096, // bytes of a path, folder and all
    LEDGER_WITNESSES_MAX = 32,
    TLOG_PROOF_MAX = 300 << 10,      // bytes of a proof file
    WITNESS_REQUEST_MAX = 300 << 10, // bytes of what is asked of a witness
    INSPECTION_ENTRIES_MAX = 50000,  // of one inspection file
    INSPECTION_BYTES_MAX = 256 << 20,
    LEDGER_PAGE_MAX = 500,           // rows of one answer
    LEDGER_ERASE_MAX = 4096,         // ranges named to one erasure, of entries and slots together
    LEDGER_ERASE_SLOTS_MAX = 65536,  // ranges of slots that these become
    LEDGER_ERASURES_READ = 10000,    // rows of erasures read at once
    LEDGER_LEAVES_READ = TILE_WIDTH, // leaves read from the database at once
    LEDGER_CONTEXT_MAX = 256,        // bytes of what content is sealed for
    NODE_FILE_MAX = 8192,            // bytes of a node's own small files
    NODE_COPIES_BYTES_MAX = 128 << 10,
};
// The tree's size where it comes from outside: leaves room for sums.
#define LEDGER_SIZE_MAX (UINT64_C(1) << 48)
