// Sorting rows of a digest and an entry number, in place.
#pragma once
#include <stddef.h>
#include <stdint.h>

enum { DIGEST_ENTRY_BYTES = 4 }; // u32 little-endian, behind the digest

// Ascending by digest, then entry. row bytes = digest_size + DIGEST_ENTRY_BYTES. No memory of its
// own; time grows with count × log 256 for whatever digests.
void digest_rows_sort(uint8_t *rows, size_t count, size_t digest_size);
