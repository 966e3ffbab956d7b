// What a record of a list is called in answers: its own id, or its number in the list.
#pragma once
#include "index/entry.h"

enum { ENTRY_NUMBER_TEXT = 16 };

// index: of the entry in its list, from 0. The result is borrowed from the entry or from `number`.
Str entry_name(const ListEntry *entry, uint32_t index, char number[ENTRY_NUMBER_TEXT]);
