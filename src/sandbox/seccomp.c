// The two system-call filters, built by libseccomp once and kept as plain BPF, and entering.
//
// Allow-lists: what is not named kills the process with SIGSYS. Calls that libraries make in
// passing and that would only tell something fail instead (SOFT). clone3 hides its flags from the
// filter, so it fails with ENOSYS and the C library falls back to clone, whose flags are seen.
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "base/file.h"
#include "sandbox/limits.h"
#include "sandbox/sandbox.h"

typedef struct Filter {
    struct sock_filter *code;
    unsigned short count;
} Filter;
struct Sandbox {
    Filter keeper, child;
};

// clang-format off
// Computing, and reading and writing what is already open. Threads are allowed (the HEVC library
// decodes in one), processes are not.
static const char *const COMPUTE[] = {
    "read", "pread64", "readv", "preadv", "lseek", "fstat", "write", "writev", "close",
    "munmap", "mremap", "brk", "madvise", "futex", "exit", "exit_group", "rt_sigprocmask",
    "rt_sigaction", "rt_sigreturn", "sigaltstack", "clock_gettime", "clock_getres",
    "clock_nanosleep", "nanosleep", "gettimeofday", "time", "getrandom", "sched_yield",
    "getpid", "gettid", "getuid", "geteuid", "getgid", "getegid", "set_robust_list", "rseq",
    "restart_syscall", "getrusage", "sysinfo", "uname", "set_tid_address",
};
static const char *const SOFT[] = {
    "newfstatat", "statx", "stat", "lstat", "access", "faccessat", "faccessat2", "readlink",
    "readlinkat", "getcwd", "ioctl", "membarrier",
};
static const char *const SOFT_CHILD[] = {
    "prlimit64", "getrlimit", "fcntl", "prctl",
};
// What the keeper does beside that.
static const char *const KEEP[] = {
    "wait4", "waitid", "kill", "pidfd_open", "pidfd_send_signal", "rt_sigtimedwait", "recvmsg",
    "sendmsg", "sendto", "recvfrom", "pipe2", "poll", "ppoll", "dup", "dup2", "dup3",
    "close_range", "prlimit64", "setrlimit", "getrlimit", "prctl", "seccomp", "capset",
    "fcntl", "getppid", "clone", "fork", "tgkill", "fadvise64",
};
// clang-format on

// Names that this machine's architecture does not have are passed over.
static int add(scmp_filter_ctx context, uint32_t action, const char *const *names, size_t count) {
    for (size_t i = 0; i < count; i++) {
        int number = seccomp_syscall_resolve_name(names[i]);
        if (number == __NR_SCMP_ERROR || number < 0)
            continue;
        int code = seccomp_rule_add(context, action, number, 0);
        if (code != 0)
            return code;
    }
    return 0;
}
#define ADD(context, action, names) add(context, action, names, sizeof(names) / sizeof(names)[0])

static int add_common(scmp_filter_ctx context) {
    int code = ADD(context, SCMP_ACT_ALLOW, COMPUTE);
    if (code == 0)
        code = ADD(context, SCMP_ACT_ERRNO(EACCES), SOFT);
    if (code == 0)
        code = seccomp_rule_add(context, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
    // No page becomes executable; no mapping is shared (it could outlive or reach past the limits).
    if (code == 0)
        code = seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
                                SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
                                SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_SHARED, 0));
    if (code == 0)
        code = seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                                SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    // A decoder that does not learn how many processors there are stays in one thread. A sanitizer
    // must know, for every thread; it also reads its own maps when it reports, but copes with being
    // refused.
    if (code == 0)
        code = seccomp_rule_add(context,
                                sandbox_is_sanitized() ? SCMP_ACT_ALLOW : SCMP_ACT_ERRNO(EACCES),
                                SCMP_SYS(sched_getaffinity), 0);
    if (code == 0 && sandbox_is_sanitized())
        code = seccomp_rule_add(context, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(openat), 0);
    return code;
}

