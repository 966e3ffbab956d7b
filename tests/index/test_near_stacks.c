// Stacks equal the reference, which compares every pair, on every shape of data, radius, reach and
// number of threads; crowds and floods of equal hashes take no longer than they must.
#include "index/near_stacks.h"

#include "index/near_sample.h"
#include "index/near_table.h"
#include "stacks_reference.h"
#include "t.h"

enum { COUNT_MAX = 1000 };

static void check(const NearStacks *ask, const char *what) {
    static uint32_t expected[COUNT_MAX], actual[COUNT_MAX];
    REQUIRE(ask->count <= COUNT_MAX);
    stacks_reference(ask, expected);
    NearStacks asked = *ask;
    for (asked.threads = 1; asked.threads <= 3; asked.threads += 2) {
        CHECK_OK(near_stacks_find(&asked, actual, NULL));
        for (size_t i = 0; i < ask->count; i++)
            if (actual[i] != expected[i]) {
                t_fail(__FILE__, __LINE__,
                       "%s, radius %d, reach %d, %d threads: leader of %zu is %u, expected %u",
                       what, ask->radius, ask->reach, asked.threads, i, actual[i], expected[i]);
                return;
            }
    }
}

static void check_radii(const PdqHash *hashes, size_t count, const char *what) {
    static const struct {
        int radius, reach;
    } ASKED[] = {{31, 46}, {31, 31}, {0, 0}, {0, 48}, {16, 40}, {48, 48}};
    for (size_t i = 0; i < sizeof ASKED / sizeof ASKED[0]; i++) {
        NearStacks ask = {
            .hashes = hashes, .count = count, .radius = ASKED[i].radius, .reach = ASKED[i].reach};
        check(&ask, what);
    }
}

TEST(every_shape_equals_the_reference)
{
    static const size_t COUNTS[] = {0, 1, 2, 300, 511, 800};
    for (int shape = 0; shape < NEAR_SHAPES; shape++)
        for (size_t i = 0; i < sizeof COUNTS / sizeof COUNTS[0]; i++) {
            Prng prng = {t_seed() + (uint64_t)shape};
            PdqHash *hashes = near_sample_new((NearShape)shape, COUNTS[i], &prng);
            REQUIRE(hashes != NULL);
            check_radii(hashes, COUNTS[i], near_shape_name((NearShape)shape));
            free(hashes);
        }
}

// Flips exactly so many different bits.
static PdqHash flipped(PdqHash hash, int bits, Prng *prng) {
    PdqHash is_flipped = {{0}};
    while (bits > 0) {
        uint64_t bit = prng_below(prng, 256);
        uint8_t mask = (uint8_t)(1u << bit % 8);
        if ((is_flipped.bytes[bit / 8] & mask) != 0)
            continue;
        is_flipped.bytes[bit / 8] |= mask;
        hash.bytes[bit / 8] ^= mask;
        bits--;
    }
    return hash;
}

static void shuffle(PdqHash *hashes, size_t count, Prng *prng) {
    for (size_t i = count; i > 1; i--) {
        size_t j = prng_below(prng, i);
        PdqHash held = hashes[j];
        hashes[j] = hashes[i - 1];
        hashes[i - 1] = held;
    }
}

TEST(chains_equal_the_reference)
{
    static PdqHash hashes[900];
    for (int step = 6; step <= 34; step += 14) {
        Prng prng = {t_seed() + (uint64_t)step};
        for (size_t i = 0; i < 900; i++)
            hashes[i] =
                i % 300 == 0 ? near_sample_uniform(&prng) : flipped(hashes[i - 1], step, &prng);
        check_radii(hashes, 900, "a chain in order");
        shuffle(hashes, 900, &prng);
        check_radii(hashes, 900, "a shuffled chain");
    }
}

