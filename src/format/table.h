// What a delimited list looks like: its delimiter, its columns, and whether its 64-digit hashes are
// PDQ or SHA-256. Shared by detection and reading of ICSE CSV, plain CSV and PDQ text.
#pragma once
#include "format/csv.h"
#include "format/limits.h"
#include "format/reader.h"

typedef enum Column {
    COLUMN_IGNORED, // opaque, holds no delimiter
    COLUMN_TEXT,    // unknown: may be free text
    COLUMN_HASH,    // the kind by the number of digits
    COLUMN_MD5,
    COLUMN_SHA1,
    COLUMN_SHA256,
    COLUMN_PDQ,
    COLUMN_QUALITY,
    COLUMN_PHOTODNA,
    COLUMN_ID,
    COLUMN_CATEGORY,
    COLUMN_SCHEME,
    COLUMN_SCHEME_VERSION,
    COLUMN_NAME,
    COLUMN_SIZE,
    COLUMN_SERIES,
    COLUMN_ISSUER,
    COLUMN_MEDIA_TYPE,
    COLUMN_VICTIM_IDENTIFIED,
    COLUMN_OFFENDER_IDENTIFIED,
    COLUMN_DISTRIBUTED,
    COLUMN_BASELINE, // ICSE
    COLUMN_UPDATED,
    COLUMN_KINDS
} Column;

typedef struct Table {
    FormatKind kind; // FORMAT_ICSE_CSV, FORMAT_CSV, FORMAT_PDQ_TEXT or FORMAT_UNKNOWN
    int sureness;    // as in format/driver.h
    char delimiter;
    bool has_header;
    bool is_nsrl2; // the text form of the NSRL before its SQLite form: harmless files
    bool is_pdq;   // 64 digits of a COLUMN_HASH are PDQ
    // By position. Without a header and when `count` is 0, each row is read by the shape of its
    // fields.
    Column columns[CSV_COLUMNS_MAX];
    size_t count;
} Table;

// Judges the start of a text. is_whole: the text ends there. name: of the file, a hint only where
// bare hashes of 64 digits may be PDQ or SHA-256.
void table_guess(Str text, bool is_whole, Str name, Table *ret);
// Fills columns from a header row; returns how many of them are hashes.
size_t table_header(const Str *names, size_t count, Table *io_table);
// 32, 40 or 64 hexadecimal digits.
bool is_digest_shaped(Str field);
// A line that a reader passes over: a comment, or a spreadsheet's "sep=".
bool table_is_remark(Str line);
