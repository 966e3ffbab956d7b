// Signed notes: heads of a public log, our own signatures of both kinds, and damage.
#include "crypto/note.h"

#include <ctype.h>

#include "t.h"

// The key of the Go checksum database and two heads of its log, as the log published them.
static const char SUM_KEY[] =
    "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";
static const char SUM_HEAD_2023[] =
    "go.sum database tree\n15081221\nBoMMe1wd25Tco0mYGROkyqxHZWx+hcSCtMV315Lu6Lg=\n\n"
    "\xE2\x80\x94 sum.golang.org "
    "Az3grilD7vQqTrv66jRgKM84Y80KTprrSt4bKmiOPxgmS5ZVBTeCl6dUvjYnN13R+"
    "C8j0jGY1WnUADGMkok3U0m2Zgo=\n";
static const char SUM_HEAD_2026[] =
    "go.sum database tree\n63096908\n8lHrQPRYe4KT4WQ9/Qk8/taKnD6IRHbFgfN7vQE2Y54=\n\n"
    "\xE2\x80\x94 sum.golang.org Az3gri/"
    "oVBN1jAhNZ/iS+W31psFAWRT20/GyrhpU6taFwulQGetBkH5S7wpGXdS935jiIGiUUAXBVHzT/P6fYhqAmAk=\n";

TEST(heads_of_a_public_log_verify)
{
    NoteVerifier key;
    Note note;
    uint64_t seconds = 1;
    CHECK_OK(note_verifier_parse(str_from(SUM_KEY), &key, NULL));
    CHECK_OK(note_parse(str_from(SUM_HEAD_2023), &note, NULL));
    CHECK_OK(note_verify(&note, &key, &seconds, NULL));
    CHECK_INT(seconds, 0);
    CHECK_STR(note.text,
              "go.sum database tree\n15081221\nBoMMe1wd25Tco0mYGROkyqxHZWx+hcSCtMV315Lu6Lg=\n");
    CHECK_OK(note_parse(str_from(SUM_HEAD_2026), &note, NULL));
    CHECK_OK(note_verify(&note, &key, NULL, NULL));
}

TEST(no_changed_byte_of_a_note_verifies)
{
    NoteVerifier key;
    char changed[sizeof SUM_HEAD_2023];
    int accepted = 0;
    CHECK_OK(note_verifier_parse(str_from(SUM_KEY), &key, NULL));
    for (size_t i = 0; i < sizeof changed - 1; i++)
        for (int bit = 0; bit < 8; bit++) {
            Note note;
            memcpy(changed, SUM_HEAD_2023, sizeof changed);
            changed[i] ^= (char)(1 << bit);
            if (note_parse(str_of(changed, sizeof changed - 1), &note, NULL) == ERR_OK &&
                note_verify(&note, &key, NULL, NULL) == ERR_OK)
                accepted++;
        }
    CHECK_INT(accepted, 0);
}

TEST(keys_round_trip_and_are_checked)
{
    static const NoteKeyKind KINDS[] = {NOTE_KEY_SIGNATURE, NOTE_KEY_COSIGNATURE};
    for (size_t i = 0; i < 2; i++) {
        NoteSigner made, read;
        NoteVerifier verifier;
        _cleanup_strbuf_ StrBuf secret = STRBUF(NOTE_KEY_TEXT_MAX),
                                public = STRBUF(NOTE_KEY_TEXT_MAX);
        CHECK_OK(note_keygen(STR("node.example/ledger"), KINDS[i], &made, NULL));
        note_signer_put(&secret, &made);
        note_verifier_put(&public, &made.verifier);
        CHECK_OK(note_signer_parse(strbuf_str(&secret), &read, NULL));
        CHECK(memcmp(&read, &made, sizeof made) == 0);
        CHECK_OK(note_verifier_parse(strbuf_str(&public), &verifier, NULL));
        CHECK(memcmp(&verifier, &made.verifier, sizeof verifier) == 0);
        CHECK_ERR(note_verifier_parse(strbuf_str(&secret), &verifier, NULL), ERR_SYNTAX);
        CHECK_ERR(note_signer_parse(strbuf_str(&public), &read, NULL), ERR_SYNTAX);
        // Another name makes another id.
        public.ptr[0] = 'x';
        CHECK_ERR(note_verifier_parse(strbuf_str(&public), &verifier, NULL), ERR_SYNTAX);
        note_signer_wipe(&made);
        note_signer_wipe(&read);
    }
}

