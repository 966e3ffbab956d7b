// The sentence of a Diag: its message with the arguments, and the place where it happened.
#include <stdio.h>

#include "language/catalogue.h"

// What is said when nobody said more.
static const char *class_msgid(Err err) {
    switch (err) {
    case ERR_INVALID:
        return N_("An argument is not valid.");
    case ERR_SYNTAX:
        return N_("The input does not follow its format.");
    case ERR_ENCODING:
        return N_("The text is not valid in its encoding.");
    case ERR_RANGE:
        return N_("A number or date is outside what its field allows.");
    case ERR_TRUNCATED:
        return N_("The input ends too soon.");
    case ERR_CORRUPT:
        return N_("The data is damaged: a checksum or an offset does not hold.");
    case ERR_UNSUPPORTED:
        return N_("This format or variant is not supported.");
    case ERR_SIGNATURE:
        return N_("The signature does not verify.");
    case ERR_NOT_FOUND:
        return N_("It was not found.");
    case ERR_EXISTS:
        return N_("It exists already.");
    case ERR_CONFLICT:
        return N_("Somebody else has changed it in the meantime.");
    case ERR_STATE:
        return N_("This is not possible in the present state.");
    case ERR_AUTH:
        return N_("You must sign in first.");
    case ERR_PERMISSION:
        return N_("You do not have the right to do this.");
    case ERR_LIMIT:
        return N_("A limit was reached.");
    case ERR_NOMEM:
        return N_("There is not enough memory.");
    case ERR_IO:
        return N_("Reading or writing failed.");
    case ERR_FULL:
        return N_("There is no space left on the disk.");
    case ERR_BUSY:
        return N_("It is in use; try again later.");
    case ERR_TIMEOUT:
        return N_("It took too long.");
    case ERR_INTERRUPTED:
        return N_("Interrupted.");
    case ERR_CRASHED:
        return N_("The confined process that read this file ended unexpectedly.");
    case ERR_SANDBOX:
        return N_("The confinement of the process that reads files could not be set up, or was "
                  "violated.");
    default:
        return N_("An internal error occurred. Please report it.");
    }
}

// Whether the message itself names the placeholder ("{file}").
static bool message_names(const char *msgid, const char *placeholder) {
    return strstr(msgid, placeholder) != NULL;
}

// Messages are whole sentences; the place goes in front of them, as compilers do.
static const char *place_msgid(bool has_file, bool has_record, bool has_offset) {
    if (has_file && has_record && has_offset)
        return N_("{file}, record {record}, byte {offset}: {message}");
    if (has_file && has_record)
        return N_("{file}, record {record}: {message}");
    if (has_file && has_offset)
        return N_("{file}, byte {offset}: {message}");
    if (has_file)
        return N_("{file}: {message}");
    if (has_record && has_offset)
        return N_("Record {record}, byte {offset}: {message}");
    if (has_record)
        return N_("Record {record}: {message}");
    return N_("Byte {offset}: {message}");
}

void tr_diag(StrBuf *out, const Lang *lang, const Diag *diag) {
    const char *msgid = diag->msgid != NULL ? diag->msgid : class_msgid(diag->err);
    // A number that stands for a place in evidence is an identifier: Latin digits in every locale.
    char offset[24], record[24];
    snprintf(offset, sizeof offset, "%lld", (long long)diag->offset);
    snprintf(record, sizeof record, "%lld", (long long)diag->record);
    MsgArg args[DIAG_ARGS_MAX + 4];
    int count = 0;
    for (; count < diag->arg_count && count < DIAG_ARGS_MAX; count++)
        args[count] = msg_ident(diag->args[count].name, str_from(diag->args[count].text));
    args[count++] = msg_ident("file", str_from(diag->file));
    args[count++] = msg_ident("offset", str_from(offset));
    args[count++] = msg_ident("record", str_from(record));

    bool has_file = diag->file[0] != '\0' && !message_names(msgid, "{file}");
    bool has_record = diag->record >= 0 && !message_names(msgid, "{record}");
    bool has_offset = diag->offset >= 0 && !message_names(msgid, "{offset}");
    if (!has_file && !has_record && !has_offset) {
        tr_put(out, lang, NULL, msgid, (MsgArgs){args, count});
        return;
    }
    // The sentence takes the place of {message} in the other; it is safe already, so what stands
    // before and behind it is written apart.
    const char *outer_msgid = place_msgid(has_file, has_record, has_offset);
    Str outer = tr(lang, NULL, outer_msgid);
    ptrdiff_t at = str_find(outer, STR("{message}"));
    if (at < 0)
        at = (ptrdiff_t)outer.len;
    Str tail = str_from_index(outer, (size_t)at + sizeof "{message}" - 1);
    tr_put_text(out, lang, str_of(outer.ptr, (size_t)at), (MsgArgs){args, count});
    tr_put(out, lang, NULL, msgid, (MsgArgs){args, count});
    tr_put_text(out, lang, tail, (MsgArgs){args, count});
}
