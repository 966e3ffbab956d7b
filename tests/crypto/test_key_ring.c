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
