// Secret-quality random bytes. For tests and permutations base/prng.h is the right one.
#pragma once
#include <stddef.h>

// From the kernel; does not fail once the program runs. Any thread.
void random_bytes(void *ret_bytes, size_t n);
