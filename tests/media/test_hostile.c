// A compromised decoder, every way it could misbehave: the input gets its error, the keeper lives,
// and the next picture decodes as if nothing had been.
#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "media/decode.h"
#include "samples.h"
#include "sandbox/sandbox.h"
#include "t.h"

typedef struct Expectation {
    const char *deed;
    Err err;
    bool is_same_sanitized; // false: a sanitizer's own handlers or limits change what is seen
} Expectation;

static const Expectation EXPECTED[] = {
    {"open", ERR_SANDBOX, true},      {"create", ERR_SANDBOX, true},
    {"unlink", ERR_SANDBOX, true},    {"socket", ERR_SANDBOX, true},
    {"fork", ERR_SANDBOX, true},      {"vfork", ERR_SANDBOX, true},
    {"exec", ERR_SANDBOX, true},      {"kill", ERR_SANDBOX, true},
    {"tgkill", ERR_SANDBOX, true},    {"ptrace", ERR_SANDBOX, true},
    {"mapexec", ERR_SANDBOX, true},   {"protexec", ERR_SANDBOX, true},
    {"share", ERR_SANDBOX, true},     {"truncate", ERR_SANDBOX, true},
    {"overwrite", ERR_SANDBOX, true}, {"allocate", ERR_LIMIT, false},
    {"loop", ERR_TIMEOUT, true},      {"stubborn", ERR_TIMEOUT, true},
    {"sleep", ERR_TIMEOUT, true},     {"recurse", ERR_CRASHED, false},
    {"fault", ERR_CRASHED, false},    {"abort", ERR_CRASHED, false},
    {"leave", ERR_SANDBOX, true},     {"garbage", ERR_SANDBOX, true},
    {"short", ERR_SANDBOX, true},     {"flood", ERR_SANDBOX, true},
    {"twice", ERR_SANDBOX, true},     {"claim", ERR_SANDBOX, true},
    {"fact", ERR_SANDBOX, true},      {"dimension", ERR_SANDBOX, true},
    {"linger", ERR_TIMEOUT, true},    {"thread", ERR_CORRUPT, true},
    {"harmless", ERR_CORRUPT, true},
};

static const MediaOptions OPTIONS = {
    .program = HOSTILE_WORKER,
    .memory_limit = 256 << 20,
    .cpu_seconds = 1,
    .wall_ms = 1600,
};

static Err do_deed(MediaClient *client, const char *deed, Diag *diag) {
    char text[64];
    int n = snprintf(text, sizeof text, "HOSTILE:%s", deed);
    _cleanup_close_ int fd = sample_file(str_of(text, (size_t)n));
    MediaFacts facts;
    Err err = media_decode(client, fd, MEDIA_PDQ, &facts, diag);
    char after[64];
    // Whatever it did, the caller's file is what it was.
    CHECK_INT(pread(fd, after, sizeof after, 0), n);
    CHECK(memcmp(text, after, (size_t)n) == 0);
    return err;
}

static bool decodes_well(MediaClient *client, int fd) {
    MediaFacts facts;
    return media_decode(client, fd, MEDIA_PDQ, &facts, NULL) == ERR_OK &&
           facts.width == SAMPLE_WIDTH && facts.pdq[PDQ_FULL].quality > 50;
}

TEST(each_deed_costs_one_file_only)
{
    _cleanup_strbuf_ StrBuf good = STRBUF(SAMPLE_CEILING);
    REQUIRE(make_png(&good, PNG_RGB));
    _cleanup_close_ int fd = sample_file(strbuf_str(&good));
    _cleanup_(media_client_freep) MediaClient *client = NULL;
    REQUIRE(media_client_new(&OPTIONS, &client, NULL) == ERR_OK);
    for (size_t i = 0; i < sizeof EXPECTED / sizeof EXPECTED[0]; i++) {
        if (sandbox_is_sanitized() && !EXPECTED[i].is_same_sanitized)
            continue;
        Diag diag = {0};
        int failures = t_failures;
        CHECK_ERR(do_deed(client, EXPECTED[i].deed, &diag), EXPECTED[i].err);
        CHECK(decodes_well(client, fd));
        if (t_failures > failures)
            printf("# by %s: %s\n", EXPECTED[i].deed, diag.msgid == NULL ? "" : diag.msgid);
    }
    CHECK(access("/tmp/seventh-hostile", F_OK) != 0);
}

