// Signed notes: text with signature lines, as checkpoints of transparency logs are exchanged.
//
// Formats: c2sp.org/signed-note (Ed25519, type 0x01) and c2sp.org/tlog-cosignature (Ed25519 with a
// time, "cosignature/v1", type 0x04: what a witness adds). Lines by keys that the reader does not
// know are carried and ignored. Pure but for key generation; any thread. Whoever holds a NoteSigner
// ends with note_signer_wipe.
#pragma once
#include "base/err.h"
#include "base/strbuf.h"

enum {
    NOTE_NAME_MAX = 255,      // bytes of a key's name
    NOTE_MAX = 256 << 10,     // bytes of a note
    NOTE_SIGNATURES_MAX = 64, // a note with more is refused
    NOTE_KEY_TEXT_MAX = 512   // bytes of the text form of a key
};

typedef enum NoteKeyKind {
    NOTE_KEY_SIGNATURE = 0x01,  // signs the text
    NOTE_KEY_COSIGNATURE = 0x04 // signs the text with the time at which it was seen
} NoteKeyKind;

// A public key. Two keys are the same signer when name and id are equal.
typedef struct NoteVerifier {
    NoteKeyKind kind;
    uint32_t id;
    char name[NOTE_NAME_MAX + 1];
    uint8_t key[32];
} NoteVerifier;

typedef struct NoteSigner {
    NoteVerifier verifier;
    uint8_t secret[64];
} NoteSigner;

// Views into the text that was parsed.
typedef struct NoteSignature {
    Str name;
    uint32_t id;
    Str encoded; // base64 of id and signature
    Str line;    // all of it, with its line feed
} NoteSignature;

typedef struct Note {
    Str text; // with its last line feed
    size_t signature_count;
    NoteSignature signatures[NOTE_SIGNATURES_MAX];
} Note;

// A name without spaces, plus signs and control characters, up to NOTE_NAME_MAX bytes of UTF-8.
bool note_name_is_valid(Str name);
// ERR_INVALID: not a name.
Err note_keygen(Str name, NoteKeyKind kind, NoteSigner *ret, Diag *diag) MUST_CHECK;
void note_signer_wipe(NoteSigner *signer);
#define _cleanup_note_signer_ _cleanup_(note_signer_wipe)

// name+id+base64, as in the specification's verifier keys; without line feed.
void note_verifier_put(StrBuf *out, const NoteVerifier *verifier);
// White space around it is left out. ERR_SYNTAX: not one, or its id is not that of its key;
// ERR_UNSUPPORTED: a kind of key that is not read here.
Err note_verifier_parse(Str text, NoteVerifier *ret, Diag *diag) MUST_CHECK;
// PRIVATE+KEY+name+id+base64 of type and seed: the same form as the Go tools of sum databases use.
void note_signer_put(StrBuf *out, const NoteSigner *signer);
Err note_signer_parse(Str text, NoteSigner *ret, Diag *diag) MUST_CHECK;

// A text that may be signed: valid UTF-8 without control characters but line feeds, ending in one.
bool note_text_is_valid(Str text);
// Appends one signature line. utc_seconds is what a cosignature states; ignored for a signature.
// ERR_INVALID: text that may not be signed.
Err note_sign(const NoteSigner *signer, Str text, uint64_t utc_seconds, StrBuf *out,
              Diag *diag) MUST_CHECK;

// ERR_SYNTAX when it is no signed note, ERR_LIMIT past the limits. What is parsed says nothing
// until a signature of a key one trusts was verified.
Err note_parse(Str text, Note *ret, Diag *diag) MUST_CHECK;
// Whether this key signed the note. ERR_NOT_FOUND: there is no line of this key; ERR_SIGNATURE:
// there is one and it does not fit. ret_seconds (may be NULL) is the time of a cosignature, 0 of a
// signature; the newest when there are several lines.
Err note_verify(const Note *note, const NoteVerifier *verifier, uint64_t *ret_seconds,
                Diag *diag) MUST_CHECK;
