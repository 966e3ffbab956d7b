// Whether an item may stand in a list that leaves the node. Only inside this room.
#pragma once
#include "records/change.h"

// The item, seen by the actor's unit, with a category that is agreed or adjudicated and protects
// children (of a list of harmless files: that is harmless), and for industry votes from units of
// enough countries. ERR_STATE with {item} otherwise.
Err releasable_find(Change *change, const Identifier *item, bool is_for_industry,
                    bool is_known_good, int64_t *ret_item, Diag *diag) MUST_CHECK;
// The same of all items of a list, as they are now.
Err releasable_all(Change *change, int64_t list, bool is_for_industry, bool is_known_good,
                   Diag *diag) MUST_CHECK;
