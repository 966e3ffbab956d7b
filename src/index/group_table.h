// GroupTable: from an MD5 to the entries of the present source that bear it. Four bytes a slot; the
// MD5s stay where the entries are. Of one MD5 at most GROUP_PROBES_MAX entries are kept, which
// bounds what a hostile list can cost.
#pragma once
#include "index/limits.h"
#include "index/region.h"

typedef struct GroupTable {
    Region slots;         // u32 entry + 1
    uint32_t first, next; // entries of this source that were offered
    uint32_t count;       // and kept
    uint64_t key;         // secret, so that a list cannot choose its collisions
    bool has_passed_over; // one was not kept
    // The MD5 of an entry that may stand in the table, NULL for others.
    const uint8_t *(*md5_of)(const void *context, uint32_t entry);
    const void *context;
} GroupTable;

// The entries of this MD5, ascending; returns their number.
size_t group_table_find(const GroupTable *table, const uint8_t md5[16],
                        uint32_t ret_entries[GROUP_PROBES_MAX]);
// Entries are offered in ascending order. False when out of memory: the table is then of no use.
bool group_table_put(GroupTable *table, uint32_t entry);
// Forgets all entries; entry numbers from `first` on will follow.
void group_table_restart(GroupTable *table, uint32_t first);
