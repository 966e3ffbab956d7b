// Backup and restore, and above all: what was erased stays erased whichever backup is restored.
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "ledger/verify.h"
#include "node_fixture.h"

static bool said(Err err, const Diag *diag) {
    CHECK_OK(err);
    if (err != ERR_OK) {
        fixture_print(diag);
        printf("# file %s\n", diag->file);
    }
    return err == ERR_OK;
}

static bool backup_make(NodeFixture *fixture, const char *folder, NodeBackup *ret) {
    Diag diag = {0};
    return said(node_backup(fixture->node, folder, NULL, NULL, ret, &diag), &diag);
}

static Err restore_to(NodeFixture *from, const char *backup, const char *name, NodeFixture *to,
                      NodeRestored *ret, Diag *diag) {
    static int number;
    char folder[32];
    NodeOptions options = node_fixture_options();
    snprintf(folder, sizeof folder, "restored-%d", ++number);
    node_fixture_path(to->folder, folder);
    to->secret = from->secret;
    NodeRestore restore = {
        .backup = backup, .name = name, .folder = to->folder, .secret = &from->secret};
    return node_restore(&restore, &options, ret, diag);
}

static bool restored(NodeFixture *from, const char *backup, const char *name, NodeFixture *to,
                     NodeRestored *ret) {
    Diag diag = {0};
    return said(restore_to(from, backup, name, to, ret, &diag), &diag) && node_fixture_open(to);
}

static bool skips(void) {
    if (fixture_is_postgres())
        t_skip("a PostgreSQL database is backed up by its own tools");
    return fixture_is_postgres();
}

TEST(a_backup_is_restored_elsewhere_and_works_on)
{
    if (skips())
        return;
    _cleanup_node_ NodeFixture fixture = {0}, other = {0};
    char backup[512];
    NodeBackup made;
    NodeRestored back;
    REQUIRE(node_fixture_make(&fixture));
    node_fixture_fill(fixture.node, 300, "seen");
    uint64_t index = node_fixture_view(fixture.node, "kept");
    node_fixture_path(backup, "backup");
    REQUIRE(backup_make(&fixture, backup, &made));
    CHECK(made.has_database && made.bytes > 0);
    CHECK_INT(made.entries, 302);
    CHECK_INT(node_fixture_count(fixture.node, LEDGER_BACKUP_MADE), 1);
    node_fixture_close(&fixture);
    REQUIRE(restored(&fixture, backup, NULL, &other, &back));
    CHECK_STR(str_from(back.name), made.name);
    CHECK_INT(back.entries, 302);
    CHECK_INT(back.recovered, 0);
    CHECK(!other.start.was_unclean);
    CHECK(node_fixture_says(other.node, index, "kept"));
    CHECK_INT(node_fixture_count(other.node, LEDGER_BACKUP_RESTORED), 1);
    index = node_fixture_view(other.node, "new");
    CHECK(node_fixture_says(other.node, index, "new"));
    CHECK_INT(node_fixture_verified(other.node), 304);
}

TEST(what_was_erased_after_a_backup_stays_erased_when_it_is_restored)
{
    if (skips())
        return;
    _cleanup_node_ NodeFixture fixture = {0}, other = {0};
    char backup[512];
    NodeBackup before, after;
    NodeRestored back;
    REQUIRE(node_fixture_make(&fixture));
    uint64_t erased = node_fixture_view(fixture.node, "to be erased");
    uint64_t kept = node_fixture_view(fixture.node, "to be kept");
    node_fixture_path(backup, "erased");
    REQUIRE(backup_make(&fixture, backup, &before));
    CHECK_OK(node_fixture_erase(fixture.node, erased));
    CHECK_ERR(node_fixture_payload_err(fixture.node, erased), ERR_NOT_FOUND);
    CHECK(node_fixture_says(fixture.node, kept, "to be kept"));
    uint64_t size = node_fixture_verified(fixture.node);
    // The generation of before the erasure, where the payload still stands, sealed.
    REQUIRE(restored(&fixture, backup, before.name, &other, &back));
    CHECK_ERR(node_fixture_payload_err(other.node, erased), ERR_NOT_FOUND);
    CHECK(node_fixture_says(other.node, kept, "to be kept"));
    CHECK(node_fixture_verified(other.node) > 0);
    CHECK(size > 0);
    node_fixture_close(&other);
    // And after a further backup, when the published ledger knows of the erasure.
    REQUIRE(backup_make(&fixture, backup, &after));
    REQUIRE(restored(&fixture, backup, before.name, &other, &back));
    CHECK(back.recovered > 0);
    CHECK_ERR(node_fixture_payload_err(other.node, erased), ERR_NOT_FOUND);
    CHECK(node_fixture_says(other.node, kept, "to be kept"));
    CHECK_INT(node_fixture_count(other.node, LEDGER_RECORD_ERASED), 1);
    CHECK_INT(node_fixture_verified(other.node), size + 1);
}

