// Publishes a made-up ledger for command tests: make_ledger FOLDER SECRET-KEY SIZE [CHANGED-ENTRY]
#include <stdio.h>

#include "../ledger/memory_log.h"
#include "base/file.h"

int main(int argc, char **argv) {
    NoteSigner signer;
    StrBuf secret = STRBUF(NOTE_KEY_TEXT_MAX);
    LedgerPublisher *publisher = NULL;
    uint64_t size, changed = UINT64_MAX;
    Diag diag = {0};
    if (argc < 4 || !str_to_u64(str_from(argv[3]), &size) ||
        (argc > 4 && !str_to_u64(str_from(argv[4]), &changed)) ||
        file_read_all(argv[2], &secret, &diag) != ERR_OK ||
        note_signer_parse(strbuf_str(&secret), &signer, &diag) != ERR_OK ||
        ledger_publisher_open(argv[1], &signer, (LeafSource){made_leaf, &changed}, &publisher,
                              &diag) != ERR_OK ||
        ledger_publish(publisher, size, &diag) != ERR_OK) {
        fprintf(stderr, "make_ledger: %s\n", diag.msgid == NULL ? "arguments" : diag.msgid);
        return 1;
    }
    ledger_publisher_free(publisher);
    strbuf_done(&secret);
    return 0;
}
