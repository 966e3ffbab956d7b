// The key ring: every record has its secret until it is erased, and then no copy of the ring after
// that gives it back.
#include "crypto/key_ring.h"

#include "base/prng.h"
#include "crypto/secret.h"
#include "t.h"

static bool has(const KeyRing *ring, uint64_t slot, RecordSecret *ret) {
    return key_ring_secret(ring, slot, ret, NULL) == ERR_OK;
}

TEST(erasing_takes_one_slot_and_leaves_the_others_as_they_were)
{
    enum { SLOTS = 300 };
    _cleanup_(key_ring_freep) KeyRing *ring = key_ring_new();
    RecordSecret before[SLOTS], now;
    bool is_erased[SLOTS] = {0};
    Prng prng = {t_seed()};
    REQUIRE(ring != NULL);
    for (uint64_t slot = 0; slot < SLOTS; slot++)
        CHECK_OK(key_ring_secret(ring, slot, &before[slot], NULL));
    CHECK(!secret_equal(&before[0], &before[1], sizeof before[0]));
    for (int round = 0; round < 40; round++) {
        uint64_t first = prng_below(&prng, SLOTS), last = first + prng_below(&prng, 3);
        CHECK_OK(key_ring_erase(ring, first, last, NULL));
        for (uint64_t slot = first; slot <= last && slot < SLOTS; slot++)
            is_erased[slot] = true;
    }
    CHECK_INT(key_ring_erasures(ring), 40);
    for (uint64_t slot = 0; slot < SLOTS; slot++)
        if (is_erased[slot])
            CHECK_ERR(key_ring_secret(ring, slot, &now, NULL), ERR_NOT_FOUND);
        else
            CHECK(has(ring, slot, &now) && secret_equal(&now, &before[slot], sizeof now));
    CHECK(has(ring, KEY_RING_SLOTS - 1, &now));
    CHECK_ERR(key_ring_secret(ring, KEY_RING_SLOTS, &now, NULL), ERR_RANGE);
}

TEST(erased_ranges_melt_together)
{
    _cleanup_(key_ring_freep) KeyRing *ring = key_ring_new();
    RecordSecret secret;
    REQUIRE(ring != NULL);
    CHECK_OK(key_ring_erase(ring, 500, 500, NULL));
    CHECK_INT(key_ring_seeds(ring), KEY_RING_DEPTH);
    for (uint64_t slot = 0; slot < 1024; slot++)
        CHECK_OK(key_ring_erase(ring, slot, slot, NULL));
    CHECK_INT(key_ring_seeds(ring), KEY_RING_DEPTH - 10);
    CHECK_OK(key_ring_erase(ring, 0, KEY_RING_SLOTS - 1, NULL));
    CHECK_INT(key_ring_seeds(ring), 0);
    CHECK_ERR(key_ring_secret(ring, 5000, &secret, NULL), ERR_NOT_FOUND);
    CHECK_ERR(key_ring_erase(ring, 2, 1, NULL), ERR_RANGE);
}

TEST(a_ring_is_sealed_under_the_nodes_key)
{
    _cleanup_(key_ring_freep) KeyRing *ring = key_ring_new(), *back = NULL, *wrong = NULL;
    _cleanup_strbuf_ StrBuf sealed = STRBUF(KEY_RING_FILE_MAX);
    SealKey node, other;
    RecordSecret a, b;
    REQUIRE(ring != NULL);
    seal_key_make(&node);
    seal_key_make(&other);
    CHECK_OK(key_ring_erase(ring, 7, 9, NULL));
    CHECK_OK(key_ring_seal(ring, &node, &sealed, NULL));
    CHECK_OK(key_ring_open(strbuf_str(&sealed), &node, &back, NULL));
    CHECK_INT(key_ring_erasures(back), 1);
    CHECK(has(ring, 10, &a) && has(back, 10, &b) && secret_equal(&a, &b, sizeof a));
    CHECK(!has(back, 8, &b));
    CHECK_ERR(key_ring_open(strbuf_str(&sealed), &other, &wrong, NULL), ERR_CORRUPT);
    CHECK(wrong == NULL);
}

// Many ranges at once take out what one after the other would, and count once.
TEST(ranges_erased_together_are_as_if_erased_one_by_one)
{
    enum { SLOTS = 400, ROUNDS = 30 };
    Prng prng = {t_seed()};
    for (int round = 0; round < ROUNDS; round++) {
        _cleanup_(key_ring_freep) KeyRing *together = key_ring_new();
        REQUIRE(together != NULL);
        _cleanup_(key_ring_freep) KeyRing *single = key_ring_copy(together);
        REQUIRE(single != NULL);
        KeyRange ranges[40];
        size_t count = prng_below(&prng, 40);
        for (size_t i = 0; i < count; i++) {
            ranges[i].first = prng_below(&prng, SLOTS);
            ranges[i].last = ranges[i].first + prng_below(&prng, i % 5 == 0 ? 60 : 4);
            CHECK_OK(key_ring_erase(single, ranges[i].first, ranges[i].last, NULL));
        }
        CHECK_OK(key_ring_erase_ranges(together, ranges, count, 7, NULL));
        CHECK_INT(key_ring_erasures(together), 7);
        CHECK_INT(key_ring_seeds(together), key_ring_seeds(single));
        for (uint64_t slot = 0; slot < SLOTS + 100; slot++) {
            RecordSecret a, b;
            bool is_there = has(single, slot, &a);
            CHECK(has(together, slot, &b) == is_there);
            CHECK(!is_there || secret_equal(&a, &b, sizeof a));
            CHECK(key_ring_has_any(together, (KeyRange){slot, slot}) == is_there);
            uint64_t next = key_ring_next(together, slot);
            CHECK(is_there ? next == slot : next > slot);
            CHECK(key_ring_has_any(together, (KeyRange){slot, next}));
            CHECK(next == slot || !key_ring_has_any(together, (KeyRange){slot, next - 1}));
        }
        // The count never goes back.
        CHECK_OK(key_ring_erase_ranges(together, ranges, count, 3, NULL));
        CHECK_INT(key_ring_erasures(together), 7);
    }
    _cleanup_(key_ring_freep) KeyRing *ring = key_ring_new();
    CHECK_OK(key_ring_erase(ring, 0, KEY_RING_SLOTS - 1, NULL));
    CHECK_INT(key_ring_next(ring, 0), KEY_RING_SLOTS);
    CHECK(!key_ring_has_any(ring, (KeyRange){0, KEY_RING_SLOTS - 1}));
}
