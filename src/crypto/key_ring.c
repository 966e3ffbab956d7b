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

// The first seed that reaches to `slot` or stands behind it; count when there is none.
static size_t seed_from(const KeyRing *ring, uint64_t slot) {
    size_t low = 0, high = ring->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (last_of(&ring->seeds[middle]) < slot)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static const Seed *seed_above(const KeyRing *ring, uint64_t slot) {
    size_t at = seed_from(ring, slot);
    return at < ring->count && ring->seeds[at].first <= slot ? &ring->seeds[at] : NULL;
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

uint64_t key_ring_next(const KeyRing *ring, uint64_t slot) {
    size_t at = seed_from(ring, slot);
    if (at == ring->count)
        return KEY_RING_SLOTS;
    return ring->seeds[at].first > slot ? ring->seeds[at].first : slot;
}

bool key_ring_has_any(const KeyRing *ring, KeyRange range) {
    return key_ring_next(ring, range.first) <= range.last && range.first < KEY_RING_SLOTS;
}

// How many seeds remain of one without the ranges, which are sorted and apart from each other; with
// `to` they are appended there, and room for them was made. Depth is at most KEY_RING_DEPTH.
static size_t remains_of(const Seed *seed, const KeyRange *ranges, size_t count, KeyRing *to) {
    while (count > 0 && ranges[0].last < seed->first)
        ranges++, count--;
    while (count > 0 && ranges[count - 1].first > last_of(seed))
        count--;
    if (count == 0) {
        if (to != NULL)
            to->seeds[to->count++] = *seed;
        return 1;
    }
    if (ranges[0].first <= seed->first && last_of(seed) <= ranges[0].last)
        return 0;
    Seed both[2] = {0};
    if (to != NULL) {
        children_of(seed, both);
    } else {
        both[0] = (Seed){.first = seed->first, .height = (uint8_t)(seed->height - 1)};
        both[1] = (Seed){.first = last_of(&both[0]) + 1, .height = both[0].height};
    }
    size_t n = remains_of(&both[0], ranges, count, to) + remains_of(&both[1], ranges, count, to);
    sodium_memzero(both, sizeof both);
    return n;
}

static size_t all_remains_of(const KeyRing *ring, const KeyRange *ranges, size_t count,
                             KeyRing *to) {
    size_t n = 0, begin = 0;
    for (size_t i = 0; i < ring->count; i++) {
        const Seed *seed = &ring->seeds[i];
        while (begin < count && ranges[begin].last < seed->first)
            begin++;
        size_t end = begin;
        while (end < count && ranges[end].first <= last_of(seed))
            end++;
        n += remains_of(seed, ranges + begin, end - begin, to);
    }
    return n;
}

static int range_compare(const void *a, const void *b) {
    uint64_t left = ((const KeyRange *)a)->first, right = ((const KeyRange *)b)->first;
    return left < right ? -1 : left > right;
}

// Sorts, and melts together what touches; the new number of ranges.
static size_t ranges_merge(KeyRange *ranges, size_t count) {
    size_t n = 0;
    qsort(ranges, count, sizeof *ranges, range_compare);
    for (size_t i = 0; i < count; i++) {
        if (n > 0 && ranges[i].first <= ranges[n - 1].last + 1) {
            if (ranges[i].last > ranges[n - 1].last)
                ranges[n - 1].last = ranges[i].last;
        } else {
            ranges[n++] = ranges[i];
        }
    }
    return n;
}

static Err ranges_check(const KeyRange *ranges, size_t count, Diag *diag) {
    for (size_t i = 0; i < count; i++)
        if (ranges[i].first > ranges[i].last || ranges[i].last >= KEY_RING_SLOTS)
            return diag_set(diag, ERR_RANGE, N_("The key ring has no such record."));
    return ERR_OK;
}

Err key_ring_erase_ranges(KeyRing *ring, const KeyRange *ranges, size_t count, uint64_t erasures,
                          Diag *diag) {
    TRY(ranges_check(ranges, count, diag));
    _cleanup_free_ KeyRange *sorted = calloc(count + 1, sizeof *sorted);
    if (sorted == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    if (count > 0)
        memcpy(sorted, ranges, count * sizeof *sorted);
    count = ranges_merge(sorted, count);
    size_t capacity = all_remains_of(ring, sorted, count, NULL);
    if (capacity > KEY_RING_SEEDS_MAX)
        return diag_set(diag, ERR_LIMIT,
                        N_("The key ring is full: too many single records were erased."));
    KeyRing *next = ring_with(capacity + 1);
    if (next == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    all_remains_of(ring, sorted, count, next);
    KeyRing old = *ring;
    *ring = *next;
    ring->erasures = erasures > old.erasures ? erasures : old.erasures;
    *next = old;
    key_ring_free(next);
    return ERR_OK;
}

Err key_ring_erase(KeyRing *ring, uint64_t first, uint64_t last, Diag *diag) {
    return key_ring_erase_ranges(ring, &(KeyRange){first, last}, 1, ring->erasures + 1, diag);
}

KeyRing *key_ring_copy(const KeyRing *ring) {
    KeyRing *copy = ring_with(ring->count + 1);
    if (copy == NULL)
        return NULL;
    copy->erasures = ring->erasures;
    copy->count = ring->count;
    memcpy(copy->seeds, ring->seeds, ring->count * sizeof *ring->seeds);
    return copy;
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

static Err ring_parse(Str plain, KeyRing **ret) {
    if (plain.len < HEAD_BYTES)
        return ERR_CORRUPT;
    uint64_t count = load_le64(plain.ptr + 8);
    if (count > KEY_RING_SEEDS_MAX || plain.len != HEAD_BYTES + count * STORED_BYTES)
        return ERR_CORRUPT;
    KeyRing *ring = ring_with(count + 1);
    if (ring == NULL)
        return ERR_NOMEM;
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
            return ERR_CORRUPT;
        }
        next = last_of(seed) + 1;
    }
    *ret = ring;
    return ERR_OK;
}

Err key_ring_open(Str sealed, const SealKey *node_key, KeyRing **ret, Diag *diag) {
    _cleanup_secret_strbuf_ StrBuf plain = STRBUF(KEY_RING_FILE_MAX);
    TRY(seal_open(&plain, node_key, str_from(CONTEXT), sealed, diag));
    Err err = ring_parse(strbuf_str(&plain), ret);
    if (err == ERR_NOMEM)
        return diag_set(diag, err, N_("There is not enough memory."));
    return err == ERR_OK ? ERR_OK : diag_set(diag, err, N_("The key ring is damaged."));
}
