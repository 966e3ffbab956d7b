// Random bytes by libsodium, which asks the kernel.
#include "crypto/random.h"

#include <sodium.h>

void random_bytes(void *ret_bytes, size_t n) {
    randombytes_buf(ret_bytes, n);
}
