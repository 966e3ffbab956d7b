// The choice of the instruction set.
#include "kernels/kernels.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/sets.h"

static _Atomic(const KernelOps *) chosen;

const KernelOps *kernels_of(KernelSet set) {
    switch (set) {
    case KERNEL_SCALAR:
        return &KERNELS_SCALAR;
#if defined(HAVE_KERNELS_X86)
    case KERNEL_SSE4:
        return __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("popcnt") ? &KERNELS_SSE4
                                                                                    : NULL;
    case KERNEL_AVX2:
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                       __builtin_cpu_supports("popcnt")
                   ? &KERNELS_AVX2
                   : NULL;
    case KERNEL_AVX512:
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                       __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
                       __builtin_cpu_supports("avx512vpopcntdq") &&
                       __builtin_cpu_supports("avx512bitalg") &&
                       __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("popcnt")
                   ? &KERNELS_AVX512
                   : NULL;
#endif
#if defined(HAVE_KERNELS_ARM)
    case KERNEL_NEON:
        return &KERNELS_NEON;
#endif
    default:
        return NULL;
    }
}

const KernelOps *kernels_choose(const char *wish) {
    static const char *const NAMES[KERNEL_SETS] = {
        [KERNEL_SCALAR] = "scalar", [KERNEL_NEON] = "neon",     [KERNEL_SSE4] = "sse4",
        [KERNEL_AVX2] = "avx2",     [KERNEL_AVX512] = "avx512",
    };
    int at = KERNEL_SETS - 1;
    for (int set = 0; wish != NULL && set < KERNEL_SETS; set++) {
        if (strcmp(wish, NAMES[set]) == 0)
            at = set;
    }
    while (at > KERNEL_SCALAR && kernels_of((KernelSet)at) == NULL)
        at--;
    return kernels_of((KernelSet)at);
}

// Two threads that come first together choose the same.
const KernelOps *kernels(void) {
    const KernelOps *ops = atomic_load_explicit(&chosen, memory_order_acquire);
    if (ops == NULL) {
        ops = kernels_choose(getenv("SEVENTH_KERNELS"));
        atomic_store_explicit(&chosen, ops, memory_order_release);
    }
    return ops;
}

void kernels_use(const KernelOps *ops) {
    atomic_store_explicit(&chosen, ops, memory_order_release);
}
