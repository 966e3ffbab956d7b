// ExactIndex: from a digest to its rows in one sorted column of a list. One byte of memory a row
// beside the column, which is borrowed and must outlive the index. Any number of threads.
#pragma once
#include "base/cleanup.h"
#include "base/err.h"
#include "index/list_read.h"

typedef struct ExactIndex {
    SectionView rows;
    size_t digest_size, row_size; // bytes
    uint32_t *starts;             // first row of each value of the leading bits, and one more
    int shift;                    // of the leading 32 bits of a digest to its place in starts
} ExactIndex;

// rows: of list_digests. A column that is not in order (a damaged list) gives wrong answers but no
// other harm.
Err exact_index_init(ExactIndex *index, SectionView rows, size_t row_size) MUST_CHECK;
void exact_index_done(ExactIndex *index);
// The rows [*ret_first, *ret_first + result) that bear the digest.
size_t exact_index_find(const ExactIndex *index, const uint8_t *digest, size_t *ret_first);
// The same for many digests at once, packed one behind the other (digest_size bytes each): what one
// waits for from memory is asked for while others are looked at, which is several times faster. ret
// has room for count.
typedef struct ExactRange {
    uint32_t first, count; // rows
} ExactRange;
void exact_index_find_batch(const ExactIndex *index, const uint8_t *digests, size_t count,
                            ExactRange *ret);
// The entry that a row belongs to; not checked against the list.
static inline uint32_t exact_index_entry(const ExactIndex *index, size_t row) {
    return load_le32(index->rows.bytes + row * index->row_size + index->digest_size);
}
