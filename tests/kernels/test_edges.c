// No kernel reads or writes outside what its header allows: every buffer ends at a page that may
// not be touched, and then begins after one. A set that does is killed, and the test with it.
#include <sys/mman.h>
#include <unistd.h>

#include "base/prng.h"
#include "kernels/kernels.h"
#include "lanes4.h"
#include "t.h"

enum { BUFFERS = 8, BOTH_EDGES = 2 };

// Buffers between forbidden pages; all of them stand at the same edge.
typedef struct Fenced {
    bool is_at_end;
    int count;
    struct {
        void *pages;
        size_t size;
    } mapped[BUFFERS];
} Fenced;

// `bytes` that end `spare` bytes before a forbidden page, or begin right after one; random content.
static void *fenced_new(Fenced *fenced, size_t bytes, size_t spare) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t inner = (bytes + spare + page) / page * page;
    uint8_t *pages = mmap(NULL, inner + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED || mprotect(pages + page, inner, PROT_READ | PROT_WRITE) != 0) {
        fprintf(stderr, "no memory\n");
        exit(1);
    }
    fenced->mapped[fenced->count].pages = pages;
    fenced->mapped[fenced->count++].size = inner + 2 * page;
    uint8_t *at = pages + page + (fenced->is_at_end ? inner - bytes - spare : 0);
    Prng prng = {bytes};
    for (size_t i = 0; i < bytes; i++)
        at[i] = (uint8_t)prng_next(&prng);
    return at;
}

static float *fenced_floats(Fenced *fenced, size_t count) {
    float *at = fenced_new(fenced, count * sizeof(float), 0);
    for (size_t i = 0; i < count; i++)
        at[i] = (float)(i % 256);
    return at;
}

static void fenced_done(Fenced *fenced) {
    for (int i = 0; i < fenced->count; i++)
        munmap(fenced->mapped[i].pages, fenced->mapped[i].size);
    fenced->count = 0;
}

static const KernelOps *set_at(int at) {
    return at == KERNEL_SETS ? &KERNELS_LANES4 : kernels_of((KernelSet)at);
}

#define EACH_SET_AND_EDGE(ops, fenced) \
    for (int set_ = 0; set_ <= KERNEL_SETS; set_++) \
        for (const KernelOps *ops = set_at(set_); ops != NULL; ops = NULL) \
            for (int edge_ = 0; edge_ < BOTH_EDGES; edge_++) \
                for (Fenced fenced = {.is_at_end = edge_ == 0}, *once_ = &fenced; once_ != NULL; \
                     once_ = NULL)

TEST(rows_and_what_is_found_in_them)
{
    EACH_SET_AND_EDGE(ops, fenced) {
        for (size_t count = 0; count <= 40 && ops->hamming_within != NULL; count++) {
            uint8_t *query = fenced_new(&fenced, KERNEL_HASH_BYTES, 0);
            uint8_t *rows = fenced_new(&fenced, count * KERNEL_HASH_BYTES, 0);
            uint32_t *at = fenced_new(&fenced, count * sizeof *at, 0);
            uint16_t *distances = fenced_new(&fenced, count * sizeof *distances, 0);
            CHECK_INT(ops->hamming_within(query, rows, count, 256, at, distances), count);
            CHECK(ops->hamming_within(query, rows, count, 31, at, distances) <= count);
            fenced_done(&fenced);
        }
    }
}

TEST(sketches_and_what_is_found_in_them)
{
    EACH_SET_AND_EDGE(ops, fenced) {
        for (uint32_t len = 0; len <= 70 && ops->sketches_within != NULL; len++) {
            uint16_t *sketches = fenced_new(&fenced, len * sizeof *sketches, KERNEL_PAST);
            KernelRun *runs = fenced_new(&fenced, 2 * sizeof *runs, 0);
            KernelHit *hits = fenced_new(&fenced, len * sizeof *hits, 0);
            runs[0] = (KernelRun){.at = 0, .len = len / 3, .limit = 16};
            runs[1] = (KernelRun){.at = len / 3, .len = len - len / 3, .limit = 16};
            // What is only asked for may lie anywhere.
            KernelAhead ahead = {.sketches = sketches + len, .runs = runs, .count = len % 3};
            CHECK_INT(ops->sketches_within(sketches, runs, 2, &ahead, hits), len);
            fenced_done(&fenced);
        }
    }
}

TEST(pixels_and_their_luma)
{
    EACH_SET_AND_EDGE(ops, fenced) {
        for (size_t n = 1; n <= 140; n++) {
            uint8_t *rgb = fenced_new(&fenced, 3 * n, 0);
            uint8_t *gray = fenced_new(&fenced, n, 0);
            float *luma = fenced_floats(&fenced, kernel_padded(n));
            ops->luma_rgb(rgb, n, luma);
            CHECK(luma[n - 1] >= 0 && luma[n - 1] < 256);
            ops->luma_gray(gray, n, luma);
            CHECK(luma[n - 1] >= 0 && luma[n - 1] < 256);
            fenced_done(&fenced);
        }
    }
}

TEST(planes_and_their_filters)
{
    EACH_SET_AND_EDGE(ops, fenced) {
        for (size_t n = 1; n <= 150; n += n < 70 ? 1 : 13) {
            size_t stride = kernel_padded(n), window = n / 2 + 1;
            float *plane = fenced_floats(&fenced, KERNEL_ROWS * stride);
            float *scratch = fenced_floats(&fenced, kernel_scratch(window) * KERNEL_ROWS);
            float *sampled = fenced_floats(&fenced, (size_t)KERNEL_ROWS * KERNEL_SIDE);
            float *sums = fenced_floats(&fenced, stride);
            float *add = fenced_floats(&fenced, stride);
            uint32_t *at = fenced_new(&fenced, KERNEL_SIDE * sizeof *at, 0);
            float *rows[KERNEL_ROWS];
            const float *added[KERNEL_ROWS];
            for (size_t i = 0; i < KERNEL_ROWS; i++) {
                rows[i] = plane + i * stride;
                added[i] = add;
            }
            for (size_t i = 0; i < KERNEL_SIDE; i++)
                at[i] = (uint32_t)(i * n / KERNEL_SIDE);
            ops->box_rows_sampled((const float *const *)rows, n, window, at, sampled, scratch);
            ops->box_rows(rows, n, window, scratch);
            ops->box_column(sums, add, rows[KERNEL_ROWS - 1], rows[0], 3, stride);
            ops->box_columns(sums, added, rows, KERNEL_ROWS, 3, stride);
            CHECK(sampled[0] >= 0);
            fenced_done(&fenced);
        }
    }
}

TEST(the_plane_and_its_transform)
{
    EACH_SET_AND_EDGE(ops, fenced) {
        float *plane = fenced_floats(&fenced, (size_t)KERNEL_SIDE * KERNEL_SIDE);
        float *terms = fenced_floats(&fenced, (size_t)KERNEL_TERMS * KERNEL_TERMS);
        ops->dct(plane, terms);
        CHECK(terms[0] == terms[0]);
        fenced_done(&fenced);
    }
}
