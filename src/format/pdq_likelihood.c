// The likelihood ratio of one hash; the normal approximation stands for the binomial.
#include "format/pdq_likelihood.h"

#include "base/encoding.h"

enum { HASH_BYTES = 32, SET_BITS_USUAL = 128 };

double pdq_likelihood(Str hex) {
    uint8_t bytes[HASH_BYTES];
    if (!hex_decode(hex, bytes, HASH_BYTES))
        return 0;
    int set = 0;
    for (int i = 0; i < HASH_BYTES; i++)
        set += __builtin_popcount(bytes[i]);
    if (set > SET_BITS_USUAL)
        return -8;
    double d = SET_BITS_USUAL - set;
    // ln(0.6 · 0.4^d) bounded below by ln 10⁻⁵, less ln of the binomial (standard deviation 8).
    double pdq = -0.5108 - 0.9163 * d;
    if (pdq < -11.513)
        pdq = -11.513;
    double sha256 = -2.9983 - d * d / 128;
    double ratio = pdq - sha256;
    return ratio < -8 ? -8 : ratio > 3 ? 3 : ratio;
}
