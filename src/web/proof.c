// Masked CSRF tokens, and signed cookie values.
#include "web/proof.h"

#include "base/cleanup.h"
#include "base/encoding.h"
#include "crypto/random.h"
#include "crypto/secret.h"
#include "web/limits.h"

void csrf_make(const uint8_t key[HMAC_KEY_BYTES], Str bound_to, char ret[CSRF_CHARS + 1]) {
    uint8_t bytes[2 * HMAC_BYTES], mac[HMAC_BYTES];
    hmac_make(key, STR("seventh/csrf/v1"), bound_to, mac);
    random_bytes(bytes, HMAC_BYTES);
    for (size_t i = 0; i < HMAC_BYTES; i++)
        bytes[HMAC_BYTES + i] = mac[i] ^ bytes[i];
    hex_encode(bytes, sizeof bytes, ret);
    secret_wipe(mac, sizeof mac);
}

bool csrf_holds(const uint8_t key[HMAC_KEY_BYTES], Str bound_to, Str token) {
    uint8_t bytes[2 * HMAC_BYTES], mac[HMAC_BYTES];
    if (!hex_decode(token, bytes, sizeof bytes))
        return false;
    hmac_make(key, STR("seventh/csrf/v1"), bound_to, mac);
    for (size_t i = 0; i < HMAC_BYTES; i++)
        bytes[i] ^= bytes[HMAC_BYTES + i];
    bool holds = secret_equal(bytes, mac, HMAC_BYTES);
    secret_wipe(mac, sizeof mac);
    secret_wipe(bytes, sizeof bytes);
    return holds;
}

void signed_put(StrBuf *out, const uint8_t key[HMAC_KEY_BYTES], Str label, Str text) {
    uint8_t mac[HMAC_BYTES];
    hmac_make(key, label, text, mac);
    hex_put(out, mac, sizeof mac);
    hex_put(out, (const uint8_t *)text.ptr, text.len);
}

bool signed_open(StrBuf *out, const uint8_t key[HMAC_KEY_BYTES], Str label, Str value) {
    uint8_t claimed[HMAC_BYTES], mac[HMAC_BYTES], text[WEB_FLASH_MAX];
    if (value.len < 2 * HMAC_BYTES ||
        !hex_decode((Str){value.ptr, 2 * HMAC_BYTES}, claimed, HMAC_BYTES))
        return false;
    Str rest = str_from_index(value, 2 * HMAC_BYTES);
    if (rest.len % 2 != 0 || rest.len / 2 > sizeof text || !hex_decode(rest, text, rest.len / 2))
        return false;
    hmac_make(key, label, str_of(text, rest.len / 2), mac);
    if (!secret_equal(claimed, mac, HMAC_BYTES))
        return false;
    strbuf_put(out, str_of(text, rest.len / 2));
    return true;
}