// The one child process of this one.
static pid_t child_of_ours(void) {
    char path[64];
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    _cleanup_strbuf_ StrBuf text = STRBUF(4096);
    if (file_read_all(path, &text, NULL) != ERR_OK)
        return -1;
    return (pid_t)atol(strbuf_text(&text));
}

TEST(a_keeper_that_is_killed_is_replaced)
{
    _cleanup_strbuf_ StrBuf good = STRBUF(SAMPLE_CEILING);
    REQUIRE(make_png(&good, PNG_RGB));
    _cleanup_close_ int fd = sample_file(strbuf_str(&good));
    _cleanup_(media_client_freep) MediaClient *client = NULL;
    REQUIRE(media_client_new(&OPTIONS, &client, NULL) == ERR_OK);
    pid_t keeper = child_of_ours();
    if (keeper <= 0) {
        t_skip("this kernel does not list children");
        return;
    }
    // While idle: nobody notices.
    kill(keeper, SIGKILL);
    usleep(20000);
    CHECK(decodes_well(client, fd));
    // While it serves: that input fails, the next does not.
    keeper = child_of_ours();
    pid_t killer = fork();
    if (killer == 0) {
        usleep(300000);
        kill(keeper, SIGKILL);
        _exit(0);
    }
    CHECK_ERR(do_deed(client, "sleep", NULL), ERR_CRASHED);
    CHECK_INT(waitpid(killer, NULL, 0), killer);
    CHECK(decodes_well(client, fd));
}

TEST(a_child_ends_when_its_client_goes)
{
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    pid_t caller = fork();
    if (caller == 0) {
        close(ends[0]);
        // The write end is inherited by nobody else: the helper is given exact descriptors.
        MediaClient *client = NULL;
        MediaOptions options = OPTIONS;
        options.wall_ms = 60000;
        if (media_client_new(&options, &client, NULL) != ERR_OK)
            _exit(1);
        dprintf(ends[1], "%d\n", (int)child_of_ours());
        (void)do_deed(client, "sleep", NULL);
        _exit(0);
    }
    close(ends[1]);
    char text[32] = "";
    CHECK(read(ends[0], text, sizeof text - 1) > 0);
    usleep(200000);
    kill(caller, SIGKILL);
    waitpid(caller, NULL, 0);
    pid_t keeper = (pid_t)atol(text);
    int64_t deadline_ns = clock_monotonic_ns() + INT64_C(3000000000);
    char path[64], state = 'R';
    snprintf(path, sizeof path, "/proc/%d/stat", (int)keeper);
    while (keeper > 0 && clock_monotonic_ns() < deadline_ns) {
        _cleanup_strbuf_ StrBuf stat = STRBUF(4096);
        if (file_read_all(path, &stat, NULL) != ERR_OK) {
            state = 'X';
            break;
        }
        const char *after = strrchr(strbuf_text(&stat), ')');
        state = after == NULL ? 'R' : after[2];
        if (state == 'Z')
            break;
        usleep(20000);
    }
    CHECK(state == 'X' || state == 'Z');
    close(ends[0]);
}

// Where a process may not confine itself nothing is decoded, and the reason is said.
TEST(without_seccomp_nothing_runs)
{
    pid_t pid = fork();
    if (pid == 0) {
        scmp_filter_ctx context = seccomp_init(SCMP_ACT_ALLOW);
        if (context == NULL ||
            seccomp_rule_add(context, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(seccomp), 0) != 0 ||
            seccomp_load(context) != 0)
            _exit(2);
        MediaClient *client = NULL;
        Diag diag = {0};
        Err err = media_client_new(&OPTIONS, &client, &diag);
        _exit(err == ERR_SANDBOX && client == NULL && strstr(diag.msgid, "seccomp") != NULL ? 0
                                                                                            : 1);
    }
    int status = -1;
    CHECK_INT(waitpid(pid, &status, 0), pid);
    CHECK_INT(status, 0);
}

TEST(a_program_that_is_none_is_an_error_not_a_hang)
{
    MediaClient *client = NULL;
    Diag diag = {0};
    MediaOptions options = {.program = "/bin/true"};
    CHECK_ERR(media_client_new(&options, &client, &diag), ERR_SANDBOX);
    options.program = "/nowhere/seventh-media";
    CHECK_ERR(media_client_new(&options, &client, &diag), ERR_NOT_FOUND);
    CHECK(client == NULL);
}
