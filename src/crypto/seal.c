// XChaCha20-Poly1305 by libsodium behind one sealed form.
#include "crypto/seal.h"

#include <sodium.h>

enum {
    NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG_BYTES = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    VERSION = 1
};
_Static_assert(SEAL_OVERHEAD == 1 + NONCE_BYTES + TAG_BYTES, "as the header says");
_Static_assert(SEAL_KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "as the header says");

void seal_key_make(SealKey *ret) {
    randombytes_buf(ret->bytes, sizeof ret->bytes);
}

void seal_key_wipe(SealKey *key) {
    sodium_memzero(key, sizeof *key);
}

static void seal_at(uint8_t *to, const SealKey *key, Str context, Str plain) {
    to[0] = VERSION;
    randombytes_buf(to + 1, NONCE_BYTES);
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        to + 1 + NONCE_BYTES, NULL, (const unsigned char *)plain.ptr, plain.len,
        (const unsigned char *)context.ptr, context.len, NULL, to + 1, key->bytes);
}

static bool open_at(uint8_t *to, const SealKey *key, Str context, const uint8_t *sealed, size_t n) {
    return n >= SEAL_OVERHEAD && sealed[0] == VERSION &&
           crypto_aead_xchacha20poly1305_ietf_decrypt(
               to, NULL, NULL, sealed + 1 + NONCE_BYTES, n - 1 - NONCE_BYTES,
               (const unsigned char *)context.ptr, context.len, sealed + 1, key->bytes) == 0;
}

Err seal_put(StrBuf *out, const SealKey *key, Str context, Str plain, Diag *diag) {
    size_t n = plain.len + SEAL_OVERHEAD;
    char *to = strbuf_reserve(out, n);
    if (to == NULL)
        return diag_set(diag, strbuf_err(out), N_("There is not enough memory."));
    seal_at((uint8_t *)to, key, context, plain);
    strbuf_commit(out, n);
    return ERR_OK;
}

static Err not_opened(Diag *diag) {
    return diag_set(diag, ERR_CORRUPT,
                    N_("A sealed record cannot be opened: it was changed, or sealed with another "
                       "key."));
}

Err seal_open(StrBuf *out, const SealKey *key, Str context, Str sealed, Diag *diag) {
    if (sealed.len < SEAL_OVERHEAD)
        return not_opened(diag);
    size_t n = sealed.len - SEAL_OVERHEAD;
    char *to = strbuf_reserve(out, n + 1);
    if (to == NULL)
        return diag_set(diag, strbuf_err(out), N_("There is not enough memory."));
    if (!open_at((uint8_t *)to, key, context, (const uint8_t *)sealed.ptr, sealed.len))
        return not_opened(diag);
    strbuf_commit(out, n);
    return ERR_OK;
}

void seal_key_wrap(const SealKey *under, Str context, const SealKey *key,
                   uint8_t ret[SEAL_WRAPPED_BYTES]) {
    seal_at(ret, under, context, str_of(key->bytes, sizeof key->bytes));
}

Err seal_key_unwrap(const SealKey *under, Str context, const uint8_t wrapped[SEAL_WRAPPED_BYTES],
                    SealKey *ret, Diag *diag) {
    SealKey key;
    if (!open_at(key.bytes, under, context, wrapped, SEAL_WRAPPED_BYTES))
        return not_opened(diag);
    *ret = key;
    seal_key_wipe(&key);
    return ERR_OK;
}
