// `seventh list keygen` and `seventh list sign`: keys and detached signatures in the form of
// minisign.
#include <errno.h>
#include <sys/stat.h>

#include "base/file.h"
#include "crypto/minisign.h"
#include "index/list.h"
#include "workspace/commands.h"
#include "workspace/password.h"
#include "workspace/source_date.h"

typedef struct ListKeygenOptions {
    const char *secret, *public;
    bool is_unprotected, may_replace;
} ListKeygenOptions;

static const Option LIST_KEYGEN_OPTIONS[] = {
    {.name = "secret",
     .letter = 's',
     .kind = OPTION_TEXT,
     .offset = offsetof(ListKeygenOptions, secret),
     .value = N_("SECKEY"),
     .help = N_("The file for the secret key; seventh.key unless given")},
    {.name = "public",
     .letter = 'p',
     .kind = OPTION_TEXT,
     .offset = offsetof(ListKeygenOptions, public),
     .value = N_("PUBKEY"),
     .help = N_("The file for the public key; seventh.pub unless given")},
    {.name = "no-password",
     .letter = 'W',
     .kind = OPTION_FLAG,
     .offset = offsetof(ListKeygenOptions, is_unprotected),
     .help = N_("Do not protect the secret key by a password")},
    {.name = "force",
     .letter = 'f',
     .kind = OPTION_FLAG,
     .offset = offsetof(ListKeygenOptions, may_replace),
     .help = N_("Replace the files when they exist")},
    {0},
};

static void list_keygen_preset(void *untyped) {
    *(ListKeygenOptions *)untyped =
        (ListKeygenOptions){.secret = "seventh.key", .public = "seventh.pub"};
}

static Err absent_check(const char *path, Diag *diag) {
    struct stat status;
    if (lstat(path, &status) != 0)
        return errno == ENOENT ? ERR_OK : diag_errno(diag, errno, path);
    diag_set(diag, ERR_EXISTS,
             N_("{file} exists already. Choose another name, or give --force to replace it."));
    diag_file(diag, str_from(path));
    return ERR_EXISTS;
}

// A buffer whose content is wiped before it is freed. It never grows past its first allocation,
// which would leave a copy behind.
static void secret_done(StrBuf *buf) {
    if (buf->ptr != NULL)
        minisign_wipe(buf->ptr, buf->capacity);
    strbuf_done(buf);
}
static Err secret_begin(StrBuf *buf, size_t ceiling, Diag *diag) {
    *buf = STRBUF(ceiling);
    return strbuf_reserve(buf, ceiling) != NULL
               ? ERR_OK
               : diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
}

static Err new_password(const CommandContext *context, StrBuf *io_password, Diag *diag) {
    _cleanup_(secret_done) StrBuf again = {0};
    TRY(secret_begin(&again, MINISIGN_PASSWORD_MAX, diag));
    TRY(password_ask(context, tr(context->lang, NULL, "New password:"), io_password, diag));
    TRY(password_ask(context, tr(context->lang, NULL, "The same once more:"), &again, diag));
    if (io_password->len == 0)
        return diag_set(diag, ERR_INVALID,
                        N_("The password is empty. Give --no-password if you want none."));
    if (!str_equal(strbuf_str(io_password), strbuf_str(&again)))
        return diag_set(diag, ERR_INVALID, N_("The two passwords are not the same."));
    return ERR_OK;
}

static void say(const CommandContext *context, const StrBuf *line) {
    fwrite(strbuf_text(line), 1, line->len, context->out);
    fputc('\n', context->out);
}

static Err list_keygen_run(CommandContext *context, const void *untyped, Diag *diag) {
    const ListKeygenOptions *options = untyped;
    _cleanup_(secret_done) StrBuf password = {0}, file = {0};
    _cleanup_strbuf_ StrBuf public_file = STRBUF(MINISIGN_FILE_MAX), line = STRBUF(1 << 16);
    MinisignSecretKey secret;
    MinisignPublicKey key;
    if (!options->may_replace) {
        TRY(absent_check(options->secret, diag));
        TRY(absent_check(options->public, diag));
    }
    TRY(secret_begin(&password, MINISIGN_PASSWORD_MAX, diag));
    TRY(secret_begin(&file, MINISIGN_FILE_MAX, diag));
    if (!options->is_unprotected)
        TRY(new_password(context, &password, diag));
    minisign_keygen(&secret, &key);
    Err err = minisign_secret_put(&file, &secret, strbuf_str(&password), MINISIGN_COST_TOOL, diag);
    minisign_wipe(&secret, sizeof secret);
    TRY(err);
    minisign_public_put(&public_file, &key);
    TRY(file_replace(options->secret, strbuf_str(&file), true, diag));
    TRY(file_replace(options->public, strbuf_str(&public_file), false, diag));
    tr_put(&line, context->lang, NULL,
           "The secret key is in {secret}: keep it to yourself. The public key is in {public}: "
           "give it to everyone who is to check your lists.",
           MSG_ARGS(msg_ident("secret", str_from(options->secret)),
                    msg_ident("public", str_from(options->public))));
    say(context, &line);
    return ERR_OK;
}