// A restored ledger goes on where the published one was, and takes no slot that was erased.
TEST(a_restored_ledger_continues_what_was_published)
{
    if (skips())
        return;
    _cleanup_node_ NodeFixture fixture = {0}, other = {0};
    char backup[512], path[600];
    NodeBackup first, second;
    NodeRestored back;
    LedgerRow rows[64];
    size_t count;
    REQUIRE(node_fixture_make(&fixture));
    node_fixture_path(backup, "continues");
    node_fixture_view(fixture.node, "early");
    REQUIRE(backup_make(&fixture, backup, &first));
    node_fixture_fill(fixture.node, 15, "late");
    for (uint64_t i = 0; i < 6; i++)
        CHECK_OK(node_fixture_erase(fixture.node, i + 4));
    REQUIRE(backup_make(&fixture, backup, &second));
    snprintf(path, sizeof path, "%s/ledger", backup);
    TileFolder folder = {path};
    _cleanup_strbuf_ StrBuf seen = STRBUF(NOTE_MAX);
    CHECK_OK(tile_folder_checkpoint(&folder, &seen, NULL));
    node_fixture_close(&fixture);
    REQUIRE(restored(&fixture, backup, first.name, &other, &back));
    CHECK_INT(back.entries, 2);
    CHECK_INT(back.recovered, 22); // the first backup's entry, 15 views, 6 erasures
    CHECK_OK(ledger_log_read(node_log(other.node), NULL, 0, rows, 64, &count, NULL));
    REQUIRE(count == 25);
    CHECK_INT(rows[1].payload, LEDGER_PAYLOAD_KEPT);
    CHECK_INT(rows[2].payload, LEDGER_PAYLOAD_LOST);
    CHECK_STR(str_from(rows[24].entry.kind), "backup-restored");
    CHECK(node_fixture_says(other.node, 1, "early"));
    CHECK_ERR(node_fixture_payload_err(other.node, 3), ERR_NOT_FOUND);
    node_fixture_fill(other.node, 30, "anew");
    for (uint64_t i = 25; i < 55; i++)
        CHECK(node_fixture_says(other.node, i, "anew"));
    CHECK_OK(node_fixture_erase(other.node, 50));
    CHECK_ERR(node_fixture_payload_err(other.node, 50), ERR_NOT_FOUND);
    CHECK(node_fixture_says(other.node, 51, "anew"));
    CHECK_INT(node_fixture_verified(other.node), 56);
    // For whoever saw the ledger before, it only grew.
    LedgerReport report;
    LedgerVerifyOptions options = {.log = node_verifier(other.node), .earlier = strbuf_str(&seen)};
    snprintf(path, sizeof path, "%s/ledger", other.folder);
    CHECK_OK(ledger_verify(path, &options, &report, NULL));
    node_fixture_close(&other);
    CHECK(node_fixture_open(&other));
}

