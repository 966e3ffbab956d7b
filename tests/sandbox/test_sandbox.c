// Confinement by itself: what the keeper and a child may and may not do. Each case runs in a
// process of its own, which tells by how it ends.
#include "sandbox/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/spawn.h"
#include "t.h"

enum { ENDED_WELL = 0, ENDED_BADLY = 1 };

static const SandboxPolicy POLICY = {
    .memory = 0, .cpu_seconds = 5, .file_size = 0, .open_files = 16};

// The wait status of `act` run as keeper or child.
static int run(bool is_child, void (*act)(void)) {
    pid_t pid = fork();
    if (pid == 0) {
        Sandbox *sandbox = NULL;
        if (sandbox_new(&sandbox, NULL) != ERR_OK || sandbox_enter_keeper(sandbox, NULL) != ERR_OK)
            _exit(99);
        if (is_child && sandbox_enter_child(sandbox, &POLICY, NULL) != ERR_OK)
            _exit(98);
        act();
        _exit(ENDED_WELL);
    }
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

static bool is_violation(int status) {
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS;
}

static void act_compute(void) {
    void *memory = malloc(1 << 20);
    free(memory);
}
static void act_socket(void) {
    (void)socket(AF_INET, SOCK_DGRAM, 0);
}
static void act_exec(void) {
    char *none[] = {NULL};
    execve("/bin/true", none, none);
}
static void act_open(void) {
    // A sanitizer's build refuses instead of killing.
    if (open("/etc/hostname", O_RDONLY) < 0)
        raise(SIGSYS);
}
static void act_fork(void) {
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    int status;
    if (pid < 0 || waitpid(pid, &status, 0) != pid)
        _exit(ENDED_BADLY);
}
static void act_privileges(void) {
    if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
        _exit(ENDED_BADLY);
}

TEST(a_keeper_forks_but_opens_nothing)
{
    CHECK_INT(run(false, act_compute), 0);
    CHECK_INT(run(false, act_fork), 0);
    CHECK_INT(run(false, act_privileges), 0);
    CHECK(is_violation(run(false, act_socket)));
    CHECK(is_violation(run(false, act_exec)));
    if (!sandbox_is_sanitized())
        CHECK(is_violation(run(false, act_open)));
}

TEST(a_child_computes_and_nothing_else)
{
    CHECK_INT(run(true, act_compute), 0);
    CHECK(is_violation(run(true, act_fork)));
    CHECK(is_violation(run(true, act_socket)));
    CHECK(is_violation(run(true, act_exec)));
    if (!sandbox_is_sanitized())
        CHECK(is_violation(run(true, act_open)));
}

static int limited(void (*act)(void), SandboxPolicy policy) {
    pid_t pid = fork();
    if (pid == 0) {
        if (sandbox_limit(&policy, NULL) != ERR_OK)
            _exit(99);
        act();
        _exit(ENDED_WELL);
    }
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

static void act_allocate(void) {
    void *volatile memory = malloc((size_t)512 << 20);
    if (memory == NULL)
        _exit(42);
}
static void act_spin(void) {
    for (volatile unsigned i = 0;; i++) {
    }
}
static void act_look_at_limits(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_CORE, &limit) != 0 || limit.rlim_max != 0 ||
        getrlimit(RLIMIT_FSIZE, &limit) != 0 || (limit.rlim_max != 7 && !sandbox_is_sanitized()) ||
        getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_max != 9)
        _exit(ENDED_BADLY);
}

TEST(limits_hold)
{
    SandboxPolicy policy = {.memory = sandbox_memory_used() + (64 << 20),
                            .cpu_seconds = 1,
                            .file_size = 7,
                            .open_files = 9};
    CHECK(sandbox_memory_used() > 0);
    CHECK_INT(limited(act_look_at_limits, policy), 0);
    if (!sandbox_is_sanitized()) {
        int status = limited(act_allocate, policy);
        CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 42);
    }
    int status = limited(act_spin, policy);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU);
}

// The helper is /bin/sh reading commands from its channel's number: it holds that and 0–2 only.
TEST(a_helper_holds_its_channel_only)
{
    int ends[2], stray = open("/dev/null", O_RDONLY);
    REQUIRE(stray >= 0 && socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0);
    pid_t pid = -1;
    CHECK_OK(helper_spawn("/bin/cat", ends[1], &pid, NULL));
    REQUIRE(pid > 0);
    close(ends[1]);
    // cat reads /dev/null and is gone; what matters is that our end sees it close, which it would
    // not if the helper's end had leaked.
    int status;
    CHECK_INT(waitpid(pid, &status, 0), pid);
    CHECK_INT(status, 0);
    char byte;
    CHECK_INT(recv(ends[0], &byte, 1, 0), 0);
    close(ends[0]);
    close(stray);
    CHECK_ERR(helper_spawn("/nowhere", 0, &pid, NULL), ERR_NOT_FOUND);
}
