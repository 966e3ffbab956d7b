// Wiping and comparing by libsodium.
#include "crypto/secret.h"

#include <sodium.h>

void secret_wipe(void *secret, size_t n) {
    sodium_memzero(secret, n);
}

bool secret_equal(const void *a, const void *b, size_t n) {
    return sodium_memcmp(a, b, n) == 0;
}

void secret_strbuf_done(StrBuf *buf) {
    if (buf->ptr != NULL)
        sodium_memzero(buf->ptr, buf->capacity);
    strbuf_done(buf);
}
