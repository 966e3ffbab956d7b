// KernelOps: the inner loops of hashing and matching as one table of functions, one set for each
// instruction set, chosen once.
//
// Every set gives the same bits as the scalar one: sums run in the order of the textbook and are
// vectorised across columns or rows, never along a sum; nothing is contracted into fused
// operations but a division that is proven to give the same quotient (vector_plane.h). Pure; any
// thread. Rows of floats are padded to KERNEL_ROWS columns: functions may read and write the
// padding.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    KERNEL_ROWS = 16,         // rows that the row filters take at a time
    KERNEL_SIDE = 64,         // side of the plane that the cosine transform takes
    KERNEL_TERMS = 16,        // side of what it gives
    KERNEL_WINDOW_MAX = 4096, // elements of a box filter's window
    KERNEL_HASH_BYTES = 32,
    KERNEL_PAST = 62 // bytes that a vector may reach past a run of sketches
};

// n rounded up to the padding of a row.
static inline size_t kernel_padded(size_t n) {
    return (n + KERNEL_ROWS - 1) & ~(size_t)(KERNEL_ROWS - 1);
}
// Columns that the scratch ring of the row filters must hold (a power of two); it is
// kernel_scratch(window) × KERNEL_ROWS floats.
static inline size_t kernel_scratch(size_t window) {
    size_t columns = 2 * KERNEL_ROWS;
    while (columns < window + KERNEL_ROWS)
        columns *= 2;
    return columns;
}

typedef struct KernelRun {
    uint32_t at, len; // sketches
    uint16_t probe;
    uint16_t limit; // bits; 16 and more: every sketch is within
} KernelRun;

// Runs that will be looked through later; count may be 0.
typedef struct KernelAhead {
    const uint16_t *sketches;
    const KernelRun *runs;
    uint32_t count;
} KernelAhead;

typedef struct KernelHit {
    uint32_t at;  // the sketch
    uint32_t run; // in which it was found
} KernelHit;

typedef struct KernelOps {
    const char *name; // "scalar", "neon", "sse4", "avx2", "avx512"

    // Compares query (32 bytes) with count rows of 32 bytes (count ≤ UINT32_MAX). The positions of
    // those at a distance ≤ radius go to ret_at in ascending order, their distances to
    // ret_distance; both must have room for count. Returns their number.
    size_t (*hamming_within)(const uint8_t *query, const uint8_t *rows, size_t count,
                             unsigned radius, uint32_t *ret_at, uint16_t *ret_distance);

    // Looks through runs of sketches (16 bits each): those of run r that differ from its probe by
    // at most its limit go to ret_hits, in the order of the runs and ascending within each. There
    // must be room for the sum of the runs' lengths. Returns their number. May read up to
    // KERNEL_PAST bytes past the last sketch of a run. The lines of the runs ahead are asked for
    // meanwhile, one for each vector that is compared, so that memory and processor work at the
    // same time.
    uint32_t (*sketches_within)(const uint16_t *sketches, const KernelRun *runs, uint32_t count,
                                const KernelAhead *ahead, KernelHit *ret_hits);

    // n pixels → luma 0..255: 0.299 R + 0.587 G + 0.114 B, from left to right in float. Grey is
    // weighted like (g, g, g), so that a picture's hash does not depend on which of the two its
    // decoder hands out.
    void (*luma_rgb)(const uint8_t *rgb, size_t n, float *ret);
    void (*luma_gray)(const uint8_t *gray, size_t n, float *ret);

    // Box filter along KERNEL_ROWS rows of n columns, in place (1 ≤ window ≤ n): a running sum,
    // with a window that grows at the left end and shrinks at the right, divided by its present
    // size.
    void (*box_rows)(float *const *rows, size_t n, size_t window, float *scratch);
    // The same sums, of which only the columns at[0..KERNEL_SIDE) (ascending) are wanted: ret is
    // KERNEL_ROWS rows of KERNEL_SIDE floats.
    void (*box_rows_sampled)(const float *const *rows, size_t n, size_t window, const uint32_t *at,
                             float *ret, float *scratch);
    // One step of the box filter along columns: sums += add, sums −= subtract, ret = sums / count.
    // add, subtract and ret may be NULL: that is then left out. ret may be subtract. n is padded.
    void (*box_column)(float *sums, const float *add, const float *subtract, float *ret,
                       float count, size_t n);
    // `rows` ≤ KERNEL_ROWS such steps with the same count ≤ KERNEL_WINDOW_MAX: the row that was
    // subtracted is replaced by the one that results.
    void (*box_columns)(float *sums, const float *const *add, float *const *io_subtract,
                        size_t rows, float count, size_t n);
    // The 16×16 lowest terms without the constant ones of the cosine transform of a 64×64 plane:
    // D A Dᵀ with D = KERNEL_DCT, each sum sequential.
    void (*dct)(const float *plane, float *ret);
} KernelOps;

typedef enum KernelSet {
    KERNEL_SCALAR,
    KERNEL_NEON,
    KERNEL_SSE4,
    KERNEL_AVX2,
    KERNEL_AVX512,
    KERNEL_SETS
} KernelSet;

// The best set of this processor, or the one named by the environment's SEVENTH_KERNELS
// (scalar, neon, sse4, avx2, avx512) or, where that is not supported, the best below it. Chosen at
// the first call and kept.
const KernelOps *kernels(void);
// NULL when this build or this processor has it not.
const KernelOps *kernels_of(KernelSet set);
// What kernels() would choose for this wish (NULL or unknown: the best).
const KernelOps *kernels_choose(const char *wish);
// For tests and benchmarks only: what kernels() gives from now on. NULL: choose again.
void kernels_use(const KernelOps *ops);

// D[i][j] = sqrt(2/64) · cos(π/128 · (i + 1)(2 j + 1)) as float, and the same turned over.
extern const float KERNEL_DCT[KERNEL_TERMS][KERNEL_SIDE];
extern const float KERNEL_DCT_TURNED[KERNEL_SIDE][KERNEL_TERMS];
