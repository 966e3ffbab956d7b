// Want of memory anywhere in a node's life: told as such, nothing leaked, the node whole.
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fault.h"
#include "node_fixture.h"

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *at) {
    (void)status, (void)kind, (void)at;
    return remove(path);
}

static Err erase_work(Tx *tx, void *context, Diag *diag) {
    LedgerDraft draft = {.unit = {{1}}, .purpose = STR("retention")};
    LedgerRange entry = {1, 1};
    LedgerErasure erasure = {.entries = &entry, .entry_count = 1};
    return ledger_log_erase(context, tx, &draft, &erasure, NULL, diag);
}

static Err use(Node *node, const char *backup) {
    NodeBackup made;
    LedgerLogCheck check = {0};
    _cleanup_strbuf_ StrBuf payload = STRBUF(PAYLOAD_MAX + 1);
    LedgerDraft draft = {.kind = LEDGER_STORE_REPAIRED, .unit = {{1}}, .payload = STR("p")};
    TRY(ledger_log_note(node_log(node), NULL, &draft, NULL, NULL));
    TRY(ledger_log_payload_open(node_log(node), NULL, 1, &payload, NULL));
    TRY(store_run(node_store(node), STORE_QUEUED, NULL, erase_work, node_log(node), NULL));
    TRY(ledger_log_erase_finish(node_log(node), NULL));
    TRY(ledger_log_publish(node_log(node), NULL, NULL));
    TRY(ledger_log_verify(node_log(node), NULL, &check, UINT64_MAX, NULL));
    return node_backup(node, backup, NULL, NULL, &made, NULL);
}

static char folder[512], backup[512], again[512];
static RecoverySecret secret;

static Err make_and_use(void) {
    _cleanup_(node_closep) Node *node = NULL;
    NodeOptions options = {.schemas = &LEDGER_SCHEMA, .schema_count = 1};
    NodePlan plan = {.name = STR("node.example/ledger")};
    RecoveryPublic recovery;
    recovery_public_of(&secret, &recovery);
    plan.recovery = &recovery;
    nftw(folder, remove_one, 8, FTW_PHYS | FTW_DEPTH);
    nftw(backup, remove_one, 8, FTW_PHYS | FTW_DEPTH);
    TRY(node_create(folder, &plan, NULL));
    TRY(node_open(folder, &options, &node, NULL, NULL));
    return use(node, backup);
}

static Err restore_it(void) {
    NodeOptions options = {.schemas = &LEDGER_SCHEMA, .schema_count = 1};
    NodeRestore restore = {.backup = backup, .folder = again, .secret = &secret};
    NodeRestored restored;
    nftw(again, remove_one, 8, FTW_PHYS | FTW_DEPTH);
    return node_restore(&restore, &options, &restored, NULL);
}

static void begin(void) {
    RecoveryPublic recovery;
    node_fixture_path(folder, "fault");
    node_fixture_path(backup, "fault-backup");
    node_fixture_path(again, "fault-again");
    recovery_keygen(&secret, &recovery);
}

TEST(a_nodes_life_survives_want_of_memory)
{
    begin();
    FAULT_SWEEP(make_and_use);
}

TEST(a_restore_survives_want_of_memory)
{
    begin();
    CHECK_OK(make_and_use());
    FAULT_SWEEP(restore_it);
}
