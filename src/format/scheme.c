// The shipped schemes as tables, and the check of every reader's categories against them.
#include "format/scheme.h"

static const Scheme SCHEMES[] = {
#define SCHEME(id, version, jurisdiction, is_open) {id, version, jurisdiction, is_open},
#define CODE(id, version, code, severity, label)
#include "format/schemes.def"
#undef SCHEME
#undef CODE
};

static const SchemeCode CODES[] = {
#define SCHEME(id, version, jurisdiction, is_open)
#define CODE(id, version, code, severity, label) {id, version, code, severity, label},
#include "format/schemes.def"
#undef SCHEME
#undef CODE
};

enum { SCHEME_COUNT = sizeof SCHEMES / sizeof *SCHEMES, CODE_COUNT = sizeof CODES / sizeof *CODES };

const Scheme *scheme_all(size_t *ret_count) {
    *ret_count = SCHEME_COUNT;
    return SCHEMES;
}

const SchemeCode *scheme_code_all(size_t *ret_count) {
    *ret_count = CODE_COUNT;
    return CODES;
}

const Scheme *scheme_find(Str id, Str version) {
    const Scheme *found = NULL;
    for (size_t i = 0; i < SCHEME_COUNT && id.len > 0; i++) {
        // The first letter spares most comparisons: this runs once a record.
        if (id.ptr[0] == SCHEMES[i].id[0] && str_is(id, SCHEMES[i].id) &&
            (version.len == 0 || str_is(version, SCHEMES[i].version)))
            found = &SCHEMES[i]; // versions stand in their order: the last is the latest
    }
    return found;
}

bool scheme_is_local(Str id) {
    return str_has_prefix(id, STR("local-")) && id.len > STR("local-").len;
}

// The shipped version that speaks for another of the same major number ("1" for "1.3").
static const Scheme *scheme_find_major(Str id, Str version) {
    const Scheme *found = scheme_find(id, version);
    Str major, minor;
    if (found == NULL && str_cut(version, '.', &major, &minor) && major.len > 0)
        found = scheme_find(id, major);
    return found;
}

const SchemeCode *scheme_code_find(Str id, Str version, Str code) {
    const Scheme *scheme = scheme_find_major(id, version);
    for (size_t i = 0; scheme != NULL && i < CODE_COUNT && code.len > 0; i++) {
        if (scheme->id[0] == CODES[i].id[0] && strcmp(scheme->id, CODES[i].id) == 0 &&
            strcmp(scheme->version, CODES[i].version) == 0 &&
            str_equal_ascii_nocase(code, str_from(CODES[i].code)))
            return &CODES[i];
    }
    return NULL;
}

SchemeAnswer scheme_has_code(Str id, Str version, Str code) {
    const Scheme *scheme = scheme_find(id, version);
    if (scheme == NULL || scheme->is_open)
        return SCHEME_UNKNOWN;
    return scheme_code_find(id, version, code) != NULL ? SCHEME_HAS : SCHEME_HAS_NOT;
}

void row_category(Row *row, const FormatInput *input, Str scheme, Str version, Str code,
                  int64_t offset) {
    if (input->scheme.len > 0) {
        scheme = input->scheme;
        version = input->scheme_version;
    }
    scheme = str_trim(scheme);
    version = str_trim(version);
    code = str_trim(code);
    if (scheme.len == 0 && code.len == 0)
        return;
    const Scheme *shipped = scheme_find(scheme, version);
    const SchemeCode *known = scheme_code_find(scheme, version, code);
    if (shipped != NULL) { // the shipped spelling is static: nothing to copy
        row->entry.scheme = str_from(shipped->id);
        row->entry.scheme_version = str_from(shipped->version);
    } else {
        row->entry.scheme = row_text(row, scheme, offset);
        row->entry.scheme_version = row_text(row, version, offset);
    }
    if (known != NULL)
        row->entry.category = str_from(known->code);
    else if (code.len > 0 && scheme_has_code(scheme, version, code) == SCHEME_HAS_NOT)
        row_reject(row, REJECT_BAD_CATEGORY, offset);
    else
        row->entry.category = row_text(row, code, offset);
}
