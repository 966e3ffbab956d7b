// Luma, box filter and cosine transform for any instruction set with vectors of LANES floats, in
// the compiler's vector types. Included once by each set's file, which defines LANES (4, 8 or 16)
// first.
//
// Rows run in the lanes where a sum runs along a row (tiles of LANES×LANES are turned over on the
// way in and out), columns where it runs along a column: every sum keeps the textbook's order, so
// every set gives the same bits. Cost for each pixel of a row filter: 1/LANES of (add, subtract,
// divide, two turned tiles), bound by the latency of the add and subtract.
#include <string.h>

#include "kernels/sets.h"

typedef float V __attribute__((vector_size(LANES * 4)));
typedef uint8_t Bytes16 __attribute__((vector_size(16)));
typedef uint8_t Bytes __attribute__((vector_size(LANES)));
typedef int32_t Ints __attribute__((vector_size(LANES * 4)));

static inline V v_load(const float *at) {
    V v;
    memcpy(&v, at, sizeof v);
    return v;
}

static inline void v_store(float *at, V v) {
    memcpy(at, &v, sizeof v);
}

static inline V v_all(float x) {
    return x - (V){0};
}

#if LANES == 4
#define V_LOW(a, b) __builtin_shufflevector(a, b, 0, 4, 1, 5)
#define V_HIGH(a, b) __builtin_shufflevector(a, b, 2, 6, 3, 7)
enum { TURN_STEPS = 2 };
#elif LANES == 8
#define V_LOW(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define V_HIGH(a, b) __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
enum { TURN_STEPS = 3 };
#else
#define V_LOW(a, b) \
    __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define V_HIGH(a, b) \
    __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
enum { TURN_STEPS = 4 };
#endif

// Turns a tile over: log2(LANES) perfect shuffles of its rows and columns.
static inline __attribute__((always_inline)) void tile_turn(V tile[LANES]) {
#pragma GCC unroll 4
    for (int step = 0; step < TURN_STEPS; step++) {
        V next[LANES];
#pragma GCC unroll 16
        for (int i = 0; i < LANES / 2; i++) {
            next[2 * i] = V_LOW(tile[i], tile[i + LANES / 2]);
            next[2 * i + 1] = V_HIGH(tile[i], tile[i + LANES / 2]);
        }
#pragma GCC unroll 16
        for (int i = 0; i < LANES; i++)
            tile[i] = next[i];
    }
}

// The compilers of today take the generic form apart into single elements, hence the hook.
#ifdef FLOATS_OF_BYTES
#define floats_of_bytes(bytes) ((V)FLOATS_OF_BYTES(bytes))
#else
static inline V floats_of_bytes(const uint8_t *bytes) {
    Bytes b;
    memcpy(&b, bytes, sizeof b);
    return __builtin_convertvector(__builtin_convertvector(b, Ints), V);
}
#endif

// Division by a whole number from 1 to KERNEL_WINDOW_MAX, which by multiplication with the
// reciprocal takes a fraction of the time and gives the same quotient (Markstein's method). With y
// the rounded 1/b, q = x·y is off by at most 2 units in its last place, so that x − b·q is a
// multiple k of that unit, |k| ≤ 3b, and exact. q + (x − b·q)·y before its one rounding is then
// off by less than 2⁻²² units, but x/b is never nearer than 1/2b to the middle between two floats:
// x − b·m is a multiple of half a unit, and not 0, since m has 25 digits and x only 24. No value
// here is so small that its digits run out: luma stands in multiples of 2⁻²⁷, so that the quotients
// of the two full passes are 0 or above 2⁻⁷⁵.
typedef struct Divisor {
    V by;
#ifdef FUSED_ADD
    V reciprocal;
#endif
} Divisor;

static inline Divisor divisor_of(float by) {
    return (Divisor){
        .by = v_all(by),
#ifdef FUSED_ADD
        .reciprocal = v_all(1 / by),
#endif
    };
}

static inline V quotient(V x, const Divisor *divisor) {
#ifdef FUSED_ADD
    V q = x * divisor->reciprocal;
    V rest = FUSED_LESS(q, divisor->by, x);
    return FUSED_ADD(rest, divisor->reciprocal, q);
#else
    return x / divisor->by;
#endif
}