// Crowds: hundreds of copies around few originals, so far from them that some pairs are near, some
// are not, and some lie beyond the reach of their leader.
TEST(crowds_equal_the_reference)
{
    static PdqHash hashes[1000];
    for (int spread = 8; spread <= 32; spread += 8) {
        Prng prng = {t_seed() + (uint64_t)spread};
        for (size_t i = 0; i < 1000; i++)
            hashes[i] = i < 3      ? near_sample_uniform(&prng)
                        : i >= 950 ? near_sample_uniform(&prng)
                                   : flipped(hashes[i % 3],
                                             (int)prng_below(&prng, (uint64_t)spread + 1), &prng);
        shuffle(hashes, 1000, &prng);
        check_radii(hashes, 1000, "a crowd");
    }
}

// Two crowds with a bridge of single steps between them, and another that is just too long.
TEST(bridges_between_crowds_equal_the_reference)
{
    static PdqHash hashes[900];
    Prng prng = {t_seed()};
    for (size_t i = 0; i < 900; i++) {
        if (i == 0)
            hashes[i] = near_sample_uniform(&prng);
        else if (i < 6)
            hashes[i] = flipped(hashes[i - 1], i < 4 ? 31 : 32, &prng);
        else
            hashes[i] = flipped(hashes[i % 6], (int)prng_below(&prng, 12), &prng);
    }
    check_radii(hashes, 900, "bridges");
    shuffle(hashes, 900, &prng);
    check_radii(hashes, 900, "shuffled bridges");
}

TEST(turned_pictures_equal_the_reference)
{
    enum { COUNT = 700 };
    static PdqHash hashes[COUNT], turned[COUNT][PDQ_TURNS];
    static const PdqHash *turns[COUNT];
    for (int spread = 4; spread <= 28; spread += 12) {
        Prng prng = {t_seed() + (uint64_t)spread};
        for (size_t i = 0; i < COUNT; i++) {
            for (int turn = 0; turn < PDQ_TURNS; turn++)
                turned[i][turn] = near_sample_uniform(&prng);
            // Often a copy of another's turn, sometimes an equal one; the others are a crowd.
            size_t of = prng_below(&prng, i + 1);
            if (i > 0 && i % 4 != 0)
                turned[i][0] = flipped(turned[i % 3 == 0 ? of : 0][prng_below(&prng, PDQ_TURNS)],
                                       (int)prng_below(&prng, (uint64_t)spread), &prng);
            hashes[i] = turned[i][0];
            turns[i] = i % 5 == 4 ? NULL : turned[i];
        }
        for (size_t count = COUNT; count > 100; count /= 2) {
            NearStacks ask = {
                .hashes = hashes, .turns = turns, .count = count, .radius = 31, .reach = 46};
            check(&ask, "turned");
            ask.reach = 31;
            check(&ask, "turned");
        }
    }
}

static size_t stacks_of(const PdqHash *hashes, uint32_t *leaders, size_t count) {
    NearStacks ask = {.hashes = hashes, .count = count, .radius = 31, .reach = 46, .threads = 2};
    CHECK_OK(near_stacks_find(&ask, leaders, NULL));
    size_t stacks = 0;
    for (size_t i = 0; i < count; i++)
        stacks += leaders[i] == i;
    return stacks;
}

// Pair by pair each of these would take hours.
TEST(a_million_equal_hashes_and_a_crowd_of_ten_thousand)
{
    enum { EQUAL = 1000000, CROWD = 10000, OTHERS = 1000, COUNT = EQUAL + CROWD + OTHERS };
    Prng prng = {t_seed()};
    PdqHash *hashes = malloc((size_t)COUNT * sizeof *hashes);
    uint32_t *leaders = malloc((size_t)COUNT * sizeof *leaders);
    REQUIRE(hashes != NULL && leaders != NULL);
    PdqHash equal = near_sample_uniform(&prng), original = near_sample_uniform(&prng);
    for (size_t i = 0; i < COUNT; i++)
        hashes[i] = i < OTHERS           ? near_sample_uniform(&prng)
                    : i < OTHERS + EQUAL ? equal
                                         : flipped(original, (int)prng_below(&prng, 16), &prng);
    CHECK_INT(stacks_of(hashes, leaders, COUNT), OTHERS + 2);
    CHECK_INT(leaders[OTHERS + EQUAL - 1], OTHERS);
    CHECK_INT(leaders[COUNT - 1], OTHERS + EQUAL);
    free(hashes);
    free(leaders);
}
