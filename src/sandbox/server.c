// Landlock rules and a filter on system calls for the server.
//
// The filter refuses (EPERM) what is not named instead of killing: a library that tries something
// new degrades and does not take everybody's work with it. Running programs kills, since nothing
// but an attack does that here.
#include "sandbox/server.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "sandbox/sandbox.h"

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

// Of linux/landlock.h, restated because older headers lack the later members.
typedef struct Ruleset {
    uint64_t handled_access_fs, handled_access_net, scoped;
} Ruleset;
typedef struct __attribute__((packed)) PathRule {
    uint64_t allowed;
    int32_t parent_fd;
} PathRule;
typedef struct PortRule {
    uint64_t allowed, port;
} PortRule;
enum { VERSION_FLAG = 1, RULE_PATH = 1, RULE_PORT = 2, NET_CONNECT = 2, NET_BOTH = 3 };
enum {
    FS_EXECUTE = 1,
    FS_WRITE_FILE = 2,
    FS_READ_FILE = 4,
    FS_READ_DIR = 8,
    FS_MAKE_CHAR = 64,
    FS_MAKE_BLOCK = 2048,
    FS_TRUNCATE = 1 << 14,
    FS_FILE_RIGHTS = FS_EXECUTE | FS_WRITE_FILE | FS_READ_FILE | FS_TRUNCATE | 1 << 15
};

static const char *const SYSTEM_PATHS[] = {"/etc",
                                           "/usr",
                                           "/lib",
                                           "/lib64",
                                           "/dev/null",
                                           "/dev/urandom",
                                           "/dev/zero",
                                           "/proc/self",
                                           "/proc/meminfo",
                                           "/sys/devices/system/cpu",
                                           "/run/systemd/resolve"};

static Err path_allow(int ruleset, const char *path, uint64_t rights) {
    struct stat status;
    _cleanup_close_ int fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0)
        return ERR_OK;
    if (fstat(fd, &status) != 0)
        return ERR_SANDBOX;
    PathRule rule = {.allowed = S_ISDIR(status.st_mode) ? rights : rights & FS_FILE_RIGHTS,
                     .parent_fd = fd};
    return syscall(SYS_landlock_add_rule, ruleset, RULE_PATH, &rule, 0) == 0 ? ERR_OK : ERR_SANDBOX;
}

static Err rules_add(int ruleset, const ServerConfinement *confinement, uint64_t all, int version) {
    const uint64_t read = FS_READ_FILE | FS_READ_DIR;
    const uint64_t write = all & ~(uint64_t)(FS_EXECUTE | FS_MAKE_CHAR | FS_MAKE_BLOCK);
    for (size_t i = 0; i < sizeof SYSTEM_PATHS / sizeof *SYSTEM_PATHS; i++)
        TRY(path_allow(ruleset, SYSTEM_PATHS[i], read));
    TRY(path_allow(ruleset, "/dev/null", read | FS_WRITE_FILE));
    for (size_t i = 0; i < confinement->read_count; i++)
        TRY(path_allow(ruleset, confinement->read_paths[i], read));
    for (size_t i = 0; i < confinement->write_count; i++)
        TRY(path_allow(ruleset, confinement->write_folders[i], write));
    for (size_t i = 0; version >= 4 && i < confinement->connect_count; i++) {
        PortRule rule = {.allowed = NET_CONNECT, .port = confinement->connect_ports[i]};
        if (syscall(SYS_landlock_add_rule, ruleset, RULE_PORT, &rule, 0) != 0)
            return ERR_SANDBOX;
    }
    return ERR_OK;
}

static Err landlock_enter(const ServerConfinement *confinement, int *ret_version) {
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, VERSION_FLAG);
    *ret_version = version < 1 ? 0 : (int)version;
    if (version < 1)
        return ERR_OK;
    // Bits 0–12 are version 1; 2 added one, 3 one, 5 one; 4 added the network, 6 scopes.
    int rights = version >= 5 ? 16 : version >= 3 ? 15 : version == 2 ? 14 : 13;
    Ruleset ruleset = {.handled_access_fs = (UINT64_C(1) << rights) - 1};
    size_t size = sizeof ruleset.handled_access_fs;
    if (version >= 4) {
        ruleset.handled_access_net = NET_BOTH;
        size += sizeof ruleset.handled_access_net;
    }
    _cleanup_close_ int fd = (int)syscall(SYS_landlock_create_ruleset, &ruleset, size, 0);
    if (fd < 0)
        return ERR_SANDBOX;
    TRY(rules_add(fd, confinement, ruleset.handled_access_fs, (int)version));
    return syscall(SYS_landlock_restrict_self, fd, 0) == 0 ? ERR_OK : ERR_SANDBOX;
}

