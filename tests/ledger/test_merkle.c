// Trees and proofs: the published roots of the eight-leaf example, and all proofs of small trees
// against roots computed by the definition alone.
#include "ledger/merkle.h"

#include "base/encoding.h"
#include "t.h"

// The leaves and roots of the example that Certificate Transparency's implementations share.
static const char *const LEAVES[] = {"",
                                     "00",
                                     "10",
                                     "2021",
                                     "3031",
                                     "40414243",
                                     "5051525354555657",
                                     "606162636465666768696a6b6c6d6e6f"};
static const char *const ROOTS[] = {
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

static Str hex_of(const MerkleHash *hash, char text[65]) {
    hex_encode(hash->bytes, sizeof hash->bytes, text);
    return str_of(text, 64);
}

TEST(roots_of_the_shared_example)
{
    MerkleTree tree = {0};
    MerkleHash hash;
    char text[65];
    merkle_tree_root(&tree, &hash);
    CHECK_STR(hex_of(&hash, text),
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    for (size_t i = 0; i < 8; i++) {
        uint8_t bytes[16];
        size_t n = strlen(LEAVES[i]) / 2;
        CHECK(hex_decode(str_from(LEAVES[i]), bytes, n));
        merkle_leaf(str_of(bytes, n), &hash);
        merkle_tree_add(&tree, &hash);
        merkle_tree_root(&tree, &hash);
        CHECK_STR(hex_of(&hash, text), ROOTS[i]);
    }
}

enum { LEAF_COUNT = 40 };

static MerkleHash leaf_at(uint64_t index) {
    MerkleHash hash;
    merkle_leaf(str_of(&index, sizeof index), &hash);
    return hash;
}

// RFC 6962's definition, word for word.
static MerkleHash defined_root(uint64_t begin, uint64_t end) {
    if (end - begin == 1)
        return leaf_at(begin);
    uint64_t k = 1;
    while (k * 2 < end - begin)
        k *= 2;
    MerkleHash left = defined_root(begin, begin + k), right = defined_root(begin + k, end), both;
    merkle_node(&left, &right, &both);
    return both;
}

static Err node_at(void *source, int level, uint64_t index, MerkleHash *ret, Diag *diag) {
    (void)diag;
    uint64_t size = *(const uint64_t *)source;
    if ((index + 1) << level > size)
        return ERR_RANGE;
    *ret = defined_root(index << level, (index + 1) << level);
    return ERR_OK;
}

TEST(every_inclusion_proof_fits_and_no_other)
{
    for (uint64_t size = 1; size <= LEAF_COUNT; size++) {
        MerkleReader reader = {.node = node_at, .source = &size};
        MerkleHash root = defined_root(0, size), read;
        CHECK_OK(merkle_root(reader, size, &read, NULL));
        CHECK(merkle_equal(&root, &read));
        for (uint64_t index = 0; index < size; index++) {
            MerkleProof proof;
            MerkleHash leaf = leaf_at(index), other = leaf_at(index + 1);
            CHECK_OK(merkle_inclusion_make(reader, index, size, &proof, NULL));
            CHECK(merkle_inclusion_fits(&leaf, index, size, &proof, &root));
            CHECK(!merkle_inclusion_fits(&other, index, size, &proof, &root));
            CHECK(!merkle_inclusion_fits(&leaf, size, size, &proof, &root));
            for (uint64_t wrong = 0; wrong < size; wrong++)
                CHECK(wrong == index || !merkle_inclusion_fits(&leaf, wrong, size, &proof, &root));
            proof.count++;
            proof.hashes[proof.count - 1] = leaf;
            CHECK(!merkle_inclusion_fits(&leaf, index, size, &proof, &root));
            proof.count -= proof.count > 1 ? 2 : 1;
            if (size > 1)
                CHECK(!merkle_inclusion_fits(&leaf, index, size, &proof, &root));
        }
    }
}

TEST(every_consistency_proof_fits_and_no_other)
{
    for (uint64_t size = 1; size <= LEAF_COUNT; size++) {
        MerkleReader reader = {.node = node_at, .source = &size};
        MerkleHash root = defined_root(0, size), strange = leaf_at(1000);
        for (uint64_t old_size = 0; old_size <= size; old_size++) {
            MerkleProof proof;
            MerkleHash old_root;
            merkle_empty(&old_root);
            if (old_size > 0)
                old_root = defined_root(0, old_size);
            CHECK_OK(merkle_consistency_make(reader, old_size, size, &proof, NULL));
            CHECK(merkle_consistency_fits(old_size, &old_root, size, &root, &proof));
            if (old_size == 0)
                continue;
            CHECK(!merkle_consistency_fits(old_size, &strange, size, &root, &proof));
            CHECK(!merkle_consistency_fits(old_size, &old_root, size, &strange, &proof));
            for (size_t i = 0; i < proof.count; i++) {
                proof.hashes[i].bytes[3] ^= 1;
                CHECK(!merkle_consistency_fits(old_size, &old_root, size, &root, &proof));
                proof.hashes[i].bytes[3] ^= 1;
            }
            proof.hashes[proof.count++] = root;
            CHECK(!merkle_consistency_fits(old_size, &old_root, size, &root, &proof));
        }
        CHECK_ERR(merkle_consistency_make(reader, size + 1, size, &(MerkleProof){0}, NULL),
                  ERR_RANGE);
        CHECK_ERR(merkle_inclusion_make(reader, size, size, &(MerkleProof){0}, NULL), ERR_RANGE);
    }
}
