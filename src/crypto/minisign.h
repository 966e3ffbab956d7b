// Detached signatures in the form of the minisign tool, so that either verifies what the other
// signed: Ed25519 over the BLAKE2b-512 of a file, and over that signature with a trusted comment.
//
// Format: https://jedisct1.github.io/minisign/. Keys are plain values; whoever holds a secret one
// ends with minisign_wipe. Pure but for the descriptor that is read; any thread.
#pragma once
#include "base/err.h"
#include "base/strbuf.h"

enum {
    MINISIGN_ID_BYTES = 8,
    MINISIGN_COMMENT_MAX = 1024,     // bytes of a comment
    MINISIGN_FILE_MAX = 16 << 10,    // bytes of a key or signature file
    MINISIGN_LEGACY_MAX = 256 << 20, // bytes of a file that was signed without hashing it first
    MINISIGN_PASSWORD_MAX = 1024     // bytes
};

typedef struct MinisignPublicKey {
    uint8_t id[MINISIGN_ID_BYTES];
    uint8_t key[32];
} MinisignPublicKey;

typedef struct MinisignSecretKey {
    uint8_t id[MINISIGN_ID_BYTES];
    uint8_t key[64];
} MinisignSecretKey;

typedef struct MinisignSignature {
    uint8_t id[MINISIGN_ID_BYTES]; // of the key that is said to have signed
    bool is_prehashed;
    uint8_t signature[64], comment_signature[64];
    char comment[MINISIGN_COMMENT_MAX + 1]; // trusted once verified
    size_t comment_len;
} MinisignSignature;

// What the password protects against is named cost: scrypt as the tool does it takes a second and
// a gigabyte; the lesser cost is for tests and for machines that cannot.
typedef enum MinisignCost { MINISIGN_COST_TOOL, MINISIGN_COST_SMALL } MinisignCost;

void minisign_wipe(void *secret, size_t n);
void minisign_keygen(MinisignSecretKey *ret_secret, MinisignPublicKey *ret_public);
MinisignPublicKey minisign_public_of(const MinisignSecretKey *secret);

// The content of a key file. An empty password writes an unprotected key. ERR_NOMEM when scrypt
// cannot have its memory.
Err minisign_secret_put(StrBuf *out, const MinisignSecretKey *secret, Str password,
                        MinisignCost cost, Diag *diag) MUST_CHECK;
// ERR_SYNTAX: no secret key file.
Err minisign_secret_is_protected(Str file, bool *ret, Diag *diag) MUST_CHECK;
// ERR_AUTH: the password does not fit.
Err minisign_secret_parse(Str file, Str password, MinisignSecretKey *ret, Diag *diag) MUST_CHECK;
void minisign_public_put(StrBuf *out, const MinisignPublicKey *key);
// The content of a key file, or the one line of base64 alone.
Err minisign_public_parse(Str text, MinisignPublicKey *ret, Diag *diag) MUST_CHECK;
// The id as the tool prints it: sixteen upper-case hexadecimal digits.
void minisign_id_put(StrBuf *out, const uint8_t id[MINISIGN_ID_BYTES]);

// Signs what the descriptor gives from its present position on and writes the content of a
// signature file. The comment must be one line.
Err minisign_sign(const MinisignSecretKey *secret, int fd, Str trusted_comment, StrBuf *out,
                  Diag *diag) MUST_CHECK;
Err minisign_signature_parse(Str file, MinisignSignature *ret, Diag *diag) MUST_CHECK;
// ERR_SIGNATURE when it is not this key's signature of what the descriptor gives, or the comment is
// not the one that was signed.
Err minisign_verify(const MinisignPublicKey *key, const MinisignSignature *signature, int fd,
                    Diag *diag) MUST_CHECK;
