// Recovery keys, their texts, and their shares.
#include "crypto/recovery_key.h"

#include <sodium.h>

#include "base/encoding.h"
#include "crypto/sha256.h"

static const char PUBLIC[] = "recovery-key", SECRET[] = "recovery-secret",
                  SHARE[] = "recovery-share";
enum { CHECK_BYTES = 4, SHARE_BYTES = 4 + 1 + 1 + RECOVERY_KEY_BYTES, GROUP = 5 };

_Static_assert(crypto_box_PUBLICKEYBYTES == RECOVERY_KEY_BYTES, "as the header says");
_Static_assert(crypto_box_SECRETKEYBYTES == RECOVERY_KEY_BYTES, "as the header says");

void recovery_keygen(RecoverySecret *ret_secret, RecoveryPublic *ret_public) {
    crypto_box_keypair(ret_public->bytes, ret_secret->bytes);
}

void recovery_public_of(const RecoverySecret *secret, RecoveryPublic *ret) {
    crypto_scalarmult_base(ret->bytes, secret->bytes);
}

void recovery_secret_wipe(RecoverySecret *secret) {
    sodium_memzero(secret, sizeof *secret);
}

// --- Texts ------------------------------------------------------------------------------------

static void checksum(const char *label, const uint8_t *bytes, size_t n, uint8_t ret[CHECK_BYTES]) {
    Sha256 hash;
    uint8_t digest[SHA256_SIZE];
    sha256_begin(&hash);
    sha256_put(&hash, label, strlen(label));
    sha256_put(&hash, bytes, n);
    sha256_end(&hash, digest);
    memcpy(ret, digest, CHECK_BYTES);
    sodium_memzero(digest, sizeof digest);
}

static void text_put(StrBuf *out, const char *label, const uint8_t *bytes, size_t n) {
    uint8_t whole[SHARE_BYTES + CHECK_BYTES];
    char text[RECOVERY_TEXT_MAX];
    StrBuf plain = STRBUF(RECOVERY_TEXT_MAX);
    memcpy(whole, bytes, n);
    checksum(label, bytes, n, whole + n);
    base32_put(&plain, whole, n + CHECK_BYTES);
    size_t len = plain.len;
    if (strbuf_err(&plain) == ERR_OK && len < sizeof text) {
        memcpy(text, plain.ptr, len);
        while (len > 0 && text[len - 1] == '=')
            len--;
        strbuf_put_text(out, label);
        for (size_t i = 0; i < len; i++) {
            if (i % GROUP == 0)
                strbuf_put_byte(out, '-');
            strbuf_put_byte(out, (char)(text[i] >= 'A' && text[i] <= 'Z' ? text[i] + 32 : text[i]));
        }
    } else {
        out->failed = ERR_NOMEM;
    }
    if (plain.ptr != NULL)
        sodium_memzero(plain.ptr, plain.capacity);
    sodium_memzero(text, sizeof text);
    sodium_memzero(whole, sizeof whole);
    strbuf_done(&plain);
}

// The letters and digits behind the label, without what is between them.
static bool letters_take(const char *label, Str text, char ret[RECOVERY_TEXT_MAX], size_t *ret_n) {
    char all[RECOVERY_TEXT_MAX];
    size_t n = 0, label_len = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '-' || c == ' ' || c == '\t' || c == '\r' || c == '\n')
            continue;
        if (n == sizeof all)
            return false;
        all[n++] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    for (const char *c = label; *c != '\0'; c++) {
        if (*c == '-')
            continue;
        if (label_len == n || all[label_len] != *c)
            return false;
        label_len++;
    }
    memcpy(ret, all + label_len, n - label_len);
    *ret_n = n - label_len;
    sodium_memzero(all, sizeof all);
    return true;
}

static bool text_parse(const char *label, Str text, uint8_t *ret, size_t n) {
    char letters[RECOVERY_TEXT_MAX];
    uint8_t whole[RECOVERY_TEXT_MAX], sum[CHECK_BYTES];
    size_t len, got;
    bool fits = letters_take(label, text, letters, &len) &&
                base32_decode(str_of(letters, len), whole, sizeof whole, &got) &&
                got == n + CHECK_BYTES;
    if (fits) {
        checksum(label, whole, n, sum);
        fits = memcmp(sum, whole + n, CHECK_BYTES) == 0;
    }
    if (fits)
        memcpy(ret, whole, n);
    sodium_memzero(letters, sizeof letters);
    sodium_memzero(whole, sizeof whole);
    return fits;
}

void recovery_public_put(StrBuf *out, const RecoveryPublic *key) {
    text_put(out, PUBLIC, key->bytes, sizeof key->bytes);
}

void recovery_secret_put(StrBuf *out, const RecoverySecret *secret) {
    text_put(out, SECRET, secret->bytes, sizeof secret->bytes);
}

Err recovery_public_parse(Str text, RecoveryPublic *ret, Diag *diag) {
    return text_parse(PUBLIC, text, ret->bytes, sizeof ret->bytes)
               ? ERR_OK
               : diag_set(diag, ERR_SYNTAX,
                          N_("This is not a recovery key (recovery-key-…), or a letter of it is "
                             "wrong."));
}

