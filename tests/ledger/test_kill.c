// Kills in the middle of work, and a full disk: nothing that was acknowledged is lost, what was
// erased stays erased, the ledger verifies, and the next start puts things right and says so.
// SEVENTH_SOAK kills two hundred times.
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "node_fixture.h"

// What the child says of its work once it is acknowledged.
typedef struct Said {
    uint64_t index;
    bool is_erased;
} Said;

static void work_for_ever(const char *folder, int out) {
    NodeOptions options = node_fixture_options();
    Node *node = NULL;
    if (node_open(folder, &options, &node, NULL, NULL) != ERR_OK)
        _exit(2);
    for (uint64_t round = 0;; round++) {
        Said said = {.index = node_fixture_view(node, "acknowledged"), .is_erased = round % 7 == 3};
        if (said.index == UINT64_MAX)
            _exit(3);
        if (said.is_erased && node_fixture_erase(node, said.index) != ERR_OK)
            _exit(4);
        if (write(out, &said, sizeof said) != (ssize_t)sizeof said)
            _exit(5);
        if (round % 3 == 0 && ledger_log_publish(node_log(node), NULL, NULL) != ERR_OK)
            _exit(6);
    }
}

enum { SAID_MAX = 100000 };
typedef struct Memory {
    size_t count;
    Said said[SAID_MAX];
} Memory;

// One child, killed a while after it began, or after its first word.
static void kill_one(const char *folder, Prng *prng, bool waits, Memory *memory) {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        work_for_ever(folder, ends[1]);
    }
    close(ends[1]);
    if (waits && read(ends[0], &memory->said[memory->count], sizeof(Said)) == sizeof(Said))
        memory->count++;
    nanosleep(&(struct timespec){.tv_nsec = (long)prng_below(prng, 60000000)}, NULL);
    kill(child, SIGKILL);
    while (memory->count < SAID_MAX &&
           read(ends[0], &memory->said[memory->count], sizeof(Said)) == sizeof(Said))
        memory->count++;
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(WIFSIGNALED(status));
    if (!WIFSIGNALED(status))
        printf("# the child ended by itself with %d\n", WEXITSTATUS(status));
    close(ends[0]);
}

TEST(a_kill_loses_nothing_acknowledged_and_is_written_down)
{
    int kills = getenv("SEVENTH_SOAK") != NULL ? 200 : 10, unclean = 0;
    _cleanup_node_ NodeFixture fixture = {0};
    static Memory memory;
    Prng prng = {t_seed()};
    REQUIRE(node_fixture_make(&fixture));
    node_fixture_close(&fixture);
    for (int i = 0; i < kills; i++) {
        size_t before = memory.count;
        kill_one(fixture.folder, &prng, i % 4 != 0, &memory);
        REQUIRE(node_fixture_open(&fixture));
        unclean += fixture.start.was_unclean;
        CHECK_INT(node_fixture_count(fixture.node, LEDGER_STORE_REPAIRED), unclean);
        for (size_t n = before; n < memory.count; n++) {
            Said said = memory.said[n];
            REQUIRE(said.index < fixture.start.entries);
            if (said.is_erased)
                CHECK_ERR(node_fixture_payload_err(fixture.node, said.index), ERR_NOT_FOUND);
            else
                CHECK(node_fixture_says(fixture.node, said.index, "acknowledged"));
        }
        CHECK_INT(node_fixture_verified(fixture.node), fixture.start.entries);
        node_fixture_close(&fixture);
    }
    printf("# %d kills, %zu acknowledged, %d unclean stops noticed\n", kills, memory.count,
           unclean);
    CHECK(unclean >= kills / 2);
    CHECK(memory.count >= (size_t)kills / 2);
    // All of it once more, at the end.
    REQUIRE(node_fixture_open(&fixture));
    CHECK(!fixture.start.was_unclean);
    for (size_t n = 0; n < memory.count; n++) {
        Err err = node_fixture_payload_err(fixture.node, memory.said[n].index);
        CHECK_ERR(err, memory.said[n].is_erased ? ERR_NOT_FOUND : ERR_OK);
    }
}

// In a process of its own, since the limit is the process's. Its exit status says what was wrong.
static int fill_the_disk(const char *folder) {
    NodeOptions options = node_fixture_options();
    static char large[100000];
    struct rlimit old, limit;
    Node *node = NULL;
    Diag diag = {0};
    uint64_t done = 0, size = 0;
    Err err = ERR_OK;
    memset(large, 'x', sizeof large - 1);
    signal(SIGXFSZ, SIG_IGN);
    if (node_open(folder, &options, &node, NULL, NULL) != ERR_OK)
        return 1;
    getrlimit(RLIMIT_FSIZE, &old);
    limit = (struct rlimit){.rlim_cur = 1 << 20, .rlim_max = old.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
    LedgerDraft draft = {.kind = LEDGER_STORE_REPAIRED,
                         .unit = node_identity(node)->unit,
                         .payload = str_from(large)};
    for (int i = 0; i < 200 && err == ERR_OK; i++) {
        err = ledger_log_note(node_log(node), NULL, &draft, NULL, &diag);
        done += err == ERR_OK;
    }
    if (err != ERR_FULL || diag.msgid == NULL || done < 2)
        return 2;
    limit.rlim_cur = 200;
    setrlimit(RLIMIT_FSIZE, &limit);
    if (ledger_log_publish(node_log(node), NULL, &diag) != ERR_LIMIT) // EFBIG, as ENOSPC
        return 3;
    setrlimit(RLIMIT_FSIZE, &old);
    if (ledger_log_note(node_log(node), NULL, &draft, NULL, NULL) != ERR_OK)
        return 4;
    if (ledger_log_publish(node_log(node), &size, NULL) != ERR_OK || size != done + 2)
        return 5;
    if (node_fixture_verified(node) != size)
        return 6;
    node_close(node);
    return 0;
}

TEST(a_full_disk_is_told_and_the_work_goes_on_when_there_is_room)
{
    if (fixture_is_postgres()) {
        t_skip("the server's disk is not ours");
        return;
    }
    _cleanup_node_ NodeFixture fixture = {0};
    REQUIRE(node_fixture_make(&fixture));
    node_fixture_close(&fixture);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0)
        _exit(fill_the_disk(fixture.folder));
    int status = -1;
    waitpid(child, &status, 0);
    CHECK(WIFEXITED(status));
    CHECK_INT(WEXITSTATUS(status), 0);
    REQUIRE(node_fixture_open(&fixture));
    CHECK(!fixture.start.was_unclean);
}
