// PDQ as the paper and the public implementations describe it, one whole plane after another: slow
// and obvious, to hold ours against. Shares no code with src/.
#pragma once
#include "hash/pdq.h"

// rgb: width × height × 3 bytes. All eight turns. False when out of memory.
bool pdq_textbook(const uint8_t *rgb, int width, int height, PdqVariant variant, PdqFacts *ret);
