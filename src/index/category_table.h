// CategoryTable: the distinct (scheme, version, code) of a list under construction, numbered from 1
// in the order of their first use; 0 is "no scheme and no code".
#pragma once
#include "index/text_pool.h"

typedef struct CategoryTable {
    Region rows;  // as the section CATEGORIES
    Region slots; // u32 positions, by hash
    uint32_t count;
} CategoryTable;

typedef struct Category {
    Str scheme, version, code;
} Category;

// *ret_position: of the category, which is added when it is new.
Err category_table_put(CategoryTable *table, TextPool *texts, const Category *category,
                       uint32_t *ret_position, Diag *diag) MUST_CHECK;
// Borrowed from the texts until their next put.
Category category_table_get(const CategoryTable *table, const TextPool *texts, uint32_t position);
void category_table_done(CategoryTable *table);
