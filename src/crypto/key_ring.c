// A punctured tree of seeds, kept as a sorted list of subtrees that still can be derived.
#include "crypto/key_ring.h"

#include <sodium.h>

#include "base/bytes.h"
#include "crypto/secret.h"

enum { SEED_BYTES = 32, STORED_BYTES = 8 + 1 + SEED_BYTES, HEAD_BYTES = 8 + 8 };
static const char CONTEXT[] = "seventh/key-ring/v1\n";

// The seed of the slots first … first + 2^height − 1.
typedef struct Seed {
    uint64_t first;
    uint8_t height;
    uint8_t bytes[SEED_BYTES];
} Seed;

struct KeyRing {
    uint64_t erasures;
    size_t count, capacity;
    Seed *seeds; // by first; subtrees do not overlap
};

void record_secret_wipe(RecordSecret *secret) {
    sodium_memzero(secret, sizeof *secret);
}

static void seeds_free(Seed *seeds, size_t capacity) {
    if (seeds != NULL)
        sodium_memzero(seeds, capacity * sizeof *seeds);
    free(seeds);
}

void key_ring_free(KeyRing *ring) {
    if (ring == NULL)
        return;
    seeds_free(ring->seeds, ring->capacity);
    free(ring);
}

static KeyRing *ring_with(size_t capacity) {
    KeyRing *ring = calloc(1, sizeof *ring);
    if (ring == NULL)
        return NULL;
    ring->capacity = capacity;
    ring->seeds = calloc(capacity, sizeof *ring->seeds);
    if (ring->seeds == NULL) {
        free(ring);
        return NULL;
    }
    return ring;
}

KeyRing *key_ring_new(void) {
    KeyRing *ring = ring_with(1);
    if (ring == NULL)
        return NULL;
    ring->count = 1;
    ring->seeds[0].height = KEY_RING_DEPTH;
    randombytes_buf(ring->seeds[0].bytes, SEED_BYTES);
    return ring;
}

uint64_t key_ring_erasures(const KeyRing *ring) {
    return ring->erasures;
}

size_t key_ring_seeds(const KeyRing *ring) {
    return ring->count;
}

static void expand(const uint8_t seed[SEED_BYTES], const char *label, uint8_t ret[64]) {
    crypto_generichash(ret, 64, (const unsigned char *)label, strlen(label), seed, SEED_BYTES);
}

static void children_of(const Seed *parent, Seed ret[2]) {
    uint8_t both[64];
    expand(parent->bytes, "seventh/key-ring/children/v1", both);
    for (int side = 0; side < 2; side++) {
        ret[side].height = (uint8_t)(parent->height - 1);
        ret[side].first = parent->first + ((uint64_t)side << ret[side].height);
        memcpy(ret[side].bytes, both + side * SEED_BYTES, SEED_BYTES);
    }
    sodium_memzero(both, sizeof both);
}

static uint64_t last_of(const Seed *seed) {
    return seed->first + (UINT64_C(1) << seed->height) - 1;
}

static const Seed *seed_above(const KeyRing *ring, uint64_t slot) {
    size_t low = 0, high = ring->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (last_of(&ring->seeds[middle]) < slot)
            low = middle + 1;
        else
            high = middle;
    }
    return low < ring->count && ring->seeds[low].first <= slot ? &ring->seeds[low] : NULL;
}

Err key_ring_secret(const KeyRing *ring, uint64_t slot, RecordSecret *ret, Diag *diag) {
    if (slot >= KEY_RING_SLOTS)
        return diag_set(diag, ERR_RANGE, N_("The key ring has no such record."));
    const Seed *above = seed_above(ring, slot);
    if (above == NULL)
        return diag_set(diag, ERR_NOT_FOUND, N_("This record was erased: its key was destroyed."));
    Seed at = *above, both[2];
    while (at.height > 0) {
        children_of(&at, both);
        at = both[slot >> (at.height - 1) & 1];
    }
    uint8_t secret[64];
    expand(at.bytes, "seventh/key-ring/record/v1", secret);
    memcpy(ret->key.bytes, secret, SEAL_KEY_BYTES);
    memcpy(ret->salt, secret + SEAL_KEY_BYTES, COMMITMENT_SALT_BYTES);
    sodium_memzero(secret, sizeof secret);
    sodium_memzero(&at, sizeof at);
    sodium_memzero(both, sizeof both);
    return ERR_OK;
}

