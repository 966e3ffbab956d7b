// HMAC-SHA-256 by libsodium.
#include "crypto/hmac.h"

#include <sodium.h>

_Static_assert(HMAC_BYTES == crypto_auth_hmacsha256_BYTES, "the size of SHA-256");

static void put(crypto_auth_hmacsha256_state *state, Str s) {
    if (s.len > 0)
        crypto_auth_hmacsha256_update(state, (const unsigned char *)s.ptr, s.len);
}

void hmac_make(const uint8_t key[HMAC_KEY_BYTES], Str label, Str text, uint8_t ret[HMAC_BYTES]) {
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, key, HMAC_KEY_BYTES);
    put(&state, label);
    put(&state, STR("\n"));
    put(&state, text);
    crypto_auth_hmacsha256_final(&state, ret);
    sodium_memzero(&state, sizeof state);
}
