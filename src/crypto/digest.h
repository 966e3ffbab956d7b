// A digest (hash function) of a byte stream, by name.
//
// For fingerprints that the field exchanges, where MD5 and SHA-1 are needed although they are
// broken for signatures. One context belongs to one thread at a time.
#pragma once
#include "base/cleanup.h"
#include "base/err.h"

typedef struct CryptoDigest CryptoDigest;

// name: "MD5", "SHA1", "SHA256"… ERR_UNSUPPORTED when the installed OpenSSL does not offer it;
// ERR_NOMEM.
Err crypto_digest_new(const char *name, CryptoDigest **ret) MUST_CHECK;
void crypto_digest_free(CryptoDigest *digest);
DEFINE_CLEANUP(CryptoDigest *, crypto_digest_free);
// A failure is kept and told by crypto_digest_finish.
void crypto_digest_put(CryptoDigest *digest, const void *bytes, size_t n);
// n: the digest's size in bytes (ERR_INTERNAL when it is another). Afterwards the context is ready
// for the next input, failed or not.
Err crypto_digest_finish(CryptoDigest *digest, uint8_t *ret, size_t n) MUST_CHECK;
