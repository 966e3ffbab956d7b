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
    EXPORT_OWN_LINES,
    EXPORT_KINDS
} ExportKind;
// "vics2", "icse", "csv", "ncmec", "hashlookup", "jsonl"; false when unknown.
bool export_kind_from(Str name, ExportKind *ret);

typedef struct FormatWriter FormatWriter;
// The head of a VICS case. Empty text is written as null; so is the date of seizure, which no
// program knows.
typedef struct ExportCase {
    Str id;     // a GUID; empty: one made from number and created_ms, the same every time
    Str number; // of the case, as its unit writes it
    Str contact_organization, contact_name, contact_phone, contact_email, contact_title;
    Str application_version; // of the program that writes
} ExportCase;

typedef struct ExportMeta {
    Str name, issuer;
    int64_t created_ms;
    // VICS: makes the file a case with this head, and each entry's locations its MediaFiles.
    // Without it the file is a hash set, or a case when its first entry has locations. Borrowed.
    const ExportCase *case_head;
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
