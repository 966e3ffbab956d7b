// Token buckets by key: how often an address or a person may ask. A fixed table: of keys that were
// not seen for long the oldest is forgotten first, and a forgotten key starts with a full bucket.
//
// Any thread.
#pragma once
#include "base/cleanup.h"
#include "base/err.h"

typedef struct RateTable RateTable;
// tokens_per_minute and burst ≥ 1.
Err rate_table_new(uint32_t tokens_per_minute, uint32_t burst, RateTable **ret) MUST_CHECK;
void rate_table_free(RateTable *table);
DEFINE_CLEANUP(RateTable *, rate_table_free);
// Takes one token of the key at this time (monotonic milliseconds). 0: taken; else the seconds
// after which there will be one.
uint32_t rate_take(RateTable *table, const uint8_t key[16], int64_t now_ms);
