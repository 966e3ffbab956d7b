// FormatReader: any hash list of the field, recognised by its content, as a stream of ListEntry.
//
// A bad value is rejected and counted with its place, the rest of its row is kept; a row without
// any usable hash is not accepted; damage inside a record costs that record. Only I/O, memory and a
// source that is no known list at all end the reading. One thread per reader.
#pragma once
#include "base/source.h"
#include "index/entry.h"

typedef enum FormatKind {
    FORMAT_UNKNOWN,
    FORMAT_VICS11,
    FORMAT_VICS12,
    FORMAT_VICS13,
    FORMAT_VICS20,
    FORMAT_ICSE_CSV,
    FORMAT_NCMEC_XML,
    FORMAT_NSRL_SQLITE,
    FORMAT_HASHDEEP,
    FORMAT_DIGEST_LINES, // sha256sum, sha1sum, md5sum
    FORMAT_HASHLOOKUP,
    FORMAT_CSV, // hash[,category]
    FORMAT_PDQ_TEXT,
    FORMAT_VPDQ_TEXT, // one video
    FORMAT_OWN_LINES, // what `seventh hash --json` writes
    FORMAT_KINDS
} FormatKind;
const char *format_name(FormatKind kind); // "vics20", "icse-csv", … stable, for JSON

// Why a value or a row was rejected. X(NAME, "json-id", message for a person)
#define REJECT_REASONS(X) \
    X(BAD_MD5, "bad-md5", N_("an MD5 that is not 32 hexadecimal digits")) \
    X(BAD_SHA1, "bad-sha1", N_("a SHA-1 that is not 40 hexadecimal digits")) \
    X(BAD_SHA256, "bad-sha256", N_("a SHA-256 that is not 64 hexadecimal digits")) \
    X(BAD_PDQ, "bad-pdq", N_("a PDQ hash that is not 64 hexadecimal digits")) \
    X(BAD_PHOTODNA, "bad-photodna", N_("a PhotoDNA value that is not 144 bytes")) \
    X(BAD_HASH, "bad-hash", N_("a hash of no known length")) \
    X(EMPTY_FILE, "empty-file", \
      N_("a hash of the empty file, which would match every empty file")) \
    X(BAD_FRAME, "bad-frame", N_("a picture of a video without number, quality, hash or time")) \
    X(LOW_QUALITY, "low-quality", N_("a PDQ hash of too low a quality to match")) \
    X(NO_HASH, "no-hash", N_("a record without any usable hash")) \
    X(BAD_NUMBER, "bad-number", N_("a number that cannot be read")) \
    X(BAD_DATE, "bad-date", N_("a date that cannot be read")) \
    X(BAD_FLAG, "bad-flag", N_("a yes-or-no value that cannot be read")) \
    X(BAD_PATH, "bad-path", N_("a path that leads outside its folder")) \
    X(BAD_CATEGORY, "bad-category", N_("a category that its scheme does not have")) \
    X(BAD_TEXT, "bad-text", N_("text that is not valid in its encoding")) \
    X(BAD_COLUMNS, "bad-columns", N_("a row with another number of columns than its header")) \
    X(DAMAGED, "damaged", N_("a record that does not follow its format")) \
    X(TRUNCATED, "truncated", N_("a record cut off by the end of the file"))

typedef enum RejectReason {
#define REJECT_ENUM(name, id, message) REJECT_##name,
    REJECT_REASONS(REJECT_ENUM)
#undef REJECT_ENUM
        REJECT_REASON_COUNT
} RejectReason;
const char *reject_id(RejectReason reason);
const char *reject_msgid(RejectReason reason);

enum { REJECT_PLACES = 5 };
typedef struct FormatReport {
    FormatKind kind;
    bool is_case; // a VICS case rather than a hash set
    uint64_t records, accepted;
    uint64_t rejected[REJECT_REASON_COUNT];
    // The first few places of each reason. offset is the byte in the (decompressed) stream or -1,
    // record from 1.
    struct {
        int64_t offset, record;
    } places[REJECT_REASON_COUNT][REJECT_PLACES];
} FormatReport;

typedef struct FormatInput {
    ByteSource *source; // borrowed
    int fd;             // a seekable descriptor of the same bytes, or -1; NSRL's SQLite needs one
    const char *path;   // for messages
    Str scheme;         // overrides what the file says; empty: as the file says
    Str scheme_version;
} FormatInput;

typedef struct FormatReader FormatReader;
// ERR_UNSUPPORTED when the content is no list that we read.
Err format_open(const FormatInput *input, FormatReader **ret, Diag *diag) MUST_CHECK;
void format_free(FormatReader *reader);
DEFINE_CLEANUP(FormatReader *, format_free);
// The next accepted entry; *ret_has is false at the end.
Err format_next(FormatReader *reader, ListEntry *ret, bool *ret_has, Diag *diag) MUST_CHECK;
const FormatReport *format_report(const FormatReader *reader);

// One driver a format (format/drivers.h lists them). `window` is the start of the content, at most
// FORMAT_WINDOW bytes.
enum { FORMAT_WINDOW = 65536 };
