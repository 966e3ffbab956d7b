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

static inline float luma_of(uint8_t r, uint8_t g, uint8_t b) {
    return 0.299f * (float)r + 0.587f * (float)g + 0.114f * (float)b;
}

static inline void luma_store(const uint8_t *r, const uint8_t *g, const uint8_t *b, float *ret) {
    for (int i = 0; i < 16; i += LANES)
        v_store(ret + i, 0.299f * floats_of_bytes(r + i) + 0.587f * floats_of_bytes(g + i) +
                             0.114f * floats_of_bytes(b + i));
}

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

static void luma_gray(const uint8_t *gray, size_t n, float *ret) {
    size_t at = 0;
    for (; at + 16 <= n; at += 16)
        luma_store(gray + at, gray + at, gray + at, ret + at);
    for (; at < n; at++)
        ret[at] = luma_of(gray[at], gray[at], gray[at]);
}

// LANES rows as a queue of columns: tiles are turned over into the ring `scratch` as the right end
// of the window reaches them, and stay until the left end has passed.
typedef struct Columns {
    const float *rows;
    float *ring;
    size_t stride, mask; // mask: ring columns − 1
} Columns;

static inline __attribute__((always_inline)) V column_first_seen(const Columns *columns, size_t x) {
    if (x % LANES == 0) {
        V tile[LANES];
#pragma GCC unroll 16
        for (int i = 0; i < LANES; i++)
            tile[i] = v_load(columns->rows + (size_t)i * columns->stride + x);
        tile_turn(tile);
#pragma GCC unroll 16
        for (int i = 0; i < LANES; i++)
            v_store(columns->ring + ((x + (size_t)i) & columns->mask) * LANES, tile[i]);
    }
    return v_load(columns->ring + (x & columns->mask) * LANES);
}

static inline V column_again(const Columns *columns, size_t x) {
    return v_load(columns->ring + (x & columns->mask) * LANES);
}

// Output columns gather in a tile and leave it turned back into rows.
typedef struct Output {
    float *rows;
    size_t stride;
    float tile[LANES * LANES] __attribute__((aligned(64)));
} Output;

static inline __attribute__((always_inline)) void output_tile(Output *output, size_t x) {
    V tile[LANES];
#pragma GCC unroll 16
    for (int i = 0; i < LANES; i++)
        tile[i] = v_load(output->tile + i * LANES);
    tile_turn(tile);
#pragma GCC unroll 16
    for (int i = 0; i < LANES; i++)
        v_store(output->rows + (size_t)i * output->stride + x, tile[i]);
}

static inline __attribute__((always_inline)) void output_put(Output *output, size_t x, V column) {
    v_store(output->tile + x % LANES * LANES, column);
    if (x % LANES == LANES - 1)
        output_tile(output, x - (LANES - 1));
}

static void box_lanes(const Columns *columns, Output *output, size_t n, size_t window) {
    size_t half = (window + 2) / 2, right = 0, left = 0, at = 0;
    V sum = {0}, full = v_all((float)window);
    while (right < half - 1)
        sum += column_first_seen(columns, right++);
    while (right < window) {
        sum += column_first_seen(columns, right++);
        output_put(output, at++, sum / v_all((float)right));
    }
    while (right < n) {
        sum += column_first_seen(columns, right++);
        sum -= column_again(columns, left++);
        output_put(output, at++, sum / full);
    }
    while (at < n) {
        sum -= column_again(columns, left++);
        output_put(output, at++, sum / v_all((float)(n - left)));
    }
    if (n % LANES != 0)
        output_tile(output, n - n % LANES);
}

static void box_rows(const float *rows, float *ret, size_t stride, size_t n, size_t window,
                     float *scratch) {
    for (size_t row = 0; row < KERNEL_ROWS; row += LANES) {
        Columns columns = {rows + row * stride, scratch, stride, kernel_scratch(window) - 1};
        Output output = {.rows = ret + row * stride, .stride = stride};
        box_lanes(&columns, &output, n, window);
    }
}

// The sums of box_lanes; only sampled columns are divided and kept.
static void box_lanes_sampled(const Columns *columns, Output *output, size_t n, size_t window,
                              const uint32_t *at) {
    size_t half = (window + 2) / 2, right = 0, left = 0, column = 0;
    V sum = {0};
    while (right < half - 1)
        sum += column_first_seen(columns, right++);
    for (size_t sample = 0; sample < KERNEL_SIDE; sample++) {
        for (; column <= at[sample] && right < window; column++)
            sum += column_first_seen(columns, right++);
        for (; column <= at[sample] && right < n; column++) {
            sum += column_first_seen(columns, right++);
            sum -= column_again(columns, left++);
        }
        for (; column <= at[sample]; column++)
            sum -= column_again(columns, left++);
        output_put(output, sample, sum / v_all((float)(right - left)));
    }
}

static void box_rows_sampled(const float *rows, size_t stride, size_t n, size_t window,
                             const uint32_t *at, float *ret, float *scratch) {
    for (size_t row = 0; row < KERNEL_ROWS; row += LANES) {
        Columns columns = {rows + row * stride, scratch, stride, kernel_scratch(window) - 1};
        Output output = {.rows = ret + row * KERNEL_SIDE, .stride = KERNEL_SIDE};
        box_lanes_sampled(&columns, &output, n, window, at);
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
