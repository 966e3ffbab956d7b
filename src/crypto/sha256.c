// SHA-256 by libsodium, whose state is a plain struct.
#include "crypto/sha256.h"

#include <sodium.h>

_Static_assert(sizeof(crypto_hash_sha256_state) <= sizeof(Sha256), "the state fits");
_Static_assert(_Alignof(crypto_hash_sha256_state) <= _Alignof(Sha256), "and is aligned");

static crypto_hash_sha256_state *state_of(Sha256 *hash) {
    return (crypto_hash_sha256_state *)(void *)hash->opaque;
}

void sha256_begin(Sha256 *hash) {
    crypto_hash_sha256_init(state_of(hash));
}

void sha256_put(Sha256 *hash, const void *bytes, size_t n) {
    if (n > 0)
        crypto_hash_sha256_update(state_of(hash), bytes, n);
}

void sha256_end(Sha256 *hash, uint8_t ret[SHA256_SIZE]) {
    crypto_hash_sha256_final(state_of(hash), ret);
}

void sha256_of(const void *bytes, size_t n, uint8_t ret[SHA256_SIZE]) {
    Sha256 hash;
    sha256_begin(&hash);
    sha256_put(&hash, bytes, n);
    sha256_end(&hash, ret);
}
