// A directory over the leading bits, then binary search within one run.
#include "index/exact.h"

enum { ROWS_PER_START = 4, START_BITS_MAX = 28 };

static uint32_t lead_of(const uint8_t *digest) {
    return (uint32_t)digest[0] << 24 | (uint32_t)digest[1] << 16 | (uint32_t)digest[2] << 8 |
           digest[3];
}

Err exact_index_init(ExactIndex *index, SectionView rows, size_t row_size) {
    int bits = 1;
    while (bits < START_BITS_MAX && ((size_t)ROWS_PER_START << bits) < rows.count)
        bits++;
    ExactIndex fresh = {
        .rows = rows, .digest_size = row_size - 4, .row_size = row_size, .shift = 32 - bits};
    if (rows.count == 0) {
        *index = fresh;
        return ERR_OK;
    }
    size_t starts = ((size_t)1 << bits) + 1;
    fresh.starts = malloc(starts * sizeof *fresh.starts);
    if (fresh.starts == NULL)
        return ERR_NOMEM;
    size_t filled = 0;
    for (size_t row = 0; row < rows.count; row++) {
        size_t lead = lead_of(rows.bytes + row * row_size) >> fresh.shift;
        while (filled <= lead)
            fresh.starts[filled++] = (uint32_t)row;
    }
    while (filled < starts)
        fresh.starts[filled++] = (uint32_t)rows.count;
    *index = fresh;
    return ERR_OK;
}

void exact_index_done(ExactIndex *index) {
    free(index->starts);
    *index = (ExactIndex){0};
}

size_t exact_index_find(const ExactIndex *index, const uint8_t *digest, size_t *ret_first) {
    if (index->rows.count == 0)
        return 0;
    size_t lead = lead_of(digest) >> index->shift;
    size_t low = index->starts[lead], end = index->starts[lead + 1], high = end;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (memcmp(index->rows.bytes + middle * index->row_size, digest, index->digest_size) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    size_t after = low;
    while (after < end &&
           memcmp(index->rows.bytes + after * index->row_size, digest, index->digest_size) == 0)
        after++;
    *ret_first = low;
    return after - low;
}

// The rows that bear a digest among [low, end), which are few: one after the other, eight bytes at
// a time.
static ExactRange range_scan(const ExactIndex *index, const uint8_t *digest, uint32_t low,
                             uint32_t end) {
    uint64_t head = load_be64(digest);
    const uint8_t *row = index->rows.bytes + (size_t)low * index->row_size;
    while (low < end && load_be64(row) < head) {
        low++;
        row += index->row_size;
    }
    // Rows that share eight bytes and differ later are no accident of chance, but may be one of
    // malice.
    while (low < end && load_be64(row) == head && memcmp(row, digest, index->digest_size) < 0) {
        low++;
        row += index->row_size;
    }
    ExactRange range = {.first = low};
    while (low < end && load_be64(row) == head && memcmp(row, digest, index->digest_size) == 0) {
        low++;
        range.count++;
        row += index->row_size;
    }
    return range;
}

void exact_index_find_batch(const ExactIndex *index, const uint8_t *digests, size_t count,
                            ExactRange *ret) {
    enum { START_AHEAD = 48, ROW_AHEAD = 24, SCAN_ROWS = 64 };
    size_t size = index->digest_size;
    if (index->rows.count == 0) {
        memset(ret, 0, count * sizeof *ret);
        return;
    }
    for (size_t i = 0; i < count + START_AHEAD; i++) {
        if (i < count)
            __builtin_prefetch(&index->starts[lead_of(digests + i * size) >> index->shift], 0, 3);
        if (i >= START_AHEAD - ROW_AHEAD && i - (START_AHEAD - ROW_AHEAD) < count) {
            size_t at = i - (START_AHEAD - ROW_AHEAD);
            size_t lead = lead_of(digests + at * size) >> index->shift;
            ret[at] = (ExactRange){.first = index->starts[lead],
                                   .count = index->starts[lead + 1] - index->starts[lead]};
            const uint8_t *row = index->rows.bytes + ret[at].first * index->row_size;
            __builtin_prefetch(row, 0, 3);
            __builtin_prefetch(row + 64, 0, 3);
        }
        if (i < START_AHEAD)
            continue;
        size_t at = i - START_AHEAD;
        const uint8_t *digest = digests + at * size;
        if (ret[at].count <= SCAN_ROWS) {
            ret[at] = range_scan(index, digest, ret[at].first, ret[at].first + ret[at].count);
        } else {
            size_t first = 0, found = exact_index_find(index, digest, &first);
            ret[at] = (ExactRange){.first = (uint32_t)first, .count = (uint32_t)found};
        }
    }
}
