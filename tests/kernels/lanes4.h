// A set of four lanes without distances.
#pragma once
#include "kernels/kernels.h"

extern const KernelOps KERNELS_LANES4;
