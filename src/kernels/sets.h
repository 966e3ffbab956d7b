// The sets that kernels.c chooses from; a build has those of its architecture. Private to this
// room.
#pragma once
#include <float.h>

#include "kernels/kernels.h"

// Hash bits depend on every float being rounded where it is written.
#if defined(__FAST_MATH__) || FLT_EVAL_METHOD != 0
#error "compile without -ffast-math, for a processor that computes in float"
#endif

extern const KernelOps KERNELS_SCALAR, KERNELS_NEON, KERNELS_SSE4, KERNELS_AVX2, KERNELS_AVX512;