// The ring's copy is overwritten when something is erased; as long as it is not, that is told.
TEST(an_erasure_reaches_the_copies_of_the_ring)
{
    _cleanup_node_ NodeFixture fixture = {0};
    char backup[512], aside[512];
    NodeBackup made;
    NodeCopy copies[NODE_COPIES_MAX];
    size_t count, behind;
    REQUIRE(node_fixture_make(&fixture));
    node_fixture_path(backup, "reached");
    node_fixture_path(aside, "reached-aside");
    REQUIRE(backup_make(&fixture, backup, &made));
    CHECK_INT(made.has_database, !fixture_is_postgres());
    node_copies(fixture.node, copies, &count);
    CHECK_INT(count, 1);
    CHECK(copies[0].is_current && copies[0].backup_ms > 0);
    CHECK_OK(node_fixture_erase(fixture.node, node_fixture_view(fixture.node, "x")));
    node_copies(fixture.node, copies, &count);
    CHECK(copies[0].is_current);
    // The disk is away.
    CHECK(rename(backup, aside) == 0);
    CHECK_OK(node_fixture_erase(fixture.node, node_fixture_view(fixture.node, "y")));
    node_copies(fixture.node, copies, &count);
    CHECK(!copies[0].is_current);
    node_fixture_close(&fixture);
    REQUIRE(node_fixture_open(&fixture));
    CHECK_OK(node_copies_update(fixture.node, &behind, NULL));
    CHECK_INT(behind, 1);
    // An empty folder where the disk should be does not count.
    CHECK(mkdir(backup, 0700) == 0);
    CHECK_OK(node_copies_update(fixture.node, &behind, NULL));
    CHECK_INT(behind, 1);
    CHECK(rmdir(backup) == 0);
    CHECK(rename(aside, backup) == 0);
    node_fixture_close(&fixture);
    REQUIRE(node_fixture_open(&fixture));
    node_copies(fixture.node, copies, &count);
    CHECK(copies[0].is_current);
    CHECK_OK(node_copy_forget(fixture.node, copies[0].path, NULL));
    CHECK_ERR(node_copy_forget(fixture.node, copies[0].path, NULL), ERR_NOT_FOUND);
    node_copies(fixture.node, copies, &count);
    CHECK_INT(count, 0);
}

// Somebody kept an old copy of the ring and puts it back, with the database of that time.
TEST(an_old_ring_is_refused_or_made_young)
{
    if (skips())
        return;
    _cleanup_node_ NodeFixture fixture = {0}, other = {0};
    char backup[512], path[600], ring[600];
    NodeBackup before, after;
    NodeRestored back;
    Diag diag = {0};
    _cleanup_strbuf_ StrBuf old = STRBUF(1 << 20), old_own = STRBUF(1 << 20);
    REQUIRE(node_fixture_make(&fixture));
    uint64_t erased = node_fixture_view(fixture.node, "to be erased");
    node_fixture_path(backup, "old-ring");
    REQUIRE(backup_make(&fixture, backup, &before));
    snprintf(path, sizeof path, "%s/ring.sealed", backup);
    snprintf(ring, sizeof ring, "%s/keys/ring", fixture.folder);
    CHECK_OK(file_read_all(path, &old, NULL));
    CHECK_OK(file_read_all(ring, &old_own, NULL));
    CHECK_OK(node_fixture_erase(fixture.node, erased));
    REQUIRE(backup_make(&fixture, backup, &after));
    node_fixture_close(&fixture);
    // In the node itself: the database knows what was erased, and it is erased once more.
    CHECK_OK(file_replace(ring, strbuf_str(&old_own), true, NULL));
    REQUIRE(node_fixture_open(&fixture));
    CHECK_INT(fixture.start.erasures, 1);
    CHECK_ERR(node_fixture_payload_err(fixture.node, erased), ERR_NOT_FOUND);
    node_fixture_close(&fixture);
    // In the backup: the newer database does the same, the older one cannot and is refused.
    CHECK_OK(file_replace(path, strbuf_str(&old), true, NULL));
    REQUIRE(restored(&fixture, backup, after.name, &other, &back));
    CHECK_ERR(node_fixture_payload_err(other.node, erased), ERR_NOT_FOUND);
    node_fixture_close(&other);
    CHECK_OK(file_replace(path, strbuf_str(&old), true, NULL));
    CHECK_ERR(restore_to(&fixture, backup, before.name, &other, &back, &diag), ERR_STATE);
}

