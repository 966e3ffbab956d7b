// Sealing: authenticated encryption by XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03), whose long
// nonce is drawn at random for every message.
//
// Sealed form: one version byte (1), 24 bytes of nonce, the encrypted bytes, 16 bytes of tag. The
// context is authenticated with it and must be the same when opening: it says what the bytes are
// and where they belong ("seventh/ledger/payload/v1\n" and the slot), so that a sealed thing cannot
// be put in another's place. Pure but for the random numbers; any thread.
#pragma once
#include "base/err.h"
#include "base/strbuf.h"

enum { SEAL_KEY_BYTES = 32, SEAL_OVERHEAD = 1 + 24 + 16 };

typedef struct SealKey {
    uint8_t bytes[SEAL_KEY_BYTES];
} SealKey;

void seal_key_make(SealKey *ret);
void seal_key_wipe(SealKey *key);
#define _cleanup_seal_key_ _cleanup_(seal_key_wipe)

// Appends the sealed form of plain to out.
Err seal_put(StrBuf *out, const SealKey *key, Str context, Str plain, Diag *diag) MUST_CHECK;
// Appends the plain bytes to out. ERR_CORRUPT when they were not sealed with this key and context,
// or were changed.
Err seal_open(StrBuf *out, const SealKey *key, Str context, Str sealed, Diag *diag) MUST_CHECK;

// A key sealed under another: SEAL_WRAPPED_BYTES.
enum { SEAL_WRAPPED_BYTES = SEAL_KEY_BYTES + SEAL_OVERHEAD };
void seal_key_wrap(const SealKey *under, Str context, const SealKey *key,
                   uint8_t ret[SEAL_WRAPPED_BYTES]);
Err seal_key_unwrap(const SealKey *under, Str context, const uint8_t wrapped[SEAL_WRAPPED_BYTES],
                    SealKey *ret, Diag *diag) MUST_CHECK;
