// The three files of minisign: secret key, public key, signature.
#include "crypto/minisign.h"

#include <errno.h>
#include <sodium.h>

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/encoding.h"
#include "base/file.h"
#include "crypto/blake2.h"

enum {
    ALGORITHM_BYTES = 2,
    SALT_BYTES = 32,
    // Of a secret key file: algorithm, key derivation, checksum, salt, two limits, then what the
    // password covers: id, key, checksum.
    COVERED = 2 + 2 + 2 + SALT_BYTES + 8 + 8,
    COVERED_BYTES = MINISIGN_ID_BYTES + 64 + 32,
    SECRET_BYTES = COVERED + COVERED_BYTES,
    PUBLIC_BYTES = 2 + MINISIGN_ID_BYTES + 32,
    SIGNATURE_BYTES = 2 + MINISIGN_ID_BYTES + 64,
    READ_STEP = 1 << 18
};
// A key file that asks for more than this was not made by the tool.
#define SCRYPT_MEMORY_MAX (UINT64_C(4) << 30)
#define SCRYPT_WORK_MAX (UINT64_C(1) << 30)

static const char UNTRUSTED[] = "untrusted comment: ", TRUSTED[] = "trusted comment: ";

void minisign_wipe(void *secret, size_t n) {
    sodium_memzero(secret, n);
}

// The next line of *io_rest without its line end.
static Str line_take(Str *io_rest) {
    Str line = *io_rest, rest = {0};
    if (!str_cut(*io_rest, '\n', &line, &rest))
        rest = (Str){0};
    *io_rest = rest;
    if (line.len > 0 && line.ptr[line.len - 1] == '\r')
        line.len--;
    return line;
}

static bool decode_exact(Str line, uint8_t *ret, size_t n) {
    size_t got;
    return base64_decode(str_trim(line), ret, n, &got) && got == n;
}

void minisign_keygen(MinisignSecretKey *ret_secret, MinisignPublicKey *ret_public) {
    randombytes_buf(ret_secret->id, sizeof ret_secret->id);
    crypto_sign_keypair(ret_public->key, ret_secret->key);
    memcpy(ret_public->id, ret_secret->id, sizeof ret_public->id);
}

MinisignPublicKey minisign_public_of(const MinisignSecretKey *secret) {
    MinisignPublicKey key;
    memcpy(key.id, secret->id, sizeof key.id);
    crypto_sign_ed25519_sk_to_pk(key.key, secret->key);
    return key;
}

void minisign_id_put(StrBuf *out, const uint8_t id[MINISIGN_ID_BYTES]) {
    strbuf_printf(out, "%016llX", (unsigned long long)load_le64(id));
}

// BLAKE2b-256 over algorithm, id and key: tells a wrong password.
static void secret_sum(const uint8_t *covered, uint8_t ret[32]) {
    Blake2 hash;
    blake2_begin(&hash, BLAKE2_256_BYTES);
    blake2_put(&hash, "Ed", ALGORITHM_BYTES);
    blake2_put(&hash, covered, MINISIGN_ID_BYTES + 64);
    blake2_end(&hash, ret);
}

// Covers or uncovers by the stream that scrypt makes of the password.
static Err secret_cover(uint8_t *raw, Str password, Diag *diag) {
    uint8_t stream[COVERED_BYTES];
    uint64_t work = load_le64(raw + 38), memory = load_le64(raw + 46);
    if (work > SCRYPT_WORK_MAX || memory > SCRYPT_MEMORY_MAX)
        return diag_set(diag, ERR_LIMIT, N_("{file} asks for more memory or work than any key."));
    if (crypto_pwhash_scryptsalsa208sha256(stream, sizeof stream, password.ptr, password.len,
                                           raw + 6, work, (size_t)memory) != 0)
        return diag_set(diag, ERR_NOMEM,
                        N_("There is not enough memory to turn the password into a key."));
    for (size_t i = 0; i < COVERED_BYTES; i++)
        raw[COVERED + i] ^= stream[i];
    sodium_memzero(stream, sizeof stream);
    return ERR_OK;
}

Err minisign_secret_put(StrBuf *out, const MinisignSecretKey *secret, Str password,
                        MinisignCost cost, Diag *diag) {
    uint8_t raw[SECRET_BYTES] = {0};
    memcpy(raw, "Ed", ALGORITHM_BYTES);
    memcpy(raw + 4, "B2", ALGORITHM_BYTES);
    memcpy(raw + COVERED, secret->id, MINISIGN_ID_BYTES);
    memcpy(raw + COVERED + MINISIGN_ID_BYTES, secret->key, sizeof secret->key);
    Err err = ERR_OK;
    if (password.len > 0) {
        bool is_small = cost == MINISIGN_COST_SMALL;
        memcpy(raw + 2, "Sc", ALGORITHM_BYTES);
        randombytes_buf(raw + 6, SALT_BYTES);
        store_le64(raw + 38, is_small ? crypto_pwhash_scryptsalsa208sha256_OPSLIMIT_INTERACTIVE
                                      : crypto_pwhash_scryptsalsa208sha256_OPSLIMIT_SENSITIVE);
        store_le64(raw + 46, is_small ? crypto_pwhash_scryptsalsa208sha256_MEMLIMIT_INTERACTIVE
                                      : crypto_pwhash_scryptsalsa208sha256_MEMLIMIT_SENSITIVE);
        secret_sum(raw + COVERED, raw + COVERED + MINISIGN_ID_BYTES + 64);
        err = secret_cover(raw, password, diag);
    }
    if (err == ERR_OK) {
        strbuf_put_text(out, UNTRUSTED);
        strbuf_put_text(out, password.len > 0 ? "minisign encrypted secret key\n"
                                              : "minisign secret key\n");
        base64_put(out, raw, sizeof raw);
        strbuf_put_byte(out, '\n');
        err = strbuf_err(out);
    }
    sodium_memzero(raw, sizeof raw);
    return err;
}

