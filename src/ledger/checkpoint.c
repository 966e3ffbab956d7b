// Writing, reading and comparing checkpoints.
#include "ledger/checkpoint.h"

#include "base/encoding.h"

enum { TEXT_MAX = 4096 };

Err checkpoint_put(StrBuf *out, Str origin, uint64_t size, const MerkleHash *root, Diag *diag) {
    if (origin.len == 0 || origin.len > NOTE_NAME_MAX || str_find_byte(origin, '\n') >= 0)
        return diag_set(diag, ERR_INVALID, N_("The name of a ledger must be one line."));
    strbuf_put(out, origin);
    strbuf_put_byte(out, '\n');
    strbuf_put_u64(out, size);
    strbuf_put_byte(out, '\n');
    base64_put(out, root->bytes, sizeof root->bytes);
    strbuf_put_byte(out, '\n');
    return strbuf_err(out) == ERR_OK
               ? ERR_OK
               : diag_set(diag, strbuf_err(out), N_("There is not enough memory."));
}

Err checkpoint_parse(Str text, Checkpoint *ret, Diag *diag) {
    Checkpoint parsed;
    Str size, root, rest;
    size_t n;
    if (!str_cut(text, '\n', &parsed.origin, &rest) || !str_cut(rest, '\n', &size, &rest) ||
        !str_cut(rest, '\n', &root, &rest) || parsed.origin.len == 0 ||
        !str_to_u64(size, &parsed.size) || (size.len > 1 && size.ptr[0] == '0') ||
        parsed.size > LEDGER_SIZE_MAX || root.len != 44 ||
        !base64_decode(root, parsed.root.bytes, sizeof parsed.root.bytes, &n) || n != SHA256_SIZE ||
        str_has_prefix(rest, STR("\n")) || str_find(rest, STR("\n\n")) >= 0)
        return diag_set(diag, ERR_SYNTAX, N_("{file} is not the checkpoint of a ledger."));
    parsed.extensions = rest;
    *ret = parsed;
    return ERR_OK;
}

Err checkpoint_open(Str note_text, const NoteVerifier *log, Checkpoint *ret, Note *ret_note,
                    Diag *diag) {
    Note note;
    TRY(note_parse(note_text, &note, diag));
    if (log != NULL) {
        Err err = note_verify(&note, log, NULL, diag);
        if (err == ERR_NOT_FOUND) {
            diag_set(diag, ERR_SIGNATURE, N_("{file} is not signed by {name}."));
            diag_arg(diag, "name", str_from(log->name));
            return ERR_SIGNATURE;
        }
        TRY(err);
    }
    TRY(checkpoint_parse(note.text, ret, diag));
    if (ret_note != NULL)
        *ret_note = note;
    return ERR_OK;
}

static Err conflict(Diag *diag, const char *msgid, const Checkpoint *earlier,
                    const Checkpoint *later) {
    diag_set(diag, ERR_CONFLICT, msgid);
    diag_arg_int(diag, "earlier", (int64_t)earlier->size);
    diag_arg_int(diag, "later", (int64_t)later->size);
    return ERR_CONFLICT;
}

Err checkpoint_continues(const Checkpoint *earlier, const Checkpoint *later,
                         const MerkleProof *proof, Diag *diag) {
    if (!str_equal(earlier->origin, later->origin)) {
        diag_set(diag, ERR_CONFLICT,
                 N_("The checkpoints are of two ledgers: {earlier} and {later}."));
        diag_arg(diag, "earlier", earlier->origin);
        diag_arg(diag, "later", later->origin);
        return ERR_CONFLICT;
    }
    if (later->size < earlier->size)
        return conflict(diag,
                        N_("The ledger went back: it had {earlier} entries and now has {later}."),
                        earlier, later);
    if (later->size == earlier->size && !merkle_equal(&later->root, &earlier->root))
        return conflict(diag,
                        N_("Two histories: the ledger of {earlier} entries was shown before with "
                           "other entries."),
                        earlier, later);
    if (!merkle_consistency_fits(earlier->size, &earlier->root, later->size, &later->root, proof))
        return conflict(diag,
                        N_("The ledger of {later} entries does not continue the one of {earlier} "
                           "entries: its history was changed."),
                        earlier, later);
    return ERR_OK;
}

Err checkpoint_sign(StrBuf *out, const NoteSigner *log, uint64_t size, const MerkleHash *root,
                    Diag *diag) {
    _cleanup_strbuf_ StrBuf text = STRBUF(TEXT_MAX);
    TRY(checkpoint_put(&text, str_from(log->verifier.name), size, root, diag));
    strbuf_put(out, strbuf_str(&text));
    strbuf_put_byte(out, '\n');
    return note_sign(log, strbuf_str(&text), 0, out, diag);
}
