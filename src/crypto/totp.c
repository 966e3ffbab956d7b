// HMAC-SHA-1 by libcrypto, cut down to digits.
#include "crypto/totp.h"

#include <sodium.h>

#include "base/encoding.h"
#include "crypto/openssl.h"

void totp_secret_make(uint8_t ret[TOTP_SECRET_BYTES]) {
    randombytes_buf(ret, TOTP_SECRET_BYTES);
}

Err totp_code(Str secret, uint64_t step, int digits, char *ret, Diag *diag) {
    static const uint32_t TENS[] = {1000000, 10000000, 100000000};
    uint8_t counter[8], mac[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    for (int i = 0; i < 8; i++)
        counter[i] = (uint8_t)(step >> (56 - 8 * i));
    if (secret.len > TOTP_SECRET_MAX || digits < 6 || digits > 8 ||
        HMAC(EVP_sha1(), secret.ptr, (int)secret.len, counter, sizeof counter, mac, &size) ==
            NULL ||
        size != 20)
        return diag_set(diag, ERR_INTERNAL, N_("One-time codes cannot be computed here."));
    const uint8_t *at = mac + (mac[19] & 15);
    uint32_t number =
        ((uint32_t)(at[0] & 127) << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3]) %
        TENS[digits - 6];
    sodium_memzero(mac, sizeof mac);
    for (int i = digits - 1; i >= 0; i--, number /= 10)
        ret[i] = (char)('0' + number % 10);
    ret[digits] = '\0';
    return ERR_OK;
}

Err totp_check(Str secret, Str code, int64_t utc_seconds, int window, int64_t last_step,
               int64_t *ret_step, Diag *diag) {
    char given[TOTP_DIGITS] = {0}, expected[9];
    int64_t now = utc_seconds / TOTP_STEP_SECONDS, found = -1;
    bool has_length = code.len == TOTP_DIGITS;
    if (has_length)
        memcpy(given, code.ptr, TOTP_DIGITS);
    if (window < 0 || window > TOTP_WINDOW_MAX || utc_seconds < 0)
        return diag_set(diag, ERR_RANGE, N_("One-time codes cannot be computed here."));
    for (int64_t step = now - window; step <= now + window; step++) {
        if (step < 0)
            continue;
        TRY(totp_code(secret, (uint64_t)step, TOTP_DIGITS, expected, diag));
        bool fits = sodium_memcmp(given, expected, TOTP_DIGITS) == 0;
        if (fits && has_length && step > last_step)
            found = step;
    }
    sodium_memzero(expected, sizeof expected);
    *ret_step = found;
    return ERR_OK;
}

static void percent_put(StrBuf *out, Str text) {
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];
        bool is_plain = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
                        (byte >= 'A' && byte <= 'Z') || strchr("-._~", byte) != NULL;
        if (is_plain && byte != 0)
            strbuf_put_byte(out, (char)byte);
        else
            strbuf_printf(out, "%%%02X", byte);
    }
}

void totp_uri_put(StrBuf *out, Str issuer, Str account, Str secret) {
    strbuf_put_text(out, "otpauth://totp/");
    percent_put(out, issuer);
    strbuf_put_byte(out, ':');
    percent_put(out, account);
    strbuf_put_text(out, "?secret=");
    size_t before = out->len;
    base32_put(out, (const uint8_t *)secret.ptr, secret.len);
    while (out->failed == ERR_OK && out->len > before && out->ptr[out->len - 1] == '=')
        strbuf_truncate(out, out->len - 1);
    strbuf_put_text(out, "&issuer=");
    percent_put(out, issuer);
}
