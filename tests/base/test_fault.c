// The fault sweep finds what it must find; arena, buffers and vectors survive it.
#include "fault.h"

#include "base/arena.h"
#include "base/strbuf.h"
#include "base/vec.h"

static Err arena_in_and_out(void) {
    _cleanup_(arena_freep) Arena *arena = arena_new(1 << 20);
    if (arena == NULL)
        return ERR_NOMEM;
    for (size_t i = 0; i < 40; i++) {
        char *text = ARENA_ARRAY(arena, char, 1000 + i * 50);
        if (text == NULL)
            return arena_err(arena);
        memset(text, 'x', 1000);
        if (arena_copy(arena, STR("copied")).ptr == NULL)
            return arena_err(arena);
    }
    arena_reset(arena);
    return ARENA_NEW(arena, int) == NULL ? arena_err(arena) : ERR_OK;
}

static Err buffer_in_and_out(void) {
    _cleanup_strbuf_ StrBuf buf = STRBUF(1 << 20);
    for (int i = 0; i < 500; i++) {
        strbuf_printf(&buf, "%d ", i);
        strbuf_put_code_point(&buf, 0x20AC);
    }
    return strbuf_err(&buf);
}

static Err vector_in_and_out(void) {
    VEC(int) numbers = {0};
    Err err = ERR_OK;
    for (int i = 0; i < 1000 && err == ERR_OK; i++)
        err = vec_push(&numbers, i) ? ERR_OK : ERR_NOMEM;
    for (size_t i = 0; i < numbers.len; i++)
        CHECK_INT(numbers.items[i], i);
    vec_done(&numbers);
    return err;
}

TEST(an_arena_survives_want_of_memory)
{ FAULT_SWEEP(arena_in_and_out); }

TEST(a_buffer_survives_want_of_memory)
{ FAULT_SWEEP(buffer_in_and_out); }

TEST(a_vector_survives_want_of_memory)
{ FAULT_SWEEP(vector_in_and_out); }

static void *kept;

static Err leaks_on_failure(void) {
    void *first = malloc(10);
    if (first == NULL)
        return ERR_NOMEM;
    void *second = malloc(10);
    if (second == NULL) {
        kept = first;
        return ERR_NOMEM;
    }
    free(first);
    free(second);
    return ERR_OK;
}

static Err calls_it_corrupt(void) {
    _cleanup_free_ char *text = strdup("abc");
    return text == NULL ? ERR_CORRUPT : ERR_OK;
}

TEST(a_leak_and_a_wrong_error_are_found)
{
    int before = t_failures;
    FAULT_SWEEP(leaks_on_failure);
    int after_leak = t_failures;
    free(kept);
    FAULT_SWEEP(calls_it_corrupt);
    int after_error = t_failures;
    t_failures = before;
    CHECK_INT(after_leak - before, 1);
    CHECK_INT(after_error - after_leak, 1);
}

TEST(a_failed_resize_keeps_the_old)
{
    char *text = malloc(4);
    REQUIRE(text != NULL);
    memcpy(text, "abc", 4);
    size_t live = fault_live();
    fault_arm(0, false);
    char *moved = realloc(text, 400);
    CHECK(moved == NULL);
    CHECK(fault_disarm());
    CHECK_INT(fault_live(), live);
    CHECK_STR(str_from(moved == NULL ? text : moved), "abc");
    free(moved == NULL ? text : moved);
    CHECK_INT(fault_live(), live - 1);
}
