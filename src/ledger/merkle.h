// Merkle trees as RFC 6962 (section 2.1) defines them, over SHA-256: roots, proofs that an entry is
// in a tree, proofs that a tree continues an earlier one.
//
// A tree of n entries is determined by the hashes of its complete subtrees. They are read through a
// MerkleReader, wherever they are kept: node (level, index) covers the entries
// index·2^level … (index + 1)·2^level − 1, all of which exist. Verification follows RFC 9162
// (sections 2.1.3.2 and 2.1.4.2). Pure; any thread.
#pragma once
#include "base/err.h"
#include "crypto/sha256.h"
#include "ledger/limits.h"

typedef struct MerkleHash {
    uint8_t bytes[SHA256_SIZE];
} MerkleHash;

bool merkle_equal(const MerkleHash *a, const MerkleHash *b);
void merkle_empty(MerkleHash *ret); // the root of no entries
void merkle_leaf(Str entry, MerkleHash *ret);
void merkle_node(const MerkleHash *left, const MerkleHash *right, MerkleHash *ret);
// The root of `count` (a power of two) hashes that stand side by side at one level.
void merkle_complete(const uint8_t *hashes, size_t count, MerkleHash *ret);

// A tree that grows: its complete subtrees from the largest to the smallest. peaks[l] is one of 2^l
// entries and counts only where bit l of size is set. Begins zeroed.
typedef struct MerkleTree {
    uint64_t size;
    MerkleHash peaks[MERKLE_LEVELS];
} MerkleTree;
void merkle_tree_add(MerkleTree *tree, const MerkleHash *leaf);
void merkle_tree_root(const MerkleTree *tree, MerkleHash *ret);

typedef struct MerkleReader {
    Err (*node)(void *source, int level, uint64_t index, MerkleHash *ret, Diag *diag);
    void *source;
} MerkleReader;

typedef struct MerkleProof {
    size_t count;
    MerkleHash hashes[MERKLE_PROOF_MAX];
} MerkleProof;

Err merkle_root(MerkleReader reader, uint64_t size, MerkleHash *ret, Diag *diag) MUST_CHECK;
// index < size.
Err merkle_inclusion_make(MerkleReader reader, uint64_t index, uint64_t size, MerkleProof *ret,
                          Diag *diag) MUST_CHECK;
// old_size ≤ size; empty when it is 0 or the same.
Err merkle_consistency_make(MerkleReader reader, uint64_t old_size, uint64_t size, MerkleProof *ret,
                            Diag *diag) MUST_CHECK;
bool merkle_inclusion_fits(const MerkleHash *leaf, uint64_t index, uint64_t size,
                           const MerkleProof *proof, const MerkleHash *root);
bool merkle_consistency_fits(uint64_t old_size, const MerkleHash *old_root, uint64_t size,
                             const MerkleHash *root, const MerkleProof *proof);
