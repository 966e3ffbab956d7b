// BLAKE2b by libsodium.
#include "crypto/blake2.h"

#include <assert.h>
#include <sodium.h>

static_assert(sizeof(crypto_generichash_state) <= sizeof((Blake2 *)0)->opaque,
              "the opaque state holds libsodium's");

static crypto_generichash_state *state_of(Blake2 *hash) {
    return (crypto_generichash_state *)(void *)hash->opaque;
}

void blake2_begin(Blake2 *hash, size_t digest_size) {
    hash->digest_size = digest_size;
    int failed = crypto_generichash_init(state_of(hash), NULL, 0, digest_size);
    assert(failed == 0);
    (void)failed;
}

void blake2_put(Blake2 *hash, const void *bytes, size_t n) {
    crypto_generichash_update(state_of(hash), bytes, n);
}

void blake2_end(Blake2 *hash, uint8_t *ret_digest) {
    crypto_generichash_final(state_of(hash), ret_digest, hash->digest_size);
}

void blake2_256(const void *bytes, size_t n, uint8_t ret_digest[BLAKE2_256_BYTES]) {
    int failed = crypto_generichash(ret_digest, BLAKE2_256_BYTES, bytes, n, NULL, 0);
    assert(failed == 0);
    (void)failed;
}
