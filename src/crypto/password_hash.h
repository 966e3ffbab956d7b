// Password hashes by Argon2id (RFC 9106) in its usual text form ($argon2id$v=19$m=…,t=…,p=1$…).
//
// A hash remembers what it cost; when the node's cost has risen since, the password is hashed anew
// at the next sign-in. One call takes tens of milliseconds and cost.memory_bytes: callers bound how
// many run at once. Any thread.
#pragma once
#include "base/err.h"

enum {
    PASSWORD_HASH_MAX = 128,        // bytes of the text with its NUL
    PASSWORD_MAX = 1024,            // bytes of a password
    PASSWORD_MEMORY_MIN = 19 << 20, // bytes; the least that is advised with two passes
    PASSWORD_MEMORY_MAX = 256 << 20,
    PASSWORD_PASSES_MAX = 16
};

typedef struct PasswordCost {
    uint64_t memory_bytes; // PASSWORD_MEMORY_MIN … PASSWORD_MEMORY_MAX
    uint64_t passes;       // 1 … PASSWORD_PASSES_MAX
} PasswordCost;

// The cost for a machine: 64 MiB and three passes (RFC 9106's second choice), or less memory and
// the same work when a sixty-fourth of the machine's memory is less.
PasswordCost password_cost_for(uint64_t machine_memory_bytes);

// ret_text: PASSWORD_HASH_MAX bytes. ERR_LIMIT: the password is too long; ERR_NOMEM.
Err password_hash_make(Str password, PasswordCost cost, char *ret_text, Diag *diag) MUST_CHECK;
// *ret_fits: constant time for one hash. A text that is no hash, or asks for more than the limits
// above, is ERR_CORRUPT.
Err password_hash_check(const char *text, Str password, bool *ret_fits, Diag *diag) MUST_CHECK;
// True when the hash cost less than cost in memory or work, or is none of ours.
bool password_hash_is_outdated(const char *text, PasswordCost cost);