static inline float luma_of(uint8_t r, uint8_t g, uint8_t b) {
    return 0.299f * (float)r + 0.587f * (float)g + 0.114f * (float)b;
}

static inline void luma_store(const uint8_t *r, const uint8_t *g, const uint8_t *b, float *ret) {
    for (int i = 0; i < 16; i += LANES)
        v_store(ret + i, 0.299f * floats_of_bytes(r + i) + 0.587f * floats_of_bytes(g + i) +
                             0.114f * floats_of_bytes(b + i));
}

#ifdef HAVE_CHANNEL_FLOATS
static void luma_rgb(const uint8_t *rgb, size_t n, float *ret) {
    size_t at = 0;
    for (; 3 * at + CHANNEL_BYTES <= 3 * n; at += LANES) {
        V channels[3];
        channel_floats(rgb + 3 * at, channels);
        v_store(ret + at, 0.299f * channels[0] + 0.587f * channels[1] + 0.114f * channels[2]);
    }
    for (; at < n; at++)
        ret[at] = luma_of(rgb[3 * at], rgb[3 * at + 1], rgb[3 * at + 2]);
}
#else
#ifndef HAVE_CHANNELS_OF
static inline void channels_of(const uint8_t *rgb, Bytes16 ret[3]) {
    for (int i = 0; i < 16; i++) {
        for (int channel = 0; channel < 3; channel++)
            ret[channel][i] = rgb[3 * i + channel];
    }
}
#endif

static void luma_rgb(const uint8_t *rgb, size_t n, float *ret) {
    size_t at = 0;
    for (; at + 16 <= n; at += 16) {
        Bytes16 channels[3];
        channels_of(rgb + 3 * at, channels);
        luma_store((const uint8_t *)&channels[0], (const uint8_t *)&channels[1],
                   (const uint8_t *)&channels[2], ret + at);
    }
    for (; at < n; at++)
        ret[at] = luma_of(rgb[3 * at], rgb[3 * at + 1], rgb[3 * at + 2]);
}
#endif

static void luma_gray(const uint8_t *gray, size_t n, float *ret) {
    size_t at = 0;
    for (; at + 16 <= n; at += 16)
        luma_store(gray + at, gray + at, gray + at, ret + at);
    for (; at < n; at++)
        ret[at] = luma_of(gray[at], gray[at], gray[at]);
}

// LANES rows as a queue of columns: a tile is turned over into the ring when the right end of the
// window reaches it, and stays until the left end has passed. `sum` runs along all LANES rows at
// once. Most columns are taken a tile at a time, so that nothing but the sum is in each one's way.
typedef struct Walk {
    const float *const *rows;
    float *ring;
    size_t mask;        // ring columns − 1
    size_t right, left; // the next column to add, and to drop
    V sum;
} Walk;

// A place in the ring.
static inline float *walk_column(const Walk *walk, size_t x) {
    return walk->ring + (x & walk->mask) * LANES;
}

static inline __attribute__((always_inline)) void walk_load_tile(const Walk *walk, V ret[LANES]) {
#pragma GCC unroll 16
    for (int i = 0; i < LANES; i++)
        ret[i] = v_load(walk->rows[i] + walk->right);
    tile_turn(ret);
    float *to = walk_column(walk, walk->right);
#pragma GCC unroll 16
    for (int i = 0; i < LANES; i++)
        v_store(to + i * LANES, ret[i]);
}

static inline __attribute__((always_inline)) void walk_add(Walk *walk) {
    V tile[LANES];
    if (walk->right % LANES == 0)
        walk_load_tile(walk, tile);
    walk->sum += v_load(walk_column(walk, walk->right++));
}

static inline __attribute__((always_inline)) void walk_drop(Walk *walk) {
    walk->sum -= v_load(walk_column(walk, walk->left++));
}

// Output columns gather in a ring of two tiles, of which each leaves it turned back into rows once
// it is full.
typedef struct Output {
    float *const *rows;
    size_t next;
    float ring[2 * LANES * LANES] __attribute__((aligned(64)));
} Output;

