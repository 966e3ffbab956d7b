// Reading keys, and writing what the ledger verbs make.
#include "workspace/ledger_keys.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/file.h"
#include "crypto/secret.h"

Err ledger_key_load(const char *named, NoteVerifier *ret, Diag *diag) {
    _cleanup_strbuf_ StrBuf file = STRBUF(NOTE_KEY_TEXT_MAX);
    struct stat status;
    if (stat(named, &status) != 0 && note_verifier_parse(str_from(named), ret, NULL) == ERR_OK)
        return ERR_OK;
    Err err = file_read_all(named, &file, diag);
    if (err == ERR_OK)
        err = note_verifier_parse(strbuf_str(&file), ret, diag);
    if (err != ERR_OK)
        diag_file(diag, str_from(named));
    return err;
}

Err ledger_witness_keys_load(const TextList *named, LedgerWitnessKeys *ret, Diag *diag) {
    ret->count = 0;
    if (named->len > LEDGER_WITNESSES_MAX)
        return diag_set(diag, ERR_LIMIT, N_("At most 32 witnesses can be named."));
    for (size_t i = 0; i < named->len; i++)
        TRY(ledger_key_load(named->items[i], &ret->keys[ret->count++], diag));
    return ERR_OK;
}

Err ledger_secret_load(const char *path, NoteSigner *ret, Diag *diag) {
    _cleanup_secret_strbuf_ StrBuf file = STRBUF(NOTE_KEY_TEXT_MAX);
    if (strbuf_reserve(&file, NOTE_KEY_TEXT_MAX) == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    TRY(file_read_all(path, &file, diag));
    Err err = note_signer_parse(strbuf_str(&file), ret, diag);
    if (err != ERR_OK)
        diag_file(diag, str_from(path));
    return err;
}

Err ledger_checkpoint_load(const char *path, StrBuf *out, Diag *diag) {
    Note note;
    TRY(file_read_all(path, out, diag));
    Err err = note_parse(strbuf_str(out), &note, diag);
    if (err != ERR_OK)
        diag_file(diag, str_from(path));
    return err;
}

void ledger_say(const CommandContext *context, const StrBuf *line) {
    fwrite(strbuf_text(line), 1, line->len, context->out);
    fputc('\n', context->out);
}

Err ledger_output_write(const CommandContext *context, const char *path, bool may_replace,
                        Str content, Diag *diag) {
    struct stat status;
    if (path == NULL) {
        fwrite(content.ptr, 1, content.len, context->out);
        return ERR_OK;
    }
    if (!may_replace && lstat(path, &status) == 0) {
        diag_set(diag, ERR_EXISTS,
                 N_("{file} exists already. Choose another name, or give --force to replace it."));
        diag_file(diag, str_from(path));
        return ERR_EXISTS;
    }
    return file_replace(path, content, false, diag);
}
