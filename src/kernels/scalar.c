// The reference set: plain C, one element at a time (its library is compiled without
// auto-vectorisation, so that it stays the slow, obvious one).
#include <string.h>

#include "kernels/sets.h"

// Without the instruction the compiler would call a library routine; this is the usual tree of
// sums (Knuth, TAOCP 4A §7.1.3).
static unsigned popcount(uint64_t x) {
    x -= (x >> 1) & 0x5555555555555555u;
    x = (x & 0x3333333333333333u) + ((x >> 2) & 0x3333333333333333u);
    x = (x + (x >> 4)) & 0x0F0F0F0F0F0F0F0Fu;
    return (unsigned)((x * 0x0101010101010101u) >> 56);
}

static size_t hamming_within(const uint8_t *query, const uint8_t *rows, size_t count,
                             unsigned radius, uint32_t *ret_at, uint16_t *ret_distance) {
    uint64_t q[4], r[4];
    memcpy(q, query, sizeof q);
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        memcpy(r, rows + i * KERNEL_HASH_BYTES, sizeof r);
        unsigned distance = 0;
        for (int k = 0; k < 4; k++)
            distance += popcount(q[k] ^ r[k]);
        if (distance <= radius) {
            ret_at[found] = (uint32_t)i;
            ret_distance[found++] = (uint16_t)distance;
        }
    }
    return found;
}

static uint32_t sketches_within(const uint16_t *sketches, const KernelRun *runs, uint32_t count,
                                const KernelAhead *ahead, KernelHit *ret_hits) {
    (void)ahead; // a hint, which the reference does without
    uint32_t found = 0;
    for (uint32_t r = 0; r < count; r++)
        for (uint32_t i = runs[r].at; i < runs[r].at + runs[r].len; i++)
            if (popcount(sketches[i] ^ runs[r].probe) <= runs[r].limit)
                ret_hits[found++] = (KernelHit){.at = i, .run = r};
    return found;
}

static void luma_rgb(const uint8_t *rgb, size_t n, float *ret) {
    for (size_t i = 0; i < n; i++)
        ret[i] = 0.299f * (float)rgb[3 * i] + 0.587f * (float)rgb[3 * i + 1] +
                 0.114f * (float)rgb[3 * i + 2];
}

static void luma_gray(const uint8_t *gray, size_t n, float *ret) {
    for (size_t i = 0; i < n; i++)
        ret[i] = 0.299f * (float)gray[i] + 0.587f * (float)gray[i] + 0.114f * (float)gray[i];
}

// The columns inside the window are kept in a ring, since the row is written over.
static void box_row(float *row, size_t n, size_t window, float *ring) {
    size_t half = (window + 2) / 2, right = 0, left = 0, at = 0, mask = kernel_scratch(window) - 1;
    float sum = 0;
    while (right < half - 1) {
        sum += ring[right & mask] = row[right];
        right++;
    }
    while (right < window) {
        sum += ring[right & mask] = row[right];
        right++;
        row[at++] = sum / (float)right;
    }
    while (right < n) {
        sum += ring[right & mask] = row[right];
        right++;
        sum -= ring[left++ & mask];
        row[at++] = sum / (float)window;
    }
    while (at < n) {
        sum -= ring[left++ & mask];
        row[at++] = sum / (float)(n - left);
    }
}

static void box_rows(float *const *rows, size_t n, size_t window, float *scratch) {
    for (size_t row = 0; row < KERNEL_ROWS; row++)
        box_row(rows[row], n, window, scratch);
}

// The sums as in box_row, the divisions only where a sample is wanted.
static void box_row_sampled(const float *in, float *ret, size_t n, size_t window,
                            const uint32_t *at) {
    size_t half = (window + 2) / 2, right = 0, left = 0, column = 0;
    float sum = 0;
    while (right < half - 1)
        sum += in[right++];
    for (size_t sample = 0; sample < KERNEL_SIDE; sample++) {
        for (; column <= at[sample] && right < window; column++)
            sum += in[right++];
        for (; column <= at[sample] && right < n; column++) {
            sum += in[right++];
            sum -= in[left++];
        }
        for (; column <= at[sample]; column++)
            sum -= in[left++];
        ret[sample] = sum / (float)(right - left);
    }
}

static void box_rows_sampled(const float *const *rows, size_t n, size_t window, const uint32_t *at,
                             float *ret, float *scratch) {
    (void)scratch;
    for (size_t row = 0; row < KERNEL_ROWS; row++)
        box_row_sampled(rows[row], ret + row * KERNEL_SIDE, n, window, at);
}

static void box_column(float *sums, const float *add, const float *subtract, float *ret,
                       float count, size_t n) {
    for (size_t i = 0; i < n; i++) {
        float sum = sums[i];
        if (add != NULL)
            sum += add[i];
        if (subtract != NULL)
            sum -= subtract[i];
        sums[i] = sum;
        if (ret != NULL)
            ret[i] = sum / count;
    }
}

static void box_columns(float *sums, const float *const *add, float *const *io_subtract,
                        size_t rows, float count, size_t n) {
    for (size_t row = 0; row < rows; row++)
        box_column(sums, add[row], io_subtract[row], io_subtract[row], count, n);
}

static void dct(const float *plane, float *ret) {
    float half[KERNEL_TERMS][KERNEL_SIDE];
    for (size_t i = 0; i < KERNEL_TERMS; i++) {
        for (size_t j = 0; j < KERNEL_SIDE; j++) {
            float sum = 0;
            for (size_t k = 0; k < KERNEL_SIDE; k++)
                sum += KERNEL_DCT[i][k] * plane[k * KERNEL_SIDE + j];
            half[i][j] = sum;
        }
    }
    for (size_t i = 0; i < KERNEL_TERMS; i++) {
        for (size_t j = 0; j < KERNEL_TERMS; j++) {
            float sum = 0;
            for (size_t k = 0; k < KERNEL_SIDE; k++)
                sum += half[i][k] * KERNEL_DCT[j][k];
            ret[i * KERNEL_TERMS + j] = sum;
        }
    }
}

const KernelOps KERNELS_SCALAR = {
    .name = "scalar",
    .hamming_within = hamming_within,
    .sketches_within = sketches_within,
    .luma_rgb = luma_rgb,
    .luma_gray = luma_gray,
    .box_rows = box_rows,
    .box_rows_sampled = box_rows_sampled,
    .box_column = box_column,
    .box_columns = box_columns,
    .dct = dct,
};
