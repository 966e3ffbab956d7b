// TextPool: the texts of a list under construction, one behind another. A text seen recently is not
// stored again; memory for that is constant. Same texts in the same order give the same bytes.
#pragma once
#include "base/err.h"
#include "index/region.h"

typedef struct TextPool {
    Region heap;
    Region recent; // of uint64_t texts, by hash
} TextPool;

// *ret_text: as list_layout.h writes texts. ERR_LIMIT, ERR_ENCODING or ERR_NOMEM.
Err text_pool_put(TextPool *pool, Str text, uint64_t *ret_text, Diag *diag) MUST_CHECK;
Str text_pool_get(const TextPool *pool, uint64_t text); // borrowed until the next put
void text_pool_done(TextPool *pool);
