// Recovery keys: what backups are sealed to. The node knows the public half only; the secret half
// is kept on paper, best in shares, so that no one person can open a backup alone.
//
// X25519 by libsodium's sealed boxes; a long content is sealed as a stream (crypto_secretstream,
// XChaCha20-Poly1305) under a key of its own that is in the box. A sealed thing says nothing about
// who sealed it: whoever needs to know signs beside it. Sealed form: "seventh/sealed/v1" and a line
// feed, the box (80 bytes), the stream's header (24 bytes), then pieces of up to 64 KiB, each with
// 17 bytes more; the last is marked. The context is authenticated with every piece.
//
// Texts are of letters and digits without look-alikes (base32), in groups, with a checksum; reading
// takes either case and leaves out white space and hyphens. Pure but for random numbers and the
// descriptors; any thread.
#pragma once
#include "base/err.h"
#include "base/strbuf.h"

enum {
    RECOVERY_KEY_BYTES = 32,
    RECOVERY_TEXT_MAX = 160, // bytes of any of the texts
    RECOVERY_SHARES_MAX = 16,
    RECOVERY_OVERHEAD = 18 + 80 + 24 + 17 // bytes that sealing a short content adds
};

typedef struct RecoveryPublic {
    uint8_t bytes[RECOVERY_KEY_BYTES];
} RecoveryPublic;
typedef struct RecoverySecret {
    uint8_t bytes[RECOVERY_KEY_BYTES];
} RecoverySecret;

void recovery_keygen(RecoverySecret *ret_secret, RecoveryPublic *ret_public);
void recovery_public_of(const RecoverySecret *secret, RecoveryPublic *ret);
void recovery_secret_wipe(RecoverySecret *secret);
#define _cleanup_recovery_secret_ _cleanup_(recovery_secret_wipe)

// recovery-key-…, recovery-secret-…; without line feed.
void recovery_public_put(StrBuf *out, const RecoveryPublic *key);
void recovery_secret_put(StrBuf *out, const RecoverySecret *secret);
// ERR_SYNTAX: not one, or miscopied.
Err recovery_public_parse(Str text, RecoveryPublic *ret, Diag *diag) MUST_CHECK;
Err recovery_secret_parse(Str text, RecoverySecret *ret, Diag *diag) MUST_CHECK;

// --- Shares -----------------------------------------------------------------------------------
// Shamir's scheme over GF(2^8): any `threshold` of `count` shares give the secret, fewer give
// nothing.

typedef struct RecoveryShare {
    uint8_t set[4]; // the same for all shares of one splitting
    uint8_t threshold, number;
    uint8_t bytes[RECOVERY_KEY_BYTES];
} RecoveryShare;

// 2 ≤ threshold ≤ count ≤ RECOVERY_SHARES_MAX, or ERR_INVALID. Numbers are 1 … count.
Err recovery_split(const RecoverySecret *secret, int threshold, int count, RecoveryShare *ret,
                   Diag *diag) MUST_CHECK;
// ERR_INVALID: fewer than the threshold, of two splittings, or one twice. Whether what comes out is
// the right secret shows when something is opened with it.
Err recovery_join(const RecoveryShare *shares, size_t count, RecoverySecret *ret,
                  Diag *diag) MUST_CHECK;
// recovery-share-…
void recovery_share_put(StrBuf *out, const RecoveryShare *share);
Err recovery_share_parse(Str text, RecoveryShare *ret, Diag *diag) MUST_CHECK;

// --- Sealing ----------------------------------------------------------------------------------

// From one descriptor to the other, to the end of the first.
Err recovery_seal_fd(const RecoveryPublic *to, Str context, int in, int out, Diag *diag) MUST_CHECK;
// ERR_CORRUPT: another key, another context, changed or cut short. What was written by then is
// genuine as far as it goes, and must not be used.
Err recovery_open_fd(const RecoverySecret *secret, Str context, int in, int out,
                     Diag *diag) MUST_CHECK;
// The same in memory, appended to out.
Err recovery_seal(const RecoveryPublic *to, Str context, Str plain, StrBuf *out,
                  Diag *diag) MUST_CHECK;
Err recovery_open(const RecoverySecret *secret, Str context, Str sealed, StrBuf *out,
                  Diag *diag) MUST_CHECK;
