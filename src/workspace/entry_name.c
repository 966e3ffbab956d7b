// The name of a record without an id.
#include "workspace/entry_name.h"

#include <stdio.h>

Str entry_name(const ListEntry *entry, uint32_t index, char number[ENTRY_NUMBER_TEXT]) {
    if (entry->id.len > 0)
        return entry->id;
    snprintf(number, ENTRY_NUMBER_TEXT, "#%lu", (unsigned long)index + 1);
    return str_from(number);
}
