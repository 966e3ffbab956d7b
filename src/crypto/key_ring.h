// The key ring: one small secret from which the key and salt of every record are derived, and from
// which single records can be taken out for ever.
//
// A tree of seeds (the construction of Goldreich, Goldwasser and Micali; a seed's children are the
// halves of its keyed BLAKE2b-512). A ring begins as the seed at the root. Erasing a slot replaces
// the seed above it by the seeds beside its path, so that the slot's secret can no longer be
// computed from the ring while all others still can. Thus nothing is kept per record, backups
// contain no record's key, and what must be kept apart and in one current copy only is the ring: a
// few hundred bytes, 32 bytes more for each bit of each isolated erasure; erased ranges melt
// together.
//
// `erasures` counts what was taken out: a ring whose count is behind what the ledger says was
// restored from an old copy. One thread at a time; reading from several at once is safe.
#pragma once
#include "base/cleanup.h"
#include "base/err.h"
#include "base/strbuf.h"
#include "crypto/commitment.h"
#include "crypto/seal.h"

enum {
    KEY_RING_DEPTH = 48,          // slots are numbered 0 … 2^48 − 1
    KEY_RING_SEEDS_MAX = 2 << 20, // of a ring
    KEY_RING_FILE_MAX = 96 << 20, // bytes of the sealed file
};
#define KEY_RING_SLOTS (UINT64_C(1) << KEY_RING_DEPTH)

typedef struct KeyRing KeyRing;

// What belongs to one record. Wipe it with record_secret_wipe.
typedef struct RecordSecret {
    SealKey key;
    uint8_t salt[COMMITMENT_SALT_BYTES];
} RecordSecret;
void record_secret_wipe(RecordSecret *secret);
#define _cleanup_record_secret_ _cleanup_(record_secret_wipe)

// A new ring with a random root. NULL on NOMEM.
KeyRing *key_ring_new(void) MUST_CHECK;
void key_ring_free(KeyRing *ring); // wipes
DEFINE_CLEANUP(KeyRing *, key_ring_free);
uint64_t key_ring_erasures(const KeyRing *ring);
size_t key_ring_seeds(const KeyRing *ring);

// ERR_NOT_FOUND: the slot was erased. ERR_RANGE: no such slot.
Err key_ring_secret(const KeyRing *ring, uint64_t slot, RecordSecret *ret, Diag *diag) MUST_CHECK;
// The first slot from `slot` on that was not erased; KEY_RING_SLOTS when there is none.
uint64_t key_ring_next(const KeyRing *ring, uint64_t slot);
typedef struct KeyRange {
    uint64_t first, last;
} KeyRange;
// Whether the secret of any slot of the range can still be derived.
bool key_ring_has_any(const KeyRing *ring, KeyRange range);
// Takes the slots first … last out; those that are out already stay so. On failure the ring is as
// before. The caller then writes the ring in place of its file: until that file is gone, nothing
// is.
Err key_ring_erase(KeyRing *ring, uint64_t first, uint64_t last, Diag *diag) MUST_CHECK;
// The same for many ranges, in any order, as one erasure. The ring's count becomes `erasures`
// unless it is higher already.
Err key_ring_erase_ranges(KeyRing *ring, const KeyRange *ranges, size_t count, uint64_t erasures,
                          Diag *diag) MUST_CHECK;
// A copy to change while the ring is read. NULL on NOMEM.
KeyRing *key_ring_copy(const KeyRing *ring) MUST_CHECK;

// The ring sealed under the node's key, and back. ERR_CORRUPT: another key, or damage.
Err key_ring_seal(const KeyRing *ring, const SealKey *node_key, StrBuf *out, Diag *diag) MUST_CHECK;
Err key_ring_open(Str sealed, const SealKey *node_key, KeyRing **ret, Diag *diag) MUST_CHECK;
