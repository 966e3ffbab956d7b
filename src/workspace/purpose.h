// Purposes: what somebody works for, as concepts. Constant; any thread.
#pragma once
#include "base/str.h"

typedef struct Purpose {
    const char *identifier, *label; // label: a msgid
} Purpose;

const Purpose *purpose_all(size_t *ret_count);
// NULL: there is none.
const Purpose *purpose_find(Str identifier);
