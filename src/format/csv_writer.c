// Plain CSV out: every scheme can be told, so no category is lost; deletions cannot.
#include "base/encoding.h"
#include "format/csv.h"
#include "format/writer_driver.h"

static void csv_begin(FormatWriter *writer) {
    strbuf_put_text(writer->out, "id,md5,sha1,sha256,pdq,scheme,scheme_version,category\r\n");
}

static void digest_put(StrBuf *out, const ListEntry *entry, unsigned bit, const uint8_t *bytes,
                       size_t n) {
    if ((entry->has & bit) != 0)
        hex_put(out, bytes, n);
    strbuf_put_byte(out, ',');
}

static void csv_put(FormatWriter *writer, const ListEntry *entry) {
    const unsigned CARRIED = ENTRY_MD5 | ENTRY_SHA1 | ENTRY_SHA256 | ENTRY_PDQ;
    StrBuf *out = writer->out;
    if ((entry->has & ENTRY_DELETED) != 0 || (entry->has & CARRIED) == 0) {
        writer->loss.entries++;
        return;
    }
    writer->loss.hashes += (entry->has & ENTRY_PHOTODNA) != 0;
    writer->loss.hashes += (entry->has & ENTRY_VPDQ) != 0;
    csv_put_field(out, entry->id, ',');
    strbuf_put_byte(out, ',');
    digest_put(out, entry, ENTRY_MD5, entry->md5, sizeof entry->md5);
    digest_put(out, entry, ENTRY_SHA1, entry->sha1, sizeof entry->sha1);
    digest_put(out, entry, ENTRY_SHA256, entry->sha256, sizeof entry->sha256);
    digest_put(out, entry, ENTRY_PDQ, entry->pdq.bytes, PDQ_BYTES);
    csv_put_field(out, entry->scheme, ',');
    strbuf_put_byte(out, ',');
    csv_put_field(out, entry->scheme_version, ',');
    strbuf_put_byte(out, ',');
    csv_put_field(out, entry->category, ',');
    strbuf_put_text(out, "\r\n");
}

static void csv_end(FormatWriter *writer) {
    (void)writer;
}

const WriterDriver csv_writer = {.begin = csv_begin, .put = csv_put, .end = csv_end};
