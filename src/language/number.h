// Numbers, sizes and shares as the reader's locale writes them. Any thread.
//
// Only what is counted is localised: identifiers, hashes, offsets in evidence and dates keep Latin
// digits and are written by their owners.
#pragma once
#include "language/catalogue.h"

void number_put(StrBuf *out, const Lang *lang, int64_t number);
// With exactly `decimals` digits (0–3) behind the decimal separator.
void number_put_decimal(StrBuf *out, const Lang *lang, double number, int decimals);
// A size in bytes in a readable decimal unit with three significant digits ("1.23 MB").
void bytes_put(StrBuf *out, const Lang *lang, int64_t bytes);
// A share in 0..1 with at most one decimal ("12.5%").
void percent_put(StrBuf *out, const Lang *lang, double share);
// A span of time as h:mm:ss or m:ss with the locale's digits; negative is written as 0:00.
void duration_put(StrBuf *out, const Lang *lang, int64_t seconds);
