// A node's folder: making it, opening it, who else may, and what an unclean stop leads to.
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "node_fixture.h"

static void mode_check(const char *folder, const char *name, mode_t expected) {
    char path[700];
    struct stat status;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    CHECK(lstat(path, &status) == 0);
    CHECK_INT(status.st_mode & 0777, expected);
}

TEST(a_node_is_made_private_and_opened)
{
    _cleanup_node_ NodeFixture fixture = {0};
    umask(022);
    REQUIRE(node_fixture_make(&fixture));
    CHECK(fixture.start.is_first && !fixture.start.was_unclean);
    CHECK_INT(fixture.start.entries, 1);
    mode_check(fixture.folder, "", 0700);
    mode_check(fixture.folder, "node", 0600);
    mode_check(fixture.folder, "keys", 0700);
    mode_check(fixture.folder, "keys/ledger", 0600);
    mode_check(fixture.folder, "keys/node", 0600);
    mode_check(fixture.folder, "keys/ring", 0600);
    if (!fixture_is_postgres())
        mode_check(fixture.folder, "store.db", 0600);
    uint64_t index = node_fixture_view(fixture.node, "seen");
    node_fixture_close(&fixture);
    REQUIRE(node_fixture_open(&fixture));
    CHECK(!fixture.start.is_first && !fixture.start.was_unclean);
    CHECK_INT(fixture.start.published, 2);
    CHECK(node_fixture_says(fixture.node, index, "seen"));
    CHECK_INT(node_fixture_verified(fixture.node), 2);
}

TEST(a_folder_with_something_in_it_is_left_alone)
{
    char folder[512], path[600];
    NodePlan plan = {.name = STR("node.example/ledger")};
    NodeOptions options = node_fixture_options();
    Node *node = NULL;
    node_fixture_path(folder, "taken");
    CHECK_OK(folder_make(folder, NULL));
    CHECK_ERR(node_open(folder, &options, &node, NULL, NULL), ERR_NOT_FOUND);
    snprintf(path, sizeof path, "%s/letter", folder);
    CHECK_OK(file_replace(path, STR("dear"), false, NULL));
    CHECK_ERR(node_create(folder, &plan, NULL), ERR_EXISTS);
    CHECK(unlink(path) == 0);
    plan.name = STR("not a name");
    CHECK_ERR(node_create(folder, &plan, NULL), ERR_INVALID);
    plan.name = STR("node.example/ledger");
    CHECK_OK(node_create(folder, &plan, NULL));
    CHECK(node_exists(folder));
    CHECK_ERR(node_create(folder, &plan, NULL), ERR_EXISTS);
    // A creation that was interrupted is no node.
    snprintf(path, sizeof path, "%s/unfinished", folder);
    CHECK_OK(file_replace(path, STR(""), true, NULL));
    CHECK_ERR(node_open(folder, &options, &node, NULL, NULL), ERR_STATE);
}

TEST(keys_that_others_can_read_are_refused)
{
    static const char *const FILES[] = {"node", "keys", "keys/ledger", "keys/node", "keys/ring"};
    _cleanup_node_ NodeFixture fixture = {0};
    NodeOptions options;
    REQUIRE(node_fixture_make(&fixture));
    options = node_fixture_options();
    node_fixture_close(&fixture);
    for (size_t i = 0; i < sizeof FILES / sizeof FILES[0]; i++) {
        char path[700];
        struct stat status;
        Node *node = NULL;
        snprintf(path, sizeof path, "%s/%s", fixture.folder, FILES[i]);
        CHECK(stat(path, &status) == 0);
        CHECK(chmod(path, status.st_mode | 040) == 0);
        CHECK_ERR(node_open(fixture.folder, &options, &node, NULL, NULL), ERR_PERMISSION);
        CHECK(chmod(path, status.st_mode) == 0);
    }
    CHECK(node_fixture_open(&fixture));
}

TEST(damaged_files_are_told)
{
    static const char *const FILES[] = {"node", "keys/ledger", "keys/node", "keys/ring"};
    _cleanup_node_ NodeFixture fixture = {0};
    REQUIRE(node_fixture_make(&fixture));
    NodeOptions options = node_fixture_options();
    node_fixture_close(&fixture);
    for (size_t i = 0; i < sizeof FILES / sizeof FILES[0]; i++) {
        char path[700];
        _cleanup_strbuf_ StrBuf content = STRBUF(1 << 20);
        Node *node = NULL;
        Diag diag = {0};
        snprintf(path, sizeof path, "%s/%s", fixture.folder, FILES[i]);
        CHECK_OK(file_read_all(path, &content, NULL));
        CHECK_OK(file_replace(path, str_of(content.ptr, content.len / 2), true, NULL));
        CHECK_ERR(node_open(fixture.folder, &options, &node, NULL, &diag), ERR_CORRUPT);
        CHECK_STR(str_from(diag.file), path);
        CHECK_OK(file_replace(path, strbuf_str(&content), true, NULL));
    }
    CHECK(node_fixture_open(&fixture));
}

