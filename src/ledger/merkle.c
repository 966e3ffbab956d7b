// Tree hashes, and the proofs over them.
#include "ledger/merkle.h"

bool merkle_equal(const MerkleHash *a, const MerkleHash *b) {
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

void merkle_empty(MerkleHash *ret) {
    sha256_of(NULL, 0, ret->bytes);
}

void merkle_leaf(Str entry, MerkleHash *ret) {
    Sha256 hash;
    sha256_begin(&hash);
    sha256_put(&hash, "\0", 1);
    sha256_put(&hash, entry.ptr, entry.len);
    sha256_end(&hash, ret->bytes);
}

void merkle_node(const MerkleHash *left, const MerkleHash *right, MerkleHash *ret) {
    Sha256 hash;
    sha256_begin(&hash);
    sha256_put(&hash, "\1", 1);
    sha256_put(&hash, left->bytes, sizeof left->bytes);
    sha256_put(&hash, right->bytes, sizeof right->bytes);
    sha256_end(&hash, ret->bytes);
}

void merkle_tree_add(MerkleTree *tree, const MerkleHash *leaf) {
    MerkleHash up = *leaf;
    int level = 0;
    for (; (tree->size >> level & 1) != 0; level++)
        merkle_node(&tree->peaks[level], &up, &up);
    tree->peaks[level] = up;
    tree->size++;
}

void merkle_tree_root(const MerkleTree *tree, MerkleHash *ret) {
    bool has_any = false;
    MerkleHash root;
    merkle_empty(&root);
    for (int level = 0; level < MERKLE_LEVELS; level++) {
        if ((tree->size >> level & 1) == 0)
            continue;
        if (has_any)
            merkle_node(&tree->peaks[level], &root, &root);
        else
            root = tree->peaks[level];
        has_any = true;
    }
    *ret = root;
}

void merkle_complete(const uint8_t *hashes, size_t count, MerkleHash *ret) {
    MerkleTree tree = {0};
    MerkleHash hash;
    for (size_t i = 0; i < count; i++) {
        memcpy(hash.bytes, hashes + i * sizeof hash.bytes, sizeof hash.bytes);
        merkle_tree_add(&tree, &hash);
    }
    merkle_tree_root(&tree, ret);
}

// The greatest power of two below n (n ≥ 2), as its exponent.
static int split_level(uint64_t n) {
    return 63 - __builtin_clzll(n - 1);
}

// The root of begin … end − 1, where begin is a multiple of every power of two up to the range's
// length: what RFC 6962 calls MTH. Depth is at most MERKLE_LEVELS.
static Err range_root(MerkleReader reader, uint64_t begin, uint64_t end, MerkleHash *ret,
                      Diag *diag) {
    uint64_t n = end - begin;
    if ((n & (n - 1)) == 0) {
        int level = __builtin_ctzll(n);
        return reader.node(reader.source, level, begin >> level, ret, diag);
    }
    MerkleHash left, right;
    uint64_t middle = begin + (UINT64_C(1) << split_level(n));
    TRY(range_root(reader, begin, middle, &left, diag));
    TRY(range_root(reader, middle, end, &right, diag));
    merkle_node(&left, &right, ret);
    return ERR_OK;
}

Err merkle_root(MerkleReader reader, uint64_t size, MerkleHash *ret, Diag *diag) {
    if (size == 0) {
        merkle_empty(ret);
        return ERR_OK;
    }
    return range_root(reader, 0, size, ret, diag);
}

static void proof_turn(MerkleProof *proof) {
    for (size_t i = 0, j = proof->count; i + 1 < j; i++) {
        MerkleHash held = proof->hashes[i];
        proof->hashes[i] = proof->hashes[--j];
        proof->hashes[j] = held;
    }
}

static Err out_of_tree(Diag *diag) {
    return diag_set(diag, ERR_RANGE, N_("The ledger has no such entry."));
}

Err merkle_inclusion_make(MerkleReader reader, uint64_t index, uint64_t size, MerkleProof *ret,
                          Diag *diag) {
    MerkleProof proof = {0};
    uint64_t begin = 0, end = size;
    if (index >= size || size > LEDGER_SIZE_MAX)
        return out_of_tree(diag);
    while (end - begin > 1) {
        uint64_t middle = begin + (UINT64_C(1) << split_level(end - begin));
        MerkleHash *beside = &proof.hashes[proof.count++];
        if (index < middle) {
            TRY(range_root(reader, middle, end, beside, diag));
            end = middle;
        } else {
            TRY(range_root(reader, begin, middle, beside, diag));
            begin = middle;
        }
    }
    proof_turn(&proof);
    *ret = proof;
    return ERR_OK;
}

Err merkle_consistency_make(MerkleReader reader, uint64_t old_size, uint64_t size, MerkleProof *ret,
                            Diag *diag) {
    MerkleProof proof = {0};
    uint64_t begin = 0, end = size;
    if (old_size > size || size > LEDGER_SIZE_MAX)
        return out_of_tree(diag);
    // The subtree that holds the end of the old tree, until the old tree ends with it.
    while (old_size != 0 && end != old_size) {
        uint64_t middle = begin + (UINT64_C(1) << split_level(end - begin));
        MerkleHash *beside = &proof.hashes[proof.count++];
        if (old_size <= middle) {
            TRY(range_root(reader, middle, end, beside, diag));
            end = middle;
        } else {
            TRY(range_root(reader, begin, middle, beside, diag));
            begin = middle;
        }
    }
    // What is left is a subtree of the old tree; when it is all of it, the verifier has its hash.
    if (old_size != 0 && begin != 0)
        TRY(range_root(reader, begin, end, &proof.hashes[proof.count++], diag));
    proof_turn(&proof);
    *ret = proof;
    return ERR_OK;
}

bool merkle_inclusion_fits(const MerkleHash *leaf, uint64_t index, uint64_t size,
                           const MerkleProof *proof, const MerkleHash *root) {
    if (index >= size)
        return false;
    uint64_t at = index, last = size - 1;
    MerkleHash up = *leaf;
    for (size_t i = 0; i < proof->count; i++) {
        if (last == 0)
            return false;
        if ((at & 1) != 0 || at == last) {
            merkle_node(&proof->hashes[i], &up, &up);
            while ((at & 1) == 0 && at != 0) {
                at >>= 1;
                last >>= 1;
            }
        } else {
            merkle_node(&up, &proof->hashes[i], &up);
        }
        at >>= 1;
        last >>= 1;
    }
    return last == 0 && merkle_equal(&up, root);
}

bool merkle_consistency_fits(uint64_t old_size, const MerkleHash *old_root, uint64_t size,
                             const MerkleHash *root, const MerkleProof *proof) {
    if (old_size > size)
        return false;
    if (old_size == size)
        return proof->count == 0 && merkle_equal(old_root, root);
    if (old_size == 0)
        return proof->count == 0;
    bool is_complete = (old_size & (old_size - 1)) == 0;
    size_t next = is_complete ? 0 : 1;
    if (proof->count < next)
        return false;
    uint64_t at = old_size - 1, last = size - 1;
    for (; (at & 1) != 0; at >>= 1)
        last >>= 1;
    MerkleHash old_up = is_complete ? *old_root : proof->hashes[0], up = old_up;
    for (; next < proof->count; next++) {
        const MerkleHash *beside = &proof->hashes[next];
        if (last == 0)
            return false;
        if ((at & 1) != 0 || at == last) {
            merkle_node(beside, &old_up, &old_up);
            merkle_node(beside, &up, &up);
            while ((at & 1) == 0 && at != 0) {
                at >>= 1;
                last >>= 1;
            }
        } else {
            merkle_node(&up, beside, &up);
        }
        at >>= 1;
        last >>= 1;
    }
    return last == 0 && merkle_equal(&old_up, old_root) && merkle_equal(&up, root);
}
