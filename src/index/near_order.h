// The order of a near table's rows: near copies side by side. Internal to index/near_*.
//
// A cluster of near copies fills a bucket of each table, and a query into it would read the same
// rows at random, once for every table that leads to them. Rows in an overfull bucket of any table
// are therefore crowded: they come first in the image, sorted by the fullest bucket that each lies
// in, which puts a cluster into a handful of runs. All others follow in the order of their ids.
#pragma once
#include "index/near_rows.h"

enum {
    NEAR_OVERFULL_TIMES = 3, // the mean size of a bucket, and
    NEAR_OVERFULL_MORE = 64, // so many more are still no crowd
    NEAR_NO_ROW = UINT32_MAX
};

typedef struct NearOrder {
    const uint32_t *sizes; // borrowed: 16 × 65536, how many rows each bucket holds
    uint64_t *overfull;    // a bit a bucket
    bool has_overfull;
    // Of each id, first its group (near_order_group), then its row; NULL when the id is the row.
    uint32_t *places;
    uint64_t crowded; // rows
} NearOrder;

// Which buckets are overfull. ERR_NOMEM.
Err near_order_begin(NearOrder *order, const uint32_t *sizes, uint64_t distinct) MUST_CHECK;
void near_order_done(NearOrder *order);
// The fullest of a row's overfull buckets, its chunk above its value; NEAR_NO_ROW when none is.
uint32_t near_order_group(const NearOrder *order, const NearRow *row);
// Turns groups into rows. Ids whose bit in is_twin (NULL: no id's) is set get none. ERR_NOMEM.
Err near_order_settle(NearOrder *order, size_t count, const uint64_t *is_twin) MUST_CHECK;
