// BLAKE2b (RFC 7693): the checksum of list files (32 bytes) and what minisign signs (64 bytes).
//
// A Blake2 is a plain value, filled by one thread at a time; it owns nothing.
#pragma once
#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>

enum { BLAKE2_256_BYTES = 32, BLAKE2_512_BYTES = 64 };

typedef struct Blake2 {
    alignas(64) unsigned char opaque[384];
    size_t digest_size;
} Blake2;

// digest_size: BLAKE2_256_BYTES or BLAKE2_512_BYTES.
void blake2_begin(Blake2 *hash, size_t digest_size);
void blake2_put(Blake2 *hash, const void *bytes, size_t n);
// Writes digest_size bytes; begin again before the next input.
void blake2_end(Blake2 *hash, uint8_t *ret_digest);
// All at once.
void blake2_256(const void *bytes, size_t n, uint8_t ret_digest[BLAKE2_256_BYTES]);
