// Checking a node: what is wrong with its files, ledger, database and backups, or worth knowing.
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/clock.h"
#include "base/file.h"
#include "ledger/log_inside.h"
#include "ledger/node_inside.h"
#include "ledger/verify.h"

enum { BACKUP_DAYS_MAX = 8, CHECK_AT_ONCE = 4096 };

typedef struct Checking {
    Node *node;
    const StoreRequest *request;
    NodeFound *found;
    void *context;
} Checking;

static void tell(const Checking *checking, bool is_fault, const char *msgid, const char *path) {
    Diag diag = {.offset = -1, .record = -1};
    diag_set(&diag, is_fault ? ERR_STATE : ERR_OK, msgid);
    if (path != NULL)
        diag_file(&diag, str_from(path));
    checking->found(checking->context, is_fault, &diag);
}

// What a part of the check came to: its error is a finding, unless checking itself was stopped.
static Err result_tell(const Checking *checking, Err err, const Diag *diag) {
    if (err == ERR_INTERRUPTED || err == ERR_TIMEOUT || err == ERR_NOMEM)
        return err;
    if (err != ERR_OK)
        checking->found(checking->context, true, diag);
    return ERR_OK;
}

// --- Files ------------------------------------------------------------------------------------

static void permission_check(const Checking *checking, const char *path) {
    struct stat status;
    if (lstat(path, &status) != 0)
        return;
    if ((status.st_mode & 077) != 0)
        tell(checking, true, N_("Others than its owner can reach {file}."), path);
    else if (status.st_uid != geteuid())
        tell(checking, true,
             N_("{file} belongs to another user than the one that runs this program."), path);
}

static Err permissions_check(const Checking *checking, Diag *diag) {
    static const char *const FILES[] = {"node",      "keys",         "keys/ledger",  "keys/node",
                                        "keys/ring", "store.db",     "store.db-wal", "store.db-shm",
                                        "copies",    "store.db-open"};
    const char *folder = checking->node->folder;
    permission_check(checking, folder);
    for (size_t i = 0; i < sizeof FILES / sizeof FILES[0]; i++) {
        char path[LEDGER_PATH_MAX];
        TRY(node_path(folder, FILES[i], path, diag));
        permission_check(checking, path);
    }
    return ERR_OK;
}

static void closedirp(DIR **listing) {
    if (*listing != NULL)
        closedir(*listing);
}

// Whether the device, or one that it stands on, is encrypted (device mapper's word).
static bool device_is_encrypted(const char *device, int depth) {
    char path[LEDGER_PATH_MAX];
    _cleanup_strbuf_ StrBuf uuid = STRBUF(256);
    snprintf(path, sizeof path, "%s/dm/uuid", device);
    if (file_read_all(path, &uuid, NULL) == ERR_OK &&
        str_has_prefix(strbuf_str(&uuid), STR("CRYPT-")))
        return true;
    // Of devices made of several, the first stands for all.
    snprintf(path, sizeof path, "%s/slaves", device);
    _cleanup_(closedirp) DIR *listing = opendir(path);
    const struct dirent *slave;
    while (listing != NULL && depth < 8 && (slave = readdir(listing)) != NULL) {
        if (slave->d_name[0] == '.')
            continue;
        char below[LEDGER_PATH_MAX + 300];
        snprintf(below, sizeof below, "%s/%s", path, slave->d_name);
        return strlen(below) < 1024 && device_is_encrypted(below, depth + 1);
    }
    return false;
}

static void disk_check(const Checking *checking) {
    struct stat status, device_status;
    char device[64];
    if (stat(checking->node->folder, &status) != 0)
        return;
    snprintf(device, sizeof device, "/sys/dev/block/%u:%u", major(status.st_dev),
             minor(status.st_dev));
    if (stat(device, &device_status) != 0)
        tell(checking, false,
             N_("It cannot be told whether the disk that holds {file} is encrypted."),
             checking->node->folder);
    else if (!device_is_encrypted(device, 0))
        tell(checking, false,
             N_("The disk that holds {file} is not encrypted. Erased keys may stay on it."),
             checking->node->folder);
}

// --- The ledger -------------------------------------------------------------------------------

static Err published_check(const Checking *checking, Diag *diag) {
    char path[LEDGER_PATH_MAX];
    LedgerVerifyOptions options = {.log = node_verifier(checking->node)};
    LedgerReport report;
    TRY(node_path(checking->node->folder, "ledger", path, diag));
    TRY(ledger_verify(path, &options, &report, diag));
    return report.is_exercise == checking->node->keys.identity.is_exercise || report.size == 0
               ? ERR_OK
               : diag_set(diag, ERR_CONFLICT,
                          N_("The ledger's first entry is not what the node is for."));
}

static Err database_check(const Checking *checking, Diag *diag) {
    LedgerLogCheck check = {0};
    while (!check.is_done)
        TRY(ledger_log_verify(checking->node->log, checking->request, &check, CHECK_AT_ONCE, diag));
    if (check.recovered == 0)
        return ERR_OK;
    Diag finding = {.offset = -1, .record = -1};
    diag_set(&finding, ERR_OK,
             N_("{count} entries were recovered from the published ledger after a restore; their "
                "details are lost."));
    diag_arg_int(&finding, "count", (int64_t)check.recovered);
    checking->found(checking->context, false, &finding);
    return ERR_OK;
}

// --- Backups ----------------------------------------------------------------------------------

static void backups_check(const Checking *checking) {
    Node *node = checking->node;
    static const int64_t DAY_MS = 86400000;
    NodeCopy *copies = calloc(NODE_COPIES_MAX, sizeof *copies);
    size_t count = 0;
    int64_t newest = 0;
    if (copies == NULL)
        return;
    if (!node->keys.identity.has_recovery)
        tell(
            checking, true,
            N_("No recovery key is set: nothing can be backed up, and what this disk holds is lost "
               "with it."),
            NULL);
    node_copies(node, copies, &count);
    for (size_t i = 0; i < count; i++) {
        if (copies[i].backup_ms > newest)
            newest = copies[i].backup_ms;
        if (!copies[i].is_current)
            tell(checking, true,
                 N_("The key ring in the backup {file} can still open what was erased since. Make "
                    "it reachable, or destroy it and give the place up."),
                 copies[i].path);
    }
    if (count == 0)
        tell(checking, false, N_("There is no backup yet."), NULL);
    else if (clock_utc_ms() - newest > BACKUP_DAYS_MAX * DAY_MS)
        tell(checking, false, N_("The last backup was made more than eight days ago."), NULL);
    free(copies);
}

Err node_check(Node *node, const StoreRequest *request, NodeFound *found, void *context,
               Diag *diag) {
    Checking checking = {node, request, found, context};
    Diag own = {0};
    if (diag == NULL)
        diag = &own;
    TRY(permissions_check(&checking, diag));
    disk_check(&checking);
    *diag = (Diag){.offset = -1, .record = -1};
    TRY(result_tell(&checking, store_check(node->store, request, diag), diag));
    TRY(result_tell(&checking, published_check(&checking, diag), diag));
    TRY(result_tell(&checking, database_check(&checking, diag), diag));
    TRY(result_tell(&checking, ledger_ring_is_current(node->log, diag), diag));
    backups_check(&checking);
    return ERR_OK;
}
