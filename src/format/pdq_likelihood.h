// Tells lists of PDQ hashes from lists of SHA-256 digests: both are 64 hexadecimal digits a line.
//
// A PDQ bit is set where a coefficient is greater than the median of all 256, so at most 128 bits
// are set, and 128 exactly unless coefficients tie with the median. The bits of a SHA-256 are
// fair coins: the count of set bits is binomial(256, ½), 128 with probability 0.05 and above 128
// with 0.475. The model of PDQ is P(128 − d) = 0.6 · 0.4^d (public hashes have d of 0 to 2), with
// bounds so that a stray line never decides alone. The sum of log-likelihood ratios decides.
//
// How often that is wrong: by Chernoff's bound at most ρⁿ for n lines, ρ = Σ √(p·q) = 0.47 being
// the overlap of the two models (Bhattacharyya). So at most 5.3·10⁻⁴ for 10 lines and 1.5·10⁻¹⁰ for
// 30; a single SHA-256 passes for PDQ with probability 0.15.
#pragma once
#include "base/str.h"

// Natural logarithm of P(hash | PDQ) / P(hash | SHA-256), within −8 to 3, for 64 hexadecimal
// digits; 0 for anything else.
double pdq_likelihood(Str hex);
