// Row: the record under construction, shared by all readers. Its setters check values as the whole
// field needs it: a bad value is rejected and counted with its place, the rest of the row stays.
//
// Text given to a setter is copied into the row and lives until the next row_begin. Offsets are
// bytes in the (decompressed) stream, or -1 when unknown. One thread.
#pragma once
#include "base/arena.h"
#include "base/vec.h"
#include "format/reader.h"

typedef struct Row {
    FormatReport *report; // borrowed
    Arena *arena;         // of this record's text
    ListEntry entry;
    int64_t record; // from 1
    int64_t offset; // where the record began, or -1
    bool is_dropped;
    bool is_full; // a limit was reached; said once a record
    VEC(EntryLocation) locations;
    VEC(EntryFact) facts;
    VEC(VpdqFrame) frames;
    uint8_t photodna[PHOTODNA_BYTES];
} Row;

Err row_init(Row *row, FormatReport *report) MUST_CHECK;
void row_done(Row *row);

// Starts a record: counts it and empties the row.
void row_begin(Row *row, int64_t offset);
// Takes row_begin back: it was no record after all.
void row_cancel(Row *row);
// Counts a rejected value of this row with its place.
void row_reject(Row *row, RejectReason reason, int64_t offset);
// The whole record is lost, for this reason.
void row_drop(Row *row, RejectReason reason, int64_t offset);
// reader.c: finishes the row and says whether it is accepted: one hash that can match (MD5, SHA-1,
// SHA-256, PDQ, vPDQ), or a tombstone with an id. Counts it, or its lack of any hash.
bool row_finish(Row *row);

// Hashes: surrounding white space is ignored, an empty text is no value and no error. The hash of
// the empty file is rejected. A first good value is kept when another follows.
void row_md5(Row *row, Str hex, int64_t offset);
void row_sha1(Row *row, Str hex, int64_t offset);
void row_sha256(Row *row, Str hex, int64_t offset);
// The kind by the number of digits (32, 40, 64); anything else is REJECT_BAD_HASH.
void row_digest(Row *row, Str hex, int64_t offset);
// 64 hexadecimal digits, or base64 of 32 bytes. quality 0–100 or PDQ_QUALITY_UNKNOWN; a known one
// under 50 is rejected.
void row_pdq(Row *row, Str text, uint8_t quality, int64_t offset);
// base64 or 288 hexadecimal digits of 144 bytes.
void row_photodna(Row *row, Str text, int64_t offset);

// A whole number of bytes, also as "1024" with white space around.
void row_size(Row *row, Str text, int64_t offset);
// true/false, yes/no, y/n, 1/0 in any case; empty and null leave it unknown; else REJECT_BAD_FLAG.
void row_flag(Row *row, Tri *ret, Str text, int64_t offset);
// Copies text into the row; what is not UTF-8 becomes U+FFFD and is counted as REJECT_BAD_TEXT.
// Empty when a limit is reached.
Str row_text(Row *row, Str text, int64_t offset);
// Adds a place; its Str members must be the row's (row_text) or static. A path with a `..` step, a
// drive letter and the like is counted (REJECT_BAD_PATH) and kept as written.
void row_location(Row *row, const EntryLocation *location, int64_t offset);
// The same without that check, for formats whose paths are absolute by design.
void row_location_add(Row *row, const EntryLocation *location);
// A file name or path as one text, of a format that does not tell them apart: what stands behind
// the last slash or backslash is the name.
void row_file(Row *row, Str path, int64_t offset);
void row_fact(Row *row, Str name, Str value);
// The next picture of the record's video.
void row_frame(Row *row, const VpdqFrame *frame);
// A video in the text form of vPDQ; a first one is kept.
void row_video(Row *row, Str text, int64_t offset);
// True when `path` could lead outside a folder it is joined to: a `..` step, a drive letter, or a
// leading slash or backslash when is_relative.
bool path_leads_out(Str path, bool is_relative);
