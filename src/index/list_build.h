// The inside of ListBuilder: what list_builder.c gathers and list_write.c lays out.
#pragma once
#include "index/category_table.h"
#include "index/group_table.h"
#include "index/list.h"
#include "index/list_layout.h"

struct ListBuilder {
    uint32_t count; // entries
    uint32_t tombstones;
    uint32_t source; // number of the present source
    bool has_failed; // an addition was left half done: the builder may only be freed
    // Columns and rows as the file has them, with these differences until they are written: digest
    // rows stand in the order of their arrival; LOCATION_START and FACT_START hold the position of
    // the entry's last row, whose link leads to the first (a ring); a location's entry field and
    // fact_links are those links.
    Region sections[SECTION_COUNT];
    Region fact_links; // u32 positions
    TextPool texts;
    CategoryTable categories;
    GroupTable groups;
};

// The value of a column at an entry; 0 where it was never written.
uint32_t builder_u32(const ListBuilder *builder, ListSection section, uint32_t entry);
uint64_t builder_u64(const ListBuilder *builder, ListSection section, uint32_t entry);
// False when out of memory.
bool builder_set_u32(ListBuilder *builder, ListSection section, uint32_t entry, uint32_t value);
bool builder_set_u64(ListBuilder *builder, ListSection section, uint32_t entry, uint64_t value);