const Command list_keygen_command = {
    .name = "list keygen",
    .summary = N_("Make a pair of keys for signing lists"),
    .options = LIST_KEYGEN_OPTIONS,
    .options_size = sizeof(ListKeygenOptions),
    .preset = list_keygen_preset,
    .run = list_keygen_run,
    .description = N_("The keys are those of the program minisign, which can use them as well. The "
                      "password is asked for on the terminal, or read as two lines from standard "
                      "input."),
};

typedef struct ListSignOptions {
    const char *secret, *comment, *out;
} ListSignOptions;

static const Option LIST_SIGN_OPTIONS[] = {
    {.name = "secret",
     .letter = 's',
     .kind = OPTION_TEXT,
     .offset = offsetof(ListSignOptions, secret),
     .value = N_("SECKEY"),
     .help = N_("The file with the secret key; seventh.key unless given")},
    {.name = "comment",
     .letter = 'c',
     .kind = OPTION_TEXT,
     .offset = offsetof(ListSignOptions, comment),
     .value = N_("TEXT"),
     .help = N_("What the signature says besides; the time and the name of the file unless given")},
    {0},
};

static void list_sign_preset(void *untyped) {
    ((ListSignOptions *)untyped)->secret = "seventh.key";
}

static Err secret_load(const CommandContext *context, const char *path, MinisignSecretKey *ret,
                       Diag *diag) {
    _cleanup_(secret_done) StrBuf file = {0}, password = {0};
    bool is_protected = false;
    TRY(secret_begin(&file, MINISIGN_FILE_MAX, diag));
    TRY(secret_begin(&password, MINISIGN_PASSWORD_MAX, diag));
    TRY(file_read_all(path, &file, diag));
    Err err = minisign_secret_is_protected(strbuf_str(&file), &is_protected, diag);
    if (err == ERR_OK && is_protected)
        err = password_ask(context, tr(context->lang, NULL, "Password of the secret key:"),
                           &password, diag);
    if (err == ERR_OK)
        err = minisign_secret_parse(strbuf_str(&file), strbuf_str(&password), ret, diag);
    if (err != ERR_OK)
        diag_file(diag, str_from(path));
    return err;
}

static Err comment_make(const ListSignOptions *options, const char *path, StrBuf *out, Diag *diag) {
    if (options->comment != NULL) {
        strbuf_put_text(out, options->comment);
    } else {
        const char *slash = strrchr(path, '/');
        int64_t now_ms;
        TRY(source_date_ms(&now_ms, diag));
        strbuf_printf(out, "timestamp:%lld\tfile:%s\thashed", (long long)(now_ms / 1000),
                      slash == NULL ? path : slash + 1);
    }
    return strbuf_err(out) == ERR_OK
               ? ERR_OK
               : diag_set(
                     diag, ERR_INVALID,
                     N_("The comment of a signature must be one line of at most 1,024 bytes."));
}

// A damaged list is never signed.
static Err list_is_sound(const char *path, Diag *diag) {
    _cleanup_(list_freep) List *list = NULL;
    TRY(list_open(path, &list, diag));
    Err err = list_check(list, diag);
    if (err != ERR_OK)
        diag_file(diag, str_from(path));
    return err;
}

static Err list_sign_run(CommandContext *context, const void *untyped, Diag *diag) {
    const ListSignOptions *options = untyped;
    const char *path = context->operands[0];
    _cleanup_close_ int fd = -1;
    _cleanup_strbuf_ StrBuf signature = STRBUF(MINISIGN_FILE_MAX), out = STRBUF(1 << 16),
                            comment = STRBUF(MINISIGN_COMMENT_MAX), line = STRBUF(1 << 16);
    MinisignSecretKey secret;
    TRY(list_is_sound(path, diag));
    TRY(comment_make(options, path, &comment, diag));
    TRY(file_open_read(path, &fd, diag));
    TRY(secret_load(context, options->secret, &secret, diag));
    Err err = minisign_sign(&secret, fd, strbuf_str(&comment), &signature, diag);
    minisign_wipe(&secret, sizeof secret);
    TRY(err);
    strbuf_put_text(&out, path);
    strbuf_put_text(&out, ".minisig");
    TRY(strbuf_err(&out));
    TRY(file_replace(strbuf_text(&out), strbuf_str(&signature), false, diag));
    tr_put(&line, context->lang, NULL, "The signature is in {file}.",
           MSG_ARGS(msg_ident("file", strbuf_str(&out))));
    say(context, &line);
    return ERR_OK;
}

const Command list_sign_command = {
    .name = "list sign",
    .summary = N_("Sign a list file"),
    .operands = N_("LIST"),
    .operands_min = 1,
    .operands_max = 1,
    .options = LIST_SIGN_OPTIONS,
    .options_size = sizeof(ListSignOptions),
    .preset = list_sign_preset,
    .run = list_sign_run,
    .description = N_("The signature is written beside the list, with the ending .minisig; the "
                      "program minisign checks it as well. The list is verified first."),
};
