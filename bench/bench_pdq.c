// PDQ of a picture in memory: ours, in every set of kernels, against the textbook (whole planes),
// in the same run.
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "hash/pdq.h"
#include "kernels/kernels.h"
#include "pdq_textbook.h"
#include "pictures.h"

static double ours_ms(const uint8_t *rgb, uint32_t width, uint32_t height, PdqVariant variant,
                      PdqFacts *ret) {
    PdqRequest request = {width, height, {variant == PDQ_FULL, variant == PDQ_512}, true};
    PdqFacts facts[PDQ_VARIANTS];
    double best = 1e9;
    for (int round = 0; round < 7; round++) {
        int64_t start = clock_monotonic_ns();
        _cleanup_(pdq_stream_freep) PdqStream *stream = NULL;
        if (pdq_stream_new(&request, &stream) != ERR_OK)
            exit(1);
        pdq_stream_put_rgb(stream, rgb, height);
        if (pdq_stream_finish(stream, facts) != ERR_OK)
            exit(1);
        double ms = (double)(clock_monotonic_ns() - start) / 1e6;
        best = ms < best ? ms : best;
    }
    *ret = facts[variant];
    return best;
}

static double textbook_ms(const uint8_t *rgb, int width, int height, PdqVariant variant,
                          PdqFacts *ret) {
    double best = 1e9;
    for (int round = 0; round < 3; round++) {
        int64_t start = clock_monotonic_ns();
        if (!pdq_textbook(rgb, width, height, variant, ret))
            exit(1);
        double ms = (double)(clock_monotonic_ns() - start) / 1e6;
        best = ms < best ? ms : best;
    }
    return best;
}

int main(void) {
    static const uint32_t SIZES[][2] = {{256, 256}, {1600, 1004}, {4000, 3000}};
    printf("%-11s %-8s %12s %-8s %10s %8s\n", "picture", "variant", "textbook ms", "kernels",
           "ours ms", "ratio");
    for (size_t i = 0; i < sizeof SIZES / sizeof SIZES[0]; i++) {
        uint32_t width = SIZES[i][0], height = SIZES[i][1];
        _cleanup_free_ uint8_t *rgb = picture_rgb(PICTURE_PLASMA, width, height, 1);
        if (rgb == NULL)
            return 1;
        for (int variant = 0; variant < PDQ_VARIANTS; variant++) {
            PdqFacts expected, actual;
            double book = textbook_ms(rgb, (int)width, (int)height, (PdqVariant)variant, &expected);
            for (int set = 0; set < KERNEL_SETS; set++) {
                const KernelOps *ops = kernels_of((KernelSet)set);
                if (ops == NULL)
                    continue;
                kernels_use(ops);
                double ms = ours_ms(rgb, width, height, (PdqVariant)variant, &actual);
                bool is_same = memcmp(expected.hash, actual.hash, sizeof actual.hash) == 0;
                printf("%4ux%-6u %-8s %12.3f %-8s %10.3f %7.1fx%s\n", width, height,
                       variant == PDQ_512 ? "pdq512" : "pdq", book, ops->name, ms, book / ms,
                       is_same ? "" : "  BITS DIFFER");
            }
        }
    }
    return 0;
}
