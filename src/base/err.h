// The error classes of the whole project, and Diag, the detail that goes with one.
//
// A function that can fail returns Err. It must be checked; on failure the function's outputs are
// untouched. Detail for a person (which file, which byte, which record, why) goes to an optional
// Diag. Rooms add message ids, never classes. `assert` is for our own mistakes, Err for the
// world's.
#pragma once
#include <stdint.h>

#include "base/str.h"

// X(NAME, HTTP status, process exit code)
#define ERR_CLASSES(X) \
    X(OK, 200, 0) \
    X(INVALID, 400, 2)      /* the caller's argument or option is wrong */ \
    X(SYNTAX, 422, 65)      /* input that does not follow its format */ \
    X(ENCODING, 422, 65)    /* text that is not valid in its encoding */ \
    X(RANGE, 422, 65)       /* a number or date outside what its field allows */ \
    X(TRUNCATED, 422, 65)   /* input that ends too soon */ \
    X(CORRUPT, 422, 65)     /* a checksum or an offset that does not hold */ \
    X(UNSUPPORTED, 415, 69) /* a valid format or variant that this build does not read */ \
    X(SIGNATURE, 403, 77)   /* a signature that does not verify */ \
    X(NOT_FOUND, 404, 66) \
    X(EXISTS, 409, 73) \
    X(CONFLICT, 409, 75) /* somebody else changed it first */ \
    X(STATE, 409, 75)    /* not allowed in the present state */ \
    X(AUTH, 401, 77) \
    X(PERMISSION, 403, 77) \
    X(LIMIT, 413, 69) /* a named limit was reached (limits.h) */ \
    X(NOMEM, 503, 71) \
    X(IO, 500, 74) \
    X(FULL, 507, 74) /* no space left */ \
    X(BUSY, 503, 75) \
    X(TIMEOUT, 504, 75) \
    X(INTERRUPTED, 503, 130) /* the person asked us to stop */ \
    X(CRASHED, 502, 70)      /* a confined child died */ \
    X(SANDBOX, 500, 70)      /* confinement could not be set up, or was violated */ \
    X(INTERNAL, 500, 70)

typedef enum Err {
#define ERR_ENUM(name, http, exit_code) ERR_##name,
    ERR_CLASSES(ERR_ENUM)
#undef ERR_ENUM
        ERR_CLASS_COUNT
} Err;

#define MUST_CHECK __attribute__((warn_unused_result))

int err_http_status(Err err);
int err_exit_code(Err err);
const char *
err_name(Err err); // stable lower-case identifier for JSON, e.g. "not-found"; never shown as prose

// The class that fits an errno value (ENOENT → NOT_FOUND, ENOSPC → FULL, …; IO otherwise).
Err err_from_errno(int error_number);

enum { DIAG_FILE_MAX = 512, DIAG_TEXT_MAX = 160, DIAG_ARGS_MAX = 4 };

// What went wrong, for a person. Owns nothing; may be copied. `msgid` is a static English message
// marked with N_() and translated by language/ when it is shown; its placeholders {name} are filled
// from args. Placeholders {file}, {offset} and {record} are always available. Unknown numbers are
// -1.
typedef struct Diag {
    Err err;
    const char *msgid;
    char file[DIAG_FILE_MAX];
    int64_t offset; // byte offset in file, from 0
    int64_t record; // record number, from 1
    int arg_count;
    struct {
        const char *name; // static
        char text[DIAG_TEXT_MAX];
    } args[DIAG_ARGS_MAX];
} Diag;

// Marks a message for extraction without translating it here.
#define N_(msgid) (msgid)

// Fill `diag` (which may be NULL) and return err, so that a failure is one line:
//     return diag_set(diag, ERR_SYNTAX, N_("A number was expected"));
Err diag_set(Diag *diag, Err err, const char *msgid);
// The errno form: class from errno, with the path.
Err diag_errno(Diag *diag, int error_number, const char *path);
// Add the place; each takes NULL. Text is cut at its capacity on a UTF-8 boundary.
void diag_file(Diag *diag, Str path);
void diag_place(Diag *diag, int64_t offset, int64_t record);
void diag_arg(Diag *diag, const char *name, Str text);
void diag_arg_int(Diag *diag, const char *name, int64_t number);

// return-on-error
#define TRY(call) \
    do { \
        Err try_err_ = (call); \
        if (try_err_ != ERR_OK) \
            return try_err_; \
    } while (0)
