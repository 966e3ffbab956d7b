// VEC(Type): a growing array. Zero-initialise it, vec_push, vec_done. Elements move when it grows.
//
//     VEC(Str) names = {0};
//     if (!vec_push(&names, STR("a"))) return ERR_NOMEM;
//     for (size_t i = 0; i < names.len; i++) use(names.items[i]);
//     vec_done(&names);
#pragma once
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define VEC(Type) \
    struct { \
        Type *items; \
        size_t len; \
        size_t capacity; \
    }

// False when out of memory; the array is then unchanged.
#define vec_push(vec, value) \
    (vec_grow_((void **)&(vec)->items, (vec)->len, &(vec)->capacity, 1, sizeof *(vec)->items) \
         ? ((vec)->items[(vec)->len++] = (value), true) \
         : false)
// Room for n more without another allocation.
#define vec_reserve(vec, n) \
    vec_grow_((void **)&(vec)->items, (vec)->len, &(vec)->capacity, (n), sizeof *(vec)->items)
#define vec_done(vec) (free((vec)->items), (vec)->items = NULL, (vec)->len = (vec)->capacity = 0)
#define vec_clear(vec) ((vec)->len = 0)

static inline bool vec_grow_(void **items, size_t len, size_t *capacity, size_t more, size_t size) {
    size_t need, bytes;
    if (__builtin_add_overflow(len, more, &need))
        return false;
    if (need <= *capacity)
        return true;
    size_t grown = *capacity + *capacity / 2 + 8;
    if (grown < need)
        grown = need;
    if (__builtin_mul_overflow(grown, size, &bytes))
        return false;
    void *moved = realloc(*items, bytes);
    if (moved == NULL)
        return false;
    *items = moved;
    *capacity = grown;
    return true;
}