TEST(wrong_keys_and_changed_backups_are_refused)
{
    if (skips())
        return;
    _cleanup_node_ NodeFixture fixture = {0}, stranger = {0}, other = {0};
    char backup[512];
    NodeBackup made;
    NodeRestored back;
    REQUIRE(node_fixture_make(&fixture));
    REQUIRE(node_fixture_make(&stranger));
    node_fixture_path(backup, "changed");
    REQUIRE(backup_make(&fixture, backup, &made));
    CHECK_ERR(node_backup(stranger.node, backup, NULL, NULL, &made, NULL), ERR_CONFLICT);
    CHECK_ERR(restore_to(&stranger, backup, NULL, &other, &back, NULL), ERR_CORRUPT);
    CHECK_ERR(restore_to(&fixture, backup, "store-none", &other, &back, NULL), ERR_NOT_FOUND);
    CHECK_ERR(restore_to(&fixture, backup, "../store", &other, &back, NULL), ERR_INVALID);
    DIR *listing = opendir(backup);
    const struct dirent *file;
    int changed = 0;
    while (listing != NULL && (file = readdir(listing)) != NULL) {
        char path[1024];
        Diag diag = {0};
        Str name = str_from(file->d_name);
        if (!str_has_suffix(name, STR(".sealed")) && !str_has_suffix(name, STR(".note")))
            continue;
        if (str_has_prefix(name, STR("copies")))
            continue;
        _cleanup_strbuf_ StrBuf content = STRBUF(16 << 20);
        snprintf(path, sizeof path, "%s/%s", backup, file->d_name);
        CHECK_OK(file_read_all(path, &content, NULL));
        content.ptr[content.len / 2] ^= 1;
        CHECK_OK(file_replace(path, strbuf_str(&content), true, NULL));
        Err err = restore_to(&fixture, backup, NULL, &other, &back, &diag);
        CHECK(err == ERR_CORRUPT || err == ERR_SIGNATURE || err == ERR_SYNTAX ||
              err == ERR_NOT_FOUND);
        content.ptr[content.len / 2] ^= 1;
        CHECK_OK(file_replace(path, strbuf_str(&content), true, NULL));
        changed++;
    }
    if (listing != NULL)
        closedir(listing);
    CHECK_INT(changed, 4);
    CHECK(restored(&fixture, backup, NULL, &other, &back));
    // A node is not restored over another.
    NodeOptions options = node_fixture_options();
    NodeRestore restore = {.backup = backup, .folder = stranger.folder, .secret = &fixture.secret};
    CHECK_ERR(node_restore(&restore, &options, &back, NULL), ERR_EXISTS);
    CHECK(node_fixture_view(stranger.node, "untouched") > 0);
}

TEST(without_a_recovery_key_nothing_is_backed_up)
{
    _cleanup_node_ NodeFixture fixture = {0};
    char backup[512];
    NodeBackup made;
    NodePlan plan = {.name = STR("node.example/ledger")};
    NodeOptions options;
    RecoveryPublic recovery;
    if (fixture_is_postgres())
        store_free(fixture_open(NULL));
    options = node_fixture_options();
    node_fixture_path(fixture.folder, "keyless");
    node_fixture_path(backup, "keyless-backup");
    CHECK_OK(node_create(fixture.folder, &plan, NULL));
    CHECK_OK(node_open(fixture.folder, &options, &fixture.node, NULL, NULL));
    CHECK_ERR(node_backup(fixture.node, backup, NULL, NULL, &made, NULL), ERR_STATE);
    CHECK(access(backup, F_OK) != 0);
    recovery_keygen(&fixture.secret, &recovery);
    CHECK_OK(node_recovery_set(fixture.node, &recovery, NULL));
    CHECK_OK(node_backup(fixture.node, backup, NULL, NULL, &made, NULL));
}

// A database that was put back by its own tools (PostgreSQL's, say) while the node's folder stayed.
TEST(a_database_restored_by_other_means_is_recovered)
{
    _cleanup_node_ NodeFixture fixture = {0};
    NodeRestored back;
    Node *node = NULL;
    REQUIRE(node_fixture_make(&fixture));
    NodeOptions options = node_fixture_options();
    for (int i = 0; i < 10; i++)
        node_fixture_view(fixture.node, "seen");
    CHECK_OK(ledger_log_publish(node_log(fixture.node), NULL, NULL));
    Store *store = node_store(fixture.node);
    CHECK_OK(fixture_execute(store, "DELETE FROM ledger_payloads WHERE entry >= 6"));
    CHECK_OK(fixture_execute(store, "DELETE FROM ledger_leaves WHERE entry >= 6"));
    CHECK_OK(fixture_execute(store, "UPDATE ledger_head SET size = 6, next_slot = 6"));
    node_fixture_close(&fixture);
    CHECK_ERR(node_open(fixture.folder, &options, &node, NULL, NULL), ERR_CONFLICT);
    CHECK_OK(node_recover(fixture.folder, &options, &back, NULL));
    CHECK_INT(back.entries, 6);
    CHECK_INT(back.recovered, 5);
    REQUIRE(node_fixture_open(&fixture));
    CHECK_INT(node_fixture_verified(fixture.node), fixture.start.entries);
    CHECK(node_fixture_says(fixture.node, 5, "seen"));
}

