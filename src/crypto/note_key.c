// Keys of signed notes: names, ids, and the text forms of both halves.
#include <sodium.h>

#include "base/bytes.h"
#include "base/encoding.h"
#include "base/utf8.h"
#include "crypto/note.h"
#include "crypto/sha256.h"

static const char SECRET_PREFIX[] = "PRIVATE+KEY+";

// White_Space of Unicode above ASCII.
static bool is_wide_space(uint32_t code_point) {
    return code_point == 0x85 || code_point == 0xA0 || code_point == 0x1680 ||
           (code_point >= 0x2000 && code_point <= 0x200A) || code_point == 0x2028 ||
           code_point == 0x2029 || code_point == 0x202F || code_point == 0x205F ||
           code_point == 0x3000;
}

bool note_name_is_valid(Str name) {
    if (name.len == 0 || name.len > NOTE_NAME_MAX || !utf8_is_valid(name))
        return false;
    for (size_t at = 0; at < name.len;) {
        uint32_t code_point = utf8_next(name, &at);
        if (code_point <= ' ' || code_point == '+' || code_point == 0x7F ||
            is_wide_space(code_point))
            return false;
    }
    return true;
}

// The first four bytes of SHA-256(name ‖ 0x0A ‖ kind ‖ key), big-endian.
static uint32_t key_id(Str name, NoteKeyKind kind, const uint8_t key[32]) {
    uint8_t digest[SHA256_SIZE], type = (uint8_t)kind;
    Sha256 hash;
    sha256_begin(&hash);
    sha256_put(&hash, name.ptr, name.len);
    sha256_put(&hash, "\n", 1);
    sha256_put(&hash, &type, 1);
    sha256_put(&hash, key, 32);
    sha256_end(&hash, digest);
    return (uint32_t)digest[0] << 24 | (uint32_t)digest[1] << 16 | (uint32_t)digest[2] << 8 |
           digest[3];
}

static void verifier_fill(NoteVerifier *verifier, Str name, NoteKeyKind kind) {
    verifier->kind = kind;
    memset(verifier->name, 0, sizeof verifier->name);
    memcpy(verifier->name, name.ptr, name.len);
    verifier->id = key_id(name, kind, verifier->key);
}

Err note_keygen(Str name, NoteKeyKind kind, NoteSigner *ret, Diag *diag) {
    if (!note_name_is_valid(name)) {
        diag_set(diag, ERR_INVALID,
                 N_("{name} cannot be the name of a key: it must not be empty, longer than 255 "
                    "bytes, or contain blanks or plus signs."));
        diag_arg(diag, "name", name);
        return ERR_INVALID;
    }
    crypto_sign_keypair(ret->verifier.key, ret->secret);
    verifier_fill(&ret->verifier, name, kind);
    return ERR_OK;
}

void note_signer_wipe(NoteSigner *signer) {
    sodium_memzero(signer, sizeof *signer);
}

static void key_put(StrBuf *out, const NoteVerifier *verifier, const uint8_t key[32]) {
    uint8_t raw[33] = {(uint8_t)verifier->kind};
    memcpy(raw + 1, key, 32);
    strbuf_printf(out, "%s+%08x+", verifier->name, (unsigned)verifier->id);
    base64_put(out, raw, sizeof raw);
    sodium_memzero(raw, sizeof raw);
}

void note_verifier_put(StrBuf *out, const NoteVerifier *verifier) {
    key_put(out, verifier, verifier->key);
}

void note_signer_put(StrBuf *out, const NoteSigner *signer) {
    strbuf_put_text(out, SECRET_PREFIX);
    key_put(out, &signer->verifier, signer->secret); // its first half is the seed
}

// Written in one way only, so that one key has one text.
static bool id_read(Str text, uint32_t *ret) {
    uint8_t id[4];
    char again[9];
    if (!hex_decode(text, id, sizeof id))
        return false;
    hex_encode(id, sizeof id, again);
    *ret = load_be32(id);
    return str_is(text, again);
}

// name+id+base64 of kind and 32 bytes.
static Err key_parse(Str text, Str *ret_name, uint32_t *ret_id, uint8_t raw[33]) {
    Str rest, id_text, encoded;
    size_t n;
    if (!str_cut(text, '+', ret_name, &rest) || !str_cut(rest, '+', &id_text, &encoded) ||
        !note_name_is_valid(*ret_name) || !id_read(id_text, ret_id) || encoded.len != 44 ||
        !base64_decode(encoded, raw, 33, &n) || n != 33)
        return ERR_SYNTAX;
    return raw[0] == NOTE_KEY_SIGNATURE || raw[0] == NOTE_KEY_COSIGNATURE ? ERR_OK
                                                                          : ERR_UNSUPPORTED;
}

Err note_verifier_parse(Str text, NoteVerifier *ret, Diag *diag) {
    Str name;
    uint32_t id;
    uint8_t raw[33];
    NoteVerifier parsed;
    Err err = key_parse(str_trim(text), &name, &id, raw);
    if (err == ERR_UNSUPPORTED)
        return diag_set(diag, err, N_("{file} is a key of a kind that is not supported."));
    if (err == ERR_OK) {
        memcpy(parsed.key, raw + 1, sizeof parsed.key);
        verifier_fill(&parsed, name, raw[0]);
        err = parsed.id == id ? ERR_OK : ERR_SYNTAX;
    }
    if (err != ERR_OK)
        return diag_set(diag, err,
                        N_("{file} is not the public key of a ledger or witness: it should read "
                           "name+id+key on one line."));
    *ret = parsed;
    return ERR_OK;
}

Err note_signer_parse(Str text, NoteSigner *ret, Diag *diag) {
    Str name, trimmed = str_trim(text), prefix = str_from(SECRET_PREFIX);
    uint32_t id;
    uint8_t raw[33];
    NoteSigner parsed;
    Err err = str_has_prefix(trimmed, prefix)
                  ? key_parse(str_from_index(trimmed, prefix.len), &name, &id, raw)
                  : ERR_SYNTAX;
    if (err == ERR_OK) {
        crypto_sign_seed_keypair(parsed.verifier.key, parsed.secret, raw + 1);
        verifier_fill(&parsed.verifier, name, raw[0]);
        if (parsed.verifier.id == id)
            *ret = parsed;
        else
            err = ERR_SYNTAX;
        note_signer_wipe(&parsed);
    }
    sodium_memzero(raw, sizeof raw);
    if (err == ERR_OK)
        return ERR_OK;
    return diag_set(diag, err, N_("{file} is not the secret key of a ledger or witness."));
}
