// The inner loops of matching, in nanoseconds an item, in every set of kernels.
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/prng.h"
#include "kernels/kernels.h"

enum { ROWS = 1 << 20, SKETCHES = 16384, ROUNDS = 5 };

static uint32_t at[ROWS];
static uint16_t distance[ROWS];
static volatile size_t sink;

static double hamming_ns(const KernelOps *ops, const uint8_t *rows, size_t count, int repeats) {
    double best = 1e9;
    for (int round = 0; round < ROUNDS; round++) {
        int64_t start = clock_monotonic_ns();
        for (int i = 0; i < repeats; i++)
            sink +=
                ops->hamming_within(rows + i * KERNEL_HASH_BYTES, rows, count, 31, at, distance);
        double ns = (double)(clock_monotonic_ns() - start) / repeats / (double)count;
        best = ns < best ? ns : best;
    }
    return best;
}

static double sketch_ns(const KernelOps *ops, const uint8_t *rows) {
    static KernelHit hits[SKETCHES];
    double best = 1e9;
    for (int round = 0; round < ROUNDS; round++) {
        int64_t start = clock_monotonic_ns();
        for (int i = 0; i < 200; i++)
            sink += ops->sketches_within(
                (const uint16_t *)(const void *)rows,
                &(KernelRun){.len = SKETCHES, .probe = (uint16_t)i, .limit = 2}, 1,
                &(KernelAhead){0}, hits);
        double ns = (double)(clock_monotonic_ns() - start) / 200 / SKETCHES;
        best = ns < best ? ns : best;
    }
    return best;
}

int main(void) {
    _cleanup_free_ uint8_t *rows = malloc((size_t)ROWS * KERNEL_HASH_BYTES);
    if (rows == NULL)
        return 1;
    Prng prng = {1};
    for (size_t i = 0; i < (size_t)ROWS * KERNEL_HASH_BYTES; i++)
        rows[i] = (uint8_t)prng_next(&prng);
    double first = 0;
    printf("%-8s %22s %22s %18s %10s\n", "kernels", "ns a row (1 M rows)", "ns a row (4,096 rows)",
           "ns a sketch", "ratio");
    for (int set = 0; set < KERNEL_SETS; set++) {
        const KernelOps *ops = kernels_of((KernelSet)set);
        if (ops == NULL)
            continue;
        double large = hamming_ns(ops, rows, ROWS, 3), small = hamming_ns(ops, rows, 4096, 300);
        first = first == 0 ? large : first;
        printf("%-8s %22.3f %22.3f %18.3f %9.1fx\n", ops->name, large, small, sketch_ns(ops, rows),
               first / large);
    }
    return 0;
}
