// The public library's version, errors and choice of kernels.
#include "api/error.h"

#include "kernels/kernels.h"

S7Error api_error_of(Err err) {
    switch (err) {
    case ERR_OK:
        return S7_OK;
    case ERR_INVALID:
    case ERR_STATE:
        return S7_ERROR_INVALID;
    case ERR_NOMEM:
        return S7_ERROR_NO_MEMORY;
    case ERR_LIMIT:
        return S7_ERROR_LIMIT;
    case ERR_NOT_FOUND:
        return S7_ERROR_NOT_FOUND;
    case ERR_PERMISSION:
        return S7_ERROR_PERMISSION;
    case ERR_SYNTAX:
    case ERR_ENCODING:
    case ERR_RANGE:
        return S7_ERROR_SYNTAX;
    case ERR_TRUNCATED:
        return S7_ERROR_TRUNCATED;
    case ERR_CORRUPT:
    case ERR_SIGNATURE:
        return S7_ERROR_CORRUPT;
    case ERR_UNSUPPORTED:
        return S7_ERROR_UNSUPPORTED;
    case ERR_BUSY:
        return S7_ERROR_BUSY;
    case ERR_IO:
    case ERR_FULL:
    case ERR_TIMEOUT:
    case ERR_INTERRUPTED:
        return S7_ERROR_IO;
    default:
        return S7_ERROR_INTERNAL;
    }
}

// For programmers, hence in English and not through the catalogue.
static const struct {
    const char *name, *text;
} ERRORS[] = {
    [S7_OK] = {"ok", "No error."},
    [S7_ERROR_INVALID] = {"invalid", "An argument is not valid."},
    [S7_ERROR_NO_MEMORY] = {"no-memory", "There is not enough memory."},
    [S7_ERROR_LIMIT] = {"limit", "The input is larger than the library takes."},
    [S7_ERROR_NOT_FOUND] = {"not-found", "The file or entry does not exist."},
    [S7_ERROR_PERMISSION] = {"permission", "The file may not be read with the present rights."},
    [S7_ERROR_IO] = {"io", "The file could not be read."},
    [S7_ERROR_SYNTAX] = {"syntax", "The input does not follow its format."},
    [S7_ERROR_TRUNCATED] = {"truncated", "The input ends too soon."},
    [S7_ERROR_CORRUPT] = {"corrupt",
                          "The input is damaged: a checksum or an offset does not hold."},
    [S7_ERROR_UNSUPPORTED] = {"unsupported", "The input is valid but not read by this version."},
    [S7_ERROR_BUSY] = {"busy", "Another process is using it."},
    [S7_ERROR_INTERNAL] = {"internal", "The library or the system failed unexpectedly."},
};

static size_t row_of(S7Error error) {
    return (size_t)error < sizeof ERRORS / sizeof ERRORS[0] ? (size_t)error : S7_ERROR_INTERNAL;
}

const char *s7_error_text(S7Error error) {
    return ERRORS[row_of(error)].text;
}

const char *s7_error_name(S7Error error) {
    return ERRORS[row_of(error)].name;
}

const char *s7_version(void) {
    return S7_VERSION;
}

const char *s7_kernels(void) {
    return kernels()->name;
}