static inline float *output_column(Output *output, size_t x) {
    return output->ring + x % (2 * LANES) * LANES;
}

// x: of the tile's first column.
static inline __attribute__((always_inline)) void output_tile(Output *output, size_t x) {
    V tile[LANES];
    const float *from = output_column(output, x);
#pragma GCC unroll 16
    for (int i = 0; i < LANES; i++)
        tile[i] = v_load(from + i * LANES);
    tile_turn(tile);
#pragma GCC unroll 16
    for (int i = 0; i < LANES; i++)
        v_store(output->rows[i] + x, tile[i]);
}

static inline __attribute__((always_inline)) void output_put(Output *output, V column) {
    v_store(output_column(output, output->next), column);
    if (++output->next % LANES == 0)
        output_tile(output, output->next - LANES);
}

static void box_lanes(Walk *walk, Output *output, size_t n, size_t window) {
    size_t half = (window + 2) / 2;
    Divisor full = divisor_of((float)window);
    while (walk->right < half - 1)
        walk_add(walk);
    while (walk->right < window) {
        walk_add(walk);
        output_put(output, walk->sum / v_all((float)walk->right));
    }
    while (walk->right < n) {
        if (walk->right % LANES != 0 || walk->right + LANES > n) {
            walk_add(walk);
            walk_drop(walk);
            output_put(output, quotient(walk->sum, &full));
            continue;
        }
        V tile[LANES];
        walk_load_tile(walk, tile);
#pragma GCC unroll 16
        for (size_t i = 0; i < LANES; i++) {
            walk->sum += tile[i];
            walk->sum -= v_load(walk_column(walk, walk->left + i));
            v_store(output_column(output, output->next + i), quotient(walk->sum, &full));
        }
        walk->right += LANES;
        walk->left += LANES;
        output->next += LANES;
        output_tile(output, (output->next / LANES - 1) * LANES);
    }
    while (output->next < n) {
        walk_drop(walk);
        output_put(output, walk->sum / v_all((float)(n - walk->left)));
    }
    if (n % LANES != 0)
        output_tile(output, n - n % LANES);
}

static void box_rows(float *const *rows, size_t n, size_t window, float *scratch) {
    for (size_t row = 0; row < KERNEL_ROWS; row += LANES) {
        Walk walk = {.rows = (const float *const *)rows + row,
                     .ring = scratch,
                     .mask = kernel_scratch(window) - 1};
        Output output = {.rows = rows + row};
        box_lanes(&walk, &output, n, window);
    }
}

// Steps of the full window until `column` is past `last`.
static inline __attribute__((always_inline)) size_t walk_to(Walk *walk, size_t column, size_t last,
                                                            size_t n) {
    while (column <= last && walk->right < n) {
        if (walk->right % LANES != 0 || column + LANES > last + 1 || walk->right + LANES > n) {
            walk_add(walk);
            walk_drop(walk);
            column++;
            continue;
        }
        V tile[LANES];
        walk_load_tile(walk, tile);
#pragma GCC unroll 16
        for (size_t i = 0; i < LANES; i++) {
            walk->sum += tile[i];
            walk->sum -= v_load(walk_column(walk, walk->left + i));
        }
        walk->right += LANES;
        walk->left += LANES;
        column += LANES;
    }
    return column;
}

// The sums of box_lanes; only sampled columns are divided and kept.
static void box_lanes_sampled(Walk *walk, Output *output, size_t n, size_t window,
                              const uint32_t *at) {
    size_t half = (window + 2) / 2, column = 0;
    while (walk->right < half - 1)
        walk_add(walk);
    for (size_t sample = 0; sample < KERNEL_SIDE; sample++) {
        for (; column <= at[sample] && walk->right < window; column++)
            walk_add(walk);
        column = walk_to(walk, column, at[sample], n);
        for (; column <= at[sample]; column++)
            walk_drop(walk);
        output_put(output, walk->sum / v_all((float)(walk->right - walk->left)));
    }
}

