// A large colour JPEG composed from a seed, for measuring. No picture is drawn and transformed:
// coefficients are drawn at random, with a spectrum that falls like a photograph's and detail that
// differs from place to place, and coded by the tables that most cameras use (ITU-T T.81, annex K).
#pragma once
#include "base/strbuf.h"

// width × height pixels (1 to 65,500; sides of whole 16 pixels take the least), baseline, chroma
// halved both ways, some 2 bits a pixel. Failure sticks to `to`.
void bench_picture_compose(uint32_t width, uint32_t height, uint64_t seed, StrBuf *to);