typedef struct Writing {
    Node *node;
    atomic_bool is_over;
    uint64_t acknowledged;
} Writing;

static void *write_on(void *context) {
    Writing *writing = context;
    while (!atomic_load(&writing->is_over))
        writing->acknowledged = node_fixture_view(writing->node, "meanwhile");
    return NULL;
}

TEST(a_backup_is_made_while_others_write_and_erase)
{
    if (skips())
        return;
    _cleanup_node_ NodeFixture fixture = {0};
    char backup[512];
    REQUIRE(node_fixture_make(&fixture));
    node_fixture_fill(fixture.node, 300, "before");
    node_fixture_path(backup, "hot");
    Writing writing = {.node = fixture.node};
    pthread_t thread;
    REQUIRE(pthread_create(&thread, NULL, write_on, &writing) == 0);
    NodeBackup made[3];
    for (size_t i = 0; i < 3; i++) {
        REQUIRE(backup_make(&fixture, backup, &made[i]));
        CHECK_OK(node_fixture_erase(fixture.node, i + 1));
        CHECK_OK(ledger_log_publish(node_log(fixture.node), NULL, NULL));
    }
    atomic_store(&writing.is_over, true);
    pthread_join(thread, NULL);
    CHECK(strcmp(made[0].name, made[1].name) != 0 && strcmp(made[1].name, made[2].name) != 0);
    node_fixture_close(&fixture);
    for (size_t i = 0; i < 3; i++) {
        _cleanup_node_ NodeFixture other = {0};
        NodeRestored back;
        REQUIRE(restored(&fixture, backup, made[i].name, &other, &back));
        CHECK(back.entries >= made[i].entries);
        CHECK(back.entries + back.recovered >= made[2].entries);
        for (uint64_t entry = 1; entry <= 3; entry++)
            CHECK_ERR(node_fixture_payload_err(other.node, entry), ERR_NOT_FOUND);
        CHECK(node_fixture_says(other.node, 4, "before"));
        CHECK(node_fixture_verified(other.node) > back.entries);
    }
}

// The database on a server is restored by the server's tools; the rest comes from the backup.
TEST(a_node_is_restored_beside_a_database_on_a_server)
{
    if (!fixture_is_postgres()) {
        t_skip("the database is a file");
        return;
    }
    _cleanup_node_ NodeFixture fixture = {0}, other = {0};
    char backup[512];
    NodeBackup made;
    NodeRestored back;
    REQUIRE(node_fixture_make(&fixture));
    for (int i = 0; i < 10; i++)
        node_fixture_view(fixture.node, "seen");
    CHECK_OK(node_fixture_erase(fixture.node, 2));
    node_fixture_path(backup, "server");
    REQUIRE(backup_make(&fixture, backup, &made));
    CHECK(!made.has_database && made.name[0] == '\0');
    // As the server's own backup of some time before had it: without the erasure.
    Store *store = node_store(fixture.node);
    CHECK_OK(fixture_execute(store, "DELETE FROM ledger_erasures"));
    CHECK_OK(fixture_execute(store, "DELETE FROM ledger_payloads WHERE entry >= 6"));
    CHECK_OK(fixture_execute(store, "DELETE FROM ledger_leaves WHERE entry >= 6"));
    CHECK_OK(fixture_execute(store, "UPDATE ledger_head SET size = 6, next_slot = 6"));
    node_fixture_close(&fixture);
    REQUIRE(restored(&fixture, backup, NULL, &other, &back));
    CHECK_INT(back.entries, 6);
    CHECK_INT(back.recovered, 6);
    CHECK(node_fixture_says(other.node, 5, "seen"));
    CHECK_ERR(node_fixture_payload_err(other.node, 2), ERR_NOT_FOUND);
    CHECK_INT(node_fixture_verified(other.node), 13);
}
