// Search: which documents have all of some words, best first. Words are tokens that language/ made,
// the same way for documents and queries; here they are bytes.
//
// A search table (`search notes` in a schema step) holds for each token the documents in which it
// stands, and how often. It is an ordinary table and the statements are one text for both
// databases: results and their order are the same, changes belong to the transaction, and a
// document that is removed leaves no token behind (the full-text indexes of both databases keep
// removed words for a while, which the erasure of a record must not).
//
// Order: the share of a document's tokens that answer to the terms, summed over the terms, in
// millionths; on a tie the greater id (the newer) first.
#pragma once
#include "store/store.h"

// Makes these tokens (valid UTF-8, 1 to STORE_SEARCH_TOKEN_MAX bytes each) the content of document
// `id`, whatever it was before. table: a constant of ours, never input.
Err search_put(Tx *tx, const char *table, int64_t id, const Str *tokens, size_t count,
               Diag *diag) MUST_CHECK;
// Removing what is not there is no error.
Err search_remove(Tx *tx, const char *table, int64_t id, Diag *diag) MUST_CHECK;

typedef struct SearchTerm {
    Str token;
    bool is_prefix; // any token that begins so
} SearchTerm;

typedef struct SearchHit {
    int64_t id;
    int64_t score; // > 0
} SearchHit;

// At most `limit` (1…STORE_SEARCH_HITS_MAX) documents that answer to every term (1 to
// STORE_SEARCH_TERMS_MAX; ERR_LIMIT past it), the first `offset` left out. *ret_count ≤ limit.
Err search_find(Tx *tx, const char *table, const SearchTerm *terms, size_t count, int64_t offset,
                SearchHit *ret_hits, size_t limit, size_t *ret_count, Diag *diag) MUST_CHECK;
