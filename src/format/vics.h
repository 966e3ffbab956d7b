// The inside of the VICS reader: envelope and shape (vics_shape.c), one Media record
// (vics_record.c), metadata facts (vics_facts.c), the walk over lists and cases (vics_reader.c).
//
// Sources: the VICS data models 1.1–2.0 as their exporters write them (FIELD.md §2). One thread.
#pragma once
#include "format/driver.h"
#include "format/json.h"

// ---- vics_shape.c: what the content says and shows of itself ----

typedef struct VicsEnvelope {
    bool is_found;
    FormatKind kind;
    bool is_case;        // as the envelope says
    char scheme[40];     // "" when it does not tell
    const char *version; // of the scheme
} VicsEnvelope;

// Reads the text of "odata.metadata" or "@odata.context". False when it is of another data model.
bool vics_envelope_parse(Str context, VicsEnvelope *ret);
bool vics_is_envelope_key(Str key);
// Looks for the envelope in raw JSON text, as in the end of a file whose envelope comes last.
bool vics_envelope_find(Str text, VicsEnvelope *ret);
// The kind of the content that begins with this window (FORMAT_UNKNOWN: not VICS), and how sure.
int vics_shape_detect(Str window, VicsEnvelope *ret);

// ---- vics_facts.c: metadata in many vocabularies to facts in one ----

typedef struct VicsCoordinate {
    bool is_seen, is_good;
    bool has_sign;   // written with a sign, so no reference is needed
    bool is_decimal; // one plain number
    char letter;     // compass letter that stood with it, or 0
    bool has_ref, is_ref_good;
    char ref;
    double value; // degrees
} VicsCoordinate;

typedef struct VicsFacts {
    VicsCoordinate latitude, longitude;
} VicsFacts;

void vics_facts_begin(VicsFacts *facts);
// One property of Exifs or MediaMetadata. Unknown names are passed over.
void vics_facts_put(VicsFacts *facts, Row *row, Str name, Str value, int64_t offset);
// Puts the coordinates that are certain.
void vics_facts_end(VicsFacts *facts, Row *row);

// ---- vics_record.c: one Media object ----

enum {
    VICS_VALUE_MAX = 4096, // bytes of a hash or property value
    // Bytes of a video hash: escaped, it must be one string that a JSON reader of ours takes.
    VICS_VPDQ_MAX = 960 << 10,
    VICS_ISSUER_MAX = 512
};

typedef struct VicsRecord {
    FormatReader *reader;
    JsonReader *json;
    const VicsEnvelope *envelope;
    bool is_begun;           // row_begin was called
    int list_depth;          // of the list it stands in
    bool is_certain;         // no case: a member was met that only Media objects have
    bool has_md5, is_merged; // an MD5 member was met; an id or MD5 was met twice
    bool has_issuer;         // this object named its organisation
    bool has_media;          // a Media array was met: the object is a case
    int64_t offset;          // of the object
    uint64_t repairs;        // of the JSON reader, counted so far
    // ContactOrganization of the case that is being read.
    char issuer[VICS_ISSUER_MAX];
    size_t issuer_length;
    VicsFacts facts;
    char category[64];
    size_t category_length;
    int64_t category_offset;
    char relative_path[4096];
    size_t relative_path_length;
    char first_key[64]; // of this object
    size_t first_key_length;
} VicsRecord;

// Reads an object whose JSON_OBJECT_BEGIN was just read. Returns at its end, or behind the
// JSON_ARRAY_BEGIN of a Media member (has_media). Errors are the JSON reader's.
Err vics_record_read(VicsRecord *record, Diag *diag) MUST_CHECK;
// Which object begins with these keys: for json_resume.
JsonGuess vics_object_guess(Str first_key, Str second_key);
// True for a member name that only Media objects have.
bool vics_is_media_key(Str key);
void vics_issuer_set(VicsRecord *record, Str name);
// The next token with a string that is too long or odd passed as null and counted.
Err vics_value(VicsRecord *record, JsonToken *ret_token, Str *ret_text, Diag *diag) MUST_CHECK;
