// HMAC-SHA-256 (RFC 2104, RFC 4231): binds a short text to a key that only this node has, as in
// tokens of forms. Cannot fail; any thread.
#pragma once
#include "base/str.h"

enum { HMAC_KEY_BYTES = 32, HMAC_BYTES = 32 };

// Over label ‖ 0x0A ‖ text: the label (a constant of ours without line feed) separates uses of one
// key. Compare with secret_equal.
void hmac_make(const uint8_t key[HMAC_KEY_BYTES], Str label, Str text, uint8_t ret[HMAC_BYTES]);
