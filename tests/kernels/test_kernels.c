// Every set of kernels gives the scalar one's bits; the scalar one is right; the choice.
#include "kernels/kernels.h"

#include <math.h>

#include "base/prng.h"
#include "lanes4.h"
#include "t.h"

enum { WIDTH_MAX = 700 };

static const KernelOps *other_set(int at) {
    if (at == KERNEL_SETS)
        return &KERNELS_LANES4;
    return at == KERNEL_SCALAR ? NULL : kernels_of((KernelSet)at);
}

#define EACH_OTHER_SET(ops) \
    for (int set_ = 0; set_ <= KERNEL_SETS; set_++) \
        for (const KernelOps *ops = other_set(set_); ops != NULL; ops = NULL)

static void fill_bytes(Prng *prng, void *to, size_t n) {
    uint8_t *at = to;
    for (size_t i = 0; i < n; i++)
        at[i] = (uint8_t)prng_next(prng);
}

static void fill_floats(Prng *prng, float *at, size_t n) {
    for (size_t i = 0; i < n; i++)
        at[i] = (float)(prng_unit(prng) * 255);
}

static void check_floats(const char *set, const char *what, const float *actual,
                         const float *expected, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (memcmp(&actual[i], &expected[i], sizeof(float)) != 0) {
            t_fail(__FILE__, __LINE__, "%s of %s: element %zu is %a, scalar gives %a", what, set, i,
                   (double)actual[i], (double)expected[i]);
            return;
        }
    }
}

static int bit_distance(const uint8_t *a, const uint8_t *b) {
    int distance = 0;
    for (int bit = 0; bit < 256; bit++)
        distance += ((a[bit / 8] ^ b[bit / 8]) >> (bit % 8)) & 1;
    return distance;
}

TEST(distances_within_a_radius)
{
    enum { ROWS = 203 };
    static uint8_t rows[ROWS * KERNEL_HASH_BYTES + 1];
    Prng prng = {t_seed()};
    uint8_t query[KERNEL_HASH_BYTES];
    fill_bytes(&prng, query, sizeof query);
    uint8_t *base = rows + 1; // never aligned
    for (int i = 0; i < ROWS; i++) {
        memcpy(base + i * KERNEL_HASH_BYTES, query, KERNEL_HASH_BYTES);
        for (int flips = i % 5 == 0 ? i : (int)prng_below(&prng, 60); flips > 0; flips--) {
            uint64_t bit = prng_below(&prng, 256);
            base[(uint64_t)i * KERNEL_HASH_BYTES + bit / 8] ^= (uint8_t)(1 << (bit % 8));
        }
    }
    for (int i = 0; i < KERNEL_HASH_BYTES; i++)
        base[100 * KERNEL_HASH_BYTES + i] = (uint8_t)~query[i];
    static const unsigned RADII[] = {0, 1, 15, 31, 48, 128, 255, 256, 1000};
    for (int set = 0; set < KERNEL_SETS; set++) {
        const KernelOps *ops = kernels_of((KernelSet)set);
        for (size_t r = 0; ops != NULL && r < sizeof RADII / sizeof RADII[0]; r++) {
            for (size_t count = 0; count <= ROWS; count += count < 20 ? 1 : 61) {
                uint32_t at[ROWS], expected = 0;
                uint16_t distance[ROWS];
                size_t found = ops->hamming_within(query, base, count, RADII[r], at, distance);
                for (uint32_t i = 0; i < count; i++) {
                    int d = bit_distance(query, base + (size_t)i * KERNEL_HASH_BYTES);
                    if ((unsigned)d > RADII[r])
                        continue;
                    CHECK(expected < found && at[expected] == i && distance[expected] == d);
                    expected++;
                }
                CHECK_INT(found, expected);
            }
        }
    }
}

