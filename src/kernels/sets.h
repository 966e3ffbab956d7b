// The sets that kernels.c chooses from; a build has those of its architecture. Private to this
// room.
#pragma once
#include "kernels/kernels.h"

extern const KernelOps KERNELS_SCALAR, KERNELS_NEON, KERNELS_AVX2, KERNELS_AVX512;
