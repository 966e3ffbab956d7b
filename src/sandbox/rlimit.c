// Resource limits of a confined child.
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>

#include "base/file.h"
#include "base/str.h"
#include "sandbox/limits.h"
#include "sandbox/sandbox.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_SANITIZED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define IS_SANITIZED true
#endif
#endif
#ifndef IS_SANITIZED
#define IS_SANITIZED false
#endif

bool sandbox_is_sanitized(void) {
    return IS_SANITIZED;
}

// Lowers a limit; one that is already lower stays, because only root may raise it again.
static Err lower(int resource, uint64_t soft, uint64_t hard, Diag *diag) {
    struct rlimit limit;
    if (getrlimit((__rlimit_resource_t)resource, &limit) != 0)
        return diag_set(diag, ERR_SANDBOX,
                        N_("The resource limits of a confined process cannot "
                           "be read"));
    if (limit.rlim_max > hard)
        limit.rlim_max = hard;
    limit.rlim_cur = soft < limit.rlim_max ? soft : limit.rlim_max;
    if (setrlimit((__rlimit_resource_t)resource, &limit) != 0)
        return diag_set(diag, ERR_SANDBOX,
                        N_("The resource limits of a confined process cannot "
                           "be set"));
    return ERR_OK;
}

Err sandbox_limit(const SandboxPolicy *policy, Diag *diag) {
    TRY(lower(RLIMIT_CORE, 0, 0, diag));
    // A sanitizer's report goes to whatever standard error is, which may be a file.
    if (!IS_SANITIZED)
        TRY(lower(RLIMIT_FSIZE, policy->file_size, policy->file_size, diag));
    TRY(lower(RLIMIT_NOFILE, policy->open_files, policy->open_files, diag));
    TRY(lower(RLIMIT_STACK, SANDBOX_STACK_MAX, SANDBOX_STACK_MAX, diag));
    TRY(lower(RLIMIT_MEMLOCK, 0, 0, diag));
    if (policy->cpu_seconds > 0)
        // The second limit kills a child that caught the first.
        TRY(lower(RLIMIT_CPU, policy->cpu_seconds, policy->cpu_seconds + 1, diag));
    if (policy->memory > 0 && !IS_SANITIZED)
        TRY(lower(RLIMIT_AS, policy->memory, policy->memory, diag));
    return ERR_OK;
}

uint64_t sandbox_memory_used(void) {
    _cleanup_close_ int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    char text[64];
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text);
    Str pages, rest;
    uint64_t count;
    if (n <= 0 || !str_cut(str_of(text, (size_t)n), ' ', &pages, &rest) ||
        !str_to_u64(pages, &count))
        return 0;
    return count * (uint64_t)sysconf(_SC_PAGESIZE);
}
