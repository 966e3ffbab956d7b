// The witness's state and its one decision.
#include "ledger/witness.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/encoding.h"
#include "base/file.h"

// The path of the ledger's state file, or of the lock.
static Err state_path(const Witness *witness, Str origin, const char *ending,
                      char ret[LEDGER_PATH_MAX], Diag *diag) {
    uint8_t digest[SHA256_SIZE];
    char hex[2 * SHA256_SIZE + 1];
    sha256_of(origin.ptr, origin.len, digest);
    hex_encode(digest, sizeof digest, hex);
    int n = snprintf(ret, LEDGER_PATH_MAX, "%s/%s%s", witness->folder, hex, ending);
    return n > 0 && n < LEDGER_PATH_MAX
               ? ERR_OK
               : diag_set(diag, ERR_LIMIT, N_("The path of the witness's folder is too long."));
}

// Whoever holds the descriptor may decide; closing it ends that.
static Err state_lock(const Witness *witness, Str origin, int *ret_fd, Diag *diag) {
    char path[LEDGER_PATH_MAX];
    TRY(folder_make(witness->folder, diag));
    TRY(state_path(witness, origin, ".lock", path, diag));
    _cleanup_close_ int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return diag_errno(diag, errno, path);
    while (flock(fd, LOCK_EX) != 0)
        if (errno != EINTR)
            return diag_errno(diag, errno, path);
    *ret_fd = TAKE_FD(fd);
    return ERR_OK;
}

// The last checkpoint signed; *ret points into text. A size of 0 when there is none.
static Err state_read(const Witness *witness, Str origin, StrBuf *text, Checkpoint *ret,
                      Diag *diag) {
    char path[LEDGER_PATH_MAX];
    TRY(state_path(witness, origin, "", path, diag));
    Err err = file_read_all(path, text, diag);
    if (err == ERR_NOT_FOUND) {
        *ret = (Checkpoint){.origin = origin};
        merkle_empty(&ret->root);
        return ERR_OK;
    }
    if (err == ERR_OK)
        err = checkpoint_open(strbuf_str(text), &witness->signer->verifier, ret, NULL, diag);
    if (err == ERR_OK && !str_equal(ret->origin, origin))
        err = diag_set(diag, ERR_CORRUPT, N_("{file} is the state of another ledger."));
    if (err != ERR_OK)
        diag_file(diag, str_from(path));
    return err;
}

Err witness_last_size(const Witness *witness, Str origin, uint64_t *ret, Diag *diag) {
    _cleanup_strbuf_ StrBuf text = STRBUF(NOTE_MAX);
    Checkpoint last;
    TRY(state_read(witness, origin, &text, &last, diag));
    *ret = last.size;
    return ERR_OK;
}

static const NoteVerifier *log_named(const NoteVerifier *logs, size_t count, Str origin) {
    for (size_t i = 0; i < count; i++)
        if (str_is(origin, logs[i].name))
            return &logs[i];
    return NULL;
}

static Err sign(const Witness *witness, const WitnessRequest *request, const Checkpoint *checkpoint,
                Str text, uint64_t utc_seconds, StrBuf *out, uint64_t *ret_last, Diag *diag) {
    _cleanup_strbuf_ StrBuf last_text = STRBUF(NOTE_MAX), line = STRBUF(NOTE_MAX),
                            state = STRBUF(NOTE_MAX);
    _cleanup_close_ int lock = -1;
    Checkpoint last;
    char path[LEDGER_PATH_MAX];
    TRY(state_lock(witness, checkpoint->origin, &lock, diag));
    TRY(state_read(witness, checkpoint->origin, &last_text, &last, diag));
    if (last.size != request->old_size) {
        *ret_last = last.size;
        diag_set(diag, ERR_STATE,
                 N_("The witness last signed {last} entries of this ledger; the proof must begin "
                    "there."));
        diag_arg_int(diag, "last", (int64_t)last.size);
        return ERR_STATE;
    }
    TRY(checkpoint_continues(&last, checkpoint, &request->proof, diag));
    TRY(note_sign(witness->signer, text, utc_seconds, &line, diag));
    strbuf_put(&state, text);
    strbuf_put_byte(&state, '\n');
    strbuf_put(&state, strbuf_str(&line));
    if (strbuf_err(&state) != ERR_OK)
        return diag_set(diag, strbuf_err(&state), N_("There is not enough memory."));
    TRY(state_path(witness, checkpoint->origin, "", path, diag));
    TRY(file_replace(path, strbuf_str(&state), true, diag));
    strbuf_put(out, strbuf_str(&line));
    return strbuf_err(out) == ERR_OK
               ? ERR_OK
               : diag_set(diag, strbuf_err(out), N_("There is not enough memory."));
}

Err witness_sign(const Witness *witness, const NoteVerifier *logs, size_t log_count,
                 const WitnessRequest *request, uint64_t utc_seconds, StrBuf *out,
                 uint64_t *ret_last, Diag *diag) {
    Note note;
    Checkpoint checkpoint;
    if (witness->signer->verifier.kind != NOTE_KEY_COSIGNATURE)
        return diag_set(diag, ERR_INVALID, N_("The key is not that of a witness."));
    TRY(checkpoint_open(request->checkpoint, NULL, &checkpoint, &note, diag));
    const NoteVerifier *log = log_named(logs, log_count, checkpoint.origin);
    if (log == NULL) {
        diag_set(diag, ERR_NOT_FOUND, N_("The witness does not know the ledger {name}."));
        diag_arg(diag, "name", checkpoint.origin);
        return ERR_NOT_FOUND;
    }
    Err err = note_verify(&note, log, NULL, diag);
    TRY(err == ERR_NOT_FOUND ? ERR_SIGNATURE : err);
    if (request->old_size > checkpoint.size) {
        diag_set(diag, ERR_CONFLICT,
                 N_("The ledger went back: it had {earlier} entries and now has {later}."));
        diag_arg_int(diag, "earlier", (int64_t)request->old_size);
        diag_arg_int(diag, "later", (int64_t)checkpoint.size);
        return ERR_CONFLICT;
    }
    return sign(witness, request, &checkpoint, note.text, utc_seconds, out, ret_last, diag);
}
