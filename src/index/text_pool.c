// A heap of texts with a direct-mapped cache of recent ones.
#include "index/text_pool.h"

#include "base/bytes.h"
#include "base/utf8.h"
#include "index/limits.h"
#include "index/list_layout.h"

static uint64_t hash_of(Str text) {
    uint64_t hash = text.len * 0x9E3779B97F4A7C15u;
    size_t at = 0;
    for (; at + 8 <= text.len; at += 8) {
        hash = (hash ^ load_le64(text.ptr + at)) * 0xBF58476D1CE4E5B9u;
        hash ^= hash >> 29;
    }
    for (; at < text.len; at++)
        hash = (hash ^ (uint8_t)text.ptr[at]) * 0x94D049BB133111EBu;
    return hash ^ (hash >> 32);
}

Str text_pool_get(const TextPool *pool, uint64_t text) {
    return str_of((const char *)pool->heap.bytes + (text >> TEXT_LENGTH_BITS),
                  (size_t)(text & LIST_TEXT_MAX));
}

Err text_pool_put(TextPool *pool, Str text, uint64_t *ret_text, Diag *diag) {
    if (text.len == 0) {
        *ret_text = 0;
        return ERR_OK;
    }
    if (text.len > LIST_TEXT_MAX || pool->heap.len + text.len > LIST_HEAP_MAX)
        return diag_set(diag, ERR_LIMIT, N_("A text is longer than a list can hold."));
    if (pool->recent.len == 0 && !region_extend(&pool->recent, TEXT_CACHE_SLOTS * sizeof(uint64_t)))
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    uint64_t *slot = (uint64_t *)(void *)pool->recent.bytes + hash_of(text) % TEXT_CACHE_SLOTS;
    if (*slot != 0 && str_equal(text_pool_get(pool, *slot), text)) {
        *ret_text = *slot;
        return ERR_OK;
    }
    if (!utf8_is_valid(text))
        return diag_set(diag, ERR_ENCODING, N_("A text is not valid UTF-8."));
    uint64_t offset = pool->heap.len;
    if (region_push(&pool->heap, text.ptr, text.len) == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    *ret_text = *slot = offset << TEXT_LENGTH_BITS | text.len;
    return ERR_OK;
}

void text_pool_done(TextPool *pool) {
    region_done(&pool->heap);
    region_done(&pool->recent);
}
