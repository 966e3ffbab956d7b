// Secrets in memory: wiped when done with, compared in constant time. Any thread.
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"

// Overwrites in a way that the compiler keeps.
void secret_wipe(void *secret, size_t n);
// Time depends on n only.
bool secret_equal(const void *a, const void *b, size_t n);
// Wipes all that the buffer holds memory for, then frees it. A buffer that may hold a secret gets
// its whole room with its first strbuf_reserve: growing would leave a copy behind.
void secret_strbuf_done(StrBuf *buf);
#define _cleanup_secret_strbuf_ _cleanup_(secret_strbuf_done)
