// The hash of a label, a salt of fixed length and a payload.
#include "crypto/commitment.h"

void commitment_make(Str label, const uint8_t salt[COMMITMENT_SALT_BYTES], Str payload,
                     uint8_t ret[COMMITMENT_BYTES]) {
    Sha256 hash;
    sha256_begin(&hash);
    sha256_put(&hash, label.ptr, label.len);
    sha256_put(&hash, "\n", 1);
    sha256_put(&hash, salt, COMMITMENT_SALT_BYTES);
    sha256_put(&hash, payload.ptr, payload.len);
    sha256_end(&hash, ret);
}
