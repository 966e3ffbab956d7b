// A source that hands out its bytes in pieces of a fixed or a seeded random size, to find what
// breaks at the edges of a window.
#pragma once
#include "base/prng.h"
#include "base/source.h"

typedef struct PieceSource {
    ByteSource source;
    Str bytes;
    size_t piece; // greatest size
    Prng prng;
    bool is_random;
} PieceSource;

// seed 0: always `piece` bytes.
void piece_source_init(PieceSource *source, Str bytes, size_t piece, uint64_t seed);