static Err secret_decode(Str file, uint8_t raw[SECRET_BYTES], Diag *diag) {
    Str rest = file;
    if (str_has_prefix(rest, str_from(UNTRUSTED)))
        line_take(&rest);
    if (!decode_exact(line_take(&rest), raw, SECRET_BYTES) || memcmp(raw, "Ed", 2) != 0 ||
        memcmp(raw + 4, "B2", 2) != 0 ||
        (memcmp(raw + 2, "Sc", 2) != 0 && memcmp(raw + 2, "\0\0", 2) != 0))
        return diag_set(diag, ERR_SYNTAX, N_("{file} is not a secret key of minisign."));
    return ERR_OK;
}

Err minisign_secret_is_protected(Str file, bool *ret, Diag *diag) {
    uint8_t raw[SECRET_BYTES];
    TRY(secret_decode(file, raw, diag));
    *ret = raw[2] != 0;
    sodium_memzero(raw, sizeof raw);
    return ERR_OK;
}

Err minisign_secret_parse(Str file, Str password, MinisignSecretKey *ret, Diag *diag) {
    uint8_t raw[SECRET_BYTES], sum[32];
    TRY(secret_decode(file, raw, diag));
    Err err = ERR_OK;
    if (raw[2] != 0) {
        err = secret_cover(raw, password, diag);
        secret_sum(raw + COVERED, sum);
        if (err == ERR_OK && sodium_memcmp(sum, raw + COVERED + MINISIGN_ID_BYTES + 64, 32) != 0)
            err = diag_set(diag, ERR_AUTH, N_("The password does not fit the key in {file}."));
    }
    if (err == ERR_OK) {
        memcpy(ret->id, raw + COVERED, sizeof ret->id);
        memcpy(ret->key, raw + COVERED + MINISIGN_ID_BYTES, sizeof ret->key);
    }
    sodium_memzero(raw, sizeof raw);
    return err;
}

void minisign_public_put(StrBuf *out, const MinisignPublicKey *key) {
    uint8_t raw[PUBLIC_BYTES];
    memcpy(raw, "Ed", ALGORITHM_BYTES);
    memcpy(raw + 2, key->id, sizeof key->id);
    memcpy(raw + 2 + MINISIGN_ID_BYTES, key->key, sizeof key->key);
    strbuf_put_text(out, UNTRUSTED);
    strbuf_put_text(out, "minisign public key ");
    minisign_id_put(out, key->id);
    strbuf_put_byte(out, '\n');
    base64_put(out, raw, sizeof raw);
    strbuf_put_byte(out, '\n');
}

Err minisign_public_parse(Str text, MinisignPublicKey *ret, Diag *diag) {
    uint8_t raw[PUBLIC_BYTES];
    Str rest = text;
    if (str_has_prefix(rest, str_from(UNTRUSTED)))
        line_take(&rest);
    if (!decode_exact(line_take(&rest), raw, sizeof raw) || memcmp(raw, "Ed", 2) != 0)
        return diag_set(diag, ERR_SYNTAX, N_("{file} is not a public key of minisign."));
    memcpy(ret->id, raw + 2, sizeof ret->id);
    memcpy(ret->key, raw + 2 + MINISIGN_ID_BYTES, sizeof ret->key);
    return ERR_OK;
}

