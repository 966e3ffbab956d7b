// Signed notes: signing, taking apart, verifying.
#include "crypto/note.h"

#include <sodium.h>

#include "base/bytes.h"
#include "base/encoding.h"
#include "base/utf8.h"

enum { SIGNATURE_BYTES = 64, TIME_BYTES = 8, ID_BYTES = 4 };
// Em dash and blank.
static const char MARK[] = "\xE2\x80\x94 ";

bool note_text_is_valid(Str text) {
    if (text.len == 0 || text.ptr[text.len - 1] != '\n' || !utf8_is_valid(text))
        return false;
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] < ' ' && text.ptr[i] != '\n')
            return false;
    return true;
}

// What a key of this kind signs: the text itself, or the text behind the two lines of a
// cosignature.
static Err message_put(StrBuf *out, NoteKeyKind kind, uint64_t utc_seconds, Str text) {
    if (kind == NOTE_KEY_COSIGNATURE)
        strbuf_printf(out, "cosignature/v1\ntime %llu\n", (unsigned long long)utc_seconds);
    strbuf_put(out, text);
    return strbuf_err(out);
}

Err note_sign(const NoteSigner *signer, Str text, uint64_t utc_seconds, StrBuf *out, Diag *diag) {
    _cleanup_strbuf_ StrBuf message = STRBUF(NOTE_MAX + 64);
    uint8_t raw[ID_BYTES + TIME_BYTES + SIGNATURE_BYTES];
    size_t n = 0;
    if (!note_text_is_valid(text) || utc_seconds > INT64_MAX)
        return diag_set(diag, ERR_INVALID, N_("This text cannot be signed as a note."));
    if (message_put(&message, signer->verifier.kind, utc_seconds, text) != ERR_OK)
        return diag_set(diag, strbuf_err(&message), N_("There is not enough memory."));
    for (int i = 0; i < ID_BYTES; i++)
        raw[n++] = (uint8_t)(signer->verifier.id >> (24 - 8 * i));
    for (int i = 0; i < TIME_BYTES && signer->verifier.kind == NOTE_KEY_COSIGNATURE; i++)
        raw[n++] = (uint8_t)(utc_seconds >> (56 - 8 * i));
    crypto_sign_detached(raw + n, NULL, (const unsigned char *)message.ptr, message.len,
                         signer->secret);
    strbuf_put_text(out, MARK);
    strbuf_put_text(out, signer->verifier.name);
    strbuf_put_byte(out, ' ');
    base64_put(out, raw, n + SIGNATURE_BYTES);
    strbuf_put_byte(out, '\n');
    return strbuf_err(out) == ERR_OK
               ? ERR_OK
               : diag_set(diag, strbuf_err(out), N_("There is not enough memory."));
}

// Where the last blank line ends, or 0.
static size_t signatures_begin(Str text) {
    for (size_t i = text.len; i >= 2; i--)
        if (text.ptr[i - 1] == '\n' && text.ptr[i - 2] == '\n')
            return i;
    return 0;
}

static bool signature_parse(Str line, NoteSignature *ret) {
    Str mark = str_from(MARK), name, encoded;
    uint8_t head[6];
    size_t n;
    if (!str_has_prefix(line, mark) ||
        !str_cut(str_from_index(line, mark.len), ' ', &name, &encoded) ||
        !note_name_is_valid(name) || encoded.len < 8 || encoded.len % 4 != 0)
        return false;
    // The whole must be base64; only the id is wanted here.
    if (!base64_decode(str_of(encoded.ptr, 8), head, sizeof head, &n) || n < ID_BYTES + 1)
        return false;
    *ret = (NoteSignature){.name = name, .id = load_be32(head), .encoded = encoded, .line = line};
    return true;
}

static Err not_a_note(Diag *diag) {
    return diag_set(diag, ERR_SYNTAX, N_("{file} is not a signed note."));
}

Err note_parse(Str text, Note *ret, Diag *diag) {
    if (text.len > NOTE_MAX)
        return diag_set(diag, ERR_LIMIT, N_("{file} is longer than any signed note."));
    size_t at = signatures_begin(text);
    if (at < 3 || at == text.len || !note_text_is_valid(text))
        return not_a_note(diag);
    ret->text = str_of(text.ptr, at - 1);
    ret->signature_count = 0;
    while (at < text.len) {
        const char *end = memchr(text.ptr + at, '\n', text.len - at);
        Str line = str_of(text.ptr + at, (size_t)(end - text.ptr) - at);
        if (ret->signature_count == NOTE_SIGNATURES_MAX)
            return diag_set(diag, ERR_LIMIT, N_("{file} has more signatures than a note may."));
        NoteSignature *signature = &ret->signatures[ret->signature_count++];
        if (!signature_parse(line, signature))
            return not_a_note(diag);
        signature->line.len++;
        at += line.len + 1;
    }
    return ERR_OK;
}

static bool signature_fits(const Note *note, const NoteSignature *signature,
                           const NoteVerifier *verifier, StrBuf *work, uint64_t *ret_seconds) {
    uint8_t raw[ID_BYTES + TIME_BYTES + SIGNATURE_BYTES + 3];
    size_t n, at = ID_BYTES;
    uint64_t seconds = 0;
    if (!base64_decode(signature->encoded, raw, sizeof raw, &n))
        return false;
    if (verifier->kind == NOTE_KEY_COSIGNATURE) {
        if (n < ID_BYTES + TIME_BYTES)
            return false;
        seconds = load_be64(raw + at);
        at += TIME_BYTES;
    }
    strbuf_clear(work);
    if (n != at + SIGNATURE_BYTES || seconds > INT64_MAX ||
        message_put(work, verifier->kind, seconds, note->text) != ERR_OK ||
        crypto_sign_verify_detached(raw + at, (const unsigned char *)work->ptr, work->len,
                                    verifier->key) != 0)
        return false;
    *ret_seconds = seconds;
    return true;
}

Err note_verify(const Note *note, const NoteVerifier *verifier, uint64_t *ret_seconds, Diag *diag) {
    _cleanup_strbuf_ StrBuf work = STRBUF(NOTE_MAX + 64);
    uint64_t newest = 0, seconds;
    bool is_found = false;
    if (strbuf_reserve(&work, note->text.len + 64) == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    for (size_t i = 0; i < note->signature_count; i++) {
        const NoteSignature *signature = &note->signatures[i];
        if (signature->id != verifier->id || !str_is(signature->name, verifier->name))
            continue;
        if (!signature_fits(note, signature, verifier, &work, &seconds)) {
            diag_set(diag, ERR_SIGNATURE,
                     N_("The signature of {name} does not fit: the text was changed after it was "
                        "signed, or somebody else signed it."));
            diag_arg(diag, "name", str_from(verifier->name));
            return ERR_SIGNATURE;
        }
        is_found = true;
        if (seconds > newest)
            newest = seconds;
    }
    if (!is_found) {
        diag_set(diag, ERR_NOT_FOUND, N_("There is no signature of {name}."));
        diag_arg(diag, "name", str_from(verifier->name));
        return ERR_NOT_FOUND;
    }
    if (ret_seconds != NULL)
        *ret_seconds = newest;
    return ERR_OK;
}
