// Any bytes as what stands in a node's folder or beside a backup, and as texts of recovery keys.
#include "ledger/node_inside.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void identity_try(Str text) {
    NodeIdentity identity;
    Str rest = text;
    if (!node_identity_take(&rest, &identity))
        return;
    StrBuf again = STRBUF(NODE_FILE_MAX);
    node_identity_put(&again, &identity);
    // What is written is read back as the same.
    NodeIdentity back;
    Str written = strbuf_str(&again);
    if (strbuf_err(&again) == ERR_OK &&
        (!node_identity_take(&written, &back) || written.len != 0 ||
         !identifier_equal(&back.node, &identity.node) || strcmp(back.name, identity.name) != 0))
        __builtin_trap();
    strbuf_done(&again);
}

static void keys_try(Str text) {
    RecoveryPublic key;
    RecoverySecret secret;
    RecoveryShare share, back;
    StrBuf again = STRBUF(RECOVERY_TEXT_MAX);
    if (recovery_public_parse(text, &key, NULL) == ERR_OK)
        recovery_public_put(&again, &key);
    if (recovery_secret_parse(text, &secret, NULL) == ERR_OK)
        recovery_secret_put(&again, &secret);
    strbuf_clear(&again);
    if (recovery_share_parse(text, &share, NULL) == ERR_OK) {
        recovery_share_put(&again, &share);
        if (recovery_share_parse(strbuf_str(&again), &back, NULL) != ERR_OK)
            __builtin_trap();
    }
    strbuf_done(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Str text = str_of(data, size), rest = text, line;
    static const RecoverySecret SECRET = {{1}};
    BackupNote note;
    NodeKeys keys;
    StrBuf opened = STRBUF(1 << 20);
    identity_try(text);
    if (node_keys_parse(text, &keys))
        node_keys_wipe(&keys);
    if (backup_note_parse(text, &note) && memchr(note.name, '\0', sizeof note.name) == NULL)
        __builtin_trap();
    if (recovery_open(&SECRET, STR("c"), text, &opened, NULL) != ERR_OK && opened.len != 0)
        __builtin_trap();
    strbuf_done(&opened);
    keys_try(text);
    while (str_cut(rest, '\n', &line, &rest))
        keys_try(line);
    return 0;
}
