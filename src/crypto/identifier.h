// Identifiers of records towards the outside: 128 random bits as 26 characters.
//
// The alphabet has no look-alikes (no i, l, o, u). Reading takes either case, and i and l as 1, o
// as 0, since people copy identifiers by hand; writing is always lower case. The first character
// carries three bits, so that every identifier has exactly one written form. Pure but for the
// random numbers; any thread.
#pragma once
#include "base/strbuf.h"

enum { IDENTIFIER_BYTES = 16, IDENTIFIER_CHARS = 26 };

typedef struct Identifier {
    uint8_t bytes[IDENTIFIER_BYTES];
} Identifier;

Identifier identifier_make(void);
// All zero: stands for "none"; never made.
bool identifier_is_none(const Identifier *id);
bool identifier_equal(const Identifier *a, const Identifier *b);
// 26 characters and a NUL.
void identifier_text(const Identifier *id, char ret[IDENTIFIER_CHARS + 1]);
void identifier_put(StrBuf *out, const Identifier *id);
// Tolerant as said above. False, output untouched, on anything else.
bool identifier_parse(Str text, Identifier *ret);
// Only the form that identifier_text writes.
bool identifier_parse_exact(Str text, Identifier *ret);