TEST(names_with_blanks_or_plus_are_refused)
{
    static const char *const BAD[] = {"",
                                      "a b",
                                      "a+b",
                                      "a\nb",
                                      ("a\xC2\xA0"
                                       "b"),
                                      "a\xE3\x80\x80",
                                      "\xFF",
                                      "a\x7F"};
    NoteSigner signer;
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
        CHECK_ERR(note_keygen(str_from(BAD[i]), NOTE_KEY_SIGNATURE, &signer, NULL), ERR_INVALID);
    CHECK(note_name_is_valid(STR("بلد.example/سجل")));
}

TEST(two_signers_and_a_stranger_on_one_note)
{
    NoteSigner log, witness, other;
    Note note;
    uint64_t seconds = 0;
    _cleanup_strbuf_ StrBuf text = STRBUF(NOTE_MAX);
    Str body = STR("first line\n\nthird line\n");
    CHECK_OK(note_keygen(STR("log"), NOTE_KEY_SIGNATURE, &log, NULL));
    CHECK_OK(note_keygen(STR("witness"), NOTE_KEY_COSIGNATURE, &witness, NULL));
    CHECK_OK(note_keygen(STR("witness"), NOTE_KEY_COSIGNATURE, &other, NULL));
    strbuf_put(&text, body);
    strbuf_put_byte(&text, '\n');
    CHECK_OK(note_sign(&log, body, 0, &text, NULL));
    CHECK_OK(note_sign(&witness, body, 1679315147, &text, NULL));
    CHECK_OK(note_parse(strbuf_str(&text), &note, NULL));
    CHECK_INT(note.signature_count, 2);
    CHECK(str_equal(note.text, body));
    CHECK_OK(note_verify(&note, &log.verifier, NULL, NULL));
    CHECK_OK(note_verify(&note, &witness.verifier, &seconds, NULL));
    CHECK_INT(seconds, 1679315147);
    // The same name with another key is a stranger.
    CHECK_ERR(note_verify(&note, &other.verifier, NULL, NULL), ERR_NOT_FOUND);
    // A signature is no cosignature and the other way round: the kinds have ids of their own.
    NoteVerifier wrong = log.verifier;
    wrong.kind = NOTE_KEY_COSIGNATURE;
    CHECK_ERR(note_verify(&note, &wrong, NULL, NULL), ERR_SIGNATURE);
    // Ed25519 is deterministic: the same bytes again.
    _cleanup_strbuf_ StrBuf again = STRBUF(NOTE_MAX);
    CHECK_OK(note_sign(&log, body, 0, &again, NULL));
    CHECK(str_equal(strbuf_str(&again), note.signatures[0].line));
}

TEST(what_is_no_note_is_refused)
{
    static const char *const BAD[] = {
        "",
        "\n",
        "\n\n",
        "a\n\n",
        "a\n\n\n",
        "a\n\nb\n",
        "a\n\n\xE2\x80\x94 name\n",
        "a\n\n\xE2\x80\x94 name AAAA\n",      // three bytes: no room for an id
        "a\n\n\xE2\x80\x94 na+me AAAAAAAA\n", // plus
        "a\n\n\xE2\x80\x94  AAAAAAAA\n",      // no name
        "a\n\n\xE2\x80\x94 name AAAAAAAA",    // no line feed
        "a\rb\n\n\xE2\x80\x94 name AAAAAAAA\n",
        "a\n\n\xE2\x80\x93 name AAAAAAAA\n", // another dash
        "a\xFF\n\n\xE2\x80\x94 name AAAAAAAA\n"};
    Note note;
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
        CHECK_ERR(note_parse(str_from(BAD[i]), &note, NULL), ERR_SYNTAX);
    CHECK_OK(note_parse(STR("a\n\n\xE2\x80\x94 name AAAAAAAA\n"), &note, NULL));
    NoteSigner signer;
    _cleanup_strbuf_ StrBuf out = STRBUF(NOTE_MAX);
    CHECK_OK(note_keygen(STR("log"), NOTE_KEY_SIGNATURE, &signer, NULL));
    CHECK_ERR(note_sign(&signer, STR("no line feed"), 0, &out, NULL), ERR_INVALID);
    CHECK_ERR(note_sign(&signer, STR("tab\there\n"), 0, &out, NULL), ERR_INVALID);
}
