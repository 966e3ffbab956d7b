// Landlock with no rule at all: the file system is out of reach, even by paths that a filter on
// system calls would let through. Raw system calls, since the C library has no wrappers.
#include <errno.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "sandbox/sandbox.h"

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_restrict_self 446
#endif

// Of linux/landlock.h, restated because older headers lack the later members.
typedef struct LandlockRuleset {
    uint64_t handled_access_fs, handled_access_net, scoped;
} LandlockRuleset;
enum { LANDLOCK_VERSION_FLAG = 1 };

Err sandbox_landlock(bool *ret_done, Diag *diag) {
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_VERSION_FLAG);
    if (version < 1) {
        *ret_done = false;
        return ERR_OK;
    }
    // Rights known to version 1 are bits 0–12; 2 added one, 3 one, 5 one; 4 added the network, 6
    // scopes.
    int rights = version >= 5 ? 16 : version >= 3 ? 15 : version == 2 ? 14 : 13;
    LandlockRuleset ruleset = {.handled_access_fs = (UINT64_C(1) << rights) - 1};
    size_t size = sizeof ruleset.handled_access_fs;
    if (version >= 4) {
        ruleset.handled_access_net = 3;
        size += sizeof ruleset.handled_access_net;
    }
    if (version >= 6) {
        ruleset.scoped = 1; // abstract sockets; signals stay, the keeper must kill its children
        size += sizeof ruleset.scoped;
    }
    _cleanup_close_ int fd = (int)syscall(SYS_landlock_create_ruleset, &ruleset, size, 0);
    if (fd < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        syscall(SYS_landlock_restrict_self, fd, 0) != 0)
        return diag_set(diag, ERR_SANDBOX, N_("The file system cannot be put out of reach"));
    *ret_done = true;
    return ERR_OK;
}

Err sandbox_drop_capabilities(Diag *diag) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[2] = {{0}, {0}};
    if (syscall(SYS_capset, &header, none) != 0 && errno != EPERM)
        return diag_set(diag, ERR_SANDBOX, N_("Privileges cannot be given up"));
    return ERR_OK;
}
