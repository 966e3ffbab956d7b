// Keys of ledgers and witnesses as the ledger verbs are given them: a file, or the key itself.
#pragma once
#include "cli/command.h"
#include "crypto/note.h"
#include "ledger/limits.h"

// A public key (name+id+key). The error names what was given.
Err ledger_key_load(const char *named, NoteVerifier *ret, Diag *diag) MUST_CHECK;
typedef struct LedgerWitnessKeys {
    NoteVerifier keys[LEDGER_WITNESSES_MAX];
    size_t count;
} LedgerWitnessKeys;
Err ledger_witness_keys_load(const TextList *named, LedgerWitnessKeys *ret, Diag *diag) MUST_CHECK;
// A secret key from its file. Wipe it.
Err ledger_secret_load(const char *path, NoteSigner *ret, Diag *diag) MUST_CHECK;
// The whole of a checkpoint file appended to out.
Err ledger_checkpoint_load(const char *path, StrBuf *out, Diag *diag) MUST_CHECK;
// One line on standard output.
void ledger_say(const CommandContext *context, const StrBuf *line);
// A file, or standard output when path is NULL. An existing file is only replaced when may_replace.
Err ledger_output_write(const CommandContext *context, const char *path, bool may_replace,
                        Str content, Diag *diag) MUST_CHECK;
