// Error classes as data, and the filling of Diag.
#include "base/err.h"

#include <errno.h>
#include <stdio.h>

#include "base/utf8.h"

static const struct {
    const char *name;
    int http;
    int exit_code;
} CLASSES[ERR_CLASS_COUNT] = {
#define ERR_ROW(name, http, exit_code) [ERR_##name] = {#name, http, exit_code},
    ERR_CLASSES(ERR_ROW)
#undef ERR_ROW
};

int err_http_status(Err err) {
    return err < ERR_CLASS_COUNT ? CLASSES[err].http : 500;
}

int err_exit_code(Err err) {
    return err < ERR_CLASS_COUNT ? CLASSES[err].exit_code : 70;
}

// The identifiers written to JSON are spelt out once, so that renaming a class in C never changes a
// file format.
const char *err_name(Err err) {
    static const char *const NAMES[ERR_CLASS_COUNT] = {
        [ERR_OK] = "ok",
        [ERR_INVALID] = "invalid",
        [ERR_SYNTAX] = "syntax",
        [ERR_ENCODING] = "encoding",
        [ERR_RANGE] = "range",
        [ERR_TRUNCATED] = "truncated",
        [ERR_CORRUPT] = "corrupt",
        [ERR_UNSUPPORTED] = "unsupported",
        [ERR_SIGNATURE] = "signature",
        [ERR_NOT_FOUND] = "not-found",
        [ERR_EXISTS] = "exists",
        [ERR_CONFLICT] = "conflict",
        [ERR_STATE] = "state",
        [ERR_AUTH] = "auth",
        [ERR_PERMISSION] = "permission",
        [ERR_LIMIT] = "limit",
        [ERR_NOMEM] = "no-memory",
        [ERR_IO] = "io",
        [ERR_FULL] = "full",
        [ERR_BUSY] = "busy",
        [ERR_TIMEOUT] = "timeout",
        [ERR_INTERRUPTED] = "interrupted",
        [ERR_CRASHED] = "crashed",
        [ERR_SANDBOX] = "sandbox",
        [ERR_INTERNAL] = "internal",
    };
    return err < ERR_CLASS_COUNT ? NAMES[err] : "internal";
}

Err err_from_errno(int error_number) {
    switch (error_number) {
    case 0:
        return ERR_OK;
    case ENOENT:
    case ENOTDIR:
        return ERR_NOT_FOUND;
    case EEXIST:
        return ERR_EXISTS;
    case EACCES:
    case EPERM:
    case EROFS:
        return ERR_PERMISSION;
    case ENOMEM:
        return ERR_NOMEM;
    case ENOSPC:
    case EDQUOT:
        return ERR_FULL;
    case EINTR:
        return ERR_INTERRUPTED;
    case EAGAIN:
    case EBUSY:
        return ERR_BUSY;
    case ETIMEDOUT:
        return ERR_TIMEOUT;
    case EINVAL:
        return ERR_INVALID;
    case EMFILE:
    case ENFILE:
    case EFBIG:
    case ENAMETOOLONG:
        return ERR_LIMIT;
    default:
        return ERR_IO;
    }
}

Err diag_set(Diag *diag, Err err, const char *msgid) {
    if (diag != NULL) {
        diag->err = err;
        diag->msgid = msgid;
        diag->file[0] = '\0';
        diag->offset = -1;
        diag->record = -1;
        diag->arg_count = 0;
    }
    return err;
}

// One message a class of errno, so that each can be translated; the system's own text is English
// and never shown.
Err diag_errno(Diag *diag, int error_number, const char *path) {
    Err err = err_from_errno(error_number);
    const char *msgid;
    switch (err) {
    case ERR_NOT_FOUND:
        msgid = N_("{file} does not exist.");
        break;
    case ERR_EXISTS:
        msgid = N_("{file} exists already.");
        break;
    case ERR_PERMISSION:
        msgid = N_("{file} may not be opened or written with your rights.");
        break;
    case ERR_NOMEM:
        msgid = N_("There is not enough memory.");
        break;
    case ERR_FULL:
        msgid = N_("There is no space left on the disk that holds {file}.");
        break;
    case ERR_LIMIT:
        msgid = N_(
            "A limit of the system was reached at {file} (open files, file size or name length).");
        break;
    default:
        msgid = N_("{file} could not be read or written (system error {errno}).");
        break;
    }
    diag_set(diag, err, msgid);
    diag_file(diag, str_from(path));
    diag_arg_int(diag, "errno", error_number);
    return err;
}

static void copy_cut(char *to, size_t capacity, Str from) {
    size_t len = utf8_cut(from, capacity - 1);
    if (len > 0)
        memcpy(to, from.ptr, len);
    to[len] = '\0';
}

void diag_file(Diag *diag, Str path) {
    if (diag != NULL)
        copy_cut(diag->file, sizeof diag->file, path);
}

void diag_place(Diag *diag, int64_t offset, int64_t record) {
    if (diag == NULL)
        return;
    diag->offset = offset;
    diag->record = record;
}

void diag_arg(Diag *diag, const char *name, Str text) {
    if (diag == NULL || diag->arg_count >= DIAG_ARGS_MAX)
        return;
    diag->args[diag->arg_count].name = name;
    copy_cut(diag->args[diag->arg_count].text, DIAG_TEXT_MAX, text);
    diag->arg_count++;
}

void diag_arg_int(Diag *diag, const char *name, int64_t number) {
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)number);
    diag_arg(diag, name, str_from(text));
}
