// FormatWriter: entries out, in the forms other tools read. Text goes to a StrBuf that the caller
// empties as it grows.
#pragma once
#include "base/strbuf.h"
#include "index/entry.h"

typedef enum ExportKind {
    EXPORT_VICS2,
    EXPORT_ICSE,
    EXPORT_CSV,
    EXPORT_NCMEC,
    EXPORT_HASHLOOKUP,
    EXPORT_KINDS
} ExportKind;
// "vics2", "icse", "csv", "ncmec", "hashlookup"; false when unknown.
bool export_kind_from(Str name, ExportKind *ret);

typedef struct FormatWriter FormatWriter;
typedef struct ExportMeta {
    Str name, issuer;
    int64_t created_ms;
} ExportMeta;
Err format_writer_new(ExportKind kind, const ExportMeta *meta, StrBuf *out,
                      FormatWriter **ret) MUST_CHECK;
void format_writer_free(FormatWriter *writer);
DEFINE_CLEANUP(FormatWriter *, format_writer_free);
void format_writer_begin(FormatWriter *writer);
void format_writer_put(FormatWriter *writer, const ListEntry *entry);
void format_writer_end(FormatWriter *writer);

// What the form could not carry. A category is written only where the form's own scheme is the
// entry's: it is never translated on the way.
typedef struct ExportLoss {
    uint64_t entries;    // left out whole: a deletion, harmless software, or no hash of the form
    uint64_t categories; // left empty: of another scheme than the form's
    uint64_t hashes;     // left out of entries that were written
} ExportLoss;
ExportLoss format_writer_loss(const FormatWriter *writer);
