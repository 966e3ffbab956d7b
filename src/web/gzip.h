// gzip of an answer made in memory. Any thread.
//
// When it is used: see docs/serving.md (BREACH). Embedded files are compressed when the program is
// built; answers only when nothing that the sender chose stands in them beside a secret.
#pragma once
#include "base/strbuf.h"

// Replaces what `out` holds; ERR_LIMIT when the result would not be smaller.
Err gzip_put(StrBuf *out, Str bytes) MUST_CHECK;
