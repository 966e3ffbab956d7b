// Bump allocation in blocks of growing size.
#include "base/arena.h"

#include <stdalign.h>

enum { FIRST_BLOCK = 4096, LARGEST_STEP = 1 << 20, ALIGNMENT = 16 };

typedef struct Block Block;
struct Block {
    Block *next; // older, smaller
    size_t size;
    size_t used;
    alignas(ALIGNMENT) char bytes[];
};

struct Arena {
    Block *top;
    size_t used;
    size_t ceiling;
    Err failed;
};

Arena *arena_new(size_t ceiling) {
    Arena *arena = calloc(1, sizeof *arena);
    if (arena != NULL)
        arena->ceiling = ceiling;
    return arena;
}

static void blocks_free(Block *block) {
    while (block != NULL) {
        Block *next = block->next;
        free(block);
        block = next;
    }
}

void arena_free(Arena *arena) {
    if (arena == NULL)
        return;
    blocks_free(arena->top);
    free(arena);
}

void arena_reset(Arena *arena) {
    if (arena->top != NULL) {
        blocks_free(arena->top->next);
        arena->top->next = NULL;
        arena->top->used = 0;
    }
    arena->used = 0;
    arena->failed = ERR_OK;
}

void *arena_alloc(Arena *arena, size_t size) {
    if (size > arena->ceiling || arena->used > arena->ceiling - size) {
        arena->failed = ERR_LIMIT;
        return NULL;
    }
    size_t need = (size + (ALIGNMENT - 1)) & ~(size_t)(ALIGNMENT - 1);
    if (need < size) {
        arena->failed = ERR_LIMIT;
        return NULL;
    }
    Block *top = arena->top;
    if (top == NULL || top->size - top->used < need) {
        size_t block_size = top == NULL                ? FIRST_BLOCK
                            : top->size < LARGEST_STEP ? top->size * 2
                                                       : LARGEST_STEP;
        if (block_size < need)
            block_size = need;
        Block *block = malloc(sizeof *block + block_size);
        if (block == NULL) {
            arena->failed = ERR_NOMEM;
            return NULL;
        }
        *block = (Block){.next = top, .size = block_size};
        arena->top = top = block;
    }
    void *at = top->bytes + top->used;
    top->used += need;
    arena->used += size;
    return memset(at, 0, size);
}

void *arena_alloc_array(Arena *arena, size_t count, size_t size) {
    size_t total;
    if (__builtin_mul_overflow(count, size, &total)) {
        arena->failed = ERR_LIMIT;
        return NULL;
    }
    return arena_alloc(arena, total);
}

Str arena_copy(Arena *arena, Str s) {
    char *copy = arena_alloc(arena, s.len + 1);
    if (copy == NULL)
        return (Str){NULL, 0};
    if (s.len > 0)
        memcpy(copy, s.ptr, s.len);
    return str_of(copy, s.len);
}

Err arena_err(const Arena *arena) {
    return arena->failed;
}

size_t arena_used(const Arena *arena) {
    return arena->used;
}
