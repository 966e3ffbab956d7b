// Any bytes as a record of a scan's state file: as they are, and with a right checksum, so that
// they get past it. Opening must end without a stray read, and what was read must be written back
// to the same meaning.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/file.h"
#include "scan/journal.h"
#include "scan/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void promise(bool is_kept) {
    if (!is_kept)
        abort();
}

static void try_item(Str bytes) {
    Interner interner = {0};
    _cleanup_strbuf_ StrBuf first = STRBUF(8 << 20), second = STRBUF(8 << 20);
    _cleanup_(scan_item_freep) ScanItem *item = NULL, *again = NULL;
    if (scan_item_parse(bytes, &interner, &item) == ERR_OK) {
        scan_item_put(&first, item);
        promise(scan_item_parse(strbuf_str(&first), &interner, &again) == ERR_OK);
        scan_item_put(&second, again);
        promise(str_equal(strbuf_str(&first), strbuf_str(&second)));
    }
    scan_item_free(TAKE(item));
    scan_item_free(TAKE(again));
    interner_done(&interner);
}

static void put_record(StrBuf *file, uint8_t kind, Str payload, bool is_right) {
    uint8_t head[9];
    Digests digests = {0};
    DigestStream *stream = NULL;
    promise(digest_stream_new(1u << DIGEST_SHA256, &stream) == ERR_OK);
    store_le64(head, file->len);
    head[8] = kind;
    digest_stream_put(stream, head, sizeof head);
    digest_stream_put(stream, payload.ptr, payload.len);
    promise(digest_stream_finish(stream, &digests) == ERR_OK);
    digest_stream_free(stream);
    record_put_u32(file, (uint32_t)payload.len);
    record_put_u8(file, kind);
    strbuf_put(file, payload);
    strbuf_put(file, str_of(digests.sha256, is_right ? 8 : 0));
}

static void try_file(Str bytes, bool is_right) {
    static char path[64];
    if (path[0] == '\0')
        snprintf(path, sizeof path, "/tmp/seventh-fuzz-state-%ld", (long)getpid());
    _cleanup_strbuf_ StrBuf file = STRBUF(16 << 20), header = STRBUF(64);
    for (int i = 0; i < 3; i++)
        record_put_text(&header, STR("x"));
    strbuf_put_text(&file, "S7SCAN2\n");
    put_record(&file, 1, strbuf_str(&header), true);
    if (is_right)
        put_record(&file, (uint8_t)bytes.ptr[0], str_from_index(bytes, 1), true);
    else
        strbuf_put(&file, bytes);
    if (file_replace(path, strbuf_str(&file), true, NULL) != ERR_OK)
        return;
    JournalHeader with = {STR("x"), STR("x"), STR("x")};
    _cleanup_(journal_freep) Journal *journal = NULL;
    uint32_t members;
    if (journal_open(path, &with, &journal, NULL) == ERR_OK) {
        promise(journal_cut(journal) <= file.len);
        (void)journal_find(journal, STR("dir/a.jpg"), 1, 1, 0);
        (void)journal_is_complete(journal, STR("dir/a.jpg"), 1, 1, &members);
    }
    unlink(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0 || size > 1 << 20)
        return 0;
    Str bytes = str_of(data, size);
    try_item(str_from_index(bytes, 1));
    try_file(bytes, true);
    try_file(bytes, false);
    return 0;
}