// clang-format off
static const char *const ALLOWED[] = {
    // Computing, memory, time.
    "brk", "munmap", "mremap", "madvise", "msync", "mlock", "munlock", "mincore", "membarrier", "memfd_create",
    "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "time", "times", "getrandom",
    "getpid", "gettid", "getppid", "getuid", "geteuid", "getgid", "getegid", "getgroups", "getrusage", "sysinfo", "uname",
    "getcpu", "sched_yield", "sched_getaffinity", "sched_setaffinity", "sched_getparam", "sched_getscheduler", "prlimit64", "getrlimit",
    // Threads and signals.
    "futex", "futex_waitv", "set_robust_list", "get_robust_list", "rseq", "set_tid_address", "exit", "exit_group",
    "restart_syscall", "rt_sigprocmask", "rt_sigaction", "rt_sigreturn", "rt_sigtimedwait", "rt_sigpending", "rt_sigsuspend",
    "sigaltstack", "tgkill", "signalfd4", "wait4", "waitid", "kill", "pidfd_open", "pidfd_send_signal",
    // Files.
    "read", "pread64", "readv", "preadv", "preadv2", "write", "pwrite64", "writev", "pwritev", "pwritev2", "lseek", "close",
    "close_range", "open", "openat", "fstat", "newfstatat", "statx", "stat", "lstat", "access", "faccessat", "faccessat2",
    "readlink", "readlinkat", "getdents64", "getcwd", "statfs", "fstatfs", "ftruncate", "truncate", "fallocate", "fadvise64",
    "fsync", "fdatasync", "sync_file_range", "syncfs", "flock", "unlink", "unlinkat", "rename", "renameat", "renameat2",
    "mkdir", "mkdirat", "rmdir", "link", "linkat", "chmod", "fchmod", "fchmodat", "fchown", "utimensat", "umask",
    "dup", "dup2", "dup3", "fcntl", "pipe", "pipe2", "sendfile", "copy_file_range", "splice", "tee",
    // The network.
    "connect", "accept", "accept4", "listen", "getsockname", "getpeername", "getsockopt", "setsockopt", "sendto",
    "recvfrom", "sendmsg", "recvmsg", "sendmmsg", "recvmmsg", "shutdown", "socketpair", "bind",
    "poll", "ppoll", "select", "pselect6", "epoll_create", "epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait",
    "epoll_pwait2", "eventfd", "eventfd2", "timerfd_create", "timerfd_settime", "timerfd_gettime",
};
static const char *const KILLED[] = {"execve", "execveat", "ptrace", "process_vm_readv", "process_vm_writev"};
// clang-format on

static int add(scmp_filter_ctx filter, uint32_t action, const char *const *names, size_t count) {
    for (size_t i = 0; i < count; i++) {
        int number = seccomp_syscall_resolve_name(names[i]);
        if (number == __NR_SCMP_ERROR || number < 0)
            continue; // not of this architecture
        int code = seccomp_rule_add(filter, action, number, 0);
        if (code != 0)
            return code;
    }
    return 0;
}

// Calls of which only some uses are allowed.
static int add_partly(scmp_filter_ctx filter) {
    static const int FAMILIES[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};
    static const unsigned IOCTLS[] = {0x5421 /* FIONBIO */, 0x541B /* FIONREAD */,
                                      0x5401 /* TCGETS */};
    static const int NAMING[] = {PR_SET_NAME, PR_GET_NAME, 0x53564D41 /* PR_SET_VMA */};
    int code = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
    if (code == 0)
        code = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
                                SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
    // Nothing becomes executable.
    if (code == 0)
        code = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                                SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    if (code == 0)
        code = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                                SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    for (size_t i = 0; code == 0 && i < sizeof FAMILIES / sizeof *FAMILIES; i++)
        code = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
                                SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)FAMILIES[i]));
    for (size_t i = 0; code == 0 && i < sizeof IOCTLS / sizeof *IOCTLS; i++)
        code = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
                                SCMP_A1(SCMP_CMP_EQ, IOCTLS[i]));
    for (size_t i = 0; code == 0 && i < sizeof NAMING / sizeof *NAMING; i++)
        code = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1,
                                SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)NAMING[i]));
    return code;
}

static Err filter_enter(void) {
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (filter == NULL)
        return ERR_SANDBOX;
    (void)seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
    int code = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
    if (code == 0)
        code = add(filter, SCMP_ACT_ALLOW, ALLOWED, sizeof ALLOWED / sizeof *ALLOWED);
    if (code == 0)
        code = add(filter, SCMP_ACT_KILL_PROCESS, KILLED, sizeof KILLED / sizeof *KILLED);
    if (code == 0)
        code = add_partly(filter);
    if (code == 0)
        code = seccomp_load(filter);
    seccomp_release(filter);
    return code == 0 ? ERR_OK : ERR_SANDBOX;
}

Err sandbox_enter_server(const ServerConfinement *confinement, int *ret_landlock, Diag *diag) {
    int version = 0;
    Err err = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? ERR_OK : ERR_SANDBOX;
    if (err == ERR_OK)
        err = landlock_enter(confinement, &version);
    if (err == ERR_OK)
        err = sandbox_drop_capabilities(diag);
    if (err == ERR_OK && !sandbox_is_sanitized() && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        err = ERR_SANDBOX;
    if (err == ERR_OK)
        err = filter_enter();
    if (err != ERR_OK)
        return diag_set(diag, err, N_("The server cannot confine itself on this system"));
    *ret_landlock = version;
    return ERR_OK;
}
