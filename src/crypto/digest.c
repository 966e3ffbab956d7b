// Digests by OpenSSL's EVP, fetched once for each context.
#include "crypto/digest.h"

#include "crypto/openssl.h"

struct CryptoDigest {
    EVP_MD *algorithm;
    EVP_MD_CTX *context;
    bool is_failed;
};

// "-fips" lifts a system-wide demand for approved algorithms: MD5 here identifies, it protects
// nothing.
Err crypto_digest_new(const char *name, CryptoDigest **ret) {
    _cleanup_(crypto_digest_freep) CryptoDigest *digest = calloc(1, sizeof *digest);
    if (digest == NULL)
        return ERR_NOMEM;
    digest->algorithm = EVP_MD_fetch(NULL, name, "-fips");
    if (digest->algorithm == NULL)
        return ERR_UNSUPPORTED;
    digest->context = EVP_MD_CTX_new();
    if (digest->context == NULL ||
        EVP_DigestInit_ex2(digest->context, digest->algorithm, NULL) != 1)
        return ERR_NOMEM;
    *ret = TAKE(digest);
    return ERR_OK;
}

void crypto_digest_free(CryptoDigest *digest) {
    if (digest == NULL)
        return;
    EVP_MD_CTX_free(digest->context);
    EVP_MD_free(digest->algorithm);
    free(digest);
}

void crypto_digest_put(CryptoDigest *digest, const void *bytes, size_t n) {
    if (EVP_DigestUpdate(digest->context, bytes, n) != 1)
        digest->is_failed = true;
}

Err crypto_digest_finish(CryptoDigest *digest, uint8_t *ret, size_t n) {
    uint8_t bytes[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    bool is_done =
        !digest->is_failed && EVP_DigestFinal_ex(digest->context, bytes, &size) == 1 && size == n;
    digest->is_failed = EVP_DigestInit_ex2(digest->context, digest->algorithm, NULL) != 1;
    if (!is_done)
        return ERR_INTERNAL;
    memcpy(ret, bytes, n);
    return ERR_OK;
}
