// The peer of fuzz_json: jansson, in a file of its own because its names are ours too.
#pragma once
#include "base/strbuf.h"

typedef enum PeerVerdict {
    PEER_ACCEPTS,
    PEER_ACCEPTS_DUPLICATES, // accepted, but its tree lost what came twice: no trace
    PEER_REFUSES,
    PEER_ABSTAINS // a limit of its own
} PeerVerdict;
// Appends the values in order: { } [ ] t f z, s and k with length and text, n with the double's
// bits.
PeerVerdict json_peer_trace(Str text, StrBuf *out);