static void box_rows_sampled(const float *const *rows, size_t n, size_t window, const uint32_t *at,
                             float *ret, float *scratch) {
    float *to[KERNEL_ROWS];
    for (size_t row = 0; row < KERNEL_ROWS; row++)
        to[row] = ret + row * KERNEL_SIDE;
    for (size_t row = 0; row < KERNEL_ROWS; row += LANES) {
        Walk walk = {.rows = rows + row, .ring = scratch, .mask = kernel_scratch(window) - 1};
        Output output = {.rows = to + row};
        box_lanes_sampled(&walk, &output, n, window, at);
    }
}

// The four cases are told apart outside the loop, which is bound by memory.
static inline __attribute__((always_inline)) void column_loop(float *sums, const float *add,
                                                              const float *subtract, float *ret,
                                                              float count, size_t n) {
    V divisor = v_all(count);
    for (size_t i = 0; i < n; i += LANES) {
        V sum = v_load(sums + i);
        if (add != NULL)
            sum += v_load(add + i);
        if (subtract != NULL)
            sum -= v_load(subtract + i);
        v_store(sums + i, sum);
        if (ret != NULL)
            v_store(ret + i, sum / divisor);
    }
}

static void box_column(float *sums, const float *add, const float *subtract, float *ret,
                       float count, size_t n) {
    if (add != NULL && subtract != NULL && ret != NULL)
        column_loop(sums, add, subtract, ret, count, n);
    else if (add != NULL && subtract != NULL)
        column_loop(sums, add, subtract, NULL, count, n);
    else
        column_loop(sums, add, subtract, ret, count, n);
}

// Columns whose sums stay in registers for all rows: enough chains of sums to hide their latency.
enum { BLOCK = LANES == 4 ? 4 : 8 };

static inline __attribute__((always_inline)) void column_block(float *sums, const float *const *add,
                                                               float *const *io_subtract,
                                                               size_t rows, const Divisor *divisor,
                                                               size_t at, size_t vectors) {
    V sum[BLOCK];
#pragma GCC unroll 8
    for (size_t i = 0; i < vectors; i++)
        sum[i] = v_load(sums + at + i * LANES);
    for (size_t row = 0; row < rows; row++) {
        const float *in = add[row] + at;
        float *out = io_subtract[row] + at;
#pragma GCC unroll 8
        for (size_t i = 0; i < vectors; i++) {
            sum[i] += v_load(in + i * LANES);
            sum[i] -= v_load(out + i * LANES);
            v_store(out + i * LANES, quotient(sum[i], divisor));
        }
    }
#pragma GCC unroll 8
    for (size_t i = 0; i < vectors; i++)
        v_store(sums + at + i * LANES, sum[i]);
}

static void box_columns(float *sums, const float *const *add, float *const *io_subtract,
                        size_t rows, float count, size_t n) {
    Divisor divisor = divisor_of(count);
    size_t at = 0;
    for (; at + BLOCK * LANES <= n; at += BLOCK * LANES)
        column_block(sums, add, io_subtract, rows, &divisor, at, BLOCK);
    for (; at < n; at += LANES)
        column_block(sums, add, io_subtract, rows, &divisor, at, 1);
}

static void dct(const float *plane, float *ret) {
    float half[KERNEL_TERMS][KERNEL_SIDE];
    for (size_t i = 0; i < KERNEL_TERMS; i++) {
        V sums[KERNEL_SIDE / LANES] = {{0}};
        for (size_t k = 0; k < KERNEL_SIDE; k++) {
            for (size_t j = 0; j < KERNEL_SIDE / LANES; j++)
                sums[j] += v_all(KERNEL_DCT[i][k]) * v_load(plane + k * KERNEL_SIDE + j * LANES);
        }
        memcpy(half[i], sums, sizeof sums);
    }
    for (size_t i = 0; i < KERNEL_TERMS; i++) {
        V sums[KERNEL_TERMS / LANES] = {{0}};
        for (size_t k = 0; k < KERNEL_SIDE; k++) {
            for (size_t j = 0; j < KERNEL_TERMS / LANES; j++)
                sums[j] += v_all(half[i][k]) * v_load(&KERNEL_DCT_TURNED[k][j * LANES]);
        }
        memcpy(ret + i * KERNEL_TERMS, sums, sizeof sums);
    }
}