// Runs of every short length from every place, some of them overlapping, each with its own probe.
TEST(sketches_within_a_limit)
{
    enum { COUNT = 203, PAST_END = KERNEL_PAST / 2, RUNS = 64 };
    static uint16_t sketches[COUNT + PAST_END];
    static KernelHit expected[RUNS * COUNT], actual[RUNS * COUNT];
    Prng prng = {t_seed()};
    fill_bytes(&prng, sketches, sizeof sketches);
    for (unsigned limit = 0; limit <= 18; limit++) {
        KernelRun runs[RUNS];
        for (uint32_t r = 0; r < RUNS; r++) {
            uint32_t at = (uint32_t)prng_below(&prng, COUNT);
            uint32_t len = r % 4 == 0 ? COUNT - at : (uint32_t)prng_below(&prng, COUNT - at + 1);
            uint16_t near = sketches[at + (len == 0 ? 0 : (uint32_t)prng_below(&prng, len))];
            runs[r] = (KernelRun){.at = at,
                                  .len = len,
                                  .probe = r % 2 == 0 ? near : (uint16_t)prng_next(&prng),
                                  .limit = (uint16_t)((limit + r) % 19)};
        }
        for (uint32_t count = 0; count <= RUNS; count += count < 3 ? 1 : 61) {
            KernelAhead ahead = {sketches, runs, RUNS - count};
            uint32_t n =
                kernels_of(KERNEL_SCALAR)->sketches_within(sketches, runs, count, &ahead, expected);
            for (uint32_t i = 0; i < n; i++) {
                const KernelRun *run = &runs[expected[i].run];
                CHECK(expected[i].at - run->at < run->len);
                CHECK(__builtin_popcount(sketches[expected[i].at] ^ run->probe) <= run->limit);
            }
            for (int set = 1; set < KERNEL_SETS; set++) {
                const KernelOps *ops = kernels_of((KernelSet)set);
                if (ops == NULL)
                    continue;
                CHECK_INT(ops->sketches_within(sketches, runs, count, &ahead, actual), n);
                CHECK(memcmp(actual, expected, n * sizeof actual[0]) == 0);
            }
        }
    }
}

TEST(luma)
{
    static uint8_t pixels[3 * WIDTH_MAX + 3];
    static float expected[WIDTH_MAX + KERNEL_ROWS], actual[WIDTH_MAX + KERNEL_ROWS];
    Prng prng = {t_seed()};
    fill_bytes(&prng, pixels, sizeof pixels);
    const KernelOps *scalar = kernels_of(KERNEL_SCALAR);
    scalar->luma_rgb((const uint8_t[]){255, 255, 255, 0, 0, 0, 10, 20, 30}, 3, expected);
    CHECK(expected[0] == 0.299f * 255 + 0.587f * 255 + 0.114f * 255);
    CHECK(expected[1] == 0.0f);
    CHECK(expected[2] == 0.299f * 10 + 0.587f * 20 + 0.114f * 30);
    EACH_OTHER_SET(ops) {
        for (size_t n = 1; n < WIDTH_MAX; n += n < 70 ? 1 : 97) {
            scalar->luma_rgb(pixels + n % 3, n, expected);
            ops->luma_rgb(pixels + n % 3, n, actual);
            check_floats(ops->name, "luma_rgb", actual, expected, n);
            scalar->luma_gray(pixels + n % 3, n, expected);
            ops->luma_gray(pixels + n % 3, n, actual);
            check_floats(ops->name, "luma_gray", actual, expected, n);
        }
    }
}

// Rows of a plane, and a copy of another plane's content in them.
static void rows_set(float *plane, size_t stride, const float *content, float *ret[KERNEL_ROWS]) {
    for (size_t row = 0; row < KERNEL_ROWS; row++) {
        ret[row] = plane + row * stride;
        memcpy(ret[row], content + row * stride, stride * sizeof(float));
    }
}

