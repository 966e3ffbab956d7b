// Category schemes: what codes mean depends on the scheme and its version, so a category is always
// (scheme, version, code). The schemes that ship are rows of format/schemes.def; `local-…` ids are
// the operator's own.
#pragma once
#include "format/row.h"

typedef struct Scheme {
    const char *id, *version;
    const char *jurisdiction; // ISO 3166 country, "int", or ""
    bool is_open;             // any code is accepted
} Scheme;

typedef struct SchemeCode {
    const char *id, *version, *code;
    int severity;      // within this scheme only, 0 harmless, -1 no place in the order
    const char *label; // a msgid
} SchemeCode;

typedef enum SchemeAnswer {
    SCHEME_UNKNOWN, // not shipped in this version, or open: nothing can be said about the code
    SCHEME_HAS,
    SCHEME_HAS_NOT
} SchemeAnswer;

// The scheme in this version, or in the latest when version is empty; NULL when it does not ship.
const Scheme *scheme_find(Str id, Str version);
bool scheme_is_local(Str id); // "local-" and something behind it
SchemeAnswer scheme_has_code(Str id, Str version, Str code);
// The code as shipped (codes compare without case), or NULL. A shipped version speaks for its minor
// ones ("1" for "1.3").
const SchemeCode *scheme_code_find(Str id, Str version, Str code);
// The rows, in the order of the file.
const Scheme *scheme_all(size_t *ret_count);
const SchemeCode *scheme_code_all(size_t *ret_count);

// Sets the row's scheme, version and category. What the caller of the reader gave (input->scheme)
// wins over what the file says; a version left empty is that of the shipped scheme. A code that a
// shipped scheme does not have is counted (REJECT_BAD_CATEGORY) and left out, the rest of the row
// stays. An empty code: the row is uncategorised, the scheme is set all the same.
void row_category(Row *row, const FormatInput *input, Str scheme, Str version, Str code,
                  int64_t offset);
