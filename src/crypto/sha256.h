// SHA-256 (FIPS 180-4) as a plain value that cannot fail: what the ledger's trees, commitments and
// key identifiers are made of. For fingerprints of files, hash/digests.h is faster.
#pragma once
#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>

enum { SHA256_SIZE = 32 };

// Filled by one thread at a time; owns nothing.
typedef struct Sha256 {
    alignas(16) unsigned char opaque[128];
} Sha256;

void sha256_begin(Sha256 *hash);
void sha256_put(Sha256 *hash, const void *bytes, size_t n);
// Begin again before the next input.
void sha256_end(Sha256 *hash, uint8_t ret[SHA256_SIZE]);
// All at once.
void sha256_of(const void *bytes, size_t n, uint8_t ret[SHA256_SIZE]);
