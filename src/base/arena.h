// Arena: many small allocations that end together (a request, a job, a record), with a ceiling.
//
// All memory is freed by arena_free, or made reusable by arena_reset (which keeps the largest
// block). Allocations are 16-byte aligned and zeroed. Not thread-safe: one arena belongs to one
// thread at a time.
#pragma once
#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"

typedef struct Arena Arena;

// ceiling: greatest total of bytes handed out between resets. NULL on NOMEM.
Arena *arena_new(size_t ceiling) MUST_CHECK;
void arena_free(Arena *arena);
DEFINE_CLEANUP(Arena *, arena_free);
void arena_reset(Arena *arena);

// NULL when out of memory or past the ceiling; arena_err then says which.
void *arena_alloc(Arena *arena, size_t size) MUST_CHECK;
void *arena_alloc_array(Arena *arena, size_t count, size_t size) MUST_CHECK; // overflow-checked
#define ARENA_NEW(arena, Type) ((Type *)arena_alloc((arena), sizeof(Type)))
#define ARENA_ARRAY(arena, Type, count) ((Type *)arena_alloc_array((arena), (count), sizeof(Type)))
// Copies with a NUL behind; a failed copy is the empty Str with ptr NULL.
Str arena_copy(Arena *arena, Str s);
// ERR_OK, or why the last allocation failed (NOMEM or LIMIT).
Err arena_err(const Arena *arena);
size_t arena_used(const Arena *arena);
