// Accounts: signing in with password and second factor, one-time sign-in links, recovery codes.
//
// **Signing in** answers wrong name, password or code with one sentence and after the same work:
// the password of somebody who does not exist is compared with a hash of nobody's. Failures count
// by name, known or not; from the fifth on, each doubles the time for which the name is refused,
// up to fifteen minutes. Whoever is signed in stays so. A code works once (the last step is kept),
// a recovery code once for ever.
//
// **What is kept**: Argon2id of the password; the second factor's secret sealed under the node's
// key; SHA-256 of links and recovery codes, which are random.
#pragma once
#include "records/session.h"

typedef struct SignIn {
    Str name, password;
    Str code; // of the second factor, or a recovery code; empty: none given
    SessionDevice device;
    Str former_token; // of a session this one takes the place of; empty: none
    const StoreRequest *request;
} SignIn;

// ERR_AUTH: something is not right (or the account is suspended: the same). ERR_BUSY: too many
// failures, {seconds} until the next attempt. On success the session is new, whatever token the
// browser had before.
Err sign_in(Records *records, const SignIn *sign_in, Session *ret, SessionToken *ret_token,
            Diag *diag) MUST_CHECK;

// A link by which a person sets a password for the first time or anew; any former one ends. For
// the program (the first start, `seventh admin user`) and for administrators, not for themselves.
// ret_token: what stands in the link; TOKEN_TEXT_MAX bytes.
enum { TOKEN_TEXT_MAX = 65 };
Err link_make(Records *records, const Actor *actor, const Identifier *person,
              char ret_token[TOKEN_TEXT_MAX], Diag *diag) MUST_CHECK;
// Sets the password, once; who was invited becomes active; all sessions end. The second factor
// stays. ERR_AUTH: not a link, used, or too old. ERR_INVALID: a password that is too weak.
Err link_use(Records *records, Str token, Str password, const StoreRequest *request,
             Diag *diag) MUST_CHECK;
// Whether link_use could succeed: for the page that asks for the password. ret_pseudonym: of
// RECORDS_NAME_MAX + 1 bytes.
Err link_check(Records *records, Str token, const StoreRequest *request, char *ret_pseudonym,
               Diag *diag) MUST_CHECK;

// One's own. The other sessions end. ERR_AUTH: the present password is not right.
Err password_set(Records *records, const Actor *actor, Str present, Str password,
                 Diag *diag) MUST_CHECK;
// ERR_INVALID: shorter than RECORDS_PASSWORD_MIN characters, one character only, or the pseudonym.
Err password_check(Str password, Str pseudonym, Diag *diag) MUST_CHECK;

// Enrolment in two steps: the secret is made and kept aside, then a first code proves that the
// authenticator has it. With a factor that exists, enrolling anew needs a session that was proven
// with it.
enum { FACTOR_URI_MAX = 512, RECOVERY_CODE_CHARS = 13 };
typedef struct FactorOffer {
    char secret[40];          // base32, for typing
    char uri[FACTOR_URI_MAX]; // otpauth://…, for a picture
} FactorOffer;
Err factor_offer(Records *records, const Actor *actor, Str issuer, FactorOffer *ret,
                 Diag *diag) MUST_CHECK;
// Takes the offered factor into use and gives new recovery codes; the session counts as proven and
// gets another token. ERR_AUTH: the code is wrong.
Err factor_confirm(Records *records, const Actor *actor, Str code,
                   char ret_codes[RECORDS_RECOVERY_CODES][RECOVERY_CODE_CHARS],
                   SessionToken *ret_token, Diag *diag) MUST_CHECK;
// New recovery codes in place of all former ones.
Err recovery_codes_make(Records *records, const Actor *actor,
                        char ret_codes[RECORDS_RECOVERY_CODES][RECOVERY_CODE_CHARS],
                        Diag *diag) MUST_CHECK;
Err recovery_codes_left(Records *records, const Actor *actor, int64_t *ret, Diag *diag) MUST_CHECK;
// For an administrator (or the program), when a person lost both: they enrol anew.
Err factor_reset(Records *records, const Actor *actor, const Identifier *person,
                 Diag *diag) MUST_CHECK;
