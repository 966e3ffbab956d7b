// One-time codes by time (RFC 6238 over RFC 4226, SHA-1, six digits, thirty seconds): what every
// authenticator reads.
//
// Whoever keeps accounts stores the last step that was used and hands it in: a code works once, and
// never after a later one. Pure; any thread.
#pragma once
#include "base/err.h"
#include "base/strbuf.h"

enum {
    TOTP_SECRET_BYTES = 20,
    TOTP_SECRET_MAX = 64, // bytes of a secret made elsewhere
    TOTP_DIGITS = 6,
    TOTP_STEP_SECONDS = 30,
    TOTP_WINDOW_MAX = 10
};

void totp_secret_make(uint8_t ret[TOTP_SECRET_BYTES]);
// The code of one step as digits and a NUL; digits: 6 … 8. ERR_INTERNAL when SHA-1 is not to be
// had.
Err totp_code(Str secret, uint64_t step, int digits, char *ret, Diag *diag) MUST_CHECK;

// Whether code is that of a step within `window` steps of the time. Steps up to last_step (-1:
// none) do not count. *ret_step is the step to store, -1 when the code is wrong or used. The time
// it takes does not tell which step fitted.
Err totp_check(Str secret, Str code, int64_t utc_seconds, int window, int64_t last_step,
               int64_t *ret_step, Diag *diag) MUST_CHECK;

// otpauth://totp/… as authenticators read it from a picture. issuer and account: any text.
void totp_uri_put(StrBuf *out, Str issuer, Str account, Str secret);
