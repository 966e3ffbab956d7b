// The rows of purposes.def.
#include "workspace/purpose.h"

#include "base/err.h"

static const Purpose PURPOSES[] = {
#define PURPOSE(identifier, label) {identifier, label},
#include "workspace/purposes.def"
#undef PURPOSE
};

const Purpose *purpose_all(size_t *ret_count) {
    *ret_count = sizeof PURPOSES / sizeof PURPOSES[0];
    return PURPOSES;
}

const Purpose *purpose_find(Str identifier) {
    for (size_t i = 0; i < sizeof PURPOSES / sizeof PURPOSES[0]; i++)
        if (str_is(identifier, PURPOSES[i].identifier))
            return &PURPOSES[i];
    return NULL;
}
