// The files of a node's folder: private, written whole, locked.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/encoding.h"
#include "base/file.h"
#include "crypto/secret.h"
#include "ledger/node_inside.h"

static Err folder_err(Err err, const char *msgid, const char *path, Diag *diag) {
    diag_set(diag, err, msgid);
    diag_file(diag, str_from(path));
    return err;
}

Err node_path(const char *folder, const char *name, char ret[LEDGER_PATH_MAX], Diag *diag) {
    int n = snprintf(ret, LEDGER_PATH_MAX, "%s/%s", folder, name);
    return n > 0 && n < LEDGER_PATH_MAX
               ? ERR_OK
               : folder_err(ERR_LIMIT, N_("The path {file} is too long."), folder, diag);
}

Err node_file_read(const char *folder, const char *name, StrBuf *out, Diag *diag) {
    char path[LEDGER_PATH_MAX];
    TRY(node_path(folder, name, path, diag));
    return file_read_all(path, out, diag);
}

Err node_file_write(const char *folder, const char *name, Str content, Diag *diag) {
    char path[LEDGER_PATH_MAX];
    TRY(node_path(folder, name, path, diag));
    return file_replace(path, content, true, diag);
}

static Err folder_sync(const char *folder, Diag *diag) {
    _cleanup_close_ int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || (fsync(fd) != 0 && errno != EINVAL && errno != EROFS))
        return diag_errno(diag, errno, folder);
    return ERR_OK;
}

Err node_file_remove(const char *folder, const char *name, Diag *diag) {
    char path[LEDGER_PATH_MAX];
    TRY(node_path(folder, name, path, diag));
    if (unlink(path) != 0)
        return errno == ENOENT ? ERR_OK : diag_errno(diag, errno, path);
    return folder_sync(folder, diag);
}

bool node_file_exists(const char *folder, const char *name) {
    char path[LEDGER_PATH_MAX];
    struct stat status;
    return node_path(folder, name, path, NULL) == ERR_OK && lstat(path, &status) == 0;
}

bool node_exists(const char *folder) {
    return node_file_exists(folder, "node") || node_file_exists(folder, "keys");
}

// --- A new node -------------------------------------------------------------------------------

static Err folder_is_empty(const char *folder, Diag *diag) {
    DIR *listing = opendir(folder);
    if (listing == NULL)
        return diag_errno(diag, errno, folder);
    const struct dirent *file;
    bool is_empty = true;
    while ((file = readdir(listing)) != NULL)
        is_empty &= strcmp(file->d_name, ".") == 0 || strcmp(file->d_name, "..") == 0 ||
                    strcmp(file->d_name, "lost+found") == 0;
    closedir(listing);
    return is_empty ? ERR_OK
                    : folder_err(ERR_EXISTS,
                                 N_("The folder {file} is not empty. A node is made in a folder "
                                    "that is empty or does not exist."),
                                 folder, diag);
}

static Err private_folder(const char *path, Diag *diag) {
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        return diag_errno(diag, errno, path);
    return chmod(path, 0700) == 0 ? ERR_OK : diag_errno(diag, errno, path);
}

Err node_folder_begin(const char *folder, Diag *diag) {
    char path[LEDGER_PATH_MAX];
    TRY(folder_make(folder, diag));
    TRY(folder_is_empty(folder, diag));
    TRY(private_folder(folder, diag));
    TRY(node_file_write(folder, "unfinished", STR(""), diag));
    TRY(node_path(folder, "keys", path, diag));
    TRY(private_folder(path, diag));
    TRY(node_path(folder, "ledger", path, diag));
    TRY(private_folder(path, diag));
    return folder_sync(folder, diag);
}

Err node_identity_write(const char *folder, const NodeIdentity *identity, Diag *diag) {
    _cleanup_strbuf_ StrBuf text = STRBUF(NODE_FILE_MAX);
    node_identity_put(&text, identity);
    if (strbuf_err(&text) != ERR_OK)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    return node_file_write(folder, "node", strbuf_str(&text), diag);
}

static Err public_write(const char *folder, const NoteVerifier *ledger, Diag *diag) {
    _cleanup_strbuf_ StrBuf text = STRBUF(NODE_FILE_MAX);
    note_verifier_put(&text, ledger);
    strbuf_put_byte(&text, '\n');
    if (strbuf_err(&text) != ERR_OK)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    return node_file_write(folder, "ledger.pub", strbuf_str(&text), diag);
}

