// `seventh list verify`: whether list files are whole, and whose signature they bear.
#include <errno.h>
#include <sys/stat.h>

#include "base/file.h"
#include "crypto/minisign.h"
#include "index/list.h"
#include "workspace/commands.h"

typedef struct ListVerifyOptions {
    const char *public;
} ListVerifyOptions;

static const Option LIST_VERIFY_OPTIONS[] = {
    {.name = "public",
     .letter = 'p',
     .kind = OPTION_TEXT,
     .offset = offsetof(ListVerifyOptions, public),
     .value = N_("PUBKEY"),
     .help = N_("The public key that must have signed the list: a file, or the key itself")},
    {0},
};

// The key as a file, or as its one line of base64.
static Err key_load(const char *named, MinisignPublicKey *ret, Diag *diag) {
    _cleanup_strbuf_ StrBuf file = STRBUF(MINISIGN_FILE_MAX);
    struct stat status;
    if (stat(named, &status) != 0 && minisign_public_parse(str_from(named), ret, NULL) == ERR_OK)
        return ERR_OK;
    TRY(file_read_all(named, &file, diag));
    Err err = minisign_public_parse(strbuf_str(&file), ret, diag);
    if (err != ERR_OK)
        diag_file(diag, str_from(named));
    return err;
}

static Err signature_load(const char *list, MinisignSignature *ret, bool *ret_has, Diag *diag) {
    _cleanup_strbuf_ StrBuf path = STRBUF(1 << 16), file = STRBUF(MINISIGN_FILE_MAX);
    struct stat status;
    strbuf_put_text(&path, list);
    strbuf_put_text(&path, ".minisig");
    TRY(strbuf_err(&path));
    if (stat(strbuf_text(&path), &status) != 0 && errno == ENOENT) {
        *ret_has = false;
        return ERR_OK;
    }
    TRY(file_read_all(strbuf_text(&path), &file, diag));
    Err err = minisign_signature_parse(strbuf_str(&file), ret, diag);
    if (err != ERR_OK)
        diag_file(diag, strbuf_str(&path));
    *ret_has = err == ERR_OK;
    return err;
}

static Err signature_check(const char *path, const MinisignPublicKey *key,
                           const MinisignSignature *signature, Diag *diag) {
    _cleanup_close_ int fd = -1;
    TRY(file_open_read(path, &fd, diag));
    Err err = minisign_verify(key, signature, fd, diag);
    if (err != ERR_OK)
        diag_file(diag, str_from(path));
    return err;
}

static void say(const CommandContext *context, const StrBuf *line) {
    fwrite(strbuf_text(line), 1, line->len, context->out);
    fputc('\n', context->out);
}

static void say_sound(const CommandContext *context, const char *path, const List *list) {
    _cleanup_strbuf_ StrBuf line = STRBUF(1 << 16);
    trn_put(&line, context->lang, NULL, "{file} is whole: {n} record.",
            "{file} is whole: {n} records.", list_count(list),
            MSG_ARGS(msg_ident("file", str_from(path))));
    say(context, &line);
}

static void say_signature(const CommandContext *context, const char *path,
                          const MinisignSignature *signature, bool is_checked) {
    _cleanup_strbuf_ StrBuf line = STRBUF(1 << 16), id = STRBUF(64);
    minisign_id_put(&id, signature->id);
    MsgArgs args =
        MSG_ARGS(msg_ident("file", str_from(path)), msg_ident("key", strbuf_str(&id)),
                 msg_ident("comment", str_of(signature->comment, signature->comment_len)));
    if (is_checked)
        tr_put(&line, context->lang, NULL,
               "{file} was signed by the key {key}, with the comment: {comment}", args);
    else
        tr_put(&line, context->lang, NULL,
               "{file} has a signature by the key {key}, which was not checked: give the public "
               "key with --public.",
               args);
    say(context, &line);
}

static void say_unsigned(const CommandContext *context, const char *path) {
    _cleanup_strbuf_ StrBuf line = STRBUF(1 << 16);
    tr_put(&line, context->lang, NULL, "{file} is not signed.",
           MSG_ARGS(msg_ident("file", str_from(path))));
    say(context, &line);
}

static Err verify(const CommandContext *context, const char *path, const MinisignPublicKey *key,
                  Diag *diag) {
    _cleanup_(list_freep) List *list = NULL;
    MinisignSignature signature;
    bool has_signature = false;
    TRY(list_open(path, &list, diag));
    Err err = list_check(list, diag);
    if (err != ERR_OK) {
        diag_file(diag, str_from(path));
        return err;
    }
    say_sound(context, path, list);
    TRY(signature_load(path, &signature, &has_signature, diag));
    if (!has_signature && key != NULL) {
        diag_set(diag, ERR_SIGNATURE, N_("{file} is not signed: there is no signature beside it."));
        diag_file(diag, str_from(path));
        return ERR_SIGNATURE;
    }
    if (has_signature && key != NULL)
        TRY(signature_check(path, key, &signature, diag));
    if (has_signature)
        say_signature(context, path, &signature, key != NULL);
    else
        say_unsigned(context, path);
    return ERR_OK;
}

static Err list_verify_run(CommandContext *context, const void *untyped, Diag *diag) {
    const ListVerifyOptions *options = untyped;
    MinisignPublicKey key;
    if (options->public != NULL)
        TRY(key_load(options->public, &key, diag));
    for (int i = 0; i < context->operand_count; i++)
        TRY(verify(context, context->operands[i], options->public != NULL ? &key : NULL, diag));
    return ERR_OK;
}

const Command list_verify_command = {
    .name = "list verify",
    .summary = N_("Check that list files are whole, and their signatures"),
    .operands = N_("LIST…"),
    .operands_min = 1,
    .operands_max = -1,
    .options = LIST_VERIFY_OPTIONS,
    .options_size = sizeof(ListVerifyOptions),
    .run = list_verify_run,
    .description = N_(
        "Every block of the file is compared with its checksum and every record is read. With a "
        "public key the list must also have been signed by that key; the signature stands beside "
        "the list, with the ending .minisig."),
};
