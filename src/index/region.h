// Region: one growing run of zeroed bytes straight from the system, for what is as large as a list.
//
// Growing moves pages instead of copying them, and pages never written cost nothing, so that the
// peak is the content itself. Zero-initialise it; addresses move when it grows. Not thread-safe.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Region {
    uint8_t *bytes;
    size_t len;      // bytes in use; what lies behind is zero
    size_t capacity; // bytes mapped
} Region;

// Room for len + more bytes; false when out of memory, and nothing has changed.
bool region_reserve(Region *region, size_t more);
// Appends n zero bytes (or copies of `bytes`) and gives where they stand, or NULL.
void *region_push(Region *region, const void *bytes, size_t n);
// Makes len at least `len`, the new bytes being zero.
bool region_extend(Region *region, size_t len);
void region_done(Region *region);
