// Open addressing over the rows; compared by text, since the pool may hold a text twice.
#include "index/category_table.h"

#include "base/bytes.h"
#include "index/list_layout.h"

enum { FIRST_SLOTS = 256 };

static uint64_t hash_put(uint64_t hash, Str text) {
    for (size_t i = 0; i < text.len; i++)
        hash = (hash ^ (uint8_t)text.ptr[i]) * 0x100000001B3u;
    return (hash ^ 0x1F) * 0x9E3779B97F4A7C15u;
}

static uint64_t hash_of(const Category *category) {
    uint64_t hash = hash_put(0xCBF29CE484222325u, category->scheme);
    hash = hash_put(hash, category->version);
    hash = hash_put(hash, category->code);
    return hash ^ (hash >> 31);
}

Category category_table_get(const CategoryTable *table, const TextPool *texts, uint32_t position) {
    if (position == 0)
        return (Category){0};
    const uint8_t *row = table->rows.bytes + (size_t)(position - 1) * CATEGORY_BYTES;
    return (Category){text_pool_get(texts, load_le64(row)),
                      text_pool_get(texts, load_le64(row + 8)),
                      text_pool_get(texts, load_le64(row + 16))};
}

// The slot that holds the category, or the free one where it would stand.
static uint32_t *slot_of(const CategoryTable *table, const TextPool *texts,
                         const Category *category) {
    uint32_t *slots = (uint32_t *)(void *)table->slots.bytes;
    size_t mask = table->slots.len / sizeof *slots - 1;
    for (size_t at = (size_t)hash_of(category) & mask;; at = (at + 1) & mask) {
        if (slots[at] == 0)
            return &slots[at];
        Category other = category_table_get(table, texts, slots[at]);
        if (str_equal(other.code, category->code) && str_equal(other.scheme, category->scheme) &&
            str_equal(other.version, category->version))
            return &slots[at];
    }
}

static bool slots_grow(CategoryTable *table, const TextPool *texts) {
    size_t slots = table->slots.len / sizeof(uint32_t);
    if (slots > 0 && table->count < slots / 2)
        return true;
    Region larger = {0};
    if (!region_extend(&larger, (slots == 0 ? FIRST_SLOTS : slots * 2) * sizeof(uint32_t)))
        return false;
    region_done(&table->slots);
    table->slots = larger;
    for (uint32_t position = 1; position <= table->count; position++) {
        Category category = category_table_get(table, texts, position);
        *slot_of(table, texts, &category) = position;
    }
    return true;
}

Err category_table_put(CategoryTable *table, TextPool *texts, const Category *category,
                       uint32_t *ret_position, Diag *diag) {
    if (category->scheme.len == 0 && category->version.len == 0 && category->code.len == 0) {
        *ret_position = 0;
        return ERR_OK;
    }
    if (!slots_grow(table, texts))
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    uint32_t *slot = slot_of(table, texts, category);
    if (*slot == 0) {
        uint64_t scheme, version, code;
        TRY(text_pool_put(texts, category->scheme, &scheme, diag));
        TRY(text_pool_put(texts, category->version, &version, diag));
        TRY(text_pool_put(texts, category->code, &code, diag));
        uint8_t *row = region_push(&table->rows, NULL, CATEGORY_BYTES);
        if (row == NULL)
            return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
        store_le64(row, scheme);
        store_le64(row + 8, version);
        store_le64(row + 16, code);
        *slot = ++table->count;
    }
    *ret_position = *slot;
    return ERR_OK;
}

void category_table_done(CategoryTable *table) {
    region_done(&table->rows);
    region_done(&table->slots);
    table->count = 0;
}
