// A set-associative table of buckets in shards, each with its own lock; keys are spread by a secret
// so that nobody can aim at one set.
#include "web/rate.h"

#include <pthread.h>

#include "base/bytes.h"
#include "crypto/random.h"
#include "web/limits.h"

enum { WAYS = 8, SHARDS = 16, SETS = WEB_BUCKETS / WAYS };

typedef struct Bucket {
    uint8_t key[16];
    int64_t seen_ms;
    int64_t units; // tokens × 60,000: one millisecond adds tokens_per_minute units
} Bucket;

struct RateTable {
    uint32_t per_minute, burst;
    uint64_t secret[2];
    pthread_mutex_t locks[SHARDS];
    Bucket buckets[SETS][WAYS];
};

Err rate_table_new(uint32_t tokens_per_minute, uint32_t burst, RateTable **ret) {
    RateTable *table = calloc(1, sizeof *table);
    if (table == NULL)
        return ERR_NOMEM;
    table->per_minute = tokens_per_minute;
    table->burst = burst;
    random_bytes(table->secret, sizeof table->secret);
    for (int i = 0; i < SHARDS; i++)
        pthread_mutex_init(&table->locks[i], NULL);
    for (int i = 0; i < SETS; i++)
        for (int j = 0; j < WAYS; j++)
            table->buckets[i][j].seen_ms = INT64_MIN;
    *ret = table;
    return ERR_OK;
}

void rate_table_free(RateTable *table) {
    if (table == NULL)
        return;
    for (int i = 0; i < SHARDS; i++)
        pthread_mutex_destroy(&table->locks[i]);
    free(table);
}

static size_t set_of(const RateTable *table, const uint8_t key[16]) {
    uint64_t a = load_le64(key) ^ table->secret[0], b = load_le64(key + 8) ^ table->secret[1];
    unsigned __int128 product = (unsigned __int128)(a | 1) * (b | 1);
    uint64_t mixed = ((uint64_t)product ^ (uint64_t)(product >> 64)) * 0x9E3779B97F4A7C15u;
    return (size_t)(mixed >> 32) % SETS;
}

uint32_t rate_take(RateTable *table, const uint8_t key[16], int64_t now_ms) {
    const int64_t full = (int64_t)table->burst * 60000;
    size_t set = set_of(table, key);
    pthread_mutex_t *lock = &table->locks[set % SHARDS];
    pthread_mutex_lock(lock);
    Bucket *bucket = &table->buckets[set][0];
    bool is_known = false;
    for (int i = 0; i < WAYS && !is_known; i++) {
        Bucket *at = &table->buckets[set][i];
        is_known = at->seen_ms != INT64_MIN && memcmp(at->key, key, 16) == 0;
        if (is_known || at->seen_ms < bucket->seen_ms)
            bucket = at;
    }
    if (!is_known) {
        memcpy(bucket->key, key, 16);
        bucket->units = full;
        bucket->seen_ms = now_ms;
    }
    int64_t passed = now_ms > bucket->seen_ms ? now_ms - bucket->seen_ms : 0;
    // Past a full bucket more time adds nothing; the product cannot overflow below that.
    if (passed > full / table->per_minute)
        bucket->units = full;
    else
        bucket->units += passed * table->per_minute;
    if (bucket->units > full)
        bucket->units = full;
    bucket->seen_ms = now_ms;
    uint32_t wait = 0;
    if (bucket->units >= 60000)
        bucket->units -= 60000;
    else
        wait = (uint32_t)(((60000 - bucket->units) / table->per_minute + 999) / 1000);
    pthread_mutex_unlock(lock);
    return wait;
}
