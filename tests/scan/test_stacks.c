// Stacks: every member near its leader, nothing near left out, the same for any size of table.
#include "scan/stacks.h"

#include "t.h"

static PdqHash random_hash(Prng *prng) {
    PdqHash hash;
    for (int i = 0; i < PDQ_BYTES; i++)
        hash.bytes[i] = (uint8_t)prng_next(prng);
    return hash;
}

static PdqHash flipped(PdqHash hash, int bits, Prng *prng) {
    bool is_flipped[256] = {0};
    while (bits > 0) {
        uint64_t bit = prng_below(prng, 256);
        if (is_flipped[bit])
            continue;
        is_flipped[bit] = true;
        hash.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        bits--;
    }
    return hash;
}

// What the header promises, checked from scratch.
static void check_grouping(const StackPicture *pictures, size_t count, int radius,
                           const uint32_t *leaders) {
    for (size_t i = 0; i < count; i++) {
        uint32_t leader = leaders[i];
        REQUIRE(leader < count);
        CHECK_INT(leaders[leader], leader);
        CHECK(pdq_distance(pictures[i].hashes, pictures[leader].hashes) <= radius);
        bool is_better = pictures[leader].pixels > pictures[i].pixels ||
                         (pictures[leader].pixels == pictures[i].pixels &&
                          (pictures[leader].quality > pictures[i].quality ||
                           (pictures[leader].quality == pictures[i].quality && leader <= i)));
        CHECK(is_better);
        // Two leaders are never near: the lesser would have joined the better one.
        for (size_t j = 0; j < i && leader == i; j++)
            CHECK(leaders[j] != j || pdq_distance(pictures[i].hashes, pictures[j].hashes) > radius);
    }
}

static void run(size_t groups, size_t each, int radius, uint64_t seed) {
    Prng prng = {seed};
    size_t count = groups * each;
    PdqHash *hashes = calloc(count, sizeof *hashes);
    StackPicture *pictures = calloc(count, sizeof *pictures);
    uint32_t *leaders = calloc(count, sizeof *leaders);
    for (size_t i = 0; i < count; i++) {
        // Chains: each from the one before it, so that ends of a group are far apart.
        hashes[i] = i % each == 0 ? random_hash(&prng)
                                  : flipped(hashes[i - 1],
                                            (int)prng_below(&prng, (uint64_t)radius + 8), &prng);
        pictures[i] = (StackPicture){.hashes = &hashes[i],
                                     .turns = 1,
                                     .pixels = prng_below(&prng, 5),
                                     .quality = 50 + (int)prng_below(&prng, 4)};
    }
    CHECK_OK(stacks_group(pictures, count, radius, leaders, NULL));
    check_grouping(pictures, count, radius, leaders);
    free(hashes);
    free(pictures);
    free(leaders);
}

TEST(leaders_hold_with_brute_force)
{
    run(40, 6, 31, t_seed());
    run(1, 300, 31, t_seed() + 1);
    run(1, 1, 31, t_seed() + 2);
    run(0, 0, 31, t_seed() + 3);
}

TEST(leaders_hold_with_a_table)
{
    run(300, 6, 31, t_seed() + 4);
    run(4, 400, 20, t_seed() + 5);
    run(700, 1, 31, t_seed() + 6);
    run(700, 2, 0, t_seed() + 7);
}

TEST(a_chain_is_cut_at_the_radius)
{
    Prng prng = {t_seed()};
    PdqHash hashes[3];
    hashes[0] = random_hash(&prng);
    hashes[1] = hashes[2] = hashes[0];
    memset(hashes[1].bytes, hashes[0].bytes[0] ^ 0xFF, 1);
    memset(hashes[1].bytes + 1, hashes[0].bytes[1] ^ 0xFF, 1);
    memset(hashes[1].bytes + 2, hashes[0].bytes[2] ^ 0xFF, 1); // 24 away
    hashes[2] = hashes[1];
    memset(hashes[2].bytes + 3, hashes[0].bytes[3] ^ 0xFF, 1);
    memset(hashes[2].bytes + 4, hashes[0].bytes[4] ^ 0xFF,
           1); // 40 from the first, 16 from the second
    StackPicture pictures[3];
    for (int i = 0; i < 3; i++)
        pictures[i] = (StackPicture){&hashes[i], 1, 100, 90};
    pictures[0].pixels = 1000;
    uint32_t leaders[3];
    CHECK_OK(stacks_group(pictures, 3, 31, leaders, NULL));
    CHECK_INT(leaders[0], 0);
    CHECK_INT(leaders[1], 0);
    CHECK_INT(leaders[2], 2);
}

TEST(turned_pictures_join_when_turns_are_known)
{
    Prng prng = {t_seed()};
    PdqHash of_leader[PDQ_TURNS], of_other[PDQ_TURNS];
    for (int i = 0; i < PDQ_TURNS; i++) {
        of_leader[i] = random_hash(&prng);
        of_other[i] = random_hash(&prng);
    }
    of_other[0] = flipped(of_leader[PDQ_ROT180], 5, &prng);
    StackPicture pictures[2] = {{of_other, PDQ_TURNS, 10, 90}, {of_leader, PDQ_TURNS, 20, 90}};
    uint32_t leaders[2];
    CHECK_OK(stacks_group(pictures, 2, 31, leaders, NULL));
    CHECK_INT(leaders[0], 1);
    pictures[1].turns = 1;
    CHECK_OK(stacks_group(pictures, 2, 31, leaders, NULL));
    CHECK_INT(leaders[0], 0);
}
