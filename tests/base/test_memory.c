// Arena and growing arrays.
#include "base/arena.h"
#include "base/vec.h"
#include "t.h"

TEST(an_arena_aligns_zeroes_and_stops_at_its_ceiling)
{
    _cleanup_(arena_freep) Arena *arena = arena_new(100000);
    REQUIRE(arena != NULL);
    for (size_t size = 1; size < 300; size += 7) {
        uint8_t *at = arena_alloc(arena, size);
        REQUIRE(at != NULL);
        CHECK_INT((uintptr_t)at % 16, 0);
        for (size_t i = 0; i < size; i++)
            CHECK(at[i] == 0);
        memset(at, 0xAA, size);
    }
    CHECK(arena_alloc(arena, 100000) == NULL);
    CHECK_ERR(arena_err(arena), ERR_LIMIT);
    arena_reset(arena);
    CHECK_OK(arena_err(arena));
    CHECK_INT(arena_used(arena), 0);
    uint8_t *again = arena_alloc(arena, 64);
    REQUIRE(again != NULL);
    CHECK(again[0] == 0 && again[63] == 0);
    CHECK(arena_alloc_array(arena, SIZE_MAX / 2, 3) == NULL);
    CHECK_ERR(arena_err(arena), ERR_LIMIT);
}

TEST(arena_copies_end_in_nul)
{
    _cleanup_(arena_freep) Arena *arena = arena_new(1000);
    REQUIRE(arena != NULL);
    Str copy = arena_copy(arena, STR("text"));
    CHECK_STR(copy, "text");
    CHECK_INT(copy.ptr[4], 0);
    CHECK_INT(arena_copy(arena, (Str){0}).len, 0);
}

TEST(a_vector_grows_and_keeps_its_items)
{
    VEC(int) numbers = {0};
    for (int i = 0; i < 10000; i++)
        REQUIRE(vec_push(&numbers, i));
    for (int i = 0; i < 10000; i++)
        CHECK(numbers.items[i] == i);
    CHECK(!vec_reserve(&numbers, SIZE_MAX / 2));
    CHECK_INT(numbers.len, 10000);
    vec_done(&numbers);
    CHECK_INT(numbers.capacity, 0);
}
