// Any bytes as a signed note, and as the text form of a key.
#include "crypto/note.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Str text = str_of(data, size);
    NoteVerifier verifier = {.kind = NOTE_KEY_COSIGNATURE, .name = "witness"};
    NoteSigner signer;
    Note note;
    if (note_verifier_parse(text, &verifier, NULL) == ERR_OK) {
        StrBuf out = STRBUF(NOTE_KEY_TEXT_MAX);
        note_verifier_put(&out, &verifier);
        if (!str_equal(strbuf_str(&out), str_trim(text)))
            __builtin_trap();
        strbuf_done(&out);
    }
    if (note_signer_parse(text, &signer, NULL) == ERR_OK)
        note_signer_wipe(&signer);
    if (note_parse(text, &note, NULL) != ERR_OK)
        return 0;
    for (size_t i = 0; i < note.signature_count; i++) {
        // Claim to be each signer in turn, so that its signature is looked at.
        const NoteSignature *signature = &note.signatures[i];
        memcpy(verifier.name, signature->name.ptr, signature->name.len);
        verifier.name[signature->name.len] = '\0';
        verifier.id = signature->id;
        verifier.kind = i % 2 == 0 ? NOTE_KEY_SIGNATURE : NOTE_KEY_COSIGNATURE;
        if (note_verify(&note, &verifier, NULL, NULL) == ERR_OK)
            return 0;
    }
    return 0;
}