static Err digest_fd(int fd, uint8_t ret[BLAKE2_512_BYTES], Diag *diag) {
    _cleanup_free_ uint8_t *step = malloc(READ_STEP);
    Blake2 hash;
    if (step == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    blake2_begin(&hash, BLAKE2_512_BYTES);
    for (;;) {
        ssize_t n = read(fd, step, READ_STEP);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return diag_errno(diag, errno, "");
        if (n == 0)
            break;
        blake2_put(&hash, step, (size_t)n);
    }
    blake2_end(&hash, ret);
    return ERR_OK;
}

// What the second signature covers: the first one and the comment.
typedef struct Covered {
    uint8_t bytes[64 + MINISIGN_COMMENT_MAX];
    size_t len;
} Covered;

static Covered comment_covered(const uint8_t signature[64], Str comment) {
    Covered covered = {.len = 64 + comment.len};
    memcpy(covered.bytes, signature, 64);
    if (comment.len > 0)
        memcpy(covered.bytes + 64, comment.ptr, comment.len);
    return covered;
}

Err minisign_sign(const MinisignSecretKey *secret, int fd, Str trusted_comment, StrBuf *out,
                  Diag *diag) {
    uint8_t digest[BLAKE2_512_BYTES], raw[SIGNATURE_BYTES], comment_signature[64];
    if (trusted_comment.len > MINISIGN_COMMENT_MAX || str_find_byte(trusted_comment, '\n') >= 0 ||
        str_find_byte(trusted_comment, '\r') >= 0)
        return diag_set(diag, ERR_INVALID,
                        N_("The comment of a signature must be one line of at most 1,024 bytes."));
    TRY(digest_fd(fd, digest, diag));
    memcpy(raw, "ED", ALGORITHM_BYTES);
    memcpy(raw + 2, secret->id, sizeof secret->id);
    uint8_t *signature = raw + 2 + MINISIGN_ID_BYTES;
    crypto_sign_detached(signature, NULL, digest, sizeof digest, secret->key);
    Covered covered = comment_covered(signature, trusted_comment);
    crypto_sign_detached(comment_signature, NULL, covered.bytes, covered.len, secret->key);
    strbuf_put_text(out, UNTRUSTED);
    strbuf_put_text(out, "signature from minisign secret key\n");
    base64_put(out, raw, sizeof raw);
    strbuf_put_byte(out, '\n');
    strbuf_put_text(out, TRUSTED);
    strbuf_put(out, trusted_comment);
    strbuf_put_byte(out, '\n');
    base64_put(out, comment_signature, sizeof comment_signature);
    strbuf_put_byte(out, '\n');
    return strbuf_err(out);
}

Err minisign_signature_parse(Str file, MinisignSignature *ret, Diag *diag) {
    uint8_t raw[SIGNATURE_BYTES];
    MinisignSignature parsed = {0};
    Str rest = file, trusted = str_from(TRUSTED);
    bool is_sound = str_has_prefix(line_take(&rest), str_from(UNTRUSTED)) &&
                    decode_exact(line_take(&rest), raw, sizeof raw);
    Str comment = line_take(&rest);
    is_sound = is_sound && str_has_prefix(comment, trusted) &&
               comment.len - trusted.len <= MINISIGN_COMMENT_MAX &&
               decode_exact(line_take(&rest), parsed.comment_signature, 64) &&
               (memcmp(raw, "ED", 2) == 0 || memcmp(raw, "Ed", 2) == 0);
    if (!is_sound)
        return diag_set(diag, ERR_SYNTAX, N_("{file} is not a signature of minisign."));
    parsed.is_prehashed = raw[1] == 'D';
    memcpy(parsed.id, raw + 2, sizeof parsed.id);
    memcpy(parsed.signature, raw + 2 + MINISIGN_ID_BYTES, sizeof parsed.signature);
    parsed.comment_len = comment.len - trusted.len;
    memcpy(parsed.comment, comment.ptr + trusted.len, parsed.comment_len);
    *ret = parsed;
    return ERR_OK;
}

static Err content_verify(const MinisignPublicKey *key, const MinisignSignature *signature, int fd,
                          bool *ret_fits, Diag *diag) {
    if (signature->is_prehashed) {
        uint8_t digest[BLAKE2_512_BYTES];
        TRY(digest_fd(fd, digest, diag));
        *ret_fits =
            crypto_sign_verify_detached(signature->signature, digest, sizeof digest, key->key) == 0;
        return ERR_OK;
    }
    _cleanup_strbuf_ StrBuf content = STRBUF(MINISIGN_LEGACY_MAX);
    TRY(fd_read_all(fd, &content, diag));
    *ret_fits = crypto_sign_verify_detached(signature->signature,
                                            (const unsigned char *)strbuf_text(&content),
                                            content.len, key->key) == 0;
    return ERR_OK;
}

Err minisign_verify(const MinisignPublicKey *key, const MinisignSignature *signature, int fd,
                    Diag *diag) {
    bool fits = false;
    if (memcmp(key->id, signature->id, sizeof key->id) != 0)
        return diag_set(
            diag, ERR_SIGNATURE,
            N_("The signature of {file} was made with another key than the one given."));
    TRY(content_verify(key, signature, fd, &fits, diag));
    if (!fits)
        return diag_set(diag, ERR_SIGNATURE,
                        N_("The signature does not fit {file}: it was changed after it was signed, "
                           "or somebody else signed it."));
    Covered covered =
        comment_covered(signature->signature, str_of(signature->comment, signature->comment_len));
    if (crypto_sign_verify_detached(signature->comment_signature, covered.bytes, covered.len,
                                    key->key) != 0)
        return diag_set(diag, ERR_SIGNATURE,
                        N_("The comment in the signature of {file} was changed after signing."));
    return ERR_OK;
}