TEST(box_filter_along_rows)
{
    static float content[KERNEL_ROWS * 704], expected[KERNEL_ROWS * 704], actual[KERNEL_ROWS * 704];
    static float sampled[KERNEL_ROWS * KERNEL_SIDE], expected_sampled[KERNEL_ROWS * KERNEL_SIDE];
    static float scratch[1024 * KERNEL_ROWS];
    float *rows[KERNEL_ROWS];
    Prng prng = {t_seed()};
    const KernelOps *scalar = kernels_of(KERNEL_SCALAR);
    for (size_t n = 1; n <= WIDTH_MAX; n += n < 140 ? 1 : 31) {
        size_t stride = kernel_padded(n);
        // The hash's own window, the whole row, and one between.
        size_t windows[] = {(n + 127) / 128, n, 1 + (size_t)prng_below(&prng, n)};
        fill_floats(&prng, content, sizeof content / sizeof content[0]);
        uint32_t at[KERNEL_SIDE];
        for (size_t i = 0; i < KERNEL_SIDE; i++)
            at[i] = (uint32_t)(((double)i + 0.5) * (double)n / KERNEL_SIDE);
        for (size_t w = 0; w < 3; w++) {
            rows_set(expected, stride, content, rows);
            scalar->box_rows_sampled((const float *const *)rows, n, windows[w], at,
                                     expected_sampled, scratch);
            scalar->box_rows(rows, n, windows[w], scratch);
            for (size_t row = 0; row < KERNEL_ROWS; row++) {
                for (size_t i = 0; i < KERNEL_SIDE; i++)
                    CHECK(expected_sampled[row * KERNEL_SIDE + i] ==
                          expected[row * stride + at[i]]);
            }
            EACH_OTHER_SET(ops) {
                rows_set(actual, stride, content, rows);
                ops->box_rows_sampled((const float *const *)rows, n, windows[w], at, sampled,
                                      scratch);
                check_floats(ops->name, "box_rows_sampled", sampled, expected_sampled,
                             KERNEL_ROWS * KERNEL_SIDE);
                ops->box_rows(rows, n, windows[w], scratch);
                for (size_t row = 0; row < KERNEL_ROWS; row++)
                    check_floats(ops->name, "box_rows", actual + row * stride,
                                 expected + row * stride, n);
            }
        }
    }
}

TEST(box_filter_along_columns)
{
    enum { N = 160 };
    float start[N], add[N], subtract[N], sums[N], ret[N], expected_sums[N], expected[N];
    Prng prng = {t_seed()};
    fill_floats(&prng, start, N);
    fill_floats(&prng, add, N);
    fill_floats(&prng, subtract, N);
    EACH_OTHER_SET(ops) {
        for (unsigned mask = 0; mask < 8; mask++) {
            memcpy(sums, start, sizeof sums);
            memcpy(expected_sums, start, sizeof sums);
            memset(ret, 0, sizeof ret);
            memset(expected, 0, sizeof expected);
            kernels_of(KERNEL_SCALAR)
                ->box_column(expected_sums, mask & 1 ? add : NULL, mask & 2 ? subtract : NULL,
                             mask & 4 ? expected : NULL, 7, N);
            ops->box_column(sums, mask & 1 ? add : NULL, mask & 2 ? subtract : NULL,
                            mask & 4 ? ret : NULL, 7, N);
            check_floats(ops->name, "box_column sums", sums, expected_sums, N);
            check_floats(ops->name, "box_column", ret, expected, N);
        }
    }
}

TEST(box_filter_along_columns_many_rows_at_once)
{
    enum { N = 16 * 19, AT_ONCE = 11 };
    static float start[N], add[AT_ONCE][N], drop[AT_ONCE][N], expected[AT_ONCE][N];
    static float actual[AT_ONCE][N], sums[N], expected_sums[N];
    const float *in[AT_ONCE];
    float *out[AT_ONCE];
    Prng prng = {t_seed()};
    for (int i = 0; i < AT_ONCE; i++) {
        in[i] = add[i];
        fill_floats(&prng, add[i], N);
        fill_floats(&prng, drop[i], N);
    }
    fill_floats(&prng, start, N);
    EACH_OTHER_SET(ops) {
        memcpy(sums, start, sizeof sums);
        memcpy(expected_sums, start, sizeof sums);
        memcpy(actual, drop, sizeof actual);
        for (int i = 0; i < AT_ONCE; i++) {
            out[i] = actual[i];
            kernels_of(KERNEL_SCALAR)
                ->box_column(expected_sums, add[i], drop[i], expected[i], 23, N);
        }
        ops->box_columns(sums, in, out, AT_ONCE, 23, N);
        check_floats(ops->name, "box_columns", actual[0], expected[0], (size_t)AT_ONCE * N);
        check_floats(ops->name, "box_columns sums", sums, expected_sums, N);
    }
}

