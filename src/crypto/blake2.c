// BLAKE2b by libsodium.
#include "crypto/blake2.h"

#include <assert.h>
#include <sodium.h>

static_assert(sizeof(crypto_generichash_state) <= sizeof((Blake2 *)0)->opaque,
              "the opaque state holds libsodium's");

static crypto_generichash_state *state_of(Blake2 *hash) {
    return (crypto_generichash_state *)(void *)hash->opaque;
}

// sodium_init chooses the fastest code for this processor; after the first call it is a lock and a
// look.
void blake2_begin(Blake2 *hash, size_t digest_size) {
    int is_ready = sodium_init();
    assert(is_ready >= 0);
    (void)is_ready;
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
    Blake2 hash;
    blake2_begin(&hash, BLAKE2_256_BYTES);
    blake2_put(&hash, bytes, n);
    blake2_end(&hash, ret_digest);
}
