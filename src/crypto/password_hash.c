// Argon2id by libsodium, with the parameters of stored hashes read back and bounded.
#include "crypto/password_hash.h"

#include <sodium.h>

_Static_assert(PASSWORD_HASH_MAX >= crypto_pwhash_argon2id_STRBYTES, "libsodium's text fits");

PasswordCost password_cost_for(uint64_t machine_memory_bytes) {
    uint64_t memory = machine_memory_bytes / 64;
    if (memory >= UINT64_C(64) << 20)
        return (PasswordCost){.memory_bytes = UINT64_C(64) << 20, .passes = 3};
    if (memory >= UINT64_C(32) << 20)
        return (PasswordCost){.memory_bytes = UINT64_C(32) << 20, .passes = 6};
    return (PasswordCost){.memory_bytes = PASSWORD_MEMORY_MIN, .passes = 10};
}

static bool number_take(Str *io_rest, const char *before, char after, uint64_t *ret) {
    Str name = str_from(before), digits, rest;
    if (!str_has_prefix(*io_rest, name) ||
        !str_cut(str_from_index(*io_rest, name.len), after, &digits, &rest) ||
        !str_to_u64(digits, ret))
        return false;
    *io_rest = rest;
    return true;
}

static bool cost_parse(const char *text, PasswordCost *ret) {
    Str rest = str_from(text);
    uint64_t version, kibibytes, passes, lanes;
    if (rest.len >= PASSWORD_HASH_MAX || !str_has_prefix(rest, STR("$argon2id$")))
        return false;
    rest = str_from_index(rest, 10);
    if (!number_take(&rest, "v=", '$', &version) || !number_take(&rest, "m=", ',', &kibibytes) ||
        !number_take(&rest, "t=", ',', &passes) || !number_take(&rest, "p=", '$', &lanes))
        return false;
    if (version != 19 || lanes != 1 || kibibytes > PASSWORD_MEMORY_MAX / 1024 || passes == 0 ||
        passes > PASSWORD_PASSES_MAX)
        return false;
    *ret = (PasswordCost){.memory_bytes = kibibytes * 1024, .passes = passes};
    return true;
}

static Err password_bounded(Str password, Diag *diag) {
    return password.len <= PASSWORD_MAX
               ? ERR_OK
               : diag_set(diag, ERR_LIMIT, N_("The password is too long."));
}

Err password_hash_make(Str password, PasswordCost cost, char *ret_text, Diag *diag) {
    char text[crypto_pwhash_argon2id_STRBYTES];
    TRY(password_bounded(password, diag));
    if (cost.memory_bytes < PASSWORD_MEMORY_MIN || cost.memory_bytes > PASSWORD_MEMORY_MAX ||
        cost.passes == 0 || cost.passes > PASSWORD_PASSES_MAX)
        return diag_set(diag, ERR_RANGE,
                        N_("The cost of password hashes is outside what is allowed."));
    if (sodium_init() < 0 ||
        crypto_pwhash_argon2id_str(text, password.ptr == NULL ? "" : password.ptr, password.len,
                                   cost.passes, (size_t)cost.memory_bytes) != 0)
        return diag_set(diag, ERR_NOMEM,
                        N_("There is not enough memory to turn the password into a key."));
    memcpy(ret_text, text, sizeof text);
    return ERR_OK;
}

Err password_hash_check(const char *text, Str password, bool *ret_fits, Diag *diag) {
    PasswordCost cost;
    char padded[PASSWORD_HASH_MAX] = {0};
    TRY(password_bounded(password, diag));
    if (!cost_parse(text, &cost) || sodium_init() < 0)
        return diag_set(diag, ERR_CORRUPT, N_("A stored password hash is not one of Argon2id."));
    memcpy(padded, text, strlen(text));
    *ret_fits = crypto_pwhash_argon2id_str_verify(padded, password.ptr == NULL ? "" : password.ptr,
                                                  password.len) == 0;
    return ERR_OK;
}

bool password_hash_is_outdated(const char *text, PasswordCost cost) {
    PasswordCost stored;
    return !cost_parse(text, &stored) || stored.memory_bytes < cost.memory_bytes ||
           stored.memory_bytes * stored.passes < cost.memory_bytes * cost.passes;
}
