// Open addressing, linear probing, at most three quarters full. It grows by being laid out anew
// from the entries, so that old and new slots are never held together.
#include "index/group_table.h"

#include <string.h>

#include "base/bytes.h"
#include "crypto/random.h"

enum { FIRST_SLOTS = 1024 };

static size_t slot_count(const GroupTable *table) {
    return table->slots.len / sizeof(uint32_t);
}

// A place in [0, slots), by multiplication instead of a power of two, so that growth can be gentle.
static size_t place_of(const GroupTable *table, const uint8_t md5[16]) {
    uint64_t hash = (load_le64(md5) ^ table->key) * 0xBF58476D1CE4E5B9u;
    hash = (hash ^ (hash >> 31) ^ load_le64(md5 + 8)) * 0x94D049BB133111EBu;
    hash ^= hash >> 32;
    hash *= 0x9E3779B97F4A7C15u;
    return (size_t)(((unsigned __int128)hash * slot_count(table)) >> 64);
}

size_t group_table_find(const GroupTable *table, const uint8_t md5[16],
                        uint32_t ret_entries[GROUP_PROBES_MAX]) {
    const uint32_t *slots = (const uint32_t *)(const void *)table->slots.bytes;
    size_t found = 0, count = slot_count(table);
    if (count == 0)
        return 0;
    for (size_t at = place_of(table, md5); slots[at] != 0 && found < GROUP_PROBES_MAX;
         at = at + 1 == count ? 0 : at + 1) {
        uint32_t entry = slots[at] - 1;
        if (memcmp(table->md5_of(table->context, entry), md5, 16) != 0)
            continue;
        size_t to = found++;
        for (; to > 0 && ret_entries[to - 1] > entry; to--)
            ret_entries[to] = ret_entries[to - 1];
        ret_entries[to] = entry;
    }
    return found;
}

static void place(GroupTable *table, const uint8_t md5[16], uint32_t entry) {
    uint32_t *slots = (uint32_t *)(void *)table->slots.bytes;
    uint32_t others[GROUP_PROBES_MAX];
    if (table->has_passed_over && group_table_find(table, md5, others) == GROUP_PROBES_MAX)
        return;
    size_t count = slot_count(table), at = place_of(table, md5);
    while (slots[at] != 0)
        at = at + 1 == count ? 0 : at + 1;
    slots[at] = entry + 1;
    table->count++;
}

static bool grow(GroupTable *table) {
    size_t count = slot_count(table), target = count == 0 ? FIRST_SLOTS : count + count / 2;
    region_done(&table->slots);
    if (!region_extend(&table->slots, target * sizeof(uint32_t)))
        return false;
    table->count = 0;
    for (uint32_t entry = table->first; entry < table->next; entry++) {
        const uint8_t *md5 = table->md5_of(table->context, entry);
        if (md5 != NULL)
            place(table, md5, entry);
    }
    return true;
}

bool group_table_put(GroupTable *table, uint32_t entry) {
    const uint8_t *md5 = table->md5_of(table->context, entry);
    uint32_t others[GROUP_PROBES_MAX];
    if (table->slots.len == 0)
        random_bytes(&table->key, sizeof table->key);
    if (table->count >= slot_count(table) / 4 * 3 && !grow(table))
        return false;
    if (md5 != NULL) {
        if (!table->has_passed_over)
            table->has_passed_over = group_table_find(table, md5, others) == GROUP_PROBES_MAX;
        place(table, md5, entry);
    }
    table->next = entry + 1;
    return true;
}

void group_table_restart(GroupTable *table, uint32_t first) {
    region_done(&table->slots);
    table->first = table->next = first;
    table->count = 0;
    table->has_passed_over = false;
}
