// The VICS reader on anything: it ends, its report adds up, its text is valid, and what it reads
// does not depend on where the pieces of the input are cut.
#include <stdlib.h>

#include "base/strbuf.h"
#include "base/utf8.h"
#include "format/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct PieceSource {
    ByteSource source;
    Str bytes;
    size_t piece;
} PieceSource;

static Err piece_read(ByteSource *source, void *ret_bytes, size_t capacity, size_t *ret_n,
                      Diag *diag) {
    (void)diag;
    PieceSource *self = (PieceSource *)source;
    size_t n = self->bytes.len - (size_t)source->offset;
    n = n > self->piece ? self->piece : n;
    n = n > capacity ? capacity : n;
    if (n > 0)
        memcpy(ret_bytes, self->bytes.ptr + source->offset, n);
    source->offset += n;
    *ret_n = n;
    return ERR_OK;
}

// FNV-1a over all that was read.
static void mix(uint64_t *io_sum, const void *bytes, size_t n) {
    for (size_t i = 0; i < n; i++)
        *io_sum = (*io_sum ^ ((const uint8_t *)bytes)[i]) * 0x100000001B3u;
}

static void mix_text(uint64_t *io_sum, Str text) {
    if (!utf8_is_valid(text))
        abort();
    mix(io_sum, &text.len, sizeof text.len);
    mix(io_sum, text.ptr, text.len);
}

static void mix_entry(uint64_t *io_sum, const ListEntry *entry) {
    if ((entry->has & (ENTRY_MD5 | ENTRY_SHA1 | ENTRY_SHA256 | ENTRY_PDQ | ENTRY_DELETED)) == 0)
        abort();
    mix(io_sum, &entry->has, sizeof entry->has);
    mix(io_sum, entry->md5, sizeof entry->md5);
    mix(io_sum, entry->sha1, sizeof entry->sha1);
    mix(io_sum, entry->pdq.bytes, sizeof entry->pdq.bytes);
    mix(io_sum, &entry->size, sizeof entry->size);
    const Str TEXTS[] = {entry->id,     entry->scheme, entry->scheme_version, entry->category,
                         entry->series, entry->issuer, entry->updated,        entry->media_type};
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++)
        mix_text(io_sum, TEXTS[i]);
    for (size_t i = 0; i < entry->location_count; i++) {
        mix_text(io_sum, entry->locations[i].name);
        mix_text(io_sum, entry->locations[i].path);
        mix_text(io_sum, entry->locations[i].source_id);
    }
    for (size_t i = 0; i < entry->fact_count; i++) {
        mix_text(io_sum, entry->facts[i].name);
        mix_text(io_sum, entry->facts[i].value);
    }
}

static uint64_t read_all(Str text, size_t piece) {
    PieceSource source = {.source = {.read = piece_read}, .bytes = text, .piece = piece};
    FormatInput input = {.source = &source.source, .fd = -1};
    _cleanup_(format_freep) FormatReader *reader = NULL;
    uint64_t sum = 0xCBF29CE484222325u, count = 0;
    if (format_open(&input, &reader, NULL) != ERR_OK)
        return sum;
    FormatKind kind = format_report(reader)->kind;
    if (kind < FORMAT_VICS11 || kind > FORMAT_VICS20)
        return sum;
    for (;;) {
        ListEntry entry;
        bool has = false;
        if (format_next(reader, &entry, &has, NULL) != ERR_OK)
            abort(); // only I/O and memory are errors
        if (!has)
            break;
        mix_entry(&sum, &entry);
        count++;
    }
    const FormatReport *report = format_report(reader);
    if (report->accepted != count || report->records < count)
        abort();
    mix(&sum, report->rejected, sizeof report->rejected);
    mix(&sum, report->places, sizeof report->places);
    return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Str text = str_of(data, size);
    uint64_t sum = read_all(text, SIZE_MAX);
    if (size <= 8192 && read_all(text, 7) != sum)
        abort();
    return 0;
}