static int add_child(scmp_filter_ctx context) {
    int code = ADD(context, SCMP_ACT_ERRNO(EPERM), SOFT_CHILD);
    if (code == 0)
        code = seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
                                SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
    // abort() signals itself before it falls back to a forbidden instruction: refused, it still
    // ends as a crash and not as a violation.
    if (code == 0)
        code = seccomp_rule_add(context, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(tgkill), 1,
                                SCMP_A2(SCMP_CMP_EQ, SIGABRT));
    return code;
}

static Err filter_export(scmp_filter_ctx context, Filter *ret) {
    _cleanup_close_ int fd = memfd_create("filter", MFD_CLOEXEC);
    if (fd < 0 || seccomp_export_bpf(context, fd) != 0)
        return ERR_SANDBOX;
    off_t size = lseek(fd, 0, SEEK_END);
    if (size <= 0 || (size_t)size > SANDBOX_FILTER_MAX * sizeof(struct sock_filter) ||
        lseek(fd, 0, SEEK_SET) != 0)
        return ERR_SANDBOX;
    _cleanup_free_ void *code = malloc((size_t)size);
    if (code == NULL)
        return ERR_NOMEM;
    TRY(fd_read_exact(fd, code, (size_t)size, NULL));
    ret->count = (unsigned short)((size_t)size / sizeof(struct sock_filter));
    ret->code = TAKE(code);
    return ERR_OK;
}

static Err filter_build(bool is_child, Filter *ret) {
    scmp_filter_ctx context = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (context == NULL)
        return ERR_SANDBOX;
    Err err = ERR_SANDBOX;
    // 2: a binary tree over the numbers, which halves the cost of a call.
    (void)seccomp_attr_set(context, SCMP_FLTATR_CTL_OPTIMIZE, 2);
    int code = add_common(context);
    if (code == 0)
        code = is_child ? add_child(context) : ADD(context, SCMP_ACT_ALLOW, KEEP);
    if (code == 0)
        err = filter_export(context, ret);
    seccomp_release(context);
    return err;
}

Err sandbox_new(Sandbox **ret, Diag *diag) {
    _cleanup_(sandbox_freep) Sandbox *sandbox = calloc(1, sizeof *sandbox);
    if (sandbox == NULL)
        return diag_set(diag, ERR_NOMEM, N_("Not enough memory"));
    Err err = filter_build(false, &sandbox->keeper);
    if (err == ERR_OK)
        err = filter_build(true, &sandbox->child);
    if (err != ERR_OK)
        return diag_set(diag, err, N_("The filter on system calls cannot be built"));
    *ret = TAKE(sandbox);
    return ERR_OK;
}

void sandbox_free(Sandbox *sandbox) {
    if (sandbox == NULL)
        return;
    free(sandbox->keeper.code);
    free(sandbox->child.code);
    free(sandbox);
}

static Err filter_install(const Filter *filter, Diag *diag) {
    struct sock_fprog program = {.len = filter->count, .filter = filter->code};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0)
        return diag_set(diag, ERR_SANDBOX,
                        N_("This system does not let a process confine itself (seccomp filters "
                           "are refused), so no hostile file is opened on it"));
    return ERR_OK;
}

Err sandbox_enter_keeper(const Sandbox *sandbox, Diag *diag) {
    bool has_landlock;
    TRY(sandbox_landlock(&has_landlock, diag));
    TRY(sandbox_drop_capabilities(diag));
    // Neither traced nor dumped by others of the same user.
    if (!sandbox_is_sanitized() && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return diag_set(diag, ERR_SANDBOX, N_("Privileges cannot be given up"));
    return filter_install(&sandbox->keeper, diag);
}

Err sandbox_enter_child(const Sandbox *sandbox, const SandboxPolicy *policy, Diag *diag) {
    TRY(sandbox_limit(policy, diag));
    return filter_install(&sandbox->child, diag);
}
