// "American flag" radix sort (McIlroy, Bostic, McIlroy 1993), most significant byte first;
// insertion sort for short runs. The entry number goes on where the digest ends, so that equal
// digests cost a bounded number of passes as well.
#include "index/digest_sort.h"

#include <assert.h>
#include <string.h>

enum { SHORT_RUN = 24, ROW_MAX = 36 };

typedef struct Rows {
    size_t digest_size, row_size;
} Rows;

static unsigned key_byte(const Rows *rows, const uint8_t *row, size_t depth) {
    if (depth < rows->digest_size)
        return row[depth];
    return row[rows->row_size - 1 - (depth - rows->digest_size)];
}

static int compare(const Rows *rows, const uint8_t *a, const uint8_t *b) {
    int order = memcmp(a, b, rows->digest_size);
    for (size_t depth = rows->digest_size; order == 0 && depth < rows->row_size; depth++)
        order = (int)key_byte(rows, a, depth) - (int)key_byte(rows, b, depth);
    return order;
}

static void insertion_sort(const Rows *rows, uint8_t *at, size_t count) {
    uint8_t held[ROW_MAX];
    size_t size = rows->row_size;
    for (size_t i = 1; i < count; i++) {
        size_t to = i;
        while (to > 0 && compare(rows, at + (to - 1) * size, at + i * size) > 0)
            to--;
        if (to == i)
            continue;
        memcpy(held, at + i * size, size);
        memmove(at + (to + 1) * size, at + to * size, (i - to) * size);
        memcpy(at + to * size, held, size);
    }
}

static void swap(uint8_t *a, uint8_t *b, size_t size) {
    uint8_t held[ROW_MAX];
    memcpy(held, a, size);
    memcpy(a, b, size);
    memcpy(b, held, size);
}

// Depth of recursion: at most ROW_MAX.
static void radix_sort(const Rows *rows, uint8_t *at, size_t count, size_t depth) {
    if (count <= SHORT_RUN || depth == rows->row_size) {
        insertion_sort(rows, at, count);
        return;
    }
    size_t size = rows->row_size, next[256], end[256] = {0};
    for (size_t i = 0; i < count; i++)
        end[key_byte(rows, at + i * size, depth)]++;
    size_t sum = 0;
    for (int b = 0; b < 256; b++) {
        next[b] = sum;
        sum += end[b];
        end[b] = sum;
    }
    for (unsigned b = 0; b < 256; b++) {
        while (next[b] < end[b]) {
            unsigned to = key_byte(rows, at + next[b] * size, depth);
            if (to == b)
                next[b]++;
            else
                swap(at + next[b] * size, at + next[to]++ * size, size);
        }
    }
    size_t start = 0;
    for (int b = 0; b < 256; b++) {
        if (end[b] - start > 1)
            radix_sort(rows, at + start * size, end[b] - start, depth + 1);
        start = end[b];
    }
}

void digest_rows_sort(uint8_t *rows, size_t count, size_t digest_size) {
    Rows shape = {digest_size, digest_size + DIGEST_ENTRY_BYTES};
    assert(shape.row_size <= ROW_MAX);
    radix_sort(&shape, rows, count, 0);
}
