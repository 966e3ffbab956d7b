// The text form of vPDQ on arbitrary bytes: what is read, written and read again is the same.
#include <stdlib.h>

#include "hash/vpdq.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    _cleanup_(vpdq_done) Vpdq first = {0};
    _cleanup_(vpdq_done) Vpdq second = {0};
    _cleanup_strbuf_ StrBuf text = STRBUF(64 << 20);
    Diag diag = {0};
    Err err = vpdq_read(str_of(data, size), &first, &diag);
    if (err != ERR_OK) {
        if (diag.msgid == NULL || first.frames != NULL)
            abort();
        return 0;
    }
    vpdq_write(&text, first.frames, first.count);
    if (vpdq_read(strbuf_str(&text), &second, NULL) != ERR_OK || second.count != first.count)
        abort();
    for (size_t i = 0; i < first.count; i++) {
        const VpdqFrame *a = &first.frames[i], *b = &second.frames[i];
        if (a->number != b->number || a->time_ms != b->time_ms || a->quality != b->quality ||
            a->quality > 100 || a->time_ms < 0 || pdq_distance(&a->hash, &b->hash) != 0)
            abort();
    }
    return 0;
}