Err node_keys_write(const char *folder, const NodeKeys *keys, Diag *diag) {
    _cleanup_secret_strbuf_ StrBuf signer = STRBUF(NODE_FILE_MAX), key = STRBUF(NODE_FILE_MAX);
    if (strbuf_reserve(&signer, NOTE_KEY_TEXT_MAX) == NULL || strbuf_reserve(&key, 64) == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    note_signer_put(&signer, &keys->signer);
    strbuf_put_byte(&signer, '\n');
    base64_put(&key, keys->node_key.bytes, sizeof keys->node_key.bytes);
    strbuf_put_byte(&key, '\n');
    if (strbuf_err(&signer) != ERR_OK || strbuf_err(&key) != ERR_OK)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    TRY(node_file_write(folder, "keys/ledger", strbuf_str(&signer), diag));
    TRY(node_file_write(folder, "keys/node", strbuf_str(&key), diag));
    TRY(public_write(folder, &keys->signer.verifier, diag));
    return node_identity_write(folder, &keys->identity, diag);
}

// --- Opening ----------------------------------------------------------------------------------

static Err private_check(const char *folder, const char *name, Diag *diag) {
    char path[LEDGER_PATH_MAX];
    struct stat status;
    TRY(node_path(folder, name, path, diag));
    if (lstat(path, &status) != 0)
        return diag_errno(diag, errno, path);
    if ((status.st_mode & 077) != 0)
        return folder_err(ERR_PERMISSION,
                          N_("Others than its owner can reach {file}. Take their rights away "
                             "(chmod go= FILE); if they may have read it, the keys must be "
                             "changed."),
                          path, diag);
    return status.st_uid == geteuid()
               ? ERR_OK
               : folder_err(ERR_PERMISSION,
                            N_("{file} belongs to another user than the one that runs this "
                               "program."),
                            path, diag);
}

static Err key_read(const char *folder, const char *name, StrBuf *out, Diag *diag) {
    TRY(private_check(folder, name, diag));
    if (strbuf_reserve(out, NODE_FILE_MAX) == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    return node_file_read(folder, name, out, diag);
}

static Err damaged(const char *folder, const char *name, Diag *diag) {
    char path[LEDGER_PATH_MAX];
    TRY(node_path(folder, name, path, diag));
    return folder_err(ERR_CORRUPT, N_("{file} is damaged. Restore the node from a backup."), path,
                      diag);
}

Err node_keys_read(const char *folder, NodeKeys *ret, Diag *diag) {
    _cleanup_node_keys_ NodeKeys keys = {0};
    _cleanup_secret_strbuf_ StrBuf text = STRBUF(NODE_FILE_MAX), signer = STRBUF(NODE_FILE_MAX),
                                   key = STRBUF(NODE_FILE_MAX);
    size_t n;
    TRY(private_check(folder, "keys", diag));
    TRY(private_check(folder, "keys/ring", diag));
    TRY(key_read(folder, "node", &text, diag));
    TRY(key_read(folder, "keys/ledger", &signer, diag));
    TRY(key_read(folder, "keys/node", &key, diag));
    Str rest = strbuf_str(&text);
    if (!node_identity_take(&rest, &keys.identity) || rest.len != 0)
        return damaged(folder, "node", diag);
    if (note_signer_parse(str_trim(strbuf_str(&signer)), &keys.signer, NULL) != ERR_OK ||
        strcmp(keys.signer.verifier.name, keys.identity.name) != 0)
        return damaged(folder, "keys/ledger", diag);
    if (!base64_decode(str_trim(strbuf_str(&key)), keys.node_key.bytes, sizeof keys.node_key.bytes,
                       &n) ||
        n != sizeof keys.node_key.bytes)
        return damaged(folder, "keys/node", diag);
    *ret = keys;
    return ERR_OK;
}

Err node_lock(const char *folder, bool may_be_unfinished, int *ret_fd, Diag *diag) {
    char path[LEDGER_PATH_MAX];
    if (!may_be_unfinished && node_file_exists(folder, "unfinished"))
        return folder_err(ERR_STATE,
                          N_("The node in {file} was not created or restored to its end. Empty the "
                             "folder and begin anew."),
                          folder, diag);
    if (!may_be_unfinished && !node_exists(folder))
        return folder_err(ERR_NOT_FOUND, N_("There is no node in {file}."), folder, diag);
    TRY(node_path(folder, "lock", path, diag));
    _cleanup_close_ int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return diag_errno(diag, errno, path);
    if (flock(fd, LOCK_EX | LOCK_NB) != 0)
        return errno == EWOULDBLOCK
                   ? folder_err(ERR_BUSY,
                                N_("Another process works on the node in {file}. Stop it first."),
                                folder, diag)
                   : diag_errno(diag, errno, path);
    *ret_fd = TAKE_FD(fd);
    return ERR_OK;
}

// FileWriter's temporary files, and the plain copy of a backup.
static Err leftovers_in(const char *folder, bool has_rings, unsigned *io_count, Diag *diag) {
    DIR *listing = opendir(folder);
    if (listing == NULL)
        return diag_errno(diag, errno, folder);
    Err err = ERR_OK;
    const struct dirent *file;
    while (err == ERR_OK && (file = readdir(listing)) != NULL) {
        char path[LEDGER_PATH_MAX];
        Str name = str_from(file->d_name);
        if (!str_has_suffix(name, STR(".tmp")) && !str_has_prefix(name, STR("backup.")))
            continue;
        err = node_path(folder, file->d_name, path, diag);
        if (err == ERR_OK && has_rings)
            err = ring_file_destroy(path, diag);
        else if (err == ERR_OK && unlink(path) != 0)
            err = diag_errno(diag, errno, path);
        ++*io_count;
    }
    closedir(listing);
    return err;
}

Err node_leftovers_remove(const char *folder, unsigned *io_count, Diag *diag) {
    char keys[LEDGER_PATH_MAX];
    TRY(node_path(folder, "keys", keys, diag));
    TRY(leftovers_in(folder, false, io_count, diag));
    return leftovers_in(keys, true, io_count, diag);
}
