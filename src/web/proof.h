// Proofs that only this node can make: CSRF tokens and signed cookies. Pure but for random masks;
// any thread.
#pragma once
#include "base/strbuf.h"
#include "crypto/hmac.h"

// A CSRF token is the HMAC of whom it is bound to (the session's token or the visitor's cookie),
// hidden behind a fresh random mask: each page shows another text, so that nothing is learnt from
// how well it compresses (BREACH).
enum { CSRF_CHARS = 2 * 2 * HMAC_BYTES }; // hexadecimal mask and masked HMAC

void csrf_make(const uint8_t key[HMAC_KEY_BYTES], Str bound_to, char ret[CSRF_CHARS + 1]);
bool csrf_holds(const uint8_t key[HMAC_KEY_BYTES], Str bound_to, Str token);

// A text behind its HMAC, both hexadecimal, as the value of a cookie.
void signed_put(StrBuf *out, const uint8_t key[HMAC_KEY_BYTES], Str label, Str text);
// Appends the text to `out` when the signature holds; false otherwise.
bool signed_open(StrBuf *out, const uint8_t key[HMAC_KEY_BYTES], Str label, Str value);
