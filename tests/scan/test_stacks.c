// Stacks of pictures: led by the best, within its reach, nothing near left out.
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

static bool is_better(const StackPicture *pictures, uint32_t i, uint32_t j) {
    if (pictures[i].pixels != pictures[j].pixels)
        return pictures[i].pixels > pictures[j].pixels;
    if (pictures[i].quality != pictures[j].quality)
        return pictures[i].quality > pictures[j].quality;
    return i < j;
}

// What the header promises, checked from scratch: the leader is the best, all are within its reach,
// and near pictures are apart only where the reach of the better leader parts them.
static void check_grouping(const StackPicture *pictures, size_t count, int radius,
                           const uint32_t *leaders) {
    int reach = stack_reach(radius);
    for (uint32_t i = 0; i < count; i++) {
        REQUIRE(leaders[i] < count);
        CHECK_INT(leaders[leaders[i]], leaders[i]);
        CHECK(pdq_distance(pictures[i].hashes, pictures[leaders[i]].hashes) <= reach);
        CHECK(!is_better(pictures, i, leaders[i]));
        for (uint32_t j = 0; j < i; j++) {
            if (leaders[i] == leaders[j] ||
                pdq_distance(pictures[i].hashes, pictures[j].hashes) > radius)
                continue;
            bool is_first = is_better(pictures, leaders[i], leaders[j]);
            uint32_t leader = is_first ? leaders[i] : leaders[j], outside = is_first ? j : i;
            CHECK(pdq_distance(pictures[outside].hashes, pictures[leader].hashes) > reach);
        }
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

static PdqHash with_first_bytes_turned_over(PdqHash hash, int bytes) {
    for (int i = 0; i < bytes; i++)
        hash.bytes[i] ^= 0xFF;
    return hash;
}

TEST(a_chain_is_cut_beyond_the_reach)
{
    Prng prng = {t_seed()};
    CHECK_INT(stack_reach(31), 46);
    CHECK_INT(stack_reach(48), 48);
    PdqHash hashes[4] = {random_hash(&prng)};
    hashes[1] = with_first_bytes_turned_over(hashes[0], 3); // 24 away
    hashes[2] = with_first_bytes_turned_over(hashes[0], 5); // 40 away, 16 from the one before
    hashes[3] = with_first_bytes_turned_over(hashes[0], 6); // 48 away, 8 from the one before
    StackPicture pictures[4];
    for (int i = 0; i < 4; i++)
        pictures[i] = (StackPicture){&hashes[i], 1, 100, 90};
    pictures[0].pixels = 1000;
    uint32_t leaders[4];
    CHECK_OK(stacks_group(pictures, 4, 31, leaders, NULL));
    CHECK_INT(leaders[1], 0);
    CHECK_INT(leaders[2], 0);
    CHECK_INT(leaders[3], 3);
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