// Appends what remains of seed without first … last. Depth is at most KEY_RING_DEPTH. The caller
// has made room.
static void remains_put(KeyRing *to, const Seed *seed, uint64_t first, uint64_t last) {
    if (seed->first > last || last_of(seed) < first) {
        to->seeds[to->count++] = *seed;
        return;
    }
    if (first <= seed->first && last_of(seed) <= last)
        return;
    Seed both[2];
    children_of(seed, both);
    remains_put(to, &both[0], first, last);
    remains_put(to, &both[1], first, last);
    sodium_memzero(both, sizeof both);
}

Err key_ring_erase(KeyRing *ring, uint64_t first, uint64_t last, Diag *diag) {
    if (first > last || last >= KEY_RING_SLOTS)
        return diag_set(diag, ERR_RANGE, N_("The key ring has no such record."));
    // Only the subtrees at the two ends of the range are split, each into at most its height.
    size_t capacity = ring->count + 2 * KEY_RING_DEPTH;
    if (capacity > KEY_RING_SEEDS_MAX)
        return diag_set(diag, ERR_LIMIT,
                        N_("The key ring is full: too many single records were erased."));
    KeyRing *next = ring_with(capacity);
    if (next == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    for (size_t i = 0; i < ring->count; i++)
        remains_put(next, &ring->seeds[i], first, last);
    KeyRing old = *ring;
    *ring = *next;
    ring->erasures = old.erasures + 1;
    *next = old;
    key_ring_free(next);
    return ERR_OK;
}

Err key_ring_seal(const KeyRing *ring, const SealKey *node_key, StrBuf *out, Diag *diag) {
    _cleanup_secret_strbuf_ StrBuf plain = STRBUF(KEY_RING_FILE_MAX);
    size_t n = HEAD_BYTES + ring->count * STORED_BYTES;
    char *to = strbuf_reserve(&plain, n);
    if (to == NULL)
        return diag_set(diag, strbuf_err(&plain), N_("There is not enough memory."));
    store_le64(to, ring->erasures);
    store_le64(to + 8, ring->count);
    to += HEAD_BYTES;
    for (size_t i = 0; i < ring->count; i++, to += STORED_BYTES) {
        store_le64(to, ring->seeds[i].first);
        to[8] = (char)ring->seeds[i].height;
        memcpy(to + 9, ring->seeds[i].bytes, SEED_BYTES);
    }
    strbuf_commit(&plain, n);
    return seal_put(out, node_key, str_from(CONTEXT), strbuf_str(&plain), diag);
}

static bool ring_parse(Str plain, KeyRing **ret) {
    if (plain.len < HEAD_BYTES)
        return false;
    uint64_t count = load_le64(plain.ptr + 8);
    if (count > KEY_RING_SEEDS_MAX || plain.len != HEAD_BYTES + count * STORED_BYTES)
        return false;
    KeyRing *ring = ring_with(count + 1);
    if (ring == NULL)
        return false;
    ring->erasures = load_le64(plain.ptr);
    ring->count = count;
    const char *at = plain.ptr + HEAD_BYTES;
    uint64_t next = 0;
    for (size_t i = 0; i < count; i++, at += STORED_BYTES) {
        Seed *seed = &ring->seeds[i];
        seed->first = load_le64(at);
        seed->height = (uint8_t)at[8];
        memcpy(seed->bytes, at + 9, SEED_BYTES);
        if (seed->height > KEY_RING_DEPTH || seed->first < next || seed->first >= KEY_RING_SLOTS ||
            (seed->first & ((UINT64_C(1) << seed->height) - 1)) != 0) {
            key_ring_free(ring);
            return false;
        }
        next = last_of(seed) + 1;
    }
    *ret = ring;
    return true;
}

Err key_ring_open(Str sealed, const SealKey *node_key, KeyRing **ret, Diag *diag) {
    _cleanup_secret_strbuf_ StrBuf plain = STRBUF(KEY_RING_FILE_MAX);
    TRY(seal_open(&plain, node_key, str_from(CONTEXT), sealed, diag));
    if (!ring_parse(strbuf_str(&plain), ret))
        return diag_set(diag, ERR_CORRUPT, N_("The key ring is damaged."));
    return ERR_OK;
}