// Runs in a process of its own; its exit status is the error.
static Err in_child(const char *folder, bool is_killed) {
    NodeOptions options = node_fixture_options();
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        Node *node = NULL;
        Err err = node_open(folder, &options, &node, NULL, NULL);
        if (err == ERR_OK && is_killed) {
            node_fixture_view(node, "before the end");
            raise(SIGKILL);
        }
        node_close(node);
        _exit((int)err);
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (is_killed)
        CHECK(WIFSIGNALED(status));
    return WIFEXITED(status) ? (Err)WEXITSTATUS(status) : ERR_OK;
}

TEST(two_processes_do_not_work_on_one_node)
{
    _cleanup_node_ NodeFixture fixture = {0};
    REQUIRE(node_fixture_make(&fixture));
    CHECK_ERR(in_child(fixture.folder, false), ERR_BUSY);
    uint64_t index = node_fixture_view(fixture.node, "still ours");
    CHECK(node_fixture_says(fixture.node, index, "still ours"));
    node_fixture_close(&fixture);
    CHECK_OK(in_child(fixture.folder, false));
}

TEST(an_unclean_stop_is_put_right_and_written_down)
{
    _cleanup_node_ NodeFixture fixture = {0};
    char path[700];
    REQUIRE(node_fixture_make(&fixture));
    node_fixture_close(&fixture);
    CHECK_OK(in_child(fixture.folder, true));
    // What a kill in the middle of a file leaves behind.
    snprintf(path, sizeof path, "%s/keys/ring.123.tmp", fixture.folder);
    CHECK_OK(file_replace(path, STR("half a ring"), true, NULL));
    snprintf(path, sizeof path, "%s/backup.db.abc", fixture.folder);
    CHECK_OK(file_replace(path, STR("half a backup"), true, NULL));
    REQUIRE(node_fixture_open(&fixture));
    CHECK(fixture.start.was_unclean);
    CHECK_INT(fixture.start.published, 1);
    CHECK_INT(fixture.start.leftovers, 2);
    CHECK(access(path, F_OK) != 0);
    CHECK_INT(node_fixture_count(fixture.node, LEDGER_STORE_REPAIRED), 1);
    CHECK(node_fixture_says(fixture.node, 1, "before the end"));
    CHECK_INT(node_fixture_verified(fixture.node), 3);
    node_fixture_close(&fixture);
    REQUIRE(node_fixture_open(&fixture));
    CHECK(!fixture.start.was_unclean);
    CHECK_INT(node_fixture_count(fixture.node, LEDGER_STORE_REPAIRED), 1);
}

typedef struct Findings {
    int faults, notes;
    char last[200];
} Findings;

static void finding_add(void *context, bool is_fault, const Diag *finding) {
    Findings *findings = context;
    findings->faults += is_fault;
    findings->notes += !is_fault;
    if (is_fault)
        snprintf(findings->last, sizeof findings->last, "%s", finding->msgid);
}

TEST(a_check_finds_nothing_in_a_sound_node_and_says_what_is_wrong_in_another)
{
    _cleanup_node_ NodeFixture fixture = {0};
    Findings findings = {0};
    char path[700];
    REQUIRE(node_fixture_make(&fixture));
    for (int i = 0; i < 5; i++)
        node_fixture_view(fixture.node, "seen");
    CHECK_OK(ledger_log_publish(node_log(fixture.node), NULL, NULL));
    CHECK_OK(node_check(fixture.node, NULL, finding_add, &findings, NULL));
    CHECK_INT(findings.faults, 0);
    if (findings.faults > 0)
        printf("# %s\n", findings.last);
    CHECK(findings.notes >= 1); // there is no backup yet
    snprintf(path, sizeof path, "%s/keys/node", fixture.folder);
    CHECK(chmod(path, 0644) == 0);
    findings = (Findings){0};
    CHECK_OK(node_check(fixture.node, NULL, finding_add, &findings, NULL));
    CHECK_INT(findings.faults, 1);
    CHECK(strstr(findings.last, "can reach") != NULL);
    CHECK(chmod(path, 0600) == 0);
    snprintf(path, sizeof path, "%s/ledger/tile/entries/000.p/6", fixture.folder);
    _cleanup_close_ int fd = open(path, O_WRONLY | O_CLOEXEC);
    CHECK(fd >= 0 && pwrite(fd, "x", 1, 40) == 1);
    findings = (Findings){0};
    CHECK_OK(node_check(fixture.node, NULL, finding_add, &findings, NULL));
    CHECK_INT(findings.faults, 1);
}