// Every divisor that a picture's window can be, with sums as they come and sums whose quotient lies
// as near as possible to the middle between two floats, where a reciprocal goes wrong first.
TEST(quotients_are_rounded_like_divisions)
{
    enum { N = 256 };
    static float zero[N], sums[N], kept[N];
    const float *in[1] = {zero};
    Prng prng = {t_seed()};
    for (int divisor = 1; divisor <= KERNEL_WINDOW_MAX; divisor++) {
        for (size_t i = 0; i < N; i++) {
            double middle = (double)(0x1000001 + 2 * prng_below(&prng, 0x800000)) * 0x1p-20;
            float sum = (float)(middle * divisor);
            kept[i] = i % 4 == 0   ? (float)(prng_unit(&prng) * 255 * divisor)
                      : i % 4 == 1 ? nextafterf(sum, 0)
                      : i % 4 == 2 ? sum
                                   : nextafterf(sum, INFINITY);
        }
        EACH_OTHER_SET(ops) {
            float actual[N] = {0}, *out[1] = {actual};
            memcpy(sums, kept, sizeof sums);
            ops->box_columns(sums, in, out, 1, (float)divisor, N);
            for (size_t i = 0; i < N; i++)
                CHECK(actual[i] == kept[i] / (float)divisor);
        }
    }
}

TEST(cosine_transform)
{
    static float plane[KERNEL_SIDE * KERNEL_SIDE], expected[256], actual[256];
    Prng prng = {t_seed()};
    for (int round = 0; round < 20; round++) {
        fill_floats(&prng, plane, KERNEL_SIDE * KERNEL_SIDE);
        if (round == 0)
            memset(plane, 0, sizeof plane);
        kernels_of(KERNEL_SCALAR)->dct(plane, expected);
        EACH_OTHER_SET(ops) {
            ops->dct(plane, actual);
            check_floats(ops->name, "dct", actual, expected, 256);
        }
    }
}

TEST(the_cosine_matrix_is_its_formula)
{
    float scale = (float)sqrt(2.0 / 64.0);
    for (int i = 0; i < KERNEL_TERMS; i++) {
        for (int j = 0; j < KERNEL_SIDE; j++) {
            float expected = (float)(scale * cos(acos(-1.0) / 2 / 64.0 * (i + 1) * (2 * j + 1)));
            CHECK(fabsf(KERNEL_DCT[i][j] - expected) <= 0x1p-27f);
            CHECK(KERNEL_DCT_TURNED[j][i] == KERNEL_DCT[i][j]);
        }
    }
}

TEST(the_choice)
{
    CHECK(kernels_choose("scalar") == kernels_of(KERNEL_SCALAR));
    const KernelOps *best = kernels_choose(NULL);
    CHECK(best != NULL);
    CHECK(kernels_choose("avx9000") == best);
    CHECK(kernels_choose("") == best);
#if defined(__aarch64__)
    CHECK(kernels_of(KERNEL_NEON) != NULL && best == kernels_of(KERNEL_NEON));
#endif
    const KernelOps *avx2 = kernels_choose("avx2");
    CHECK(avx2 == kernels_of(KERNEL_AVX2) || kernels_of(KERNEL_AVX2) == NULL);
    CHECK(kernels_choose("avx512") == kernels_of(KERNEL_AVX512) ||
          kernels_choose("avx512") == avx2);
    CHECK(kernels_choose("sse4") == kernels_of(KERNEL_SSE4) || kernels_of(KERNEL_SSE4) == NULL);
    const KernelOps *usual = kernels();
    kernels_use(kernels_of(KERNEL_SCALAR));
    CHECK(kernels() == kernels_of(KERNEL_SCALAR));
    kernels_use(NULL);
    CHECK(kernels() == usual);
}
