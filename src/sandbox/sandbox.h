// Confinement of a process, in two steps: a keeper (which starts children and speaks with its own
// starter, nothing else) and a child (which computes on what it was handed).
//
// Works without root, namespaces or set-up by an administrator: rlimits, no_new_privs, dropped
// capabilities, Landlock where the kernel has it, and seccomp filters without which nothing runs
// (ERR_SANDBOX). Filters are compiled once, before any fork, so that a child only installs them.
// One thread.
#pragma once
#include "base/cleanup.h"
#include "base/err.h"

// What a child may use.
typedef struct SandboxPolicy {
    uint64_t memory; // bytes of address space in all; 0: not limited. Ignored under ASan, whose
                     // shadow reserves terabytes
    uint32_t cpu_seconds; // processor time, then SIGXCPU; 0: not limited
    uint64_t file_size;   // greatest offset a write to a file may reach
    uint32_t open_files;  // one above the greatest descriptor
} SandboxPolicy;

typedef struct Sandbox Sandbox;
Err sandbox_new(Sandbox **ret, Diag *diag) MUST_CHECK;
void sandbox_free(Sandbox *sandbox);
DEFINE_CLEANUP(Sandbox *, sandbox_free);

// The keeper from here on: no file is opened, no network, no exec, no new privileges; it may fork,
// signal and reap. Shared libraries and what they read must be loaded before.
Err sandbox_enter_keeper(const Sandbox *sandbox, Diag *diag) MUST_CHECK;
// The child from here on. What is not computing, reading or writing what it holds ends it with
// SIGSYS; stat, ioctl and the like merely fail.
Err sandbox_enter_child(const Sandbox *sandbox, const SandboxPolicy *policy, Diag *diag) MUST_CHECK;

// The parts, for the two above and their tests.
Err sandbox_limit(const SandboxPolicy *policy, Diag *diag) MUST_CHECK; // rlimit.c
// landlock.c: no file system at all. *ret_done is false, with ERR_OK, where the kernel has none.
Err sandbox_landlock(bool *ret_done, Diag *diag) MUST_CHECK;
Err sandbox_drop_capabilities(Diag *diag) MUST_CHECK;
// Bytes of address space in use now; 0 when the system does not say.
uint64_t sandbox_memory_used(void);
// True when this build carries a sanitizer, which needs looser confinement: no memory limit, and
// openat fails instead of killing.
bool sandbox_is_sanitized(void);