Err recovery_secret_parse(Str text, RecoverySecret *ret, Diag *diag) {
    return text_parse(SECRET, text, ret->bytes, sizeof ret->bytes)
               ? ERR_OK
               : diag_set(diag, ERR_SYNTAX,
                          N_("This is not the secret of a recovery key (recovery-secret-…), or a "
                             "letter of it is wrong."));
}

void recovery_share_put(StrBuf *out, const RecoveryShare *share) {
    uint8_t bytes[SHARE_BYTES];
    memcpy(bytes, share->set, 4);
    bytes[4] = share->threshold;
    bytes[5] = share->number;
    memcpy(bytes + 6, share->bytes, sizeof share->bytes);
    text_put(out, SHARE, bytes, sizeof bytes);
    sodium_memzero(bytes, sizeof bytes);
}

Err recovery_share_parse(Str text, RecoveryShare *ret, Diag *diag) {
    uint8_t bytes[SHARE_BYTES];
    if (!text_parse(SHARE, text, bytes, sizeof bytes) || bytes[4] < 2 || bytes[5] == 0)
        return diag_set(diag, ERR_SYNTAX,
                        N_("This is not a share of a recovery key (recovery-share-…), or a letter "
                           "of it is wrong."));
    memcpy(ret->set, bytes, 4);
    ret->threshold = bytes[4];
    ret->number = bytes[5];
    memcpy(ret->bytes, bytes + 6, sizeof ret->bytes);
    sodium_memzero(bytes, sizeof bytes);
    return ERR_OK;
}

// --- Shares -----------------------------------------------------------------------------------

// In GF(2^8) with the polynomial x^8 + x^4 + x^3 + x + 1; without branches on the values.
static uint8_t field_multiply(uint8_t a, uint8_t b) {
    uint8_t product = 0;
    for (int bit = 0; bit < 8; bit++) {
        product ^= (uint8_t)(a & -(b & 1));
        a = (uint8_t)((uint8_t)(a << 1) ^ (0x1b & -(a >> 7)));
        b >>= 1;
    }
    return product;
}

// a^254, which is 1/a.
static uint8_t field_invert(uint8_t a) {
    uint8_t result = 1;
    for (int i = 0; i < 254; i++)
        result = field_multiply(result, a);
    return result;
}

Err recovery_split(const RecoverySecret *secret, int threshold, int count, RecoveryShare *ret,
                   Diag *diag) {
    uint8_t polynomial[RECOVERY_SHARES_MAX][RECOVERY_KEY_BYTES], set[4];
    if (threshold < 2 || threshold > count || count > RECOVERY_SHARES_MAX)
        return diag_set(diag, ERR_INVALID,
                        N_("A recovery key is split into 2 to 16 shares, of which at least 2 are "
                           "needed."));
    randombytes_buf(polynomial, sizeof polynomial);
    randombytes_buf(set, sizeof set);
    memcpy(polynomial[0], secret->bytes, RECOVERY_KEY_BYTES);
    for (int number = 1; number <= count; number++) {
        RecoveryShare *share = &ret[number - 1];
        memcpy(share->set, set, sizeof set);
        share->threshold = (uint8_t)threshold;
        share->number = (uint8_t)number;
        for (int i = 0; i < RECOVERY_KEY_BYTES; i++) {
            uint8_t value = 0;
            for (int power = threshold - 1; power >= 0; power--)
                value = field_multiply(value, (uint8_t)number) ^ polynomial[power][i];
            share->bytes[i] = value;
        }
    }
    sodium_memzero(polynomial, sizeof polynomial);
    return ERR_OK;
}

static bool shares_fit(const RecoveryShare *shares, size_t count) {
    if (count == 0 || count < shares[0].threshold || count > RECOVERY_SHARES_MAX)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (memcmp(shares[i].set, shares[0].set, sizeof shares[0].set) != 0 ||
            shares[i].threshold != shares[0].threshold)
            return false;
        for (size_t other = 0; other < i; other++)
            if (shares[other].number == shares[i].number)
                return false;
    }
    return true;
}

Err recovery_join(const RecoveryShare *shares, size_t count, RecoverySecret *ret, Diag *diag) {
    if (!shares_fit(shares, count))
        return diag_set(diag, ERR_INVALID,
                        N_("These are not enough different shares of one recovery key."));
    RecoverySecret secret = {0};
    for (size_t i = 0; i < count; i++) {
        uint8_t weight = 1; // of this share at 0
        for (size_t other = 0; other < count; other++)
            if (other != i)
                weight = field_multiply(
                    weight, field_multiply(shares[other].number,
                                           field_invert(shares[other].number ^ shares[i].number)));
        for (int b = 0; b < RECOVERY_KEY_BYTES; b++)
            secret.bytes[b] ^= field_multiply(weight, shares[i].bytes[b]);
    }
    *ret = secret;
    recovery_secret_wipe(&secret);
    return ERR_OK;
}
